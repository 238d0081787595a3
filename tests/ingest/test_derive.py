"""Rules run beside each other, each after those that it builds on."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import URIRef, Variable

from stanagraph.graph.names import DERIVED_GRAPH
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.derive import Rule, derive, rules_of

RULES = sorted((folder("queries") / "derive").glob("*.rq"))
PREFIX = "PREFIX x: <https://example.org/>\n"


def write(place: Path, **rules: str) -> Path:
    for name, text in rules.items():
        (place / f"{name.removeprefix('r')}.rq").write_text(PREFIX + text, encoding="utf-8")
    return place


def derived(store: EmbeddedStore) -> set[str]:
    return {str(quad.triple).replace("https://example.org/", "") for quad in store.quads(DERIVED_GRAPH)}


def given(turtle: str) -> EmbeddedStore:
    store = EmbeddedStore()
    parsed = ox.parse(f"@prefix x: <https://example.org/> . {turtle}", ox.RdfFormat.TURTLE)
    store.load(ox.Quad(it.subject, it.predicate, it.object, ox.NamedNode("https://example.org/graph")) for it in parsed)
    return store


def test_a_rule_waits_for_the_rules_that_it_builds_on(tmp_path: Path) -> None:
    rules = {
        f"r{number:02}": f"CONSTRUCT {{ ?a x:p{number + 1} ?b }} WHERE {{ ?a x:p{number} ?b }}" for number in range(9)
    }
    store = given("x:a x:p0 x:b .")
    assert derive(store, write(tmp_path, **rules)) == 9
    assert derived(store) == {f"<a> <p{number}> <b>" for number in range(1, 10)}


def test_an_earlier_rule_does_not_see_what_a_later_one_writes(tmp_path: Path) -> None:
    store = given("x:a x:p x:b .")
    derive(
        store,
        write(
            tmp_path, r1="CONSTRUCT { ?a x:r ?b } WHERE { ?a x:q ?b }", r2="CONSTRUCT { ?a x:q ?b } WHERE { ?a x:p ?b }"
        ),
    )
    assert derived(store) == {"<a> <q> <b>"}


def test_what_another_graph_says_is_not_derived_again(tmp_path: Path) -> None:
    store = given("x:a x:p x:b , x:c ; x:q x:b ; a x:Known .")
    rule = "CONSTRUCT { ?a x:q ?b ; a x:Known , x:New } WHERE { ?a x:p ?b }"
    assert derive(store, write(tmp_path, r1=rule)) == 2
    assert derived(store) == {"<a> <q> <c>", "<a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <New>"}


def test_a_rule_waits_for_those_that_read_what_it_writes(tmp_path: Path) -> None:
    rules = [
        "CONSTRUCT { ?a x:r ?b } WHERE { ?a x:q ?b }",
        "CONSTRUCT { ?a x:q ?b } WHERE { ?a x:p ?b }",
        "CONSTRUCT { ?a x:p ?b } WHERE { ?a x:q ?b }",
        "CONSTRUCT { ?a x:s ?b } WHERE { ?a x:t ?b }",
    ]
    write(tmp_path, **{f"r{number}": rule for number, rule in enumerate(rules)})
    read = rules_of(tmp_path)
    assert [[rule.waits_for(earlier) for earlier in read[:number]] for number, rule in enumerate(read)] == [
        [],
        [True],
        [False, True],
        [False, False, False],
    ]


def test_a_rule_in_parts_concludes_what_it_does_as_a_whole(tmp_path: Path) -> None:
    store = given(
        " ".join(f"x:a{number} a x:A ; x:p x:b{number % 3} , x:b ." for number in range(100)) + "x:n x:p x:b ."
    )
    query = """
    CONSTRUCT { ?a x:has ?count } WHERE {
      {
        SELECT ?a (COUNT(?b) AS ?count) {
          # each ?a a x:A
          ?a a x:A ; x:p ?b
        }
        GROUP BY ?a
      }
    }"""
    (rule,) = rules_of(write(tmp_path, r1=query))
    parts = rule.parts(store)
    assert len(parts) == 10
    together = [set(store.construct(part)) for part in parts]
    assert set().union(*together) == set(store.construct(rule.text))
    assert sum(map(len, together)) == 100
    assert derive(store, tmp_path) == 100


def test_a_rule_on_few_things_is_asked_once(tmp_path: Path) -> None:
    store = given(" ".join(f"x:a{number} a x:A ; x:p x:b ." for number in range(10)))
    write(tmp_path, r1="CONSTRUCT { ?a x:q ?b } WHERE {\n# each ?a a x:A\n?a x:p ?b }")
    (rule,) = rules_of(tmp_path)
    assert rule.parts(store) == [rule.text]


def test_a_rule_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(SyntaxError):
        derive(given("x:a x:p x:b ."), write(tmp_path, r1="CONSTRUCT { ?a x:q ?b } WHERE { ?a x:p }"))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_names_all_that_it_reads_and_writes(path: Path) -> None:
    rule = Rule.read(path)
    query = prepareQuery(path.read_text(encoding="utf-8"))
    written, read = {str(it[1]) for it in query.algebra.template}, set(_properties(query.algebra.p))
    assert not any(it.startswith("?") for it in written | read), "what a variable stands for cannot be known"
    builtin = {"http://www.w3.org/1999/02/22-rdf-syntax-ns#type"}
    assert written - builtin <= rule.writes
    assert read - builtin <= rule.reads


def _properties(part: object) -> list[str]:
    """The properties of all patterns inside a part of a query; a variable in such a place with a question mark."""
    found: list[str] = []
    if isinstance(part, PropertyPath):
        for inner in vars(part).values():
            found += _properties(inner)
    elif isinstance(part, dict):
        for key, inner in part.items():
            if key == "triples":
                for _, property_, _ in inner:
                    found += [f"?{property_}"] if isinstance(property_, Variable) else _properties(property_)
            elif isinstance(inner, dict | list | tuple):
                found += _properties(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            found += _properties(inner)
    elif isinstance(part, URIRef):
        found.append(str(part))
    return found
