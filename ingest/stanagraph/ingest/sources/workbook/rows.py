"""From the cells of a sheet to the columns of its table: headings found, numbers and dates as tables write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from stanagraph.graph.wording import Wording, message

from ...cells import A_NUMBER, A_PERCENTAGE, A_WHOLE_NUMBER, Dated, Expected, Refers
from ...read import Wrong, column_notes, near
from ...tables import TABLES, Record, Row
from .cells import Cells, Kind, Odd
from .headings import columns_by_heading, folded, is_example

# XML cannot hold most of these, but a CSV file can, and so can the escapes of Excel.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_BLANKS = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f\u2009']\d{3})+(?:[.,]\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_NUMBERS = {A_NUMBER, A_PERCENTAGE, A_WHOLE_NUMBER}
FORMULA = message("a value, not a formula: copy the cells and paste them as values (Paste Special, Values)")
ERROR_CELL = message("a value, not an error of a formula")
DATE_HERE = message(
    "a text or a number; the spreadsheet made a date of it: format the column as text and type it again"
)
CONTROL = message("a text without control characters")
AMBIGUOUS = message("a number that can be read in one way only, as 1234 or 1.234")


@dataclass(frozen=True)
class Heading:
    """The first row of a sheet: which column of the table stands where, and how people wrote it."""

    row: int
    columns: dict[int, str]
    written: dict[str, str]

    def shown(self, column: str) -> str:
        """The heading of a column as it stands in the file."""
        return self.written.get(column, column)


def read_heading(table: str, row: int, cells: Cells) -> tuple[Heading, list[Wrong]]:
    """The heading of a sheet, and what is wrong with it. Columns that may be empty may be left out."""
    known = columns_by_heading(table)
    columns: dict[int, str] = {}
    written: dict[str, str] = {}
    wrong: list[Wrong] = []
    for at, value in cells.items():
        text = shown(value).strip(_BLANKS)
        column = None if isinstance(value, Odd) else known.get(folded(text))
        if column is None:
            fields = ", ".join(TABLES[table].model_fields)
            wrong.append(
                Wrong(
                    text,
                    "",
                    Wording("one of the columns {columns}{near}", columns=fields, near=near(folded(text), known)),
                )
            )
        elif column in written:
            wrong.append(Wrong(text, "", message("this column, once")))
        else:
            columns[at], written[column] = column, text
    missing = (column for column in needed(TABLES[table]) if column not in written)
    wrong += [Wrong(column, "", message("this column, once")) for column in missing]
    return Heading(row, columns, written), wrong


@cache
def needed(model: type[Record]) -> tuple[str, ...]:
    """The columns that a row cannot do without. What a row leaves open of its source, the workbook answers."""
    open_ = ("source", "confidence") if issubclass(model, Row) else ()
    return tuple(name for name, field in model.model_fields.items() if field.is_required() and name not in open_)


def shown(value: str | Odd) -> str:
    """What a person sees in a cell."""
    return value.text if isinstance(value, Odd) else value


@dataclass(frozen=True)
class Given:
    """The cells of a row by column, the wrong ones apart; `example` where the row is only there to show how."""

    cells: dict[str, str]
    wrong: list[Wrong]
    example: bool = False


class Reading:
    """Turns the rows of one sheet into the cells of its table."""

    def __init__(self, table: str, heading: Heading, position: Callable[[int], str], *, comma: bool) -> None:
        # `comma`: the file separates cells by something else, so a comma can only be that of a decimal.
        self.model, self.heading, self._position, self._comma = TABLES[table], heading, position, comma
        self._naming = naming_column(self.model)
        self._numeric, self._dated = _kinds(self.model)

    def row(self, cells: Cells) -> Given:
        """The cells of one row."""
        given: dict[str, str] = {}
        wrong: list[Wrong] = []
        columns = self.heading.columns
        for at, value in cells.items():
            column = columns.get(at)
            if column is None:
                wrong.append(
                    Wrong(
                        self._position(at),
                        shown(value)[:60],
                        Wording("no value, since row {row} gives the column no heading", row=self.heading.row),
                    )
                )
            elif isinstance(value, Odd):
                wrong += self._odd(column, value, given)
            elif text := value.strip(_BLANKS):
                if not text.isprintable() and _CONTROL.search(text):
                    wrong.append(Wrong(column, _CONTROL.sub("?", text)[:60], CONTROL))
                    continue
                if column in self._numeric and not text.isdigit():
                    number = self._number(text)
                    if number is None:
                        wrong.append(Wrong(column, text, AMBIGUOUS))
                        continue
                    text = number
                given[column] = text
        if is_example(given.get(self._naming, "")):
            return Given(given, [], example=True)
        return Given(given, wrong)

    def _odd(self, column: str, value: Odd, given: dict[str, str]) -> Iterator[Wrong]:
        if value.kind is Kind.DATE and column in self._dated:
            given[column] = value.text
        else:
            words = {Kind.FORMULA: FORMULA, Kind.ERROR: ERROR_CELL, Kind.DATE: DATE_HERE}[value.kind]
            yield Wrong(column, value.text[:60], words)

    def _number(self, text: str) -> str | None:
        """A number with a point and without separators of thousands; None where it can be read in two ways."""
        if _GROUPED.fullmatch(text):
            text = re.sub(r"[ \u00a0\u202f\u2009']", "", text)
        if _COMMA.fullmatch(text):
            if not self._comma and _EITHER.fullmatch(text):
                return None
            text = text.replace(",", ".")
        return text


@cache
def naming_column(model: type[Record]) -> str:
    """The column that says what a row is about: it holds an id, so nothing else can be meant by "EXAMPLE: "."""
    if "id" in model.model_fields:
        return "id"
    names = (name for name in needed(model) if any(isinstance(note, Refers) for note in column_notes(model, name)))
    return next(names)


@cache
def _kinds(model: type[Record]) -> tuple[frozenset[str], frozenset[str]]:
    """The columns that hold numbers, and those that hold dates."""
    numeric, dated = set(), set()
    for column in model.model_fields:
        notes = column_notes(model, column)
        words = {note.words for note in notes if isinstance(note, Expected)}
        # A value of a parameter is a text that is mostly a number.
        if words & _NUMBERS or column in ("value", "value_high"):
            numeric.add(column)
        if any(isinstance(note, Dated) for note in notes):
            dated.add(column)
    return frozenset(numeric), frozenset(dated)
