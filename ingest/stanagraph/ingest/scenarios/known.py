"""The facts of a move: which a release would lose and which it would gain; what cannot be is refused by its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.errors import MoveFault, NameNotKnown, ScenarioRefused
from stanagraph.graph.lookup import resolve
from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, dcterms, graph, key_of, kind_of, term, thing

from ..cells import integer_literal
from ..designations import edition_key
from ..facts import facts_of
from ..read import Ids
from ..tables.base import Row
from ..tables.documents import PositionRow
from ..tables.equipment import HoldingRow, ParameterRow
from ..tables.munitions import FindingRow, MunitionUseRow
from .measures import Cannot, measured
from .moves import Accept, AnyMove, Buy, Change, Implement, Lift, Qualify, Retire, Scenario, Withdraw, contradictions
from .overlay import Node, Overlay, is_stated, names_of
from .touched import BY_NATION, Moved

_ABOUT = term("about")
_PRIMARY = ox.NamedNode("http://www.w3.org/ns/prov#hadPrimarySource")
_TO, _CARRIES_OUT, _RESERVED = term("toEdition"), term("implementsEdition"), term("hasReservation")
_RESPONSE, _STATE = term("responseKind"), term("implementationState")
_HELD = {
    "equipment": (term("holdingOf"), term("holdingStatus"), ("in-service", "retiring"), "holding-status"),
    "munition": (term("useOf"), term("useStatus"), ("in-service",), "use-status"),
}
# A column of the table of munitions tells these too; the parameter takes its place.
_COLUMNS = {"munition_length_mm": term("munitionLength"), "munition_mass_kg": term("mass")}
_TABLES = {
    "equipment": "equipment",
    "munition": "munitions",
    "interface": "interfaces",
    "parameter": "parameter_definitions",
}
_TABLES["nation"] = "nations"


@dataclass(frozen=True)
class Deed:
    """A move with the things that it names: its nation, what it alters, and what it supposes of it."""

    number: int
    move: AnyMove
    nation: Node | None
    of: tuple[Node, ...]
    value: str | None
    facts: Moved


@dataclass
class Knowledge:
    """What a release knows, asked to work out the facts of moves; `units` are those of each parameter."""

    overlay: Overlay
    units: Callable[[str], tuple[str, ...] | None] = lambda parameter: None
    _source: str = field(default="", init=False)

    def deeds(self, scenario: Scenario) -> list[Deed]:
        """The moves of a scenario over this release; raises ScenarioRefused with all that cannot be made."""
        self._source = f"scenario/{scenario.name}"
        found: list[Deed] = []
        faults: list[MoveFault] = []
        named: dict[int, tuple[Node | None, tuple[Node, ...]]] = {}
        for number, move in enumerate(scenario.move, 1):
            try:
                nation, of = named[number] = self._named(move)
                removed, rows, value = self._worked_out(move, nation, of)
            except Cannot as cannot:
                faults.append(MoveFault(number, cannot.field, cannot.why, cannot.values, cannot.near))
                continue
            added = frozenset(self._said(number, rows, (*of, *([nation] if nation is not None else []))))
            found.append(Deed(number, move, nation, of, value, Moved(number, frozenset(removed), added)))
        # Two spellings may name one thing: moves contradict each other by what they name, not by how.
        about = {id(scenario.move[number - 1]): it for number, it in named.items()}
        if len(about) == len(scenario.move):
            clashes = contradictions(scenario.move, lambda move: _subject(move, *about[id(move)]))
            faults = [fault for fault in faults if fault.move not in {it.move for it in clashes}]
            faults += clashes
        if faults:
            raise ScenarioRefused(scenario.name, faults)
        return found

    def source(self, scenario: Scenario) -> list[ox.Quad]:
        """What is said of the scenario as a source of its own."""
        where, me = graph(self._source), thing("source", self._source)
        said: list[tuple[Node, Node | ox.Literal]] = [
            (RDF_TYPE, term("Source")),
            (RDFS_LABEL, ox.Literal(scenario.description or scenario.name)),
            (dcterms("identifier"), ox.Literal(self._source)),
            (term("sourceKind"), thing("source-kind", "not-known")),
            (term("confidence"), thing("confidence", "high")),
        ]
        return [ox.Quad(me, predicate, value, where) for predicate, value in said]

    # The things that a move names

    def _named(self, move: AnyMove) -> tuple[Node | None, tuple[Node, ...]]:
        nation = self._one("nation", ("nation",), getattr(move, "nation", None))
        match move:
            case Buy() | Retire():
                return nation, (self._thing("thing", ("equipment", "munition"), move.thing),)
            case Qualify():
                equipment = self._thing("equipment", ("equipment",), move.equipment)
                return nation, (equipment, self._thing("munition", ("munition", "interface"), move.munition))
            case Change():
                changed = self._thing("thing", ("equipment", "munition", "interface"), move.thing)
                return nation, (changed, self._thing("parameter", ("parameter",), move.parameter))
        return nation, (self._edition(move.agreement, move.edition),)

    def _one(self, field: str, kinds: tuple[str, ...], name: str | None) -> Node | None:
        return self._thing(field, kinds, name) if name is not None else None

    def _thing(self, field: str, kinds: tuple[str, ...], name: str) -> Node:
        try:
            return resolve(self.overlay.base, kinds, name)
        except NameNotKnown as error:
            raise Cannot(field, "no {kinds} is called “{name}”", error.suggestions, kinds=kinds, name=name) from None

    def _edition(self, agreement: str, edition: str | None) -> Node:
        document = self._thing("agreement", ("agreement",), agreement)
        known = sorted(self.overlay.subjects(term("editionOf"), document), key=lambda it: it.value)
        if edition is None:
            if len(known) == 1:
                return known[0]
            raise Cannot("edition", "is missing", [_number(it) for it in known])
        wanted = thing("agreement-edition", edition_key(key_of(document.value), edition))
        if wanted not in known:
            near = [_number(it) for it in known]
            raise Cannot(
                "edition", "{agreement} has no edition “{name}”", near, agreement=key_of(document.value), name=edition
            )
        return wanted

    # What a move takes away and what it says

    def _worked_out(
        self, move: AnyMove, nation: Node | None, of: tuple[Node, ...]
    ) -> tuple[set[ox.Quad], list[Row], str | None]:
        match move:
            case Change():
                return self._change(move, *of)
            case Qualify():
                assert nation is not None
                return self._qualify(nation, *of)
            case Buy():
                assert nation is not None
                return set(), [self._bought(move, nation, of[0])], str(move.quantity) if move.quantity else None
            case Retire():
                assert nation is not None
                return self._retire(nation, of[0]), [], None
        assert nation is not None
        return self._stand(move, nation, of[0])

    def _stand(
        self, move: Accept | Implement | Lift | Withdraw, nation: Node, edition: Node
    ) -> tuple[set[ox.Quad], list[Row], str | None]:
        responses, carried = (self._stands(nation, predicate, edition) for predicate in (_TO, _CARRIES_OUT))
        kinds = {key_of(it.value) for response in responses for it in self.overlay.values(response, _RESPONSE)}
        reservations = [it for response in responses for it in self.overlay.values(response, _RESERVED)]
        accepted = kinds & {"accepted", "accepted-with-reservation"}
        who = {"nation": key_of(nation.value), "edition": key_of(edition.value)}
        services = sorted(
            {key_of(it.value) for response in responses for it in self.overlay.values(response, term("forService"))}
        )
        gone = responses
        match move:
            case Implement():
                if any(
                    thing("implementation-state", "implemented") in self.overlay.values(it, _STATE) for it in carried
                ):
                    raise Cannot("edition", "{nation} implements {edition} already", **who)
                row = self._position(nation, edition, implementation="implemented")
                gone = carried
            case Accept():
                if accepted and (reservations or "accepted-with-reservation" in kinds):
                    raise Cannot("edition", "{nation} accepts {edition} with a reservation: lift it", **who)
                if accepted and not move.reservation:
                    raise Cannot("edition", "{nation} accepts {edition} already", **who)
                kind = "accepted-with-reservation" if move.reservation else "accepted"
                row = self._position(nation, edition, response=kind, reservation=move.reservation)
            case Lift():
                if not reservations and "accepted-with-reservation" not in kinds:
                    raise Cannot("edition", "no reservation of {nation} on {edition} is known", **who)
                # Who reserved a point may not have said whether it accepts: lifting it does not say so either.
                kind = "accepted" if accepted else "not-known"
                row = self._position(nation, edition, response=kind, services=tuple(services))
                gone = [*responses, *reservations]
                if kind == "not-known":
                    return self._without(gone), [], None
            case Withdraw():
                if not accepted:
                    raise Cannot("edition", "it is not known that {nation} accepts {edition}", **who)
                row = self._position(nation, edition, response="not-accepted", services=tuple(services))
                gone = [*responses, *reservations]
        if isinstance(move, Accept):
            gone = [*responses, *reservations]
        return self._without(gone), [row], getattr(move, "reservation", None)

    def _stands(self, nation: Node, predicate: Node, edition: Node) -> list[Node]:
        found = self.overlay.subjects(predicate, edition)
        return [it for it in found if self.overlay.has(it, BY_NATION, nation)]

    def _position(self, nation: Node, edition: Node, **told: Any) -> PositionRow:
        agreement, _, number_ = key_of(edition.value).rpartition("/")
        names = [
            quad.object.value
            for quad in self.overlay.match(edition, term("editionNumber"), None)
            if isinstance(quad.object, ox.Literal)
        ]
        editions = tuple(names[:1] or ([] if number_ == "unstated" else [number_]))
        row = {"response": "not-known", "implementation": "not-known", **told}
        return PositionRow(
            agreement=agreement,
            editions=editions,
            nation=key_of(nation.value),
            source=self._source,
            confidence="high",
            **row,
        )

    def _bought(self, move: Buy, nation: Node, it: Node) -> Row:
        told = {"nation": key_of(nation.value), "status": "in-service", "source": self._source, "confidence": "high"}
        if kind_of(it.value) == "munition":
            if move.quantity is not None:
                raise Cannot("quantity", "only equipment is counted")
            return MunitionUseRow(munition=key_of(it.value), **told)
        return HoldingRow(equipment=key_of(it.value), quantity=move.quantity, basis="NationalHolding", **told)

    def _retire(self, nation: Node, it: Node) -> set[ox.Quad]:
        of, status, counted, scheme = _HELD[kind_of(it.value)]
        states = {thing(scheme, name) for name in counted}
        found = [
            me
            for me in self.overlay.subjects(of, it)
            if self.overlay.has(me, BY_NATION, nation) and states.intersection(self.overlay.values(me, status))
        ]
        if not found:
            who = {"nation": key_of(nation.value), "thing": key_of(it.value)}
            raise Cannot("thing", "it is not known that {nation} has {thing} in service", **who)
        return self._without(found)

    def _qualify(self, nation: Node, equipment: Node, munition: Node) -> tuple[set[ox.Quad], list[Row], str | None]:
        findings = [
            me
            for me in self.overlay.subjects(term("equipment"), equipment)
            if self.overlay.has(me, term("munition"), munition)
            and self.overlay.has(me, RDF_TYPE, term("CompatibilityFinding"))
        ]
        about_release = thing("criterion", "qualification")
        for me in findings:
            verdicts = {key_of(it.value) for it in self.overlay.values(me, term("documentedVerdict"))}
            codes = self.overlay.values(me, term("reasonCode"))
            if verdicts != {"compatible"} and not all(
                self.overlay.has(it, term("ofCriterion"), about_release) for it in codes
            ):
                raise Cannot(
                    "munition",
                    "a finding says that {equipment} and {munition} are {verdict} for another reason ({reason})",
                    equipment=key_of(equipment.value),
                    munition=key_of(munition.value),
                    verdict=", ".join(sorted(verdicts)),
                    reason=", ".join(key_of(it.value) for it in codes),
                )
            if self.overlay.has(me, term("documentedRelease"), thing("answer", "yes")):
                raise Cannot("munition", "it is released for this equipment already")
        who = key_of(nation.value)
        row = FindingRow(
            equipment=key_of(equipment.value),
            munition=key_of(munition.value),
            verdict="compatible",
            reason_code="safety-qualification",
            reason=f"Qualified by {who}, as a scenario supposes",
            release="yes",
            source=self._source,
            confidence="high",
        )
        return self._without(findings), [row], None

    def _change(self, move: Change, it: Node, parameter: Node) -> tuple[set[ox.Quad], list[Row], str | None]:
        name = key_of(parameter.value)
        value, unit = measured(self.overlay, self.units, name, move.value, move.unit)
        row = ParameterRow(
            subject=key_of(it.value), parameter=name, value=value, unit=unit, source=self._source, confidence="high"
        )
        values = self.overlay.subjects(term("parameterOf"), it)
        gone = self._without([me for me in values if self.overlay.has(me, term("aboutParameter"), parameter)])
        if name in _COLUMNS:
            gone |= set(self.overlay.stated(it, _COLUMNS[name], None))
        return gone, [row], f"{value} {unit}" if unit else value

    # Statements

    def _without(self, things: Iterable[Node]) -> set[ox.Quad]:
        """All that sources say of these things, and the statements that are about nothing else."""
        gone: set[ox.Quad] = set()
        whole = list(dict.fromkeys(things))
        for it in whole:
            gone |= {quad for quad in self.overlay.match(it, None, None) if is_stated(quad)}
            gone |= {quad for quad in self.overlay.match(None, _ABOUT, it) if is_stated(quad)}
        for statement in names_of(quad.subject for quad in gone if quad.predicate == _ABOUT):
            if not set(self.overlay.values(statement, _ABOUT)) - set(whole):
                gone |= {quad for quad in self.overlay.match(statement, None, None) if is_stated(quad)}
        return gone

    def _said(self, number_: int, rows: Iterable[Row], of: Iterable[Node]) -> Iterator[ox.Quad]:
        """What rows say, in the graph of the scenario."""
        where = graph(self._source)
        for row in rows:
            me = thing(row.kind, f"{row.key()}~{self._source.partition('/')[2]}")
            about = dict.fromkeys(row.about(me))
            for said in facts_of(row, me, _Ids(of)):
                # An edition is known already: the row only names it.
                if kind_of(said.subject.value) != "agreement-edition":
                    about[said.subject] = None
                    yield ox.Quad(said.subject, said.predicate, said.value, where)
            statement, source = thing("statement", f"{self._source}/{number_}"), thing("source", self._source)
            told: list[tuple[Node, Node | ox.Literal]] = [
                (RDF_TYPE, term("Statement")),
                (RDFS_LABEL, ox.Literal(f"{self._source}, {number_}")),
                (term("statedInSource"), source),
                (term("statedInTable"), ox.Literal(self._source.partition("/")[2])),
                (term("statedInRow"), integer_literal(number_)),
                (_PRIMARY, source),
                (term("confidence"), thing("confidence", "high")),
                *((_ABOUT, it) for it in about),
            ]
            for predicate, value in told:
                yield ox.Quad(statement, predicate, value, where)


def _subject(move: AnyMove, nation: Node | None, of: tuple[Node, ...]) -> tuple[str, ...]:
    who = nation.value if nation is not None and not isinstance(move, Qualify) else ""
    return (move.subject()[0], who, *(it.value for it in of))


def _number(edition: Node) -> str:
    return key_of(edition.value).rpartition("/")[2]


class _Ids(Ids):
    """The tables in which the things that a move names would stand."""

    def __init__(self, things: Iterable[Node]) -> None:
        self._tables = {key_of(it.value): _TABLES.get(kind_of(it.value)) for it in things}

    def table_of(self, identifier: str, tables: tuple[str, ...]) -> str | None:
        return self._tables.get(identifier)

    def expected(self, value: str, tables: tuple[str, ...]) -> str:
        return ""
