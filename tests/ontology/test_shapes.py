"""Each shape passes what is right, refuses what is wrong in both languages, and keeps to the vocabularies."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS

from stanagraph.graph.resources import folder

NS = rdflib.Namespace("https://w3id.org/stanagraph/ns/")
SHAPES = rdflib.Namespace("https://w3id.org/stanagraph/shapes/")
THINGS = "https://w3id.org/stanagraph/id/"
EXAMPLES = folder("ontology") / "examples"
PREFIXES = {"": str(NS), "dcterms": str(DCTERMS), "rdfs": str(RDFS), "prov": "http://www.w3.org/ns/prov#"}
PREFIXES["skos"] = str(SKOS)
PREFIXES["dcat"] = "http://www.w3.org/ns/dcat#"
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


def results(*examples: Path, text: str = "") -> set[tuple[str, str]]:
    """The severity and the path of each result; a result on the whole thing has the name of its shape."""
    # pySHACL changes the shapes that it is given: a fresh copy each time.
    shapes = graph(*sorted((folder("ontology") / "shapes").glob("*.ttl")))
    data = graph(*sorted(folder("ontology").glob("*.ttl")), EXAMPLES / "world.ttl", *examples)
    if text:
        data.parse(data=f"@base <{THINGS}> . @prefix : <{NS}> . @prefix rdfs: <{RDFS}> . {text}", format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(report, rdflib.Graph)
    found: set[tuple[str, str]] = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        severity = str(report.value(result, SH.resultSeverity)).removeprefix(str(SH))
        path = report.value(result, SH.resultPath)
        shape = str(report.value(result, SH.sourceShape)).removeprefix(str(SHAPES))
        found.add((severity, str(path) if path is not None else shape))
    return found


def expected(example: Path) -> set[str]:
    """What the first line of an invalid example says that fails, in full."""
    names = example.read_text(encoding="utf-8").splitlines()[0].removeprefix("# fails: ").split()
    return {PREFIXES[name.partition(":")[0]] + name.partition(":")[2] if ":" in name else name for name in names}


def class_of(example: Path) -> str:
    return "".join(word.capitalize() for word in example.stem.split("-")[:-1])


def test_every_class_has_a_valid_and_an_invalid_example() -> None:
    ontology = graph(*sorted(folder("ontology").glob("*.ttl")))
    names = {str(term).removeprefix(str(NS)) for term in ontology.subjects(RDFS.isDefinedBy, None)}
    classes = {name for name in names if name[0].isupper()} - SHOWN_ELSEWHERE
    assert {class_of(path) for path in VALID} == classes == {class_of(path) for path in INVALID}


def test_the_world_of_the_examples_is_right() -> None:
    assert results() == set()


@pytest.mark.parametrize("example", VALID, ids=lambda path: path.stem)
def test_a_valid_example_passes(example: Path) -> None:
    assert results(example) == set()


@pytest.mark.parametrize("example", INVALID, ids=lambda path: path.stem)
def test_an_invalid_example_fails_where_it_says(example: Path) -> None:
    assert {path for severity, path in results(example) if severity == "Violation"} == expected(example)


def test_every_constraint_on_a_property_is_seen_to_fail(shapes: rdflib.Graph) -> None:
    constrained = {str(path) for path in shapes.objects(None, SH.path) if not isinstance(path, rdflib.BNode)}
    failing: set[str] = set().union(*(expected(example) for example in INVALID))
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
    ('<source/x> a :Source ; rdfs:label "x" .', "Warning", "http://www.w3.org/ns/dcat#landingPage"),
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
