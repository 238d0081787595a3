"""Each criterion of a verdict, ground by ground, on a graph of a dozen triples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from stanagraph.graph.names import key_of, term, thing
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

Judge = Callable[[dict[str, Any]], EmbeddedStore]
CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("criteria.yaml").read_text(encoding="utf-8"))


def assessed(store: EmbeddedStore, criterion: str) -> list[tuple[str, str]]:
    """The (ground, outcome) of a criterion of the pair gun and round: exactly one is right."""
    rows = store.select(
        f"SELECT ?ground ?outcome {{ ?pair {term('munition')} {thing('munition', 'round')} ;"
        f" {term('hasAssessment')} ?a . ?a {term('criterion')} {thing('criterion', criterion)} ;"
        f" {term('ground')} ?ground ; {term('outcome')} ?outcome }}"
    ).rows
    return [tuple(key_of(cell.value) for cell in row if isinstance(cell, ox.NamedNode)) for row in rows]  # type: ignore[misc]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['criterion']}-{case['ground']}")
def test_ground_and_outcome(judge: Judge, case: dict[str, Any]) -> None:
    assert assessed(judge(case), case["criterion"]) == [(case["ground"], case["outcome"])]


def test_every_ground_that_a_rule_may_give_has_a_case() -> None:
    rules = "".join(path.read_text(encoding="utf-8") for path in (folder("queries") / "derive").glob("3*.rq"))
    given = {word.split(")")[0].split()[0] for word in rules.split("(ground:")[1:]}
    given |= {
        part.split()[0] for part in rules.split(" ground:")[1:] if part.split()[1:2] and "outcome:" in part.split()[1]
    }
    covered = {case["ground"] for case in CASES}
    assert given - covered == {"projectile-only"}, "projectile-only is about families: see test_verdicts"


def test_every_ground_is_a_concept_and_every_concept_is_given() -> None:
    store = EmbeddedStore()
    for file in ontology_files(folder("ontology")):
        store.load(ox.parse(path=file))
    rows = store.select(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?ground { ?ground skos:inScheme"
        " <https://w3id.org/stanagraph/id/scheme/ground> }"
    ).rows
    concepts = {key_of(cell.value) for (cell,) in rows if isinstance(cell, ox.NamedNode)}
    assert concepts == {case["ground"] for case in CASES} | {"projectile-only"}
