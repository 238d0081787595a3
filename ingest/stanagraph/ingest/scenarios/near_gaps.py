"""What the rules read of a group of gaps, and what gaps rest on: the parts of a release that are loaded for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

import pyoxigraph as ox

from stanagraph.graph.names import DERIVED_GRAPH, thing
from stanagraph.graph.names import term as _

from .overlay import SAID, Node, Overlay, Slice
from .stages import ABOUT, EQUIPMENT, NEEDED, NEEDS, OFFERS, OPERATES, STOCKS
from .touched import BY_NATION, ON_EDITION

Match = Callable[..., Iterable[ox.Quad]]
_NATION, _EQUIPMENT, _CAUSE = _("affectsNation"), _("concernsEquipment"), _("gapCause")
_MUNITION, _INTERFACE, _EDITION = _("concernsMunition"), _("concernsInterface"), _("concernsEdition")
_POLICY = thing("gap-cause", "policy")
_EDITION_OF = _("editionOf")
_GOVERNED, _BLOCKS = _("governedBy"), _("blocks")
_ASSESSED, _FINDING, _RESTS_ON, _HOLDING_OF = _("hasAssessment"), _("hasFinding"), _("restsOn"), _("holdingOf")
_OF_ASSESSMENTS = (_("criterion"), _("outcome"), _("ground"), _RESTS_ON)
Through = Literal["operates", "stocks", "position", "verdict"]


class Group(NamedTuple):
    """Gaps that are derived together: the kind of the group, and the things that mark it."""

    kind: Literal["pair", "interface", "munition", "agreement"]
    things: tuple[Node, ...]


class Cause(NamedTuple):
    """Why a group is derived again: by which move, and through which fact or verdict."""

    move: int
    through: Through
    things: tuple[Node, ...]


class Neighbourhood:
    """Loads what the rules read of each kind of group."""

    def __init__(self, overlay: Overlay, part: Slice, properties: Sequence[Node]) -> None:
        self._overlay, self.part, self._properties = overlay, part, properties
        self._joints: set[Node] = set()
        self._supplied: set[Node] = set()

    def of(self, groups: Iterable[Group]) -> None:
        """The neighbourhood of these groups."""
        operated: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        for group in groups:
            if group.kind == "pair":
                nation, equipment, needed = group.things
                operated[equipment, needed].add(nation)
            elif group.kind == "interface":
                self._interface(group.things[0])
            elif group.kind == "munition":
                self._munition(group.things[0])
            else:
                self._agreement(*group.things)
        by_interface: dict[Node, dict[Node, set[Node]]] = defaultdict(dict)
        for (equipment, needed), nations in operated.items():
            by_interface[needed][equipment] = nations
        for needed, users in by_interface.items():
            self._pairs(needed, users)

    def under(self, match: Match, gaps: Iterable[Node]) -> None:
        """What these gaps rest on; `match` asks the store that holds them."""
        verdicts: dict[Node, None] = {}
        held: dict[Node, dict[Node, None]] = defaultdict(dict)
        dated: dict[Node, dict[Node, None]] = defaultdict(dict)
        for gap in gaps:
            said: dict[Node, list[Node]] = defaultdict(list)
            for quad in match(gap, None, None, DERIVED_GRAPH):
                if isinstance(quad.object, ox.NamedNode):
                    said[quad.predicate].append(quad.object)
            verdicts.update(dict.fromkeys(said[_BLOCKS]))
            for nation in said[_NATION]:
                held[nation].update(dict.fromkeys(said[_EQUIPMENT]))
            if _POLICY in said[_CAUSE]:
                dated[_("restrictsMunition")].update(dict.fromkeys(said[_MUNITION]))
            # Gaps of supply and of governance hold since what all nations have of a thing.
            if not said[_EQUIPMENT] and not said[_EDITION]:
                for of in (_("useOf"), _("stockOf")):
                    dated[of].update(dict.fromkeys(said[_MUNITION]))
                if not said[_MUNITION]:
                    offering = (it for joint in said[_INTERFACE] for it in self._overlay.subjects(OFFERS, joint))
                    dated[_HOLDING_OF].update(dict.fromkeys(offering))
        if verdicts:
            self.part.bulk("", DERIVED_GRAPH, self._properties, s=verdicts)
            told = [it for it in self._properties if it in _OF_ASSESSMENTS]
            self.part.bulk(f"?verdict {_ASSESSED} ?s .", DERIVED_GRAPH, told, verdict=verdicts)
        for nation, equipment in held.items():
            self._records(_HOLDING_OF, f"; {BY_NATION} {nation}", equipment)
        for of, things in dated.items():
            self._records(of, "", things)
        for verdict in verdicts:
            for finding in self._overlay.values(verdict, _FINDING, DERIVED_GRAPH):
                self.part.statements(finding)
        if self._overlay.stale:
            rests = f"?verdict {_ASSESSED}/{_RESTS_ON} ?s ."
            self.part.bulk(rests, SAID, [_("statedInSource")], verdict=verdicts)

    def _records(self, of: Node, narrowed: str, things: Iterable[Node]) -> None:
        """What is recorded of things by a property such as `holdingOf`, and the statements that tell it."""
        if things:
            record = f"{of} ?thing {narrowed} ."
            properties = (of, BY_NATION, _("holdingStatus"), _("statedSince"))
            self.part.bulk(f"?s {record}", SAID, properties, thing=things)
            of_statement = (ABOUT, _("asOf"), _("statedInSource"))
            self.part.bulk(f"?record {record} ?s {ABOUT} ?record .", SAID, of_statement, thing=things)

    def _supply(self, interface: Node) -> None:
        """Which munitions need an interface, and who stocks them."""
        if interface in self._supplied:
            return
        self._supplied.add(interface)
        for quad in self.part.links(None, NEEDS, interface):
            self.part.links(None, STOCKS, quad.subject)

    def _interface(self, interface: Node) -> None:
        if interface in self._joints:
            return
        self._joints.add(interface)
        self.part.whole(interface)
        self.part.statements(interface, states=True)
        for quad in self.part.links(None, OFFERS, interface):
            self.part.links(None, OPERATES, quad.subject)
        self._supply(interface)

    def _munition(self, munition: Node) -> None:
        self.part.whole(munition, *self._overlay.values(munition, NEEDS))
        self.part.statements(munition, states=True)
        self.part.links(None, STOCKS, munition)

    def _agreement(self, nation: Node, agreement: Node) -> None:
        part, overlay = self.part, self._overlay
        part.whole(agreement)
        for edition in overlay.subjects(_EDITION_OF, agreement):
            part.whole(edition)
            for predicate in ON_EDITION:
                for stand in overlay.subjects(predicate, edition):
                    if overlay.has(stand, BY_NATION, nation):
                        part.whole(stand, *overlay.values(stand, _("hasReservation")))
                        part.statements(stand)
        for interface in overlay.subjects(_GOVERNED, agreement):
            part.whole(interface)
            for quad in part.links(None, OFFERS, interface):
                part.links(nation, OPERATES, quad.subject)
            self._supply(interface)

    def _pairs(self, needed: Node, users: dict[Node, set[Node]]) -> None:
        """The verdicts on these equipments for munitions of this interface; `users` are the nations of each."""
        part = self.part
        part.whole(needed, *users)
        self._supply(needed)
        for equipment, nations in users.items():
            for nation in nations:
                part.links(nation, OPERATES, equipment)
        pairs = f"?s {EQUIPMENT} ?equipment ; {NEEDED} {needed} ."
        part.bulk(pairs, DERIVED_GRAPH, self._properties, equipment=users)
