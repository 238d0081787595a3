"""Errors come back in a copy of the workbook: the cells coloured, what was expected beside them, all else as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from stanagraph.graph.errors import RowFault
from stanagraph.ingest.sources import Limits
from stanagraph.ingest.sources.workbook import marking
from stanagraph.ingest.sources.workbook.marking import mark_errors

HOLDINGS = ("equipment", "nation", "status", "quantity", "basis", "note")
GUN = ("pzh-2000", "DEU", "in-service", 100, "NationalHolding", "=1+1")
RED = "00F4B6B0"


def marked(path: Path, sheet: str) -> dict[str, str]:
    cells = (cell for row in load_workbook(path)[sheet].iter_rows() for cell in row)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.fill.fgColor.rgb == RED and cell.comment}


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "holdings"
    rows = [HOLDINGS, GUN, (*GUN[:2], "on-loan", -3, *GUN[4:]), ("pzh-3000", *GUN[1:])]
    for number, row in enumerate(rows, 1):
        for at, value in enumerate(row, 1):
            cell = sheet.cell(number, at, value)
            cell.data_type = "n" if isinstance(value, int) else "s"
    sheet.column_dimensions["A"].width = 33
    book.create_sheet("My notes")["B2"] = "keep me"
    book.save(tmp_path / "bad.xlsx")
    return tmp_path / "bad.xlsx"


def test_wrong_cells_are_marked_and_all_others_kept(bad: Path, read: Any, tmp_path: Path) -> None:
    faults = read(bad).work.faults
    mark_errors(bad, faults, tmp_path / "marked.xlsx", Limits())
    told = marked(tmp_path / "marked.xlsx", "holdings")
    assert set(told) == {"C3", "D3", "A4"}
    assert told["C3"].startswith("expected one of donated")
    assert told["D3"] == "expected a whole number"
    assert "an id of equipment" in told["A4"]
    book = load_workbook(tmp_path / "marked.xlsx")
    assert book["My notes"]["B2"].value == "keep me"
    assert book["holdings"].column_dimensions["A"].width == 33
    assert (book["holdings"]["F2"].value, book["holdings"]["F2"].data_type) == ("=1+1", "s")
    again = read(tmp_path / "marked.xlsx").work.faults
    assert [it.expected for it in again] == [it.expected for it in faults]


def test_a_file_that_was_mended_loads(bad: Path, read: Any, tmp_path: Path) -> None:
    mark_errors(bad, read(bad).work.faults, tmp_path / "marked.xlsx", Limits())
    book = load_workbook(tmp_path / "marked.xlsx")
    sheet: Any = book["holdings"]
    sheet["C3"], sheet["D3"], sheet["A4"], sheet["B4"] = "in-service", 3, "pzh-2000", "FRA"
    for cell in ("F2", "F3", "F4"):
        sheet[cell].data_type = "s"
    book.save(tmp_path / "mended.xlsx")
    found = read(tmp_path / "mended.xlsx")
    assert found.work.faults == []
    assert len(found.entries) == 3


def test_faults_of_a_csv_file_come_back_as_a_workbook(read: Any, tmp_path: Path) -> None:
    path = tmp_path / "munitions.csv"
    path.write_bytes("id;name;munition_kind;interface\nobus;=é;projectile-HE;155mm-l93\n".encode("cp1252"))
    mark_errors(path, read(path).work.faults, tmp_path / "marked.xlsx", Limits())
    assert "155mm-l39" in marked(tmp_path / "marked.xlsx", "munitions")["D2"]
    cell = load_workbook(tmp_path / "marked.xlsx")["munitions"]["B2"]
    assert (cell.value, cell.data_type) == ("=é", "s")


def test_of_a_large_workbook_only_the_faulty_rows_come_back(
    bad: Path, read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "LARGE", 5)
    mark_errors(bad, read(bad).work.faults, tmp_path / "marked.xlsx", Limits())
    book = load_workbook(tmp_path / "marked.xlsx")
    assert book.sheetnames == ["Faults", "holdings"]
    assert "only its 2 faulty rows" in str(book["Faults"]["A1"].value)
    assert [row[0].value for row in book["holdings"].iter_rows()] == ["row", 3, 4]
    assert set(marked(tmp_path / "marked.xlsx", "holdings")) == {"D2", "E2", "B3"}


def test_faults_of_rows_headings_and_merged_cells_have_a_place(read: Any, tmp_path: Path) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "holdings"
    for row in (HOLDINGS, GUN[:5], ("pzh-2000", "FRA", *GUN[2:5])):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    faults = [
        *read(tmp_path / "merged.xlsx").work.faults,
        RowFault("merged.xlsx", 1, "basis", "", "this column, once", "holdings"),
        RowFault("merged.xlsx", 1, "gone", "", "this column, once", "holdings"),
        RowFault("merged.xlsx", 3, "", "", "a row given once", "holdings"),
    ]
    mark_errors(tmp_path / "merged.xlsx", faults, tmp_path / "marked.xlsx", Limits())
    told = marked(tmp_path / "marked.xlsx", "holdings")
    assert told["E1"] == "expected this column, once"
    assert told["A1"] == "gone: expected this column, once"
    assert "not merged" in told["A2"]
    assert "a row given once" in told["A2"]


def test_comments_are_in_the_language_of_the_headings(read: Any, write: Any, tmp_path: Path) -> None:
    french = ("matériel", "pays", "statut", "quantité", "base")
    path = write({"dotations": [french, ("pzh-2000", "DEU", "in-service", -3, "NationalHolding")]})
    faults = read(path).work.faults
    mark_errors(path, faults, tmp_path / "marked.xlsx", Limits(), tell=lambda text, language: f"{language}: {text}")
    assert marked(tmp_path / "marked.xlsx", "dotations") == {"D2": "fr: expected a whole number"}
