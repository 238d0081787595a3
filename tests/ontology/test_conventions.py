"""Each convention of the ontology holds, and the rule that guards it finds a planted violation."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Query
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

Violations = Callable[..., list[list[str]]]
Turtle = Callable[[str], list[ox.Triple]]

TERMS = "https://w3id.org/stanagraph/ns/"
THINGS = "https://w3id.org/stanagraph/id/"
BASE = "https://w3id.org/stanagraph/"

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


SCHEME = {
    "a": "skos:ConceptScheme",
    "dcterms:title": '"planted values"@en , "valeurs plantées"@fr',
    "skos:definition": '"values that a test needs"@en , "valeurs dont un essai a besoin"@fr',
}
COLLECTION = {
    "a": "skos:Collection",
    "skos:prefLabel": '"planted"@en , "planté"@fr',
    "skos:definition": '"classes that a test needs"@en , "classes dont un essai a besoin"@fr',
    "skos:member": "<munition-class/155mm>",
}


def scheme(**changes: str | None) -> str:
    return written("<scheme/planted>", SCHEME, **changes)


def collection(**changes: str | None) -> str:
    return written("<munition-collection/planted>", COLLECTION, **changes)


def shape(said: str) -> str:
    return (
        "<https://w3id.org/stanagraph/shapes/Planted> a sh:NodeShape ; sh:targetClass :Nation ;"
        f" sh:property [ sh:path :isoCode ; {said} ] ."
    )


MODULE = """<https://w3id.org/stanagraph/ontology/planted> a owl:Ontology ; dcterms:title "planted"@en , "planté"@fr ;
    dcterms:description "what a test needs"@en , "ce dont un essai a besoin"@fr ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    owl:versionIRI <https://w3id.org/stanagraph/ontology/planted/0.3.0> ; owl:versionInfo "0.3.0" ."""

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
    "concept-circular": [
        (concept(skos_definition='"value of what is planted"@en , "valeur"@fr'), "answer/planted"),
        (concept(skos_definition='"value"@en , "valeur (planté !)"@fr'), "answer/planted"),
    ],
    "definition-form": [
        (term(skos_definition='"a thing"@en , "chose"@fr'), "Planted"),
        (term(skos_definition='"thing"@en , "l’endroit où l’on plante"@fr'), "Planted"),
        (term(skos_definition='"thing."@en , "chose"@fr'), "Planted"),
    ],
    "unreached-term": [
        (term(), "Planted"),
        (term() + "<https://w3id.org/stanagraph/query/checks/planted> dcterms:references :Planted .", "Planted"),
    ],
    "unused-scheme": [("<scheme/planted> a skos:ConceptScheme .", "scheme/planted")],
    "scheme-texts": [
        (scheme(dcterms_title='"planted values"@en'), "scheme/planted"),
        (scheme(skos_definition='"values"@en , "words"@en , "valeurs"@fr'), "scheme/planted"),
    ],
    "collection-member": [
        (collection(skos_member=None), "munition-collection/planted"),
        (collection(skos_member="<munition-class/155m>"), "munition-collection/planted"),
        (collection(skos_prefLabel='"planted"@en'), "munition-collection/planted"),
    ],
    "label-language": [
        (term(rdfs_label='"planted kind"@en , "genre planté"@fr , "gepflanzt"@de'), "Planted"),
        (term(skos_editorialNote='"coined here"'), "Planted"),
        (MODULE.replace('"planted"@en , "planté"@fr', '"planted"'), "/ontology/planted"),
    ],
    "example-language": [(term(skos_example='"un exemple"@fr'), "Planted"), (term(skos_example='"words"'), "Planted")],
    "apostrophe": [(term(skos_definition="""'thing'@en , "chose d'essai"@fr"""), "Planted")],
    "class-shape": [(term(), "Planted")],
    "shape-message": [
        (shape('sh:severity sh:Violation ; sh:message "Wrong."@en'), "/shapes/Planted"),
        (shape('sh:message "Wrong."@en , "Faux."@fr'), "/shapes/Planted"),
        (shape('sh:severity sh:Violation ; sh:message "Wrong."@en , "Bad."@en , "Faux."@fr'), "/shapes/Planted"),
        ("<https://w3id.org/stanagraph/shapes/Planted> a sh:NodeShape ; sh:severity sh:Warning .", "/shapes/Planted"),
    ],
    "shape-term": [
        ("[] sh:path :ofNatoin .", "ofNatoin"),
        ("[] sh:targetClass :Natoin .", "Natoin"),
        ("[] sh:hasValue <answer/yess> .", "answer/yess"),
    ],
    "shape-list": [
        (concept(), "answer/planted"),
        ("[] sh:severity sh:Violation ; sh:in ( <answer/yes> <answer/no> ) .", "answer/limited"),
    ],
    "query-term": [
        ("<query/planted> dcterms:references :Natoin .", "Natoin"),
        ("<query/planted> dcterms:references <answer/yess> .", "answer/yess"),
    ],
    "module-header": [
        (MODULE.replace('"planted"@en , "planté"@fr', '"planted"@en'), "/ontology/planted"),
        (MODULE.replace("dcterms:license", "dcterms:rights"), "/ontology/planted"),
        (MODULE.replace('owl:versionInfo "0.3.0"', 'owl:versionInfo "0.1.9"'), "/ontology/planted"),
        (MODULE.replace("planted/0.3.0", "planted/latest"), "/ontology/planted"),
    ],
    "import": [
        (MODULE, "/ontology/planted"),
        ("<https://w3id.org/stanagraph/ontology> owl:imports <../ontology/gone> .", "/ontology/gone"),
    ],
    "property-kind": [(prop(a="owl:ObjectProperty , owl:AnnotationProperty"), "planted")],
    "foreign-term-declared": [
        (term(rdfs_subClassOf="<http://example.org/Kind>"), "http://example.org/Kind"),
        (term(owl_equivalentClass="[ owl:unionOf ( :Nation <http://example.org/Kind> ) ]"), "http://example.org/Kind"),
        (prop(rdfs_range=":Natoin"), "Natoin"),
        (prop(owl_propertyChainAxiom="( :planted :plantd )"), "plantd"),
        (term(**{"<http://example.org/says>": '"word"'}), "http://example.org/says"),
    ],
    "property-value": [
        ('<equipment/x> :offersInterface "155 mm" .', "equipment/x"),
        ("<interface/x> :calibre <calibre/155> .", "interface/x"),
    ],
    "datatype": [(prop(a="owl:DatatypeProperty", rdfs_range="xsd:gYear"), "planted")],
    "open-range": [(prop(a="owl:DatatypeProperty", rdfs_range="rdfs:Literal"), "planted")],
    "simple-property": [
        (":inMunitionClass a owl:FunctionalProperty .", "inMunitionClass"),
        (":planted a owl:ObjectProperty , owl:TransitiveProperty , owl:AsymmetricProperty .", "planted"),
        (":planted a owl:TransitiveProperty ; rdfs:subPropertyOf :above . :above a owl:IrreflexiveProperty .", "above"),
        (
            ":planted a owl:TransitiveProperty ; owl:inverseOf :back . [] owl:onProperty :back ; owl:maxCardinality 1 .",
            "back",
        ),
    ],
    "name-form": [
        (written(":planted_kind", CLASS), "planted_kind"),
        (written(":Planted", PROPERTY), "Planted"),
        (written(":plantedKind", CLASS), "plantedKind"),
    ],
    "notation-unique": [(concept(skos_notation='"planted" , "yes"'), "answer/planted")],
    "broader-cycle": [
        ("<answer/one> skos:broader <answer/two> . <answer/two> skos:broader <answer/one> .", "answer/one"),
        ("<answer/planted> skos:broader <answer/planted> .", "answer/planted"),
    ],
    "key": [
        (
            ':Planted owl:hasKey ( :isoCode ) . <nation/x> a :Planted ; :isoCode "X" .'
            ' <nation/y> a :Planted ; :isoCode "X" , "Y" .',
            "nation/x",
        ),
        (
            ":Planted owl:hasKey ( :editionOf :editionNumber ) ."
            ' <edition/x> a :Planted ; :editionOf <agreement/a> ; :editionNumber "1" .'
            ' <edition/y> a :Planted ; :editionOf <agreement/a> ; :editionNumber "1" .'
            ' <edition/z> a :Planted ; :editionOf <agreement/b> ; :editionNumber "1" .',
            "edition/x",
        ),
    ],
    "key-length": [(term(owl_hasKey="( :isoCode :editionNumber :calibre )"), "Planted")],
    "statement-place": [
        (
            '<statement/x> :statedInSource <source/s> ; :statedInTable "a.xlsx" ; :statedInSheet "b" ; :statedInRow 3 .'
            '<statement/y> :statedInSource <source/s> ; :statedInTable "a.xlsx" ; :statedInSheet "b" ; :statedInRow 3 .'
            '<statement/z> :statedInSource <source/s> ; :statedInTable "a.xlsx" ; :statedInSheet "c" ; :statedInRow 3 .',
            "statement/x",
        ),
        (
            '<statement/x> :statedInSource <source/s> ; :statedInTable "a.csv" ; :statedInRow 3 .'
            '<statement/y> :statedInSource <source/s> ; :statedInTable "a.csv" ; :statedInRow 3 .',
            "statement/y",
        ),
    ],
    "disagreement-whole": [
        ("<disagreement/x> a :Disagreement .", "disagreement/x"),
        (
            "<disagreement/x> a :Disagreement ; :hasClaim <claim/1> , <claim/2> ."
            "<claim/1> :prevails true . <claim/2> :prevails true .",
            "disagreement/x",
        ),
        ("<disagreement/x> a :Disagreement ; :hasClaim <claim/1> . <claim/1> :prevails true .", "disagreement/x"),
    ],
    "stated-membership": [("<interface/x> a :GovernedInterface .", "interface/x")],
}
CASES = [(rule, planted, named) for rule, cases in PLANTED.items() for planted, named in cases]
RULES = sorted(path.stem.removesuffix("-violation") for path in (folder("queries") / "checks").glob("*-violation.rq"))


def full(named: str) -> str:
    """The address that a case means: a term, a thing, or what is written out."""
    if named.startswith("http"):
        return named
    return (TERMS if "/" not in named else BASE if named.startswith("/") else THINGS) + named.removeprefix("/")


def test_no_rule_without_a_planted_violation() -> None:
    assert sorted(PLANTED) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_the_ontology_keeps_the_rule(rule: str, violations: Violations) -> None:
    assert violations(rule) == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_says_what_it_asks(rule: str) -> None:
    query = Query.read(folder("queries") / "checks" / f"{rule}-violation.rq")
    assert "\n#+ over: " in query.text
    assert query.columns == EmbeddedStore().select(query.text).columns
    assert set(query.question) == {"en", "fr"}
    assert "ORDER BY " + " ".join(f"?{column}" for column in query.columns) in query.text


@pytest.mark.parametrize(("rule", "planted", "named"), CASES)
def test_the_rule_finds_a_planted_violation(
    rule: str, planted: str, named: str, violations: Violations, turtle: Turtle
) -> None:
    assert any(full(named) in row for row in violations(rule, turtle(planted)))
    assert not any(full(named) in row for row in violations(rule)), "it was found before it was planted"


def test_what_is_planted_keeps_every_convention_until_it_is_spoilt(violations: Violations, turtle: Turtle) -> None:
    whole = term() + prop(rdfs_label='"has planted"@en , "a planté"@fr') + concept() + scheme() + collection()
    whole += MODULE + "<https://w3id.org/stanagraph/ontology> owl:imports <../ontology/planted> ."
    # What is planted alone is reached by nothing: a shape, a list and a question that make the world whole again.
    whole += """
        <https://w3id.org/stanagraph/shapes/Planted> a sh:NodeShape ; sh:targetClass :Planted ; sh:property [
            sh:path :planted ; sh:severity sh:Violation ; sh:message "Wrong."@en , "Faux."@fr ] .
        <answer/planted> skos:inScheme <scheme/answer> .
        <https://w3id.org/stanagraph/query/reports/planted> dcterms:references <scheme/planted> , <answer/planted> .
    """
    found = {rule: rows for rule in RULES if (rows := violations(rule, turtle(whole)))}
    # The concept is in no list of a shape, and the scheme has no concept.
    assert set(found) == {"shape-list", "unused-scheme"}


def test_a_concept_of_a_source_need_not_keep_our_conventions(violations: Violations, turtle: Turtle) -> None:
    """What a release is asked bears a taxonomy in one language, without definitions and with addresses of its own."""
    said = turtle("""
        <c3-taxonomy/core> a skos:Concept ; skos:prefLabel "Core Services"@en ; skos:inScheme <c3-taxonomy> .
        <http://example.org/node> a skos:Concept ; skos:prefLabel "Node"@en ; skos:broader <c3-taxonomy/core> ; skos:inScheme <c3-taxonomy> .
        <profile/p> :inTaxonomy <c3-taxonomy/core> , <http://example.org/node> .
    """)
    checks = folder("queries") / "checks"
    asked = [rule for rule in RULES if Query.read(checks / f"{rule}-violation.rq").over == "release"]
    assert len(asked) > 5
    assert {rule: rows for rule in asked if (rows := violations(rule, said))} == {}
