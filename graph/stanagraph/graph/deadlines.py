"""One deadline for a whole exchange over HTTP: a socket's own timeout starts again with every byte."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import urllib.request
from functools import partial
from types import TracebackType
from typing import Any


class Expired(Exception):
    """Time is up."""


class Deadline:
    """A context within which what `opener` opens is cut off when time is up; it then ends in Expired."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._expired = False

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        if isinstance(error, OSError | http.client.HTTPException) and (self._expired or _timed_out(error)):
            raise Expired from error
        if self._expired and kind is None:
            raise Expired

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

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection off when time is up."""
        with self._lock:
            self._sockets.append(connected)
            if self._expired:
                _cut(connected)

    def _expire(self) -> None:
        with self._lock:
            self._expired = True
            for connected in self._sockets:
                _cut(connected)


def _cut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _timed_out(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError)


def _connection(base: type[http.client.HTTPConnection], deadline: Deadline, host: str, **settings: Any) -> Any:
    """A connection that the deadline watches from when it is made."""
    made = base(host, **settings)
    connect = made.connect

    def watched() -> None:
        connect()
        deadline.watch(made.sock)

    made.connect = watched  # type: ignore[method-assign]
    return made


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._make = partial(_connection, http.client.HTTPConnection, deadline)

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._make, request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._make = partial(_connection, http.client.HTTPSConnection, deadline)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._make, request)
