"""Workbooks: XLSX files with one sheet per table of data/, and CSV files that each are one such table.

Option `table`: the table that a CSV file is, where its name does not say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from stanagraph.graph.errors import RowFault, SourceRefused
from stanagraph.graph.wording import Tell, in_english, message

from ...read import near
from ...tables import TABLES
from .. import Described, Entry, Limits, Place, Work
from .cells import Sheet
from .headings import COLUMNS_FR, folded, tables_by_name
from .loading import Loading
from .package import Package
from .text import open_csv
from .xlsx import Book, title_of

_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".csv")
NO_TABLE = message("no table is called {given}{near}; there are {tables}")
_HEADINGS = frozenset(column for model in TABLES.values() for column in model.model_fields) | set(COLUMNS_FR.values())
LINKS = "The workbook points to {count} other workbooks, which are never opened."


class WorkbookReader:
    """Reads workbooks and single tables."""

    kind: ClassVar[str] = "workbook"
    version: ClassVar[str] = "1.0"

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the ending of the name, or by the folder that all XLSX files have."""
        if path.suffix.lower() in _SUFFIXES:
            return True
        return head.startswith(b"PK") and (b"xl/workbook.xml" in head or b"xl/worksheets/" in head)

    def describe(self, path: Path) -> Described:
        """The title that the properties of the workbook name; not its creator, who is a person and no publisher."""
        if _is_text(path):
            return Described()
        with Package(path, Limits()) as package:
            title = title_of(package)
        return Described(title=title)

    def mark_errors(
        self, path: Path, faults: Sequence[RowFault], out: Path, limits: Limits, tell: Tell = in_english
    ) -> None:
        """Write a copy of the file with its bad cells marked and commented."""
        from .marking import mark_errors

        mark_errors(path, faults, out, limits, tell)

    def read(self, path: Path, work: Work) -> Iterator[Entry]:
        """An entry for each row. Other keys than `table` in the options are of no effect."""
        with sheets_of(path, work.limits, work.options.get("table")) as (sheets, remarks):
            for code, text in remarks:
                work.remark(Place(path.name), code, text)
            yield from Loading(path.name, work, sheets).entries()


@contextmanager
def sheets_of(
    path: Path, limits: Limits, table: str | None = None
) -> Iterator[tuple[Sequence[Sheet], list[tuple[str, str]]]]:
    """The sheets of a workbook or CSV file that was looked through, with remarks on the file, each with its code."""
    if _is_text(path):
        yield [_csv(path, limits, table)], []
        return
    with Package(path, limits) as package:
        package.verify()
        book = Book.open(package)
        remarks = [("external-links", LINKS.format(count=len(book.links)))] if book.links else []
        yield book.sheets, remarks


def _is_text(path: Path) -> bool:
    if path.suffix.lower() != ".csv":
        return False
    # A workbook that is named .csv is told apart from a table.
    try:
        with path.open("rb") as file:
            return not file.read(8).startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    except OSError:
        return True


def _csv(path: Path, limits: Limits, table: str | None) -> Sheet:
    title = table or path.stem
    known = tables_by_name()
    if folded(title) not in known:
        close = near(folded(title), known, 3, 0.5)
        raise SourceRefused(path.name, NO_TABLE, given=repr(title), near=close, tables=", ".join(TABLES))
    return open_csv(path, title, _HEADINGS, limits)
