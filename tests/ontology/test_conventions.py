"""Each convention of the ontology holds, and the rule that guards it finds a planted violation."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Query
from stanagraph.graph.resources import folder

Violations = Callable[..., list[list[str]]]
Turtle = Callable[[str], list[ox.Triple]]

TERMS = "https://w3id.org/stanagraph/ns/"
THINGS = "https://w3id.org/stanagraph/id/"

# A class and a concept that keep every convention; each case below spoils one thing in them.
CLASS = {
    "a": "owl:Class",
    "rdfs:label": '"planted kind"@en , "genre planté"@fr',
    "skos:definition": '"thing that a test needs"@en , "chose dont un essai a besoin"@fr',
    "skos:editorialNote": '"coined here"@en',
    "rdfs:isDefinedBy": "<https://w3id.org/stanagraph/ontology/findings>",
}
PROPERTY = {**CLASS, "a": "owl:ObjectProperty", "rdfs:domain": ":Nation", "rdfs:range": ":Nation"}
CONCEPT = {
    "a": "skos:Concept",
    "skos:notation": '"planted"',
    "skos:prefLabel": '"planted"@en , "planté"@fr',
    "skos:definition": '"value that a test needs"@en , "valeur dont un essai a besoin"@fr',
    "skos:inScheme": "<scheme/answer>",
    "skos:topConceptOf": "<scheme/answer>",
    ":order": "99",
}


def written(subject: str, said: dict[str, str], **changes: str | None) -> str:
    """Turtle for a subject; a change to None leaves that predicate out (`rdfs_label` is rdfs:label)."""
    told = said | {predicate.replace("_", ":", 1): value for predicate, value in changes.items() if value}
    left_out = {predicate.replace("_", ":", 1) for predicate, value in changes.items() if value is None}
    return f"{subject} " + " ; ".join(f"{p} {o}" for p, o in told.items() if p not in left_out) + " .\n"


def term(**changes: str | None) -> str:
    return written(":Planted", CLASS, **changes)


def prop(**changes: str | None) -> str:
    return written(":planted", PROPERTY, **changes)


def concept(**changes: str | None) -> str:
    return written("<answer/planted>", CONCEPT, **changes)


# For each rule: what is planted, and what the rule must then name.
PLANTED: dict[str, list[tuple[str, str]]] = {
    "label": [(term(rdfs_label='"planted kind"@en'), "Planted"), (term(rdfs_label='"planted kind"'), "Planted")],
    "label-unique": [(term(rdfs_label='"gap"@en , "genre planté"@fr'), "Planted")],
    "label-case": [
        (term(rdfs_label='"Planted Kind"@en , "genre planté"@fr'), "Planted"),
        (term(rdfs_label='"planted kind"@en , "genre Planté"@fr'), "Planted"),
    ],
    "definition": [
        (term(skos_definition='"thing that a test needs"@en'), "Planted"),
        (term(skos_definition='"one"@en , "another"@en , "une chose"@fr'), "Planted"),
    ],
    "definition-circular": [
        (term(skos_definition='"a planted kind, of course"@en , "chose"@fr'), "Planted"),
        (term(skos_definition='"thing"@en , "tout genre planté."@fr'), "Planted"),
    ],
    "defined-by": [
        (term(rdfs_isDefinedBy=None), "Planted"),
        (term(rdfs_isDefinedBy="<https://w3id.org/stanagraph/ontology/no-such-module>"), "Planted"),
    ],
    "origin": [(term(skos_editorialNote='"some other note"@en'), "Planted")],
    "comment": [
        (term(rdfs_comment='"a comment"@en'), "Planted"),
        (concept(rdfs_comment='"a comment"@en'), "answer/planted"),
    ],
    "property-scope": [(prop(rdfs_domain=None), "planted"), (prop(rdfs_range=None), "planted")],
    "retired-term": [(term(owl_deprecated="true"), "Planted")],
    "undeclared-term": [("<nation/ZZZ> :plantd <nation/YYY> .", "plantd"), ("<nation/ZZZ> a :Natoin .", "Natoin")],
    "concept-scheme": [
        (concept(skos_inScheme=None), "answer/planted"),
        (concept(skos_inScheme="<scheme/outcome>"), "answer/planted"),
        (concept(skos_inScheme="<scheme/answer> , <scheme/outcome>"), "answer/planted"),
    ],
    "concept-place": [(concept(skos_topConceptOf=None), "answer/planted")],
    "concept-notation": [
        (concept(skos_notation='"Planted"'), "answer/planted"),
        (concept(skos_notation=None), "answer/planted"),
    ],
    "concept-label": [
        (concept(skos_prefLabel='"planted"@en'), "answer/planted"),
        (concept(skos_prefLabel='"planted"@en , "again"@en , "planté"@fr'), "answer/planted"),
    ],
    "concept-label-unique": [(concept(skos_prefLabel='"yes"@en , "planté"@fr'), "answer/planted")],
    "concept-definition": [(concept(skos_definition='"value"@en'), "answer/planted")],
    "concept-order": [
        (concept().replace(":order 99", ":order 1"), "answer/planted"),
        (concept().replace(" ; :order 99", ""), "answer/planted"),
    ],
    "reason-code": [
        ("<reason-code/planted> skos:inScheme <scheme/reason-code> .", "reason-code/planted"),
        ("<reason-code/calibre> :ofCriterion <criterion/bore> .", "reason-code/calibre"),
        (
            "<reason-code/planted> skos:inScheme <scheme/reason-code> ; :ofCriterion <gap-cause/policy> ;"
            " :indicatesCause <gap-cause/policy> .",
            "reason-code/planted",
        ),
    ],
    "verdict-whole": [
        ("<verdict/planted> a :Verdict .", "verdict/planted"),
        (
            "<verdict/planted> a :Verdict ; :combinedVerdict <verdict-value/unknown> ; :derivedVerdict <verdict-value/unknown> ;"
            " :fits <answer/yes> ; :hits <answer/yes> ; :released <answer/yes> ; :hasAssessment <assessment/one> ."
            "<assessment/one> :criterion <criterion/bore> ; :outcome <outcome/satisfied> .",
            "verdict/planted",
        ),
    ],
    "gap-whole": [
        ("<gap/planted> a :Gap .", "gap/planted"),
        (
            "<gap/planted> a :Gap ; :gapCause <gap-cause/policy> , <gap-cause/technical> ; :affectsNation <nation/FRA> ;"
            " :blockedPairCount 1 ; :closedBy <action/one> .",
            "gap/planted",
        ),
    ],
    "unknown-concept": [("<agreement/X> :documentStatus <document-status/curent> .", "document-status/curent")],
}
CASES = [(rule, planted, named) for rule, cases in PLANTED.items() for planted, named in cases]
RULES = sorted(path.stem.removesuffix("-violation") for path in (folder("queries") / "checks").glob("*-violation.rq"))


def test_no_rule_without_a_planted_violation() -> None:
    assert sorted(PLANTED) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_the_ontology_keeps_the_rule(rule: str, violations: Violations) -> None:
    assert violations(rule) == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_says_what_it_asks(rule: str) -> None:
    query = Query.read(folder("queries") / "checks" / f"{rule}-violation.rq")
    assert set(query.question) == {"en", "fr"}
    assert "ORDER BY " + " ".join(f"?{column}" for column in query.columns) in query.text


@pytest.mark.parametrize(("rule", "planted", "named"), CASES)
def test_the_rule_finds_a_planted_violation(
    rule: str, planted: str, named: str, violations: Violations, turtle: Turtle
) -> None:
    base = TERMS if "/" not in named else THINGS
    assert any(base + named in row for row in violations(rule, turtle(planted)))


def test_what_is_planted_keeps_every_convention_until_it_is_spoilt(violations: Violations, turtle: Turtle) -> None:
    whole = turtle(term() + prop(rdfs_label='"has planted"@en , "a planté"@fr') + concept())
    assert {rule: rows for rule in RULES if (rows := violations(rule, whole))} == {}


def test_no_term_without_a_language_tag(triples: list[ox.Triple]) -> None:
    told = {"label", "prefLabel", "definition", "example", "editorialNote", "title", "description"}
    for triple in triples:
        name = triple.predicate.value.replace("#", "/").rpartition("/")[2]
        if isinstance(triple.object, ox.Literal) and name in told:
            assert triple.object.language in {"en", "fr"}, triple


def test_french_is_written_with_french_apostrophes(triples: list[ox.Triple]) -> None:
    french = [t.object.value for t in triples if isinstance(t.object, ox.Literal) and t.object.language == "fr"]
    assert [text for text in french if "'" in text] == []


def test_modules_say_who_they_are(triples: list[ox.Triple]) -> None:
    said: dict[str, list[tuple[str, str | None]]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(
            "https://w3id.org/stanagraph/ontology"
        ):
            name = triple.predicate.value.replace("#", "/").rpartition("/")[2]
            said.setdefault(triple.subject.value, []).append((name, getattr(triple.object, "language", None)))
    assert len(said) == len(list(folder("ontology").glob("*.ttl")))
    for module, facts in said.items():
        wanted = {("title", "en"), ("title", "fr"), ("description", "en"), ("description", "fr")}
        assert wanted <= set(facts), module
        assert {"license", "versionInfo", "versionIRI"} <= {name for name, _ in facts}, module
