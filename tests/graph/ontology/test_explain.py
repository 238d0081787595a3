"""A contradiction is explained by the fewest statements: leave out any one, and the rest agree."""

# A fact a line, in Turtle and in words.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from stanagraph.graph import hermit
from stanagraph.graph.errors import OntologyInconsistent
from stanagraph.graph.ontology.explain import Contradiction, Reason, by_nearness, contradictions, prove
from stanagraph.graph.ontology.files import File, Ontology, triples_of
from stanagraph.graph.ontology.reader import axioms_of
from stanagraph.graph.reasoning import classify_each

Stranger = Callable[[str], File]
Turtle = Callable[[str], tuple[ox.Triple, ...]]

CLASHES = {
    "two disjoint classes": (
        "<x> a :NationalHolding , :Delivery . <y> a :Agreement .",
        {
            "ClassAssertion(NationalHolding x) [stranger.ttl]",
            "ClassAssertion(Delivery x) [stranger.ttl]",
            "DisjointClasses(Delivery NationalHolding) [ontology/holdings.ttl]",
        },
    ),
    "a list of disjoint classes": (
        "<x> a :AgreementEdition , :PublicationEdition .",
        {
            "ClassAssertion(AgreementEdition x) [stranger.ttl]",
            "ClassAssertion(PublicationEdition x) [stranger.ttl]",
            "DisjointClasses(AgreementEdition PublicationEdition) [ontology/stanagraph.ttl]",
        },
    ),
    "two values of a functional property": (
        '<x> :isoCode "PRT" , "DEU" ; :allianceGroup <alliance-group/ally> .',
        {
            'DataPropertyAssertion(isoCode x "PRT") [stranger.ttl]',
            'DataPropertyAssertion(isoCode x "DEU") [stranger.ttl]',
            "FunctionalDataProperty(isoCode) [ontology/bodies.ttl]",
        },
    ),
    "domain, range and disjointness": (
        "<x> :offersInterface <y> . <z> :needsInterface <x> .",
        {
            "ObjectPropertyAssertion(offersInterface x y) [stranger.ttl]",
            "ObjectPropertyAssertion(needsInterface z x) [stranger.ttl]",
            "ObjectPropertyDomain(offersInterface EquipmentType) [ontology/equipment.ttl]",
            "ObjectPropertyRange(needsInterface InterfaceType) [ontology/munitions.ttl]",
            "DisjointClasses(EquipmentType InterfaceType) [ontology/stanagraph.ttl]",
        },
    ),
    "a chain of properties": (
        """<munition/m> :needsInterface <interface/i> . <interface/i> :inMunitionClass <munition-class/155mm> .
        [] a owl:NegativePropertyAssertion ; owl:sourceIndividual <munition/m> ;
            owl:assertionProperty :inMunitionClass ; owl:targetIndividual <munition-class/155mm> .""",
        {
            "ObjectPropertyAssertion(needsInterface munition/m interface/i) [stranger.ttl]",
            "ObjectPropertyAssertion(inMunitionClass interface/i munition-class/155mm) [stranger.ttl]",
            "NegativeObjectPropertyAssertion(inMunitionClass munition/m munition-class/155mm) [stranger.ttl]",
            "SubObjectPropertyOf(ObjectPropertyChain(needsInterface inMunitionClass) inMunitionClass) [ontology/interfaces.ttl]",
        },
    ),
    "a key": (
        """:ProcurementFramework owl:hasKey ( :startedIn ) . <x> owl:differentFrom <y> .
        <x> a :ProcurementFramework ; :startedIn <z> . <y> a :ProcurementFramework ; :startedIn <z> .
        :startedIn a owl:ObjectProperty .""".replace(":startedIn", ":plantedKey"),
        {
            "HasKey(ProcurementFramework plantedKey) [stranger.ttl]",
            "DifferentIndividuals(x y) [stranger.ttl]",
            "ClassAssertion(ProcurementFramework x) [stranger.ttl]",
            "ClassAssertion(ProcurementFramework y) [stranger.ttl]",
            "ObjectPropertyAssertion(plantedKey x z) [stranger.ttl]",
            "ObjectPropertyAssertion(plantedKey y z) [stranger.ttl]",
        },
    ),
    "a value of another datatype": (
        "<x> :editionNumber 3 .",
        {
            'DataPropertyAssertion(editionNumber x "3"^^<http://www.w3.org/2001/XMLSchema#integer>) [stranger.ttl]',
            "DataPropertyRange(editionNumber string) [ontology/agreements.ttl]",
        },
    ),
}


def explained(ontology: Ontology, file: File) -> list[Contradiction]:
    files = [*ontology.core, file]
    return contradictions(files, classify_each([triples_of(files)])[0], [file])


def documents(reasons: list[Reason], ontology: Ontology, file: File) -> list[bytes]:
    """What HermiT is given: all declarations, and these reasons."""
    told = [axiom for axiom in axioms_of(triples_of((*ontology.core, file))) if axiom.is_declaration]
    triples = {triple for axiom in (*told, *(reason.axiom for reason in reasons)) for triple in axiom.triples}
    return [ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""]


@pytest.mark.parametrize(("planted", "expected"), CLASHES.values(), ids=CLASHES.keys())
def test_a_contradiction_is_explained_by_the_fewest_statements(
    planted: str, expected: set[str], ontology: Ontology, stranger: Stranger
) -> None:
    file = stranger(planted)
    (found,) = explained(ontology, file)
    reasons = list(found.reasons)
    assert {str(reason) for reason in reasons} == expected
    assert found.empty is None
    assert found.seconds > 0
    # Facts first, then what the ontology says of them.
    assert [reason.axiom.is_fact for reason in reasons] == sorted((it.axiom.is_fact for it in reasons), reverse=True)
    assert hermit.consistent(documents(reasons, ontology, file)) == 0
    spared = [documents([it for it in reasons if it is not left], ontology, file)[0] for left in reasons]
    assert hermit.consistent(spared) == len(reasons)


def test_a_class_that_can_have_no_members_is_explained(ontology: Ontology, stranger: Stranger) -> None:
    file = stranger(':Both a owl:Class ; rdfs:label "both"@en ; rdfs:subClassOf :Verdict , :CompatibilityFinding .')
    (found,) = explained(ontology, file)
    assert found.empty == "https://w3id.org/stanagraph/ns/Both"
    assert {str(reason.axiom) for reason in found.reasons} == {
        "SubClassOf(Both Verdict)",
        "SubClassOf(Both CompatibilityFinding)",
        "DisjointClasses(CompatibilityFinding Verdict)",
    }
    assert found.labels[found.empty] == {"en": "both"}
    assert found.labels["https://w3id.org/stanagraph/ns/Verdict"] == {"en": "verdict", "fr": "verdict"}


def test_nothing_is_explained_where_nothing_is_wrong(ontology: Ontology, stranger: Stranger) -> None:
    assert explained(ontology, stranger("<x> a :Delivery .")) == []
    prove([file for file in ontology.core if file.name == "ontology/holdings.ttl"])


def test_an_unsound_ontology_is_refused_with_the_reasons(stranger: Stranger) -> None:
    told = ":A a owl:Class ; owl:disjointWith :B . :B a owl:Class . <x> a :A , :B ."
    with pytest.raises(OntologyInconsistent) as caught:
        prove([stranger(told)])
    assert len(caught.value.contradictions[0].reasons) == 3
    assert "DisjointClasses(A B) [stranger.ttl]" in caught.value.explanation


def test_what_stands_near_comes_first(turtle: Turtle) -> None:
    axioms = axioms_of(
        turtle(
            ":far a owl:ObjectProperty ; rdfs:domain :C . :p a owl:ObjectProperty ; rdfs:domain :A ."
            " :A a owl:Class ; owl:disjointWith :B . <x> :p <y> ."
        )
    )
    rules = [axiom for axiom in axioms if not axiom.is_declaration]
    ordered = by_nearness(rules, [ox.NamedNode("https://w3id.org/stanagraph/id/x")])
    assert [axiom.kind for axiom in ordered][:2] == ["ObjectPropertyAssertion", "ObjectPropertyDomain"]
    assert sorted(ordered, key=str) == sorted(rules, key=str)
