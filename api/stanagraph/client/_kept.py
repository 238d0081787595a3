"""Answers that were had already, so that the service need not send them again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """A body and the strong or weak validator that it came with."""

    tag: str
    body: bytes


class Store:
    """The answers that were asked for last, by what was asked. It belongs to one client, and so to one caller."""

    def __init__(self, bytes_at_most: int) -> None:
        self._most, self._size = bytes_at_most, 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: str) -> Kept | None:
        """What was answered the last time."""
        with self._lock:
            found = self._kept.get(asked)
            if found is not None:
                self._kept.move_to_end(asked)
            return found

    def put(self, asked: str, found: Kept) -> None:
        """Remember an answer, and forget the oldest where they are too many together."""
        with self._lock:
            before = self._kept.pop(asked, None)
            self._size -= len(before.body) if before is not None else 0
            if len(found.body) > self._most:
                return
            self._kept[asked] = found
            self._size += len(found.body)
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1].body)
