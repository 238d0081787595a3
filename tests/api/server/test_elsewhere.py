"""The service with a store on another machine behind it: it answers from there, and loses nothing by it."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app, elsewhere
from stanagraph.api.server.elsewhere import Elsewhere
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.elsewhere import Held, copy
from stanagraph.graph.errors import StoreFailed
from stanagraph.graph.names import GRAPHS
from stanagraph.graph.releases import Releases
from stanagraph.graph.remote import RemoteStore, Service
from stanagraph.graph.store import EmbeddedStore, Table

Start = Callable[[Service], TestClient]
QUESTION = "/v1/queries/gaps/answer?format=csv"


@pytest.fixture
def start(small_home: Path, unlimited: ServiceSettings) -> Start:
    """A service over the small release, with this store behind it."""

    def start(service: Service) -> TestClient:
        (small_home / "stanagraph.toml").write_text(f'[store]\nquery = "{service.query}"\n', encoding="utf-8")
        quick = unlimited.model_copy(update={"store_seconds": 0.5 if service.seconds < 1 else 30.0})
        return TestClient(create_app(Releases(small_home), settings=quick))

    return start


@pytest.fixture
def wanted(small_home: Path, unlimited: ServiceSettings) -> str:
    """What the release here answers."""
    found = TestClient(create_app(Releases(small_home), settings=unlimited)).get(QUESTION)
    assert found.status_code == 200
    return found.text


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has become of each question to the store elsewhere."""
    found: list[str] = []

    class Counter:
        def labels(self, outcome: str) -> Counter:
            found.append(outcome)
            return self

        def inc(self) -> None:
            """It is counted above."""

    monkeypatch.setattr("stanagraph.api.server.operations.metrics.ELSEWHERE", Counter())
    return found


def emptied(store: RemoteStore) -> None:
    """Other tests share the server."""
    for name in [*store.graphs()]:
        if name.value.startswith(GRAPHS):
            store.drop(name)


@pytest.mark.long
@pytest.mark.parametrize("name", ["oxigraph", "virtuoso"])
def test_real_servers_answer(
    name: str, request: pytest.FixtureRequest, small_home: Path, start: Start, wanted: str, outcomes: list[str]
) -> None:
    service: Service = request.getfixturevalue(f"{name}_service")
    request.addfinalizer(lambda: emptied(RemoteStore(service)))
    client = start(service)
    # It holds nothing yet, or what another test has left there.
    assert client.get(QUESTION).text == wanted
    assert outcomes.pop() in ("failed", "other-release")
    copy(Releases(small_home).current().view("public"), RemoteStore(service))
    client = start(service)
    assert client.get(QUESTION).text == wanted
    assert outcomes == ["answered"]
    RemoteStore(service).update("DELETE WHERE { GRAPH ?graph { ?release <http://purl.org/dc/terms/created> ?built } }")
    assert start(service).get(QUESTION).text == wanted
    assert outcomes == ["answered", "failed"]


def hang(handler: http.server.BaseHTTPRequestHandler) -> None:
    time.sleep(1)


def lie(handler: http.server.BaseHTTPRequestHandler) -> None:
    """Another release, whatever is asked."""
    body = b'{"head": {"vars": ["identifier", "built", "triples"]}, "results": {"bindings": [{"identifier": {"type":'
    body += b' "literal", "value": "0"}, "built": {"type": "literal", "value": "2026"}, "triples": {"type": "literal",'
    body += b' "value": "1"}}]}}'
    handler.send_response(200)
    handler.send_header("Content-Type", "application/sparql-results+json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def garble(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\xff garbage\r\n\r\n")


@pytest.fixture
def double(request: pytest.FixtureRequest) -> Iterator[tuple[Service, list[str]]]:
    """A store that misbehaves as the test wants, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            request.param(self)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Service(f"http://127.0.0.1:{server.server_port}/query", seconds=0.5), asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("double", "outcome"),
    [(hang, "failed"), (garble, "failed"), (lie, "other-release")],
    indirect=["double"],
    ids=["slow", "garbled", "lying"],
)
def test_a_store_that_misbehaves_costs_no_answer(
    double: tuple[Service, list[str]], outcome: str, start: Start, wanted: str, outcomes: list[str]
) -> None:
    service, asked = double
    client = start(service)
    assert client.get(QUESTION).text == wanted
    assert outcomes == [outcome]
    before = len(asked)
    assert before
    # It is left alone for a while, even if something else is asked.
    assert client.get("/v1/queries/contents/answer?format=csv").status_code == 200
    assert (outcomes, len(asked)) == ([outcome], before)


def test_a_store_that_is_gone_costs_no_answer(
    start: Start, wanted: str, outcomes: list[str], free_port: Callable[[], int]
) -> None:
    assert start(Service(f"http://127.0.0.1:{free_port()}/query")).get(QUESTION).text == wanted
    assert outcomes == ["failed"]


class TestOneQuestion:
    """What is believed of an answer."""

    @pytest.fixture
    def store(self, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
        here = EmbeddedStore()
        monkeypatch.setattr(RemoteStore, "select", lambda self, query: here.select(query))
        return Elsewhere(Service("http://example.org/query"), 1.0)

    @staticmethod
    def holding(monkeypatch: pytest.MonkeyPatch, *identifiers: str) -> None:
        told = iter(identifiers)
        monkeypatch.setattr(elsewhere, "held", lambda store: Held(next(told), "2026", 1))

    def test_one_release_holds_from_the_beginning_to_the_end(
        self, store: Elsewhere, monkeypatch: pytest.MonkeyPatch, outcomes: list[str]
    ) -> None:
        self.holding(monkeypatch, "a", "a", "a", "b")
        assert store.select("a", "SELECT ?x {}", ("x",)) == Table(("x",), [(None,)])
        assert store.select("a", "SELECT ?x {}", ("x",)) is None
        assert outcomes == ["answered", "other-release"]

    def test_an_answer_to_another_question_is_none(
        self, store: Elsewhere, monkeypatch: pytest.MonkeyPatch, outcomes: list[str]
    ) -> None:
        self.holding(monkeypatch, "a", "a")
        assert store.select("a", "SELECT ?x {}", ("y",)) is None
        assert outcomes == ["failed"]

    def test_it_is_asked_again_later(
        self, store: Elsewhere, monkeypatch: pytest.MonkeyPatch, outcomes: list[str]
    ) -> None:
        def fail(store: RemoteStore) -> Held:
            raise StoreFailed("there", "it is gone")

        monkeypatch.setattr(elsewhere, "held", fail)
        assert store.select("a", "SELECT ?x {}", ("x",)) is None
        self.holding(monkeypatch, "a", "a")
        assert store.select("a", "SELECT ?x {}", ("x",)) is None
        monkeypatch.setattr("stanagraph.api.server.elsewhere.time.monotonic", lambda: float("inf"))
        assert store.select("a", "SELECT ?x {}", ("x",)) is not None
        assert outcomes == ["failed", "answered"]
