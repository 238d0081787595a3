"""The alignments name only what exists, agree with the core, and would show a mapping that is wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, TIME, DefinedNamespace

from stanagraph.graph.reasoning import classify
from stanagraph.graph.resources import folder

Turtle = Callable[[str], list[ox.Triple]]

ALIGNMENTS = sorted((folder("ontology") / "alignments").glob("*.ttl"))
NAMES = {"skos", "prov", "org", "dcat", "qudt", "time", "schema", "cco", "wikidata"}
TERMS = "https://w3id.org/stanagraph/ns/"
THINGS = "https://w3id.org/stanagraph/id/"
BASE = "https://w3id.org/stanagraph/ontology/alignments/"
LANGUAGE = (str(OWL), str(RDF), str(RDFS), "http://www.w3.org/2001/XMLSchema#")
MATCHES = {SKOS[f"{kind}Match"] for kind in ("broad", "close", "exact", "narrow", "related")}
MAPPINGS = {RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty} | MATCHES
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

# Vocabularies that rdflib knows term by term. It knows DCAT up to version 2; what version 3 added stands in
# https://www.w3.org/ns/dcat3.ttl.
CLOSED: tuple[type[DefinedNamespace], ...] = (DCAT, DCTERMS, FOAF, ORG, PROV, SDO, SKOS, TIME)
NEW_IN_DCAT_3 = {DCAT._NS.hasVersion, DCAT._NS.version}
# Vocabularies that it does not know: their terms carry a label and the file that shows them.
SHOWN = (
    "http://qudt.org/schema/qudt/",
    "https://www.commoncoreontologies.org/ont",
    "http://purl.obolibrary.org/obo/BFO_",
    "http://spdx.org/rdf/terms#",
)
WIKIDATA = "http://www.wikidata.org/entity/Q"


def graph(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="turtle")


def named(read: rdflib.Graph) -> set[rdflib.URIRef]:
    """Every IRI that a file uses, without those of its header and of its sources."""
    about = set(read.subjects(RDF.type, OWL.Ontology))
    told = {term for s, p, o in read if s not in about and p != DCTERMS.source for term in (s, p, o)}
    return {term for term in told if isinstance(term, rdflib.URIRef)}


@pytest.fixture(scope="module")
def declared(triples: list[ox.Triple]) -> set[str]:
    """The terms and concepts of the core."""
    kinds = {str(kind) for kind in KINDS} | {str(SKOS.Concept), str(SKOS.ConceptScheme)}
    return {
        str(getattr(t.subject, "value", ""))
        for t in triples
        if t.predicate.value == str(RDF.type) and str(getattr(t.object, "value", "")) in kinds
    }


@pytest.fixture(scope="module")
def things() -> set[str]:
    """The things of the tables that an alignment may name: nations and bodies."""
    found: set[str] = set()
    for table, kind in (("nations", "nation"), ("bodies", "body")):
        path = folder("data") / f"{table}.csv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as rows:
                found |= {f"{THINGS}{kind}/{row['id']}" for row in csv.DictReader(rows)}
    return found


def test_there_is_one_file_for_each_vocabulary() -> None:
    assert {path.stem for path in ALIGNMENTS} == NAMES


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_says_what_it_is(path: Path) -> None:
    read = graph(path)
    (ontology,) = read.subjects(RDF.type, OWL.Ontology)
    assert ontology == rdflib.URIRef(BASE + path.stem)
    for told in (DCTERMS.title, DCTERMS.description):
        assert sorted(str(getattr(text, "language", "")) for text in read.objects(ontology, told)) == ["en", "fr"]
    assert set(read.objects(ontology, OWL.versionIRI)) == {rdflib.URIRef(f"{BASE}{path.stem}/0.3.0")}
    assert [str(version) for version in read.objects(ontology, OWL.versionInfo)] == ["0.3.0"]
    assert len(list(read.objects(ontology, DCTERMS.license))) == 1
    assert all(isinstance(source, rdflib.URIRef) for source in read.objects(ontology, DCTERMS.source))
    assert len(list(read.objects(ontology, DCTERMS.source))) == 1
    # Nothing from the network.
    assert list(read.objects(ontology, OWL.imports)) == [rdflib.URIRef("https://w3id.org/stanagraph/ontology")]


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_names_only_what_stanagraph_has(path: Path, declared: set[str], things: set[str]) -> None:
    ours = {str(term) for term in named(graph(path)) if str(term).startswith((TERMS, THINGS))}
    assert ours
    assert sorted(ours - declared - things) == []


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_names_only_what_the_other_vocabulary_has(path: Path) -> None:
    read = graph(path)
    for term in named(read):
        if str(term).startswith((*LANGUAGE, TERMS, THINGS, BASE)):
            continue
        if str(term).startswith(SHOWN):
            assert read.value(term, RDFS.label) is not None, term
            assert isinstance(read.value(term, DCTERMS.source), rdflib.URIRef), term
        elif str(term).startswith(WIKIDATA):
            assert str(term).removeprefix(WIKIDATA).isdigit(), term
        else:
            assert term in NEW_IN_DCAT_3 or any(term in vocabulary for vocabulary in CLOSED), term


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_every_foreign_term_is_declared_once(path: Path, triples: list[ox.Triple]) -> None:
    read = graph(path)
    core: dict[str, str] = {}
    for triple in triples:
        if triple.predicate.value == str(RDF.type) and isinstance(triple.object, ox.NamedNode):
            core[str(getattr(triple.subject, "value", ""))] = triple.object.value
    for term in named(read):
        if str(term).startswith((*LANGUAGE, TERMS, THINGS, WIKIDATA, BASE)):
            continue
        kinds = {str(kind) for kind in read.objects(term, RDF.type) if kind in KINDS}
        kinds |= {core[str(term)]} if str(term) in core else set()
        assert len(kinds) == 1, (term, kinds)


def test_no_foreign_term_is_of_two_kinds_when_all_are_read_together() -> None:
    kinds: dict[rdflib.term.Node, set[rdflib.term.Node]] = {}
    for path in ALIGNMENTS:
        for subject, kind in graph(path).subject_objects(RDF.type):
            kinds.setdefault(subject, set()).update({kind} & set(KINDS))
    assert [term for term, found in kinds.items() if len(found) > 1] == []


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_leaves_the_core_as_it_is(path: Path) -> None:
    """It declares no term of ours and says nothing of ours but mappings: without it nothing is missing."""
    read = graph(path)
    for subject, predicate, value in read:
        if str(subject).startswith((TERMS, THINGS)):
            assert predicate in MAPPINGS, (subject, predicate)
            assert not str(value).startswith((TERMS, THINGS)), (subject, value)
        if predicate in (RDFS.subClassOf, RDFS.subPropertyOf) and str(value).startswith(TERMS):
            pytest.fail(f"{subject} is placed under {value}")


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_a_thing_is_matched_and_a_term_is_not_matched_and_placed(path: Path) -> None:
    """Individuals carry matches only; no term is both below another and no more than close to it."""
    read = graph(path)
    for subject, predicate, value in read:
        if str(subject).startswith(THINGS):
            assert predicate in MATCHES, (subject, predicate)
        if predicate in MATCHES:
            placed = {*read.objects(subject, RDFS.subClassOf), *read.objects(subject, RDFS.subPropertyOf)}
            assert value not in placed, (subject, value)


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_a_property_is_placed_under_one_of_its_kind(path: Path, triples: list[ox.Triple]) -> None:
    kinds: dict[str, set[str]] = {}
    for triple in [*triples, *(quad.triple for quad in ox.parse(path=path))]:
        if triple.predicate.value == str(RDF.type) and isinstance(triple.object, ox.NamedNode):
            kinds.setdefault(str(getattr(triple.subject, "value", "")), set()).add(triple.object.value)
    pair = {str(OWL.ObjectProperty), str(OWL.DatatypeProperty)}
    for lower, upper in graph(path).subject_objects(RDFS.subPropertyOf):
        if str(lower) in kinds:
            assert kinds[str(lower)] & pair == kinds[str(upper)] & pair != set(), (lower, upper)


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_what_is_said_is_english_or_french(path: Path) -> None:
    for _, predicate, value in graph(path):
        if isinstance(value, rdflib.Literal) and predicate in (DCTERMS.title, DCTERMS.description, RDFS.label):
            assert value.language in {"en", "fr"}, value
        if isinstance(value, rdflib.Literal) and value.language == "fr":
            assert "'" not in value, value


def test_all_alignments_agree_with_the_core(modules: list[Path]) -> None:
    """Together, and thereby each by itself: what follows from less follows from more."""
    assert classify([*modules, *ALIGNMENTS]).sound


CONTRADICTIONS = {
    "skos: a concept that is a collection": (
        "skos",
        "<munition-class/155mm> a skos:Concept ; skos:member <munition-class/152mm> .",
    ),
    "skos: an agreement below a concept": ("skos", "<a> a :Agreement ; skos:broader <munition-class/155mm> ."),
    "prov: a planned deed that has occurred": ("prov", "<x> a :Action , prov:Activity ."),
    "prov: a gap that derives from an activity": ("prov", "<x> :restsOn <y> . <y> a prov:Activity ."),
    "prov: a body that is an event": ("prov", "<x> a :Body , prov:InstantaneousEvent ."),
    "org: a body that a gap classifies": ("org", "<x> a :Body ; org:classification <y> . <y> a :Gap ."),
    "dcat: an edition that is no version of its document": (
        "dcat",
        """<y> :hasEdition <x> . [] a owl:NegativePropertyAssertion ; owl:sourceIndividual <y> ;
            owl:assertionProperty dcterms:hasVersion ; owl:targetIndividual <x> .""",
    ),
    "qudt: a value in two units": (
        "qudt",
        "<x> a :ParameterValue ; :unit <y> , <z> . <y> owl:differentFrom <z> .",
    ),
    "time: a stage without extent": ("time", "<x> a :LifeCycleStage , time:Instant ."),
    "time: a stage that begins with a stage": (
        "time",
        "<x> a :LifeCycleStage . <y> time:hasBeginning <x> .",
    ),
    "schema: an edition of which the document is no example": (
        "schema",
        """<x> :editionOf <y> . [] a owl:NegativePropertyAssertion ; owl:sourceIndividual <y> ;
            owl:assertionProperty schema:workExample ; owl:targetIndividual <x> .""",
    ),
    "cco: a type that happens": ("cco", "<x> a :MunitionType , bfo:0000015 ."),
    "cco: a requirement that describes": ("cco", "<x> a :Requirement , cco:ont00000853 ."),
}

# What must never be mapped, and the class that could then have no members.
WRONG = {
    "prov: a statement is an activity": ("prov", ":Statement rdfs:subClassOf prov:Activity .", "Statement"),
    "time: a stage is an instant": ("time", ":LifeCycleStage rdfs:subClassOf time:Instant .", "LifeCycleStage"),
    "schema: a product is a document": ("schema", "schema:Product rdfs:subClassOf :Publication .", "EquipmentType"),
    "cco: a type is a process": ("cco", ":EquipmentType rdfs:subClassOf bfo:0000015 .", "EquipmentType"),
    "cco: a value is a design": ("cco", ":ParameterValue rdfs:subClassOf cco:ont00000319 .", "ParameterValue"),
}
FOREIGN = """
@prefix bfo: <http://purl.obolibrary.org/obo/BFO_> .
@prefix cco: <https://www.commoncoreontologies.org/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <https://schema.org/> .
@prefix time: <http://www.w3.org/2006/time#> .
"""


def alignment(name: str) -> Path:
    return folder("ontology") / "alignments" / f"{name}.ttl"


@pytest.mark.parametrize(("name", "planted"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_planted_contradiction_is_found(name: str, planted: str, terms: list[Path], turtle: Turtle) -> None:
    assert not classify([*terms, alignment(name)], turtle(FOREIGN + planted)).consistent


@pytest.mark.parametrize(("name", "planted"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_the_contradiction_comes_from_the_alignment(name: str, planted: str, terms: list[Path], turtle: Turtle) -> None:
    """Without the alignment the same triples contradict nothing, so it is its axioms that are seen to work."""
    assert classify(terms, turtle(FOREIGN + planted + declarations(name))).consistent


@pytest.mark.parametrize(("name", "planted", "empty"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_mapping_leaves_a_class_without_members(
    name: str, planted: str, empty: str, terms: list[Path], turtle: Turtle
) -> None:
    result = classify([*terms, alignment(name)], turtle(FOREIGN + planted))
    assert not result.consistent or TERMS + empty in result.unsatisfiable


def declarations(name: str) -> str:
    """What kinds of term an alignment speaks of, without anything that it says about them."""
    read = graph(alignment(name))
    return "".join(f"<{term}> a <{kind}> .\n" for kind in KINDS for term in read.subjects(RDF.type, kind))
