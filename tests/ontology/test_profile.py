"""The ontology stays within OWL 2 DL: what HermiT takes for granted rather than tells."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
BUILT_IN = (OWL, RDF, RDFS, XSD)
PROPERTIES = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
# The part of the OWL 2 datatype map that the ontology may need: no xsd:date, xsd:gYear or xsd:gYearMonth.
DATATYPES = {RDFS + "Literal", *(XSD + name for name in ("string", "decimal", "integer", "boolean", "dateTime"))}
# What a property with a chain, which is not simple, must not be (OWL 2 Structural Specification, section 11).
ONLY_SIMPLE = (
    "FunctionalProperty",
    "InverseFunctionalProperty",
    "IrreflexiveProperty",
    "AsymmetricProperty",
)


class Facts:
    """What the ontology says, by predicate."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.triples = triples

    def of(self, predicate: str) -> list[tuple[str, str]]:
        found = [t for t in self.triples if t.predicate.value == predicate]
        return [(str(getattr(t.subject, "value", "")), str(getattr(t.object, "value", ""))) for t in found]

    def typed(self, name: str) -> set[str]:
        return {subject for subject, kind in self.of(RDF + "type") if kind == OWL + name}


@pytest.fixture(scope="module")
def facts(triples: list[ox.Triple]) -> Facts:
    return Facts(triples)


def test_no_property_is_of_two_kinds(facts: Facts) -> None:
    kinds = [facts.typed(name) for name in PROPERTIES]
    assert sum(len(kind) for kind in kinds) == len(set().union(*kinds))


def test_every_predicate_is_declared(facts: Facts) -> None:
    declared = set().union(*(facts.typed(name) for name in PROPERTIES))
    used = {t.predicate.value for t in facts.triples if not t.predicate.value.startswith(BUILT_IN)}
    assert used - declared == set()


def test_every_class_is_declared(facts: Facts) -> None:
    named = {kind for _, kind in facts.of(RDF + "type")} | {kind for _, kind in facts.of(RDFS + "subClassOf")}
    named |= {kind for _, kind in facts.of(RDFS + "domain") + facts.of(RDFS + "range") if kind.startswith("http")}
    assert {kind for kind in named if not kind.startswith(BUILT_IN)} - facts.typed("Class") == set()


def test_a_property_takes_what_its_kind_takes(facts: Facts) -> None:
    """Things for an object property, literals for a data property."""
    things, literals = facts.typed("ObjectProperty"), facts.typed("DatatypeProperty")
    for triple in facts.triples:
        assert triple.predicate.value not in things or not isinstance(triple.object, ox.Literal), triple
        assert triple.predicate.value not in literals or isinstance(triple.object, ox.Literal), triple


def test_data_properties_range_over_datatypes_of_owl(facts: Facts) -> None:
    ranges = {value for subject, value in facts.of(RDFS + "range") if subject in facts.typed("DatatypeProperty")}
    assert ranges - DATATYPES == set()


def test_what_has_a_chain_is_not_asked_to_be_simple(facts: Facts) -> None:
    chained = {subject for subject, _ in facts.of(OWL + "propertyChainAxiom")}
    assert "https://w3id.org/stanagraph/ns/inMunitionClass" in chained
    assert chained & set().union(*(facts.typed(name) for name in ONLY_SIMPLE)) == set()
