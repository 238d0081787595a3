"""Answers that nobody reads, and bodies that do not come, have an end; the server runs here in a thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Server

from stanagraph.api.server import problems
from stanagraph.api.server.operations.bodies import Bounded
from stanagraph.api.server.operations.connections import GuardedConfig
from stanagraph.api.server.operations.settings import LimitSettings


@contextmanager
def connected(app: ASGIApp, limits: LimitSettings) -> Iterator[socket.socket]:
    """A connection to an application that a server of its own answers for."""
    server = Server(GuardedConfig(app, limits, None, lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with socket.create_connection(bound.getsockname(), timeout=20) as client:
                yield client
        finally:
            server.should_exit = server.force_exit = True
            thread.join()


def test_an_answer_that_flows_and_is_not_read_ends() -> None:
    ended = threading.Event()

    async def flows(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        ended.set()

    with connected(flows, LimitSettings(stall_seconds=1)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        began = time.monotonic()
        assert ended.wait(20)
        assert time.monotonic() - began > 0.9


def reader() -> FastAPI:
    """An application that reads what is sent, within its time."""
    app = FastAPI()
    problems.install(app)
    app.add_middleware(Bounded, settings=LimitSettings(body_seconds=1))

    @app.post("/")
    async def size(request: Request) -> int:
        return len(await request.body())

    return app


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    with connected(reader(), LimitSettings()) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
        began = time.monotonic()
        answer = b""
        while part := client.recv(65536):
            answer += part
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"problems/too-slow" in answer
        assert 0.9 < time.monotonic() - began < 10


def test_a_long_body_that_keeps_coming_has_more_time() -> None:
    with connected(reader(), LimitSettings()) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n")
        for _ in range(10):
            client.sendall(b"x" * 100_000)
            time.sleep(0.15)
        answer = b""
        while part := client.recv(65536):
            answer += part
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"1000000")
