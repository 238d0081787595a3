"""HermiT finds the ontology sound, and finds planted contradictions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.errors import ReleaseError
from stanagraph.graph.reasoning import classify, classify_each

Turtle = Callable[[str], list[ox.Triple]]

CONTRADICTIONS = {
    "a document that supersedes itself": "<x> :supersededBy <x> .",
    "a statement in two files that are told apart": "<x> :statedInSource <y> , <z> . <y> owl:differentFrom <z> .",
    "a column that is a statement": "<x> :columnOf <y> ; :about <z> .",
    "a claim that is a disagreement": "<x> :prevails true ; :decidedBy <precedence-basis/date> .",
    "a scenario that is a supposition": "<x> a :Scenario , :Supposition .",
    "a supposition of two scenarios": "<x> :suppositionOf <y> . <z> :supposes <x> . <z> owl:differentFrom <y> .",
    "an inventory that is a delivery": "<x> a :NationalHolding , :Delivery .",
    "an edition of an agreement that is an edition of a publication": "<x> a :AgreementEdition , :PublicationEdition .",
    "an agreement that is its own edition": "<x> a :AgreementEdition ; :editionOf <x> .",
    "a response that is an implementation": "<x> a :NationalResponse , :NationalImplementation .",
    "an implementation that answers": "<x> a :NationalImplementation ; :responseKind <response-kind/accepted> .",
    "equipment that is a munition": "<x> a :EquipmentType , :MunitionType .",
    "an interface that is equipment": "<x> :offersInterface <y> . <z> :needsInterface <x> .",
    "a finding that is a verdict": "<x> a :CompatibilityFinding ; :derivedVerdict <verdict-value/compatible> .",
    "a STANAG that is a STANREC": "<x> a :Stanag , :Stanrec .",
    "a concept that is a thing": "<verdict-value/compatible> a skos:Concept , :Body .",
    "a nation that is a thing of another kind": "<nation/PRT> a :Nation , :Body .",
    "an edition of two agreements that are told apart": "<x> :editionOf <y> , <z> . <y> owl:differentFrom <z> .",
    "a number where words belong": "<x> :editionNumber 3 .",
}


def test_the_ontology_is_consistent_and_every_class_can_have_members(modules: list[Path]) -> None:
    result = classify(modules)
    assert result.consistent
    assert result.unsatisfiable == ()


def test_a_class_that_can_have_no_members_is_named(terms: list[Path], turtle: Turtle) -> None:
    result = classify(terms, turtle(":Both a owl:Class ; rdfs:subClassOf :Verdict , :CompatibilityFinding ."))
    assert result.consistent
    assert result.unsatisfiable == ("https://w3id.org/stanagraph/ns/Both",)


@pytest.mark.parametrize("planted", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_planted_contradiction_is_found(planted: str, terms: list[Path], turtle: Turtle) -> None:
    assert not classify(terms, turtle(planted)).consistent


def test_the_munition_class_is_carried_along_and_up(terms: list[Path], turtle: Turtle) -> None:
    """The chains give a munition the class of its interface and the classes above it: to deny it contradicts."""
    stated = """
        <interface/i> a :InterfaceType ; :inMunitionClass <munition-class/155mm> .
        <munition-class/155mm> skos:broader <munition-class/artillery> .
        <munition/m> a :MunitionType ; :needsInterface <interface/i> .
        <equipment/e> a :EquipmentType ; :offersInterface <interface/i> .
    """
    assert classify(terms, turtle(stated)).consistent
    for thing in ("munition/m", "equipment/e"):
        for concept in ("155mm", "artillery"):
            denied = f"""[] a owl:NegativePropertyAssertion ; owl:sourceIndividual <{thing}> ;
                owl:assertionProperty :inMunitionClass ; owl:targetIndividual <munition-class/{concept}> ."""
            assert not classify(terms, turtle(stated + denied)).consistent


def test_acceptance_has_a_direction(terms: list[Path], turtle: Turtle) -> None:
    denied = """<interface/a> :acceptsMunitionOf <interface/b> . <interface/b> :acceptsMunitionOf <interface/c> .
        [] a owl:NegativePropertyAssertion ; owl:sourceIndividual <interface/b> ;
            owl:assertionProperty :acceptsMunitionOf ; owl:targetIndividual <interface/a> .
        [] a owl:NegativePropertyAssertion ; owl:sourceIndividual <interface/a> ;
            owl:assertionProperty :acceptsMunitionOf ; owl:targetIndividual <interface/c> ."""
    assert classify(terms, turtle(denied)).consistent


@pytest.mark.parametrize("place", ["/", "a folder with spaces, é"])
def test_it_does_not_matter_where_it_is_started(
    terms: list[Path], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a folder with spaces, é").mkdir()
    monkeypatch.chdir(tmp_path / place)
    assert classify(terms).consistent


def test_a_reasoner_that_fails_is_told_from_a_contradiction(terms: list[Path], turtle: Turtle) -> None:
    with pytest.raises(ReleaseError, match=r"the reasoner failed: .*not-a-number"):
        classify(terms, turtle('<x> :quantity "not-a-number"^^xsd:integer .'))


def test_dates_are_left_out_and_counted(terms: list[Path], turtle: Turtle) -> None:
    # HermiT knows no dates: the shapes hold them.
    dated = turtle(
        '<x> :statusAsOf "2020-01-01"^^xsd:date , "2020"^^xsd:gYear , "2020-01"^^xsd:gYearMonth ; :calibre 155.0 .'
    )
    result = classify(terms, dated)
    assert result.consistent
    assert result.left_out == 3
    assert result.seconds > 0


def test_one_run_judges_several_sets_and_goes_on_after_a_contradiction(turtle: Turtle) -> None:
    clash = turtle(":A a owl:Class ; owl:disjointWith :B . :B a owl:Class . <x> a :A , :B .")
    empty = turtle(":A a owl:Class ; rdfs:subClassOf :B ; owl:disjointWith :B . :B a owl:Class .")
    found = classify_each([empty, clash, (), clash])
    assert [(it.consistent, len(it.unsatisfiable)) for it in found] == [(True, 1), (False, 0), (True, 0), (False, 0)]
    assert [it.sound for it in found] == [False, False, True, False]
