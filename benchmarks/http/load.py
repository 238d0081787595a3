"""A client that costs little: requests that are written once, over connections that stay open, each timed."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_PIECE = 1 << 18


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Times:
    """What was measured: the time of each answer, and of all together."""

    each: list[float] = field(default_factory=list)
    whole: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.each) / self.whole

    @property
    def median(self) -> float:
        return statistics.median(self.each)

    @property
    def p99(self) -> float:
        """What all but one of a hundred take at most."""
        return sorted(self.each)[min(len(self.each) - 1, int(len(self.each) * 0.99))]

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s (median {self.median * 1000:.1f} ms, p99 {self.p99 * 1000:.1f} ms)"


class Client:
    """Connections to one server, each of which asks again as soon as it is answered."""

    def __init__(self, port: int, connections: int = 1) -> None:
        self._open = [socket.create_connection(("127.0.0.1", port), 60) for _ in range(connections)]
        for each in self._open:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def once(self, asked: bytes) -> tuple[int, dict[str, str], bytes]:
        """The status, headers and body of one answer."""
        connection = self._open[0]
        connection.sendall(asked)
        got = b""
        while not _whole(got):
            got += _received(connection)
        head, _, body = got.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return int(status.split()[1]), headers, body

    def ask(self, asked: Sequence[bytes], seconds: float, status: int, into: Times) -> None:
        """Ask these again and again, for so long; each answer must have this status."""
        expected = f"HTTP/1.1 {status} ".encode()
        waiting = selectors.DefaultSelector()
        sent, got = [0.0] * len(self._open), [b""] * len(self._open)
        at = 0
        begun = time.perf_counter()
        for number, connection in enumerate(self._open):
            waiting.register(connection, selectors.EVENT_READ, number)
            sent[number] = time.perf_counter()
            connection.sendall(asked[at % len(asked)])
            at += 1
        while waiting.get_map():
            for key, _ in waiting.select():
                number, connection = key.data, self._open[key.data]
                got[number] += _received(connection)
                if not _whole(got[number]):
                    continue
                now = time.perf_counter()
                if not got[number].startswith(expected):
                    raise RuntimeError(got[number][:1000].decode("latin-1"))
                into.each.append(now - sent[number])
                got[number] = b""
                if now - begun > seconds:
                    waiting.unregister(connection)
                    continue
                sent[number] = time.perf_counter()
                connection.sendall(asked[at % len(asked)])
                at += 1
        into.whole += time.perf_counter() - begun


def _received(connection: socket.socket) -> bytes:
    piece = connection.recv(_PIECE)
    if not piece:
        raise RuntimeError("the server has closed the connection")
    return piece


def _whole(got: bytes) -> bool:
    """Whether an answer has come to its end."""
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        return False
    folded = head.lower()
    _, told, length = folded.partition(b"\r\ncontent-length:")
    if told:
        return len(body) >= int(length.partition(b"\r\n")[0])
    if b"\r\ntransfer-encoding: chunked" in folded:
        return body.endswith(b"0\r\n\r\n")
    return True  # 304 and 204 have no body
