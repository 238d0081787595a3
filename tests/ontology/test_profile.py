"""The ontology stays within OWL 2 DL, and what a release materialises within OWL 2 RL."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from stanagraph.graph.ontology.profiles import ProfileReport, as_materialised, axioms_by_kind, reports
from stanagraph.graph.ontology.reader import axioms_of

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
