"""Where an answer goes: counted while it is written, cut off at its limits, and sent in frames."""

from __future__ import annotations

import socket
from typing import Any

from .frames import DATA, END, HEADER, frame

# An answer that is shorter goes as a whole, with its length; and until then a failure is told as such.
CHUNK = 1 << 16
# What stands between rows, or begins or ends one, in each form of a table, and how many more of it there are than rows.
# In JSON and CSV a literal can hold it, too, and then counts as a row.
_ROWS = {
    "application/sparql-results+json": (b"},{", -1),
    "application/json": (b"},{", -1),
    "application/sparql-results+xml": (b"<result>", 0),
    "text/csv": (b"\r\n", 1),
    "text/tab-separated-values": (b"\n", 1),
}


class Stopped(Exception):
    """A limit is reached: `which` of them, and how much it allows."""

    def __init__(self, which: str, allowed: int) -> None:
        self.which, self.allowed = which, allowed
        super().__init__(f"{which}: {allowed}")


class Sink:
    """A file that can be written to; `rows` and `size` are the limits."""

    def __init__(self, connected: socket.socket, media: str, rows: int, size: int) -> None:
        self._socket, self._media = connected, media
        self._mark, more = _ROWS.get(media, (b"", 0))
        self._allowed, self._most, self._size = rows, rows + more, size
        self._buffer = bytearray()
        self._begun = False
        self._tail = b""
        self.rows = self.written = 0
        self.stopped: Stopped | None = None
        # What is told of the answer before it begins.
        self.told: dict[str, Any] = {}

    def write(self, data: bytes, /) -> int:
        """Take these bytes; raises Stopped, which `stopped` keeps, for libraries make another error of it."""
        self.written += len(data)
        if self._mark:
            self.count((self._tail + data).count(self._mark))
            keep = len(self._mark) - 1
            self._tail = (self._tail + data)[-keep:] if keep else b""
        if self.written > self._size:
            self._stop("megabytes", self._size >> 20)
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self._send(whole=False)
        return len(data)

    def flush(self) -> None:
        """Frames are sent when they are full."""

    def count(self, rows: int) -> None:
        """So many rows more."""
        self.rows += rows
        if self.rows > self._most:
            self._stop("rows", self._allowed)

    def end(self, **told: Any) -> None:
        """Nothing follows but what is told."""
        self._send(whole=not self._begun, ending=frame(END, told))

    def _stop(self, which: str, allowed: int) -> None:
        self.stopped = Stopped(which, allowed)
        raise self.stopped

    def _send(self, *, whole: bool, ending: bytes = b"") -> None:
        told = {"media": self._media, "whole": whole, **self.told}
        head = b"" if self._begun else frame(HEADER, told)
        body = frame(DATA, bytes(self._buffer)) if self._buffer else b""
        self._begun = True
        self._buffer.clear()
        self._socket.sendall(head + body + ending)
