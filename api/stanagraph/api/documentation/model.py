"""What the pages and diagrams tell of the ontology: terms, what is demanded of them, vocabularies, labels, links."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, THINGS, dcterms, key_of, kind_of, skos

from .library import NS, ONTOLOGY, OWL, RDFS, ROOT, SCHEME, SHAPES, Library
from .syntaxes import Term as Node

SH = "http://www.w3.org/ns/shacl#"
FIRST = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
REST = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")
NIL = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil")
KINDS = {
    f"{OWL}Class": "class",
    f"{OWL}ObjectProperty": "object",
    f"{OWL}DatatypeProperty": "data",
    f"{OWL}AnnotationProperty": "annotation",
}
SEVERITIES = {f"{SH}Violation": "violation", f"{SH}Warning": "warning", f"{SH}Info": "info"}


def owl(name: str) -> ox.NamedNode:
    """A term of OWL."""
    return ox.NamedNode(OWL + name)


def rdfs(name: str) -> ox.NamedNode:
    """A term of RDF Schema."""
    return ox.NamedNode(RDFS + name)


def sh(name: str) -> ox.NamedNode:
    """A term of SHACL."""
    return ox.NamedNode(SH + name)


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
class Constraint:
    """One thing that a shape demands: of which shape, of what property, how strictly, and in which words."""

    shape: str
    path: str
    severity: str
    message: Mapping[str, str]


@dataclass(frozen=True)
class Concept:
    """One concept of a vocabulary; `depth` is its level below the top."""

    iri: str
    scheme: str
    notation: str
    depth: int


class Model:
    """The ontology, read for readers."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.subjects = library.subjects

    # Reading.

    def objects(self, subject: Node, predicate: ox.NamedNode) -> list[Node]:
        """All values of one property, in order."""
        if isinstance(subject, ox.Literal):
            return []
        found = self.subjects.get(subject, ())
        return [t.object for t in found if t.predicate == predicate and not isinstance(t.object, ox.Triple)]

    def iris(self, subject: Node, predicate: ox.NamedNode) -> list[str]:
        """The values of one property that are IRIs."""
        return [node.value for node in self.objects(subject, predicate) if isinstance(node, ox.NamedNode)]

    def texts(self, subject: Node, predicate: ox.NamedNode, language: str) -> list[tuple[str, str]]:
        """Texts with their language: those of this language, or else the English ones."""
        found = [node for node in self.objects(subject, predicate) if isinstance(node, ox.Literal)]
        mine = [(node.value, language) for node in found if node.language in (language, None)]
        return mine or [(node.value, node.language or "en") for node in found if node.language == "en"]

    def text(self, iri: str, predicate: ox.NamedNode, language: str) -> str:
        """The first text of a property, or nothing."""
        return next((text for text, _ in self.texts(ox.NamedNode(iri), predicate, language)), "")

    def items(self, node: Node) -> list[Node]:
        """The members of a list."""
        found: list[Node] = []
        while node != NIL:
            firsts, rests = self.objects(node, FIRST), self.objects(node, REST)
            if not firsts or not rests:
                break
            found.append(firsts[0])
            node = rests[0]
        return found

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
        predicate = dcterms("title") if iri.startswith((SCHEME, ONTOLOGY)) else RDFS_LABEL
        found = self.text(iri, predicate, language) or self.text(iri, skos("prefLabel"), language)
        return found or self.short(iri)

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

    def members(self, node: Node) -> list[str] | None:
        """The classes of a union, one class alone as itself; None for any other expression."""
        if isinstance(node, ox.NamedNode):
            return [node.value]
        unions = self.objects(node, owl("unionOf"))
        if len(unions) != 1:
            return None
        found = [part.value for part in self.items(unions[0]) if isinstance(part, ox.NamedNode)]
        return found or None

    def ends(self, prop: str, predicate: str) -> list[str]:
        """The classes that the domain or range of a property names, taken apart."""
        found: list[str] = []
        for node in self.objects(ox.NamedNode(prop), rdfs(predicate)):
            found += self.members(node) or []
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

    def inverses(self, iri: str) -> list[str]:
        """The properties that read a property backwards, whoever says so."""
        stated = self.iris(ox.NamedNode(iri), owl("inverseOf"))
        back = [t.iri for t in self.terms.values() if iri in self.iris(ox.NamedNode(t.iri), owl("inverseOf"))]
        return list(dict.fromkeys([*stated, *back]))

    def subs(self, iri: str, predicate: str) -> list[str]:
        """The terms directly below a class or property."""
        return [t.iri for t in self.terms.values() if iri in self.iris(ox.NamedNode(t.iri), rdfs(predicate))]

    def disjoint_with(self, iri: str) -> list[str]:
        """The classes of which a member of this class is never one, as stated of it or of them."""
        stated = self.iris(ox.NamedNode(iri), owl("disjointWith"))
        back = [t.iri for t in self.terms.values() if iri in self.iris(ox.NamedNode(t.iri), owl("disjointWith"))]
        return list(dict.fromkeys([*stated, *back]))

    # Vocabularies.

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """All concepts by their IRI: in their vocabularies, each below its broader one."""
        return {c.iri: c for scheme in self.library.schemes for c in self.concepts_of(scheme)}

    def concepts_of(self, scheme: str) -> list[Concept]:
        """The concepts of a vocabulary as a tree, in the order of its file."""
        inside = [
            t.subject.value
            for t in self.library.scheme(scheme)
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

    # What shapes demand.

    @cached_property
    def constraints(self) -> Mapping[str, list[Constraint]]:
        """What is demanded of each class, by its IRI, the strictest first."""
        found: dict[str, list[Constraint]] = {}
        for shape in self.library.shapes:
            stated = self.constraints_of(shape)
            for target in self.targets_of(shape):
                found.setdefault(target, []).extend(stated)
        rank = list(SEVERITIES.values())
        return {iri: sorted(stated, key=lambda one: rank.index(one.severity)) for iri, stated in found.items()}

    def targets_of(self, shape: str) -> list[str]:
        """The classes whose members a shape looks at."""
        return self.iris(ox.NamedNode(SHAPES + shape), sh("targetClass"))

    def constraints_of(self, shape: str) -> list[Constraint]:
        """What one shape demands, in its order."""
        node = ox.NamedNode(SHAPES + shape)
        found = []
        for part in [node, *self.objects(node, sh("property")), *self.objects(node, sh("sparql"))]:
            messages = {
                m.language or "en": m.value for m in self.objects(part, sh("message")) if isinstance(m, ox.Literal)
            }
            severities = self.iris(part, sh("severity"))
            if messages:
                severity = SEVERITIES.get(severities[0] if severities else "", "violation")
                found.append(Constraint(shape, self._path(part), severity, messages))
        return found

    def _path(self, part: Node) -> str:
        paths = self.objects(part, sh("path"))
        return paths[0].value if paths and isinstance(paths[0], ox.NamedNode) else ""

    @cached_property
    def _schemes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for t in self.library.triples:
            if t.predicate == sh("path") and isinstance(t.object, ox.NamedNode):
                pending: list[Node] = [t.subject]  # type: ignore[list-item]
                while pending:
                    node = pending.pop()
                    pending += [
                        n for way in ("or", "and", "xone") for n in self.objects(node, sh(way)) for n in self.items(n)
                    ]
                    for members in self.objects(node, sh("in")):
                        for member in self.items(members):
                            if isinstance(member, ox.NamedNode) and member.value.startswith(THINGS):
                                found.setdefault(t.object.value, []).append(kind_of(member.value))
        return {iri: sorted(set(kinds) & set(self.library.schemes)) for iri, kinds in found.items()}

    def schemes_of(self, prop: str) -> Sequence[str]:
        """The vocabularies from which the shapes let a property take its values."""
        return self._schemes.get(prop, ())
