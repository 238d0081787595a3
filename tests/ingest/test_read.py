"""Rows that break a rule are refused with file, line, column and what was expected, all at once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stanagraph.graph.errors import DataRefused, RowFault
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder
from stanagraph.ingest.facts import vocabulary
from stanagraph.ingest.read import Tables, read
from stanagraph.ingest.tables import TABLES

Edit = Callable[[Path, int, str, str], None]
VOCABULARY = vocabulary(quad for path in ontology_files(folder("ontology")) for quad in ox.parse(path=path))


def load(data: Path) -> Tables:
    return read(data, VOCABULARY)


def faults(data: Path) -> tuple[RowFault, ...]:
    with pytest.raises(DataRefused) as refused:
        load(data)
    return refused.value.faults


def line_of(path: Path, column: str, value: str) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return next(number for number, row in enumerate(rows, 1) if row[rows[0].index(column)] == value)


@pytest.mark.parametrize(
    ("table", "line", "column", "value", "expected"),
    [
        ("agreement_editions", 2, "promulgated", "2020-13-01", "a date as 2024"),
        ("agreement_editions", 2, "promulgated", "30.06.2020", "a date as 2024"),
        ("holdings", 3, "as_of", "2024-1-5", "a date as 2024"),
        ("holdings", 5, "nation", "XYZ", "an id in nations.csv"),
        ("holdings", 5, "quantity", "-3", "a whole number"),
        ("holdings", 5, "quantity", "12.5", "a whole number"),
        ("holdings", 5, "status", "on-loan", "one of donated, in-service, ordered, retiring"),
        ("holdings", 5, "basis", "Rumour", "NationalHolding or Delivery"),
        ("munitions", 4, "interface", "155mm-l93", "an id in interfaces.csv (near: 155mm-l39"),
        ("munitions", 4, "produced_in", "USA;ZZZ", "an id in nations.csv"),
        ("munitions", 4, "mass_kg", "0", "a number above zero"),
        ("parameters", 2, "unit", "cm", "the unit mm for barrel_length_mm"),
        ("parameters", 2, "unit", "", "the unit mm"),
        ("parameters", 2, "subject", "pzh-3000", "an id in equipment.csv or munitions.csv or interfaces.csv"),
        ("requirements", 2, "document", "STANAG-9999", "an id in agreements.csv or publications.csv"),
        ("sources", 2, "url", "file:///etc/passwd", "a web address"),
        ("nations", 2, "id", "al", "an ISO 3166-1 code"),
        ("nations", 2, "id", "XKX", "one of ALB, AUS, AUT"),
        ("bodies", 2, "body_kind", "club", "one of advisory-group, agency"),
        ("bodies", 2, "part_of", "NOBODY", "an id in bodies.csv"),
        ("production_sites", 2, "inputs", "gold", "one of explosive"),
        ("agreements", 2, "document_kind", "Treaty", "Stanag, Stanrec or MemorandumOfUnderstanding"),
        ("findings", 2, "confidence", "", "a value: an empty cell is not allowed here"),
        ("findings", 2, "source", "hearsay", "an id in sources.csv"),
        ("capabilities", 2, "value", "catapult", "one of autoloader, manual, semi-auto"),
    ],
)
def test_a_bad_cell_is_named(
    public_data: Path, edit: Edit, table: str, line: int, column: str, value: str, expected: str
) -> None:
    edit(public_data / f"{table}.csv", line, column, value)
    found = [
        fault
        for fault in faults(public_data)
        if (fault.file, fault.line, fault.column) == (f"{table}.csv", line, column)
    ]
    assert len(found) == 1
    assert expected in found[0].expected
    assert found[0].value == (value if ";" not in value else "ZZZ")


def test_a_duplicate_id_names_the_other_line(public_data: Path, edit: Edit) -> None:
    edit(public_data / "munitions.csv", 9, "id", "m107-he")
    assert ("munitions.csv", 9, "id", "m107-he") in [(f.file, f.line, f.column, f.value) for f in faults(public_data)]
    assert "line 2 has it" in str(DataRefused(faults(public_data)))


def test_a_row_given_twice_is_refused(public_data: Path) -> None:
    path = public_data / "holdings.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8")
    assert [(fault.line, fault.expected) for fault in faults(public_data)] == [(len(lines) + 1, "a row given once")]


def test_all_faults_of_all_files_come_at_once(public_data: Path, edit: Edit) -> None:
    edit(public_data / "holdings.csv", 2, "nation", "XYZ")
    edit(public_data / "findings.csv", 2, "verdict", "maybe")
    edit(public_data / "interfaces.csv", 2, "calibre_mm", "wide")
    assert {(fault.file, fault.line, fault.column) for fault in faults(public_data)} == {
        ("findings.csv", 2, "verdict"),
        ("holdings.csv", 2, "nation"),
        ("interfaces.csv", 2, "calibre_mm"),
    }


def test_a_refused_row_does_not_drag_its_references_along(public_data: Path, edit: Edit) -> None:
    line = line_of(public_data / "equipment.csv", "id", "pzh-2000")
    edit(public_data / "equipment.csv", line, "role", "")
    assert [(fault.file, fault.line, fault.column) for fault in faults(public_data)] == [
        ("equipment.csv", line, "role")
    ]


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda text: text.replace(b"munition,nation", b"munition,country", 1), "one of the columns"),
        (lambda text: text.replace(b"munition,nation", b"munition,munition", 1), "this column, once"),
        (lambda text: text.replace(b"\n", b",surplus\n", 2), "this column, once|cells, not|one of the columns"),
        (lambda text: text.replace(b"high", b"h\xefgh", 1), "text in UTF-8"),
        (lambda text: text + b'"never closed', "cells separated by commas"),
        (lambda text: b"", "this column, once"),
    ],
)
def test_a_damaged_file_is_named(public_data: Path, damage: Callable[[bytes], bytes], expected: str) -> None:
    path = public_data / "munition_uses.csv"
    path.write_bytes(damage(path.read_bytes()))
    found = faults(public_data)
    assert {fault.file for fault in found} == {"munition_uses.csv"}
    assert any(part in fault.expected for fault in found for part in expected.split("|"))


def test_missing_and_unknown_tables_are_named(public_data: Path) -> None:
    (public_data / "frameworks.csv").rename(public_data / "frame.csv")
    assert [(fault.file, fault.expected[:12]) for fault in faults(public_data)] == [
        ("frame.csv", "one of the t"),
        ("frameworks.csv", "this file, w"),
    ]


def test_lines_count_through_cells_with_line_breaks(public_data: Path) -> None:
    path = public_data / "frameworks.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    heading = lines[0].strip().split(",")
    row = {
        **dict.fromkeys(heading, ""),
        "id": "x",
        "name": '"two\nlines"',
        "framework_kind": "EDA",
        "source": "iso-3166",
    }
    bad = {**row, "id": "y", "name": "bad", "started": "soon", "confidence": "high"}
    good = {**row, "confidence": "high"}
    path.write_text(
        "".join([lines[0], ",".join(good.values()) + "\n", ",".join(bad.values()) + "\n"]), encoding="utf-8"
    )
    assert [(fault.line, fault.column) for fault in faults(public_data)] == [(4, "started")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.sampled_from(sorted(TABLES)), column=st.integers(0, 20), text=st.text(max_size=12))
def test_no_text_in_a_cell_gets_past_or_breaks_the_reader(small_data: Path, table: str, column: int, text: str) -> None:
    path = small_data / f"{table}.csv"
    before = path.read_bytes()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if len(rows) < 2:
        return
    rows[1][column % len(rows[0])] = text
    try:
        with path.open("w", encoding="utf-8", newline="", errors="surrogatepass") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        load(small_data)
    except DataRefused as refused:
        assert all(fault.file and fault.expected for fault in refused.faults)
    finally:
        path.write_bytes(before)


def test_a_figure_that_its_note_calls_a_maximum_is_one() -> None:
    with (folder("data") / "requirements.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["note"].endswith(("maximum dimensions", "inch maximum"))]
    assert len(rows) >= 10
    assert [row for row in rows if row["comparator"] != "le"] == []
