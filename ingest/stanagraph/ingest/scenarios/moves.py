"""The moves of a scenario: what they are called, what they take, and which contradict each other.

A scenario is a file of TOML or JSON, or is given move by move:

    name = "portugal-follows"

    [[move]]
    do = "accept"
    nation = "PRT"
    agreement = "STANAG-4425"
    edition = "2"
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from stanagraph.graph.errors import MoveFault, ScenarioRefused

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


def _text(value: Any) -> Any:
    """Numbers may stand without quotes: edition = 2."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=400)]


class Move(BaseModel):
    """One deed or change that a scenario supposes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    do: str
    # The fields in the order in which they are written on one line.
    order: ClassVar[tuple[str, ...]] = ()
    # Its kind in the vocabulary of suppositions.
    kind: ClassVar[str] = ""

    def subject(self) -> tuple[str, ...]:
        """What the move is about: two moves on one subject meet."""
        return (self._about(), *(str(getattr(self, name) or "").casefold() for name in self._marks()))

    def _about(self) -> str:
        return "stand"

    def _marks(self) -> tuple[str, ...]:
        return ("nation", "agreement", "edition")

    def short(self) -> str:
        """The move on one line, as it can be given to the command line."""
        return ":".join(str(getattr(self, name) or "") for name in self.order).rstrip(":")


class Accept(Move):
    """A nation accepts an edition of an agreement, with a reservation if one is given."""

    do: Literal["accept"]
    order: ClassVar = ("nation", "agreement", "edition", "reservation")
    kind: ClassVar = "accept-edition"
    nation: Text
    agreement: Text
    edition: Text | None = None
    reservation: Text | None = None


class Implement(Move):
    """A nation puts an edition of an agreement into effect."""

    do: Literal["implement"]
    order: ClassVar = ("nation", "agreement", "edition")
    kind: ClassVar = "implement-edition"
    nation: Text
    agreement: Text
    edition: Text | None = None


class Lift(Move):
    """A nation gives up its reservations on an edition of an agreement."""

    do: Literal["lift"]
    order: ClassVar = ("nation", "agreement", "edition")
    kind: ClassVar = "lift-reservation"
    nation: Text
    agreement: Text
    edition: Text | None = None


class Withdraw(Move):
    """A nation no longer accepts an edition of an agreement. Whether it implements it is another matter."""

    do: Literal["withdraw"]
    order: ClassVar = ("nation", "agreement", "edition")
    kind: ClassVar = "withdraw-acceptance"
    nation: Text
    agreement: Text
    edition: Text | None = None


class _Holding(Move):
    nation: Text
    thing: Text

    def _about(self) -> str:
        return "holding"

    def _marks(self) -> tuple[str, ...]:
        return ("nation", "thing")


class Buy(_Holding):
    """A nation has an equipment or stocks a munition from now on."""

    do: Literal["buy"]
    order: ClassVar = ("nation", "thing", "quantity")
    kind: ClassVar = "buy-equipment"
    quantity: Annotated[int, Field(ge=1)] | None = None


class Retire(_Holding):
    """A nation has an equipment or stocks a munition no more."""

    do: Literal["retire"]
    order: ClassVar = ("nation", "thing")
    kind: ClassVar = "retire-equipment"


class Qualify(Move):
    """The authority of a nation qualifies a munition, or all of an interface, for an equipment."""

    do: Literal["qualify"]
    order: ClassVar = ("nation", "equipment", "munition")
    kind: ClassVar = "qualify-combination"
    nation: Text
    equipment: Text
    munition: Text

    def _about(self) -> str:
        return "pair"

    def _marks(self) -> tuple[str, ...]:
        return ("equipment", "munition")


class Change(Move):
    """A parameter of an equipment, munition or interface has another value: a number, `a to b`, or words."""

    do: Literal["change"]
    order: ClassVar = ("thing", "parameter", "value", "unit")
    kind: ClassVar = "change-parameter"
    thing: Text
    parameter: Text
    value: Text
    unit: Text | None = None

    def _about(self) -> str:
        return "parameter"

    def _marks(self) -> tuple[str, ...]:
        return ("thing", "parameter")


AnyMove = Accept | Implement | Lift | Withdraw | Buy | Retire | Qualify | Change
MOVES: dict[str, type[AnyMove]] = {
    "accept": Accept,
    "implement": Implement,
    "lift": Lift,
    "withdraw": Withdraw,
    "buy": Buy,
    "retire": Retire,
    "qualify": Qualify,
    "change": Change,
}
# A nation may accept and implement an edition at once, or lift its reservation and implement it.
_TOGETHER = ({"accept", "implement"}, {"lift", "implement"})


class Scenario(BaseModel):
    """A named what-if: moves that are all made at once over one release."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    description: str = ""
    move: tuple[AnyMove, ...]

    def as_toml(self) -> str:
        """The file of the scenario."""
        lines = [f"name = {json.dumps(self.name)}"]
        if self.description:
            lines.append(f"description = {json.dumps(self.description, ensure_ascii=False)}")
        for move in self.move:
            lines += ["", "[[move]]"]
            for name, value in move.model_dump(exclude_none=True).items():
                lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
        return "\n".join(lines) + "\n"


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file; raises ScenarioRefused with all that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        told = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise _refused(path.name, 0, "file", "it cannot be read: {error}", error=error.strerror or error) from None
    except (ValueError, RecursionError) as error:
        raise _refused(path.name, 0, "file", "it is neither TOML nor JSON: {error}", error=error) from None
    return scenario_of(told, path.name)


def scenario_of(told: object, shown: str = "scenario") -> Scenario:
    """A scenario from what a file or a request says; raises ScenarioRefused with all that is wrong."""
    if not isinstance(told, Mapping):
        raise _refused(shown, 0, "file", "a scenario has a name and moves")
    faults = [
        MoveFault(0, str(name), "no such field; there are {known}", {"known": "name, description, move"})
        for name in told
        if name not in ("name", "description", "move")
    ]
    name, description = told.get("name", ""), told.get("description", "")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        faults.append(
            MoveFault(0, "name", "expected small letters, digits and hyphens, at most 64, as portugal-follows", {})
        )
    if not isinstance(description, str):
        faults.append(MoveFault(0, "description", "expected a text", {}))
    given = told.get("move", [])
    if not isinstance(given, list) or not given:
        faults.append(MoveFault(0, "move", "expected one move at least", {}))
        given = []
    moves: list[AnyMove] = []
    for number, it in enumerate(given, 1):
        try:
            moves.append(_move(it, number))
        except ScenarioRefused as refused:
            faults += refused.faults
    if not faults:
        faults += contradictions(moves)
    if faults:
        raise ScenarioRefused(shown, faults)
    return Scenario(name=name, description=description, move=tuple(moves))


def move_of(do: str, line: str, number: int = 1) -> AnyMove:
    """A move that is written on one line, its fields with colons between (FRA:STANAG-4425:2)."""
    names = MOVES[do].order
    parts = [part.strip() for part in line.split(":", len(names) - 1)]
    return _move({"do": do, **{name: part for name, part in zip(names, parts, strict=False) if part}}, number)


def _move(told: object, number: int) -> AnyMove:
    do = told.get("do") if isinstance(told, Mapping) else None
    if do not in MOVES:
        raise _refused("scenario", number, "do", "expected one of {known}", known=", ".join(MOVES))
    try:
        found: AnyMove = TypeAdapter(MOVES[do]).validate_python(told)
    except ValidationError as error:
        raise ScenarioRefused("scenario", list(_told(error, number, MOVES[do].order))) from None
    return found


def _told(error: ValidationError, number: int, known: Sequence[str]) -> Iterator[MoveFault]:
    for fault in error.errors():
        field = str(fault["loc"][0]) if fault["loc"] else "do"
        if fault["type"] == "missing":
            yield MoveFault(number, field, "is missing", {})
        elif fault["type"] == "extra_forbidden":
            yield MoveFault(number, field, "no such field; there are {known}", {"known": ", ".join(known)})
        elif field == "quantity":
            yield MoveFault(number, field, "expected a whole number above zero", {})
        else:
            yield MoveFault(number, field, "expected a text of at most 400 characters", {})


def _refused(shown: str, number: int, field: str, why: str, **values: object) -> ScenarioRefused:
    return ScenarioRefused(shown, [MoveFault(number, field, why, values)])


def contradictions(
    moves: Sequence[AnyMove], subject: Callable[[AnyMove], tuple[str, ...]] = lambda move: move.subject()
) -> list[MoveFault]:
    """The moves that cannot be made together with an earlier one; `subject` tells what a move is about."""
    faults: list[MoveFault] = []
    seen: dict[tuple[str, ...], list[tuple[int, AnyMove]]] = {}
    for number, move in enumerate(moves, 1):
        for earlier, other in seen.setdefault(subject(move), []):
            me, values = f"{move.do} {move.short()}", {"other": earlier, "text": f"{other.do} {other.short()}"}
            if move.do == other.do and move == other:
                faults.append(MoveFault(number, me, "the same as move {other}: {text}", values))
            elif {move.do, other.do} not in _TOGETHER:
                faults.append(MoveFault(number, me, "contradicts move {other}: {text}", values))
        seen[subject(move)].append((number, move))
    return faults
