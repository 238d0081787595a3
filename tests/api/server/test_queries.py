"""The catalogue over HTTP: every question is listed, described and answered as on the command line."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.store import EmbeddedStore

NAMES = Catalogue().names()
# A question that needs an argument gets one that has rows.
ASKED = {
    "accepting-nations": {"munition": "dm121"},
    "blocked-pairs": {"gap": "not-known/POL/agreement/STANAG-4425/2"},
    "changes-between": {"earlier": "2010-01-01", "later": "2024-01-01"},
    "evidence": {"equipment": "pzh-2000", "munition": "dm121"},
    "gap-evidence": {"gap": "not-known/POL/agreement/STANAG-4425/2"},
    "joint-procurement": {"class": "155mm"},
    "life-cycle": {"document": "STANAG-4425"},
    "list-changes": {"earlier": "stanagraph-public-data", "later": "stanagraph-public-data"},
    "matrix": {"class": "155mm"},
    "matrix-as-of": {"class": "155mm", "asOf": "2020-01-01"},
    "pairs": {"using": "POL", "providing": "DEU"},
    "positions": {"agreement": "STANAG-4187"},
    "requirement-changes": {"earlier": "STANAG-4425/2", "later": "STANAG-4187/4"},
    "requirements": {"scope": "155mm"},
    "requirements-package": {"scope": "155mm"},
    "revision-impact": {"revised": "STANAG-4425"},
    "revision-verdicts": {"revised": "STANAG-4425"},
    "stocks-for-recipient": {"recipient": "UKR"},
    "substitutes": {"munition": "dm121", "equipment": "pzh-2000"},
    "trace": {"thing": "dm121"},
    "type-verdicts": {"type": "pzh-2000"},
}


def test_every_question_is_listed(client: TestClient) -> None:
    body = client.get("/v1/queries").json()
    assert [item["name"] for item in body["items"]] == list(NAMES)
    assert all({"en", "fr"} <= set(item["question"]) for item in body["items"])
    pages = client.get("/v1/queries?limit=40")
    assert client.get(pages.links["next"]["url"]).json()["items"] == body["items"][40:]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_question_takes_is_described_and_it_is_answered(
    client: TestClient, public_store: EmbeddedStore, name: str
) -> None:
    described = client.get(f"/v1/queries/{name}").json()
    required = {it["name"] for it in described["parameters"] if it["required"]}
    assert required == set(ASKED.get(name, {}))
    response = client.get(described["links"]["answer"], params={**ASKED.get(name, {}), "limit": 3})
    assert response.status_code == 200
    answer = Catalogue().ask(public_store, name, ASKED.get(name, {}))
    assert response.json()["total"] == len(answer.rows)
    for item in response.json()["items"]:
        assert list(item) == [*described["columns"], "iris"]
        assert set(item["iris"]) <= set(described["columns"])


@pytest.mark.parametrize(
    ("media", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    ],
)
@pytest.mark.parametrize("path", ["/v1/queries", "/v1/queries/positions"])
def test_a_question_can_be_run_from_its_description(
    client: TestClient, public_store: EmbeddedStore, path: str, media: str, form: ox.RdfFormat
) -> None:
    graph = ox.Store()
    graph.extend(ox.parse(client.get(path, headers={"Accept": media}).content, form))
    found = graph.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT ?text { <https://w3id.org/stanagraph/query/reports/positions> a sh:SPARQLSelectExecutable ; "
        "sh:select ?text ; rdfs:label ?label . FILTER(LANG(?label) = 'fr') }"
    )
    assert isinstance(found, ox.QuerySolutions)
    (solution,) = list(found)
    assert public_store.select(solution["text"].value).rows


def test_an_answer_comes_in_every_representation_with_the_same_rows(client: TestClient) -> None:
    path = "/v1/queries/positions/answer?agreement=STANAG-4187"
    items = client.get(path).json()["items"]
    rows = list(csv.DictReader(io.StringIO(client.get(path, headers={"Accept": "text/csv"}).text)))
    assert [row["nation"] for row in rows] == [item["nation"] for item in items]
    graphs = []
    for name, form in (("turtle", "TURTLE"), ("jsonld", "JSON_LD"), ("ntriples", "N_TRIPLES")):
        response = client.get(path, params={"agreement": "STANAG-4187", "format": name})
        dataset = ox.Dataset(ox.parse(response.content, getattr(ox.RdfFormat, form)))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        graphs.append(dataset)
    assert len(graphs[0]) > len(items)
    assert graphs[0] == graphs[1] == graphs[2]
    page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    assert "/v1/nations/POL" in page or "/v1/things/nation/POL" in page
    assert "Quelles positions les pays" in page


def test_a_cursor_leads_through_an_answer(client: TestClient) -> None:
    path = "/v1/queries/positions/answer?agreement=STANAG-4187"
    whole = client.get(path).json()["items"]
    first = client.get(f"{path}&limit=20")
    assert first.json()["items"] + client.get(first.links["next"]["url"]).json()["items"] == whole
    other = client.get("/v1/queries/positions/answer?agreement=STANAG-4425", params={"cursor": first.json()["next"]})
    assert other.status_code == 422


def test_a_question_can_be_asked_on_its_page(client: TestClient) -> None:
    page = client.get("/v1/queries/positions", headers={"Accept": "text/html"}).text
    assert '<input name="agreement" type="text" maxlength="120" required>' in page
    assert '<input name="asOf" type="date" maxlength="120">' in page
