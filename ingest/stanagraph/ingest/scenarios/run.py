"""Running a scenario: the release as it would be, and what differs from the release as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.names import graph
from stanagraph.graph.store import EmbeddedStore

from .cells import Cells, count
from .firing import fire
from .gaps import Gaps, derive_gaps, reached
from .known import Deed, Knowledge
from .moves import Scenario
from .overlay import Overlay
from .stages import Observer, Pairs, Rules, documents, hold, infer, judge
from .touched import Moved, Touched


@dataclass(frozen=True)
class Supposed:
    """A release as a scenario would have it: `overlay` holds all that differs, the rest what was derived again."""

    scenario: Scenario
    deeds: tuple[Deed, ...]
    overlay: Overlay
    pairs: Pairs
    gaps: Gaps
    cells: Cells
    # The moves by which a nation has what it had not, or has no more what it had.
    holding: tuple[int, ...] = ()

    @property
    def graph(self) -> str:
        """The graph in which the supposed facts stand."""
        return graph(f"scenario/{self.scenario.name}").value

    def copy(self, path: Path | None = None) -> EmbeddedStore:
        """A store of its own that anybody may change: the release with the scenario, in memory or in a new folder."""
        store = self.overlay.base.copy_to(path) if path is not None else EmbeddedStore()
        if path is None:
            store.load(self.overlay.base.quads())
        store.change(self.overlay.gone, self.overlay.new)
        return store


def suppose(
    store: EmbeddedStore,
    scenario: Scenario,
    queries: Path,
    knowledge: Knowledge | None = None,
    observe: Observer = lambda step, detail: None,
) -> Supposed:
    """The release of a store as this scenario would have it; the store is only read.

    `queries` holds the rules that the release was made with. Raises ScenarioRefused with all that cannot be supposed.
    """
    known = knowledge if knowledge is not None else Knowledge(Overlay(store))
    observe("read", scenario.name)
    deeds = known.deeds(scenario)
    source = Moved(0, frozenset(), frozenset(known.source(scenario)))
    pairs, gaps, cells, holding = derive_again(
        known.overlay, [source, *(deed.facts for deed in deeds)], queries, observe
    )
    return Supposed(scenario, tuple(deeds), known.overlay, pairs, gaps, cells, holding)


def derive_again(
    overlay: Overlay, moves: Iterable[Moved], queries: Path, observe: Observer = lambda step, detail: None
) -> tuple[Pairs, Gaps, Cells, tuple[int, ...]]:
    """Move facts of an overlay, and derive again what they reach: the same graph as a release of the moved facts."""
    moved = list(moves)
    rules, touched = Rules.read(queries), Touched.by(moved)
    removed: set[ox.Quad] = {quad for move in moved for quad in move.removed}
    overlay.replace(removed, {quad for move in moved for quad in move.added})
    observe("reason", "OWL 2 RL")
    infer(overlay, rules, touched)
    documents(overlay, rules, touched)
    pairs = judge(overlay, rules, touched, observe)
    held = hold(overlay, rules, touched)
    fire(overlay, rules, pairs, held)
    observe("derive", "gaps")
    gaps = derive_gaps(overlay, rules, reached(overlay, touched, pairs, held))
    observe("derive", "matrix")
    cells = count(overlay, rules, pairs, held)
    return pairs, gaps, cells, tuple(number for nation, _, it in held for number in touched.holds[nation, it])
