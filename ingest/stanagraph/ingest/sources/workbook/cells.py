"""What stands in a cell, before any table says what it should hold."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

from stanagraph.graph.errors import RowFault


class Kind(StrEnum):
    """What a cell holds that is neither a text nor a plain number."""

    FORMULA = "formula"
    ERROR = "error"
    DATE = "date"


class Odd(NamedTuple):
    """Such a cell: what it is, and what is shown in it."""

    kind: Kind
    text: str


Value = str | Odd
Cells = dict[int, Value]  # by column, from 1; empty cells are left out


class Sheet(Protocol):
    """One table as it stands in a file: its rows can be read as often as needed, each time from the beginning."""

    name: str  # empty in a CSV file
    hidden: bool
    total: int | None  # rows, as far as the file says
    # Both are complete once all rows were read.
    merged: list[str]  # ranges of merged cells
    faults: list[RowFault]  # rows that cannot be read

    @property
    def title(self) -> str:
        """The name by which the table is found."""
        ...

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The rows that hold anything, each with its number."""
        ...

    def position(self, column: int) -> str:
        """How people find a column: a letter or a number."""
        ...


@dataclass
class Styles:
    """Which cell formats show a date, and how much of it: the number of characters of 2024-01-31 that are shown."""

    shown: list[int] = field(default_factory=list)
    since_1904: bool = False

    def of(self, style: str | None) -> int:
        """How many characters of a date this style shows; 0 where it shows a number."""
        return self.shown[int(style)] if style and style.isdigit() and int(style) < len(self.shown) else 0

    def date(self, number: str, shown: int) -> Odd:
        """A date as precise as it is shown: a person who typed 2024-01 sees Jan-24, and Excel keeps its first day."""
        epoch = datetime.datetime(1904, 1, 1) if self.since_1904 else datetime.datetime(1899, 12, 30)
        try:
            found = from_excel(float(number), epoch)
        except (ValueError, OverflowError, TypeError):
            return Odd(Kind.ERROR, number)
        if not isinstance(found, datetime.datetime) or found.time() != datetime.time():
            return Odd(Kind.DATE, str(found))
        return Odd(Kind.DATE, found.date().isoformat()[:shown])


def date_shown(code: str) -> int:
    """How many characters of 2024-01-31 a number format shows; 0 where it is no format of a date."""
    if not is_date_format(code):
        return 0
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).casefold()
    if "d" in bare or "y" not in bare:
        return 10
    return 7 if "m" in bare else 4


def builtin_shown(number: int) -> int:
    """The same for the formats that a file need not spell out."""
    if number in BUILTIN_FORMATS:
        return date_shown(BUILTIN_FORMATS[number])
    # The formats of East Asian dates; 27-31, 36 and 50-58 show years, months and days in various orders.
    return 10 if 27 <= number <= 36 or 50 <= number <= 58 else 0


def number_text(text: str) -> str:
    """A number as a person writes it: 155, not 155.0; 7.62, not 7.6200000000000001."""
    if text.isdigit():
        return text.lstrip("0") or "0"
    try:
        number = float(text)
    except ValueError:
        return text
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    # A spreadsheet shows 15 digits; what it keeps beyond them is the noise of its arithmetic.
    shown = f"{number:.15g}"
    return f"{Decimal(shown):f}" if "e" in shown else shown
