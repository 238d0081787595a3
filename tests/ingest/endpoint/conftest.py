"""Real and false servers on this machine: Oxigraph's own, and some that misbehave, each in its way."""

from __future__ import annotations

import contextlib
import http.server
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stanagraph.graph.workspace import EndpointSettings, NetworkSettings


@dataclass
class Clock:
    """Real time, but for the pauses, which are noted and not waited for."""

    pauses: list[float] = field(default_factory=list)
    skipped: float = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 15, 9, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.skipped += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


class Oxigraph:
    """A real Oxigraph server of its own that keeps nothing: it can be stopped, and started again at the same place."""

    def __init__(self) -> None:
        self._port = _free_port()
        self.place = f"127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")
        self._process = subprocess.Popen(
            [program, "serve", "--bind", self.place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port), 1).close()
                return
            time.sleep(0.05)
        raise TimeoutError(f"no Oxigraph at {self.place}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def put(self, turtle: str, graph: str | None = None) -> None:
        place = f"http://{self.place}/store?{f'graph={graph}' if graph else 'default'}"
        request = urllib.request.Request(place, turtle.encode(), {"Content-Type": "text/turtle"}, method="POST")
        urllib.request.urlopen(request).close()

    def clear(self) -> None:
        update = {"Content-Type": "application/sparql-update"}
        request = urllib.request.Request(f"http://{self.place}/update", b"DROP ALL", update, method="POST")
        urllib.request.urlopen(request).close()


@pytest.fixture(scope="session")
def _shared() -> Iterator[Oxigraph]:
    server = Oxigraph()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def oxigraph(_shared: Oxigraph) -> str:
    """The place of a real Oxigraph server that tests share; it is empty."""
    return _shared.place


@pytest.fixture
def load(_shared: Oxigraph) -> Iterator[Callable[..., None]]:
    """Puts Turtle into the server, and takes all away in the end."""
    yield _shared.put
    _shared.clear()


@pytest.fixture
def partner() -> Iterator[Oxigraph]:
    """A real Oxigraph server of this test alone, which it may stop."""
    server = Oxigraph()
    server.start()
    yield server
    server.stop()


@dataclass
class Server:
    """A false server: its place, and the requests that it was sent."""

    place: str
    requests: list[tuple[str, str, str, dict[str, str]]]

    @property
    def url(self) -> str:
        return f"http://{self.place}/query"


Answer = Callable[[http.server.BaseHTTPRequestHandler, int], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    """Starts a server that answers each request by a function of the handler and of how many came before."""
    running: list[tuple[http.server.ThreadingHTTPServer, threading.Thread]] = []

    def start(answer: Answer) -> Server:
        requests: list[tuple[str, str, str, dict[str, str]]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                requests.append((self.command, self.path, body, dict(self.headers)))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    answer(self, len(requests) - 1)
                self.close_connection = True

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        server = Quiet(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        running.append((server, thread))
        return Server(f"127.0.0.1:{server.server_port}", requests)

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def whole(handler: http.server.BaseHTTPRequestHandler, body: bytes, kind: str = "application/n-triples") -> None:
    """A whole answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def answering() -> Callable[..., None]:
    return whole


def quick(place: str, **changes: Any) -> tuple[EndpointSettings, NetworkSettings]:
    """Settings for one server, with short deadlines."""
    network: dict[str, Any] = {
        "allow": (place,),
        "request_seconds": 1.0,
        "total_seconds": 20.0,
        "attempts": 2,
    } | changes
    page = network.pop("page", 100)
    graph, mapping = network.pop("graph", None), network.pop("mapping", None)
    return EndpointSettings(url=f"http://{place}/query", page=page, graph=graph, mapping=mapping), NetworkSettings(
        **network
    )


@pytest.fixture
def settings() -> Callable[..., tuple[EndpointSettings, NetworkSettings]]:
    return quick
