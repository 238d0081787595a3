"""Reading data/: every row checked, every fault reported with its place, nothing half-read."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stanagraph.graph.errors import DataRefused, RowFault

from .cells import Concept, Expected, Refers
from .tables import TABLES, Record
from .tables.documents import RequirementRow
from .tables.equipment import CapabilityRow, ParameterRow

Vocabulary = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Placed:
    """A row and the line of its file where it begins (1 is the heading)."""

    line: int
    row: Record


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

    def count(self) -> int:
        """The number of rows of all tables."""
        return sum(len(rows) for rows in self.rows.values())


def read(data: Path, vocabulary: Vocabulary, progress: Callable[[str], None] = lambda table: None) -> Tables:
    """Every table of a folder; all faults of all files are raised together as DataRefused."""
    tables, faults = Tables(), []
    for name, model in TABLES.items():
        progress(name)
        rows, refused, wrong = _read_table(data / f"{name}.csv", model)
        tables.rows[name] = rows
        tables.headings[name] = _columns_of(data / f"{name}.csv")
        faults += wrong
        # A refused row still owns its id: otherwise each fault would drag its references along.
        tables.ids[name] = refused | {placed.row.key() for placed in rows}
    unknown = sorted(path.name for path in data.glob("*.csv") if path.stem not in TABLES)
    faults += [RowFault(name, 1, "", "", f"one of the tables {', '.join(TABLES)}") for name in unknown]
    for name in TABLES:
        faults += _duplicates(name, tables)
        faults += _references(name, tables, vocabulary)
    faults += [*_units(tables), *_capability_values(tables, vocabulary)]
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
        return [], nothing, [RowFault(path.name, 1, "", "", "this file, which is missing")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return (
            [],
            nothing,
            [RowFault(path.name, line, "", repr(error.object[error.start : error.end]), "text in UTF-8")],
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
        faults.append(RowFault(path.name, reader.line_num, "", str(error), "cells separated by commas"))
    return rows, frozenset(refused), faults


def _heading(file: str, heading: list[str], model: type[Record]) -> list[RowFault]:
    fields = model.model_fields
    faults = [
        RowFault(file, 1, column, "", f"one of the columns {', '.join(fields)}")
        for column in heading
        if column not in fields
    ]
    faults += [RowFault(file, 1, column, "", "this column, once") for column in fields if heading.count(column) != 1]
    return faults


def _row(file: str, line: int, heading: list[str], cells: list[str], model: type[Record]) -> Record | list[RowFault]:
    if len(cells) != len(heading):
        return [RowFault(file, line, "", ",".join(cells)[:60], f"{len(heading)} cells, not {len(cells)}")]
    given = {column: cell.strip() for column, cell in zip(heading, cells, strict=True) if cell.strip()}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return [_fault(file, line, given, model, details) for details in error.errors(include_url=False)]


def _fault(file: str, line: int, given: Mapping[str, str], model: type[Record], details: ErrorDetails) -> RowFault:
    column = str(details["loc"][0]) if details["loc"] else ""
    words = next(
        (note.words for note in column_notes(model, column) if isinstance(note, Expected)), "a value of this kind"
    )
    if details["type"] == "missing":
        words = f"a value: an empty cell is not allowed here ({words})"
    return RowFault(file, line, column, given.get(column, ""), words)


def column_notes(model: type[Record], column: str) -> list[Any]:
    """The annotations of a column, those of an optional type inside included."""
    found = model.model_fields.get(column)
    if found is None:
        return []
    notes = list(found.metadata)
    for part in (found.annotation, *getattr(found.annotation, "__args__", ())):
        notes += getattr(part, "__metadata__", ())
    return notes


def _duplicates(name: str, tables: Tables) -> Iterator[RowFault]:
    first: dict[Any, int] = {}
    for placed in tables.rows[name]:
        row = placed.row
        key = row.statement_key() if row.unique else row
        if key in first:
            words = f"an id that no other row has (line {first[key]} has it)" if row.unique else "a row given once"
            column = "id" if "id" in type(row).model_fields else ""
            shown = key if isinstance(key, str) else f"the same as line {first[key]}"
            yield RowFault(f"{name}.csv", placed.line, column, shown, words)
        first.setdefault(key, placed.line)


def values(cell: Any) -> tuple[str, ...]:
    """The parts of a cell: none, one, or those of a list."""
    return () if cell is None else cell if isinstance(cell, tuple) else (str(cell),)


def _references(name: str, tables: Tables, vocabulary: Vocabulary) -> Iterator[RowFault]:
    model = TABLES[name]
    columns = {column: column_notes(model, column) for column in model.model_fields}
    for placed in tables.rows[name]:
        for column, notes in columns.items():
            for value in values(getattr(placed.row, column)):
                for note in notes:
                    if isinstance(note, Refers) and tables.table_of(value, note.tables) is None:
                        known = sorted({key for table in note.tables for key in tables.ids[table]})
                        if not known:  # the table itself could not be read, and that is reported once
                            continue
                        words = f"an id in {' or '.join(f'{table}.csv' for table in note.tables)}{_near(value, known)}"
                        yield RowFault(f"{name}.csv", placed.line, column, value, words)
                    if isinstance(note, Concept) and value not in vocabulary.get(note.scheme, ()):
                        words = f"one of {', '.join(sorted(vocabulary.get(note.scheme, ())))}"
                        yield RowFault(f"{name}.csv", placed.line, column, value, words)


def _near(value: str, known: list[str]) -> str:
    close = difflib.get_close_matches(value, known, 2, 0.6)
    return f" (near: {', '.join(close)})" if close else ""


def _units(tables: Tables) -> Iterator[RowFault]:
    definitions = {placed.row.key(): placed.row for placed in tables.rows["parameter_definitions"]}
    for name in ("parameters", "requirements"):
        for placed in tables.rows[name]:
            row = placed.row
            if isinstance(row, ParameterRow | RequirementRow) and row.parameter in definitions:
                units: tuple[str, ...] = getattr(definitions[row.parameter], "units", ())
                if row.unit and row.unit not in units:
                    words = f"the unit {' or '.join(units)}" if units else "no unit"
                    yield RowFault(f"{name}.csv", placed.line, "unit", row.unit, f"{words} for {row.parameter}")
                if row.unit is None and units and name == "parameters":
                    yield RowFault(f"{name}.csv", placed.line, "unit", "", f"the unit {' or '.join(units)}")


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


def _capability_values(tables: Tables, vocabulary: Vocabulary) -> Iterator[RowFault]:
    for placed in tables.rows["capabilities"]:
        row = placed.row
        if not isinstance(row, CapabilityRow):
            continue
        allowed = CAPABILITY_VALUES.get(row.capability)
        if isinstance(allowed, tuple) and tables.table_of(row.value, allowed) is None:
            words = f"an id in {' or '.join(f'{table}.csv' for table in allowed)}"
            yield RowFault("capabilities.csv", placed.line, "value", row.value, words)
        if isinstance(allowed, str) and row.value not in vocabulary[allowed]:
            words = f"one of {', '.join(sorted(vocabulary[allowed]))}"
            yield RowFault("capabilities.csv", placed.line, "value", row.value, words)
