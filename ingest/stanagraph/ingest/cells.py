"""What a cell may hold, what a person should have written instead, and what it says in the graph."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import pyoxigraph as ox
from pydantic import AfterValidator, BeforeValidator, Field

from stanagraph.graph.names import xsd
from stanagraph.graph.wording import message


@dataclass(frozen=True)
class Says:
    """The column states this property of the row's thing (a full IRI, or a name of the ontology)."""

    property: str
    language: str = ""


@dataclass(frozen=True)
class Refers:
    """The cell names a row of one of these tables."""

    tables: tuple[str, ...]


@dataclass(frozen=True)
class Concept:
    """The cell holds a notation of this SKOS scheme."""

    scheme: str


@dataclass(frozen=True)
class Dated:
    """The cell holds a date, as precise as its source."""


@dataclass(frozen=True)
class Web:
    """The cell holds a web address, which the graph names as a page and not as a text."""


@dataclass(frozen=True)
class Expected:
    """What a person should write in the cell, in words that finish the sentence "expected ..."."""

    words: str


# UCUM as the tables write it, QUDT as the graph says it.
QUDT_UNITS = {
    "1": "UNITLESS",
    "mm": "MilliM",
    "m": "M",
    "km": "KiloM",
    "m3": "M3",
    "L": "L",
    "mL": "MilliL",
    "g": "GM",
    "kg": "KiloGM",
    "MPa": "MegaPA",
    "m/s": "M-PER-SEC",
    "V": "V",
    "kV.A": "KiloV-A",
    "deg": "DEG",
    "h": "HR",
    "a": "YR",
    "/min": "PER-MIN",
    "/h": "PER-HR",
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATATYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}


def partial_date(text: str) -> str:
    """A date of a year, a month or a day, as it was given; raises ValueError for anything else."""
    # fromisoformat alone would take 20240131 and 2024-W05 as dates.
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text):
        raise ValueError("not a date")
    datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    return text


def date_of(year: int, month: str, day: int) -> str | None:
    """The date of a day, a month by the beginning of its English name; None where there is no such day."""
    try:
        return datetime.date(year, _MONTHS.index(month) + 1, day).isoformat()
    except ValueError:
        return None


def date_literal(text: str) -> ox.Literal:
    """A date as precise as it was given: a year, a month or a day."""
    return ox.Literal(text, datatype=xsd(_DATATYPES[len(text)]))


def decimal_literal(number: Decimal) -> ox.Literal:
    """A number without trailing noise."""
    return ox.Literal(f"{number.normalize():f}", datatype=xsd("decimal"))


def integer_literal(number: int) -> ox.Literal:
    """A count."""
    return ox.Literal(str(number), datatype=xsd("integer"))


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(";")) if isinstance(value, str) else value


def _no_path(identifier: str) -> str:
    """An id becomes part of an address, where an empty, "." or ".." part would lead to another thing."""
    if any(part in ("", ".", "..") for part in identifier.split("/")):
        raise ValueError("a path")
    return identifier


def _address(text: str) -> str:
    ox.NamedNode(text)  # raises ValueError
    return text


A_NUMBER, A_WHOLE_NUMBER, A_PERCENTAGE = (
    message("a number above zero"),
    message("a whole number"),
    message("a percentage from 0 to 100"),
)
PartialDate = Annotated[str, AfterValidator(partial_date), Dated(), Expected("a date as 2024, 2024-01 or 2024-01-31")]
Url = Annotated[
    str,
    Field(pattern=r"^https?://[^\s<>\"{}|\\^`]+$"),
    AfterValidator(_address),
    Web(),
    Expected("a web address that begins with http"),
]
Identifier = Annotated[
    str,
    Field(pattern=r"^[\w.+~()/-]+$"),
    AfterValidator(_no_path),
    Expected("an id of letters, digits and . - + without spaces"),
]
IsoCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Expected("an ISO 3166-1 code of three capital letters")]
Positive = Annotated[Decimal, Field(gt=0, allow_inf_nan=False), Expected(A_NUMBER)]
Percentage = Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False), Expected(A_PERCENTAGE)]
Count = Annotated[int, Field(ge=0), Expected(A_WHOLE_NUMBER)]
Text = Annotated[str, Field(min_length=1), Expected("a text")]
Many = BeforeValidator(_split)

Source = Annotated[str, Refers(("sources",))]
Confidence = Annotated[str, Concept("confidence")]
Nation = Annotated[str, Refers(("nations",))]
Nations = Annotated[tuple[str, ...], Many, Refers(("nations",))]


def number(text: str) -> Decimal | None:
    """The number that a text is, or None when it is words."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
