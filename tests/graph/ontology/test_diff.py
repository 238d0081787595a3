"""Versions are compared by meaning; what has changed decides which version number is due."""

# A fact a line, in Turtle and in words.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.errors import NameNotKnown
from stanagraph.graph.ontology.diff import Difference, Version, difference, newest, raised, version_at
from stanagraph.graph.resources import folder

Turtle = Callable[[str], tuple[ox.Triple, ...]]

BASE = """
<https://w3id.org/stanagraph/ontology> a owl:Ontology ; owl:versionInfo "1.2.3" .
:A a owl:Class ; rdfs:label "a"@en , "a"@fr ; skos:definition "first"@en ; rdfs:isDefinedBy <https://w3id.org/stanagraph/ontology/one> .
:B a owl:Class ; rdfs:label "b"@en ; rdfs:subClassOf :A ; rdfs:isDefinedBy <https://w3id.org/stanagraph/ontology/one> .
:p a owl:ObjectProperty ; rdfs:domain [ a owl:Class ; owl:unionOf ( :A :B ) ] ; rdfs:label "p"@en ;
    rdfs:isDefinedBy <https://w3id.org/stanagraph/ontology/two> .
[] a owl:AllDisjointClasses ; owl:members ( :A :B ) .
<scheme/s> a skos:ConceptScheme ; dcterms:title "s"@en .
skos:inScheme a owl:ObjectProperty . skos:notation a owl:DatatypeProperty .
<s/one> a skos:Concept ; skos:inScheme <scheme/s> ; skos:notation "one" ; skos:prefLabel "one"@en .
"""
# What is replaced by what, the changes that are then told, and the step that is due.
CHANGES: dict[str, tuple[list[tuple[str, str]], set[tuple[str, str, str]], str | None]] = {
    "nothing": ([], set(), None),
    "a term added": (
        [(":p a", ":C a owl:Class ; rdfs:subClassOf :A ; rdfs:isDefinedBy <https://w3id.org/stanagraph/ontology/one> .\n:p a")],
        {("added", "term", "C")},
        "minor",
    ),
    "a term removed": (
        [(":p a owl:ObjectProperty ; ", ":q a owl:ObjectProperty ; ")],
        {("removed", "term", "p"), ("added", "term", "q")},
        "major",
    ),
    "a term deprecated": (
        [(":B a owl:Class ;", ":B a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy :A ;")],
        {("deprecated", "term", "B")},
        "minor",
    ),
    "a term moved": ([("ontology/two>", "ontology/one>")], {("moved", "term", "p")}, "minor"),
    "another label": ([('"a"@fr', '"ah"@fr')], {("relabelled", "term", "A")}, "patch"),
    "another definition": ([('"first"@en', '"second"@en')], {("redefined", "term", "A")}, "patch"),
    "another example": (
        [('"first"@en', '"first"@en ; skos:example "x"@en')],
        {("reworded", "term", "A")},
        "patch",
    ),
    "an axiom removed": ([("rdfs:subClassOf :A ;", "")], {("axioms", "term", "B")}, "major"),
    "an axiom changed": ([("owl:unionOf ( :A :B )", "owl:unionOf ( :A :A )")], {("axioms", "term", "p")}, "major"),
    "an axiom added": ([(":p a owl:ObjectProperty", ":p a owl:ObjectProperty , owl:SymmetricProperty")], {("axioms", "term", "p")}, "minor"),
    "kinds no longer told apart": ([("[] a owl:AllDisjointClasses ; owl:members ( :A :B ) .", "")], {("axioms", "term", "A")}, "major"),
    "a concept added": (
        [("<s/one> a", "<s/two> a skos:Concept ; skos:inScheme <scheme/s> . <s/one> a")],
        {("added", "concept", "s/two")},
        "minor",
    ),
    "a concept removed": ([("<s/one> a", "<s/two> a")], {("removed", "concept", "s/one"), ("added", "concept", "s/two")}, "major"),
    "a concept with another label": ([('"one"@en', '"first"@en')], {("relabelled", "concept", "s/one")}, "patch"),
    "a concept with another notation": ([('skos:notation "one"', 'skos:notation "1"')], {("axioms", "concept", "s/one")}, "major"),
    "a scheme with another title": ([('"s"@en', '"t"@en')], {("relabelled", "scheme", "scheme/s")}, "patch"),
}  # fmt: skip


def told(found: Difference) -> set[tuple[str, str, str]]:
    starts = ("https://w3id.org/stanagraph/ns/", "https://w3id.org/stanagraph/id/")
    return {(it.kind, it.of, it.subject.removeprefix(starts[0]).removeprefix(starts[1])) for it in found.changes}


@pytest.mark.parametrize(("replaced", "expected", "level"), CHANGES.values(), ids=CHANGES.keys())
def test_changes_are_told_by_meaning(
    replaced: list[tuple[str, str]], expected: set[tuple[str, str, str]], level: str | None, turtle: Turtle
) -> None:
    text = BASE
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    found = difference(Version(turtle(BASE)), Version(turtle(text)))
    assert told(found) == expected
    assert found.level == level
    assert found.due == raised("1.2.3", level)
    assert found.high_enough is (level is None)


def test_order_form_and_blank_nodes_do_not_count(turtle: Turtle) -> None:
    again = reversed(turtle(BASE.replace("( :A :B )", "( :B :A )")))
    assert difference(Version(turtle(BASE)), Version(again)).changes == ()


def test_what_is_said_before_and_after_is_kept(turtle: Turtle) -> None:
    found = difference(Version(turtle(BASE)), Version(turtle(BASE.replace("( :A :B ) ] ;", "( :A :A ) ] ;"))))
    (change,) = found.changes
    assert [str(it) for it in change.before] == ["ObjectPropertyDomain(p ObjectUnionOf(A B))"]
    assert [str(it) for it in change.after] == ["ObjectPropertyDomain(p ObjectUnionOf(A A))"]
    assert change.removed
    assert change.added


@pytest.mark.parametrize(
    ("version", "level", "due"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", None, "1.2.3"),
        ("0.2.3", "major", "0.3.0"),
        ("0.2.3", "minor", "0.3.0"),
        ("0.2.3", "patch", "0.2.4"),
        ("0.2", "patch", "0.2.1"),
    ],
)
def test_the_version_that_is_due_follows_from_the_change(version: str, level: str | None, due: str) -> None:
    assert raised(version, level) == due


def test_a_version_is_a_number_a_folder_a_file_or_the_current_one(tmp_path: Path) -> None:
    place = folder("ontology")
    assert newest(place) is not None
    assert version_at("0.1.0", place).number == "0.1.0"
    current = version_at("current", place)
    assert difference(current, version_at(str(place), place)).changes == ()
    frozen = place / "versions" / "0.1.0.ttl"
    assert version_at(str(frozen), place).things == version_at("0.1.0", place).things
    with pytest.raises(NameNotKnown, match=r"9\.9.*0\.1\.0.*current"):
        version_at("9.9", place)


def test_numbers_and_not_letters_order_versions(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    for number in ("0.9.0", "0.10.0", "0.2.1"):
        (tmp_path / "versions" / f"{number}.ttl").touch()
    assert newest(tmp_path) == "0.10.0"
