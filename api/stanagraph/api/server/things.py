"""Things as JSON: the items of a list, and one thing with all its facts and where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.facts import Columns, Fact, Origin, columns_of, facts_of, parts_of, triples_of
from stanagraph.graph.lookup import label, labels_of, resolve
from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, TERMS, key_of, kind_of, term
from stanagraph.graph.store import EmbeddedStore, Term

from ..explanations import Labels
from ..formats import Value, value
from .addresses import address_of
from .resources import Column, Resource
from .serving import Serving

_LISTED = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT DISTINCT ?thing ?property ?value WHERE {{
  ?thing a :{type} .
  OPTIONAL {{ VALUES ?property {{ {properties} }} ?thing ?property ?value }}
  FILTER(STRSTARTS(STR(?thing), "https://w3id.org/stanagraph/id/{kind}/"))
}}
ORDER BY ?thing ?property ?value
"""
_LABELS = {"http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"}


@dataclass(frozen=True)
class Item:
    """A thing as a list shows it."""

    iri: ox.NamedNode
    labels: Mapping[str, str]
    values: Mapping[str, tuple[Term, ...]]

    @property
    def id(self) -> str:
        """Its id in data/."""
        return key_of(self.iri.value)

    def name(self, language: str) -> str:
        """Its label, else its id."""
        return label({self.iri.value: self.labels}, self.iri.value, language)


def items_of(serving: Serving, resource: Resource) -> tuple[Item, ...]:
    """All things of a kind, in the order of their ids."""
    return serving.kept(f"items of {resource.plural}", lambda: tuple(_items(serving, resource)))


def narrowed(serving: Serving, resource: Resource, wanted: Mapping[str, str]) -> tuple[Item, ...]:
    """The things of a kind that have all these values; raises NameNotKnown."""
    found = items_of(serving, resource)
    for name, text in wanted.items():
        asked = resolve(serving.store, resource.columns[name].kinds, text)
        found = tuple(item for item in found if asked in item.values.get(name, ()))
    return found


def item_as_json(resource: Resource, item: Item, language: str) -> dict[str, Any]:
    """One item of a list."""
    cells = {name: cells_of(column, item.values.get(name, ())) for name, column in resource.columns.items()}
    return {
        "iri": item.iri.value,
        "id": item.id,
        "label": item.name(language),
        **cells,
        "links": {"self": address_of(item.iri.value)},
    }


def cells_of(column: Column, values: Iterable[Term]) -> Value | list[Value]:
    """The values of a column as JSON: a list where there may be several."""
    found = [value(it) for it in values]
    return found if column.many else next(iter(found), None)


def item_triples(resource: Resource, item: Item) -> Iterator[ox.Triple]:
    """One item of a list as triples."""
    yield ox.Triple(item.iri, RDF_TYPE, term(resource.type))
    for language, text in item.labels.items():
        yield ox.Triple(item.iri, RDFS_LABEL, ox.Literal(text, language=language or None))
    for name, column in resource.columns.items():
        for found in item.values.get(name, ()):
            yield ox.Triple(item.iri, column.iri, found)


@dataclass(frozen=True)
class Told:
    """All that is told of one thing: its own facts, and those of its parts."""

    iri: ox.NamedNode
    facts: tuple[Fact, ...]
    parts: Mapping[str, Mapping[ox.NamedNode, tuple[Fact, ...]]]
    day: str = ""

    def triples(self, store: EmbeddedStore) -> Iterator[ox.Triple]:
        """The same as triples, with the records that state it and the sources that these cite."""
        if not self.day:
            yield from triples_of(store, self.everything())
            return
        records: dict[str, None] = {}
        for iri, facts in self.all_facts():
            for fact in facts:
                yield ox.Triple(iri, fact.property, fact.value)
                records |= {origin.statement.iri: None for origin in fact.origins}
        yield from triples_of(store, map(ox.NamedNode, records))

    def all_facts(self) -> Iterator[tuple[ox.NamedNode, tuple[Fact, ...]]]:
        """The facts of the thing, and those of each part."""
        yield self.iri, self.facts
        for parts in self.parts.values():
            yield from parts.items()

    def everything(self) -> Iterator[ox.NamedNode]:
        """The thing and its parts."""
        yield self.iri
        for parts in self.parts.values():
            yield from parts


def told_of(serving: Serving, iri: ox.NamedNode, resource: Resource | None, day: str = "") -> Told:
    """What a release says of a thing and of its parts; with a day, only what was known to hold on it or has no date."""
    columns: Columns = serving.kept("columns", lambda: columns_of(serving.store))
    parts = {}
    for name, (property_, kind) in (resource.parts if resource else {}).items():
        things = parts_of(serving.store, iri, term(property_), kind)
        found = {part: facts_of(serving.store, part, columns) for part in things}
        parts[name] = {part: held for part, facts in found.items() if (held := _held(facts, day))}
    return Told(iri, _held(facts_of(serving.store, iri, columns), day), parts, day)


def _held(facts: tuple[Fact, ...], day: str) -> tuple[Fact, ...]:
    """The facts that are stated from a day before on, or without a date; none where all that is stated came later."""
    if not day:
        return facts
    kept = [(it, tuple(origin for origin in it.origins if _had_begun(origin, day))) for it in facts]
    if any(it.origins for it in facts) and not any(origins for _, origins in kept):
        return ()
    return tuple(replace(it, origins=origins) for it, origins in kept if origins or not it.origins)


def _had_begun(origin: Origin, day: str) -> bool:
    """Whether the day is not before the first of the year, month or day for which a record speaks."""
    said = origin.statement.as_of or ""
    return said + "0000-01-01"[len(said) :] <= day


def told_as_json(serving: Serving, told: Told, resource: Resource | None, language: str) -> dict[str, Any]:
    """One thing: its facts, each with the places where it is stated, its parts, and where more is told."""
    labels = Labels(serving.store, language)
    labels.learn(_named(told))
    return {
        **_thing(told.iri, told.facts, labels),
        "parts": {
            name: [_thing(part, facts, labels) for part, facts in parts.items()] for name, parts in told.parts.items()
        },
        "links": links_of(told.iri, resource),
        "release": serving.identifier,
        "asOf": serving.newest,
    }


def links_of(iri: ox.NamedNode, resource: Resource | None) -> dict[str, str]:
    """Where a thing, and what is asked about it, is found."""
    here = address_of(iri.value) or ""
    more = (*resource.answered, *resource.lists) if resource else ()
    return {"self": here, **{name: f"{here}/{name}" for name in more}}


def rows_of(told: Told) -> Iterator[list[Value]]:
    """A thing as a table: a row a fact and place."""
    for iri, facts in told.all_facts():
        for fact in facts:
            for origin in fact.origins or (None,):
                cells = list(_origin(origin).values()) if origin else [None] * len(ORIGIN_COLUMNS)
                yield [key_of(iri.value), short(fact.property), value(fact.value), fact.basis, *cells]


ORIGIN_COLUMNS = (
    "statement", "source", "file", "sheet", "row", "column", "cites", "url", "publisher", "confidence", "asOf",
    "retrieved",
)  # fmt: skip
FACT_COLUMNS = ("thing", "property", "value", "basis", *ORIGIN_COLUMNS)


def short(property_: ox.NamedNode) -> str:
    """The name of a property: that of ours as it is, of another vocabulary the last part of its IRI."""
    return re.split(r"[/#]", property_.value)[-1]


def _items(serving: Serving, resource: Resource) -> Iterator[Item]:
    by_property = {column.iri: name for name, column in resource.columns.items()}
    properties = " ".join(str(it) for it in by_property)
    query = _LISTED.format(type=resource.type, kind=resource.kind, properties=properties)
    found: dict[ox.NamedNode, dict[str, tuple[Term, ...]]] = {}
    for thing, property_, cell in serving.store.select(query).rows:
        if isinstance(thing, ox.NamedNode):
            values = found.setdefault(thing, {})
            if isinstance(property_, ox.NamedNode) and cell is not None:
                name = by_property[property_]
                values[name] = (*values.get(name, ()), cell)
    labels = labels_of(serving.store, (thing.value for thing in found))
    for thing in sorted(found, key=lambda it: natural(key_of(it.value))):
        yield Item(thing, labels.get(thing.value, {}), found[thing])


def natural(text: str) -> tuple[tuple[int, float, str], ...]:
    """A sorting key in which 9 comes before 155."""
    parts = re.findall(r"\d+(?:\.\d+)?|\D+", text.casefold())
    return tuple((0, float(part), "") if part[0].isdigit() else (1, 0.0, part) for part in parts)


def _thing(iri: ox.NamedNode, facts: tuple[Fact, ...], labels: Labels) -> dict[str, Any]:
    types = [it.value.value for it in facts if it.property == RDF_TYPE and isinstance(it.value, ox.NamedNode)]
    names = {
        it.value.language or "": it.value.value
        for it in facts
        if it.property.value in _LABELS and isinstance(it.value, ox.Literal)
    }
    return {
        "iri": iri.value,
        "id": key_of(iri.value),
        "kind": kind_of(iri.value),
        "types": sorted({it.removeprefix(TERMS) for it in types if it.startswith(TERMS)}),
        "label": labels.of(iri.value),
        "labels": names,
        "facts": [_fact(it, labels) for it in facts],
    }


def _fact(fact: Fact, labels: Labels) -> dict[str, Any]:
    thing = fact.value if isinstance(fact.value, ox.NamedNode) else None
    literal = fact.value if isinstance(fact.value, ox.Literal) else None
    return {
        "property": short(fact.property),
        "property_iri": fact.property.value,
        "property_label": name if (name := labels.of(fact.property.value)) != fact.property.value else None,
        "value": value(fact.value),
        "iri": thing.value if thing else None,
        "label": labels.of(thing.value) if thing else None,
        "language": literal.language if literal else None,
        "basis": fact.basis,
        "origins": [_origin(it) for it in fact.origins],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    it = origin.statement
    cells = (
        it.iri, it.source, it.file, it.sheet, it.row, origin.column.name if origin.column else None, it.cites, it.url,
        it.publisher, it.confidence, it.as_of, it.retrieved,
    )  # fmt: skip
    return dict(zip(ORIGIN_COLUMNS, cells, strict=True))


def _named(told: Told) -> Iterator[str]:
    for part in told.everything():
        yield part.value
    for _, facts in told.all_facts():
        for fact in facts:
            yield fact.property.value
            if isinstance(fact.value, ox.NamedNode):
                yield fact.value.value
