"""The gaps that moved facts can open, close or change: in groups that are each derived again as a whole.

A gap belongs to one group: that of a nation, its equipment and the interface that it does not take; of an interface; of
a munition; or of a nation and an agreement. What a group needs to be derived is loaded for it, and nothing less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyoxigraph as ox

from stanagraph.graph.names import DERIVED_GRAPH
from stanagraph.graph.names import term as _
from stanagraph.graph.store import EmbeddedStore

from ..derive import apply_rules
from .near_gaps import Cause, Group, Match, Neighbourhood, Through
from .overlay import Node, Overlay, Slice, names_of
from .stages import (
    EQUIPMENT,
    NEEDED,
    NEEDS,
    OFFERS,
    OPERATES,
    STOCKS,
    Pairs,
    Rules,
    applied,
    of_class,
)
from .touched import Touched

_NATION, _EQUIPMENT, _INTERFACE = _("affectsNation"), _("concernsEquipment"), _("concernsInterface")
_MUNITION, _EDITION, _EDITION_OF = _("concernsMunition"), _("concernsEdition"), _("editionOf")
_GOVERNED, _CLOSED_BY = _("governedBy"), (_("closedBy"), _("closedInsteadBy"))


@dataclass
class Gaps:
    """The gaps that were derived again, as they were and as they are, and the causes of each group."""

    causes: dict[Group, dict[Cause, None]] = field(default_factory=lambda: defaultdict(dict))
    group_of: dict[Node, Group] = field(default_factory=dict)
    before: dict[Node, frozenset[ox.Quad]] = field(default_factory=dict)
    after: dict[Node, frozenset[ox.Quad]] = field(default_factory=dict)


def reached(
    overlay: Overlay, touched: Touched, pairs: Pairs, held: Sequence[tuple[Node, Node, Node]]
) -> dict[Group, dict[Cause, None]]:
    """The groups whose gaps may differ."""
    found: dict[Group, dict[Cause, None]] = defaultdict(dict)
    operators = _Memo(lambda equipment: overlay.subjects(OPERATES, equipment))

    def mark(kind: Literal["pair", "interface", "munition", "agreement"], *things: Node, causes: list[Cause]) -> None:
        found[Group(kind, things)].update(dict.fromkeys(causes))

    for (nation, edition), moves in touched.stands.items():
        causes = [Cause(number, "position", (nation, edition)) for number in moves]
        for agreement in overlay.values(edition, _EDITION_OF):
            mark("agreement", nation, agreement, causes=causes)
    # Holdings that moved count for a gap even where the nation held the equipment before: it rests on them.
    for (nation, it), moves in touched.holds.items():
        through: Through = "stocks" if overlay.values(it, NEEDS) else "operates"
        causes = [Cause(number, through, (nation, it)) for number in moves]
        if through == "operates":
            for needed in _needed(overlay, it):
                mark("pair", nation, it, needed, causes=causes)
            for offered in overlay.values(it, OFFERS):
                mark("interface", offered, causes=causes)
        else:
            mark("munition", it, causes=causes)
        if (nation, OPERATES, it) in held:
            for offered in overlay.values(it, OFFERS):
                for agreement in overlay.values(offered, _GOVERNED):
                    mark("agreement", nation, agreement, causes=causes)
        if (nation, STOCKS, it) in held:
            for needed in overlay.values(it, NEEDS):
                mark("interface", needed, causes=causes)
                for equipment in _judged_for(overlay, needed):
                    for operator in operators(equipment):
                        mark("pair", operator, equipment, needed, causes=causes)
                for agreement in overlay.values(needed, _GOVERNED):
                    for operator in {
                        it for equipment in overlay.subjects(OFFERS, needed) for it in operators(equipment)
                    }:
                        mark("agreement", operator, agreement, causes=causes)
    for pair in pairs.changed:
        equipment, munition = pair
        causes = [Cause(number, "verdict", pair) for number in pairs.moves[pair]]
        for needed in overlay.values(munition, NEEDS) or [munition]:
            for operator in operators(equipment):
                mark("pair", operator, equipment, needed, causes=causes)
    return found


class _Memo:
    def __init__(self, ask: Callable[[Node], list[Node]]) -> None:
        self._ask, self._known = ask, dict[Node, list[Node]]()

    def __call__(self, it: Node) -> list[Node]:
        if it not in self._known:
            self._known[it] = self._ask(it)
        return self._known[it]


def _needed(overlay: Overlay, equipment: Node) -> list[Node]:
    """The interfaces for which there is a verdict on this equipment."""
    verdicts = overlay.subjects(EQUIPMENT, equipment, DERIVED_GRAPH)
    return list(dict.fromkeys(it for verdict in verdicts for it in overlay.values(verdict, NEEDED, DERIVED_GRAPH)))


def _judged_for(overlay: Overlay, needed: Node) -> list[Node]:
    """The equipment on which there is a verdict for munitions of this interface."""
    query = f"SELECT DISTINCT ?equipment {{ ?verdict {NEEDED} {needed} ; {EQUIPMENT} ?equipment }}"
    found = [row[0] for row in overlay.base.rows(query)]
    # A verdict that came by a finding may be the first on its equipment.
    come = {quad.subject for quad in overlay.new if quad.predicate == NEEDED and quad.object == needed}
    found += [quad.object for quad in overlay.new if quad.predicate == EQUIPMENT and quad.subject in come]
    return [it for it in dict.fromkeys(found) if isinstance(it, ox.NamedNode)]


def derive_gaps(overlay: Overlay, rules: Rules, groups: dict[Group, dict[Cause, None]]) -> Gaps:
    """Derive the gaps of these groups again."""
    found = Gaps(groups)
    if not groups:
        return found
    reads = frozenset().union(*(rule.reads for rule in (*rules.gaps, *rules.of_gaps)))
    near = Neighbourhood(overlay, Slice(overlay, only=reads), rules.of_pairs(rules.gaps))
    near.of(groups)
    store = applied(near.part, rules.gaps)
    kept = [gap for gap in of_class(store, "Gap") if _group_of(overlay, store.match, gap) in groups]
    evidence = Neighbourhood(overlay, Slice(overlay, ontology=False, only=reads), rules.of_pairs(rules.of_gaps))
    evidence.under(store.match, kept)
    evidence.part.load(into=store)
    apply_rules(store, rules.of_gaps)
    for gap in _candidates(overlay, groups):
        if (group := _group_of(overlay, overlay.match, gap)) in groups:
            found.before[gap], found.group_of[gap] = _about(overlay.match, gap), group
    for gap in kept:
        if (group := _group_of(overlay, store.match, gap)) is not None:
            found.after[gap], found.group_of[gap] = _about(store.match, gap), group
    overlay.replace(_all(found.before), _all(found.after))
    _settle_actions(overlay, store, found)
    return found


def _all(parts: dict[Node, frozenset[ox.Quad]]) -> set[ox.Quad]:
    return set().union(*parts.values()) if parts else set()


def _about(match: Match, gap: Node) -> frozenset[ox.Quad]:
    return frozenset(match(gap, None, None, DERIVED_GRAPH))


def _settle_actions(overlay: Overlay, store: EmbeddedStore, found: Gaps) -> None:
    """An action is there as long as a gap is closed by it."""
    quads = _all(found.before) | _all(found.after)
    for action in names_of(quad.object for quad in quads if quad.predicate in _CLOSED_BY):
        old = set(overlay.match(action, None, None, DERIVED_GRAPH))
        wanted = any(overlay.subjects(predicate, action) for predicate in _CLOSED_BY)
        overlay.replace(old, (old or set(store.match(action, None, None, DERIVED_GRAPH))) if wanted else ())


def _candidates(overlay: Overlay, groups: Iterable[Group]) -> list[Node]:
    """The gaps of the release that may belong to these groups."""
    by: dict[tuple[Node, Node], None] = {}
    for group in groups:
        if group.kind == "agreement":
            by.update({(_EDITION, edition): None for edition in overlay.subjects(_EDITION_OF, group.things[1])})
        else:
            marking = {"pair": (_EQUIPMENT, 1), "interface": (_INTERFACE, 0), "munition": (_MUNITION, 0)}
            predicate, at = marking[group.kind]
            by[predicate, group.things[at]] = None
    return list(dict.fromkeys(gap for key in by for gap in overlay.subjects(*key, DERIVED_GRAPH)))


def _group_of(overlay: Overlay, match: Match, gap: Node) -> Group | None:
    """The group of a gap; `match` asks the store that holds it."""
    said: dict[Node, list[Node]] = defaultdict(list)
    for quad in match(gap, None, None, DERIVED_GRAPH):
        if isinstance(quad.object, ox.NamedNode):
            said[quad.predicate].append(quad.object)
    nation = said[_NATION][:1]
    if said[_EQUIPMENT]:
        return Group("pair", (*nation, said[_EQUIPMENT][0], *said[_INTERFACE][:1]))
    if said[_EDITION]:
        return Group("agreement", (*nation, *overlay.values(said[_EDITION][0], _EDITION_OF)[:1]))
    if said[_MUNITION]:
        return Group("munition", (said[_MUNITION][0],))
    return Group("interface", (said[_INTERFACE][0],)) if said[_INTERFACE] else None
