"""What has changed between two versions, term by term and concept by concept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, THINGS, dcterms, skos

from ..words import message
from .library import NS, ONTOLOGY, Library
from .model import KINDS, owl, rdfs
from .syntaxes import Node, by_subject, closure, turtle

_KINDS = ("class", "object", "data", "annotation", "concept", "scheme")
_SAID = {
    RDFS_LABEL: message("label"),
    skos("prefLabel"): message("label"),
    dcterms("title"): message("label"),
    skos("definition"): message("definition"),
    rdfs("domain"): message("domain"),
    rdfs("range"): message("range"),
    rdfs("subClassOf"): message("class above"),
    rdfs("subPropertyOf"): message("property above"),
    owl("inverseOf"): message("inverse"),
    owl("equivalentClass"): message("equivalent class"),
    owl("disjointWith"): message("disjoint class"),
    owl("propertyChainAxiom"): message("property chain"),
    owl("hasKey"): message("key"),
    owl("deprecated"): message("retired"),
    skos("notation"): message("notation"),
    skos("broader"): message("broader concept"),
    skos("inScheme"): message("vocabulary"),
    rdfs("isDefinedBy"): message("module"),
    RDF_TYPE: message("type"),
}
_QUIET = (dcterms("source"), skos("editorialNote"), skos("example"))


@dataclass(frozen=True)
class Difference:
    """One property of a term that says something else now; texts carry their language."""

    what: str
    language: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One change: `how` is added, removed or changed, `kind` as in _KINDS."""

    how: str
    kind: str
    iri: str
    labels: Mapping[str, str]
    differences: Sequence[Difference] = ()


def changes(library: Library, version: str) -> list[Change]:
    """What has changed since a released version, by kind and IRI."""
    before = by_subject(library.document(f"versions/{version}").triples)
    after = {node: list(found) for node, found in by_subject(library.document("whole").triples).items()}
    found = []
    for iri in sorted(_subjects(before) | _subjects(after)):
        node = ox.NamedNode(iri)
        old, new = before.get(node), after.get(node)
        kind = _kind(new or old or [])
        if kind is None:
            continue
        labels = _labels(new or old or [])
        if old is None or new is None:
            found.append(Change("added" if old is None else "removed", kind, iri, labels))
        elif differences := _differences(_said(before, node), _said(after, node)):
            found.append(Change("changed", kind, iri, labels, differences))
    return sorted(found, key=lambda change: (_KINDS.index(change.kind), change.iri))


def _subjects(triples: Mapping[Node, Sequence[ox.Triple]]) -> set[str]:
    return {n.value for n in triples if isinstance(n, ox.NamedNode) and n.value.startswith((NS, THINGS))}


def _kind(triples: Iterable[ox.Triple]) -> str | None:
    types = {t.object.value for t in triples if t.predicate == RDF_TYPE and isinstance(t.object, ox.NamedNode)}
    for iri, kind in KINDS.items():
        if iri in types:
            return kind
    if skos("Concept").value in types:
        return "concept"
    return "scheme" if skos("ConceptScheme").value in types else None


def _labels(triples: Iterable[ox.Triple]) -> dict[str, str]:
    named = (RDFS_LABEL, skos("prefLabel"), dcterms("title"))
    return {
        t.object.language or "": t.object.value
        for t in triples
        if t.predicate in named and isinstance(t.object, ox.Literal)
    }


def _said(triples: Mapping[Node, Sequence[ox.Triple]], node: ox.NamedNode) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for t in triples[node]:
        if t.predicate in _QUIET or t.predicate not in _SAID:
            continue
        language = t.object.language or "" if isinstance(t.object, ox.Literal) else ""
        found.setdefault((_SAID[t.predicate], language), []).append(_value(triples, t.object))
    return {key: tuple(sorted(values)) for key, values in found.items()}


def _value(triples: Mapping[Node, Sequence[ox.Triple]], node: object) -> str:
    if isinstance(node, ox.Literal):
        return node.value
    if isinstance(node, ox.NamedNode):
        return _name(node.value)
    if not isinstance(node, ox.BlankNode):
        return ""
    thing, said = ox.NamedNode("urn:thing"), ox.NamedNode("urn:said")
    inside = [ox.Triple(thing, said, node), *closure(triples, [node])]
    prefixes = {"": NS, "owl": owl("").value, "skos": skos("").value, "rdfs": rdfs("").value}
    text = " ".join(turtle(inside, prefixes).partition("<urn:said>")[2].split())
    return text.removesuffix(" .").replace("a owl:Class ; ", "").strip("[]() ")


def _name(iri: str) -> str:
    for start in (NS, f"{ONTOLOGY}/", THINGS):
        if iri.startswith(start):
            return iri.removeprefix(start)
    return iri


def _differences(
    before: Mapping[tuple[str, str], tuple[str, ...]], after: Mapping[tuple[str, str], tuple[str, ...]]
) -> list[Difference]:
    keys = sorted({key for key in (*before, *after) if before.get(key) != after.get(key)})
    return [
        Difference(what, language, before.get((what, language), ()), after.get((what, language), ()))
        for what, language in keys
    ]
