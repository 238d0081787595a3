"""Each shape passes what is right, refuses what is wrong in both languages, and keeps to the vocabularies."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDFS, SH

from stanagraph.graph.ontology.examples import expected, judge, validator_for
from stanagraph.graph.ontology.files import Ontology, read
from stanagraph.graph.resources import folder

NS = rdflib.Namespace("https://w3id.org/stanagraph/ns/")
SHAPES = rdflib.Namespace("https://w3id.org/stanagraph/shapes/")
THINGS = "https://w3id.org/stanagraph/id/"
EXAMPLES = folder("ontology") / "examples"
VALIDATOR = validator_for(Ontology.read(folder("ontology")))
VALID = sorted(EXAMPLES.glob("*-valid.ttl"))
INVALID = sorted(EXAMPLES.glob("*-invalid.ttl"))

# Classes that the examples of another class show: those of an agreement, of a publication and of both kinds of holding.
SHOWN_ELSEWHERE = {"Stanag", "Stanrec", "MemorandumOfUnderstanding", "AlliedPublication", "CivilStandard", "Holding"}


def graph(*paths: Path) -> rdflib.Graph:
    read = rdflib.Graph()
    for path in paths:
        read.parse(path, format="turtle")
    return read


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return graph(*sorted((folder("ontology") / "shapes").glob("*.ttl")))


def results(text: str = "") -> set[tuple[str, str]]:
    """The severity and the path of each result of a few lines beside the world of the examples."""
    prefixes = f"@base <{THINGS}> . @prefix : <{NS}> . @prefix rdfs: <{RDFS}> . "
    planted = [quad.triple for quad in ox.parse(prefixes + text, ox.RdfFormat.TURTLE)]
    return {(result.severity, result.where) for result in VALIDATOR.results(planted)}


def class_of(example: Path) -> str:
    return "".join(word.capitalize() for word in example.stem.split("-")[:-1])


def test_every_class_has_a_valid_and_an_invalid_example() -> None:
    ontology = graph(*sorted(folder("ontology").glob("*.ttl")))
    names = {str(term).removeprefix(str(NS)) for term in ontology.subjects(RDFS.isDefinedBy, None)}
    classes = {name for name in names if name[0].isupper()} - SHOWN_ELSEWHERE
    assert {class_of(path) for path in VALID} == classes == {class_of(path) for path in INVALID}


def test_the_world_of_the_examples_is_right() -> None:
    assert results() == set()


@pytest.mark.parametrize("example", [*VALID, *INVALID], ids=lambda path: path.stem)
def test_an_example_passes_or_fails_where_it_says(example: Path) -> None:
    assert (expected(example) == set()) is (example in VALID)
    assert judge(read(example), VALIDATOR) is None


def test_every_constraint_on_a_property_is_seen_to_fail(shapes: rdflib.Graph) -> None:
    constrained = {str(path) for path in shapes.objects(None, SH.path) if not isinstance(path, rdflib.BNode)}
    failing: frozenset[str] = frozenset().union(*(expected(example) for example in INVALID))
    assert constrained - failing == set()


REMARKS = [
    ('<equipment/x> a :EquipmentType ; rdfs:label "x" .', "Warning", NS.offersInterface),
    ('<munition/x> a :MunitionType ; rdfs:label "x" .', "Warning", NS.needsInterface),
    ('<munition/x> a :MunitionType ; rdfs:label "x" ; :mass 43200.0 .', "Warning", NS.mass),
    ('<interface/x> a :InterfaceType ; rdfs:label "x" ; :calibre 1550.0 .', "Warning", NS.calibre),
    ("<interface/x> a :InterfaceType ; :governance <governance/agreement> .", "Warning", "GoverningDocumentNamed"),
    ('<national-document/x> a :NationalDocument ; rdfs:label "x" .', "Warning", NS.byNation),
    (
        "<agreement/STANAG-4425> :documentStatus <document-status/current> , <document-status/cancelled> .",
        "Warning",
        NS.documentStatus,
    ),
    (
        "<x> a :NationalResponse ; :responseKind <response-kind/accepted-with-reservation> .",
        "Warning",
        "ReservationNamed",
    ),
    ('<parameter/x> a :Parameter ; rdfs:label "only English"@en .', "Warning", RDFS.label),
    ('<production-site/x> a :ProductionSite ; rdfs:label "x" ; :capacityPerYear 1 .', "Warning", "CapacityDated"),
    ('<finding/x> a :CompatibilityFinding ; rdfs:label "x" .', "Warning", NS.reasonText),
    ('<gap/x> a :Gap ; rdfs:label "x" .', "Warning", NS.closedBy),
    ('<source/x> a :Source ; rdfs:label "x" .', "Warning", "SourceCanBeReadAgain"),
    ('<holding/x> a :Delivery ; rdfs:label "x" .', "Warning", NS.quantity),
    ('<holding/x> a :NationalHolding ; rdfs:label "x" .', "Info", NS.quantity),
    ('<requirement/x> a :Requirement ; rdfs:label "x" .', "Info", NS.clause),
    ('<requirement/x> a :Requirement ; rdfs:label "x" .', "Info", NS.verificationMethod),
    (
        "<requirement/x> a :Requirement ; :aboutParameter <parameter/barrel_length_mm> ; :requiredNumber 2.0 .",
        "Warning",
        "NumberHasUnit",
    ),
    ('<reservation/x> a :Reservation ; :reservationText "x" .', "Info", NS.touches),
    ("<x> a :LifeCycleStage .", "Info", NS.validFrom),
    ("<agreement/STANAG-4425> :publishedOn 2020 , 2021 .", "Warning", NS.publishedOn),
    ("<profile/x> a :Profile .", "Warning", NS.profileKind),
    ("<profile/fmn0> :hasGroup <x> ; :hasSubprofile <y> .", "Warning", "OnlyServiceProfilesHaveGroups"),
    ("<x> a :ProfileSpecification .", "Info", NS.publishedBy),
    ("<x> a :StandardsGroup .", "Info", NS.referencesDocument),
    ("<x> a :ChangeEvent .", "Info", NS.changedOn),
    ('<framework/x> a :ProcurementFramework ; rdfs:label "x" .', "Info", NS.hasParticipant),
    ('<x> a :NationalResponse ; rdfs:label "x" .', "Info", NS.respondedOn),
    ('<x> a :AgreementEdition ; rdfs:label "x" .', "Info", NS.statusAsOf),
    ('<body/x> a :Body ; rdfs:label "x" .', "Info", NS.bodyKind),
    ('<stock/x> a :NationalStock ; rdfs:label "x" .', "Info", NS.quantity),
    ("<nation/x> a :Nation .", "Info", NS.allianceGroup),
    ("<x> a :CriterionAssessment ; :outcome <outcome/violated> .", "Info", "OutcomeHasEvidence"),
    ('<gap/x> a :Gap ; rdfs:label "x" .', "Info", "GapHasEvidence"),
    ("<x> a :Substitution .", "Info", NS.restsOn),
    ("<x> a :ConfidentialityLabel .", "Warning", NS.reviewOn),
    ("<x> a :LabelCategory .", "Warning", NS.genericValue),
    ("<x> a :Release .", "Info", NS.madeFrom),
]


@pytest.mark.parametrize(("text", "severity", "where"), REMARKS)
def test_what_is_odd_or_missing_is_remarked_and_not_refused(text: str, severity: str, where: str) -> None:
    assert (severity, str(where)) in results(text=text)


STAGE = """<x> a :LifeCycleStage ; rdfs:label "x" ; :stageOf <agreement/STANAG-4425> ; :stage <life-cycle-stage/study> ;
    :validFrom "{}"^^<http://www.w3.org/2001/XMLSchema#{}> ; :validUntil "{}"^^<http://www.w3.org/2001/XMLSchema#{}> ."""


@pytest.mark.parametrize(
    ("begins", "ends", "in_order"),
    [
        ("2020", "2021", True),
        ("2021", "2020", False),
        ("2021", "2021-07", True),
        ("2021-07", "2021", True),
        ("2021-07", "2021-06-30", False),
        ("2021-07-15", "2021-07-15", True),
        ("2021-07-15", "2020", False),
    ],
)
def test_dates_are_compared_as_far_as_both_go(begins: str, ends: str, in_order: bool) -> None:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    found = results(text=STAGE.format(begins, kinds[len(begins)], ends, kinds[len(ends)]))
    assert found == (set() if in_order else {("Violation", "ValidityInOrder")})


@pytest.mark.parametrize("date", ["2024", "2024-06", "2024-06-30"])
def test_a_date_is_as_precise_as_its_source(date: str) -> None:
    datatype = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(date)]
    literal = f'"{date}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'
    assert results(text=f"<nation/PRT> :allianceSince {literal} .") == set()
