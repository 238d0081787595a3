"""Files that are broken, or made to do harm: each is refused with a reason, none costs more than it may."""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from stanagraph.graph.errors import SourceRefused
from stanagraph.ingest.sources import Limits
from stanagraph.ingest.sources.workbook import WorkbookReader

HOLDINGS = ("equipment", "nation", "status", "quantity", "as_of", "basis")
GUN = ("pzh-2000", "DEU", "in-service", 100, "2024-01", "NationalHolding")
SHEET = "xl/worksheets/sheet1.xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
Damage = Callable[[Mapping[str, bytes]], Mapping[str, bytes]]


@pytest.fixture
def good(write: Any) -> Path:
    return Path(write({"holdings": [HOLDINGS, GUN]}, "good.xlsx"))


@pytest.fixture
def damaged(good: Path, tmp_path: Path) -> Callable[..., Path]:
    """The good workbook with some of its parts replaced, added or taken away (None)."""

    def damage(name: str = "bad.xlsx", **changes: Any) -> Path:
        with zipfile.ZipFile(good) as old:
            parts = {member: old.read(member) for member in old.namelist()}
        for part, change in changes["parts"].items():
            content = change(parts[part]) if callable(change) else change
            parts.pop(part, None)
            if content is not None:
                parts[part] = content
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as new:
            for part, content in parts.items():
                new.writestr(part, content)
        return tmp_path / name

    return damage


RELS = "xl/_rels/workbook.xml.rels"


def with_texts(rels: bytes) -> bytes:
    """The relations of a workbook that has shared texts, which openpyxl writes into the cells instead."""
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    one = b'<Relationship Type="' + kind + b'" Target="sharedStrings.xml" Id="rId99"/></Relationships>'
    return rels.replace(b"</Relationships>", one)


def why(read: Any, path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(SourceRefused) as refused:
        read(path, limits)
    assert refused.value.name == path.name
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b"PK", "its directory is missing"),
        (b"nonsense", "no XLSX workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<html><table></table></html>", "a web page"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (OLE + "Workbook".encode("utf-16-le"), "the old format of Excel"),
    ],
)
@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, read: Any, content: bytes, expected: str, ending: str) -> None:
    path = tmp_path / f"book.{ending}"
    path.write_bytes(content)
    assert expected in why(read, path)
    with pytest.raises(SourceRefused, match=expected):
        WorkbookReader().describe(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path, read: Any) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    assert "cannot be read" in why(read, tmp_path / "folder.xlsx")
    assert "cannot be read" in why(read, tmp_path / "missing.xlsx")
    assert "cannot be read" in why(read, tmp_path / "holdings.csv")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"word/document.xml": b"<w/>"}, "a text document (DOCX)"),
        ({"ppt/presentation.xml": b"<p/>"}, "a presentation"),
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "macros"),
        ({"xl/workbook.bin": b"x"}, "binary workbook"),
        ({"[Content_Types].xml": None}, "no XLSX workbook"),
        ({"xl/workbook.xml": None}, "no XLSX workbook"),
        ({"_rels/.rels": None}, "no XLSX workbook"),
        ({SHEET: b"<worksheet><sheetData>"}, "damaged or cut off"),
        ({SHEET: None}, "no XLSX workbook"),
        ({SHEET: lambda xml: xml.replace(b"<v>100</v>", b"<v>7</v>").replace(b't="n"', b't="s"')}, "no shared text 7"),
        ({SHEET: lambda xml: xml.replace(b'<row r="2"', b'<row r="1"')}, "row 1 stands after row 1"),
        ({SHEET: lambda xml: xml.replace(b'<c r="A2"', b'<c r="ZZZZ2"')}, "there is no column"),
        ({SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData>\x00")}, "damaged or cut off"),
    ],
)
def test_packages_that_are_something_else_or_broken(damaged: Any, read: Any, parts: Any, expected: str) -> None:
    assert expected in why(read, damaged(parts=parts))


def test_macros_come_with_the_way_to_save_without(damaged: Any, read: Any) -> None:
    told = why(read, damaged("book.xlsm", parts={"xl/vbaProject.bin": b"x"}))
    assert "save it as “Excel Workbook (*.xlsx)”" in told


BOMB = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "docProps/core.xml", "xl/_rels/workbook.xml.rels"])
def test_any_document_type_is_refused(damaged: Any, read: Any, part: str) -> None:
    assert f"{part} declares a document type" in why(read, damaged(parts={part: BOMB}))
    external = b'<!DOCTYPE w SYSTEM "file:///etc/passwd"><w/>'
    assert "declares a document type" in why(read, damaged("other.xlsx", parts={part: external}))


def test_a_decompression_bomb_is_refused_by_what_it_unpacks_to(damaged: Any, read: Any) -> None:
    path = damaged(parts={"xl/media/image1.bin": bytes(50_000_000)})
    assert path.stat().st_size < 100_000
    assert "unpacks to more than 1000000 bytes" in why(read, path, Limits(unpacked=1_000_000))


def test_a_header_that_lies_about_its_size_is_not_believed(damaged: Any, read: Any) -> None:
    path = damaged(parts={"xl/media/image1.bin": bytes(5_000_000)})
    raw = path.read_bytes()
    assert raw.count((5_000_000).to_bytes(4, "little")) == 2
    path.write_bytes(raw.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    assert "damaged or cut off" in why(read, path) or "unpacks" in why(read, path)


def test_too_many_parts_and_too_many_bytes(damaged: Any, read: Any) -> None:
    path = damaged(parts={f"xl/media/{number}": b"" for number in range(200)})
    assert "more than 100 parts" in why(read, path, Limits(members=100))
    assert "5000 are allowed" in why(read, path, Limits(size=5_000))


def test_a_mark_that_never_ends_is_refused(damaged: Any, read: Any) -> None:
    path = damaged(parts={SHEET: b"<worksheet><" + b"a" * 20_000_000 + b"/></worksheet>"})
    assert "one mark of more than" in why(read, path)


def test_a_cell_that_never_ends_is_refused(damaged: Any, read: Any) -> None:
    cell = b'<c t="str"><v>' + b"a" * 20_000_000 + b"</v></c>"
    path = damaged(parts={SHEET: lambda xml: xml.replace(b"</row>", cell + b"</row>", 1)})
    assert "more than 32767 characters" in why(read, path)
    texts = b"<sst><si><t>" + b"a" * 20_000_000 + b"</t></si></sst>"
    assert "more than 32767 characters" in why(read, damaged(parts={"xl/sharedStrings.xml": texts, RELS: with_texts}))


def test_a_password_on_the_parts_is_named(good: Path, read: Any) -> None:
    raw = bytearray(good.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1
    good.write_bytes(raw)
    assert "protected by a password" in why(read, good)


def test_links_to_other_workbooks_are_named_and_never_followed(damaged: Any, read: Any) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    found = read(damaged(parts={"xl/externalLinks/externalLink1.xml": link}))
    assert len(found.entries) == 1
    assert "1 other workbooks, which are never opened" in found.remarks["external-links"]


def test_parts_outside_the_package_are_no_sheets(damaged: Any, read: Any, tmp_path: Path) -> None:
    for target in (b"../../../../etc/passwd", b"file:///etc/passwd", b"/etc/passwd"):
        rels = {"xl/_rels/workbook.xml.rels": lambda xml, to=target: xml.replace(b"/xl/worksheets/sheet1.xml", to)}
        assert "no XLSX workbook" in why(read, damaged(parts=rels))


def test_shared_texts_are_read_without_their_reading_aids(damaged: Any, read: Any) -> None:
    texts = [
        "equipment",
        "nation",
        "status",
        "quantity",
        "as_of",
        "basis",
        "DEU",
        "in-service",
        "2024-01",
        "NationalHolding",
    ]
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    rich = "<si><r><rPr><b/></rPr><t>pzh</t></r><r><t>-2000</t></r><rPh><t>peh-zet-ha</t></rPh></si>"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def shared(xml: bytes) -> bytes:
        text = xml.decode()
        for number, value in enumerate([*texts, "pzh-2000"]):
            text = text.replace(f't="inlineStr"><is><t>{value}</t></is>', f't="s"><v>{number}</v>')
        assert "inlineStr" not in text
        return text.encode()

    sst = f'<sst xmlns="{main}">{items}{rich}</sst>'.encode()
    found = read(damaged(parts={SHEET: shared, "xl/sharedStrings.xml": sst, RELS: with_texts}))
    assert found.work.faults == []
    assert found.entries[0].key == "holdings/pzh-2000/DEU/in-service"


def test_a_prefix_for_the_names_of_xml_changes_nothing(damaged: Any, read: Any) -> None:
    def prefixed(xml: bytes) -> bytes:
        text = (
            xml.decode()
            .replace("</", "</x:")
            .replace("<", "<x:")
            .replace("<x:/x:", "</x:")
            .replace("xmlns=", "xmlns:x=")
        )
        return text.encode()

    assert len(read(damaged(parts={SHEET: prefixed})).entries) == 1


def test_a_sheet_without_references_is_read_by_order(damaged: Any, read: Any) -> None:
    import re

    bare = {SHEET: lambda xml: re.sub(rb' r="[A-Z]*\d+"', b"", xml)}
    (entry,) = read(damaged(parts=bare)).entries
    assert entry.place.row == 2


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (b'<c r="D2"><f>1+1</f><v>2</v></c>', "a value, not a formula"),
        (b'<c r="D2"><f>1+1</f></c>', "a value, not a formula"),
        (b'<c r="D2" t="e"><v>#N/A</v></c>', "not an error of a formula"),
    ],
)
def test_formulas_and_errors_are_named_by_cell(damaged: Any, read: Any, cell: bytes, expected: str) -> None:
    import re

    found = read(damaged(parts={SHEET: lambda xml: re.sub(rb'<c r="D2".*?</c>', cell, xml)}))
    assert [fault[:3] for fault in found.faults] == [("holdings", 2, "quantity")]
    assert expected in found.expected
    assert found.entries == []


def test_merged_cells_over_data_are_refused_and_others_named(tmp_path: Path, read: Any) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "holdings"
    for row in (HOLDINGS, GUN, ("pzh-2000", "FRA", *GUN[2:])):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("H8:J9")
    book.save(tmp_path / "merged.xlsx")
    found = read(tmp_path / "merged.xlsx")
    assert ("holdings", 2, "equipment", "A2:A3") in found.faults
    assert "not merged" in found.expected
    assert "H8:J9" in found.remarks["merged-cells"]


@pytest.mark.parametrize("sheets", [{}, {"holdings": []}, {"holdings": [HOLDINGS]}])
def test_a_workbook_with_nothing_in_it_is_refused(write: Any, read: Any, sheets: Any) -> None:
    path = write(sheets or {"Sheet1": []})
    assert ("nothing to load" if sheets else "no sheet is named after a table") in why(read, path)


def test_wherever_a_workbook_is_cut_off_it_is_refused(good: Path, read: Any, tmp_path: Path) -> None:
    raw = good.read_bytes()
    for length in range(1, len(raw), 97):
        (tmp_path / "cut.xlsx").write_bytes(raw[:length])
        why(read, tmp_path / "cut.xlsx")


def test_whatever_byte_is_wrong_the_reader_answers(good: Path, read: Any, tmp_path: Path) -> None:
    raw = good.read_bytes()
    chance = random.Random(4)
    refused = 0
    for _ in range(600):
        bad = bytearray(raw)
        for _ in range(chance.randint(1, 4)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        (tmp_path / "bits.xlsx").write_bytes(bad)
        try:
            read(tmp_path / "bits.xlsx")
        except SourceRefused:
            refused += 1
    assert refused > 300


@pytest.mark.long
def test_a_million_rows_take_less_than_a_gibibyte(tmp_path: Path) -> None:
    from stanagraph.graph.resources import folder

    path = tmp_path / "million.xlsx"
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("holdings")
    sheet.append(HOLDINGS)
    nations = ("DEU", "FRA", "USA", "GBR", "ITA")
    for number in range(1_000_000):
        sheet.append(("pzh-2000", nations[number % 5], "in-service", number, "2024-01", "NationalHolding"))
    book.save(path)
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path), str(folder("ontology")), str(tmp_path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    entries, mebibytes, rate = measured.stdout.split()
    print(f"{entries} rows, {mebibytes} MiB, {rate} rows/s")
    assert int(entries) == 1_000_000
    assert int(mebibytes) <= 1024


_MEASURE = """
import re, sys, time
from pathlib import Path
import pyoxigraph as ox
from stanagraph.graph.reasoning import ontology_files
from stanagraph.ingest.facts import vocabulary
from stanagraph.ingest.record import record
from stanagraph.ingest.sources import Work
from stanagraph.ingest.sources.workbook import WorkbookReader

words = vocabulary(quad for path in ontology_files(Path(sys.argv[2])) for quad in ox.parse(path=path))
work = Work("mine", "medium", None, words, {"equipment": {"pzh-2000"}})
began = time.monotonic()
recorded = record(WorkbookReader(), Path(sys.argv[1]), work, Path(sys.argv[3]))
rate = recorded.entries / (time.monotonic() - began)
# Of this program alone: what getrusage tells counts from the process that started it.
peak = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
print(recorded.entries, peak // 1024, round(rate))
"""
