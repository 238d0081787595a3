"""SPARQL 1.1 Protocol on the release: every way to ask, every form of an answer, every reason to refuse."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from stanagraph.api.server.sparql.formats import BOOLEANS, GRAPHS, TABLES
from stanagraph.graph.names import BASE

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
SYNTAXES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


def ask(client: TestClient, query: str, **parameters: Any) -> Any:
    response = client.get("/sparql", params={"query": query, **parameters})
    assert response.status_code == 200, response.text
    return response.json()["boolean"]


def test_every_way_to_ask(client: TestClient) -> None:
    text = "ASK { <urn:b> ?p 'deux'@fr }"
    answers = [
        client.get("/sparql", params={"query": text}),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", content=text, headers={"Content-Type": f"{QUERY}; charset=UTF-8"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.json() == {"head": {}, "boolean": True}
    assert client.head("/sparql", params={"query": text}).headers["content-type"] == "application/sparql-results+json"


def test_the_default_graph_is_the_union_of_all(client: TestClient) -> None:
    assert ask(client, "ASK { <urn:a> ?p ?x . <urn:b> ?p ?y }")
    assert ask(client, "ASK { GRAPH <urn:g:first> { <urn:a> ?p ?x } FILTER NOT EXISTS { GRAPH ?g { <urn:x> ?p ?y } } }")


def test_the_request_says_which_graphs_are_read(client: TestClient) -> None:
    default, named = "default-graph-uri", "named-graph-uri"
    both = "ASK { <urn:a> ?p ?x . <urn:b> ?p ?y }"
    assert not ask(client, both, **{default: "urn:g:first"})
    assert ask(client, both, **{default: ["urn:g:first", "urn:g:second"]})
    assert not ask(client, "ASK { <urn:a> ?p ?x }", **{named: "urn:g:first"})
    assert ask(client, "ASK { GRAPH ?g { <urn:a> ?p ?x } }", **{named: "urn:g:first"})
    assert not ask(client, "ASK { GRAPH ?g { <urn:b> ?p ?x } }", **{named: "urn:g:first"})
    # What the request says goes before what the query says, and a graph that nobody knows is empty.
    assert not ask(client, "ASK FROM <urn:g:first> { <urn:a> ?p ?x }", **{default: "urn:g:second"})
    assert not ask(client, "ASK { ?s ?p ?o }", **{default: "http://nowhere.example/data.rdf"})
    posted = client.post(f"/sparql?{default}=urn:g:first", content=both, headers={"Content-Type": QUERY})
    assert posted.json()["boolean"] is False
    assert client.post("/sparql", data={"query": both, default: "urn:g:first"}).json()["boolean"] is False


def test_from_names_graphs_of_the_release(client: TestClient) -> None:
    assert ask(client, "PREFIX g: <urn:g:> ASK FROM g:first { <urn:a> ?p ?x FILTER NOT EXISTS { <urn:b> ?p ?y } }")
    assert ask(client, "ASK FROM NAMED <urn:g:first> { GRAPH ?g { <urn:a> ?p ?x } FILTER NOT EXISTS { ?a ?b ?c } }")
    for elsewhere in ("<file:///etc/passwd>", "NAMED <http://127.0.0.1/>", "<relative>"):
        refused = client.get("/sparql", params={"query": f"SELECT * FROM {elsewhere} {{ ?s ?p ?o }}"})
        assert refused.status_code == 400
        assert refused.json()["type"] == f"{BASE}problems/query-refused"
        assert "no graph of this data set" in refused.json()["detail"]


@pytest.mark.parametrize("media", TABLES)
def test_tables_in_every_form(client: TestClient, media: str) -> None:
    query = "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?s"
    response = client.get("/sparql", params={"query": query}, headers={"Accept": media, "Accept-Encoding": "identity"})
    assert response.headers["content-type"].partition(";")[0] == media
    assert response.headers["content-length"] == str(len(response.content))
    assert response.headers["vary"].startswith("Accept, Accept-Language")
    if media == "text/csv":
        assert response.text == 's,o\r\nurn:a,1\r\nurn:b,deux\r\nurn:c,"a, ""b""\r\nc"\r\n'
        return
    rows = ox.parse_query_results(response.content, RESULTS[media])
    assert isinstance(rows, ox.QuerySolutions)
    assert [tuple(row)[1] for row in rows] == [
        ox.Literal("1"), ox.Literal("deux", language="fr"), ox.Literal('a, "b"\r\nc'),
    ]  # fmt: skip


@pytest.mark.parametrize("media", BOOLEANS)
def test_booleans_in_every_form(client: TestClient, media: str) -> None:
    response = client.get("/sparql", params={"query": "ASK { <urn:x> ?p ?o }"}, headers={"Accept": media})
    assert response.headers["content-type"] == media
    assert not ox.parse_query_results(response.content, RESULTS[media])


@pytest.mark.parametrize("media", GRAPHS)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <urn:a> <urn:b> <urn:c>"])
def test_graphs_in_every_form(client: TestClient, media: str, query: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"Accept": media})
    assert response.headers["content-type"].partition(";")[0] == media
    found = {str(quad.triple) for quad in ox.parse(response.content, SYNTAXES[media])}
    assert len(found) == 3


def test_a_graph_is_turtle_unless_it_is_wished_otherwise(client: TestClient) -> None:
    empty = client.get("/sparql", params={"query": "CONSTRUCT { <s> <p> 1 } {}"}, headers={"Accept": "*/*"})
    assert empty.headers["content-type"] == "text/turtle; charset=utf-8"
    assert "<http://testserver/s>" in empty.text
    nothing = client.get("/sparql", params={"query": "CONSTRUCT { ?s ?p ?o } { ?s <urn:none> ?o . ?s ?p ?o }"})
    assert (nothing.status_code, nothing.content) == (200, b"")


MEDIA = st.sampled_from([*TABLES, *GRAPHS, "text/html", "image/png", "*/*", "application/*", "text/*"])


@settings(max_examples=40)
@given(wanted=st.lists(st.tuples(MEDIA, st.sampled_from(["", ";q=0", ";q=0.3", ";q=0.9"])), max_size=4))
def test_the_answer_has_the_form_that_is_wanted_most(client: TestClient, wanted: list[tuple[str, str]]) -> None:
    accept = ", ".join(media + quality for media, quality in wanted)
    response = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": accept})
    weights = {media: float(quality[3:] or 1) for media, quality in reversed(wanted)}

    def weight(media: str) -> float:
        return next((weights[name] for name in (media, f"{media.partition('/')[0]}/*", "*/*") if name in weights), 0)

    if len({media for media, _ in wanted}) < len(wanted):
        return  # the same range twice: RFC 9110 leaves open what counts
    best = max(map(weight, BOOLEANS)) if wanted else 1
    assert response.status_code == (200 if best else 406)
    if best and wanted:
        assert weight(response.headers["content-type"]) == best


WRONG: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "?query=ASK%20%7B", {}, 400, "bad-query"),
    ("GET", "?query=ASK%7B%7D&query=ASK%7B%7D", {}, 400, "bad-query"),
    ("GET", "?update=CLEAR%20ALL", {}, 400, "bad-query"),
    ("GET", "?query=ASK%7B%7D&update=CLEAR%20ALL", {}, 400, "bad-query"),
    ("GET", "?query=CLEAR%20ALL", {}, 400, "bad-query"),
    ("GET", "?default-graph-uri=urn:g:first", {}, 400, "bad-query"),
    ("GET", "?query=ASK%7B%7D&default-graph-uri=relative", {}, 400, "bad-query"),
    ("GET", "?query=%ff%fe", {}, 400, "bad-query"),
    ("POST", "", {"data": {"query": "x" * 100_001}}, 413, "too-large"),
    ("POST", "", {"content": b"ASK {}"}, 415, "unsupported-media-type"),
    ("POST", "", {"content": b"query=ASK%20%7B%7D"}, 415, "unsupported-media-type"),
    ("POST", "", {"content": b"ASK {}", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported-media-type"),
    ("POST", "", {"content": b"CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, 415,
     "unsupported-media-type"),
    ("POST", "", {"content": "ASK {}".encode("utf-16"), "headers": {"Content-Type": f"{QUERY}; charset=UTF-16"}}, 415,
     "unsupported-media-type"),
    ("POST", "", {"content": "ASK {}".encode("utf-16"), "headers": {"Content-Type": QUERY}}, 400, "bad-query"),
    ("POST", "", {"content": b"x" * 400_001, "headers": {"Content-Type": QUERY}}, 413, "too-large"),
    ("POST", "", {"content": b"a=1&" * 3000, "headers": {"Content-Type": FORM}}, 400, "bad-query"),
    ("POST", "", {"content": b"", "headers": {"Content-Type": FORM}}, 400, "bad-query"),
    ("PUT", "?query=ASK%7B%7D", {}, 405, "method-not-allowed"),
    ("DELETE", "?query=ASK%7B%7D", {}, 405, "method-not-allowed"),
    ("GET", "?query=ASK%7BSERVICE%3Curn:x%3E%7B%7D%7D", {}, 400, "query-refused"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "rest", "sent", "status", "code"), WRONG)
def test_what_cannot_be_answered(
    client: TestClient, method: str, rest: str, sent: dict[str, Any], status: int, code: str
) -> None:
    response = client.request(method, f"/sparql{rest}", **sent)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"{BASE}problems/{code}"
    if status == 405:
        assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_the_place_of_an_error_is_told(client: TestClient) -> None:
    problem = client.get("/sparql", params={"query": "SELECT *\n{ ?s ?p }"}).json()
    assert problem["errors"][0]["parameter"] == "query"
    assert "2:" in problem["errors"][0]["detail"]
    assert len(problem["detail"]) < 400


def test_an_answer_is_known_again(client: TestClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o }"}
    first = client.get("/sparql", params=query)
    again = client.get("/sparql", params=query, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/sparql", params=query, headers={"If-None-Match": first.headers["etag"], "Accept": "text/csv"})
    assert other.status_code == 200
    assert "etag" not in client.get("/sparql", params={"query": "SELECT (NOW() AS ?now) {}"}).headers


@pytest.mark.parametrize("media", GRAPHS)
def test_the_service_describes_itself(client: TestClient, media: str) -> None:
    response = client.get("/sparql", headers={"Accept": media})
    assert response.headers["content-type"].partition(";")[0] == media
    said = "http://www.w3.org/ns/sparql-service-description#"
    store = ox.Store()
    store.bulk_load(response.content, SYNTAXES[media])

    def values(name: str) -> set[str]:
        return {quad.object.value for quad in store.quads_for_pattern(None, ox.NamedNode(said + name), None)}  # type: ignore[union-attr]

    assert values("endpoint") == {"http://testserver/sparql"}
    assert values("supportedLanguage") == {f"{said}SPARQL11Query"}
    assert values("name") == {"urn:g:first", "urn:g:second"}
    assert f"{said}UnionDefaultGraph" in values("feature")


def test_a_description_comes_in_no_form_that_is_no_graph(client: TestClient) -> None:
    assert client.get("/sparql", headers={"Accept": "text/csv"}).status_code == 406


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_may_not_read_gets_no_answer_by_any_way(client: TestClient, method: str) -> None:
    headers = {"X-Caller": "ann ingest", "Content-Type": QUERY}
    for path in ("/sparql", "/v1/scenarios/mine/sparql"):
        refused = client.request(method, path, params={"query": "ASK {}"} if method == "GET" else {}, headers=headers)
        assert refused.status_code == 403
        assert refused.json()["type"] == f"{BASE}problems/forbidden"
