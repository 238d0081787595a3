"""Units are exact: what is converted and converted back is the same, and known pairs agree."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.conformance.units import CODES, Unit, convert, unit_of
from stanagraph.ingest.cells import QUDT_UNITS


def unit(name: str) -> Unit:
    found = unit_of(name)
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    ("number", "of", "into", "is_"),
    [
        ("1", "[in_i]", "mm", "25.4"),
        ("1", "[ft_i]", "m", "0.3048"),
        ("7000", "[gr]", "[lb_av]", "1"),
        ("1", "[lb_av]", "kg", "0.45359237"),
        ("4300", "bar", "MPa", "430"),
        ("1", "L", "cm3", "1000"),
        ("36", "km/h", "m/s", "10"),
        ("1", "h", "s", "3600"),
        ("1", "a", "d", "365.25"),
        ("50", "%", "1", "0.5"),
        ("60", "'", "deg", "1"),
        ("1", "kV.A", "V.A", "1000"),
    ],
)
def test_known_pairs(number: str, of: str, into: str, is_: str) -> None:
    assert convert(Decimal(number), unit(of), unit(into)) == Fraction(Decimal(is_))


def test_a_pound_on_a_square_inch() -> None:
    assert float(convert(Decimal(1), unit("[psi]"), unit("Pa"))) == pytest.approx(6894.757293168, rel=1e-12)


@given(st.sampled_from(CODES), st.sampled_from(CODES), st.decimals(allow_nan=False, allow_infinity=False))
def test_there_and_back_is_the_same(one: str, other: str, number: Decimal) -> None:
    first, second = unit(one), unit(other)
    if first.quantity != second.quantity:
        with pytest.raises(ValueError, match="measures"):
            convert(number, first, second)
    else:
        assert convert(convert(number, first, second), second, first) == Fraction(number)


@pytest.mark.parametrize(("code", "name"), QUDT_UNITS.items())
def test_every_unit_of_the_tables_is_known_under_both_names(code: str, name: str) -> None:
    assert unit(code) == unit(name) == unit(f"http://qudt.org/vocab/unit/{name}") == unit(f"unit:{name}")


def test_what_is_no_unit_is_none() -> None:
    assert unit_of("parsec") is None
