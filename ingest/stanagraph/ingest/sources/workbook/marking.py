"""A copy of a workbook in which the wrong cells are coloured, each with a comment that says what was expected."""

from __future__ import annotations

import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from stanagraph.graph.errors import RowFault, SourceRefused
from stanagraph.graph.wording import Tell, Wording, in_english, message

from .. import Limits
from . import sheets_of
from .cells import Sheet
from .headings import folded, language_of, tables_by_name
from .rows import shown
from .xlsx import XlsxSheet

Say = Callable[[str], str]
LARGE = 200_000  # cells; beyond these the copy holds only the faulty rows
_LARGE_BYTES = 256 * 1024**2
_WRONG = PatternFill("solid", fgColor="F4B6B0")
_HEAD = Font(bold=True)
CONTRADICTION = message("the merged cells of this sheet contradict each other")


def mark_errors(path: Path, faults: Sequence[RowFault], out: Path, limits: Limits, tell: Tell = in_english) -> None:
    """Write a copy of a workbook, or of a CSV file as a workbook, with the cells of these faults marked.

    Of a workbook with more than 200,000 cells the copy holds only the faulty rows, each with its number, and says so.
    The comments are in French where most headings are. Raises SourceRefused where the file can no longer be read.
    """
    with sheets_of(path, limits, _any_table(path)) as (sheets, _):
        language = language_of(heading for sheet in sheets for heading in _columns(sheet))

        def say(text: str) -> str:
            return tell(text, language)

        large = _is_large(sheets) or any(_unpacked(sheet) > _LARGE_BYTES for sheet in sheets)
        book = None if large else _whole(path, sheets)
        if book is None:
            book = _extract(path, sheets, faults, say)
        else:
            for sheet in sheets:
                # The title of a sheet made from a CSV file is its name; its faults name no sheet.
                target = book[sheet.name or _tab(sheet)]
                _mark(target, [fault for fault in faults if fault.sheet == sheet.name], _columns(sheet), {}, say)
    book.save(out)


def _any_table(path: Path) -> str | None:
    """A table for a CSV file that is called otherwise: its cells are copied as they are."""
    return None if folded(path.stem) in tables_by_name() else "sources"


def _tab(sheet: Sheet) -> str:
    return sheet.title[:31]


def _unpacked(sheet: Sheet) -> int:
    """What the whole workbook of a sheet unpacks to, in bytes."""
    return sheet.book.package.unpacked if isinstance(sheet, XlsxSheet) else 0


def _is_large(sheets: Iterable[Sheet]) -> bool:
    count = 0
    for sheet in sheets:
        for _, cells in sheet.rows():
            count += len(cells)
            if count > LARGE:
                return True
    return False


def _whole(path: Path, sheets: Sequence[Sheet]) -> Workbook | None:
    """All cells; of a workbook as the file has them. None where the file is too odd to be written again."""
    if sheets[0].name:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return load_workbook(path, keep_links=False)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile):
            return None
    book = Workbook()
    target = book.active
    assert isinstance(target, Worksheet)
    target.title = _tab(sheets[0])
    for row, cells in sheets[0].rows():
        for at, value in cells.items():
            _write(target, row, at, shown(value))
    return book


def _extract(path: Path, sheets: Sequence[Sheet], faults: Sequence[RowFault], say: Say) -> Workbook:
    """The faulty rows alone, after a first sheet that says so."""
    book = Workbook()
    front = book.active
    assert isinstance(front, Worksheet)
    front.title = say(message("Faults"))
    count = len({(it.sheet, it.line) for it in faults})
    for line in (
        Wording("{name} is large: this file holds only its {count} faulty rows.", name=path.name, count=count),
        message(
            "The first column of each sheet is the number of the row in that file. Mend the cells there, not here."
        ),
    ):
        front.append([say(line)])
    wanted: dict[str, dict[int, list[RowFault]]] = defaultdict(lambda: defaultdict(list))
    for fault in faults:
        wanted[fault.sheet][fault.line].append(fault)
    for sheet in sheets:
        rows = wanted.get(sheet.name)
        if not rows:
            continue
        target: Worksheet = book.create_sheet(_tab(sheet))
        placed: dict[int, int] = {}
        for number, (row, cells) in enumerate(sheet.rows()):
            if number and row not in rows:
                continue
            placed[row] = len(placed) + 1
            target.cell(placed[row], 1, say(message("row")) if number == 0 else row).font = _HEAD
            for at, value in cells.items():
                _write(target, placed[row], at + 1, shown(value))
        columns = {name: at + 1 for name, at in _columns(sheet).items()}
        _mark(target, [it for found in rows.values() for it in found], columns, placed, say)
    return book


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """A text as a text: one that begins with = is no formula."""
    cell = sheet.cell(row, column)
    cell.value = "".join(it if it.isprintable() or it == "\n" else "?" for it in text)[:32_767]
    cell.data_type = "s"


def _columns(sheet: Sheet) -> dict[str, int]:
    """Where each heading stands."""
    for _, cells in sheet.rows():
        return {shown(value).strip(): at for at, value in cells.items()}
    return {}


def _mark(
    sheet: Worksheet, faults: Iterable[RowFault], columns: dict[str, int], placed: dict[int, int], say: Say
) -> None:
    told: dict[tuple[int, int], list[str]] = defaultdict(list)
    for fault in faults:
        row = placed.get(fault.line, fault.line)
        # What is wrong with a row as a whole, or with a column that is not there, stands at its beginning.
        at = columns.get(fault.column, min(columns.values(), default=1))
        about = "" if fault.column in columns or not fault.column else f"{fault.column}: "
        told[row, at].append(about + say(Wording("expected {what}", what=Wording.of(fault.expected))))
    for (row, at), texts in sorted(told.items()):
        cell = sheet.cell(row, at)
        if isinstance(cell, MergedCell):
            cell = _head_of(sheet, cell)
        before = f"{cell.comment.text}\n\n" if cell.comment else ""
        text = before + "\n".join(dict.fromkeys(texts))
        cell.comment = Comment(text[:8_000], "Stanagraph", height=60 + 18 * (len(text) // 40), width=320)
        cell.fill = _WRONG


def _head_of(sheet: Worksheet, merged: MergedCell) -> Cell:
    """The first cell of the range that hides this one."""
    ranges = (it for it in sheet.merged_cells.ranges if merged.coordinate in it)
    found = next(ranges, None)
    if found is None or found.min_row is None or found.min_col is None:
        raise SourceRefused(sheet.title, CONTRADICTION)
    head = sheet.cell(found.min_row, found.min_col)
    assert isinstance(head, Cell)
    return head
