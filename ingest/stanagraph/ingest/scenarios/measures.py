"""Values of parameters as the tables take them: numbers or ranges with a unit, or words; the impossible is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from stanagraph.graph.names import term, thing

from .. import cells
from ..cells import QUDT_UNITS
from .overlay import Overlay

Units = Callable[[str], tuple[str, ...] | None]
_SIGNED = ("deg", "V")


class Cannot(Exception):
    """A move cannot be made: the field that stands in the way, why, and near names."""

    def __init__(self, field: str, why: str, near: Sequence[str] = (), **values: object) -> None:
        self.field, self.why, self.near, self.values = field, why, tuple(near), values


def measured(overlay: Overlay, units: Units, parameter: str, value: str, unit: str | None) -> tuple[str, str | None]:
    """A value and its unit, as the table of parameters takes them."""
    allowed = _units_of(overlay, units, parameter)
    known = allowed if allowed is not None else tuple(QUDT_UNITS)
    if unit is not None and unit not in known:
        if not known:
            raise Cannot("unit", "{parameter} has no unit", parameter=parameter)
        told = {"unit": unit, "parameter": parameter, "known": ", ".join(known)}
        raise Cannot("unit", "“{unit}” is no unit of {parameter}; there are {known}", **told)
    if unit is None and allowed:
        if len(allowed) > 1:
            raise Cannot("unit", "is missing", allowed)
        unit = allowed[0]
    if unit is None and allowed is None and cells.number(value) is not None:
        raise Cannot("unit", "is missing", known)
    if unit is None:
        return value, None
    ends = [cells.number(part) for part in value.split(" to ")]
    if len(ends) > 2 or any(end is None for end in ends):
        raise Cannot("value", "expected a number, or two as 12 to 15, not “{value}”", value=value)
    numbers = [end for end in ends if end is not None]
    if numbers != sorted(numbers):
        raise Cannot("value", "the first number of a range is the smaller one, not “{value}”", value=value)
    if unit not in _SIGNED and _impossible(numbers[0], parameter, unit):
        told = {"parameter": parameter, "value": value}
        raise Cannot("value", "{parameter} cannot be {value}: expected a number above zero", **told)
    if "probability" in parameter and numbers[-1] > 1:
        raise Cannot("value", "{parameter} cannot be {value}: expected 1 at most", parameter=parameter, value=value)
    return value, unit


def _units_of(overlay: Overlay, units: Units, parameter: str) -> tuple[str, ...] | None:
    """The units that a parameter may have: those of its definition, else those in which the release has it."""
    if (defined := units(parameter)) is not None:
        return defined
    values = overlay.subjects(term("aboutParameter"), thing("parameter", parameter))
    used = {unit.value.rpartition("/")[2] for it in values for unit in overlay.values(it, term("unit"))}
    return tuple(name for name, qudt in QUDT_UNITS.items() if qudt in used) or None


def _impossible(low: Decimal, parameter: str, unit: str) -> bool:
    """Counts and probabilities may be zero, lengths, masses and pressures may not."""
    return low < 0 or (low == 0 and unit != "1" and "tolerance" not in parameter)
