"""Search over HTTP."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient


def test_what_is_found_leads_to_it(client: TestClient) -> None:
    body = client.get("/v1/search", params={"q": "panzerhaubize"}).json()
    assert body["items"][0]["id"] == "pzh-2000"
    assert client.get(body["items"][0]["links"]["self"]).json()["iri"] == body["items"][0]["iri"]


def test_names_are_shown_in_the_language_of_the_client(client: TestClient) -> None:
    for language, name in (("fr", "Pologne"), ("en", "Poland")):
        response = client.get("/v1/search?q=POL&kind=nation&limit=1", headers={"Accept-Language": language})
        assert response.json()["items"][0]["label"] == name


def test_a_page_shows_text_as_text(client: TestClient) -> None:
    page = client.get("/v1/search", params={"q": "<script>alert(1)</script>", "format": "html"}).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'href="/v1/nations/POL"' in client.get("/v1/search?q=pologne&format=html").text


def test_what_is_found_as_triples(client: TestClient) -> None:
    body = client.get("/v1/search?q=pologne&format=ntriples").content
    subjects = {str(quad.subject) for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES)}
    assert "<https://w3id.org/stanagraph/id/nation/POL>" in subjects


@pytest.mark.parametrize("query", ["", "q=", "q=" + "x" * 121, "q=a&kind=holding", "q=a&limit=101", "q=a&cursor=x"])
def test_what_cannot_be_searched_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/search?{query}").status_code == 422


def test_search_gives_a_table(client: TestClient) -> None:
    lines = client.get("/v1/search?q=pologne&format=csv").text.splitlines()
    assert lines[0] == "iri,id,kind,label,score,matched,how"
    assert lines[1].startswith("https://w3id.org/stanagraph/id/nation/POL,POL,nation,Poland,100.0,Pologne,name")
