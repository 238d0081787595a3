"""How much effort each action takes: weights that a user can set for each kind, nation and action.

An action that has a weight of its own takes that. Any other takes the weight of its kind, times the factor of the
nation that acts where one is set. The weights that are set here compare kinds with each other and have no unit.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..errors import WeightFault, WeightsRefused
from .model import Action

# A judgement, in whole steps: a letter, a procedure, a trial, a development, a replacement.
BUILT_IN: Mapping[str, Decimal] = {
    "find-out": Decimal(1),
    "accept-edition": Decimal(1),
    "lift-reservation": Decimal(2),
    "implement": Decimal(3),
    "adopt-current-edition": Decimal(3),
    "obtain-fire-control-data": Decimal(3),
    "qualify": Decimal(4),
    "lift-policy": Decimal(5),
    "integrate-software": Decimal(5),
    "agree-standard": Decimal(8),
    "second-source": Decimal(10),
    "adapt-or-replace": Decimal(20),
}
LARGEST = Decimal(1_000_000)


def _number(value: object) -> object:
    return Decimal(value) if type(value) is int else value


_Limits = Field(ge=0, le=LARGEST, decimal_places=3, allow_inf_nan=False)
# In strict mode only what TOML has as a number gets here: never a text or a truth value.
_Weight = Annotated[Decimal, _Limits, BeforeValidator(_number)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    default: _Weight | None = None
    kind: dict[str, _Weight] = {}
    nation: dict[str, _Weight] = {}
    action: dict[str, _Weight] = {}


@dataclass(frozen=True)
class Weights:
    """The effort of each action: by its key, else by its kind or `default`, times the factor of its nation."""

    default: Decimal | None = None
    kinds: Mapping[str, Decimal] = field(default_factory=dict)
    nations: Mapping[str, Decimal] = field(default_factory=dict)
    actions: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, action: Action) -> Decimal:
        """The effort that this action takes."""
        if action.key in self.actions:
            return self.actions[action.key]
        built_in = BUILT_IN.get(action.kind, Decimal(1)) if self.default is None else self.default
        factor = self.nations.get(action.nation, Decimal(1)) if action.nation else Decimal(1)
        return self.kinds.get(action.kind, built_in) * factor


def read_weights(path: Path, nations: Iterable[str], actions: Iterable[str]) -> Weights:
    """The weights in a TOML file; WeightsRefused names every field that is wrong, with near names where one is unknown.

    `nations` and `actions` are the keys that there are.
    """
    try:
        with path.open("rb") as file:
            given = tomllib.load(file, parse_float=Decimal)
    except OSError as error:
        raise WeightsRefused(
            path, [WeightFault("", "cannot be read: {reason}", reason=error.strerror or error)]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WeightsRefused(path, [WeightFault("", "is no TOML: {reason}", reason=error)]) from None
    try:
        found = _File.model_validate(given)
    except ValidationError as error:
        raise WeightsRefused(path, list(_faults(error))) from None
    faults = [
        *_unknown("kind", found.kind, sorted(BUILT_IN)),
        *_unknown("nation", found.nation, sorted(nations)),
        *_unknown("action", found.action, sorted(actions)),
    ]
    if faults:
        raise WeightsRefused(path, faults)
    return Weights(found.default, found.kind, found.nation, found.action)


def _faults(error: ValidationError) -> Iterable[WeightFault]:
    seen: set[str] = set()
    for fault in error.errors(include_url=False):
        place = fault["loc"]
        name = _name([part for part in place[:2] if isinstance(part, str)])
        if name in seen:
            continue
        seen.add(name)
        if fault["type"] == "extra_forbidden":
            near = ("default", "kind", "nation", "action")
            yield WeightFault(name, "is no field of a weights file; there are {names}", names=", ".join(near))
        elif fault["type"] == "dict_type":
            yield WeightFault(name, "expected a table of weights, not {value}", value=_shown(fault["input"]))
        else:
            yield WeightFault(
                name, "expected a number from 0 to 1000000 with at most 3 decimals, not {value}",
                value=_shown(fault["input"]),
            )  # fmt: skip


def _unknown(table: str, given: Mapping[str, object], known: Sequence[str]) -> Iterable[WeightFault]:
    there = set(known)
    for name in sorted(given):
        if name in there:
            continue
        near = difflib.get_close_matches(name, known, 3, 0.5)
        near = near or [other for other in known if name.casefold() in other.casefold()][:3]
        where = _name([table, name])
        if near:
            yield WeightFault(where, "there is none of this name; did you mean {names}?", names=", ".join(near))
        else:
            yield WeightFault(where, "there is none of this name")


def _name(parts: Sequence[str]) -> str:
    return ".".join(f'"{part}"' if at and "/" in part else part for at, part in enumerate(parts))


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
