"""Turtle is read as the axioms that it states, whatever its order and its blank nodes."""

# A fact a line, in Turtle and in words.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from stanagraph.graph.ontology.reader import axioms_of

Turtle = Callable[[str], tuple[ox.Triple, ...]]
DECLARED = (
    ":p a owl:ObjectProperty . :q a owl:ObjectProperty . :d a owl:DatatypeProperty . :A a owl:Class . :B a owl:Class ."
)

AXIOMS = {
    ":A rdfs:subClassOf :B .": "SubClassOf(A B)",
    ":A owl:equivalentClass [ owl:intersectionOf ( :B [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue <x> ] ) ] .": (
        "EquivalentClasses(A ObjectIntersectionOf(B ObjectHasValue(p x)))"
    ),
    "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ] rdfs:subClassOf :B .": (
        "SubClassOf(ObjectSomeValuesFrom(p A) B)"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:maxCardinality 1 ] .": (
        'SubClassOf(A DataMaxCardinality("1"^^<http://www.w3.org/2001/XMLSchema#integer> d))'
    ),
    ":p rdfs:domain [ owl:unionOf ( :B :A ) ] .": "ObjectPropertyDomain(p ObjectUnionOf(A B))",
    ":d rdfs:range xsd:string .": "DataPropertyRange(d string)",
    ":p owl:propertyChainAxiom ( :p :q ) .": "SubObjectPropertyOf(ObjectPropertyChain(p q) p)",
    ":p rdfs:subPropertyOf [ owl:inverseOf :q ] .": "SubObjectPropertyOf(p ObjectInverseOf(q))",
    ":q owl:inverseOf :p .": "InverseObjectProperties(p q)",
    ":A owl:hasKey ( :p :d ) .": "HasKey(A d p)",
    ":A owl:disjointUnionOf ( :B ) .": "DisjointUnion(A B)",
    ":A owl:complementOf :B .": "EquivalentClasses(A ObjectComplementOf(B))",
    "[] a owl:AllDisjointClasses ; owl:members ( :B :A ) .": "DisjointClasses(A B)",
    "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) .": "DisjointObjectProperties(p q)",
    "[] a owl:AllDifferent ; owl:distinctMembers ( <y> <x> ) .": "DifferentIndividuals(x y)",
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual <x> ; owl:assertionProperty :p ; owl:targetIndividual <y> .": (
        "NegativeObjectPropertyAssertion(p x y)"
    ),
    ":d a owl:FunctionalProperty .": "FunctionalDataProperty(d)",
    ":p a owl:TransitiveProperty .": "TransitiveObjectProperty(p)",
    "<x> a :A .": "ClassAssertion(A x)",
    "<x> :p <y> .": "ObjectPropertyAssertion(p x y)",
    '<x> :d "word" .': 'DataPropertyAssertion(d x "word")',
}


@pytest.mark.parametrize(("text", "axiom"), AXIOMS.items(), ids=AXIOMS.values())
def test_each_construct_is_read(text: str, axiom: str, turtle: Turtle) -> None:
    found = [it for it in axioms_of(turtle(DECLARED + text)) if not it.is_declaration]
    assert [str(it) for it in found] == [axiom]
    # What an axiom is written with says the same again.
    declared = turtle(DECLARED)
    assert axioms_of([*declared, *found[0].triples])[-1] == found[0]


def test_a_list_of_kinds_is_read_as_its_pairs(turtle: Turtle) -> None:
    told = turtle(DECLARED + "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .")
    assert sum(axiom.kind == "DisjointClasses" for axiom in axioms_of(told)) == 3


def test_annotations_are_no_axioms(turtle: Turtle) -> None:
    assert axioms_of(turtle(':A rdfs:label "a" ; rdfs:isDefinedBy <m> ; <http://example.org/undeclared> 3 .')) == []


def test_order_and_blank_nodes_do_not_count(turtle: Turtle) -> None:
    one = turtle(DECLARED + ":A owl:equivalentClass [ owl:unionOf ( :B [ owl:onProperty :p ; owl:hasValue <x> ] ) ] .")
    other = turtle(
        ":A owl:equivalentClass _:u . _:u owl:unionOf ( [ owl:hasValue <x> ; owl:onProperty :p ] :B ) ." + DECLARED
    )
    assert set(axioms_of(one)) == set(axioms_of(other))
