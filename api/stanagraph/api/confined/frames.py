"""Frames over a socket: one letter, a length, and that many bytes."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

HEAD = struct.Struct("!cI")
REQUEST, HEADER, DATA, END, FAILURE = b"R", b"H", b"D", b"E", b"F"
"""From the service: a request, then its documents as data. To the service: a header, data, and an end or a failure."""


def frame(kind: bytes, payload: bytes | dict[str, Any] = b"") -> bytes:
    """One frame; a dictionary goes as JSON."""
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return HEAD.pack(kind, len(data)) + data


def receive(connected: socket.socket) -> tuple[bytes, bytes] | None:
    """The next frame, or None where the other side is gone."""
    head = _exactly(connected, HEAD.size)
    if head is None:
        return None
    kind, length = HEAD.unpack(head)
    data = _exactly(connected, length)
    return None if data is None else (kind, data)


def _exactly(connected: socket.socket, length: int) -> bytes | None:
    found = bytearray()
    while len(found) < length:
        part = connected.recv(min(length - len(found), 1 << 20))
        if not part:
            return None
        found += part
    return bytes(found)
