"""What a scenario may say: fields, contradictions, impossible values; what is refused names its field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.errors import ScenarioNotFound, ScenarioRefused
from stanagraph.graph.releases import Releases
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.pipeline import MOVES, Scenario, Scenarios, ask_scenario, move_of, read_scenario, scenario_of

ACCEPT = {"do": "accept", "nation": "PRT", "agreement": "STANAG-4425", "edition": 2}


def faults(told: object) -> list[tuple[int, str]]:
    with pytest.raises(ScenarioRefused) as refused:
        scenario_of(told)
    return [(fault.move, fault.field) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], [(0, "file")]),
        ({}, [(0, "name"), (0, "move")]),
        ({"name": "Two Words", "move": [ACCEPT]}, [(0, "name")]),
        ({"name": "a", "moves": [], "move": [ACCEPT]}, [(0, "moves")]),
        ({"name": "a", "move": [{"do": "invade"}]}, [(1, "do")]),
        ({"name": "a", "move": [{"do": "buy", "nation": "PRT"}]}, [(1, "thing")]),
        ({"name": "a", "move": [ACCEPT, {**ACCEPT, "when": "soon"}]}, [(2, "when")]),
        ({"name": "a", "move": [{"do": "buy", "nation": "PRT", "thing": "x", "quantity": 0}]}, [(1, "quantity")]),
        ({"name": "a", "move": [ACCEPT, ACCEPT]}, [(2, "accept PRT:STANAG-4425:2")]),
        ({"name": "a", "move": [ACCEPT, {**ACCEPT, "do": "withdraw"}]}, [(2, "withdraw PRT:STANAG-4425:2")]),
    ],
)
def test_what_is_wrong_is_told_by_its_field(told: object, expected: list[tuple[int, str]]) -> None:
    assert faults(told) == expected


def test_moves_that_go_together() -> None:
    moves = [ACCEPT, {**ACCEPT, "do": "implement"}, {"do": "buy", "nation": "PRT", "thing": "pzh-2000"}]
    assert [move.do for move in scenario_of({"name": "a", "move": moves}).move] == ["accept", "implement", "buy"]


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=20)


@given(st.sampled_from(sorted(MOVES)), st.lists(words, min_size=4, max_size=4), words)
def test_a_scenario_is_read_back_from_its_file(do: str, values: list[str], description: str) -> None:
    fields = [name for name in MOVES[do].order if name != "quantity"]
    move = {"do": do, **dict(zip(fields, values, strict=False))}
    scenario = scenario_of({"name": "there-and-back", "description": description, "move": [move]})
    import tomllib

    assert scenario_of(tomllib.loads(scenario.as_toml())) == scenario


@given(st.sampled_from(sorted(MOVES)), st.text(max_size=40))
def test_any_line_is_a_move_or_is_refused(do: str, line: str) -> None:
    try:
        move_of(do, line)
    except ScenarioRefused as refused:
        assert refused.faults


def test_a_file_that_is_no_scenario(tmp_path: Path) -> None:
    for name, text in (("a.toml", "name = "), ("a.json", "{"), ("b.json", "[" * 100_000)):
        (tmp_path / name).write_text(text)
        with pytest.raises(ScenarioRefused):
            read_scenario(tmp_path / name)
    with pytest.raises(ScenarioRefused, match="cannot be read"):
        read_scenario(tmp_path / "none.toml")


def test_scenarios_are_kept_by_name(tmp_path: Path) -> None:
    kept, scenario = Scenarios(tmp_path), scenario_of({"name": "one", "move": [ACCEPT]})
    assert not kept.keep(scenario)
    assert kept.keep(scenario)
    assert (kept.names(), kept.get("one")) == (["one"], scenario)
    kept.remove("one")
    for name in ("one", "../one"):
        with pytest.raises(ScenarioNotFound):
            kept.get(name)


def lines(*given: str) -> Scenario:
    parts = [line.partition(" ") for line in given]
    return Scenario(name="asked", move=tuple(move_of(do, rest) for do, _, rest in parts))


REFUSED: list[tuple[list[str], list[tuple[int, str, Any]]]] = [
    (["buy FRX:pzh-2000"], [(1, "nation", "FRA")]),
    (["buy FRA:pzh2000x"], [(1, "thing", "pzh-2000")]),
    (["accept FRA:STANAG-4425:9"], [(1, "edition", "2")]),
    (["accept FRA:STANAG-44255:2"], [(1, "agreement", "STANAG-4425")]),
    (["change pzh-2000:loading_lenght_max_mm:5"], [(1, "parameter", "loading_length_max_mm")]),
    (["change pzh-2000:loading_length_max_mm:5:inch"], [(1, "unit", None)]),
    (["change pzh-2000:loading_length_max_mm:-5"], [(1, "value", None)]),
    (["change pzh-2000:loading_length_max_mm:0"], [(1, "value", None)]),
    (["change pzh-2000:loading_length_max_mm:long"], [(1, "value", None)]),
    (["change pzh-2000:loading_length_max_mm:900 to 800"], [(1, "value", None)]),
    (["change pzh-2000:loading_length_max_mm:nan"], [(1, "value", None)]),
    (["retire FRA:pzh-2000"], [(1, "thing", None)]),
    (["buy FRA:dm121:12"], [(1, "quantity", None)]),
    (["lift FRA:STANAG-4425:2"], [(1, "edition", None)]),
    (["withdraw FRA:STANAG-4425:2"], [(1, "edition", None)]),
    (["accept DEU:JBMOU-155"], [(1, "edition", None)]),
    (["qualify DEU:dana-152:155mm-l52-jbmou"], [(1, "munition", None)]),
    (["buy FRX:pzh-2000", "change pzh-2000:loading_length_max_mm:-5"], [(1, "nation", "FRA"), (2, "value", None)]),
    # Two names of one thing.
    (["buy FRA:pzh-2000", "retire FRA:Panzerhaubitze 2000"], [(2, "retire FRA:Panzerhaubitze 2000", None)]),
]


@pytest.mark.parametrize(("given", "expected"), REFUSED)
def test_what_the_release_does_not_allow(
    public_home: Path, public_store: EmbeddedStore, given: list[str], expected: list[tuple[int, str, Any]]
) -> None:
    with pytest.raises(ScenarioRefused) as refused:
        ask_scenario(Releases(public_home).current().view(), lines(*given), public_store)
    told = refused.value.faults
    assert [(fault.move, fault.field) for fault in told] == [(move, field) for move, field, _ in expected]
    for fault, (_, _, near) in zip(told, expected, strict=True):
        assert near is None or near in fault.near


def test_reasons_lead_from_a_gap_to_the_move_and_the_criterion(public_home: Path, public_store: EmbeddedStore) -> None:
    scenario = lines("buy FRA:pzh-2000", "change pzh-2000:loading_length_max_mm:600")
    found = ask_scenario(Releases(public_home).current().view(), scenario, public_store)
    verdict = next(it for it in found.verdicts.changes if str(it.key[0]).endswith("m110-smoke>"))
    assert [str(detail.key[-1]).rpartition("/")[2] for detail in verdict.details] == ["loading>"]
    opened = [it for it in found.gaps.changes if it.kind == "new"]
    assert opened
    for change in opened:
        reasons = found.reasons[str(change.key[0]).strip("<>")]
        assert {reason.move for reason in reasons} <= {1, 2}
        assert {reason.through for reason in reasons} <= {"operates", "verdict"}
    assert found.idle == ()
    assert {cell.using.value[-3:] for cell in found.cells} >= {"FRA"}


def test_what_is_supposed_stands_in_the_graph_of_the_scenario(public_home: Path, public_store: EmbeddedStore) -> None:
    from stanagraph.ingest.pipeline import suppose_over

    scenario = lines("buy FRA:pzh-2000:3", "accept FRA:STANAG-4425:2")
    found = suppose_over(Releases(public_home).current().view(), scenario, public_store)
    stated = [quad for quad in found.overlay.new if "/graph/scenario/" in str(quad.graph_name)]
    assert stated
    assert {str(quad.graph_name) for quad in stated} == {f"<{found.graph}>"}
    statements = {quad.subject for quad in stated if str(quad.predicate).endswith("statedInSource>")}
    assert {str(it).rpartition("/")[2] for it in statements} == {"1>", "2>"}


@pytest.mark.long
def test_the_graph_of_a_scenario_keeps_all_shapes_and_checks(public_home: Path, public_store: EmbeddedStore) -> None:
    from stanagraph.graph.ontology.check import rules_over
    from stanagraph.graph.resources import folder
    from stanagraph.ingest.pipeline import suppose_over
    from stanagraph.ingest.validate import validate

    scenario = lines(
        "buy FRA:pzh-2000:12",
        "buy PRT:dm121",
        "change pzh-2000:loading_length_max_mm:600",
        "accept FRA:STANAG-4425:2:not in peace",
        "implement FRA:STANAG-4425:2",
        "lift USA:STANAG-4187:unstated",
        "withdraw USA:JBMOU-155:unstated",
        "retire DEU:pzh-2000",
        "qualify DEU:k9-thunder:m982-excalibur",
    )
    store = suppose_over(Releases(public_home).current().view(), scenario, public_store).copy()
    assert validate(store, folder("ontology") / "shapes")[0] == []
    broken = {rule.name: store.select(rule.text).rows for rule in rules_over("release", folder("queries") / "checks")}
    assert {name: rows for name, rows in broken.items() if rows} == {}
