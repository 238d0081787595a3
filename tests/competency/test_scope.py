"""No FILTER and no BIND uses a variable from outside its own group, where SPARQL leaves it without a value.

The mistake is silent: in `{ ?a :p ?x } { ?b :p ?y FILTER(?x != ?y) }` the filter compares with nothing, is an
error for each solution, and removes them all. A variable that is meant to have no value is called `?none`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from stanagraph.graph.resources import folder

NONE = Variable("none")
QUERIES = sorted(
    path
    for name in ("reports", "differences", "derive", "closure", "checks", "harvest")
    for path in (folder("queries") / name).glob("*.rq")
)


def mentioned(part: Any) -> set[Variable]:
    """Every variable in an expression or a set of triples; what an EXISTS holds sees its surroundings anyway."""
    if isinstance(part, Variable):
        return {part}
    if isinstance(part, CompValue):
        return (
            set()
            if part.name.endswith("EXISTS")
            else set().union(*(mentioned(value) for key, value in part.items() if key != "_vars"))
        )
    if isinstance(part, list | tuple | set) and not isinstance(part, PropertyPath):
        return set().union(*map(mentioned, part), set())
    return set()


def scope(part: Any) -> set[Variable]:
    """The variables that a pattern may give a value, by section 18.2.1 of SPARQL 1.1 Query."""
    match part.name:
        case "BGP":
            return mentioned(part.triples)
        case "Join" | "LeftJoin" | "Union":
            return scope(part.p1) | scope(part.p2)
        case "Minus":
            return scope(part.p1)
        case "Graph":
            return mentioned(part.term) | scope(part.p)
        case "Extend":
            return scope(part.p) | {part.var}
        case "Project":
            return set(part.PV)
        case "AggregateJoin":
            return {aggregate.res for aggregate in part.A}
        case "values":
            return {variable for row in part.res for variable in row}
        case _:
            return scope(part.p)


def strays(part: Any) -> Iterator[str]:
    """Variables that an expression uses and its pattern cannot give; `?none` where a pattern gives it."""
    if not isinstance(part, CompValue):
        return
    if part.name in {"Filter", "Extend", "LeftJoin"}:
        given = scope(part.p) if "p" in part else scope(part.p1) | scope(part.p2)
        wrong = (mentioned(part.expr) - given - {NONE}) | (given & {NONE})
        yield from (f"?{name}" for name in wrong)
    for key in ("p", "p1", "p2"):
        yield from strays(part.get(key))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_expressions_use_what_their_group_gives(path: Path) -> None:
    assert sorted(set(strays(prepareQuery(path.read_text(encoding="utf-8")).algebra.p))) == []


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("?a :p ?x . { ?b :p ?y . FILTER(?x != ?y) }", ["?x"]),
        ("?a :p ?x . { BIND(STR(?x) AS ?y) } UNION { ?b :p ?y }", ["?x"]),
        ("?a :p ?x . OPTIONAL { ?b :p ?y . FILTER(?x != ?y) }", []),
        ("VALUES (?x) { (UNDEF) } ?a :p|:q ?y . FILTER(!BOUND(?x) || ?x = ?y)", []),
        ("?a :p ?x . { SELECT ?b (COUNT(?z) AS ?y) { ?b :p ?z } GROUP BY ?b } FILTER(?x = ?y && ?z > 1)", ["?z"]),
        ("GRAPH ?g { ?a :p ?x } FILTER(?g != ?x)", []),
        ("?a :p ?x . MINUS { ?b :p ?y } FILTER(?y = ?x)", ["?y"]),
        ("?a :p ?x . BIND(IF(BOUND(?x), ?none, 1) AS ?y)", []),
        ("?a :p ?none . FILTER(?none > 1)", ["?none"]),
        ("?a :p ?x . FILTER NOT EXISTS { ?b :p ?y } FILTER(?x > 1)", []),
        ("?a :p ?x . FILTER NOT EXISTS { ?b :p ?y } FILTER(?z > 1)", ["?z"]),
    ],
)
def test_strays_are_found(pattern: str, found: list[str]) -> None:
    query = prepareQuery(f"PREFIX : <https://w3id.org/stanagraph/ns/> SELECT * {{ {pattern} }}")
    assert sorted(set(strays(query.algebra.p))) == found
