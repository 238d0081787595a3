"""The Graph Store Protocol on the mutable copy of a scenario."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.graph.names import BASE

TURTLE, UPDATE = "text/turtle", "application/sparql-update"
SITE = "http://testserver"
HERE = f"{SITE}/v1/scenarios/mine"
PERSON = "@prefix f: <http://xmlns.com/foaf/0.1/> . <#me> a f:Person ; f:knows [ f:name '%s' ] ."


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


@pytest.mark.parametrize("where", ["graphs?graph=urn:g:new", "graphs/any/place.ttl"])
def test_a_graph_comes_changes_and_goes(owner: TestClient, where: str) -> None:
    assert owner.get(where).status_code == owner.head(where).status_code == owner.delete(where).status_code == 404
    assert put(owner, where, PERSON % "Alice").status_code == 201
    assert put(owner, where, PERSON % "Bob").status_code == 204
    got = owner.get(where)
    assert triples(got) == 3
    assert b"Bob" in got.content
    assert b"Alice" not in got.content
    assert owner.head(where).headers["content-type"] == "text/turtle; charset=utf-8"
    added = owner.post(where, content="<#me> <urn:age> 1 .", headers={"Content-Type": TURTLE})
    assert added.status_code == 204
    assert triples(owner.get(where)) == 4
    assert owner.delete(where).status_code == 204
    assert owner.get(where).status_code == 404
    assert code(owner.get(where)) == "graph-not-found"


def sent(owner: TestClient, method: str, where: str, text: str | None = None, **headers: str) -> Any:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return owner.request(method, where, content=text, headers={"Content-Type": TURTLE, **said} if text else said)


@pytest.mark.parametrize("where", ["graphs?graph=urn:g:new", "graphs/any/place.ttl", "graphs?default"])
def test_who_changes_a_graph_may_say_which_state_is_meant(owner: TestClient, where: str) -> None:
    put(owner, where, PERSON % "Alice")
    alice = owner.get(where).headers["etag"]
    assert owner.get(where).headers["etag"] == owner.head(where).headers["etag"] == alice
    assert sent(owner, "PUT", where, PERSON % "Bob", If_Match=alice).status_code == 204
    for method, text in (("PUT", PERSON % "Eve"), ("POST", PERSON % "Eve"), ("DELETE", None)):
        late = sent(owner, method, where, text, If_Match=alice)
        assert (late.status_code, code(late)) == (412, "precondition-failed")
        assert sent(owner, method, where, text, If_Match=f"W/{owner.get(where).headers['etag']}").status_code == 412
        assert sent(owner, method, where, text, If_None_Match="*").status_code == 412
    assert b"Bob" in owner.get(where).content
    assert b"Eve" not in owner.get(where).content
    # A change by an update, or in another order, counts by what it leaves.
    bob = owner.get(where).headers["etag"]
    assert owner.post("update", content="INSERT DATA { GRAPH <urn:g:else> { <urn:s> <urn:p> 1 } }",
                      headers={"Content-Type": UPDATE}).status_code == 204  # fmt: skip
    assert owner.get(where).headers["etag"] == bob
    added = sent(owner, "POST", where, "<urn:s> <urn:p> 1 .", If_Match=f'"other", {bob}', If_None_Match=alice)
    assert added.status_code == 204
    assert owner.get(where).headers["etag"] not in (alice, bob)
    assert sent(owner, "DELETE", where, If_Match="*").status_code == 204


def test_a_graph_that_is_not_there_is_made_only_once(owner: TestClient) -> None:
    where = "graphs?graph=urn:g:new"
    for method in ("PUT", "POST", "DELETE"):
        assert sent(owner, method, where, "<urn:s> <urn:p> 1 .", If_Match="*").status_code == 412
    assert sent(owner, "PUT", where, "<urn:s> <urn:p> 1 .", If_None_Match="*").status_code == 201
    assert sent(owner, "PUT", where, "<urn:s> <urn:p> 2 .", If_None_Match="*").status_code == 412
    assert b"1" in owner.get(where).content


def test_who_has_a_graph_already_is_told_so(owner: TestClient) -> None:
    where = "graphs?graph=urn:g:new"
    put(owner, where, PERSON % "Alice")
    tag = owner.get(where).headers["etag"]
    for said in (tag, f"W/{tag}", "*"):
        known = sent(owner, "GET", where, If_None_Match=said)
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers.get("etag", tag) == tag
    plain = sent(owner, "GET", where, Accept="application/n-triples", If_None_Match=tag)
    assert plain.status_code == 200, "another form is another answer"
    assert plain.headers["etag"] != tag
    # To change it, the tag of any form is good.
    assert sent(owner, "GET", where, If_Match='"other"').status_code == 412
    put(owner, where, PERSON % "Bob")
    assert sent(owner, "GET", where, If_None_Match=tag).status_code == 200
    assert sent(owner, "DELETE", where, If_Match=plain.headers["etag"]).status_code == 412
    now = sent(owner, "GET", where, Accept="application/n-triples").headers["etag"]
    assert sent(owner, "DELETE", where, If_Match=now).status_code == 204


def test_the_default_graph_is_always_there(owner: TestClient) -> None:
    assert triples(owner.get("graphs?default")) == 0
    assert put(owner, "graphs?default", PERSON % "Alice").status_code == 204
    assert triples(owner.get("graphs?default")) == 3
    assert owner.delete("graphs?default").status_code == 204
    assert triples(owner.get("graphs?default")) == 0
    assert ask(owner, "ASK { <urn:a> <urn:p> '1' }")


def test_what_a_document_says_of_itself_it_says_of_its_graph(owner: TestClient) -> None:
    put(owner, "graphs?graph=http://example.org/doc", PERSON % "Alice")
    assert ask(owner, "ASK { GRAPH <http://example.org/doc> { <http://example.org/doc#me> a ?person } }")
    put(owner, "graphs/doc", PERSON % "Alice")
    assert ask(owner, f"ASK {{ GRAPH <{HERE}/graphs/doc> {{ <{HERE}/graphs/doc#me> a ?person }} }}")
    assert triples(owner.get(f"graphs?graph={HERE}/graphs/doc")) == 3


def test_the_name_of_a_graph_is_decoded_once(owner: TestClient) -> None:
    assert put(owner, "graphs?graph=http://example.org/%31", "<urn:s> <urn:p> 1 .").status_code == 201
    assert put(owner, "graphs?graph=http://example.org/%2531", "<urn:s> <urn:p> 2 .").status_code == 201
    assert "2" in owner.get("graphs?graph=http%3A%2F%2Fexample.org%2F%2531").text
    assert "1" in owner.get("graphs?graph=http%3A%2F%2Fexample.org%2F1").text


def test_a_new_graph_gets_a_name(owner: TestClient) -> None:
    made = owner.post("graphs", content=PERSON % "Alice", headers={"Content-Type": TURTLE})
    assert made.status_code == 201
    place = made.headers["location"]
    assert place.startswith(f"{HERE}/graphs/")
    assert triples(owner.get(place)) == triples(owner.get("graphs", params={"graph": place})) == 3


def test_several_documents_come_at_once(owner: TestClient) -> None:
    files = [
        ("one", ("one.ttl", b"_:x <urn:p> 1 .", "text/turtle; charset=utf-8")),
        ("two", ("two.nt", b'_:x <urn:p> "2" .\n', "application/n-triples")),
    ]
    assert owner.post("graphs?graph=urn:g:new", files=files).status_code == 201
    # Blank nodes of two documents are two, whatever they are called.
    assert ask(owner, "ASK { GRAPH <urn:g:new> { ?a <urn:p> 1 . ?b <urn:p> '2' FILTER(?a != ?b) } }")
    wrong = [*files, ("three", ("three.txt", b"no graph", "text/plain"))]
    assert code(owner.post("graphs?graph=urn:g:other", files=wrong)) == "unsupported-media-type"
    assert owner.get("graphs?graph=urn:g:other").status_code == 404


XML = (
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="urn:s">{}'
    "</r:Description></r:RDF>"
)
BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>' + XML.format(
    '<u:p xmlns:u="urn:">&b;</u:p>'
)


@pytest.mark.parametrize(
    ("media", "text"),
    [
        ("application/rdf+xml", XML.format('<u:p xmlns:u="urn:">x</u:p>')),
        ("application/ld+json", '{"@id": "urn:s", "urn:p": "x"}'),
        ("application/n-triples", '<urn:s> <urn:p> "x" .'),
    ],
)  # fmt: skip
def test_documents_in_every_syntax(owner: TestClient, media: str, text: str) -> None:
    assert put(owner, "graphs?graph=urn:g:new", text, media).status_code == 201
    assert ask(owner, "ASK { GRAPH <urn:g:new> { <urn:s> <urn:p> 'x' } }")
    got = owner.get("graphs?graph=urn:g:new", headers={"Accept": media})
    assert got.headers["content-type"] == media


@pytest.mark.parametrize(
    ("where", "media", "text", "status", "problem"),
    [
        ("graphs?graph=urn:g", TURTLE, "<urn:s> <urn:p> 1", 400, "bad-input"),
        ("graphs?graph=urn:g", "application/rdf+xml", BOMB, 400, "bad-input"),
        ("graphs?graph=urn:g", "application/ld+json", '{"@context": "http://127.0.0.1/c", "@id": "urn:s"}', 400,
         "bad-input"),
        ("graphs?graph=urn:g", "application/n-quads", "", 415, "unsupported-media-type"),
        ("graphs?graph=urn:g", "application/trig", "", 415, "unsupported-media-type"),
        ("graphs?graph=urn:g", "", "", 415, "unsupported-media-type"),
        ("graphs?graph=urn:g", f"{TURTLE}; charset=latin1", "", 415, "unsupported-media-type"),
        ("graphs?graph=relative", TURTLE, "", 400, "bad-query"),
        ("graphs?graph=urn:g%3E%20%7B%7D%20;%20CLEAR%20ALL%20;%20", TURTLE, "", 400, "bad-query"),
        ("graphs?graph=urn:g&default", TURTLE, "", 400, "bad-query"),
        ("graphs/here?default", TURTLE, "", 400, "bad-query"),
        ("graphs", TURTLE, "", 400, "bad-query"),
        ("graphs?graph=urn:g", TURTLE, "#" * (1 << 20) + "#", 413, "too-large"),
    ],
)  # fmt: skip
def test_what_is_no_graph_changes_nothing(
    owner: TestClient, where: str, media: str, text: str, status: int, problem: str
) -> None:
    response = put(owner, where, text, media)
    assert (response.status_code, code(response)) == (status, problem)
    assert owner.get("graphs?graph=urn:g").status_code == 404
    assert ask(owner, "ASK { <urn:a> <urn:p> '1' }")


def test_a_graph_comes_in_no_form_that_is_none(owner: TestClient) -> None:
    assert owner.get("graphs?default", headers={"Accept": "text/html"}).status_code == 406
