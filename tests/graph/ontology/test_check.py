"""The whole check passes, tells each kind of fault, and counts what there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.errors import TurtleRefused
from stanagraph.graph.names import BASE
from stanagraph.graph.ontology.axioms import OWL
from stanagraph.graph.ontology.check import (
    PARTS,
    BrokenRule,
    LowVersion,
    NotJudged,
    Part,
    Unsound,
    check,
    rules_over,
    store_of,
)
from stanagraph.graph.ontology.descriptions import EXECUTABLE, describe, questions, terms_in
from stanagraph.graph.ontology.examples import WORLD, WrongExample, expected
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.ontology.profiles import Violation
from stanagraph.graph.ontology.stats import statistics
from stanagraph.graph.resources import folder

Turtle = Callable[[str], tuple[ox.Triple, ...]]
PREFIX = "@prefix : <https://w3id.org/stanagraph/ns/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
SOME = "[ a owl:Restriction ; owl:onProperty :holdingOf ; owl:someValuesFrom :EquipmentType ]"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_part_tells_its_faults(copy: Path) -> None:
    """One copy with a fault for each part: the parts do not stand in each other's way."""
    holdings = copy / "holdings.ttl"
    change(holdings, '"quantity"@en , "quantité"@fr', '"Quantity"@en , "quantité"@fr')
    change(holdings, "rdfs:subClassOf :Holding ;", f"rdfs:subClassOf :Holding , {SOME} ;")
    change(copy / "examples" / "nation-valid.ttl", "a :Nation", "a :Nation ; :isoCode 3")
    whole = (copy / "stanagraph.ttl").read_text(encoding="utf-8")
    (copy / "stanagraph.ttl").write_text(
        whole.replace('owl:versionInfo "0.3.0"', 'owl:versionInfo "0.1.0"'), encoding="utf-8"
    )
    (copy / "alignments").mkdir(exist_ok=True)
    for path in (copy / "alignments").glob("*.ttl"):
        path.unlink()
    (copy / "alignments" / "bad.ttl").write_text(PREFIX + "[] a :Delivery , :NationalHolding .")
    (copy / "alignments" / "good.ttl").write_text(PREFIX + "[] a :Delivery .")
    seen: list[str] = []
    ended: list[str] = []

    def finished(part: Part) -> None:
        ended.append(part.name)

    report = check(copy, observe=lambda part, _: seen.append(part), finished=finished)
    assert tuple(dict.fromkeys(seen)) == PARTS == tuple(ended)
    assert not report.passed
    faults = {part.name: part.faults for part in report.parts}
    assert faults["parse"] == ()
    assert any(
        isinstance(it, BrokenRule) and it.rule.startswith("label-case") and it.rows for it in faults["conventions"]
    )
    (wrong,) = (it for it in faults["examples"] if isinstance(it, WrongExample))
    assert wrong.file == "ontology/examples/nation-valid.ttl"
    assert {result.where for result in wrong.unexpected} == {"https://w3id.org/stanagraph/ns/isoCode"}
    assert {language for result in wrong.unexpected for language, _ in result.messages} == {"en", "fr"}
    profiles = [it for it in faults["profiles"] if isinstance(it, Violation)]
    assert {(it.profile, it.terms[0].rpartition("/")[2]) for it in profiles} == {
        ("RL", "NationalHolding"),
        ("RL", "Delivery"),
    }
    (unsound,) = (it for it in faults["reasoning"] if isinstance(it, Unsound))
    assert unsound.beside == ("ontology/alignments/bad.ttl",)
    assert [reason.file for reason in unsound.contradiction.reasons][:1] == ["ontology/alignments/bad.ttl"]
    (low,) = (it for it in faults["version"] if isinstance(it, LowVersion))
    assert (low.frozen, low.declared) == ("0.2.0", "0.1.0")
    assert all(part.seconds > 0 for part in report.parts)


def test_facts_of_others_need_not_keep_the_style_of_the_ontology(copy: Path, tmp_path: Path) -> None:
    """What they say with terms is looked at, how they name their things is not."""
    facts = tmp_path / "facts.ttl"
    facts.write_text(
        PREFIX + "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<https://w3id.org/stanagraph/id/body/x> a :Body ; rdfs:label "X" ; rdfs:comment "a comment" ; :natoin 3 .\n'
        ':Kind a owl:Class ; rdfs:comment "a comment" .\n'
    )
    parts = {part.name: part.faults for part in check(copy, added=[facts]).parts}
    broken = [it for it in parts["conventions"] if isinstance(it, BrokenRule)]
    named = {(it.rule, str(cell)) for it in broken for row in it.rows for cell in row}
    mistyped = {name for it in parts["profiles"] if isinstance(it, Violation) for name in it.terms}
    assert f"{BASE}ns/natoin" in mistyped
    assert ("comment-violation", f"<{BASE}ns/Kind>") in named
    assert not any("body/x>" in cell for _, cell in named)


def test_what_the_reasoner_cannot_judge_is_a_fault(copy: Path) -> None:
    change(copy / "holdings.ttl", "owl:FunctionalProperty", "owl:FunctionalProperty , owl:TransitiveProperty")
    (fault,) = next(part for part in check(copy).parts if part.name == "reasoning").faults
    assert isinstance(fault, NotJudged)
    assert "Non-simple property" in fault.reason


def test_an_invalid_example_that_passes_is_wrong(copy: Path) -> None:
    (copy / "examples" / "nation-invalid.ttl").write_text("# fails: :isoCode rdfs:label SomeShape\n" + PREFIX)
    examples = next(part for part in check(copy).parts if part.name == "examples")
    (wrong,) = (it for it in examples.faults if isinstance(it, WrongExample))
    assert wrong.missing == (
        "SomeShape",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "https://w3id.org/stanagraph/ns/isoCode",
    )


def test_a_file_that_cannot_be_parsed_ends_the_check(copy: Path, tmp_path: Path) -> None:
    (copy / "supply.ttl").write_text(PREFIX + ":a :b")
    stranger = tmp_path / "stranger.ttl"
    stranger.write_text(PREFIX + ':a :b "x"@1 .')
    with pytest.raises(TurtleRefused) as caught:
        check(copy, added=[stranger])
    assert [fault.file for fault in caught.value.faults] == [str(stranger), "ontology/supply.ttl"]


def test_only_the_first_line_of_an_example_says_what_fails(ontology: Ontology) -> None:
    for file in ontology.examples:
        valid = file.path.name == WORLD or file.path.stem.endswith("-valid")
        assert bool(expected(file.path)) is not valid, file.name


def test_rules_say_what_they_are_asked_of(tmp_path: Path) -> None:
    for name, header in (("a", "#+ over: ontology\n"), ("b", "#+ over: release\n")):
        (tmp_path / f"{name}.rq").write_text(header + "SELECT * {}")
    assert [rule.name for rule in rules_over("ontology", tmp_path)] == ["a"]
    assert [rule.name for rule in rules_over("release", tmp_path)] == ["b"]


def test_a_query_is_described_by_the_terms_that_it_names() -> None:
    text = """#+ question@en: "What is :commented?"
# :Comment and more
PREFIX : <https://w3id.org/stanagraph/ns/>
PREFIX ns: <https://w3id.org/stanagraph/ns/>
PREFIX class: <https://w3id.org/stanagraph/id/munition-class/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?x (":texted" AS ?y) { ?x a :Gap ; ^:closedBy/ns:blocks|!:restsOn class:155mm ; rdfs:label ?l .
  ?x <https://w3id.org/stanagraph/ns/gapCause> <https://w3id.org/stanagraph/id/gap-cause/policy>
  FILTER(?x:other != <https://w3id.org/stanagraph/ns/>) } # :trailing
"""
    names = {iri.removeprefix(BASE).removeprefix("ns/") for iri in terms_in(text)}
    terms = {"Gap", "closedBy", "blocks", "restsOn", "gapCause"}
    assert names - {"other"} == terms | {"id/munition-class/155mm", "id/gap-cause/policy"}
    assert questions(text) == {"en": "What is :commented?"}


def test_every_query_is_described(ontology: Ontology) -> None:
    queries = folder("queries")
    told = list(describe(queries))
    subjects = {triple.subject for triple in told if triple.object == EXECUTABLE}
    assert len(subjects) == sum(1 for path in queries.glob("*/*.rq"))
    assert ox.NamedNode(f"{BASE}query/reports/gaps") in subjects
    declared = {t.subject for t in triples_of(ontology.core)}
    references = {t.object for t in told if t.predicate.value.endswith("references")}
    # Parameters are told apart by data, not by the ontology.
    assert {it for it in references - declared if "/id/parameter/" not in str(it)} == set()
    labels = [t for t in told if t.predicate.value.endswith("label")]
    assert {getattr(t.object, "language", None) for t in labels} == {"en", "fr"}
    graphs = {name.value.removeprefix(f"{BASE}graph/") for name in store_of(ontology, queries).graphs()}
    assert graphs == {"ontology", "shapes", "queries"}


def test_statistics_count_what_the_files_state(ontology: Ontology) -> None:
    found = statistics(ontology, folder("queries"), None)
    triples = set(triples_of(ontology.core))
    for kind, count in (("Class", found.classes), ("ObjectProperty", found.object_properties)):
        typed = {t.subject for t in triples if t.object == ox.NamedNode(OWL + kind)}
        assert count == sum(str(it).startswith(f"<{BASE}ns/") for it in typed)
    assert found.concepts == sum(
        str(t.object).endswith("core#Concept>") for t in triples if "type>" in str(t.predicate)
    )
    assert (
        sum(found.modules.values())
        == found.classes + found.object_properties + found.data_properties + found.annotation_properties
    )
    assert found.axioms["DisjointClasses"] > 500
    assert found.constraints["violation"] > found.constraints["info"] > 0
    assert found.competency_cases is None
    assert found.version
