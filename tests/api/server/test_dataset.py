"""The whole as a data set, and the context of JSON-LD."""

from __future__ import annotations

import json

import pyoxigraph as ox
from fastapi.testclient import TestClient

from stanagraph.graph.store import EmbeddedStore

VOID, DCAT = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#"


def described(client: TestClient, path: str = "/.well-known/void") -> ox.Store:
    graph = ox.Store()
    graph.extend(ox.parse(client.get(path, headers={"Accept": "text/turtle"}).content, ox.RdfFormat.TURTLE))
    return graph


def ask(graph: ox.Store, where: str) -> bool:
    prefixes = f"PREFIX void: <{VOID}> PREFIX dcat: <{DCAT}> PREFIX dcterms: <http://purl.org/dc/terms/> "
    prefixes += "PREFIX : <https://w3id.org/stanagraph/> PREFIX ns: <https://w3id.org/stanagraph/ns/> "
    return bool(graph.query(f"{prefixes} PREFIX prov: <http://www.w3.org/ns/prov#> ASK {{ {where} }}"))


def test_the_counts_are_those_of_the_store(client: TestClient, public_store: EmbeddedStore) -> None:
    graph = described(client)
    gaps = public_store.select("SELECT DISTINCT ?it { ?it a <https://w3id.org/stanagraph/ns/Gap> }").rows
    assert ask(graph, f":dataset void:classPartition [ void:class ns:Gap ; void:entities {len(gaps)} ]")
    assert ask(graph, f":dataset void:triples {len(public_store)}")
    assert ask(graph, ":dataset a void:Dataset, dcat:Dataset ; dcterms:title ?en, ?fr FILTER(LANG(?fr) = 'fr')")


def test_it_says_how_it_is_reached_and_what_it_came_from(client: TestClient) -> None:
    graph = described(client)
    assert ask(
        graph,
        ":dataset dcat:distribution/dcat:accessService [ a dcat:DataService ; dcat:servesDataset :dataset ; "
        "dcat:endpointURL <http://testserver/v1/> ; dcat:endpointDescription <http://testserver/openapi.json> ]",
    )
    assert ask(graph, ":dataset prov:wasDerivedFrom <https://w3id.org/stanagraph/id/source/stanagraph-public-data>")


def test_both_addresses_tell_the_same(client: TestClient) -> None:
    one, other = (
        client.get(path, headers={"Accept": "application/n-triples"}).text
        for path in ("/.well-known/void", "/v1/dataset")
    )
    assert len(one.splitlines()) == len(other.splitlines()) > 100
    body = client.get("/v1/dataset").json()
    assert {it["iri"] for it in body["classes"]} >= {"https://w3id.org/stanagraph/ns/Gap"}


def test_the_context_reads_what_we_write_in_its_words(client: TestClient) -> None:
    response = client.get("/context.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    document = {
        **response.json(),
        "id": "https://w3id.org/stanagraph/id/munition/mine",
        "type": "MunitionType",
        "needsInterface": "https://w3id.org/stanagraph/id/interface/155mm-l39",
    }
    triples = list(ox.parse(json.dumps(document).encode(), ox.RdfFormat.JSON_LD))
    assert {it.predicate.value.rpartition("/")[2] for it in triples} == {"22-rdf-syntax-ns#type", "needsInterface"}
