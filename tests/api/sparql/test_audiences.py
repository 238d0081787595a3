"""A query sees what its caller may see of the current release, and no more, by any way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect

from stanagraph.api.server.sparql.install import close

OPEN = '<urn:open> <urn:p> "1" <urn:g:open> .\n'
SECRET = '<urn:secret> <urn:p> "2" <urn:g:secret> .\n'
EVERYTHING = {"query": "SELECT ?s { ?s ?p ?o }"}
ANN, PAT = {"X-Caller": "ann@partners"}, {"X-Caller": "pat"}


@pytest.fixture
def home(made: Any, tmp_path: Path) -> Path:
    found: Path = made(tmp_path / "home", OPEN, partners=OPEN + SECRET)
    return found


@pytest.fixture
def client(home: Path, application: Any) -> Iterator[TestClient]:
    # One process has to serve both audiences in turn.
    app = application(home, workers=1, idle=0.3)
    yield TestClient(app)
    close(app)


def seen(client: TestClient, path: str = "/sparql", **sent: Any) -> set[str]:
    response = client.get(path, params=EVERYTHING, **sent)
    assert response.status_code == 200, response.text
    return {row["s"]["value"] for row in response.json()["results"]["bindings"]}


def test_each_sees_its_own(client: TestClient) -> None:
    for _ in range(2):
        assert seen(client, headers=ANN) == {"urn:open", "urn:secret"}
        assert seen(client) == seen(client, headers=PAT) == {"urn:open"}


def test_no_validator_and_no_description_tells_of_the_other(client: TestClient) -> None:
    known = client.get("/sparql", params=EVERYTHING, headers=ANN).headers["etag"]
    assert client.get("/sparql", params=EVERYTHING, headers={"If-None-Match": known}).status_code == 200
    assert "urn:g:secret" in client.get("/sparql", headers=ANN).text
    assert "urn:g:secret" not in client.get("/sparql").text


def test_a_graph_that_one_may_not_see_is_as_one_that_is_not_there(client: TestClient) -> None:
    answers = []
    for graph in ("urn:g:secret", "urn:g:secreu"):
        response = client.get("/sparql", params={"query": f"ASK FROM <{graph}> {{ ?s ?p ?o }}"})
        answers.append((response.status_code, response.text.replace("urn:g:secreu", "urn:g:secret")))
    assert answers[0] == answers[1]


def test_a_copy_is_made_of_what_its_owner_sees(client: TestClient) -> None:
    path = "/v1/scenarios/mine/sparql"
    assert seen(client, path, headers=ANN) == {"urn:open", "urn:secret"}
    # The same caller, who has come to see less.
    assert seen(client, path, headers={"X-Caller": "ann"}) == {"urn:open"}


def test_a_new_release_answers_at_once(client: TestClient, home: Path, made: Any) -> None:
    assert seen(client) == {"urn:open"}
    made(home, '<urn:newer> <urn:p> "3" <urn:g> .\n', "madebyhand02")
    assert seen(client) == {"urn:newer"}
    assert len(client.app.state.sparql.pool.processes) == 1  # type: ignore[attr-defined]


def test_a_client_that_left_before_the_first_byte_keeps_no_process(made: Any, tmp_path: Path, application: Any) -> None:
    facts = "".join(f'<urn:s{n}> <urn:p> "{n}" <urn:g> .\n' for n in range(2000))
    app = application(made(tmp_path / "wide", facts), workers=1, per_caller=1, waiting=0)
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": "/sparql", "raw_path": b"/sparql", "root_path": "", "headers": [],
        "query_string": b"query=SELECT%20*%20%7B?s%20?p%20?o%20.%20?a%20?b%20?c%7D", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise OSError("nobody is there")

    async def leave() -> None:
        with contextlib.suppress(ClientDisconnect, OSError):
            await app({**scope}, receive, send)
        assert not app.state.sparql.pool.busy

    try:
        for _ in range(3):
            asyncio.run(leave())
        assert TestClient(app).get("/sparql", params={"query": "ASK {}"}).json()["boolean"]
    finally:
        close(app)
