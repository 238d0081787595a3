"""The ontology stays within OWL 2 DL, and what a release materialises within OWL 2 RL."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from stanagraph.graph.ontology.profiles import ProfileReport, as_materialised, axioms_by_kind, reports
from stanagraph.graph.ontology.reader import axioms_of

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


Turtle = Callable[[str], list[ox.Triple]]
SOME = "[ a owl:Restriction ; owl:onProperty :editionOf ; owl:someValuesFrom :Stanag ]"
VALUE = "[ a owl:Restriction ; owl:onProperty :documentStatus ; owl:hasValue <document-status/current> ]"

# What leaves a profile: what is planted, the profile, the term that is named, and what is said of it.
LEAVING = [
    (":X rdfs:subClassOf :Agreement .", "DL", "X", "undeclared class"),
    ("<x> :nope <y> .", "DL", "nope", "undeclared object property"),
    (":editionOf a owl:TransitiveProperty .", "DL", "editionOf", "non-simple"),
    (":inMunitionClass a owl:FunctionalProperty .", "DL", "inMunitionClass", "non-simple"),
    (":editionNumber a owl:ObjectProperty .", "DL", "editionNumber", "punning"),
    (":x a owl:DatatypeProperty ; rdfs:range xsd:date .", "DL", "x", "datatype"),
    (f":X a owl:Class ; rdfs:subClassOf {SOME} .", "RL", "X", "superclass position"),
    (":X a owl:Class ; owl:disjointUnionOf ( :Stanag :Stanrec ) .", "RL", "X", "axiom kind"),
    (":X a owl:Class ; rdfs:subClassOf [ owl:unionOf ( :Stanag :Stanrec ) ; a owl:Class ] .", "RL", "X", "superclass"),
]


def in_profile(name: str, found: tuple[ProfileReport, ProfileReport]) -> ProfileReport:
    return next(report for report in found if report.profile == name)


def test_the_ontology_is_dl_and_what_is_materialised_is_rl(triples: list[ox.Triple]) -> None:
    for report in reports(triples):
        assert report.violations == ()
        assert report.lost == ()
        assert report.axioms > 2000


@pytest.mark.parametrize(("planted", "profile", "name", "said"), LEAVING)
def test_what_leaves_a_profile_is_named(
    planted: str, profile: str, name: str, said: str, triples: list[ox.Triple], turtle: Turtle
) -> None:
    found = in_profile(profile, reports([*triples, *turtle(planted)])).violations
    assert [it for it in found if it.terms[0].endswith(f"/{name}") and said in it.message]


def test_what_is_defined_is_materialised_as_membership(triples: list[ox.Triple], turtle: Turtle) -> None:
    """An expression that may stand only on the left of a subclass axiom of RL defines a class all the same."""
    defined = turtle(
        f":X a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :AgreementEdition {SOME} ) ] ."
    )
    assert [report.violations for report in reports([*triples, *defined])] == [(), ()]
    changed = [as_materialised(axiom) for axiom in axioms_of([*triples, *defined]) if axiom.kind == "EquivalentClasses"]
    assert "SubClassOf(ObjectIntersectionOf(AgreementEdition ObjectSomeValuesFrom(editionOf Stanag)) X)" in map(
        str, changed
    )


def test_a_domain_without_a_name_is_not_materialised(triples: list[ox.Triple]) -> None:
    axioms = [axiom for axiom in axioms_of(triples) if axiom.kind.endswith(("Domain", "Range"))]
    left_out = [axiom for axiom in axioms if as_materialised(axiom) is None]
    assert left_out
    assert all("UnionOf" in str(axiom) for axiom in left_out)
    assert not any("UnionOf" in str(axiom) for axiom in axioms if axiom not in left_out)


def test_axioms_that_do_not_reach_the_checker_are_told(triples: list[ox.Triple], turtle: Turtle) -> None:
    """py-horned-owl passes over what OWL 1 wrote, without a word."""
    found = in_profile("DL", reports([*triples, *turtle(":X a owl:Class ; owl:complementOf :Stanag .")]))
    (lost,) = found.lost
    assert (lost.kind, lost.stated - lost.read) == ("EquivalentClasses", 1)


def test_every_kind_of_axiom_that_is_used_reaches_the_checker(triples: list[ox.Triple], turtle: Turtle) -> None:
    more = turtle(
        f""":Agreement owl:hasKey ( :hasEdition ) . {VALUE} rdfs:subClassOf :Agreement .
        :editionOf owl:propertyDisjointWith :covers . [] a owl:AllDifferent ; owl:distinctMembers ( <a> <b> <c> ) .
        <a> owl:sameAs <d> . :hasEdition a owl:InverseFunctionalProperty ."""
    )
    stated = [axiom.kind for axiom in axioms_of([*triples, *more])]
    assert all(report.lost == () for report in reports([*triples, *more]))
    read = axioms_by_kind([*triples, *more])
    # Two kinds that are told apart twice, once each way round, are read as two axioms.
    assert {kind: stated.count(kind) for kind in stated} | {"DisjointClasses": 0} == read | {"DisjointClasses": 0}
    assert read["DisjointClasses"] >= stated.count("DisjointClasses")
