"""How much a caller may have at once, over all workers of one machine: places that end with their process."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from pathlib import Path

# So many places at most has one caller.
_MOST = 1 << 8


class Places:
    """The places of all callers are bytes of a file; who has one holds the lock on its byte, and writes nothing.

    When a process ends, however that happens, the system gives its locks back. Without a file the places are those of
    this process.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600) if path is not None else -1
        # A process is never kept from what it has locked itself.
        self._mine: set[int] = set()
        self._lock = threading.Lock()

    def take(self, caller: str, allowed: int) -> int | None:
        """A place of a caller who may have so many (256 at most); None where all are taken."""
        first = int.from_bytes(hashlib.blake2b(caller.encode(), digest_size=6).digest()) * _MOST
        with self._lock:
            for place in range(first, first + min(allowed, _MOST)):
                if place not in self._mine and self._locked(place):
                    self._mine.add(place)
                    return place
        return None

    def give(self, place: int) -> None:
        """Give a place back."""
        with self._lock:
            self._mine.discard(place)
            if self._file >= 0:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def _locked(self, place: int) -> bool:
        if self._file < 0:
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except (BlockingIOError, PermissionError):
            return False
        return True
