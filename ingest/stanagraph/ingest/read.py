"""Reading data/: every row checked, every fault reported with its place, nothing half-read."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stanagraph.graph.errors import DataRefused, RowFault
from stanagraph.graph.wording import Wording, message

from .cells import QUDT_UNITS, Concept, Expected, Refers
from .tables import TABLES, Record
from .tables.documents import RequirementRow
from .tables.equipment import CapabilityRow, ParameterDefinitionRow, ParameterRow

Vocabulary = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Placed:
    """A row and the line of its file where it begins (1 is the heading)."""

    line: int
    row: Record


class Ids(Protocol):
    """Which table an id is in: the one question that a row asks beyond itself."""

    def table_of(self, identifier: str, tables: tuple[str, ...]) -> str | None:
        """The first of these tables that has this id."""
        ...

    def expected(self, value: str, tables: tuple[str, ...]) -> str:
        """What should have been written instead of an id that none of these tables has; empty if that is not known."""
        ...


class Wrong(NamedTuple):
    """A cell that breaks a rule: its column, what stands there, what was expected."""

    column: str
    value: str
    expected: str


@dataclass
class Tables:
    """All rows of all tables, in file order."""

    rows: dict[str, list[Placed]] = field(default_factory=dict)
    # For each table its columns, in the order of its file.
    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # For each table of things: which ids it has.
    ids: dict[str, frozenset[str]] = field(default_factory=dict)

    def table_of(self, identifier: str, tables: tuple[str, ...]) -> str | None:
        """The first of these tables that has this id."""
        return next((table for table in tables if identifier in self.ids.get(table, ())), None)

    def expected(self, value: str, tables: tuple[str, ...]) -> str:
        """Where the id should have been, with near ones."""
        known = sorted({key for table in tables for key in self.ids[table]})
        if not known:  # the table itself could not be read, and that is reported once
            return ""
        return Wording(
            "an id in {files}{near}", files=tuple(f"{table}.csv" for table in tables), near=near(value, known)
        )

    def count(self) -> int:
        """The number of rows of all tables."""
        return sum(len(rows) for rows in self.rows.values())


def read(data: Path, vocabulary: Vocabulary, progress: Callable[[str], None] = lambda table: None) -> Tables:
    """Every table of a folder; all faults of all files are raised together as DataRefused."""
    tables, faults = Tables(), []
    for name, model in TABLES.items():
        progress(name)
        rows, refused, found = _read_table(data / f"{name}.csv", model)
        tables.rows[name] = rows
        tables.headings[name] = _columns_of(data / f"{name}.csv")
        faults += found
        # A refused row still owns its id: otherwise each fault would drag its references along.
        tables.ids[name] = refused | {placed.row.key() for placed in rows}
    unknown = sorted(path.name for path in data.glob("*.csv") if path.stem not in TABLES)
    faults += [
        RowFault(name, 1, "", "", Wording("one of the tables {tables}", tables=", ".join(TABLES))) for name in unknown
    ]
    for name in TABLES:
        faults += _duplicates(name, tables)
    units = {placed.row.key(): getattr(placed.row, "units", ()) for placed in tables.rows["parameter_definitions"]}
    for name, placed_rows in tables.rows.items():
        for placed in placed_rows:
            wrong_here = wrong_cells(placed.row, tables, vocabulary, units)
            faults += [RowFault(f"{name}.csv", placed.line, *wrong) for wrong in wrong_here]
    if faults:
        raise DataRefused(faults)
    return tables


def _columns_of(path: Path) -> tuple[str, ...]:
    """The columns of a table; none where it cannot be read, which is reported by whoever reads its rows."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(next(csv.reader(file), ()))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()


def _read_table(path: Path, model: type[Record]) -> tuple[list[Placed], frozenset[str], list[RowFault]]:
    nothing: frozenset[str] = frozenset()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return [], nothing, [RowFault(path.name, 1, "", "", message("this file, which is missing"))]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return (
            [],
            nothing,
            [RowFault(path.name, line, "", repr(error.object[error.start : error.end]), message("text in UTF-8"))],
        )
    rows: list[Placed] = []
    refused: set[str] = set()
    faults: list[RowFault] = []
    # A cell may hold a line break, so the line where a row begins is one past where the last one ended.
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        heading = next(reader, [])
        if wrong := _heading(path.name, heading, model):
            return [], nothing, wrong
        begins = reader.line_num + 1
        for cells in reader:
            if cells:
                row = _row(path.name, begins, heading, cells, model)
                if isinstance(row, Record):
                    rows.append(Placed(begins, row))
                else:
                    faults += row
                    refused.update(cell.strip() for column, cell in zip(heading, cells, strict=False) if column == "id")
            begins = reader.line_num + 1
    except csv.Error as error:
        faults.append(RowFault(path.name, reader.line_num, "", str(error), message("cells separated by commas")))
    return rows, frozenset(refused), faults


def _heading(file: str, heading: list[str], model: type[Record]) -> list[RowFault]:
    fields = model.model_fields
    faults = [
        RowFault(file, 1, column, "", Wording("one of the columns {columns}", columns=", ".join(fields)))
        for column in heading
        if column not in fields
    ]
    faults += [
        RowFault(file, 1, column, "", message("this column, once")) for column in fields if heading.count(column) != 1
    ]
    return faults


def _row(file: str, line: int, heading: list[str], cells: list[str], model: type[Record]) -> Record | list[RowFault]:
    if len(cells) != len(heading):
        return [
            RowFault(
                file,
                line,
                "",
                ",".join(cells)[:60],
                Wording("{count} cells, not {found}", count=len(heading), found=len(cells)),
            )
        ]
    given = {column: cell.strip() for column, cell in zip(heading, cells, strict=True) if cell.strip()}
    row = checked(given, model)
    return row if isinstance(row, Record) else [RowFault(file, line, *wrong) for wrong in row]


def checked(given: Mapping[str, str], model: type[Record]) -> Record | list[Wrong]:
    """The row that these cells make, or what is wrong with each of them; empty cells are left out."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return [_wrong(given, model, details) for details in error.errors(include_url=False)]


def _wrong(given: Mapping[str, str], model: type[Record], details: ErrorDetails) -> Wrong:
    column = str(details["loc"][0]) if details["loc"] else ""
    words = next(
        (note.words for note in column_notes(model, column) if isinstance(note, Expected)),
        message("a value of this kind"),
    )
    if details["type"] == "missing":
        words = Wording("a value: an empty cell is not allowed here ({what})", what=Wording.of(words))
    return Wrong(column, given.get(column, ""), words)


@cache
def column_notes(model: type[Record], column: str) -> tuple[Any, ...]:
    """The annotations of a column, those of an optional type inside included."""
    found = model.model_fields.get(column)
    if found is None:
        return ()
    notes = list(found.metadata)
    for part in (found.annotation, *getattr(found.annotation, "__args__", ())):
        notes += getattr(part, "__metadata__", ())
    return tuple(notes)


def _duplicates(name: str, tables: Tables) -> Iterator[RowFault]:
    first: dict[Any, int] = {}
    for placed in tables.rows[name]:
        row = placed.row
        key = row.statement_key() if row.unique else row
        if key in first:
            words = (
                Wording("an id that no other row has (line {line} has it)", line=first[key])
                if row.unique
                else message("a row given once")
            )
            column = "id" if "id" in type(row).model_fields else ""
            shown = key if isinstance(key, str) else Wording("the same as line {line}", line=first[key])
            yield RowFault(f"{name}.csv", placed.line, column, shown, words)
        first.setdefault(key, placed.line)


def values(cell: Any) -> tuple[str, ...]:
    """The parts of a cell: none, one, or those of a list."""
    return () if cell is None else cell if isinstance(cell, tuple) else (str(cell),)


def wrong_cells(row: Record, ids: Ids, vocabulary: Vocabulary, units: Mapping[str, tuple[str, ...]]) -> Iterator[Wrong]:
    """What is wrong with a row that needs other rows to be seen: references, vocabularies, units, capability values.

    `units` holds those of each parameter, as far as they are known.
    """
    cells = {column: values(getattr(row, column)) for column, _ in _linking(type(row))}
    yield from wrong_links(type(row), cells, ids, vocabulary)
    if isinstance(row, ParameterRow | RequirementRow):
        yield from _wrong_unit(row, units)
    if isinstance(row, ParameterDefinitionRow):
        strange = (unit for unit in row.units if unit not in QUDT_UNITS)
        yield from (
            Wrong("units", unit, Wording("one of the units {units}", units=", ".join(QUDT_UNITS))) for unit in strange
        )
    if isinstance(row, CapabilityRow):
        yield from _wrong_capability(row, ids, vocabulary)


def wrong_links(
    model: type[Record], cells: Mapping[str, tuple[str, ...]], ids: Ids, vocabulary: Vocabulary
) -> Iterator[Wrong]:
    """Which of these cells name an id or a notation that does not exist; the parts of each cell stand by themselves."""
    for column, note in _linking(model):
        for value in cells.get(column, ()):
            if isinstance(note, Refers):
                if ids.table_of(value, note.tables) is None and (words := ids.expected(value, note.tables)):
                    yield Wrong(column, value, words)
            elif value not in vocabulary.get(note.scheme, ()):
                yield Wrong(column, value, _one_of(vocabulary.get(note.scheme, ())))


@cache
def _linking(model: type[Record]) -> tuple[tuple[str, Refers | Concept], ...]:
    """The columns of a table that hold ids or notations."""
    return tuple(
        (column, note)
        for column in model.model_fields
        for note in column_notes(model, column)
        if isinstance(note, Refers | Concept)
    )


def _one_of(names: Iterable[str]) -> Wording:
    return Wording("one of {names}", names=", ".join(sorted(names)))


def near(value: str, known: Iterable[str], most: int = 2, cutoff: float = 0.6) -> str:
    """The nearest of these names, in brackets; empty where none is near."""
    close = difflib.get_close_matches(value[:100], list(known), most, cutoff)
    return Wording(" (near: {names})", names=", ".join(close)) if close else ""


def _wrong_unit(row: ParameterRow | RequirementRow, units: Mapping[str, tuple[str, ...]]) -> Iterator[Wrong]:
    allowed = units.get(row.parameter)
    if allowed is None and row.unit and row.unit not in QUDT_UNITS:
        yield Wrong("unit", row.unit, Wording("one of the units {units}", units=", ".join(QUDT_UNITS)))
    if allowed is not None:
        if row.unit and row.unit not in allowed:
            words = message("the unit {units} for {parameter}") if allowed else message("no unit for {parameter}")
            yield Wrong("unit", row.unit, Wording(words, units=allowed, parameter=row.parameter))
        if row.unit is None and allowed and isinstance(row, ParameterRow):
            yield Wrong("unit", "", Wording("the unit {units}", units=allowed))


# The vocabulary, or the tables, that the values of each capability come from.
CAPABILITY_VALUES: dict[str, str | tuple[str, ...]] = {
    "loading": "loading-method",
    "charge-form": "charge-form",
    "fuze-setting-needed": "yes-no",
    "fuze-setting": "fuze-setting-method",
    "data-link": "yes-no",
    "dedicated-to": ("equipment", "interfaces"),
    "launcher-adaptation": "yes-no",
    "qualified-for": ("equipment",),
}


def _wrong_capability(row: CapabilityRow, ids: Ids, vocabulary: Vocabulary) -> Iterator[Wrong]:
    allowed = CAPABILITY_VALUES.get(row.capability)
    if isinstance(allowed, tuple) and ids.table_of(row.value, allowed) is None:
        yield Wrong("value", row.value, ids.expected(row.value, allowed) or message("the id of a thing"))
    if isinstance(allowed, str) and row.value not in vocabulary[allowed]:
        yield Wrong("value", row.value, _one_of(vocabulary[allowed]))
