"""What the pages and diagrams tell of the ontology: terms, vocabularies, labels, links."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, key_of, skos
from stanagraph.graph.ontology.axioms import OWL, Expression
from stanagraph.graph.ontology.files import labels_in

from .library import NS, ONTOLOGY, ROOT, SCHEME, SHAPES
from .shapes import Shapes
from .statements import Statements, owl, rdfs

KINDS = {
    f"{OWL}Class": "class",
    f"{OWL}ObjectProperty": "object",
    f"{OWL}DatatypeProperty": "data",
    f"{OWL}AnnotationProperty": "annotation",
}


def in_order(text: str) -> tuple[str, str]:
    """The key by which a reader looks something up: without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)), text


@dataclass(frozen=True)
class Term:
    """One class or property of ours."""

    iri: str
    name: str
    module: str
    kind: str


@dataclass(frozen=True)
class Concept:
    """One concept of a vocabulary; `depth` is its level below the top."""

    iri: str
    scheme: str
    notation: str
    depth: int


class Model(Statements):
    """The ontology, read for readers."""

    @cached_property
    def shapes(self) -> Shapes:
        """What shapes demand."""
        return Shapes(self.library)

    # Terms.

    @cached_property
    def terms(self) -> Mapping[str, Term]:
        """All terms by their IRI."""
        found = {}
        for name, module in self.library.terms.items():
            iri = NS + name
            kinds = [KINDS[kind] for kind in self.iris(ox.NamedNode(iri), RDF_TYPE) if kind in KINDS]
            if kinds:
                found[iri] = Term(iri, name, module, kinds[0])
        return found

    def of_module(self, module: str, kind: str = "") -> list[Term]:
        """The terms that a module defines."""
        return [t for t in self.terms.values() if t.module == module and kind in ("", t.kind)]

    def sorted(self, terms: Iterable[Term], language: str) -> list[Term]:
        """The terms as a reader of this language looks them up."""
        return sorted(terms, key=lambda term: in_order(self.label(term.iri, language)))

    def label(self, iri: str, language: str) -> str:
        """The name by which a reader knows a thing."""
        found = self._labels.get(iri, {})
        return found.get(language) or found.get("") or found.get("en") or self.short(iri)

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, str]]:
        return labels_in(self.library.triples)

    def short(self, iri: str) -> str:
        """An IRI with its prefix, such as `skos:Concept`."""
        prefixes = sorted(self.library.prefixes.items(), key=lambda item: -len(item[1]))
        for prefix, namespace in prefixes:
            if iri.startswith(namespace) and prefix:
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri.removeprefix(NS)

    def title(self, module: str, language: str) -> str:
        """The title of a module without the name of the whole."""
        whole = self.label(ONTOLOGY if module == ROOT else f"{ONTOLOGY}/{module}", language)
        text = whole if module == ROOT else whole.partition(":")[2].strip() or whole
        return text[:1].upper() + text[1:]

    def href(self, iri: str, language: str, up: str = "") -> str:
        """Where a thing is described: a page of ours, or its own address."""
        if iri in self.terms:
            return f"{up}{self.terms[iri].module}.{language}.html#{self.terms[iri].name}"
        if iri == ONTOLOGY or iri.removeprefix(f"{ONTOLOGY}/") in self.library.modules:
            return f"{up}{ROOT if iri == ONTOLOGY else iri.removeprefix(f'{ONTOLOGY}/')}.{language}.html"
        if iri.startswith(SCHEME) and iri.removeprefix(SCHEME) in self.library.schemes:
            return f"{up}vocabularies/{iri.removeprefix(SCHEME)}.{language}.html"
        if iri in self.concepts:
            concept = self.concepts[iri]
            return f"{up}vocabularies/{concept.scheme}.{language}.html#{concept.notation}"
        if iri.removeprefix(SHAPES) in self.library.shapes:
            return f"{up}shapes.{language}.html#{iri.removeprefix(SHAPES)}"
        return iri

    def ends(self, prop: str, predicate: str) -> list[str]:
        """The classes that the domain or range of a property names, taken apart."""
        found: list[str] = []
        for part in self.classes(ox.NamedNode(prop), rdfs(predicate)):
            united = part.operands if isinstance(part, Expression) and part.operator.endswith("UnionOf") else (part,)
            found += [one.value for one in united if isinstance(one, ox.NamedNode)]
        return found

    @cached_property
    def _at(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for term in self.terms.values():
            if term.kind != "class":
                for predicate in ("domain", "range"):
                    for iri in self.ends(term.iri, predicate):
                        found.setdefault((predicate, iri), []).append(term.iri)
        return found

    def with_end(self, predicate: str, iri: str) -> list[str]:
        """The properties whose domain or range names a class."""
        return self._at.get((predicate, iri), [])

    def is_defined(self, iri: str) -> bool:
        """Whether a class says what suffices to be a member of it."""
        nodes = self.objects(ox.NamedNode(iri), owl("equivalentClass"))
        return any(isinstance(node, ox.BlankNode) for node in nodes)

    def is_date(self, iri: str) -> bool:
        """Whether the values of a property are dates, which OWL cannot say of a year."""
        return any("xsd:gYear" in text for text, _ in self.texts(ox.NamedNode(iri), skos("editorialNote"), "en"))

    @cached_property
    def _referring(self) -> Mapping[tuple[str, ox.NamedNode], list[str]]:
        found: dict[tuple[str, ox.NamedNode], list[str]] = {}
        for iri in self.terms:
            for t in self.subjects[ox.NamedNode(iri)]:
                if isinstance(t.object, ox.NamedNode):
                    found.setdefault((t.object.value, t.predicate), []).append(iri)
        return found

    def referring(self, iri: str, predicate: ox.NamedNode) -> list[str]:
        """The terms of which a property has this value."""
        return self._referring.get((iri, predicate), [])

    def either_way(self, iri: str, predicate: ox.NamedNode) -> list[str]:
        """What a property that holds both ways relates to a term, whichever of the two says so."""
        return list(dict.fromkeys([*self.iris(ox.NamedNode(iri), predicate), *self.referring(iri, predicate)]))

    # Vocabularies.

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """All concepts by their IRI: in their vocabularies, each below its broader one."""
        return {c.iri: c for scheme in self.library.schemes for c in self.concepts_of(scheme)}

    def concepts_of(self, scheme: str) -> list[Concept]:
        """The concepts of a vocabulary as a tree, in the order of its file."""
        inside = [
            t.subject.value
            for t in self.library.document(f"vocabularies/{scheme}").triples
            if t.predicate == skos("inScheme") and isinstance(t.subject, ox.NamedNode)
        ]
        below: dict[str, list[str]] = {}
        for iri in inside:
            parents = [p for p in self.iris(ox.NamedNode(iri), skos("broader")) if p in inside]
            below.setdefault(parents[0] if parents else "", []).append(iri)
        found: list[Concept] = []

        def walk(parent: str, depth: int) -> None:
            for iri in below.get(parent, ()):
                notation = self.text(iri, skos("notation"), "en") or key_of(iri)
                found.append(Concept(iri, scheme, notation, depth))
                walk(iri, depth + 1)

        walk("", 0)
        return found
