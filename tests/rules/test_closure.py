"""The rules of the closure, each on a graph of its own, and together against another reasoner."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import INFERRED_GRAPH
from stanagraph.graph.reasoning import close
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
# rule: (what is given, what follows)
CASES = {
    "cax-sco": (":A rdfs:subClassOf :B . :x a :A .", ":x a :B ."),
    "scm-sco": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":A rdfs:subClassOf :C ."),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :x :p :y .", ":x :q :y ."),
    "prp-inv1": (":p owl:inverseOf :q . :x :p :y .", ":y :q :x ."),
    "prp-inv2": (":p owl:inverseOf :q . :x :q :y .", ":y :p :x ."),
    "prp-trp": (":p a owl:TransitiveProperty . :x :p :y . :y :p :z .", ":x :p :z ."),
    "prp-symp": (":p a owl:SymmetricProperty . :x :p :y .", ":y :p :x ."),
    "prp-spo2": (":p owl:propertyChainAxiom ( :q :r ) . :x :q :y . :y :r :z .", ":x :p :z ."),
    "prp-dom": (":p rdfs:domain :A . :x :p :y .", ":x a :A ."),
    "prp-rng": (":p a owl:ObjectProperty ; rdfs:range :A . :x :p :y .", ":y a :A ."),
    "cax-eqc1": (":A owl:equivalentClass :B . :x a :A .", ":x a :B ."),
    "cax-eqc2": (":A owl:equivalentClass :B . :x a :B .", ":x a :A ."),
    "cls-int1": (":A owl:intersectionOf ( :B :C :D ) . :x a :B , :C , :D . :y a :B , :C .", ":x a :A ."),
    "cls-uni": (":A owl:unionOf ( :B :C :D ) . :x a :D .", ":x a :A ."),
    "cls-hv2": (":A owl:onProperty :p ; owl:hasValue :v . :x :p :v . :y :p :w .", ":x a :A ."),
    "cls-svf1": (":A owl:onProperty :p ; owl:someValuesFrom :B . :x :p :y . :y a :B . :z :p :w .", ":x a :A ."),
    "cls-svf2": (":A owl:onProperty :p ; owl:someValuesFrom owl:Thing . :x :p :y .", ":x a :A ."),
}
RULES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((folder("queries") / "closure").glob("*.rq"))}


def closed(given: str, rules: list[str]) -> set[ox.Triple]:
    store = EmbeddedStore()
    store.load(ox.parse(PREFIXES + given, ox.RdfFormat.TURTLE))
    close(store, rules)
    return {quad.triple for quad in store.quads() if quad.graph_name == INFERRED_GRAPH}


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + turtle, ox.RdfFormat.TURTLE)}


def test_every_rule_has_a_case() -> None:
    assert set(RULES) == set(CASES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_concludes_what_it_should_and_only_it_does(rule: str) -> None:
    given, follows = CASES[rule]
    assert closed(given, [RULES[rule]]) == triples(follows)
    others = [text for name, text in RULES.items() if name != rule]
    assert not triples(follows) & closed(given, others), "another rule concludes this too: it is not needed"


def test_rules_feed_each_other_until_nothing_new_follows() -> None:
    given = """
        :inClass owl:propertyChainAxiom ( :needs :inClass ) , ( :inClass :broader ) .
        :round :needs :joint . :joint :inClass :small . :small :broader :large . :large :broader :all .
    """
    follows = ":round :inClass :small , :large , :all . :joint :inClass :large , :all ."
    assert closed(given, list(RULES.values())) == triples(follows)


def test_nothing_is_concluded_about_blank_nodes() -> None:
    given = ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] . :x a :A ."
    assert closed(given, list(RULES.values())) == set()


DEFINED = """
    :Good a owl:Class ; owl:equivalentClass [ owl:intersectionOf ( :Thing [ owl:unionOf (
        [ owl:onProperty :p ; owl:hasValue :v ]
        [ owl:onProperty :q ; owl:someValuesFrom [ owl:onProperty [ owl:inverseOf :r ] ; owl:hasValue :all ] ]
    ) ] ) ] .
    :Better a owl:Class ; owl:equivalentClass [ owl:intersectionOf (
        :Good [ owl:onProperty :s ; owl:someValuesFrom [ owl:onProperty :s ; owl:someValuesFrom owl:Thing ] ]
    ) ] .
"""


@pytest.mark.parametrize(
    ("facts", "follows"),
    [
        (":x a :Thing ; :p :v .", ":x a :Good ."),
        (":x a :Thing ; :q :y . :all :r :y .", ":x a :Good ."),
        (":x a :Thing ; :p :v ; :s :y . :y :s :z .", ":x a :Good , :Better ."),
        (":x a :Thing ; :p :w ; :s :y . :y :s :z .", ""),
        (":x :p :v .", ""),
        (":x a :Thing ; :q :y . :y :r :all .", ""),
        (":x a :Thing ; :p :v ; :s :y .", ":x a :Good ."),
    ],
)
def test_a_definition_is_filled_through_unnamed_classes_that_are_not_kept(facts: str, follows: str) -> None:
    assert closed(DEFINED + facts, list(RULES.values())) == triples(follows)


def test_a_union_that_is_only_a_domain_or_a_range_is_not_filled() -> None:
    given = ":p rdfs:domain :A . :q rdfs:range :A . :A owl:unionOf ( :B :C ) . :x a :B ."
    assert closed(given, list(RULES.values())) == set()


def test_withdrawing_the_axiom_withdraws_the_answer() -> None:
    """The class of a munition, which every report by class uses, comes from a property chain of the ontology."""
    chain = ":inClass owl:propertyChainAxiom ( :needs :inClass ) . "
    facts = ":round :needs :joint . :joint :inClass :small ."
    assert triples(":round :inClass :small .") <= closed(chain + facts, list(RULES.values()))
    assert closed(facts, list(RULES.values())) == set()
