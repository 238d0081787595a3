"""Units of measure: which quantity each measures, and its exact size in the unit of the SI.

Factors are exact by definition: the SI Brochure (9th edition) for metric units and those accepted for use with them;
the international yard and pound agreement of 1959 (1 yd = 0.9144 m, 1 lb = 0.45359237 kg) and the standard
acceleration of 9.80665 m/s² for the others. Codes are those of UCUM; QUDT has a name for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

QUDT = "http://qudt.org/vocab/unit/"


@dataclass(frozen=True)
class Unit:
    """One unit: its code in UCUM, its name in QUDT, what it measures, and its size in the unit of the SI."""

    code: str
    qudt: str
    quantity: str
    factor: Fraction

    @property
    def iri(self) -> str:
        """Its address in QUDT."""
        return QUDT + self.qudt


def _f(text: str) -> Fraction:
    return Fraction(Decimal(text))


_INCH, _FOOT, _POUND, _GRAVITY = _f("0.0254"), _f("0.3048"), _f("0.45359237"), _f("9.80665")
_PSI = _POUND * _GRAVITY / _INCH**2

_UNITS = (
    Unit("1", "UNITLESS", "number", _f("1")),
    Unit("%", "PERCENT", "number", _f("0.01")),
    Unit("um", "MicroM", "length", _f("1e-6")),
    Unit("mm", "MilliM", "length", _f("0.001")),
    Unit("cm", "CentiM", "length", _f("0.01")),
    Unit("m", "M", "length", _f("1")),
    Unit("km", "KiloM", "length", _f("1000")),
    Unit("[in_i]", "IN", "length", _INCH),
    Unit("[ft_i]", "FT", "length", _FOOT),
    Unit("[yd_i]", "YD", "length", _FOOT * 3),
    Unit("mm3", "MilliM3", "volume", _f("1e-9")),
    Unit("cm3", "CentiM3", "volume", _f("1e-6")),
    Unit("m3", "M3", "volume", _f("1")),
    Unit("mL", "MilliL", "volume", _f("1e-6")),
    Unit("L", "L", "volume", _f("0.001")),
    Unit("[cin_i]", "IN3", "volume", _INCH**3),
    Unit("mg", "MilliGM", "mass", _f("1e-6")),
    Unit("g", "GM", "mass", _f("0.001")),
    Unit("kg", "KiloGM", "mass", _f("1")),
    Unit("t", "TONNE", "mass", _f("1000")),
    Unit("[lb_av]", "LB", "mass", _POUND),
    Unit("[oz_av]", "OZ", "mass", _POUND / 16),
    Unit("[gr]", "GRAIN", "mass", _POUND / 7000),
    Unit("Pa", "PA", "pressure", _f("1")),
    Unit("kPa", "KiloPA", "pressure", _f("1000")),
    Unit("MPa", "MegaPA", "pressure", _f("1e6")),
    Unit("GPa", "GigaPA", "pressure", _f("1e9")),
    Unit("bar", "BAR", "pressure", _f("1e5")),
    Unit("[psi]", "PSI", "pressure", _PSI),
    Unit("m/s", "M-PER-SEC", "speed", _f("1")),
    Unit("km/h", "KiloM-PER-HR", "speed", Fraction(1000, 3600)),
    Unit("[ft_i]/s", "FT-PER-SEC", "speed", _FOOT),
    Unit("ms", "MilliSEC", "time", _f("0.001")),
    Unit("s", "SEC", "time", _f("1")),
    Unit("min", "MIN", "time", _f("60")),
    Unit("h", "HR", "time", _f("3600")),
    Unit("d", "DAY", "time", _f("86400")),
    Unit("a", "YR", "time", _f("31557600")),
    Unit("/s", "PER-SEC", "frequency", _f("1")),
    Unit("/min", "PER-MIN", "frequency", Fraction(1, 60)),
    Unit("/h", "PER-HR", "frequency", Fraction(1, 3600)),
    Unit("mV", "MilliV", "voltage", _f("0.001")),
    Unit("V", "V", "voltage", _f("1")),
    Unit("kV", "KiloV", "voltage", _f("1000")),
    Unit("V.A", "V-A", "apparent power", _f("1")),
    Unit("kV.A", "KiloV-A", "apparent power", _f("1000")),
    Unit("deg", "DEG", "angle", _f("1")),
    Unit("'", "ARCMIN", "angle", Fraction(1, 60)),
)
# How people write some of them.
_OTHER_NAMES = {
    "in": "[in_i]", "ft": "[ft_i]", "yd": "[yd_i]", "lb": "[lb_av]", "oz": "[oz_av]", "gr": "[gr]", "psi": "[psi]",
    "ft/s": "[ft_i]/s", "l": "L", "ml": "mL", "µm": "um", "μm": "um", "°": "deg", "kVA": "kV.A", "VA": "V.A",
    "mm³": "mm3", "cm³": "cm3", "m³": "m3", "N/mm2": "MPa", "N/mm²": "MPa",
}  # fmt: skip
CODES = tuple(unit.code for unit in _UNITS)
_BY_NAME = (
    {unit.code: unit for unit in _UNITS}
    | {unit.qudt: unit for unit in _UNITS}
    | {unit.iri: unit for unit in _UNITS}
    | {f"unit:{unit.qudt}": unit for unit in _UNITS}
)
_BY_NAME |= {name: _BY_NAME[code] for name, code in _OTHER_NAMES.items()}
# Quantities that are never below zero, whatever they are of.
NEVER_NEGATIVE = frozenset(("length", "volume", "mass", "pressure", "time", "frequency"))


def unit_of(name: str) -> Unit | None:
    """The unit that a code of UCUM, a name or an address of QUDT, or a common writing stands for."""
    return _BY_NAME.get(name.strip())


def names() -> tuple[str, ...]:
    """Every name that is understood, besides addresses."""
    return tuple(name for name in _BY_NAME if not name.startswith(("http", "unit:")))


def convert(number: Decimal | Fraction, unit: Unit, into: Unit) -> Fraction:
    """A number of one unit in another of the same quantity, exactly; ValueError where the quantities differ."""
    if unit.quantity != into.quantity:
        raise ValueError(f"{unit.code} measures {unit.quantity}, {into.code} measures {into.quantity}")
    return Fraction(number) * unit.factor / into.factor
