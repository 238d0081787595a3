"""A connection that is cut off when its time is up."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from collections.abc import Callable

from .addresses import PORTS, Address
from .clock import Clock


class Connection(http.client.HTTPConnection):
    """A connection to one checked address, each of whose steps ends at the deadline."""

    def __init__(self, address: Address, text: str, deadline: float, clock: Clock) -> None:
        super().__init__(address.host, address.port)
        self.default_port = PORTS[address.scheme]
        self._address, self._text, self._end, self._clock = address, text, deadline, clock

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> None:
        left = self._left()
        plain = socket.create_connection((self._text, self._address.port), timeout=left)
        if self._address.scheme == "https":
            try:
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=self._address.host)
            except BaseException:
                plain.close()
                raise
        self.sock = _Timed(plain, self._left)

    def _left(self) -> float:
        left = self._end - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Timed:
    """A socket that waits no longer than until the deadline, however slowly its bytes come."""

    def __init__(self, plain: socket.socket, left: Callable[[], float]) -> None:
        self._plain, self._left = plain, left

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(self._left())
        self._plain.sendall(data)

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self._plain, self._left))

    def close(self) -> None:
        self._plain.close()


class _Reading(io.RawIOBase):
    def __init__(self, plain: socket.socket, left: Callable[[], float]) -> None:
        super().__init__()
        self._plain, self._left = plain, left
        self._inner = plain.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        self._plain.settimeout(self._left())
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()
