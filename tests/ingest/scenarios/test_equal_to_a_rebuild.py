"""The heart of scenarios: what is derived again equals, triple by triple, what a full rebuild derives."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stanagraph.graph.changes import changes
from stanagraph.graph.errors import ScenarioRefused
from stanagraph.graph.names import DERIVED_GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.reasoning import close
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest import facts
from stanagraph.ingest.derive import derive
from stanagraph.ingest.pipeline import Inputs, Scenario, build, move_of, suppose_over
from stanagraph.ingest.read import Placed, Tables
from stanagraph.ingest.scenarios.moves import AnyMove
from stanagraph.ingest.scenarios.run import Supposed, suppose
from stanagraph.ingest.tables import TABLES

QUERIES = folder("queries")
CLOSURE = [path.read_text(encoding="utf-8") for path in sorted((QUERIES / "closure").glob("*.rq"))]
NATIONS = ("DEU", "FRA", "PRT")
GUNS, ROUNDS = ("gun-39", "gun-52", "both"), ("shell-39", "shell-52", "bags", "modules", "sea-missile")


def row(table: str, **cells: Any) -> tuple[str, dict[str, Any]]:
    return table, {"source": "paper", "confidence": "high", **cells}


def interface(name: str, weapon: str, klass: str, governance: str, **cells: Any) -> tuple[str, dict[str, Any]]:
    labels = {"label_en": name, "label_fr": name, "munition_class": klass, "weapon_kind": weapon}
    return row("interfaces", id=name, governance=governance, **labels, **cells)


# What every world has: two classes of howitzer under one agreement, and canisters that no agreement governs.
ALWAYS = [
    ("sources", {"id": "paper", "url": "https://example.org/paper", "source_kind": "press", "confidence": "high"}),
    *(row("nations", id=name, alliance_group="ally") for name in NATIONS),
    row("agreements", id="STANAG-1", document_kind="Stanag"),
    row("agreement_editions", agreement="STANAG-1", edition="1", status="unknown"),
    row("agreement_editions", agreement="STANAG-1", edition="2", status="current"),
    row("agreement_editions", agreement="STANAG-1", edition="3", status="draft"),
    interface("i39", "howitzer", "155mm", "agreement", governed_by=("STANAG-1",), barrel_length_cal=Decimal(39),
              calibre_mm=Decimal(155), bore="rifled", round_assembly="separate"),
    interface("i52", "howitzer", "155mm", "agreement", governed_by=("STANAG-1",), barrel_length_cal=Decimal(52),
              calibre_mm=Decimal(155), bore="rifled", round_assembly="separate"),
    interface("land", "missile-canister", "air-defence-missile", "none"),
    interface("sea", "missile-canister", "air-defence-missile", "not-known"),
    *(row("equipment", id=name, name=name, role="self-propelled-howitzer") for name in (*GUNS, "launcher")),
    row("equipment_interfaces", equipment="gun-39", interface="i39"),
    row("equipment_interfaces", equipment="gun-52", interface="i52"),
    row("equipment_interfaces", equipment="both", interface="i39"),
    row("equipment_interfaces", equipment="both", interface="i52"),
    row("equipment_interfaces", equipment="launcher", interface="land"),
    row("munitions", id="shell-39", name="a", munition_kind="projectile-HE", interface="i39", produced_in=("FRA",),
        length_mm=Decimal(800)),
    row("munitions", id="shell-52", name="b", munition_kind="projectile-HE", interface="i52",
        produced_in=("FRA", "DEU")),
    row("munitions", id="bags", name="c", munition_kind="propelling-charge", interface="i39"),
    row("munitions", id="modules", name="d", munition_kind="propelling-charge", interface="i52", produced_in=("PRT",)),
    row("munitions", id="land-missile", name="e", munition_kind="missile", interface="land"),
    row("munitions", id="sea-missile", name="f", munition_kind="missile", interface="sea"),
    *(("parameter_definitions", {"id": name, "label_en": name, "label_fr": name, "units": (unit,)}) for name, unit in (
        ("munition_length_mm", "mm"), ("loading_length_max_mm", "mm"), ("munition_diameter_mm", "mm"),
        ("peak_pressure_mpa", "MPa"), ("permissible_pressure_mpa", "MPa"))),
]  # fmt: skip
THINGS = (*GUNS, "launcher", *ROUNDS, "land-missile")


def finding(equipment: str, munition: str, verdict: str, code: str) -> tuple[str, dict[str, Any]]:
    told = {"verdict": verdict, "reason_code": code, "reason": "told"}
    return row("findings", equipment=equipment, munition=munition, **told)


def parameter(subject: str, name: str, value: str, unit: str = "mm") -> tuple[str, dict[str, Any]]:
    return row("parameters", subject=subject, parameter=name, value=value, unit=unit)


# What a world may have, the awkward things among it: chains of acceptances, findings, reservations, policy.
PERHAPS = [
    *(row("holdings", equipment=gun, nation=nation, status=status, basis="NationalHolding", as_of="2020")
      for gun in (*GUNS, "launcher") for nation in NATIONS for status in ("in-service", "donated")),
    *(row("munition_uses", munition=it, nation=nation, status="in-service")
      for it in (*ROUNDS, "land-missile") for nation in NATIONS),
    row("acceptances", accepting="i52", accepted="i39", component="projectile"),
    row("acceptances", accepting="i39", accepted="i52", component="projectile"),
    row("acceptances", accepting="gun-39", accepted="modules"),
    row("acceptances", accepting="land", accepted="sea", condition="after-conversion"),
    row("capabilities", subject="modules", capability="charge-form", value="modular"),
    row("capabilities", subject="gun-39", capability="charge-form", value="cased"),
    row("capabilities", subject="shell-39", capability="dedicated-to", value="gun-39"),
    finding("gun-39", "shell-52", "restricted", "safety-qualification"),
    finding("gun-52", "i39", "restricted", "fire-control-data"),
    finding("both", "shell-39", "incompatible", "calibre"),
    finding("launcher", "shell-39", "incompatible", "launcher-interface"),
    parameter("gun-52", "loading_length_max_mm", "700"),
    parameter("gun-52", "permissible_pressure_mpa", "400", "MPa"),
    parameter("modules", "peak_pressure_mpa", "380", "MPa"),
    parameter("land-missile", "munition_diameter_mm", "180"),
    parameter("sea-missile", "munition_diameter_mm", "250"),
    row("policy_restrictions", munition="shell-52", text="not to be given"),
    *(row("national_positions", agreement="STANAG-1", editions=(edition,), nation=nation, response=response,
          implementation=implementation, reservation=reservation, responded="2016")
      for nation, edition, response, implementation, reservation in (
          ("DEU", "2", "accepted", "not-implemented", None), ("FRA", "1", "accepted", "implemented", None),
          ("PRT", "2", "accepted-with-reservation", "not-known", "not in peace"),
          ("PRT", "3", "not-accepted", "not-known", None), ("DEU", "1", "not-known", "implemented", "text"))),
]  # fmt: skip
LINES = [
    *(f"{do} {nation}:STANAG-1:{edition}"
      for do in ("accept", "implement", "lift", "withdraw") for nation in NATIONS for edition in "123"),
    *(f"{do} {nation}:{it}" for do in ("buy", "retire") for nation in NATIONS for it in THINGS),
    *(f"qualify DEU:{gun}:{it}" for gun in (*GUNS, "launcher") for it in (*ROUNDS, "i39", "sea")),
    *(f"change {it}:{name}:{value}:{'MPa' if name.endswith('mpa') else 'mm'}"
      for it in (*THINGS, "i39", "land", "sea")
      for name, value in (("munition_length_mm", 750), ("loading_length_max_mm", 700), ("munition_diameter_mm", 180),
                          ("peak_pressure_mpa", 420), ("permissible_pressure_mpa", 400))),
]  # fmt: skip


def tables(rows: Sequence[tuple[str, dict[str, Any]]]) -> Tables:
    found = Tables({name: [] for name in TABLES}, {name: tuple(TABLES[name].model_fields) for name in TABLES})
    for name, cells in rows:
        found.rows[name].append(Placed(len(found.rows[name]) + 2, TABLES[name](**cells)))
    found.ids = {name: frozenset(placed.row.key() for placed in some) for name, some in found.rows.items()}
    return found


class Quads(list[ox.Quad]):
    """Quads that are shown by their number: hypothesis shows the arguments of what fails, and all else drowned."""

    def __repr__(self) -> str:
        return f"<{len(self)} quads>"


@pytest.fixture(scope="module")
def ontology() -> Quads:
    dataset = ox.Dataset()
    for it in triples_of(Ontology.read(folder("ontology")).core):
        dataset.add(ox.Quad(it.subject, it.predicate, it.object, ONTOLOGY_GRAPH))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return Quads(dataset)


def rebuilt(stated: Sequence[ox.Quad]) -> EmbeddedStore:
    """What a release of these facts holds."""
    store = EmbeddedStore()
    store.load(quad for quad in stated if quad.graph_name not in (INFERRED_GRAPH, DERIVED_GRAPH))
    close(store, CLOSURE)
    derive(store, QUERIES / "derive")
    return store


def move(line: str) -> AnyMove:
    do, _, rest = line.partition(" ")
    return move_of(do, rest)


def possible(store: EmbeddedStore, lines: Sequence[str]) -> Supposed:
    """The scenario of those of these moves that can be made together."""
    moves = [move(line) for line in lines]
    while moves:
        try:
            return suppose(store, Scenario(name="drawn", move=tuple(moves)), QUERIES)
        except ScenarioRefused as refused:
            wrong = {fault.move for fault in refused.faults}
            moves = [it for number, it in enumerate(moves, 1) if number not in wrong]
    assume(False)
    raise AssertionError


def differing(store: EmbeddedStore, found: Supposed) -> tuple[list[str], list[str]]:
    """What the scenario has too much and too little of, against a rebuild of the same facts."""
    after = set(found.copy().quads())
    whole = set(rebuilt(list(after)).quads())
    return sorted(map(str, after - whole)), sorted(map(str, whole - after))


worlds = st.lists(st.sampled_from(range(len(PERHAPS))), unique=True, min_size=8, max_size=30)
scenarios = st.lists(st.sampled_from(LINES), unique=True, min_size=1, max_size=4)
AS_LONG_AS_IT_TAKES = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


def holds(ontology: Quads, chosen: Sequence[int], lines: Sequence[str]) -> None:
    rows = [*ALWAYS, *(PERHAPS[index] for index in sorted(chosen))]
    store = rebuilt([*ontology, *facts.quads(tables(rows))])
    before = set(store.quads())
    assert differing(store, possible(store, lines)) == ([], [])
    assert set(store.quads()) == before


def test_a_counterexample_can_be_read(ontology: Quads) -> None:
    @settings(database=None, max_examples=5, suppress_health_check=AS_LONG_AS_IT_TAKES)
    @given(worlds, scenarios)
    def fails(world: Quads, chosen: list[int], lines: list[str]) -> None:
        raise AssertionError

    with pytest.raises(AssertionError) as failed:
        fails(ontology)
    told = "\n".join(failed.value.__notes__)
    assert "lines=" in told
    assert len(told) < 2_000


@settings(max_examples=4, suppress_health_check=AS_LONG_AS_IT_TAKES)
@given(worlds, scenarios)
def test_a_few_scenarios_equal_a_rebuild(ontology: Quads, chosen: list[int], lines: list[str]) -> None:
    holds(ontology, chosen, lines)


@pytest.mark.long
@settings(max_examples=120, suppress_health_check=AS_LONG_AS_IT_TAKES)
@given(worlds, scenarios)
def test_many_scenarios_equal_a_rebuild(ontology: Quads, chosen: list[int], lines: list[str]) -> None:
    holds(ontology, chosen, lines)


def index(table: str, **cells: Any) -> int:
    """The one row that a world may have with these cells."""
    return next(
        number
        for number, (name, told) in enumerate(PERHAPS)
        if name == table and all(told.get(key) == value for key, value in cells.items())
    )


def held(equipment: str, nation: str) -> int:
    return index("holdings", equipment=equipment, nation=nation, status="in-service")


def used(munition: str, nation: str) -> int:
    return index("munition_uses", munition=munition, nation=nation)


@pytest.mark.parametrize(
    ("chosen", "lines", "opened", "closed"),
    [
        pytest.param(
            [held("gun-39", "FRA"), held("gun-39", "DEU"), used("bags", "PRT")],
            ["retire FRA:gun-39", "retire DEU:gun-39"],
            [],
            ["not-known/DEU/agreement/STANAG-1/2", "not-known/FRA/agreement/STANAG-1/2"],
            id="the last operators retire it",
        ),
        pytest.param(
            [used("sea-missile", "PRT"), index("acceptances", accepting="land")],
            ["buy FRA:launcher"],
            ["technical/FRA/launcher/sea/launcher-interface"],
            [],
            id="the first of its class",
        ),
        pytest.param(
            [held("gun-39", "DEU"), used("shell-52", "FRA"), index("findings", equipment="gun-39")],
            ["qualify DEU:gun-39:shell-52"],
            [],
            ["not-qualified/DEU/gun-39/i52/safety-qualification"],
            id="a finding gives way to a qualification",
        ),
        pytest.param(
            [index("national_positions", nation="PRT", response="accepted-with-reservation")],
            ["lift PRT:STANAG-1:2"],
            [],
            ["reservation/PRT/agreement/STANAG-1/2"],
            id="a reservation is lifted",
        ),
        pytest.param(
            [index("national_positions", nation="DEU", response="accepted")],
            ["withdraw DEU:STANAG-1:2"],
            ["not-accepted/DEU/agreement/STANAG-1/2"],
            ["accepted-not-implemented/DEU/agreement/STANAG-1/2"],
            id="an acceptance is withdrawn",
        ),
        pytest.param(
            [held("gun-52", "DEU"), used("shell-39", "FRA"), index("acceptances", accepting="i52")],
            ["change shell-39:munition_length_mm:900:mm", "change gun-52:loading_length_max_mm:700:mm"],
            ["technical/DEU/gun-52/i39/loading"],
            [],
            id="a shell that is too long for the loader",
        ),
    ],
)
def test_what_opens_and_closes(
    ontology: Quads, chosen: list[int], lines: list[str], opened: list[str], closed: list[str]
) -> None:
    store = rebuilt([*ontology, *facts.quads(tables([*ALWAYS, *(PERHAPS[number] for number in sorted(chosen))]))])
    found = possible(store, lines)
    assert len(found.deeds) == len(lines)
    before, after = (
        {gap.value.partition("/id/gap/")[2] for gap in side} for side in (found.gaps.before, found.gaps.after)
    )
    assert set(opened) <= after - before, after - before
    assert set(closed) <= before - after
    assert differing(store, found) == ([], [])


def test_the_pipeline_builds_the_same_from_changed_tables(small_home: Path, small_data: Path, tmp_path: Path) -> None:
    lines = ["buy SWE:m777", "retire USA:m982-excalibur", "accept SWE:STANAG-4425:2"]
    view = Releases(small_home).current().view()
    found = suppose_over(view, Scenario(name="tables", move=tuple(move(line) for line in lines)))
    told = {
        "holdings": {"equipment": "m777", "nation": "SWE", "status": "in-service", "basis": "NationalHolding"},
        "national_positions": {
            "agreement": "STANAG-4425", "editions": "2", "nation": "SWE", "response": "accepted",
            "implementation": "not-known",
        },
    }  # fmt: skip
    for name in ("holdings", "national_positions", "munition_uses"):
        path = small_data / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows, heading = list(reader), list(reader.fieldnames or ())
        rows = [it for it in rows if (it.get("munition"), it.get("nation")) != ("m982-excalibur", "USA")]
        if name in told:
            with (small_data / "sources.csv").open(encoding="utf-8", newline="") as file:
                source = next(csv.DictReader(file))["id"]
            rows.append(dict.fromkeys(heading, "") | told[name] | {"source": source, "confidence": "high"})
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, heading, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    made = build(Releases(tmp_path / "other"), Inputs(data=small_data))
    differing_ = changes(found.copy(), made.open(), ("verdicts", "gaps", "matrix"), graphs=False)
    assert not differing_, differing_
    assert set(found.copy(tmp_path / "copy").quads()) == set(found.copy().quads())
    assert changes(view.open(), made.open(), ("gaps",), graphs=False)
