"""Whatever rows are valid say the same as an XLSX file and as a CSV file in each encoding and with each separator."""

from __future__ import annotations

import csv
import re
import string
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pyoxigraph as ox
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from stanagraph.graph.names import thing
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder
from stanagraph.ingest.cells import (
    A_NUMBER,
    A_PERCENTAGE,
    A_WHOLE_NUMBER,
    QUDT_UNITS,
    Concept,
    Dated,
    Expected,
    Refers,
    Web,
)
from stanagraph.ingest.facts import facts_of, subject_of, vocabulary
from stanagraph.ingest.read import column_notes
from stanagraph.ingest.sources.workbook.headings import heading
from stanagraph.ingest.sources.workbook.rows import needed
from stanagraph.ingest.tables import TABLES

# Letters that Windows-1252 has as well; blanks at the ends are dropped on purpose, and "_x" is an escape of Excel.
LETTERS = string.ascii_letters + string.digits + " .,;:!?'\"=+-@#%&/()[]<>\néàçœÉß€’«»№"[:-1]
TEXTS = st.text(LETTERS, min_size=1, max_size=20).map(str.strip).filter(bool)
WORDS = st.text(string.ascii_letters + string.digits + "é-", min_size=1, max_size=8).filter(lambda it: it.strip("-"))
NUMBERS = st.decimals("0.001", "99999", places=3, allow_nan=False).map(lambda it: f"{it.normalize():f}")
DATES = st.builds(lambda date, length: date.isoformat()[:length], st.dates(), st.sampled_from((4, 7, 10)))
WORDS_OF = vocabulary(quad for path in ontology_files(folder("ontology")) for quad in ox.parse(path=path))
with (folder("data") / "capabilities.csv").open(encoding="utf-8", newline="") as opened:
    CAPABILITIES = sorted({(row["capability"], row["value"]) for row in csv.DictReader(opened)})
IDS: dict[str, set[str]] = {}
for name in TABLES:
    with (folder("data") / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
        IDS[name] = {row["id"] for row in csv.DictReader(opened) if "id" in row}


def cells(table: str, column: str) -> st.SearchStrategy[str]:
    model = TABLES[table]
    notes = column_notes(model, column)
    annotation = str(model.model_fields[column].annotation)
    expected = {note.words for note in notes if isinstance(note, Expected)}
    if column in ("unit", "units"):
        one: st.SearchStrategy[str] = st.sampled_from(sorted(QUDT_UNITS))
    elif "Literal" in annotation:
        return st.sampled_from([str(it) for it in get_args(model.model_fields[column].annotation)])
    elif concept := next((note for note in notes if isinstance(note, Concept)), None):
        one = st.sampled_from(sorted(WORDS_OF[concept.scheme]))
    elif refers := next((note for note in notes if isinstance(note, Refers)), None):
        one = st.sampled_from(sorted(key for name in refers.tables for key in IDS[name]))
    elif any(isinstance(note, Dated) for note in notes):
        one = DATES
    elif expected & {A_NUMBER}:
        one = NUMBERS
    elif expected & {A_PERCENTAGE}:
        one = st.decimals(0, 100, places=2).map(str)
    elif expected & {A_WHOLE_NUMBER}:
        one = st.integers(0, 10**9).map(str)
    elif any(isinstance(note, Web) for note in notes):
        one = WORDS.map(lambda it: f"https://example.org/{it}")
    elif column == "id" or column.startswith("edition"):
        one = WORDS
    elif column in ("value", "value_high"):
        one = st.one_of(NUMBERS, WORDS)
    else:
        one = TEXTS
    if "tuple" in annotation:
        return st.lists(one.filter(lambda it: ";" not in it), min_size=1, max_size=3, unique=True).map(";".join)
    return one


def rows(table: str) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    """Rows of one table with the columns that they need and any others."""
    columns = {column: cells(table, column) for column in TABLES[table].model_fields}
    required = {column: columns.pop(column) for column in needed(TABLES[table])}
    if table == "capabilities":
        pairs = st.sampled_from(CAPABILITIES)
        both = st.fixed_dictionaries(required, optional=columns)
        return st.builds(
            lambda row, pair: (table, row | dict(zip(("capability", "value"), pair, strict=True))), both, pairs
        )
    return st.fixed_dictionaries(required, optional=columns).map(lambda row: (table, row))


_UTF_8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
ROWS = st.one_of([rows(table) for table in TABLES])


def said(table: str, row: dict[str, str]) -> set[Any]:
    """What the row says, by the way that the public tables go."""

    class Ids:
        def table_of(self, identifier: str, tables: tuple[str, ...]) -> str | None:
            return next((it for it in tables if identifier in IDS[it]), None)

        def expected(self, value: str, tables: tuple[str, ...]) -> str:
            raise AssertionError(value)

    filled = {"source": "iso-3166", "confidence": "low", **row} if "source" in TABLES[table].model_fields else row
    model = TABLES[table].model_validate(filled)
    return {fact[:3] for fact in facts_of(model, subject_of(model, Ids()), Ids())}


def as_xlsx(path: Path, table: str, row: dict[str, str], language: str) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = table
    sheet.append([heading(column, language) for column in row])
    for at, (column, text) in enumerate(row.items(), 1):
        notes = column_notes(TABLES[table], column)
        if any(isinstance(note, Expected) and note.words in (A_NUMBER, A_PERCENTAGE, A_WHOLE_NUMBER) for note in notes):
            sheet.cell(2, at, float(Decimal(text)))
        else:
            sheet.cell(2, at, text).data_type = "s"
    book.save(path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    drawn=ROWS,
    language=st.sampled_from(("en", "fr")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "cp1252")),
    separator=st.sampled_from((",", ";")),
)
def test_a_valid_row_says_the_same_in_every_form(
    tmp_path: Path, read: Any, drawn: tuple[str, dict[str, str]], language: str, encoding: str, separator: str
) -> None:
    table, row = drawn
    # What reads well as UTF-8 is taken for it, though it may have been written in Windows-1252.
    assume(encoding != "cp1252" or not _UTF_8.search("".join(row.values()).encode(encoding)))
    book, path = tmp_path / "book.xlsx", tmp_path / f"{table}.csv"
    as_xlsx(book, table, row, language)
    numbers = (column for column in row if A_NUMBER in str(column_notes(TABLES[table], column)))
    commas = {column: row[column].replace(".", ",") for column in numbers} if separator == ";" else {}
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow([heading(column, language) for column in row])
        writer.writerow((row | commas).values())
    cited = row.get("source") if "source" in TABLES[table].model_fields else None
    for written in (book, path):
        found = read(written)
        assert found.work.faults == []
        assert found.said == said(table, row)
        (entry,) = found.entries
        assert entry.cites == (thing("source", cited) if cited else None)
