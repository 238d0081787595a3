"""What a release says of one thing, fact by fact, and where each fact stands.

A fact is traced as the report `trace` does it, by looking up the few quads that it takes: in the statements about the
thing, in the graph that states it, whose sheet has a column for the property; where no column has, the whole record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from .names import (
    DERIVED_GRAPH,
    INFERRED_GRAPH,
    LANDING_PAGE,
    ONTOLOGY_GRAPH,
    PRIMARY_SOURCE,
    dcterms,
    key_of,
    kind_of,
    term,
)
from .names import thing as thing_of
from .store import EmbeddedStore, Term

Basis = Literal["stated", "inferred", "derived", "defined"]
# What is not stated in a source follows from the ontology, or from the rules of the release.
_BASES: Mapping[object, Basis] = {INFERRED_GRAPH: "inferred", DERIVED_GRAPH: "derived", ONTOLOGY_GRAPH: "defined"}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(_RDF + name) for name in ("subject", "predicate", "object"))
_COLUMNS = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?source ?property ?place ?position ?table ?sheet WHERE {
  ?place :columnOf ?source ; :statesProperty ?property ; :columnPosition ?position .
  OPTIONAL { ?place :statedInTable ?table }
  OPTIONAL { ?place :statedInSheet ?sheet }
}
ORDER BY ?source ?property ?position ?place
"""


@dataclass(frozen=True)
class Column:
    """A column of a source that states a property, with its letter; it may be of one table or sheet only."""

    name: str
    position: str
    table: str | None
    sheet: str

    def covers(self, statement: Statement) -> bool:
        """Whether it is a column of the sheet in which a statement stands."""
        return self.table in (None, statement.file) and self.sheet == (statement.sheet or "")


Columns = Mapping[tuple[str, str], tuple[Column, ...]]


@dataclass(frozen=True)
class Statement:
    """A record that speaks of a thing: where it stands, what page it cites, and how far it is trusted."""

    iri: str
    source: str
    file: str
    sheet: str | None
    row: int | None
    cites: str
    url: str | None
    publisher: str | None
    confidence: str
    as_of: str | None
    retrieved: str | None


@dataclass(frozen=True)
class Origin:
    """One place at which a fact is stated; the column is None where the record as a whole states it."""

    statement: Statement
    column: Column | None


@dataclass(frozen=True)
class Fact:
    """A property of a thing with one value, on what basis it holds, and where it is stated."""

    property: ox.NamedNode
    value: Term
    basis: Basis
    origins: tuple[Origin, ...]


def columns_of(store: EmbeddedStore) -> Columns:
    """For each source and property, by their IRIs, the columns that state it."""
    found: dict[tuple[str, str], tuple[Column, ...]] = {}
    for source, property_, place, position, table, sheet in store.select(_COLUMNS).rows:
        key = (_text(source) or "", _text(property_) or "")
        name = key_of(_text(place) or "").rpartition("/")[2]
        column = Column(name, _text(position) or "", _text(table), _text(sheet) or "")
        found[key] = (*found.get(key, ()), column)
    return found


def facts_of(store: EmbeddedStore, thing: ox.NamedNode, columns: Columns) -> tuple[Fact, ...]:
    """All facts of which a thing is the subject, by property; none where it is not in the release."""
    said: dict[tuple[ox.NamedNode, Term], set[object]] = {}
    for quad in store.match(thing, None, None):
        said.setdefault((quad.predicate, quad.object), set()).add(quad.graph_name)
    graphs = {fact: set(where) for fact, where in said.items()}
    # A source that states what another has stated says so in its own graph.
    for restated in store.match(None, _SUBJECT, thing):
        again = ox.NamedNode(restated.subject.value) if isinstance(restated.subject, ox.NamedNode) else None
        graph = restated.graph_name
        if again is None or not isinstance(graph, ox.NamedNode):
            continue
        parts = [next(store.match(again, part, None, graph), None) for part in (_PREDICATE, _OBJECT)]
        if parts[0] is not None and parts[1] is not None and (parts[0].object, parts[1].object) in graphs:
            graphs[parts[0].object, parts[1].object].add(graph)  # type: ignore[index]
    speaking: dict[object, tuple[Statement, ...]] = {}
    for name in {name for where in graphs.values() for name in where}:
        if name not in _BASES and isinstance(name, ox.NamedNode):
            speaking[name] = tuple(statements_about(store, thing, name))
    facts = []
    for (property_, value), where in said.items():
        bases: list[Basis] = sorted({_BASES.get(graph, "stated") for graph in where}, key=_RANK.index)
        origins = [
            it for graph in graphs[property_, value] for it in _origins(speaking.get(graph, ()), property_, columns)
        ]
        origins.sort(key=lambda it: (it.statement.source, it.statement.iri, it.column.position if it.column else ""))
        facts.append(Fact(property_, value, bases[0], tuple(origins)))
    return tuple(sorted(facts, key=lambda it: (it.property.value, str(it.value))))


_RANK: list[Basis] = ["stated", "defined", "inferred", "derived"]


def statements_about(store: EmbeddedStore, thing: ox.NamedNode, graph: ox.NamedNode) -> Iterator[Statement]:
    """The records of one graph that speak of a thing."""
    for quad in store.match(None, term("about"), thing, graph):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        said: dict[str, Term] = {}
        for it in store.match(quad.subject, None, None, graph):
            said.setdefault(it.predicate.value, it.object)
        source, file = said.get(term("statedInSource").value), said.get(term("statedInTable").value)
        cites, confidence = said.get(PRIMARY_SOURCE.value), said.get(term("confidence").value)
        if not (isinstance(source, ox.NamedNode) and isinstance(cites, ox.NamedNode) and file and confidence):
            continue
        row = _text(said.get(term("statedInRow").value))
        yield Statement(
            iri=quad.subject.value,
            source=key_of(source.value),
            file=_text(file) or "",
            sheet=_text(said.get(term("statedInSheet").value)),
            row=int(row) if row else None,
            cites=key_of(cites.value),
            url=_first(store, cites, LANDING_PAGE),
            publisher=_first(store, cites, dcterms("publisher")),
            confidence=key_of(_text(confidence) or ""),
            as_of=_text(said.get(term("asOf").value)),
            retrieved=_first(store, source, term("retrievedOn")) or _first(store, cites, term("capturedOn")),
        )


def parts_of(store: EmbeddedStore, thing: ox.NamedNode, property_: ox.NamedNode, kind: str) -> list[ox.NamedNode]:
    """The things of one kind that point at a thing by a property, in order."""
    found = {
        quad.subject.value
        for quad in store.match(None, property_, thing)
        if isinstance(quad.subject, ox.NamedNode) and kind_of(quad.subject.value) == kind
    }
    return [ox.NamedNode(iri) for iri in sorted(found)]


def triples_of(store: EmbeddedStore, things: Iterable[ox.NamedNode]) -> Iterator[ox.Triple]:
    """What is said of things, with the records that say it and the sources that these cite."""
    done: set[ox.NamedNode] = set()
    pending = list(things)
    while pending:
        subject = pending.pop(0)
        if subject in done:
            continue
        done.add(subject)
        for quad in store.match(subject, None, None):
            yield quad.triple
            if quad.predicate in (PRIMARY_SOURCE, term("statedInSource")) and isinstance(quad.object, ox.NamedNode):
                pending.append(quad.object)
        if kind_of(subject.value) not in ("statement", "source"):
            for quad in store.match(None, term("about"), subject):
                if isinstance(quad.subject, ox.NamedNode):
                    pending.append(quad.subject)


def _origins(speaking: tuple[Statement, ...], property_: ox.NamedNode, columns: Columns) -> Iterator[Origin]:
    placed = []
    for statement in speaking:
        own = columns.get((_source(statement), property_.value), ())
        placed += [Origin(statement, column) for column in own if column.covers(statement)]
    yield from placed or [Origin(statement, None) for statement in speaking]


def _source(statement: Statement) -> str:
    return thing_of("source", statement.source).value


def _first(store: EmbeddedStore, subject: ox.NamedNode, predicate: ox.NamedNode) -> str | None:
    values = sorted(_text(quad.object) or "" for quad in store.match(subject, predicate, None))
    return values[0] if values else None


def _text(cell: object) -> str | None:
    return cell.value if isinstance(cell, ox.NamedNode | ox.Literal) else None
