"""Each rule of queries/derive derives something in some test, and those of derived.yaml exactly what is written there."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.derive import Rule, rules_of

HERE = Path(__file__).parent
PREFIXES = """
@base <https://w3id.org/stanagraph/id/> .
@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
RULES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((folder("queries") / "derive").glob("*.rq"))}
CASES: list[dict[str, str]] = yaml.safe_load((HERE / "derived.yaml").read_text(encoding="utf-8"))


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(PREFIXES + turtle, ox.RdfFormat.TURTLE)}


IN_PARTS = [rule for rule in rules_of(folder("queries") / "derive") if "# each " in rule.text]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}: {case['why']}")
def test_a_rule_derives_what_follows_and_nothing_else(case: dict[str, str]) -> None:
    store = EmbeddedStore()
    store.load(ox.Quad(t.subject, t.predicate, t.object) for t in triples(case["given"]))
    assert set(store.construct(RULES[case["rule"]])) == triples(case["follows"])


@pytest.mark.parametrize("rule", IN_PARTS, ids=lambda rule: rule.name)
def test_the_parts_of_a_rule_conclude_what_it_does_as_a_whole(rule: Rule, public_store: EmbeddedStore) -> None:
    parts = rule.parts(public_store)
    assert len(parts) > 1
    together = set().union(*(public_store.construct(part) for part in parts))
    assert together == set(public_store.construct(rule.text)) != set()


def of_other_tests() -> list[dict[str, Any]]:
    """The cases of criteria.yaml and of test_gaps.py."""
    spec = importlib.util.spec_from_file_location("gaps", HERE / "test_gaps.py")
    assert spec is not None
    assert spec.loader is not None
    gaps = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gaps)
    opened = [{**case, "given": case.get("given", "") + gaps.TWO_NATIONS, "before": "99"} for _, case, *_ in gaps.CASES]
    return [*yaml.safe_load((HERE / "criteria.yaml").read_text(encoding="utf-8")), *opened]


def test_every_rule_derives_something_in_some_test(judge: Callable[[dict[str, Any]], EmbeddedStore]) -> None:
    """A rule asked again of a graph that it has been applied to finds again what it found."""
    silent = set(RULES) - {case["rule"] for case in CASES}
    for case in reversed(of_other_tests()):
        if not silent:
            break
        store = judge({**case, "before": "99"})
        silent -= {rule for rule in silent if any(True for _ in store.construct(RULES[rule]))}
    assert silent == set(), "no test would notice if these rules were gone"
