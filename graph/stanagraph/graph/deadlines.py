"""One deadline for a whole exchange over HTTP: a socket's own timeout starts again with every byte.

Whatever asks another machine (the remote store, the readers of sources) does so by these connections.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

from . import __version__

AGENT = f"stanagraph/{__version__}"
_PIECE = 64 * 1024
_PORTS = {"http": 80, "https": 443}


class Deadline:
    """A moment at which time is up; `now` passes the time, in seconds."""

    def __init__(self, end: float, now: Callable[[], float] = time.monotonic) -> None:
        self._end, self._now = end, now

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The moment so many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """The seconds that are left; raises TimeoutError where there are none."""
        if (left := self._end - self._now()) <= 0:
            raise TimeoutError
        return left

    def opener(self, *handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
        """What opens addresses of http and https: through no proxy, and not on to where a redirect leads."""
        opener = urllib.request.OpenerDirector()
        for handler in (
            _Http(self),
            _Https(self),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
            *handlers,
        ):
            opener.add_handler(handler)
        return opener


class Connection(http.client.HTTPConnection):
    """A connection by http or https, each of whose steps ends at the deadline.

    `at` is the address to connect to where it is known already, so that nobody looks up the name again.
    """

    def __init__(
        self, host: str, port: int | None = None, *, scheme: str, deadline: Deadline, at: str | None = None
    ) -> None:
        self.default_port = _PORTS[scheme]
        super().__init__(host, port)
        self._scheme, self._deadline, self._at = scheme, deadline, at

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> None:
        """Connect within what is left of the time."""
        plain = socket.create_connection((self._at or self.host, self.port), timeout=self._deadline.left())
        if self._scheme == "https":
            try:
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
            except BaseException:
                plain.close()
                raise
        self.sock = _Timed(plain, self._deadline)


def pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body of an answer, piece by piece; raises IncompleteRead in the end where some are missing."""
    while piece := answer.read(_PIECE):
        yield piece
    # Reading in pieces does not notice that by itself.
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)


class _Timed:
    """A socket that waits no longer than until the deadline, however slowly its bytes come."""

    def __init__(self, plain: socket.socket, deadline: Deadline) -> None:
        self._plain, self._deadline = plain, deadline

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(self._deadline.left())
        self._plain.sendall(data)

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self._plain, self._deadline))

    def close(self) -> None:
        self._plain.close()


class _Reading(io.RawIOBase):
    def __init__(self, plain: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._plain, self._deadline = plain, deadline
        self._inner = plain.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        self._plain.settimeout(self._deadline.left())
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _opened(
    handler: urllib.request.AbstractHTTPHandler, request: urllib.request.Request, scheme: str, deadline: Deadline
) -> http.client.HTTPResponse:
    def made(host: str, **_: Any) -> Connection:
        return Connection(host, scheme=scheme, deadline=deadline)

    make: Any = made
    return handler.do_open(make, request)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return _opened(self, request, "http", self._deadline)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return _opened(self, request, "https", self._deadline)
