"""Axioms, faults and differences are told in words, in both languages."""

# A fact a line, in Turtle and in words.
# ruff: noqa: E501

from __future__ import annotations

import pyoxigraph as ox
import pytest

from stanagraph.api.axioms import EXPRESSIONS, SENTENCES, Teller
from stanagraph.api.differences import as_json, as_markdown, as_turtle, sections, verdict
from stanagraph.api.faults import EXPECTED, LEVELS, PROFILE, contradiction_told, place_and_reason, told
from stanagraph.api.words import Words
from stanagraph.graph.errors import TurtleFault
from stanagraph.graph.ontology.axioms import Axiom
from stanagraph.graph.ontology.check import BrokenRule, LowVersion, NotJudged, Unsound
from stanagraph.graph.ontology.diff import Version, difference
from stanagraph.graph.ontology.examples import Result, WrongExample
from stanagraph.graph.ontology.explain import Contradiction, Reason
from stanagraph.graph.ontology.profiles import Lost, Violation
from stanagraph.graph.ontology.reader import axioms_of

NS = "https://w3id.org/stanagraph/ns/"
PREFIXES = f"""@prefix : <{NS}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @base <https://w3id.org/stanagraph/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :d a owl:DatatypeProperty . :A a owl:Class . :B a owl:Class .
"""
LABELS = {
    NS + "A": {"en": "acceptance", "fr": "acceptation"},
    NS + "B": {"en": "unit", "fr": "unité"},
    NS + "p": {"en": "edition of", "fr": "édition de"},
    NS + "q": {"en": "covers", "fr": "couvre"},
    NS + "d": {"en": "number", "fr": "numéro"},
    "https://w3id.org/stanagraph/id/x": {"": "thing X"},
}
EN, FR = Words("en"), Words("fr")
TOLD = [
    ("<x> a :A .", "thing X is stated to be an acceptance", "thing X est, selon les données, « acceptation »"),
    ("<x> a :B .", "thing X is stated to be a unit", "thing X est, selon les données, « unité »"),
    ("<x> :p <y> .", "thing X is stated to have “edition of”: y", "thing X a, selon les données, pour « édition de » : y"),
    ('<x> :d "2" .', "thing X is stated to have “number”: “2”", "thing X a, selon les données, pour « numéro » : « 2 »"),
    ("[] :d 2 .", "something without a name is stated to have “number”: 2 (integer)", "quelque chose sans nom a, selon les données, pour « numéro » : 2 (integer)"),
    (":A owl:disjointWith :B .", "acceptance and unit share no member", "« acceptation » et « unité » n’ont aucun membre commun"),
    (":A rdfs:subClassOf :B .", "whatever is an acceptance is a unit", "tout ce qui est « acceptation » est « unité »"),
    (":p rdfs:domain [ owl:unionOf ( :A :B ) ] .", "whatever has “edition of” is an acceptance or a unit", "tout ce qui a « édition de » est « acceptation » ou « unité »"),
    (":d rdfs:range xsd:string .", "every value of “number” is of the datatype string", "toute valeur de « numéro » est du type de données string"),
    (":p a owl:FunctionalProperty .", "nothing has two values of “edition of”", "rien n’a deux valeurs de « édition de »"),
    (":p owl:propertyChainAxiom ( :p :q ) .", "“edition of”, “covers”, one after the other, give “edition of”", "« édition de », « couvre », l’un après l’autre, donnent « édition de »"),
    (":A owl:hasKey ( :p :d ) .", "members of “acceptance” with the same “number”, “edition of” are one and the same", "les membres de « acceptation » dont « numéro », « édition de » sont identiques ne font qu’un"),
    (":A owl:equivalentClass [ owl:intersectionOf ( :B [ owl:onProperty :p ; owl:hasValue <x> ] ) ] .", "to be an acceptance and to be a unit and also something with “edition of”: thing X is the same", None),
    (":A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :B ] .", "whatever is an acceptance is something with “edition of” that is a unit", None),
    (":A rdfs:subClassOf [ owl:onProperty :d ; owl:maxCardinality 1 ] .", "whatever is an acceptance is something with at most 1 of “number”", None),
    (":A owl:disjointUnionOf ( :B ) .", "“acceptance” is made up of “unit”, which share no member", None),
    ("<x> owl:differentFrom <y> .", "thing X and y are stated to be two different things", None),
    ("[] a owl:NegativePropertyAssertion ; owl:sourceIndividual <x> ; owl:assertionProperty :p ; owl:targetIndividual <y> .", "thing X is stated not to have “edition of”: y", None),
]  # fmt: skip


def axiom(text: str) -> Axiom:
    triples = [quad.triple for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)]
    return next(it for it in axioms_of(triples) if not it.is_declaration)


@pytest.mark.parametrize(("text", "english", "french"), TOLD)
def test_an_axiom_is_told_in_words(text: str, english: str, french: str | None) -> None:
    assert Teller(EN, LABELS)(axiom(text)) == english
    said = Teller(FR, LABELS)(axiom(text)).replace("\u00a0", " ")
    assert said == french if french else said != english


@pytest.mark.parametrize("kind", SENTENCES)
def test_every_sentence_has_a_place_for_every_part(kind: str) -> None:
    ways, sentence = SENTENCES[kind]
    assert all(f"{{{at}}}" in sentence for at in range(len(ways)))


@pytest.mark.parametrize("operator", EXPRESSIONS)
def test_every_expression_has_a_place_for_its_parts(operator: str) -> None:
    ways, text = EXPRESSIONS[operator]
    assert all(f"{{{at}}}" in text for at in range(len(ways) if operator != "HasSelf" else 1))


def test_an_axiom_without_a_sentence_is_written_as_owl_does() -> None:
    strange = Axiom("DatatypeDefinition", (ox.NamedNode(NS + "A"), ox.NamedNode(NS + "B")))
    assert Teller(EN, LABELS)(strange) == "DatatypeDefinition(A B)"


def test_a_contradiction_is_told_with_files() -> None:
    reasons = tuple(Reason(axiom(text), "ontology/holdings.ttl") for text in ("<x> a :A .", ":A owl:disjointWith :B ."))
    found = Contradiction(None, reasons, labels=LABELS)
    assert contradiction_told(found, EN) == [
        "Not all of this can be so:",
        "  - thing X is stated to be an acceptance  [ontology/holdings.ttl]",
        "  - acceptance and unit share no member  [ontology/holdings.ttl]",
    ]
    assert contradiction_told(found, FR)[0] == "Tout ceci ne peut pas être vrai à la fois\u00a0:"
    assert (
        "“acceptance” can have no members" in contradiction_told(Contradiction(NS + "A", reasons, labels=LABELS), EN)[0]
    )
    assert len(contradiction_told(Contradiction(None, ()), EN)) == 1


FAULTS = [
    (BrokenRule("label", {"en": "Which?", "fr": "Lequel ?"}, ("t",), tuple((ox.NamedNode(NS + n),) for n in "ABCDEFG")), ["Which?", "  - :A", "and 2 more"], "Lequel ?"),
    (WrongExample("e.ttl", ("Shape",), (Result("Violation", NS + "p", "https://x/y", (("en", "No."), ("fr", "Non."))),)), ["Shape should fail and passes", ":p of y fails: No."], "Non."),
    (Unsound(("ontology/alignments/a.ttl",), Contradiction(None, ())), ["Together with ontology/alignments/a.ttl:"], "Avec ontology"),
    (NotJudged("the reasoner failed: why"), ["the reasoner failed: why"], "why"),
    (LowVersion("0.1.0", "major", "0.2.0", "0.1.0"), ["0.2.0 (major)"], "majeure"),
    (Lost("DL", "HasKey", 2, 1), ["of 2 axioms of the kind HasKey, 1 could be read"], "ont pu être lus"),
    (Violation("RL", (NS + "A",), "x allowed in superclass position", "SubClassOf(A)"), ["OWL 2 RL: :A: a class expression", "SubClassOf(A)"], "expression de classe"),
    (Violation("DL", (NS + "A",), "something new", ""), ["OWL 2 DL: :A: something new"], "something new"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "english", "french"), FAULTS)
def test_a_fault_is_told_in_words(fault: BrokenRule, english: list[str], french: str) -> None:
    text = "\n".join(told(fault, EN, LABELS))
    assert all(part in text for part in english)
    assert french in "\n".join(told(fault, FR, LABELS)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("said", "english", "french"),
    [
        ("A dot is expected at the end of statements", "expected a dot", "un point était attendu"),
        ("Unexpected end", "expected a dot or a closing quote", "un point ou un guillemet fermant"),
        ("The prefix foo: has not been declared", "not foo:", "et non foo:"),
        ("Invalid IRI code point ' '", "an address that is valid", "une adresse valable"),
        ("Line jumps are not allowed in string literals, use \\n", "closing quote", "guillemet fermant"),
        ("A language code should always start with a letter", "such as @en", "telle que @en"),
        ("True is not a valid RDF object", "not True", "et non True"),
        ("what the parser alone knows", "what the parser alone knows", "what the parser alone knows"),
    ],
)
def test_a_place_that_cannot_be_parsed_is_told(said: str, english: str, french: str) -> None:
    fault = TurtleFault("a.ttl", 3, 4, said)
    assert place_and_reason(fault, EN).startswith("a.ttl, line 3, column 4: ")
    assert english in place_and_reason(fault, EN)
    assert french in place_and_reason(fault, FR)


def test_words_of_tables_are_whole() -> None:
    assert {*EXPECTED, *PROFILE, *LEVELS}


OLD = (
    PREFIXES
    + f"""<https://w3id.org/stanagraph/ontology> owl:versionInfo "0.1.0" .
:A rdfs:isDefinedBy <https://w3id.org/stanagraph/ontology/one> ; rdfs:label "acceptance"@en . :p rdfs:domain :A ;
    rdfs:isDefinedBy <https://w3id.org/stanagraph/ontology/one> ; rdfs:label "edition of"@en .
<{NS}gone> a owl:Class ; rdfs:isDefinedBy <https://w3id.org/stanagraph/ontology/one> .
"""
)
NEW = (
    OLD.replace("rdfs:domain :A", "rdfs:domain [ owl:unionOf ( :A :B ) ; a owl:Class ]")
    .replace('"0.1.0"', '"0.2.0"')
    .replace(f"<{NS}gone> a owl:Class", ":new a owl:Class ; owl:deprecated true")
    .replace('"acceptance"@en', '"agreement"@en , "accord"@fr')
    .replace('ontology/one> ; rdfs:label "edition', 'ontology/two> ; rdfs:label "edition')
)


def test_a_difference_is_told_in_words_and_forms() -> None:
    versions = [Version(quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)) for text in (OLD, NEW)]
    found = difference(*versions)
    english = {section.heading: section.entries for section in sections(found, EN, LABELS)}
    assert list(english) == [
        "Terms added", "Terms removed", "Terms moved to another module", "Axioms of terms added or removed",
        "Terms with another label",
    ]  # fmt: skip
    (moved,) = english["Terms moved to another module"]
    assert (moved.iri, moved.name, moved.head) == (NS + "p", "edition of", "edition of (:p): one → two")
    (changed,) = english["Axioms of terms added or removed"]
    assert [str(line) for line in changed.lines] == [
        "− whatever has “edition of” is an acceptance",
        "+ whatever has “edition of” is an acceptance or a unit",
    ]
    assert sections(found, FR, LABELS)[0].heading == "Termes ajoutés"
    (renamed,) = english["Terms with another label"]
    assert [str(line) for line in renamed.lines] == ["− acceptance@en", "+ agreement@en"]
    assert verdict(found, EN).startswith("major change, 0.2.0 is due: what was there is gone")
    assert "Tant que le premier numéro est 0" in verdict(found, FR)
    markdown = as_markdown(found, EN, LABELS)
    assert markdown.startswith("## Ontology 0.1.0 → 0.2.0\n\nmajor change")
    assert "\n### Terms added (1)\n\n- new (:new)\n" in markdown
    record = as_json(found, EN, LABELS)
    assert (record["from"], record["to"], record["level"], record["due"]) == ("0.1.0", "0.2.0", "major", "0.2.0")
    assert {change["kind"] for change in record["changes"]} == {"added", "removed", "moved", "axioms", "relabelled"}
    read = {quad.triple for quad in ox.parse(as_turtle(found), ox.RdfFormat.TURTLE)}
    kinds = [t.predicate.value.rpartition("#")[2] for t in read]
    assert kinds.count("subjectOfChange") == len(found.changes) == 5
    assert kinds.count("addition") == sum(len(change.added) for change in found.changes)
    assert verdict(difference(versions[0], versions[0]), EN) == "Nothing has changed: 0.1.0 stays."
