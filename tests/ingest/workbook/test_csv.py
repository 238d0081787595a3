"""CSV files as people's programs write them: encodings, separators, and what is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stanagraph.graph.errors import SourceRefused

ROWS = [
    ["id", "name", "munition_kind", "interface", "mass_kg"],
    ["obus-a", "Obus d’exercice à poudre", "projectile-HE", "155mm-l39", "43,5"],
    ["obus-b", "Übungsgeschoß €", "projectile-HE", "155mm-l39", "7,625"],
]


def text(separator: str, end: str = "\r\n") -> str:
    def cell(value: str) -> str:
        return f'"{value}"' if separator in value else value

    return "".join(separator.join(map(cell, row)) + end for row in ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("begin", ["", "sep=;\r\n"])
def test_semicolons_and_decimal_commas_in_each_encoding(tmp_path: Path, read: Any, encoding: str, begin: str) -> None:
    path = tmp_path / "munitions.csv"
    path.write_bytes((begin + text(";")).encode(encoding))
    found = read(path)
    assert found.work.faults == []
    assert [entry.place.row for entry in found.entries] == ([3, 4] if begin else [2, 3])
    said = {said.value.value for entry in found.entries for said in entry.facts}
    assert {"Obus d’exercice à poudre", "Übungsgeschoß €", "43.5", "7.625"} <= said
    assert found.work.account.columns[""]["mass_kg"] == "5"
    assert found.entries[0].place.sheet == ""


def test_between_commas_a_comma_in_a_number_can_be_read_in_two_ways(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "munitions.csv"
    path.write_text(text(","), encoding="utf-8", newline="")
    assert read(path).faults == [("", 3, "mass_kg", "7,625")]


@pytest.mark.parametrize("name", ["Munitions.CSV", "munition_uses.csv", "emplois-munitions.csv"])
def test_the_table_is_that_of_the_name(tmp_path: Path, read: Any, name: str) -> None:
    path = tmp_path / name
    if name.startswith("M"):
        path.write_text(text(";"), encoding="utf-8")
    else:
        path.write_text("munition;nation;status\nm107-he;DEU;in-service\n", encoding="utf-8")
    assert read(path).work.faults == []


def test_a_name_that_is_no_table_is_refused_with_near_ones(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "munition.csv"
    path.write_text(text(";"), encoding="utf-8")
    with pytest.raises(SourceRefused, match=r"no table is called 'munition' \(near: munitions") as refused:
        read(path)
    assert "national_positions" in str(refused.value)


def test_the_option_table_names_the_table(tmp_path: Path, words: Any, known: Any) -> None:
    from stanagraph.ingest.sources import Work
    from stanagraph.ingest.sources.workbook import WorkbookReader

    path = tmp_path / "export-7.csv"
    path.write_text(text(";"), encoding="utf-8")
    work = Work("mine", "low", None, words, known, options={"table": "munitions"})
    assert len(list(WorkbookReader().read(path, work))) == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"id;name\nx;a\x00b\n", "line 2 holds a NUL byte"),
        ("id;name\n".encode("utf-16"), "text in UTF-16"),
        ("id;name\nx;é à ü\ny;caf".encode() + b"\xe9;\n", "line 3 is neither UTF-8 nor Windows-1252"),
        (b"id;name\nx;caf\xe9 \x81\n", "line 2 is neither UTF-8 nor Windows-1252"),
        (b"\xef\xbb\xbfid;name\nx;caf\xe9\n", "line 2 is neither UTF-8 nor Windows-1252"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
    ],
)
def test_what_is_no_text_in_a_known_encoding_is_refused(tmp_path: Path, read: Any, content: bytes, why: str) -> None:
    path = tmp_path / "munitions.csv"
    path.write_bytes(content)
    with pytest.raises(SourceRefused, match=why):
        read(path)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('x;"never closed;projectile-HE;155mm-l39;1\n', "every quote closed"),
        ('x;"closed"too early;projectile-HE;155mm-l39;1\n', "every quote closed"),
        ("x;only two\n", "5 cells, not 2"),
        ("x;a;projectile-HE;155mm-l39;1;surplus\n", "gives the column no heading"),
    ],
)
def test_broken_rows_are_named(tmp_path: Path, read: Any, line: str, fault: str) -> None:
    path = tmp_path / "munitions.csv"
    path.write_text(text(";", "\n") + line, encoding="utf-8")
    found = read(path)
    assert [it.line for it in found.work.faults] == [4]
    assert fault in found.expected


def test_lines_count_through_cells_with_line_breaks(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "munitions.csv"
    path.write_text(
        'id;name;munition_kind;interface\na;"two\nlines";projectile-HE;155mm-l39\nb b;x;projectile-HE;155mm-l39\n',
        encoding="utf-8",
    )
    found = read(path)
    assert [it[:3] for it in found.faults] == [("", 4, "id")]


def test_empty_columns_at_the_end_do_no_harm(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "munitions.csv"
    path.write_text("".join(line + ";;;\n" for line in text(";", "\n").splitlines()), encoding="utf-8")
    assert read(path).work.faults == []
