"""What a service of SPARQL says of itself: SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

SD = "http://www.w3.org/ns/sparql-service-description#"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_SYNTAXES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


def describe(endpoint: str, graphs: Iterable[str], media: str, *, updates: bool) -> bytes:
    """The description of the service at an address, over these named graphs, in one of the forms of graphs."""
    triples: list[ox.Triple] = []

    def say(subject: ox.BlankNode, name: str, *values: ox.NamedNode | ox.BlankNode) -> None:
        triples.extend(ox.Triple(subject, ox.NamedNode(SD + name), value) for value in values)

    def one(kind: str) -> ox.BlankNode:
        made = ox.BlankNode()
        triples.append(ox.Triple(made, _RDF_TYPE, ox.NamedNode(SD + kind)))
        return made

    service = one("Service")
    say(service, "endpoint", ox.NamedNode(endpoint))
    languages, features = ["SPARQL11Query"], ["UnionDefaultGraph"]
    if updates:
        languages, features = [*languages, "SPARQL11Update"], [*features, "EmptyGraphs"]
        say(service, "inputFormat", *(ox.NamedNode(_FORMATS + form) for form in _GRAPHS))
    say(service, "supportedLanguage", *(ox.NamedNode(SD + language) for language in languages))
    say(service, "feature", *(ox.NamedNode(SD + feature) for feature in features))
    say(service, "resultFormat", *(ox.NamedNode(_FORMATS + form) for form in (*_RESULTS, *_GRAPHS)))
    named = []
    for name in graphs:
        named.append(one("NamedGraph"))
        say(named[-1], "name", ox.NamedNode(name))
    graph = one("Graph")
    dataset = one("Dataset")
    say(dataset, "defaultGraph", graph)
    say(dataset, "namedGraph", *named)
    say(service, "defaultDataset", dataset)
    prefixes = {"sd": SD, "formats": _FORMATS} if media == "text/turtle" else None
    return ox.serialize(triples, format=_SYNTAXES[media], prefixes=prefixes) or b""
