"""What can be asked of a store: a query, an update, and the graphs of the Graph Store Protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast
from xml.parsers import expat

import pyoxigraph as ox

from . import conditions
from .sink import Sink, Stopped

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_XML = "application/rdf+xml"


class Refused(Exception):
    """The request cannot be carried out: the code of a problem, and why in words."""

    def __init__(self, code: str, detail: str, **more: Any) -> None:
        self.told = {"code": code, "detail": detail, **more}
        super().__init__(detail)


def query(store: ox.Store, asked: dict[str, Any], sink_of: Any) -> None:
    """Answer a query into a sink, in the form that was chosen for what kind of query it turns out to be."""
    dataset: dict[str, Any] = {}
    if asked["default"] is not None or asked["named"] is not None:
        dataset["default_graph"] = [_name(iri, "default-graph-uri") for iri in asked["default"] or ()]
        dataset["named_graphs"] = [_name(iri, "named-graph-uri") for iri in asked["named"] or ()]
    elif asked["from"]:
        _known_graphs(store, asked)
    else:
        dataset["use_default_graph_as_union"] = True
    found = store.query(asked["text"], base_iri=asked["base"], **dataset)
    kind = {ox.QuerySolutions: "select", ox.QueryBoolean: "ask"}.get(type(found), "graph")
    media = asked[kind]
    if media is None:
        raise Refused("not-acceptable", kind)
    sink: Sink = sink_of(media)
    if isinstance(found, ox.QueryTriples):
        _write_graph(found, media, sink)
    else:
        found.serialize(cast("IO[bytes]", sink), _RESULTS[media])
    sink.end()


def _known_graphs(store: ox.Store, asked: dict[str, Any]) -> None:
    """That FROM names graphs of the store: nothing else is read, neither file nor address."""
    columns = " ".join(f"({written} AS ?g{place})" for place, written in enumerate(asked["from"]))
    try:
        rows = ox.Store().query(f"{asked['prologue']} SELECT {columns} {{}}", base_iri=asked["base"])
    except SyntaxError:
        return  # the query itself cannot be parsed, either, and that says it better
    (row,) = cast(ox.QuerySolutions, rows)
    for graph in cast(Iterable[object], row):
        if isinstance(graph, ox.NamedNode) and not store.contains_named_graph(graph):
            why = f"FROM names {graph.value}, which is no graph of this data set; nothing is fetched from elsewhere"
            raise Refused("query-refused", why)


def update(store: ox.Store, asked: dict[str, Any]) -> None:
    """Carry out an update: all of it, or nothing."""
    store.update(asked["text"], base_iri=asked["base"])


def read(store: ox.Store, asked: dict[str, Any], sink_of: Any) -> None:
    """Write a graph."""
    graph = _there(store, asked["graph"])
    _hold(store, graph, asked)
    triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
    sink: Sink = sink_of(asked["media"])
    sink.told["state"] = conditions.digest_of(store, graph)
    _write_graph(triples, asked["media"], sink)
    sink.end()


def write(store: ox.Store, asked: dict[str, Any], documents: list[bytes]) -> bool:
    """Put documents into a graph, or in its place; returns whether the graph is new."""
    parsed = [
        triple
        for told, text in zip(asked["documents"], documents, strict=True)
        for triple in _triples(text, told["media"], told["base"])
    ]
    target = None if asked["graph"] is None else _name(asked["graph"], "graph")
    _hold(store, ox.DefaultGraph() if target is None else target, asked)
    new = target is not None and not store.contains_named_graph(target)
    # As one update, which happens as a whole or not at all.
    data = ox.serialize(parsed, format=ox.RdfFormat.N_TRIPLES) or b""
    text = data.decode()
    if target is None:
        steps = [*(["DROP DEFAULT"] if asked["replace"] else []), f"INSERT DATA {{ {text} }}"]
    else:
        clear = [f"DROP SILENT GRAPH {target}"] if asked["replace"] else []
        steps = [*clear, f"CREATE SILENT GRAPH {target}", f"INSERT DATA {{ GRAPH {target} {{ {text} }} }}"]
    store.update(" ;\n".join(steps))
    return new


def remove(store: ox.Store, asked: dict[str, Any]) -> None:
    """Remove a graph; the default graph is only emptied."""
    _hold(store, ox.DefaultGraph() if asked["graph"] is None else _name(asked["graph"], "graph"), asked)
    graph = _there(store, asked["graph"])
    store.update("DROP DEFAULT" if isinstance(graph, ox.DefaultGraph) else f"DROP GRAPH {graph}")


def room(path: Path, allowed: int) -> None:
    """That a copy has not grown beyond what it may."""
    if sum(file.stat().st_size for file in path.iterdir() if file.is_file()) > allowed:
        raise Refused("copy-full", f"the copy has reached {allowed >> 20} megabytes: remove it and begin a new one")


def _triples(text: bytes, media: str, base: str) -> Iterator[ox.Triple]:
    if media == _XML:
        _no_document_type(text)
    try:
        for quad in ox.parse(text, _GRAPHS[media], base_iri=base, rename_blank_nodes=True):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                raise Refused("bad-input", "the document holds a data set with named graphs; a graph was expected")
            yield quad.triple
    except SyntaxError as error:
        raise Refused("bad-input", in_short(error)) from None


def _no_document_type(text: bytes) -> None:
    """That RDF/XML declares no document type: entities of one can grow without bound."""

    def declared(*_: object) -> None:
        raise Refused("bad-input", "the document declares a document type, which is not read")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise Refused("bad-input", f"XML cannot be parsed: {error}") from None


def _write_graph(triples: Iterable[ox.Triple], media: str, sink: Sink) -> None:
    def counted() -> Iterator[ox.Triple]:
        for triple in triples:
            sink.count(1)
            yield triple

    ox.serialize(counted(), cast("IO[bytes]", sink), _GRAPHS[media])


def _hold(store: ox.Store, graph: conditions.Graph, asked: dict[str, Any]) -> None:
    try:
        conditions.check(store, graph, asked)
    except conditions.NotHeld as error:
        raise Refused("precondition-failed", f"{error.header} does not hold for the graph as it is now") from None


def _there(store: ox.Store, iri: str | None) -> ox.NamedNode | ox.DefaultGraph:
    if iri is None:
        return ox.DefaultGraph()
    graph = _name(iri, "graph")
    if not store.contains_named_graph(graph):
        raise Refused("graph-not-found", f"there is no graph {iri}")
    return graph


def _name(iri: str, parameter: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise Refused("bad-query", f"{iri!r} is no absolute IRI", parameter=parameter) from None


def in_short(error: Exception) -> str:
    """What a parser says, without the long lists of characters that it expected."""
    text = " ".join(str(error).split())
    return text if len(text) < 300 else f"{text[:160].rpartition(',')[0] or text[:160]} …"


__all__ = ["Refused", "Stopped", "in_short", "query", "read", "remove", "room", "update", "write"]
