"""Counters that all workers of one machine share, in a table of fixed size: strangers cannot make it grow."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from limits.storage import Storage

_SLOT = struct.Struct("<QdQ")  # digest of the key, when it expires, count
_SLOTS = 1 << 16
_NEIGHBOURS = 8
_SIZE = _SLOT.size * (_SLOTS + _NEIGHBOURS)


class SharedCounters(Storage):
    """The storage of `limits` in a file that is mapped into memory; without a file in the memory of this process.

    Where all neighbours of a slot are taken, the smallest count gives way: who floods the table with addresses loses
    their counts, not those of who asks most.
    """

    STORAGE_SCHEME = ["stanagraph"]  # noqa: RUF012

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._file = -1
        if path is not None:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(self._file, _SIZE)
        self._table = mmap.mmap(self._file, _SIZE)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong here."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and say how many it are now."""
        digest, now = _digest(key), self._clock()
        with self._held():
            at, found = self._place(digest, now)
            ends, count = found if found is not None else (now + expiry, 0)
            _SLOT.pack_into(self._table, at, digest, ends, count + amount)
        return count + amount

    def get(self, key: str) -> int:
        """How many it are."""
        return self._look(key)[1]

    def get_expiry(self, key: str) -> float:
        """When counting begins anew; now where nothing is counted."""
        return self._look(key)[0]

    def check(self) -> bool:
        """Always there."""
        return True

    def reset(self) -> int | None:
        """Forget everything."""
        with self._held():
            self._table[:] = bytes(_SIZE)
        return None

    def clear(self, key: str) -> None:
        """Forget one key."""
        digest, now = _digest(key), self._clock()
        with self._held():
            at, found = self._place(digest, now)
            if found is not None:
                _SLOT.pack_into(self._table, at, 0, 0.0, 0)

    def _look(self, key: str) -> tuple[float, int]:
        now = self._clock()
        with self._held():
            return self._place(_digest(key), now)[1] or (now, 0)

    def _place(self, digest: int, now: float) -> tuple[int, tuple[float, int] | None]:
        """The slot of a key with what it holds, or the slot that it may take."""
        first = digest % _SLOTS * _SLOT.size
        best, least = first, (True, 1 << 63)
        for at in range(first, first + _NEIGHBOURS * _SLOT.size, _SLOT.size):
            other, ends, count = _SLOT.unpack_from(self._table, at)
            if other == digest and ends > now:
                return at, (ends, count)
            taken = (ends > now, count)
            if taken < least:
                best, least = at, taken
        return best, None

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._lock:
            if self._file < 0:
                yield
                return
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


def _digest(key: str) -> int:
    # 0 is the mark of an empty slot.
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) or 1
