"""The answer to a scenario: what differs from the release, and through which move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from stanagraph.graph.changes import SectionChanges, changes
from stanagraph.graph.names import DERIVED_GRAPH, kind_of, term
from stanagraph.graph.store import EmbeddedStore

from .known import Deed
from .moves import Scenario
from .near_gaps import Cause, Through
from .overlay import Node
from .run import Supposed

_BLOCKS, _CLASS = term("blocks"), term("munitionClass")
_FIGURES = {
    "lower": "lowerBound",
    "upper": "upperBound",
    "compatible": "compatibleCount",
    "restricted": "restrictedCount",
    "incompatible": "incompatibleCount",
    "unknown": "unknownCount",
}
Figures = Mapping[str, float]


@dataclass(frozen=True)
class CellChange:
    """One cell of the matrix that differs: its index and counts before and after; None where there was or is none."""

    using: Node
    providing: Node
    munition_class: Node
    before: Figures | None
    after: Figures | None


@dataclass(frozen=True)
class Reason:
    """Why a gap opens, closes or changes: by which move, and through what."""

    move: int
    through: Through
    things: tuple[Node, ...]
    criteria: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a scenario changes in one view of a release, which is named."""

    release: str
    audience: str
    scenario: Scenario
    deeds: tuple[Deed, ...]
    graph: str
    gaps: SectionChanges
    verdicts: SectionChanges
    classes: SectionChanges
    cells: tuple[CellChange, ...]
    reasons: Mapping[str, tuple[Reason, ...]]
    idle: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.gaps.changes or self.verdicts.changes or self.cells)


def answer(found: Supposed, release: str, audience: str) -> Answer:
    """What differs between the release and what the scenario supposes, with reasons."""
    before, after = EmbeddedStore(), EmbeddedStore()
    classes = {key[2] for key in found.cells.changed}
    before.load(_all([*found.pairs.before.values(), *found.gaps.before.values(), *_cells(found, classes, False)]))
    after.load(_all([*found.pairs.after.values(), *found.gaps.after.values(), *_cells(found, classes, True)]))
    told = changes(before, after, ("verdicts", "gaps", "matrix"), graphs=False)
    gaps, verdicts = told["gaps"], told["verdicts"]
    cells = tuple(
        CellChange(*key, _figures(found.cells.before.get(key)), _figures(found.cells.after.get(key)))
        for key in found.cells.changed
    )
    reasons = _reasons(found, gaps, verdicts)
    busy = {reason.move for several in reasons.values() for reason in several}
    busy |= {move for pair in found.pairs.changed for move in found.pairs.moves[pair]}
    busy |= set(found.holding)
    idle = tuple(deed.number for deed in found.deeds if deed.number not in busy)
    return Answer(
        release,
        audience,
        found.scenario,
        found.deeds,
        found.graph,
        gaps,
        verdicts,
        told["matrix"],
        cells,
        reasons,
        idle,
    )


def _all(parts: Iterable[Iterable[ox.Quad]]) -> set[ox.Quad]:
    return {quad for part in parts for quad in part}


def _cells(found: Supposed, classes: Iterable[Node], after: bool) -> Iterable[Iterable[ox.Quad]]:
    """All cells of these classes, from which the index of a class is drawn."""
    match = found.overlay.match if after else found.overlay.base.match
    for klass in classes:
        for quad in list(match(None, _CLASS, klass, DERIVED_GRAPH)):
            if isinstance(quad.subject, ox.NamedNode):
                yield match(quad.subject, None, None, DERIVED_GRAPH)


def _figures(quads: Iterable[ox.Quad] | None) -> Figures | None:
    if quads is None:
        return None
    said = {quad.predicate: quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)}
    return {name: float(said[term(property_)]) for name, property_ in _FIGURES.items()}


def _reasons(found: Supposed, gaps: SectionChanges, verdicts: SectionChanges) -> dict[str, tuple[Reason, ...]]:
    criteria = {
        str(getattr(change.key[0], "value", "")): tuple(
            it.key[-1] for it in change.details if isinstance(it.key[-1], ox.NamedNode)
        )
        for change in verdicts.changes
    }
    of_pair = {
        pair: quad.subject.value
        for side in (found.pairs.before, found.pairs.after)
        for pair, quads in side.items()
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode) and kind_of(quad.subject.value) == "verdict"
    }
    told: dict[str, tuple[Reason, ...]] = {}
    for change in gaps.changes:
        gap = change.key[0]
        if not isinstance(gap, ox.NamedNode):
            continue
        quads = found.gaps.before.get(gap, frozenset()) | found.gaps.after.get(gap, frozenset())
        blocked = {getattr(quad.object, "value", "") for quad in quads if quad.predicate == _BLOCKS}
        causes = list(found.gaps.causes[found.gaps.group_of[gap]])
        # A verdict that only rests on other statements now is no reason.
        near = [cause for cause in causes if _concerns(cause, blocked & criteria.keys(), of_pair)]
        told[gap.value] = tuple(
            Reason(it.move, it.through, it.things, criteria.get(of_pair.get(it.things[:2], ""), ()))  # type: ignore[arg-type]
            for it in near or causes
        )
    return told


def _concerns(cause: Cause, blocked: set[str], of_pair: Mapping[tuple[Node, Node], str]) -> bool:
    """Whether a verdict that moved is one of those that the gap blocks; anything else concerns the whole gap."""
    if cause.through != "verdict":
        return True
    equipment, munition = cause.things
    return of_pair.get((equipment, munition), "") in blocked
