"""Turtle as OWL axioms.

Lists of things told apart (owl:AllDisjointClasses and its like) come as their pairs, so that each can be named alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

import pyoxigraph as ox

from ..names import RDF_TYPE
from .axioms import OWL, RDF, RDFS, Axiom, Expression, Part

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_DECLARED = {
    OWL + "Class": "DeclareClass",
    OWL + "ObjectProperty": "DeclareObjectProperty",
    OWL + "DatatypeProperty": "DeclareDataProperty",
    OWL + "AnnotationProperty": "DeclareAnnotationProperty",
    OWL + "NamedIndividual": "DeclareNamedIndividual",
    RDFS + "Datatype": "DeclareDatatype",
}
# Kinds of property, with the kind of axiom for object and for data properties.
_TRAITS = {
    OWL + "FunctionalProperty": ("FunctionalObjectProperty", "FunctionalDataProperty"),
    **{
        f"{OWL}{trait}Property": (f"{trait}ObjectProperty", "")
        for trait in ("InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive")
    },
}
# Relations of two names or expressions, with the kind of axiom for object, data and annotation properties.
_OF_CLASSES = {
    RDFS + "subClassOf": "SubClassOf",
    OWL + "equivalentClass": "EquivalentClasses",
    OWL + "disjointWith": "DisjointClasses",
}
_OF_PROPERTIES = {
    RDFS + "subPropertyOf": ("SubObjectPropertyOf", "SubDataPropertyOf", "SubAnnotationPropertyOf"),
    RDFS + "domain": ("ObjectPropertyDomain", "DataPropertyDomain", "AnnotationPropertyDomain"),
    RDFS + "range": ("ObjectPropertyRange", "DataPropertyRange", "AnnotationPropertyRange"),
    OWL + "equivalentProperty": ("EquivalentObjectProperties", "EquivalentDataProperties", ""),
    OWL + "propertyDisjointWith": ("DisjointObjectProperties", "DisjointDataProperties", ""),
    OWL + "inverseOf": ("InverseObjectProperties", "", ""),
}
_OF_INDIVIDUALS = {OWL + "sameAs": "SameIndividual", OWL + "differentFrom": "DifferentIndividuals"}
_UNORDERED = {
    "EquivalentClasses",
    "DisjointClasses",
    "EquivalentObjectProperties",
    "EquivalentDataProperties",
    "DisjointObjectProperties",
    "DisjointDataProperties",
    "InverseObjectProperties",
    "SameIndividual",
    "DifferentIndividuals",
}
_LISTS_OF_PAIRS = {
    OWL + "AllDisjointClasses": OWL + "disjointWith",
    OWL + "AllDisjointProperties": OWL + "propertyDisjointWith",
    OWL + "AllDifferent": OWL + "differentFrom",
}
_BOOLEAN = {OWL + "unionOf": "UnionOf", OWL + "intersectionOf": "IntersectionOf", OWL + "oneOf": "OneOf"}
_FILLERS = {
    OWL + "someValuesFrom": "SomeValuesFrom",
    OWL + "allValuesFrom": "AllValuesFrom",
    OWL + "hasValue": "HasValue",
    OWL + "hasSelf": "HasSelf",
}
_CARDINALITIES = {
    OWL + "cardinality": "ExactCardinality",
    OWL + "maxCardinality": "MaxCardinality",
    OWL + "minCardinality": "MinCardinality",
    OWL + "qualifiedCardinality": "ExactCardinality",
    OWL + "maxQualifiedCardinality": "MaxCardinality",
    OWL + "minQualifiedCardinality": "MinCardinality",
}
_ORIGIN = (OWL + "sourceIndividual", OWL + "assertionProperty", OWL + "targetIndividual", OWL + "targetValue")


class Reader:
    """Reads triples as axioms. What a name is (class, kind of property) is taken from all triples together.

    The parts of a union, and their like, are sorted, so that axioms can be compared; `as_written` leaves them alone.
    """

    def __init__(self, triples: Iterable[ox.Triple], as_written: bool = False) -> None:
        self._as_written = as_written
        self.triples = tuple(dict.fromkeys(triples))
        self._of: dict[object, list[ox.Triple]] = defaultdict(list)
        self._typed: dict[str, set[object]] = defaultdict(set)
        for triple in self.triples:
            self._of[triple.subject].append(triple)
            if triple.predicate == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
                self._typed[triple.object.value].add(triple.subject)

    def axioms(self, triples: Iterable[ox.Triple] | None = None) -> Iterator[Axiom]:
        """The axioms of these triples, which must be among those read; of all, if none are given."""
        for triple in self.triples if triples is None else triples:
            yield from self._axioms_of(triple)

    def _axioms_of(self, triple: ox.Triple) -> Iterator[Axiom]:
        subject, predicate, value = _part(triple.subject), triple.predicate.value, _part(triple.object)
        if predicate == RDF + "type":
            yield from self._typing(triple)
        elif predicate in _OF_CLASSES:
            if not isinstance(value, ox.Literal):
                yield self._axiom(_OF_CLASSES[predicate], triple, self.class_of(subject), self.class_of(value))
        elif predicate in _OF_PROPERTIES:
            # Inside an expression owl:inverseOf names no axiom.
            if isinstance(subject, ox.NamedNode) and (kind := self._by_property(subject, _OF_PROPERTIES[predicate])):
                about_class = predicate in (RDFS + "domain", RDFS + "range")
                other = self.class_of(value) if about_class else self.property_of(value)
                yield self._axiom(kind, triple, subject, other)
        elif predicate in _OF_INDIVIDUALS:
            yield self._axiom(_OF_INDIVIDUALS[predicate], triple, subject, value)
        elif predicate == OWL + "propertyChainAxiom":
            chain = Expression("ObjectPropertyChain", tuple(self.property_of(it) for it in self.items(value)))
            yield self._axiom("SubObjectPropertyOf", triple, chain, subject)
        elif predicate == OWL + "hasKey":
            keys = sorted((self.property_of(it) for it in self.items(value)), key=str)
            yield self._axiom("HasKey", triple, self.class_of(subject), *keys)
        elif predicate == OWL + "disjointUnionOf":
            members = sorted((self.class_of(it) for it in self.items(value)), key=str)
            yield self._axiom("DisjointUnion", triple, subject, *members)
        elif isinstance(subject, ox.NamedNode) and predicate in (*_BOOLEAN, OWL + "complementOf"):
            # The way of OWL 1 to define a named class.
            yield self._axiom("EquivalentClasses", triple, subject, self._expression(subject))
        elif subject in self._typed[OWL + "Ontology"]:
            return
        elif triple.predicate in self._typed[OWL + "ObjectProperty"]:
            if not isinstance(value, ox.Literal):
                yield self._axiom("ObjectPropertyAssertion", triple, triple.predicate, subject, value)
        elif triple.predicate in self._typed[OWL + "DatatypeProperty"] and isinstance(value, ox.Literal):
            yield self._axiom("DataPropertyAssertion", triple, triple.predicate, subject, value)

    def _typing(self, triple: ox.Triple) -> Iterator[Axiom]:
        subject, kind = _part(triple.subject), triple.object
        if isinstance(kind, ox.NamedNode):
            if kind.value in _DECLARED:
                if isinstance(subject, ox.NamedNode):
                    yield Axiom(_DECLARED[kind.value], (subject,), (triple,))
                return
            if kind.value in _TRAITS:
                of_objects, of_data = _TRAITS[kind.value]
                yield Axiom(of_data if self.is_data(subject) and of_data else of_objects, (subject,), (triple,))
                return
            if kind.value in _LISTS_OF_PAIRS:
                yield from self._pairs(subject, _LISTS_OF_PAIRS[kind.value])
                return
            if kind.value == OWL + "NegativePropertyAssertion":
                yield self._denial(subject)
                return
            if kind.value.startswith((OWL, RDF, RDFS)) and kind.value != OWL + "Thing":
                return
        elif isinstance(kind, ox.Literal):
            return
        yield self._axiom("ClassAssertion", triple, self.class_of(kind), subject)

    def _pairs(self, node: object, predicate: str) -> Iterator[Axiom]:
        lists = (self._value(node, OWL + "members"), self._value(node, OWL + "distinctMembers"))
        for one, other in combinations([item for head in lists if head is not None for item in self.items(head)], 2):
            if isinstance(one, ox.NamedNode | ox.BlankNode):
                yield from self._axioms_of(ox.Triple(one, ox.NamedNode(predicate), other))

    def _denial(self, node: object) -> Axiom:
        source, about, target, value = (self._value(node, name) for name in _ORIGIN)
        parts = tuple(part for part in (about, source, target, value) if part is not None)
        kind = "NegativeObjectPropertyAssertion" if value is None else "NegativeDataPropertyAssertion"
        return Axiom(kind, parts, tuple(self._of[node]))

    def _axiom(self, kind: str, triple: ox.Triple, *parts: Part) -> Axiom:
        ordered = tuple(sorted(parts, key=str)) if kind in _UNORDERED else parts
        # The description of what has no name; a named class that is defined the way of OWL 1 has its list.
        told = dict.fromkeys([triple, *self._below(triple.subject), *self._below(triple.object)])
        return Axiom(kind, ordered, tuple(told))

    def _below(self, node: object) -> Iterator[ox.Triple]:
        pending, seen = [node], set()
        while pending:
            here = pending.pop()
            # An individual without a name is no description, and its statements are axioms of their own.
            if not isinstance(here, ox.BlankNode) or here in seen or not self._is_structure(here):
                continue
            seen.add(here)
            for triple in self._of[here]:
                if triple.predicate.value not in (*_OF_CLASSES, *_OF_INDIVIDUALS):
                    yield triple
                    pending.append(triple.object)

    def _is_structure(self, node: ox.BlankNode) -> bool:
        shapes = (RDF + "first", OWL + "onProperty", OWL + "complementOf", OWL + "inverseOf", OWL + "onDatatype")
        return any(t.predicate.value in (*shapes, *_BOOLEAN, OWL + "withRestrictions") for t in self._of[node])

    def _by_property(self, name: object, kinds: tuple[str, str, str]) -> str:
        if self.is_data(name):
            return kinds[1]
        return kinds[2] if name in self._typed[OWL + "AnnotationProperty"] else kinds[0]

    def is_data(self, name: object) -> bool:
        """Whether this is a data property."""
        return name in self._typed[OWL + "DatatypeProperty"]

    def _value(self, node: object, predicate: str) -> Term | None:
        for triple in self._of[node]:
            if triple.predicate.value == predicate and not isinstance(triple.object, ox.Triple):
                return triple.object
        return None

    def items(self, head: object) -> list[Term]:
        """The members of a list of RDF."""
        found: list[Term] = []
        seen: set[object] = set()
        while isinstance(head, ox.BlankNode) and head not in seen:
            seen.add(head)
            first = self._value(head, RDF + "first")
            found += [first] if first is not None else []
            head = self._value(head, RDF + "rest")
        return found

    def property_of(self, node: object) -> Part:
        """A property, or the inverse of one."""
        inverse = self._value(node, OWL + "inverseOf") if isinstance(node, ox.BlankNode) else None
        return Expression("ObjectInverseOf", (inverse,)) if inverse is not None else _part(node)

    def class_of(self, node: object) -> Part:
        """A class or data range: its name, or the expression that a blank node describes."""
        if isinstance(node, ox.BlankNode) and self._is_structure(node):
            return self._expression(node)
        return _part(node)

    def _expression(self, node: object) -> Expression:
        of_data = node in self._typed[RDFS + "Datatype"]
        prefix = "Data" if of_data else "Object"
        if (about := self._value(node, OWL + "onProperty")) is not None:
            return self._restriction(node, self.property_of(about), "Data" if self.is_data(about) else "Object")
        for predicate, operator in _BOOLEAN.items():
            if (head := self._value(node, predicate)) is not None:
                operands = [self.class_of(item) for item in self.items(head)]
                return Expression(prefix + operator, tuple(operands if self._as_written else sorted(operands, key=str)))
        if (other := self._value(node, OWL + "complementOf")) is not None:
            return Expression("ObjectComplementOf", (self.class_of(other),))
        told = sorted((str(t.predicate), str(t.object)) for t in self._of[node])
        return Expression("Other", tuple(ox.Literal(f"{predicate} {value}") for predicate, value in told))

    def _restriction(self, node: object, about: Part, prefix: str) -> Expression:
        for predicate, operator in _FILLERS.items():
            if (value := self._value(node, predicate)) is not None:
                filler = value if operator in ("HasValue", "HasSelf") else self.class_of(value)
                return Expression(prefix + operator, (about, filler))
        for predicate, operator in _CARDINALITIES.items():
            if (count := self._value(node, predicate)) is not None:
                of = self._value(node, OWL + "onClass") or self._value(node, OWL + "onDataRange")
                filler_of = (self.class_of(of),) if of is not None else ()
                return Expression(prefix + operator, (count, about, *filler_of))
        return Expression("Other", (about,))


def _part(node: object) -> Part:
    if isinstance(node, ox.NamedNode | ox.BlankNode | ox.Literal):
        return node
    raise TypeError(f"no part of an axiom: {node}")


def axioms_of(triples: Iterable[ox.Triple]) -> list[Axiom]:
    """The axioms of these triples, each once, in their order."""
    return list(dict.fromkeys(Reader(triples).axioms()))
