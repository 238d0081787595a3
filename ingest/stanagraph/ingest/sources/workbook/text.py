"""A CSV file as one table: its encoding and separator are found out, never guessed into nonsense."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from stanagraph.graph.errors import RowFault, SourceRefused
from stanagraph.graph.wording import Wording, message

from .. import Limits
from .cells import Cells
from .package import EMPTY, OTHER_KIND, TOO_LARGE, UNREADABLE, kind_by_content

_PIECE = 1 << 20
_TWO_OR_MORE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
NUL = message("line {line} holds a NUL byte, which no text does")
UTF_16 = message("this is text in UTF-16: save it as “CSV UTF-8 (comma delimited)”")
BROKEN_TEXT = message("line {line} is neither UTF-8 nor Windows-1252: save the file as “CSV UTF-8 (comma delimited)”")
SEPARATORS = {",": Wording("commas"), ";": Wording("semicolons"), "\t": Wording("tabs")}


@dataclass
class CsvSheet:
    """One CSV file."""

    path: Path
    title: str
    encoding: str
    separator: str
    total: int | None
    name: str = ""
    hidden: bool = False
    merged: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    def position(self, column: int) -> str:
        """The number of a column."""
        return str(column)

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The rows that hold anything, each with the line where it begins; a quote that is never closed ends them."""
        self.faults = []
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            try:
                begins, width = 1, 0
                for row in reader:
                    line, begins = begins, reader.line_num + 1
                    cells: Cells = {at: text for at, text in enumerate(row, 1) if text and not text.isspace()}
                    if not cells or (line == 1 and len(row) <= 2 and row[0].casefold().startswith("sep=")):
                        continue
                    # One that is short has lost a separator or a quote: its cells would slip into other columns.
                    if width and len(row) < width:
                        shown = self.separator.join(row)[:60]
                        self.faults.append(
                            RowFault(
                                self.path.name,
                                line,
                                "",
                                shown,
                                Wording("{count} cells, not {found}", count=width, found=len(row)),
                            )
                        )
                        continue
                    width = width or max(cells)
                    yield line, cells
            except csv.Error as error:
                words = Wording("cells separated by {what}, every quote closed", what=SEPARATORS[self.separator])
                self.faults.append(RowFault(self.path.name, begins, "", str(error), words))


def open_csv(path: Path, title: str, columns: frozenset[str], limits: Limits) -> CsvSheet:
    """A CSV file, looked through once; `columns` are the headings that may stand in it, in small letters."""
    try:
        size = path.stat().st_size
        if size == 0:
            raise SourceRefused(path.name, EMPTY)
        if size > limits.size:
            raise SourceRefused(path.name, TOO_LARGE, size=size, most=limits.size)
        encoding, lines = _encoding(path)
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline(_PIECE)
            if first.casefold().startswith("sep="):
                first = file.readline(_PIECE)
    except OSError as error:
        raise SourceRefused(path.name, UNREADABLE, detail=error.strerror or str(error)) from error

    def known(separator: str) -> tuple[int, int]:
        named = [part.strip().strip('"').strip().casefold() for part in first.split(separator)]
        return sum(name in columns for name in named), len(named)

    return CsvSheet(path, title, encoding, max(SEPARATORS, key=known), max(0, lines - 1))


def _encoding(path: Path) -> tuple[str, int]:
    """The encoding of a text, and how many lines it has."""
    strict = codecs.getincrementaldecoder("utf-8")("strict")
    lines = 0
    wrong_line = whole = broken = 0
    with path.open("rb") as file:
        head = file.read(4096)
        if what := kind_by_content(head):
            raise SourceRefused(path.name, OTHER_KIND, what=what)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise SourceRefused(path.name, UTF_16)
        marked = head.startswith(codecs.BOM_UTF8)
        if head.startswith(b"PK\x03\x04"):
            raise SourceRefused(path.name, OTHER_KIND, what=Wording("a ZIP package"))
        file.seek(0)
        while piece := file.read(_PIECE):
            if (at := piece.find(0)) >= 0:
                raise SourceRefused(path.name, NUL, line=lines + piece.count(b"\n", 0, at) + 1)
            if not wrong_line:
                try:
                    strict.decode(piece)
                except UnicodeDecodeError as error:
                    before = max(0, error.start - len(error.object) + len(piece))
                    wrong_line = lines + piece.count(b"\n", 0, before) + 1
            if not piece.isascii():
                found = _TWO_OR_MORE.findall(piece)
                whole += len(found)
                broken += sum(byte >= 0x80 for byte in piece) - sum(map(len, found))
            lines += piece.count(b"\n")
    if not wrong_line:
        try:
            strict.decode(b"", final=True)
        except UnicodeDecodeError:
            wrong_line = lines + 1
    if not wrong_line:
        return "utf-8-sig", lines
    # Where most of the letters beyond ASCII are UTF-8, the rest is damage and not another encoding.
    if marked or whole > broken:
        raise SourceRefused(path.name, BROKEN_TEXT, line=wrong_line)
    _check_windows(path)
    return "cp1252", lines


def _check_windows(path: Path) -> None:
    lines = 1
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            try:
                piece.decode("cp1252")
            except UnicodeDecodeError as error:
                line = lines + piece.count(b"\n", 0, error.start)
                raise SourceRefused(path.name, BROKEN_TEXT, line=line) from error
            lines += piece.count(b"\n")
