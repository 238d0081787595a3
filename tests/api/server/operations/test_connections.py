"""An answer that flows, and is not read, ends; the server runs here in a thread."""

from __future__ import annotations

import socket
import threading
import time

from starlette.types import Receive, Scope, Send
from uvicorn import Server

from stanagraph.api.server.operations.connections import GuardedConfig
from stanagraph.api.server.operations.settings import LimitSettings


def test_an_answer_that_flows_and_is_not_read_ends() -> None:
    ended = threading.Event()

    async def flows(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        ended.set()

    config = GuardedConfig(flows, LimitSettings(stall_seconds=1), None, lifespan="off", log_config=None)
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with socket.create_connection(bound.getsockname()) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                began = time.monotonic()
                assert ended.wait(20)
                assert time.monotonic() - began > 0.9
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
