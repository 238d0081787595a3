"""Lists: whole, in pages, and in every representation."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.releases import Releases


def walk(client: TestClient, path: str, limit: int) -> list[list[dict[str, Any]]]:
    pages = []
    cursor: str | None = ""
    while cursor is not None:
        body = client.get(path, params={"limit": limit, "cursor": cursor}).json()
        pages.append(body["items"])
        cursor = body["next"]
    return pages


def test_the_gaps_are_those_of_the_report_in_its_order(client: TestClient, every_gap: Answer, identifier: str) -> None:
    body = client.get("/v1/gaps", params={"limit": 1000}).json()
    assert [item["iri"] for item in body["items"]] == [record["gap"].value for record in every_gap.records()]
    assert body["next"] is None
    assert body["release"] == identifier
    assert body["total"] == len(every_gap.rows)
    assert body["question"] == every_gap.query.question["en"]


@pytest.mark.parametrize("limit", [97, 1000])
def test_walking_the_cursors_gives_the_whole(client: TestClient, every_gap: Answer, limit: int) -> None:
    pages = walk(client, "/v1/gaps", limit)
    assert all(len(page) == limit for page in pages[:-1])
    assert 0 < len(pages[-1]) <= limit
    assert [item["iri"] for page in pages for item in page] == [record["gap"].value for record in every_gap.records()]


def test_a_list_that_ends_with_its_page_has_no_next(client: TestClient, every_gap: Answer) -> None:
    first = client.get("/v1/gaps", params={"class": "155mm", "limit": 1000}).json()
    assert client.get("/v1/gaps", params={"class": "155mm", "limit": first["total"]}).json()["next"] is None


def test_a_page_has_a_hundred_rows_and_links_to_the_next(client: TestClient) -> None:
    first = client.get("/v1/gaps")
    assert len(first.json()["items"]) == 100
    link = first.links["next"]
    assert link["rel"] == "next"
    second = client.get(link["url"])
    assert second.json()["items"][0] not in first.json()["items"]
    assert client.get("/v1/gaps", params={"cursor": first.json()["next"]}).json() == second.json()


def test_filters_narrow_the_list(client: TestClient) -> None:
    body = client.get("/v1/gaps", params={"class": "155mm", "nation": "Poland", "cause": "not-known"}).json()
    assert 0 < body["total"] < client.get("/v1/gaps").json()["total"]
    assert {item["cause"] for item in body["items"]} == {"not-known"}


def test_a_gap_is_not_shown_before_it_was_held(client: TestClient) -> None:
    items = client.get("/v1/gaps", params={"asOf": "2000-01-01", "limit": 1000}).json()["items"]
    assert items
    assert all(item["since"] is None or item["since"] <= "2000-01-01" for item in items)


def test_an_empty_filter_is_no_filter(client: TestClient) -> None:
    whole = client.get("/v1/gaps").json()
    assert client.get("/v1/gaps?class=&nation=&cause=&asOf=&cursor=").json() == whole


def test_every_cell_of_the_matrix_has_its_own_iri(client: TestClient, public_home: Path) -> None:
    items = client.get("/v1/matrix", params={"class": "155mm"}).json()["items"]
    listed = " ".join(f"<{item['iri']}>" for item in items)
    store = Releases(public_home).current().open()
    query = f"SELECT ?cell {{ VALUES ?cell {{ {listed} }} ?cell a <https://w3id.org/stanagraph/ns/MatrixCell> }}"
    assert len(store.select(query).rows) == len(items) == len({item["iri"] for item in items}) > 100


def test_the_matrix_counts_what_is_not_known(client: TestClient) -> None:
    items = client.get("/v1/matrix", params={"class": "155mm"}).json()["items"]
    for item in items:
        every = item["compatible"] + item["restricted"] + item["incompatible"] + item["unknown"]
        assert item["lower"] == pytest.approx(item["compatible"] / every, abs=1e-4)
        assert item["upper"] == pytest.approx((item["compatible"] + item["unknown"]) / every, abs=1e-4)


@pytest.mark.parametrize("path", ["/v1/gaps?class=155mm", "/v1/matrix?class=155mm"])
def test_csv_has_the_rows_of_json(client: TestClient, path: str) -> None:
    items = client.get(path).json()["items"]
    response = client.get(path, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    assert len(rows) == len(items)
    assert list(rows[0]) == [name for name in items[0] if name != "iri"]


@pytest.mark.parametrize("path", ["/v1/gaps?class=155mm", "/v1/matrix?class=155mm"])
def test_turtle_has_the_rows_of_json(client: TestClient, path: str) -> None:
    items = client.get(path).json()["items"]
    response = client.get(path, headers={"Accept": "text/turtle"})
    solution = ox.NamedNode("http://www.w3.org/2001/sw/DataAccess/tests/result-set#solution")
    triples = list(ox.parse(response.content, format=ox.RdfFormat.TURTLE))
    assert sum(triple.predicate == solution for triple in triples) == len(items)


def test_a_verdict_comes_with_its_evidence(client: TestClient, identifier: str) -> None:
    body = client.get("/v1/verdicts", params={"equipment": "pzh-2000", "munition": "vulcano-155-glr"}).json()
    assert body["iri"] == "https://w3id.org/stanagraph/id/verdict/pzh-2000/vulcano-155-glr"
    assert body["release"] == identifier
    assert {"fits", "hits", "released", "derived", "documented", "disputed"} <= set(body)
    assert all(criterion["explanation"] for criterion in body["criteria"])
    assert any(statement["url"] for criterion in body["criteria"] for statement in criterion["evidence"])
    assert all(finding["reason"] for finding in body["findings"])


def test_a_pair_outside_the_release_is_judged_on_the_spot(client: TestClient) -> None:
    body = client.get("/v1/verdicts", params={"equipment": "pzh-2000", "munition": "spike-lr-missile"}).json()
    assert body["verdict"] == "incompatible"


@pytest.mark.parametrize("media", ["text/csv", "text/turtle"])
def test_a_verdict_can_be_downloaded(client: TestClient, media: str) -> None:
    asked = {"equipment": "pzh-2000", "munition": "vulcano-155-glr"}
    response = client.get("/v1/verdicts", params=asked, headers={"Accept": media})
    assert response.headers["content-type"].startswith(media)
    assert "vulcano-155-glr" in response.text
