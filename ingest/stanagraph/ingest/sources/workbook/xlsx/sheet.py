"""One sheet, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openpyxl.utils import column_index_from_string, get_column_letter

from stanagraph.graph.errors import RowFault
from stanagraph.graph.wording import Wording

from ..cells import Cells, Kind, Odd, Value, number_text
from ..package import DAMAGED, Parser, local
from .shared import LONG_CELL, MOST_CELL, plain

if TYPE_CHECKING:
    from .book import Book

_MOST_COLUMN, _MOST_ROW = 16_384, 1_048_576


@dataclass
class XlsxSheet:
    """One worksheet."""

    name: str
    part: str
    hidden: bool
    book: Book
    total: int | None = None
    merged: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The name on its tab."""
        return self.name

    def position(self, column: int) -> str:
        """The letter of a column."""
        return get_column_letter(column)

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The rows that hold anything, each with its number; the first is the heading."""
        self.merged = []
        reading = _Reading(self)
        for piece in self.book.package.pieces(self.part):
            reading.parser.feed(piece)
            if reading.size > MOST_CELL * 8:
                self.book.package.refuse(LONG_CELL, part=self.part, most=MOST_CELL)
            yield from reading.done
            reading.done.clear()
        reading.parser.close()
        yield from reading.done


class _Reading:
    """The state of the parser between one piece of a sheet and the next."""

    def __init__(self, sheet: XlsxSheet) -> None:
        self.sheet, self.book = sheet, sheet.book
        self.parser = Parser(sheet.book.package, sheet.part)
        self.done: list[tuple[int, Cells]] = []
        self.size = 0
        self._letters: dict[str, int] = {}
        self._row = 0
        self._attach()

    def _attach(self) -> None:
        # Local variables and closures: this runs for every cell of a million rows.
        letters, package, texts, styles = self._letters, self.book.package, self.book.texts, self.book.styles
        names: dict[str, str] = {}
        cells: Cells = {}
        column = 0
        kind = style = None
        formula = taking = False
        pieces: list[str] = []
        aid = 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal cells, column, kind, style, formula, taking, aid
            name = names.get(tag) or names.setdefault(tag, local(tag))
            if name == "c":
                kind, style, formula = attributes.get("t"), attributes.get("s"), False
                place = attributes.get("r")
                if place is None:
                    column += 1
                else:
                    letter = place.rstrip("0123456789")
                    column = letters.get(letter) or self._column(letter)
            elif name == "v":
                taking = True
            elif name == "t":
                taking = not aid
            elif name == "f":
                formula = True
            elif name == "row":
                self._number(attributes.get("r"))
                cells, column = {}, 0
            elif name == "rPh":
                aid += 1
            elif name == "mergeCell":
                self.sheet.merged.append(attributes.get("ref", ""))
            elif name == "dimension":
                self._dimension(attributes.get("ref", ""))

        def data(text: str) -> None:
            if taking:
                pieces.append(text)
                self.size += len(text)

        def end(tag: str) -> None:
            nonlocal taking, aid
            name = names.get(tag) or names.setdefault(tag, local(tag))
            if name == "c":
                if pieces or formula:
                    text = "".join(pieces)
                    pieces.clear()
                    self.size = 0
                    value: Value
                    if formula:
                        value = Odd(Kind.FORMULA, text)
                    elif kind == "s":
                        value = texts.get(text, package)
                    elif kind in ("inlineStr", "str"):
                        value = plain(text)
                    elif kind is None or kind == "n":
                        shown = styles.of(style)
                        value = styles.date(text, shown) if shown else number_text(text)
                    else:
                        value = _other(kind, text)
                    if len(value) > MOST_CELL:
                        package.refuse(LONG_CELL, part=self.sheet.part, most=MOST_CELL)
                    if isinstance(value, Odd) or (value and not value.isspace()):
                        cells[column] = value
            elif name == "row":
                if cells:
                    self.done.append((self._row, cells))
            elif name in ("v", "t"):
                taking = False
            elif name == "rPh":
                aid -= 1

        self.parser.expat.StartElementHandler = start
        self.parser.expat.CharacterDataHandler = data
        self.parser.expat.EndElementHandler = end

    def _column(self, letter: str) -> int:
        try:
            column = column_index_from_string(letter)
        except ValueError:
            column = 0
        if not 1 <= column <= _MOST_COLUMN:
            self.book.package.refuse(
                DAMAGED,
                detail=Wording("{part}: there is no column {letter!r}", part=self.sheet.part, letter=letter[:20]),
            )
        self._letters[letter] = column
        return column

    def _number(self, told: str | None) -> None:
        number = int(told) if told and told.isdigit() and len(told) < 9 else self._row + 1
        if not self._row < number <= _MOST_ROW:
            self.book.package.refuse(
                DAMAGED,
                detail=Wording(
                    "{part}: row {row} stands after row {last}", part=self.sheet.part, row=number, last=self._row
                ),
            )
        self._row = number

    def _dimension(self, reference: str) -> None:
        last = reference.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
        self.sheet.total = int(last) - 1 if last.isdigit() and int(last) <= _MOST_ROW else None


def _other(kind: str, text: str) -> Value:
    if kind == "b":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind == "d":
        return Odd(Kind.DATE, text.removesuffix("T00:00:00"))
    return Odd(Kind.ERROR, text)


def within(reference: str) -> tuple[int, int, int, int] | None:
    """The first column and row and the last column and row of a range; None where it is none."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", reference)
    if found is None:
        return None
    first = column_index_from_string(found[1])
    last = column_index_from_string(found[3]) if found[3] else first
    return first, int(found[2]), last, int(found[4] or found[2])
