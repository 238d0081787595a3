"""Things: listed, told with the place of every fact, and asked about."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.api.columns import COLUMNS
from stanagraph.api.server.resources import RESOURCES, Resource
from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import THINGS, term
from stanagraph.graph.store import EmbeddedStore

LISTED = [resource for resource in RESOURCES if resource.listed]
KNOWN = [resource for resource in RESOURCES if resource.example]
FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}


def name_of(resource: Resource) -> str:
    return resource.plural


def facts(body: dict[str, Any], property_: str) -> list[Any]:
    return [fact["value"] for fact in body["facts"] if fact["property"] == property_]


@pytest.mark.parametrize("resource", LISTED, ids=name_of)
def test_every_thing_of_a_kind_is_listed(client: TestClient, public_store: EmbeddedStore, resource: Resource) -> None:
    rows = public_store.select(f"SELECT DISTINCT ?it {{ ?it a {term(resource.type)} }}").rows
    body = client.get(f"/v1/{resource.plural}?limit=1000").json()
    assert {item["iri"] for item in body["items"]} == {row[0].value for row in rows if isinstance(row[0], ox.NamedNode)}
    assert body["total"] == len(rows) == len(body["items"])
    for item in body["items"][:2]:
        assert item["iri"] == f"{THINGS}{resource.kind}/{item['id']}"
        assert client.get(item["links"]["self"]).json()["iri"] == item["iri"]


@pytest.mark.parametrize("media", FORMS)
@pytest.mark.parametrize(
    "path", ["/v1/nations?limit=5", "/v1/nations/POL", "/v1/things/holding/pzh-2000/LTU/in-service"]
)
def test_what_is_told_is_the_same_in_every_syntax(client: TestClient, path: str, media: str) -> None:
    response = client.get(path, headers={"Accept": media})
    assert response.headers["content-type"].startswith(media)
    found = set(ox.parse(response.content, FORMS[media]))
    reference = set(ox.parse(client.get(path, headers={"Accept": "text/turtle"}).content, ox.RdfFormat.TURTLE))
    assert found == reference
    assert len(found) > 15


@pytest.mark.parametrize("resource", KNOWN, ids=name_of)
def test_a_thing_leads_to_what_is_asked_about_it(client: TestClient, resource: Resource) -> None:
    body = client.get(f"/v1/{resource.plural}/{resource.example}").json()
    assert body["id"] == resource.example
    assert resource.type in body["types"]
    # What takes the place of a munition is asked of an equipment type, too.
    assert set(body["links"]) == {"self", *resource.reports, *resource.lists} - {"substitutes"}
    for href in body["links"].values():
        assert client.get(href).status_code == 200, href


def test_every_stated_fact_has_its_source(client: TestClient) -> None:
    body = client.get("/v1/equipment/pzh-2000").json()
    told = [body, *(part for parts in body["parts"].values() for part in parts)]
    stated = [fact for it in told for fact in it["facts"] if fact["basis"] == "stated"]
    assert len(stated) > 100
    for fact in stated:
        assert fact["origins"], fact
        assert all(it["source"] and it["cites"] and it["confidence"] for it in fact["origins"])
    assert {"155mm", "artillery"} <= set(facts(body, "inMunitionClass"))


def test_a_thing_may_be_asked_for_by_its_name(client: TestClient) -> None:
    response = client.get("/v1/nations/Pologne")
    assert response.json()["id"] == "POL"
    assert response.headers["content-location"] == "/v1/nations/POL"


def test_a_list_is_narrowed_by_its_columns(client: TestClient, public_store: EmbeddedStore) -> None:
    body = client.get("/v1/equipment?class=155mm&interface=155mm-l52-jbmou&limit=1000").json()
    offers = public_store.select(
        f"SELECT ?it {{ ?it {term('offersInterface')} <{THINGS}interface/155mm-l52-jbmou> }}"
    ).rows
    assert body["total"] == len(offers) > 5
    assert all("155mm" in item["class"] for item in body["items"])
    same = client.get("/v1/interfaces/155mm-l52-jbmou/equipment?limit=1000").json()
    assert same["items"] == body["items"]
    assert client.get("/v1/equipment?class=154mm").status_code == 404
    assert client.get("/v1/equipment?colour=red").status_code == 422


def test_walking_the_cursors_gives_the_whole_list(client: TestClient) -> None:
    whole = client.get("/v1/agreements?limit=1000").json()["items"]
    found: list[Any] = []
    url = "/v1/agreements?limit=50"
    while url:
        response = client.get(url)
        found += response.json()["items"]
        url = response.links.get("next", {}).get("url", "")
    assert found == whole


def test_the_editions_of_an_agreement(client: TestClient) -> None:
    (edition,) = client.get("/v1/agreements/STANAG-4425/editions").json()["items"]
    assert edition["id"] == "STANAG-4425/2"
    assert edition["status"] == "current"
    assert client.get(edition["links"]["self"]).json()["id"] == "STANAG-4425/2"


def test_a_report_about_a_thing_is_the_report(client: TestClient) -> None:
    about = client.get("/v1/agreements/STANAG-4187/positions?nation=USA").json()
    report = client.get("/v1/queries/positions/answer?agreement=STANAG-4187&nation=USA").json()
    assert about["items"] == report["items"] != []
    assert client.get("/v1/agreements/STANAG-9999/positions").status_code == 404
    assert client.get("/v1/agreements/STANAG-4187/positions?agreement=STANAG-4425").status_code == 422


def test_every_iri_leads_somewhere(client: TestClient) -> None:
    for iri, there in (
        ("/id/equipment/pzh-2000", "/v1/equipment/pzh-2000"),
        ("/id/agreement-edition/STANAG-4425/2", "/v1/agreement-editions/STANAG-4425/2"),
        ("/id/holding/pzh-2000/LTU/in-service", "/v1/things/holding/pzh-2000/LTU/in-service"),
        ("/id/gap/not-known/POL/agreement/STANAG-4425/2", "/v1/gaps/not-known/POL/agreement/STANAG-4425/2"),
    ):
        response = client.get(iri, follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (303, there)
        assert client.get(there).json()["iri"].endswith(iri)


def test_a_thing_is_told_as_it_was_known_on_a_day(client: TestClient, public_store: EmbeddedStore) -> None:
    where = "/v1/nations/POL"
    whole, then, early = (
        client.get(where, params=day).json() for day in ({}, {"asOf": "2015-06-30"}, {"asOf": "1950-01-01"})
    )

    def origins(body: dict[str, Any]) -> list[Any]:
        told = [body, *(part for parts in body["parts"].values() for part in parts)]
        return [it for thing in told for fact in thing["facts"] for it in fact["origins"]]

    later = [it for it in origins(whole) if it["asOf"] and it["asOf"] > "2015-06-30"]
    assert later, "the public data date something of it later"
    assert all(not it["asOf"] or it["asOf"] <= "2015-06-30" for it in origins(then))
    assert {it["statement"] for it in origins(then)} == {it["statement"] for it in origins(whole)} - {
        it["statement"] for it in later
    }
    counts = [len(body["parts"]["holdings"]) for body in (early, then, whole)]
    assert counts == sorted(counts)
    assert counts[0] < counts[2]
    assert len(client.get(where, params={"asOf": "2100-01-01"}).json()["facts"]) == len(whole["facts"])
    for form, media in (
        ("turtle", "text/turtle"),
        ("ntriples", "application/n-triples"),
        ("jsonld", "application/ld+json"),
    ):
        answer = client.get(where, params={"asOf": "2015-06-30", "format": form})
        found = set(ox.parse(answer.content, FORMS[media]))
        known = {it["statement"] for it in origins(then)}
        named = {it.subject.value for it in found if isinstance(it.subject, ox.NamedNode)}
        assert known <= named
        assert not named & {it["statement"] for it in later}
    rows = list(csv.DictReader(io.StringIO(client.get(where, params={"asOf": "2015-06-30", "format": "csv"}).text)))
    assert {row["statement"] for row in rows} - {""} == {it["statement"] for it in origins(then)}
    assert client.get(where, params={"asOf": "2015-06-30", "format": "html", "lang": "fr"}).status_code == 200
    assert client.get("/v1/things/nation/POL?asOf=2015-06-30").json()["facts"] == then["facts"]
    refused = client.get(where, params={"asOf": "yesterday"})
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "asOf")


def test_what_is_not_there_is_not_known(client: TestClient) -> None:
    for path in ("/v1/nations/Polnd", "/v1/things/nothing/x", "/v1/things/holding/x", "/v1/gaps/nothing"):
        response = client.get(path)
        assert response.status_code == 404, path
        assert response.json()["type"].endswith("name-not-known")
    assert "POL" in client.get("/v1/nations/Polnd").json()["suggestions"]
    assert client.get("/v1/things/%3Cscript%3E/x").status_code == 422


def test_a_thing_as_a_table_has_a_row_a_fact_and_place(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/munitions/dm121?format=csv").text)))
    (needs,) = [row for row in rows if row["thing"] == "dm121" and row["property"] == "needsInterface"]
    assert needs["value"] == "155mm-l52-jbmou"
    assert needs["file"] == "munitions.csv"
    assert needs["url"].startswith("https://")


def test_the_page_of_a_thing_shows_where_its_facts_stand(client: TestClient) -> None:
    page = client.get("/v1/munitions/dm121?lang=fr", headers={"Accept": "text/html"}).text
    assert "munitions.csv" in page
    assert "Où cela figure" in page
    assert 'href="/v1/nations/DEU?lang=fr"' in page


def test_the_pairs_of_two_nations_lead_to_their_verdicts(client: TestClient) -> None:
    body = client.get("/v1/pairs?using=POL&providing=DEU&class=155mm").json()
    assert body["total"] > 3
    item = body["items"][0]
    verdict = client.get("/v1/verdicts", params={name: item[name] for name in ("equipment", "munition")}).json()
    assert item["iri"] == verdict["iri"]
    assert item["verdict"] == verdict["verdict"]


def test_a_matrix_of_a_day_counts_what_was_held_then(client: TestClient) -> None:
    now = client.get("/v1/matrix?class=155mm").json()
    then = client.get("/v1/matrix?class=155mm&asOf=2024-01-01").json()
    assert then["query"] == "matrix-as-of"
    assert {"undated"} == set(then["items"][0]) - set(now["items"][0])


def test_every_column_has_a_heading() -> None:
    named = {name for resource in RESOURCES for name in resource.columns}
    named |= {name for query in map(Catalogue().__getitem__, Catalogue().names()) for name in query.columns}
    assert named - set(COLUMNS) == set()
