"""What the caller sees, described as a data set: VoID for its triples, DCAT for what it is and how to reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from stanagraph.graph.names import BASE, RDF_TYPE, TERMS, THINGS, dcterms, thing, xsd

from .openapi import SUMMARY
from .serving import Serving

DATASET = ox.NamedNode(f"{BASE}dataset")
_DCAT, _VOID = "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#"
_PROV, _FOAF = "http://www.w3.org/ns/prov#", "http://xmlns.com/foaf/0.1/"
_TITLES = {"en": "Stanagraph", "fr": "Stanagraph"}
_ABOUT = {
    "en": SUMMARY,
    "fr": "Où l’interchangeabilité des munitions échoue, pourquoi, et ce qui y remédierait.",
}
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?it) AS ?count) { ?it a ?class } GROUP BY ?class ORDER BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?count) { ?it ?property ?value } GROUP BY ?property ORDER BY ?property"
_SOURCES = """
PREFIX : <https://w3id.org/stanagraph/ns/>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT DISTINCT ?source ?licence { ?any :statedInSource ?source . OPTIONAL { ?source dcterms:license ?licence } }
ORDER BY ?source ?licence
"""
_FEATURES = ("Turtle", "JSON-LD", "N-Triples")


@dataclass(frozen=True)
class Statistics:
    """How many things each class has, and triples each property; the sources with their licences."""

    classes: Mapping[str, int]
    properties: Mapping[str, int]
    sources: Mapping[str, tuple[str, ...]]


def statistics(serving: Serving) -> Statistics:
    """What is counted once for a release."""

    def counted() -> Statistics:
        sources: dict[str, tuple[str, ...]] = {}
        for source, licence in serving.store.select(_SOURCES).rows:
            known = sources.get(_text(source), ())
            sources[_text(source)] = (*known, _text(licence)) if licence is not None else known
        return Statistics(_counts(serving, _CLASSES), _counts(serving, _PROPERTIES), sources)

    return serving.kept("statistics", counted)


def triples(serving: Serving, root: str, sparql: bool) -> Iterator[ox.Triple]:
    """The description; `root` is the address of this service, `sparql` says whether it has an endpoint."""
    found, manifest = statistics(serving), serving.view.manifest
    release, number = thing("release", serving.identifier), ox.Literal(int(manifest["total"]))
    for kind in (f"{_VOID}Dataset", f"{_DCAT}Dataset"):
        yield ox.Triple(DATASET, RDF_TYPE, ox.NamedNode(kind))
    for language in ("en", "fr"):
        yield ox.Triple(DATASET, dcterms("title"), ox.Literal(_TITLES[language], language=language))
        yield ox.Triple(DATASET, dcterms("description"), ox.Literal(_ABOUT[language], language=language))
    when = ox.Literal(manifest["built"], datatype=xsd("dateTime"))
    said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (f"{_DCAT}version", ox.Literal(serving.identifier)),
        (f"{_DCAT}hasCurrentVersion", release),
        (dcterms("issued").value, when),
        (f"{_VOID}triples", number),
        (f"{_VOID}classes", ox.Literal(len(found.classes))),
        (f"{_VOID}properties", ox.Literal(len(found.properties))),
        (f"{_VOID}vocabulary", ox.NamedNode(TERMS)),
        (f"{_VOID}uriSpace", ox.Literal(THINGS)),
        (f"{_VOID}exampleResource", ox.NamedNode(f"{THINGS}nation/POL")),
        (f"{_FOAF}homepage", ox.NamedNode(f"{root}/")),
        *((f"{_VOID}feature", ox.NamedNode(f"http://www.w3.org/ns/formats/{it}")) for it in _FEATURES),
        *([(f"{_VOID}sparqlEndpoint", ox.NamedNode(f"{root}/sparql"))] if sparql else []),
    ]
    for name, value in said:
        yield ox.Triple(DATASET, ox.NamedNode(name), value)
    yield from _services(root, sparql)
    for source, licences in found.sources.items():
        yield ox.Triple(DATASET, ox.NamedNode(f"{_PROV}wasDerivedFrom"), ox.NamedNode(source))
        for licence in licences:
            known = ox.NamedNode(licence) if licence.startswith("https://") else ox.Literal(licence)
            yield ox.Triple(ox.NamedNode(source), dcterms("license"), known)
    yield from _parts("classPartition", "class", "entities", found.classes)
    yield from _parts("propertyPartition", "property", "triples", found.properties)


def _services(root: str, sparql: bool) -> Iterator[ox.Triple]:
    """How the data can be reached, as distributions through services."""
    reached = [(f"{root}/v1/", f"{root}/openapi.json"), *([(f"{root}/sparql", None)] if sparql else [])]
    for at, (address, description) in enumerate(reached):
        service, way = ox.BlankNode(f"service{at}"), ox.BlankNode(f"distribution{at}")
        yield ox.Triple(DATASET, ox.NamedNode(f"{_DCAT}distribution"), way)
        yield ox.Triple(way, RDF_TYPE, ox.NamedNode(f"{_DCAT}Distribution"))
        yield ox.Triple(way, ox.NamedNode(f"{_DCAT}accessURL"), ox.NamedNode(address))
        yield ox.Triple(way, ox.NamedNode(f"{_DCAT}accessService"), service)
        yield ox.Triple(service, RDF_TYPE, ox.NamedNode(f"{_DCAT}DataService"))
        yield ox.Triple(service, ox.NamedNode(f"{_DCAT}endpointURL"), ox.NamedNode(address))
        yield ox.Triple(service, ox.NamedNode(f"{_DCAT}servesDataset"), DATASET)
        if description:
            yield ox.Triple(service, ox.NamedNode(f"{_DCAT}endpointDescription"), ox.NamedNode(description))


def _parts(link: str, of: str, count: str, found: Mapping[str, int]) -> Iterator[ox.Triple]:
    for at, (iri, number) in enumerate(found.items()):
        part = ox.BlankNode(f"{of}{at}")
        yield ox.Triple(DATASET, ox.NamedNode(_VOID + link), part)
        yield ox.Triple(part, ox.NamedNode(_VOID + of), ox.NamedNode(iri))
        yield ox.Triple(part, ox.NamedNode(_VOID + count), ox.Literal(number))


def _counts(serving: Serving, query: str) -> dict[str, int]:
    return {_text(iri): int(_text(count)) for iri, count in serving.store.select(query).rows}


def _text(cell: object) -> str:
    return cell.value if isinstance(cell, ox.NamedNode | ox.Literal) else ""
