"""Reading what there is to plan from a store, through the reports that anybody can ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from ..catalogue import Catalogue
from ..lookup import resolve
from ..names import key_of, term
from ..store import Store
from .model import Action, Gap, Pairs, Situation

Records = list[dict[str, Any]]


def read_situation(
    store: Store,
    choice: Mapping[str, str | None] | None = None,
    gaps: Sequence[str] = (),
    *,
    with_unknown: bool = False,
) -> tuple[Situation, Situation]:
    """What there is to plan, and apart from it the questions that were left out.

    `choice` are arguments of the report `closing-actions` (class, nation, cause, asOf), `gaps` names single ones. A
    question is planned where it was asked for: by `with_unknown`, by its cause or by its name.
    """
    asked = {name: value for name, value in (choice or {}).items() if value}
    catalogue = Catalogue()
    rows = list(catalogue.ask(store, "closing-actions", asked).records())
    if gaps:
        names = {key_of(resolve(store, ("gap",), name).value) for name in gaps}
        rows = [row for row in rows if _key(row["gap"]) in names]
    chosen = {gap.key: gap for gap in _gaps(rows)}
    wanted = with_unknown or bool(gaps) or "cause" in asked
    everywhere: dict[str, str] = {name: value for name, value in asked.items() if name in ("class", "asOf")}
    around = rows
    if gaps or asked.keys() - everywhere.keys():
        around = list(catalogue.ask(store, "closing-actions", everywhere).records())
    every = {gap.key: gap for gap in _gaps(around)}
    blocking = _pairs(catalogue.ask(store, "gap-pairs", everywhere).records())
    nation = None
    if "nation" in asked:
        nation = key_of(resolve(store, ("nation",), asked["nation"]).value)
    met = [pairs for pairs in blocking if pairs.gaps & chosen.keys() and nation in (None, pairs.using)]
    actions = {action.key: action for action in map(_action, [*rows, *around])}

    def situation(some: Sequence[Gap]) -> Situation:
        keys = {gap.key for gap in some}
        pairs = [it for it in met if it.gaps & keys]
        touching = {key for it in pairs for key in it.gaps} - keys
        beside = [every[key] for key in sorted(touching) if key in every]
        used = {key for gap in [*some, *beside] for key in gap.needs | gap.instead}
        return Situation({key: actions[key] for key in sorted(used)}, tuple(some), tuple(beside), tuple(pairs))

    known = [gap for gap in chosen.values() if wanted or not gap.is_question]
    return situation(known), situation([gap for gap in chosen.values() if gap.is_question and not wanted])


def known_names(store: Store) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of all nations and of all actions: what a file of weights may name."""
    rows = store.select(f"SELECT DISTINCT ?nation {{ ?nation a {term('Nation')} }}").rows
    nations = frozenset(key_of(row[0].value) for row in rows if isinstance(row[0], ox.NamedNode))
    actions = Catalogue().ask(store, "closing-actions").records()
    return nations, frozenset(_key(row["action"]) for row in actions)


def _gaps(rows: Records) -> Iterator[Gap]:
    needs: dict[str, set[str]] = defaultdict(set)
    instead: dict[str, set[str]] = defaultdict(set)
    causes: dict[str, str] = {}
    for row in rows:
        gap = _key(row["gap"])
        causes[gap] = _key(row["cause"])
        (instead if row["instead"].value == "true" else needs)[gap].add(_key(row["action"]))
    for gap in sorted(causes):
        yield Gap(gap, causes[gap], frozenset(needs[gap]), frozenset(instead[gap]))


def _pairs(rows: Iterator[dict[str, Any]]) -> list[Pairs]:
    blocked: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    counts: dict[tuple[str, str, str], int] = {}
    for row in rows:
        equipment = _key(row["equipment"]) if row["equipment"] is not None else ""
        pair = _key(row["using"]), equipment, _key(row["munition"])
        blocked[pair].add(_key(row["gap"]))
        counts[pair] = max(counts.get(pair, 0), int(row["pairs"].value))
    return [
        Pairs(using, equipment or None, munition, counts[pair], frozenset(blocked[pair]))
        for pair in sorted(blocked)
        for using, equipment, munition in [pair]
    ]


def _action(row: dict[str, Any]) -> Action:
    nation = None if row["nation"] is None else _key(row["nation"])
    return Action(_key(row["action"]), row["action"].value, _key(row["kind"]), row["target"].value, nation)


def _key(term: ox.NamedNode) -> str:
    return key_of(term.value)
