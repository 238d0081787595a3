"""An explanation names every criterion, its ground, and where each statement stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
from typer.testing import Result

from stanagraph.graph.names import term, thing

Run = Callable[..., Result]
Read = Callable[..., Any]

KEYS = {
    "equipment", "munition", "verdict", "fits", "hits", "released", "derived", "documented", "disputed",
    "low_confidence", "stale", "reason_code", "derived_reason_code", "criteria", "findings",
}  # fmt: skip
STATEMENT = {
    "statement", "table", "row", "source", "url", "publisher", "captured", "as_of", "confidence", "note",
    "sheet", "read", "disputes",
}  # fmt: skip
CRITERIA = [
    "calibre-geometry", "bore", "charge-form", "chamber-pressure", "loading", "fuze-setting", "launcher",
    "fire-control-data", "qualification", "policy",
]  # fmt: skip


def test_json_is_one_object_with_all_evidence(read: Read) -> None:
    found = read("explain", "pzh-2000", "m982-excalibur")
    assert set(found) == KEYS
    assert (found["equipment"], found["munition"]) == ("pzh-2000", "m982-excalibur")
    assert [criterion["criterion"] for criterion in found["criteria"]] == CRITERIA
    for criterion in found["criteria"]:
        assert {"outcome", "ground", "explanation", "evidence"} <= set(criterion)
        assert all(set(statement) == STATEMENT for statement in criterion["evidence"])
    assert found["findings"][0]["table"] == "findings.csv"
    assert "Qualification firing" in found["findings"][0]["reason"]


def test_a_criterion_cites_only_what_it_rests_on(read: Read) -> None:
    for criterion in read("explain", "pzh-2000", "vulcano-155-glr")["criteria"]:
        tables = {statement["table"] for statement in criterion["evidence"]}
        assert not tables & {"sources.csv", "agreements.csv", "nations.csv"}
        assert len(criterion["evidence"]) < 30


def test_a_dispute_names_both_sides(run: Run, read: Read) -> None:
    found = read("explain", "pzh-2000", "vulcano-155-glr")
    assert (found["disputed"], found["documented"], found["derived"]) == (True, "restricted", "compatible")
    assert (
        "disputed: documented as restricted, derived as compatible"
        in run("explain", "pzh-2000", "vulcano-155-glr").stdout
    )
    assert "contesté" in run("--lang", "fr", "explain", "pzh-2000", "vulcano-155-glr").stdout


def test_the_tree_shows_rows_sources_and_the_three_answers(run: Run) -> None:
    out = run("explain", "m777a2", "155mm-l39").stdout
    for part in ("does it fit?", "does it hit?", "is it released?", "data/findings.csv:", "confidence", "https://"):
        assert part in out


def test_it_says_where_only_low_confidence_stands_behind_a_criterion(run: Run, read: Read) -> None:
    total = 0
    for pair in (("leopard-2a6", "m1028-canister"), ("pzh-2000", "m982-excalibur"), ("m777a2", "155mm-l39")):
        criteria = read("explain", *pair)["criteria"]
        alone = [it for it in criteria if it["low_confidence_alone"] and it["outcome"] != "not-applicable"]
        for criterion in alone:
            assert {statement["confidence"] for statement in criterion["evidence"]} == {"low"}
        assert run("explain", *pair).stdout.count("rests on statements of low confidence alone") == len(alone)
        total += len(alone)
    assert total


def test_names_are_understood_as_people_write_them(read: Read) -> None:
    assert read("explain", "PzH 2000", "M982 Excalibur")["equipment"] == "pzh-2000"


def test_a_pair_that_no_report_needs_is_judged_on_the_spot(run: Run, read: Read) -> None:
    found = read("explain", "pzh-2000", "milan-missile")
    assert found["verdict"] == "incompatible"
    assert run("explain", "pzh-2000", "milan-missile", "--format", "turtle").stdout


def test_turtle_has_the_verdict_its_assessments_and_their_evidence(run: Run) -> None:
    text = run("explain", "pzh-2000", "m982-excalibur", "--format", "turtle").stdout
    graph = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    pair = thing("verdict", "pzh-2000/m982-excalibur")
    assert len(list(graph.quads_for_subject(pair))) > len(CRITERIA)
    about = {quad.predicate for quad in graph}
    assert {term("hasAssessment"), term("restsOn"), term("hasFinding"), term("statedInRow")} <= about


def test_turtle_says_only_what_the_release_says(run: Run, public_store: Any) -> None:
    text = run("explain", "pzh-2000", "vulcano-155-glr", "--format", "turtle").stdout
    held = {quad.triple for quad in public_store.quads()}
    assert [t for q in ox.parse(text, format=ox.RdfFormat.TURTLE) if (t := q.triple) not in held] == []
