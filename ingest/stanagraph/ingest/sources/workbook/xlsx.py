"""The sheets of an XLSX file, row by row: cells are handed on while the XML is still being read."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string, get_column_letter

from stanagraph.graph.errors import RowFault

from .cells import Cells, Kind, Odd, Styles, Value, builtin_shown, date_shown, number_text
from .package import DAMAGED, NOT_A_WORKBOOK, Package, Parser, local

_MOST_TEXT = 384 * 1024**2
_MOST_CELL = 32_767  # characters, as in Excel
_MOST_COLUMN, _MOST_ROW = 16_384, 1_048_576
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TEXTS = "its cells hold more than {most} bytes of different texts: split it into several workbooks"
LONG_CELL = "{part} has a cell with more than {most} characters"


class Texts:
    """The shared texts of a workbook in one piece of memory: a million of them cost little more than they hold."""

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("Q", [0])

    def add(self, text: str, package: Package) -> None:
        """Append a text."""
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._bytes) + 8 * len(self._ends) > _MOST_TEXT:
            package.refuse(TEXTS, most=_MOST_TEXT)

    def get(self, number: str, package: Package) -> str:
        """The text of this number."""
        try:
            at = int(number)
            if at < 0:
                raise IndexError
            return self._bytes[self._ends[at] : self._ends[at + 1]].decode("utf-8")
        except (ValueError, IndexError, OverflowError):
            package.refuse(DAMAGED, detail=f"there is no shared text {number[:20]}")


def _plain(text: str) -> str:
    """A text with the characters that XML cannot hold, which Excel writes as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass
class Book:
    """An XLSX file that was looked through."""

    package: Package
    sheets: list[XlsxSheet] = field(default_factory=list)
    texts: Texts = field(default_factory=Texts)
    styles: Styles = field(default_factory=Styles)

    @classmethod
    def open(cls, package: Package) -> Book:
        """The sheets of a package that was verified."""
        book = cls(package)
        roots = [part for kind, part in package.related("").values() if kind == "officeDocument"]
        main = roots[0] if roots and roots[0] in package.parts else ""
        if not main:
            package.refuse(NOT_A_WORKBOOK)
        related = package.related(main)
        of_kind = {kind: part for kind, part in related.values() if part in package.parts}

        def handle(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                book.styles.since_1904 = attributes.get("date1904") in ("1", "true")
            if tag == "sheet":
                kind, part = related.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet" and part in package.parts:
                    hidden = attributes.get("state", "visible") != "visible"
                    book.sheets.append(XlsxSheet(attributes.get("name", ""), part, hidden, book))

        package.elements(main, handle)
        if not book.sheets:
            package.refuse(NOT_A_WORKBOOK)
        if "styles" in of_kind:
            _read_styles(package, of_kind["styles"], book.styles)
        if "sharedStrings" in of_kind:
            _read_texts(package, of_kind["sharedStrings"], book.texts)
        return book

    @property
    def links(self) -> list[str]:
        """The parts that point to other workbooks. They are never followed."""
        return sorted(part for part in self.package.parts if "/externalLinks/" in part and "/_rels/" not in part)


def _read_styles(package: Package, part: str, styles: Styles) -> None:
    codes: dict[int, str] = {}
    within = ""

    def handle(tag: str, attributes: dict[str, str]) -> None:
        nonlocal within
        if tag in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            within = tag
        number = attributes.get("numFmtId", "0")
        at = int(number) if number.isdigit() else 0
        if tag == "numFmt" and within != "dxfs":
            codes[at] = attributes.get("formatCode", "")
        if tag == "xf" and within == "cellXfs":
            styles.shown.append(date_shown(codes[at]) if at in codes else builtin_shown(at))

    package.elements(part, handle)


def _read_texts(package: Package, part: str, texts: Texts) -> None:
    parser = Parser(package, part)
    pieces: list[str] = []
    taking, reading_aid = False, 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal taking, reading_aid
        name = local(tag)
        reading_aid += name == "rPh"
        taking = name == "t" and not reading_aid

    def data(text: str) -> None:
        if taking:
            pieces.append(text)

    def end(tag: str) -> None:
        nonlocal taking, reading_aid
        name = local(tag)
        reading_aid -= name == "rPh"
        taking = False
        if name == "si":
            text = "".join(pieces)
            pieces.clear()
            if len(text) > _MOST_CELL:
                package.refuse(LONG_CELL, part=part, most=_MOST_CELL)
            texts.add(_plain(text), package)

    parser.expat.StartElementHandler = start
    parser.expat.CharacterDataHandler = data
    parser.expat.EndElementHandler = end
    for piece in package.pieces(part):
        parser.feed(piece)
        if sum(map(len, pieces)) > _MOST_CELL * 8:
            package.refuse(LONG_CELL, part=part, most=_MOST_CELL)
    parser.close()


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
            if reading.size > _MOST_CELL * 8:
                self.book.package.refuse(LONG_CELL, part=self.part, most=_MOST_CELL)
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
                        value = _plain(text)
                    elif kind is None or kind == "n":
                        shown = styles.of(style)
                        value = styles.date(text, shown) if shown else number_text(text)
                    else:
                        value = _other(kind, text)
                    if len(value) > _MOST_CELL:
                        package.refuse(LONG_CELL, part=self.sheet.part, most=_MOST_CELL)
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
            self.book.package.refuse(DAMAGED, detail=f"{self.sheet.part}: there is no column {letter[:20]!r}")
        self._letters[letter] = column
        return column

    def _number(self, told: str | None) -> None:
        number = int(told) if told and told.isdigit() and len(told) < 9 else self._row + 1
        if not self._row < number <= _MOST_ROW:
            self.book.package.refuse(DAMAGED, detail=f"{self.sheet.part}: row {number} stands after row {self._row}")
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


def title_of(package: Package) -> str | None:
    """The title that the properties of a workbook name."""
    found: list[str] = []
    part = next((part for kind, part in package.related("").values() if kind == "core-properties"), "")
    if part not in package.parts:
        return None
    parser, current = Parser(package, part), [""]

    def start(tag: str, _: dict[str, str]) -> None:
        current[0] = local(tag)

    def data(text: str) -> None:
        if current[0] == "title":
            found.append(text)

    parser.expat.StartElementHandler = start
    parser.expat.CharacterDataHandler = data
    for piece in package.pieces(part):
        parser.feed(piece)
    parser.close()
    return " ".join("".join(found)[:500].split()) or None


def within(reference: str) -> tuple[int, int, int, int] | None:
    """The first column and row and the last column and row of a range; None where it is none."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", reference)
    if found is None:
        return None
    first = column_index_from_string(found[1])
    last = column_index_from_string(found[3]) if found[3] else first
    return first, int(found[2]), last, int(found[4] or found[2])
