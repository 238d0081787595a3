"""Scenarios: named what-ifs over a release, which stays as it is.

moves      what can be supposed, read from a file or a line, and what contradicts what
known      the facts that each move takes away and brings, held against the release
overlay    the release as it would be, and parts of it to derive in
touched    what moved facts touch first
stages     the closure, documents, pairs and holdings that they reach, derived again
gaps       the same for gaps, in groups
cells      the same for the matrix
run        all of it in order
answer     what differs, with reasons
keep       where scenarios live in a workspace
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from stanagraph.graph.errors import BadArgument
from stanagraph.graph.releases import View
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

from .answer import Answer, answer
from .known import Knowledge
from .moves import Scenario
from .overlay import Overlay
from .run import Supposed, suppose
from .stages import Observer

_RULES = ("queries/closure/", "queries/derive/", "ontology/")


def suppose_over(
    view: View,
    scenario: Scenario,
    store: EmbeddedStore | None = None,
    observe: Observer = lambda step, detail: None,
) -> Supposed:
    """What one audience sees of a release, as a scenario would have it; raises ScenarioRefused, BadArgument."""
    inputs = view.manifest.get("inputs", {})
    if not _same_rules(inputs):
        raise BadArgument("--release", "other rules made this release: build one with those of today")
    units = _units(folder("data")) if any(name.startswith("data/") for name in inputs) else {}
    overlay = Overlay(store if store is not None else view.open())
    return suppose(overlay.base, scenario, folder("queries"), Knowledge(overlay, units.get), observe)


def ask(
    view: View,
    scenario: Scenario,
    store: EmbeddedStore | None = None,
    observe: Observer = lambda step, detail: None,
) -> Answer:
    """What a scenario changes in what one audience sees of a release."""
    return answer(suppose_over(view, scenario, store, observe), view.identifier, view.path.name)


def _same_rules(inputs: dict[str, str]) -> bool:
    """Whether the rules of today are those of the release: what is derived again must agree with what is not."""
    for name, digest in inputs.items():
        place, _, rest = name.partition("/")
        if name.startswith(_RULES):
            path = folder(place) / rest
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                return False
    today = {f"queries/derive/{path.name}" for path in (folder("queries") / "derive").glob("*.rq")}
    return today <= inputs.keys()


def _units(data: Path) -> dict[str, tuple[str, ...]]:
    """The units of each parameter, from the table that defines them."""
    with (data / "parameter_definitions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {
            row["id"]: tuple(unit.strip() for unit in row["units"].split(";") if unit.strip())
            for row in csv.DictReader(file)
        }
