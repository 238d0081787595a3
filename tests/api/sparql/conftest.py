"""A small release made by hand, and the service over it: in this process, or in one of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pyoxigraph as ox
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from stanagraph.api.server import create_app
from stanagraph.api.server.access import Caller
from stanagraph.api.server.sparql import SparqlSettings
from stanagraph.api.server.sparql.install import close, install
from stanagraph.graph.releases import Releases
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.pipeline import Scenario

FACTS = """
<urn:a> <urn:p> "1" <urn:g:first> .
<urn:b> <urn:p> "deux"@fr <urn:g:second> .
<urn:c> <urn:p> "a, \\"b\\"\\r\\nc" <urn:g:second> .
"""
_SERVER = """
import importlib.util, json, sys, uvicorn
from pathlib import Path
found = importlib.util.spec_from_file_location("shared", sys.argv[4])
shared = importlib.util.module_from_spec(found)
found.loader.exec_module(shared)
app = shared.make_app(Path(sys.argv[1]), **json.loads(sys.argv[2]))
uvicorn.run(app, fd=int(sys.argv[3]), log_level="critical")
"""


class Speaking:
    """Believes whoever says who it is, in a header; stands where the real check has passed already."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = dict(scope.get("headers", ())).get(b"x-caller", b"").decode()
        if said:
            name, _, scopes = said.partition(" ")
            name, _, audience = name.partition("@")
            caller = Caller(name, audience or "public", frozenset(scopes.split() or {"read", "check"}))
            scope.setdefault("state", {})["caller"] = caller
        await self.app(scope, receive, send)


def make_app(home: Path, **settings: Any) -> FastAPI:
    """The service over a home, where every known caller has every scenario, without moves."""
    app = create_app(Releases(home))
    install(app, SparqlSettings(**settings))
    app.state.scenario_of = lambda request, name: Scenario(name=name, move=())
    app.user_middleware.append(Middleware(Speaking))
    return app


class Server(NamedTuple):
    """A running service: its address, and the number of its process."""

    url: str
    pid: int

    def workers(self) -> set[int]:
        """The confined processes, working and idle, that the system knows."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return {int(pid) for pid in children.read_text().split() if b"stanagraph.api.confined" in _command(pid)}


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def make_home(home: Path, facts: str, name: str = "madebyhand01", **others: str) -> Path:
    """A home whose current release has these N-Quads for the public, and others for other audiences."""
    folder = home / "releases" / name
    folder.mkdir(parents=True)
    audiences = {}
    for audience, quads in {"public": facts, **others}.items():
        store = EmbeddedStore.create(folder / audience)
        store.load(ox.parse(quads, ox.RdfFormat.N_QUADS))
        store.finish()
        del store
        audiences[audience] = {"digest": f"{audience[:4]}{name[4:]}" * 5, "built": "2026-01-01T00:00:00+00:00"}
        (folder / f"{audience}.json").write_text(json.dumps(audiences[audience]))
    (folder / "manifest.json").write_text(json.dumps({"audiences": audiences, "built": "2026-01-01T00:00:00+00:00"}))
    (home / "current").write_text(f"{name}\n")
    return home


@pytest.fixture(scope="session")
def made() -> Callable[..., Path]:
    """A home with one release of the facts that are given."""
    return make_home


@pytest.fixture(scope="session")
def application() -> Callable[..., FastAPI]:
    """The service over a home, with these settings."""
    return make_app


@pytest.fixture(scope="session")
def tiny_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of three facts in two graphs."""
    return make_home(tmp_path_factory.mktemp("tiny"), FACTS)


@pytest.fixture(scope="session")
def wide_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of so many facts that a product of them never ends."""
    facts = "".join(f'<urn:s{n}> <urn:p> "{"x" * 40}{n}" <urn:g> .\n' for n in range(5000))
    return make_home(tmp_path_factory.mktemp("wide"), facts)


@pytest.fixture(scope="module")
def client(tiny_home: Path) -> Iterator[TestClient]:
    """The service in this process."""
    app = make_app(tiny_home, workers=2, seconds=20)
    yield TestClient(app)
    close(app)


@pytest.fixture
def owner(tiny_home: Path, tmp_path: Path) -> Iterator[TestClient]:
    """The owner of a scenario, in a home of its own."""
    shutil.copytree(tiny_home, tmp_path / "home")
    app = make_app(tmp_path / "home", seconds=20, idle=0.3, copies_per_owner=2, upload=1, copy_megabytes=100)
    yield TestClient(app, headers={"X-Caller": "ann"}, base_url="http://testserver/v1/scenarios/mine/")
    close(app)


Serve = Callable[..., AbstractContextManager[Server]]


@pytest.fixture
def serve() -> Serve:
    """A service over a home in a process of its own, with these settings."""

    @contextmanager
    def started(home: Path, **settings: object) -> Iterator[Server]:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(200)
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            process = subprocess.Popen(
                [sys.executable, "-c", _SERVER, str(home), json.dumps(settings), str(listening.fileno()), __file__],
                pass_fds=[listening.fileno()],
                env={**os.environ, "A_SECRET_OF_THE_SERVICE": "hush"},
            )
            try:
                for _ in range(300):
                    try:
                        if httpx2.get(f"{url}/healthz", timeout=5).status_code == 200:
                            break
                    except httpx2.TransportError:
                        time.sleep(0.1)
                yield Server(url, process.pid)
            finally:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    return started
