"""What a change of facts touches first: who has what, who stands where, what is known of a thing or of a pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from stanagraph.graph.names import kind_of, term, thing

Node = ox.NamedNode
Moves = dict[int, None]  # numbers of moves, as an ordered set
DIAMETER = thing("parameter", "munition_diameter_mm")
BY_NATION = term("byNation")
ON_EDITION = (term("toEdition"), term("implementsEdition"))
HELD = (term("holdingOf"), term("useOf"))
# Statements and sources only tell of facts; what holds a reservation is moved with it.
_ALONGSIDE = ("statement", "source", "reservation")
_OF_MUNITIONS = (term("mass"), term("munitionLength"))


@dataclass(frozen=True)
class Moved:
    """The facts that one move takes away and brings; `number` counts the moves of a scenario from 1."""

    number: int
    removed: frozenset[ox.Quad]
    added: frozenset[ox.Quad]

    @property
    def quads(self) -> frozenset[ox.Quad]:
        """Both."""
        return self.removed | self.added


@dataclass
class Touched:
    """What the moves touch, each with the numbers of the moves that do."""

    holds: dict[tuple[Node, Node], Moves] = field(default_factory=lambda: defaultdict(dict))
    stands: dict[tuple[Node, Node], Moves] = field(default_factory=lambda: defaultdict(dict))
    things: dict[Node, Moves] = field(default_factory=lambda: defaultdict(dict))
    pairs: dict[tuple[Node, Node], Moves] = field(default_factory=lambda: defaultdict(dict))
    # Of `things` those whose diameter is moved: that of one munition tells of a launcher, and so of others.
    diameters: set[Node] = field(default_factory=set)
    # The subjects that came or went as a whole.
    subjects: set[Node] = field(default_factory=set)

    @classmethod
    def by(cls, moves: Sequence[Moved]) -> Touched:
        """What these moves touch; raises LookupError for a fact that nothing here knows the reach of."""
        found = cls()
        for move in moves:
            by_subject: dict[Node, list[ox.Quad]] = defaultdict(list)
            for quad in move.quads:
                if isinstance(quad.subject, ox.NamedNode):
                    by_subject[quad.subject].append(quad)
            for subject, quads in by_subject.items():
                found._learn(subject, quads, move.number)
        return found

    @property
    def editions(self) -> set[Node]:
        """The editions on which a stand is touched."""
        return {edition for _, edition in self.stands}

    def _learn(self, me: Node, quads: Iterable[ox.Quad], number: int) -> None:
        said: dict[Node, set[Node]] = defaultdict(set)
        for quad in quads:
            said[quad.predicate].update([quad.object] if isinstance(quad.object, ox.NamedNode) else [])
        nations = said[BY_NATION]
        kind = kind_of(me.value)
        if kind in _ALONGSIDE:
            self.subjects.add(me)
            return
        if any(said[name] for name in HELD):
            for it in set().union(*(said[name] for name in HELD)):
                for nation in nations:
                    self.holds[nation, it][number] = None
        elif any(said[name] for name in ON_EDITION):
            for edition in set().union(*(said[name] for name in ON_EDITION)):
                for nation in nations:
                    self.stands[nation, edition][number] = None
        elif of := said[term("parameterOf")]:
            for it in of:
                self.things[it][number] = None
            if DIAMETER in said[term("aboutParameter")]:
                self.diameters |= of
        elif said[term("documentedVerdict")]:
            for equipment in said[term("equipment")]:
                for munition in said[term("munition")]:
                    self.pairs[equipment, munition][number] = None
        elif all(quad.predicate in _OF_MUNITIONS for quad in quads):
            self.things[me][number] = None
            return
        else:
            raise LookupError(f"it is not known what depends on {me.value}")
        self.subjects.add(me)
