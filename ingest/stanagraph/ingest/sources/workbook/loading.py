"""Loading the sheets of a workbook: first which ids there are, then what each row says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stanagraph.graph.errors import RowFault, SourceRefused
from stanagraph.graph.wording import Wording, message

from ...read import Wrong, near
from ...tables import TABLES
from .. import Entry, Place, Work
from .cells import Cells, Sheet
from .entries import Writer
from .headings import columns_by_heading, folded, is_example, not_tables, tables_by_name
from .known import Known
from .rows import Heading, Reading, read_heading, shown
from .xlsx import within

_EVERY = 2_000  # rows between two reports of progress
NO_SHEET = message("no sheet is named after a table; there are {tables}{near}")
NOTHING = message("there is nothing to load: no table has a row")
TOO_MANY = message("more than {most} rows; split the workbook, or raise `entries` of [limits] in stanagraph.toml")
MERGED = message("cells that are not merged: each row stands for itself (Home, Merge & Center, Unmerge Cells)")


class Loading:
    """Two passes over the sheets: which ids there are, then what each row says."""

    def __init__(self, file: str, work: Work, sheets: Sequence[Sheet]) -> None:
        self.file, self.work = file, work
        self.known = Known(work.source, work.known, work.vocabulary)
        self.known.units.update(work.units)
        self.sheets = [(table, sheet) for table, sheet in self._tables(sheets)]
        for _, sheet in self.sheets:
            next(iter(sheet.rows()), None)  # a sheet tells its size at its beginning
        totals = [sheet.total for _, sheet in self.sheets]
        self.total = sum(total or 0 for total in totals) if all(total is not None for total in totals) else None
        self.done = 0

    def _tables(self, sheets: Sequence[Sheet]) -> Iterator[tuple[str, Sheet]]:
        names, seen = tables_by_name(), dict[str, str]()
        strange: list[str] = []
        for sheet in sheets:
            place = Place(self.file, sheet.name)
            table = names.get(folded(sheet.title))
            if table is None:
                if folded(sheet.title) not in not_tables():
                    strange.append(near(folded(sheet.title), names))
                    self.work.not_loaded(
                        place,
                        "unknown-sheet",
                        "The sheet {sheet!r} is not named after a table{near}: it was not loaded.",
                        sheet=sheet.title,
                        near=strange[-1],
                    )
                continue
            if sheet.hidden:
                self.work.remark(
                    place, "hidden-sheet", "The sheet {sheet!r} is hidden; it was loaded as well.", sheet=sheet.title
                )
            if table in seen:
                words = Wording("one sheet for the table {table}; {sheet!r} is it too", table=table, sheet=seen[table])
                self.work.refuse(RowFault(self.file, 1, "", sheet.title, words, sheet.name))
                continue
            seen[table] = sheet.title
            yield table, sheet
        if not seen:
            raise SourceRefused(self.file, NO_SHEET, tables=", ".join(TABLES), near=strange[0] if strange else "")

    def entries(self) -> Iterator[Entry]:
        """An entry for each row that is no example and has no fault; faults go to the work."""
        for table, sheet in self.sheets:
            if "id" in TABLES[table].model_fields:
                self._note_ids(table, sheet)
        for table, sheet in self.sheets:
            yield from self._sheet(table, sheet)
            if self._enough():
                return
        if not self.work.account.counts["rows"] and not self.work.faults:
            raise SourceRefused(self.file, NOTHING)
        self.work.progress(self.done, self.done)

    def _enough(self) -> bool:
        return len(self.work.faults) >= self.work.limits.faults

    def _note_ids(self, table: str, sheet: Sheet) -> None:
        """Which ids a sheet has; what is wrong with them is said when the rows are read."""
        by_heading, own = columns_by_heading(table), self.known.own[table]
        at = units = 0
        for number, (row, cells) in enumerate(sheet.rows()):
            if number == 0:
                named = {by_heading.get(folded(shown(value))): place for place, value in cells.items()}
                at, units = named.get("id", 0), named.get("units", 0)
                continue
            if number > self.work.limits.entries:
                self._too_many()
            identifier = shown(cells.get(at, "")).strip()
            if identifier and not is_example(identifier):
                own.setdefault(identifier, row)
                if table == "parameter_definitions":
                    parts = shown(cells.get(units, "")).split(";")
                    self.known.units[identifier] = tuple(part.strip() for part in parts if part.strip())
            if number % _EVERY == 0:
                self.work.progress(0, self.total)

    def _sheet(self, table: str, sheet: Sheet) -> Iterator[Entry]:
        reading: Reading | None = None
        writer = Writer(table, self.work, self.known)
        last = 0
        for row, cells in sheet.rows():
            last = row
            if reading is None:
                heading, wrong = read_heading(table, row, cells)
                self._refuse(sheet, row, wrong)
                if wrong:
                    return
                places = {column: sheet.position(at) for at, column in heading.columns.items()}
                self.work.account.columns[sheet.name] = places
                reading = Reading(table, heading, sheet.position, comma=getattr(sheet, "separator", "") == ";")
                continue
            self.done += 1
            if self.done % _EVERY == 0:
                total = max(self.total, self.done) if self.total is not None else None
                self.work.progress(self.done, total)
            if self.done > self.work.limits.entries:
                self._too_many()
            if entry := self._row(sheet, row, cells, reading, writer):
                yield entry
            if self._enough():
                return
        for fault in sheet.faults:
            self.work.refuse(fault)
        if reading is not None:
            self._merged(sheet, reading.heading, last)

    def _row(self, sheet: Sheet, row: int, cells: Cells, reading: Reading, writer: Writer) -> Entry | None:
        given = reading.row(cells)
        if given.example:
            self.work.count("example")
            return None
        self.work.count("rows")
        self.work.count(writer.table)
        outcome = given.wrong or writer.entry(given.cells, Place(self.file, sheet.name, row))
        if isinstance(outcome, Entry):
            return outcome
        self._refuse(sheet, row, outcome, reading.heading)
        return None

    def _refuse(self, sheet: Sheet, row: int, wrong: list[Wrong], heading: Heading | None = None) -> None:
        for column, value, expected in wrong:
            written = heading.shown(column) if heading else column
            self.work.refuse(RowFault(self.file, row, written, value, expected, sheet.name))

    def _merged(self, sheet: Sheet, heading: Heading, last: int) -> None:
        """Merged cells over data are refused: which row the value belongs to is for a person to say."""
        for reference in sheet.merged:
            found = within(reference)
            if found is None:
                continue
            left, top, right, bottom = found
            over = [heading.written[column] for at, column in heading.columns.items() if left <= at <= right]
            if over and top <= last and bottom >= heading.row:
                self.work.refuse(RowFault(self.file, top, over[0], reference, MERGED, sheet.name))
            else:
                self.work.remark(
                    Place(self.file, sheet.name, top),
                    "merged-cells",
                    "The cells {cells} are merged; no data stand there.",
                    cells=reference,
                )

    def _too_many(self) -> None:
        raise SourceRefused(self.file, TOO_MANY, most=f"{self.work.limits.entries:,}")
