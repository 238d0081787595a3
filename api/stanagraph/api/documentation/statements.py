"""What the ontology states, by subject and property."""

from __future__ import annotations

from functools import cached_property

import pyoxigraph as ox

from stanagraph.graph.ontology.axioms import OWL, RDFS, Part
from stanagraph.graph.ontology.reader import Reader

from .library import Library
from .syntaxes import Term as Node

SH = "http://www.w3.org/ns/shacl#"


def owl(name: str) -> ox.NamedNode:
    """A term of OWL."""
    return ox.NamedNode(OWL + name)


def rdfs(name: str) -> ox.NamedNode:
    """A term of RDF Schema."""
    return ox.NamedNode(RDFS + name)


def sh(name: str) -> ox.NamedNode:
    """A term of SHACL."""
    return ox.NamedNode(SH + name)


class Statements:
    """All triples of a library, and the axioms that they write."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.subjects = library.subjects

    @cached_property
    def reader(self) -> Reader:
        """What reads unnamed classes and lists."""
        return Reader(self.library.triples, as_written=True)

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

    def classes(self, subject: Node, predicate: ox.NamedNode) -> list[Part]:
        """The values of one property that are classes or datatypes, with or without a name."""
        return [self.reader.class_of(node) for node in self.objects(subject, predicate)]

    def lists(self, subject: Node, predicate: ox.NamedNode) -> list[list[Part]]:
        """The values of one property that are lists of properties."""
        found = self.objects(subject, predicate)
        return [[self.reader.property_of(item) for item in self.reader.items(node)] for node in found]
