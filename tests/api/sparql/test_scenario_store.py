"""The mutable copy of a scenario: Query, Update and Graph Store Protocol, for its owner alone."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

import httpx2
import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.sparql.copies import Copies, Wanted
from stanagraph.api.server.sparql.install import close, install
from stanagraph.api.server.sparql.settings import SparqlSettings
from stanagraph.graph.names import BASE, graph, thing
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Scenarios, scenario_of

TURTLE, UPDATE = "text/turtle", "application/sparql-update"
SITE = "http://testserver"
HERE = f"{SITE}/v1/scenarios/mine"
PERSON = "@prefix f: <http://xmlns.com/foaf/0.1/> . <#me> a f:Person ; f:knows [ f:name '%s' ] ."


def update(owner: TestClient, text: str, **parameters: Any) -> Any:
    return owner.post("update", content=text, headers={"Content-Type": UPDATE}, params=parameters)


def ask(owner: TestClient, text: str, **parameters: Any) -> bool:
    response = owner.get("sparql", params={"query": text, **parameters})
    assert response.status_code == 200, response.text
    return bool(response.json()["boolean"])


def put(owner: TestClient, where: str, text: str, media: str = TURTLE) -> Any:
    return owner.put(where, content=text, headers={"Content-Type": media})


def triples(response: Any) -> int:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    return len(list(ox.parse(response.content, ox.RdfFormat.TURTLE, base_iri="http://x/")))


def code(response: Any) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["type"]).removeprefix(f"{BASE}problems/")


def test_a_copy_begins_as_the_release_and_leaves_it_as_it_is(owner: TestClient) -> None:
    assert ask(owner, "ASK { GRAPH <urn:g:first> { <urn:a> <urn:p> '1' } <urn:b> ?p ?o }")
    assert update(owner, "DELETE WHERE { GRAPH <urn:g:first> { ?s ?p ?o } }").status_code == 204
    assert not ask(owner, "ASK { <urn:a> <urn:p> '1' }")
    assert owner.get(f"{SITE}/sparql", params={"query": "ASK { <urn:a> <urn:p> '1' }"}).json()["boolean"]


def test_every_way_to_update(owner: TestClient) -> None:
    assert update(owner, "INSERT DATA { <urn:1> <urn:q> <relative> }").status_code == 204
    assert owner.post("update", data={"update": "INSERT DATA { <urn:2> <urn:q> 2 }"}).status_code == 204
    assert ask(owner, f"ASK {{ <urn:1> <urn:q> <{HERE}/relative> . <urn:2> <urn:q> 2 }}")


def test_an_update_reads_what_its_request_says(owner: TestClient) -> None:
    text = "INSERT { GRAPH <urn:g:new> { ?s <urn:q> ?o } } WHERE { ?s <urn:p> ?o }"
    assert update(owner, text, **{"using-graph-uri": "urn:g:first"}).status_code == 204
    assert ask(owner, "ASK { GRAPH <urn:g:new> { <urn:a> <urn:q> ?o } FILTER NOT EXISTS { <urn:b> <urn:q> ?o } }")
    named = "INSERT { GRAPH <urn:g:two> { ?s <urn:q> ?o } } WHERE { GRAPH ?g { ?s <urn:p> ?o } }"
    assert update(owner, named, **{"using-named-graph-uri": "urn:g:second"}).status_code == 204
    assert ask(owner, "ASK { GRAPH <urn:g:two> { <urn:b> ?q ?o FILTER NOT EXISTS { <urn:a> ?q ?o } } }")


@pytest.mark.parametrize(
    ("sent", "status", "problem"),
    [
        ({"content": "CLEAR XYZ", "headers": {"Content-Type": UPDATE}}, 400, "bad-query"),
        ({"content": "CLEAR ALL", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported-media-type"),
        ({"content": b"update=CLEAR+ALL"}, 415, "unsupported-media-type"),
        ({"content": "CLEAR ALL".encode("utf-16"), "headers": {"Content-Type": f"{UPDATE}; charset=UTF-16"}}, 415,
         "unsupported-media-type"),
        ({"content": b"update=CLEAR+ALL&update=CLEAR+NAMED",
          "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400, "bad-query"),
        ({"data": {"query": "ASK {}"}}, 400, "bad-query"),
        ({"content": "WITH <urn:g> DELETE {} WHERE {}", "headers": {"Content-Type": UPDATE},
          "params": {"using-graph-uri": "urn:g"}}, 400, "bad-query"),
        ({"content": "LOAD <file:///etc/passwd>", "headers": {"Content-Type": UPDATE}}, 400, "query-refused"),
        ({"content": "INSERT {} WHERE { SERVICE <http://127.0.0.1/> {} }", "headers": {"Content-Type": UPDATE}}, 400,
         "query-refused"),
    ],
)  # fmt: skip
def test_what_is_no_update_changes_nothing(owner: TestClient, sent: dict[str, Any], status: int, problem: str) -> None:
    response = owner.post("update", **sent)
    assert (response.status_code, code(response)) == (status, problem)
    assert ask(owner, "ASK { <urn:a> <urn:p> '1' }")


def test_an_update_is_never_a_get(owner: TestClient) -> None:
    response = owner.get("update", params={"update": "CLEAR ALL"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST, OPTIONS")
    assert ask(owner, "ASK { <urn:a> <urn:p> '1' }")


def test_an_update_happens_whole_or_not_at_all(owner: TestClient) -> None:
    failing = "INSERT DATA { <urn:1> <urn:q> 1 } ; CREATE GRAPH <urn:g:first>"
    assert update(owner, failing).status_code >= 400
    assert not ask(owner, "ASK { <urn:1> <urn:q> 1 }")


def test_the_service_says_that_it_can_be_changed(owner: TestClient) -> None:
    update(owner, "CREATE GRAPH <urn:g:empty>")
    said = owner.get("sparql", headers={"Accept": "application/n-triples"}).text
    assert f"<{HERE}/sparql>" in said
    assert "#SPARQL11Update>" in said
    assert "<urn:g:empty>" in said


def test_nobody_else_has_it(owner: TestClient) -> None:
    update(owner, "INSERT DATA { <urn:secret> <urn:q> 1 }")
    secret = {"query": "ASK { <urn:secret> ?q ?o }"}
    for other in ("bob", "ann-"):
        assert owner.get("sparql", params=secret, headers={"X-Caller": other}).json()["boolean"] is False
    assert owner.get(f"{SITE}/v1/scenarios/other/sparql", params=secret).json()["boolean"] is False
    stranger = TestClient(owner.app)
    graphs = [(method, "graphs?default") for method in ("GET", "PUT", "POST", "DELETE")]
    for method, path in [("GET", "sparql"), ("POST", "update"), *graphs, ("GET", "copy"), ("DELETE", "copy")]:
        response = stranger.request(method, f"/v1/scenarios/mine/{path}", content=b"", headers={"Content-Type": UPDATE})
        assert (response.status_code, code(response)) == (401, "not-authenticated"), (method, path)


def test_who_comes_to_see_less_gets_another_copy(tmp_path: Path) -> None:
    copies = Copies(tmp_path, SparqlSettings())
    places = {copies._place(Wanted("ann", "mine", audience, None)) for audience in ("public", "partners")}
    assert len(places) == 2


def test_a_copy_tells_its_release_and_can_be_begun_anew(owner: TestClient) -> None:
    assert owner.get("copy").status_code == 404
    update(owner, "CLEAR ALL")
    told = owner.get("copy").json()
    assert (told["release"], told["current"]) == ("publbyhand01", True)
    assert owner.delete("copy").status_code == 204
    assert ask(owner, "ASK { <urn:a> <urn:p> '1' }")


def test_an_owner_has_so_many_copies_and_no_more(owner: TestClient) -> None:
    for name in ("one", "two"):
        assert owner.get(f"{SITE}/v1/scenarios/{name}/sparql?query=ASK%7B%7D").status_code == 200
    response = owner.get(f"{SITE}/v1/scenarios/three/sparql?query=ASK%7B%7D")
    assert (response.status_code, code(response)) == (409, "too-many-copies")
    assert owner.delete(f"{SITE}/v1/scenarios/one/copy").status_code == 204
    assert owner.get(f"{SITE}/v1/scenarios/three/sparql?query=ASK%7B%7D").status_code == 200


def test_a_copy_does_not_grow_without_end(owner: TestClient, tmp_path: Path) -> None:
    update(owner, "CLEAR ALL")
    (told,) = (tmp_path / "home" / "copies").glob("*/*/*/store")
    with (told / "filling").open("wb") as file:
        file.truncate(101 << 20)
    assert code(update(owner, "INSERT DATA { <urn:1> <urn:q> 1 }")) == "copy-full"
    assert code(put(owner, "graphs?graph=urn:g", "<urn:1> <urn:q> 1 .")) == "copy-full"
    assert owner.get("graphs?default").status_code == 200


def test_where_no_copy_can_be_kept_there_is_a_problem_without_a_path(owner: TestClient, tmp_path: Path) -> None:
    (tmp_path / "home" / "copies").write_text("in the way")
    response = update(owner, "CLEAR ALL")
    assert (response.status_code, code(response)) == (503, "release-unavailable")
    assert str(tmp_path) not in response.text


def test_a_damaged_copy_answers_nothing_and_can_be_begun_anew(owner: TestClient, tmp_path: Path) -> None:
    update(owner, "INSERT DATA { <urn:1> <urn:q> 1 }")
    owner.app.state.copies.close()  # type: ignore[attr-defined]
    (store,) = (tmp_path / "home" / "copies").glob("*/*/*/store")
    (store / "CURRENT").write_text("nonsense")
    response = owner.get("sparql", params={"query": "ASK {}"})
    assert (response.status_code, code(response)) == (503, "store-failed")
    assert str(tmp_path) not in response.text
    assert owner.delete("copy").status_code == 204
    assert ask(owner, "ASK { <urn:a> <urn:p> '1' }")


def test_no_two_processes_of_the_service_stand_in_each_others_way(owner: TestClient, tmp_path: Path) -> None:
    """Two processes change one copy in turn; each finds what the other has written."""
    update(owner, "CLEAR ALL")
    app = create_app(Releases(tmp_path / "home"))
    install(app, SparqlSettings(idle=0.3))
    app.state.scenario_of = owner.app.state.scenario_of  # type: ignore[attr-defined]
    app.user_middleware = owner.app.user_middleware  # type: ignore[attr-defined]
    other = TestClient(app, headers={"X-Caller": "ann"}, base_url=str(owner.base_url))
    try:
        for number in range(4):
            client = (owner, other)[number % 2]
            assert update(client, f"INSERT DATA {{ <urn:s> <urn:q> {number} }}").status_code == 204
        assert ask(owner, "ASK { <urn:s> <urn:q> 0, 1, 2, 3 }")
    finally:
        close(app)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_an_update_that_is_killed_has_not_happened(serve: Any, wide_home: Path, tmp_path: Path) -> None:
    shutil.copytree(wide_home, tmp_path / "home")
    with serve(tmp_path / "home", seconds=1.0) as server:
        where, headers = f"{server.url}/v1/scenarios/mine", {"X-Caller": "ann", "Content-Type": UPDATE}
        first = httpx2.post(f"{where}/update", content="INSERT DATA { <urn:1> <urn:q> 1 }", headers=headers, timeout=30)
        assert first.status_code == 204
        endless = "INSERT { ?a <urn:q> ?f } WHERE { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?h ?i ?j } }"
        response = httpx2.post(f"{where}/update", content=f"CLEAR DEFAULT ; {endless}", headers=headers, timeout=30)
        assert (response.status_code, code(response)) == (422, "query-stopped")
        question = {"query": "ASK { <urn:1> <urn:q> 1 FILTER NOT EXISTS { ?s <urn:q> ?o FILTER(?o != 1) } }"}
        assert httpx2.get(f"{where}/sparql", params=question, headers=headers, timeout=30).json()["boolean"]


def test_requests_of_one_copy_wait_for_each_other(serve: Any, tiny_home: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_home, tmp_path / "home")
    with serve(tmp_path / "home", per_caller=20) as server:
        headers = {"X-Caller": "ann", "Content-Type": UPDATE}
        done = []

        def change(number: int) -> None:
            text = f"INSERT DATA {{ <urn:s> <urn:q> {number} }}"
            url = f"{server.url}/v1/scenarios/mine/update"
            done.append(httpx2.post(url, content=text, headers=headers, timeout=30).status_code)

        threads = [threading.Thread(target=change, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert done == [204] * 10
        question = {"query": "SELECT (COUNT(?o) AS ?n) { <urn:s> <urn:q> ?o }"}
        found = httpx2.get(f"{server.url}/v1/scenarios/mine/sparql", params=question, headers=headers, timeout=30)
        assert found.json()["results"]["bindings"][0]["n"]["value"] == "10"


@pytest.mark.long
def test_a_copy_holds_what_its_scenario_supposes(small_home: Path) -> None:
    kept = scenario_of({"name": "poland-buys", "move": [{"do": "buy", "nation": "POL", "thing": "pzh-2000"}]})
    Scenarios(small_home).keep(kept)
    app = create_app(Releases(small_home))
    app.state.scenario_of = lambda request, name: Scenarios(small_home).get(name)
    try:
        from starlette.middleware import Middleware

        from stanagraph.api.server.access import Caller

        class Ann:
            def __init__(self, app: Any) -> None:
                self.app = app

            async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
                scope.setdefault("state", {})["caller"] = Caller("ann")
                await self.app(scope, receive, send)

        app.user_middleware.append(Middleware(Ann))
        client = TestClient(app)
        supposed = graph("scenario/poland-buys")
        question = f"ASK {{ GRAPH {supposed} {{ ?s ?p {thing('nation', 'POL')} }} }}"
        assert client.get("/v1/scenarios/poland-buys/sparql", params={"query": question}).json()["boolean"]
        assert not client.get("/sparql", params={"query": f"ASK {{ GRAPH {supposed} {{ ?s ?p ?o }} }}"}).json()[
            "boolean"
        ]
        assert json.loads(client.get("/v1/scenarios/poland-buys/copy").text)["current"]
    finally:
        close(app)
