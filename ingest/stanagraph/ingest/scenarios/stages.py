"""Deriving again only what facts that moved can reach, with the rules of the release.

Each stage loads the whole neighbourhood of what it derives into a small store, applies its rules there, and puts what
they conclude of the touched things into the place of what the release holds. What they conclude of other things in that
store is left, since their neighbourhood is not whole there (docs/decisions/0015).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.names import DERIVED_GRAPH, INFERRED_GRAPH, RDF_TYPE, term
from stanagraph.graph.reasoning import close
from stanagraph.graph.store import EmbeddedStore

from ..derive import Rule, apply_rules, rules_of
from .overlay import Node, Overlay, Slice
from .touched import DIAMETER, ON_EDITION, Touched

Observer = Callable[[str, str], None]
EQUIPMENT, MUNITION = term("equipment"), term("munition")
NEEDED, OFFERED = term("neededInterface"), term("offeredInterface")
OFFERS, NEEDS = term("offersInterface"), term("needsInterface")
OPERATES, STOCKS = term("operates"), term("stocks")
ABOUT = term("about")
FIRES = (term("fires"), term("firesRestricted"), term("mayFire"))
_ASSESSED, _FINDING = term("hasAssessment"), term("hasFinding")
_STAGE_OF, _HAS_STAGE = term("stageOf"), term("hasStage")
_COUNTED, _RESTS, _SINCE = term("firstDayCounted"), term("restsOnEdition"), term("statedSince")
# What belongs to an equipment, munition or interface.
_BELONGING = tuple(term(name) for name in ("capabilityOf", "parameterOf", "restrictsMunition"))
_ACCEPTING, _ACCEPTED = term("acceptingParty"), term("acceptedParty")


@dataclass(frozen=True)
class Rules:
    """The rules of the closure, and those that derive, by what a stage derives again."""

    closure: tuple[str, ...]
    documents: tuple[Rule, ...]
    pairs: tuple[Rule, ...]
    held: tuple[Rule, ...]
    gaps: tuple[Rule, ...]
    # What is derived of gaps once it is known which there are.
    of_gaps: tuple[Rule, ...]
    fires: tuple[Rule, ...]
    matrix: tuple[Rule, ...]

    def of_pairs(self, by: Iterable[Rule]) -> list[Node]:
        """The properties of verdicts and assessments that these rules read: those that rules on pairs write."""
        written = frozenset().union(*(rule.writes for rule in self.pairs))
        read = frozenset().union(*(rule.reads for rule in by))
        names = sorted(name for name in written & read if name.rpartition("/")[2][:1].islower() and "/ns/" in name)
        return [RDF_TYPE, *(ox.NamedNode(name) for name in names)]

    @classmethod
    def read(cls, queries: Path) -> Rules:
        """The rules of a folder of queries; their numbers tell documents, pairs and nations apart."""
        derive = rules_of(queries / "derive")

        # What a nation fires is written by a variable: the rule is known by what it reads.
        fires = tuple(rule for rule in derive if FIRES[0].value in rule.reads | rule.writes)

        def some(low: int, high: int, *writing: Node, without: tuple[Node, ...] = ()) -> tuple[Rule, ...]:
            found = (rule for rule in derive if low <= int(rule.name[:2]) < high and rule not in fires)
            wanted, unwanted = {it.value for it in writing}, {it.value for it in without}
            return tuple(rule for rule in found if (not wanted or rule.writes & wanted) and not rule.writes & unwanted)

        held, cells = (OPERATES, STOCKS), (term("MatrixCell"),)
        return cls(
            tuple(path.read_text(encoding="utf-8") for path in sorted((queries / "closure").glob("*.rq"))),
            some(0, 10, term("states"), _HAS_STAGE, _COUNTED, _RESTS, _SINCE),
            some(10, 50),
            some(50, 100, *held),
            some(50, 100, term("gapCause")),
            some(50, 100, without=(*held, *cells, term("memberOf"), term("gapCause"))),
            fires,
            some(50, 100, *cells),
        )


@dataclass
class Pairs:
    """The pairs that were judged again, each with the moves that touched it, as they were and as they are."""

    moves: dict[tuple[Node, Node], dict[int, None]] = field(default_factory=dict)
    before: dict[tuple[Node, Node], frozenset[ox.Quad]] = field(default_factory=dict)
    after: dict[tuple[Node, Node], frozenset[ox.Quad]] = field(default_factory=dict)

    @property
    def changed(self) -> list[tuple[Node, Node]]:
        """Those of which anything differs."""
        return [pair for pair in self.moves if self.before.get(pair) != self.after.get(pair)]


def infer(overlay: Overlay, rules: Rules, touched: Touched) -> None:
    """Close what came and went: its classes, and what it says the other way round."""
    whole, editions = touched.subjects, touched.editions
    old = {quad for it in whole | editions for quad in overlay.match(it, None, None, INFERRED_GRAPH)}
    old |= {quad for it in whole for quad in overlay.match(None, None, it, INFERRED_GRAPH)}
    part = Slice(overlay)
    for it in whole:
        said = list(overlay.stated(it, None, None))
        part.add(said)
        part.whole(
            *(quad.object for quad in said if isinstance(quad.object, ox.NamedNode) and quad.object not in whole)
        )
    for edition in editions:
        part.whole(edition, *overlay.values(edition, term("editionOf")))
        part.add(overlay.stated(None, None, edition))
        for predicate in ON_EDITION:
            part.whole(*overlay.subjects(predicate, edition))
    store = part.load(old)
    close(store, rules.closure)
    new = {
        quad
        for quad in store.quads(INFERRED_GRAPH)
        if quad.subject in whole or quad.subject in editions or quad.object in whole
    }
    overlay.replace(old, new)


def documents(overlay: Overlay, rules: Rules, touched: Touched) -> None:
    """Derive again the stage of life of editions, and what the statements, stands and holdings that came tell."""

    def told(match: Callable[..., Iterable[ox.Quad]]) -> set[ox.Quad]:
        found = {quad for it in touched.subjects for quad in match(it, None, None, DERIVED_GRAPH)}
        for edition in touched.editions:
            found |= set(match(edition, _HAS_STAGE, None, DERIVED_GRAPH))
            for quad in list(match(None, _STAGE_OF, edition, DERIVED_GRAPH)):
                found |= set(match(quad.subject, None, None, DERIVED_GRAPH))
        return found

    old = told(overlay.match)
    part = Slice(overlay, ontology=False)
    part.whole(*touched.subjects, *touched.editions)
    part.statements(*touched.subjects)
    # A statement that stays states what the columns of its source do.
    sources = {source for it in touched.subjects for source in overlay.values(it, term("statedInSource"))}
    part.whole(*(column for source in sources for column in overlay.subjects(term("columnOf"), source)))
    for edition in touched.editions:
        for predicate in ON_EDITION:
            part.links(None, predicate, edition)
    overlay.replace(old, told(applied(part, rules.documents).match))


def judge(overlay: Overlay, rules: Rules, touched: Touched, observe: Observer) -> Pairs:
    """Judge the touched pairs again."""
    found = Pairs(dict(touched.pairs))

    def add(thing: Node, moves: dict[int, None], *by: Node) -> None:
        for predicate in by:
            for verdict in overlay.subjects(predicate, thing, DERIVED_GRAPH):
                for equipment in overlay.values(verdict, EQUIPMENT, DERIVED_GRAPH):
                    for munition in overlay.values(verdict, MUNITION, DERIVED_GRAPH):
                        found.moves.setdefault((equipment, munition), {}).update(moves)

    for it, moves in touched.things.items():
        add(it, moves, EQUIPMENT, MUNITION, NEEDED, OFFERED)
        if it in touched.diameters:
            for interface in overlay.values(it, NEEDS):
                add(interface, moves, NEEDED, OFFERED)
    if not found.moves:
        return found
    observe("derive", "pairs")
    part = Slice(overlay)
    _around_pairs(overlay, part, found.moves)
    store = applied(part, rules.pairs)
    old: set[ox.Quad] = set()
    new: set[ox.Quad] = set()
    for pair in found.moves:
        if before := _verdict(overlay.match, pair):
            found.before[pair] = before
            old |= before
        if after := _verdict(store.match, pair):
            found.after[pair] = after
            new |= after
    overlay.replace(old, new)
    return found


def _around_pairs(overlay: Overlay, part: Slice, pairs: Iterable[tuple[Node, Node]]) -> None:
    """All that the rules on pairs read of these."""
    by_equipment: dict[Node, set[Node]] = defaultdict(set)
    munitions: dict[Node, None] = {}
    for equipment, munition in pairs:
        by_equipment[equipment].add(munition)
        munitions[munition] = None
    offered = list(dict.fromkeys(it for equipment in by_equipment for it in overlay.values(equipment, OFFERS)))
    needed = [it for munition in munitions for it in overlay.values(munition, NEEDS)]
    things = list(dict.fromkeys([*by_equipment, *munitions, *offered, *needed]))
    for it in things:
        part.whole(it)
        part.statements(it, states=True)
        belonging = [me for predicate in _BELONGING for me in overlay.subjects(predicate, it)]
        belonging += [me for predicate in (_ACCEPTING, _ACCEPTED) for me in overlay.subjects(predicate, it)]
        part.whole(*belonging)
        part.statements(*belonging)
    for equipment, wanted in by_equipment.items():
        for quad in list(overlay.stated(None, EQUIPMENT, equipment)):
            if isinstance(quad.subject, ox.NamedNode) and wanted.intersection(overlay.values(quad.subject, MUNITION)):
                part.whole(quad.subject)
                part.statements(quad.subject)
    # What other missiles of a launcher measure tells what it is made for.
    measured = {
        munition
        for value in overlay.subjects(term("aboutParameter"), DIAMETER)
        for munition in overlay.values(value, term("parameterOf"))
    }
    for munition in measured:
        for quad in list(overlay.stated(munition, NEEDS, None)):
            if quad.object in offered:
                part.add([quad])
                for value in overlay.subjects(term("parameterOf"), munition):
                    part.whole(value)
                    part.statements(value)


def _verdict(match: Callable[..., Iterable[ox.Quad]], pair: tuple[Node, Node]) -> frozenset[ox.Quad]:
    """All that is derived of one pair: its verdict and its assessments."""
    equipment, munition = pair
    found: set[ox.Quad] = set()
    for link in list(match(None, EQUIPMENT, equipment, DERIVED_GRAPH)):
        me = link.subject
        if next(iter(match(me, MUNITION, munition, DERIVED_GRAPH)), None) is None:
            continue
        for quad in list(match(me, None, None, DERIVED_GRAPH)):
            found.add(quad)
            if quad.predicate == _ASSESSED:
                found |= set(match(quad.object, None, None, DERIVED_GRAPH))
    return frozenset(found)


def hold(overlay: Overlay, rules: Rules, touched: Touched) -> list[tuple[Node, Node, Node]]:
    """Derive again which nation operates and stocks what; returns what differs as (nation, property, thing)."""
    part = Slice(overlay, ontology=False)
    for nation, it in touched.holds:
        for predicate in (term("holdingOf"), term("useOf")):
            for me in overlay.subjects(predicate, it):
                if overlay.has(me, term("byNation"), nation):
                    part.whole(me)
        for predicate in (OPERATES, STOCKS):
            part.add(overlay.stated(nation, predicate, it))
    store = applied(part, rules.held)

    def told(match: Callable[..., Iterable[ox.Quad]]) -> set[ox.Quad]:
        return {
            quad
            for nation, it in touched.holds
            for predicate in (OPERATES, STOCKS)
            for quad in match(nation, predicate, it, DERIVED_GRAPH)
        }

    old, new = told(overlay.match), told(store.match)
    overlay.replace(old, new)
    moved = sorted(old ^ new, key=str)
    return [
        (quad.subject, quad.predicate, quad.object)
        for quad in moved
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    ]


def applied(part: Slice, rules: Iterable[Rule]) -> EmbeddedStore:
    """A store of this slice, with what the rules conclude of it."""
    store = part.load()
    apply_rules(store, list(rules))
    return store


def of_class(store: EmbeddedStore, name: str) -> list[Node]:
    """The derived members of a class."""
    found = store.match(None, RDF_TYPE, term(name), DERIVED_GRAPH)
    return [quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)]
