"""What a workbook says: cells as people write them, sources and references, every row accounted for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.names import term, thing
from stanagraph.ingest.sources import Limits, Outcome, readers
from stanagraph.ingest.sources.workbook import WorkbookReader

HOLDINGS = ("equipment", "nation", "status", "quantity", "as_of", "basis")
GUN = ("pzh-2000", "DEU", "in-service", 100, "2024-01", "NationalHolding")
MUNITIONS = ("id", "name", "munition_kind", "interface", "mass_kg")
SHELL = ("my-shell", "My shell", "projectile-HE", "155mm-l39", 43.5)


def values(found: Any, name: str) -> list[str]:
    return sorted(said.value.value for entry in found.entries for said in entry.facts if said.predicate == term(name))


def test_the_reader_is_found_by_its_kind() -> None:
    reader = WorkbookReader()
    assert reader.kind == "workbook"
    assert [reader.recognises(Path(name), b"") for name in ("a.xlsx", "A.CSV", "a.xls", "a.html", "a.ttl")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_a_row_is_an_entry_with_its_place_subjects_and_columns(write: Any, read: Any) -> None:
    found = read(write({"holdings": [HOLDINGS, GUN]}))
    (entry,) = found.entries
    assert found.work.faults == []
    assert (entry.key, entry.place.file, entry.place.sheet, entry.place.row) == (
        "holdings/pzh-2000/DEU/in-service", "book.xlsx", "holdings", 2,
    )  # fmt: skip
    assert entry.about == (thing("holding", "pzh-2000/DEU/in-service"),)
    assert entry.as_of == "2024-01"
    stated = {said.predicate.value.rpartition("/")[2]: said.column for said in entry.facts if said.column}
    assert stated == {
        "22-rdf-syntax-ns#type": "basis",
        "holdingOf": "equipment",
        "byNation": "nation",
        "holdingStatus": "status",
        "quantity": "quantity",
    }
    assert found.work.account.columns["holdings"] == dict(zip(HOLDINGS, "ABCDEF", strict=True))
    assert dict(found.work.account.counts) == {"rows": 1, "holdings": 1}


def test_facts_that_a_row_works_out_name_their_column_too(write: Any, read: Any) -> None:
    heading = ("agreement", "editions", "nation", "response", "responded", "implementation", "reservation")
    rows = [heading, ("STANAG-4425", "2;3", "DEU", "accepted", "2020", "not-known", "Only by day")]
    (entry,) = read(write({"national_positions": rows})).entries
    columns = {said.predicate.value.rpartition("/")[2]: said.column for said in entry.facts}
    assert columns["responseKind"] == "response"
    assert columns["respondedOn"] == "responded"
    assert columns["reservationText"] == "reservation"
    assert columns["toEdition"] == "editions"


def test_a_row_without_a_source_cites_the_workbook_and_one_with_a_source_cites_that(write: Any, read: Any) -> None:
    rows = [
        (*HOLDINGS, "source", "confidence"),
        (*GUN, None, None),
        ("m777", *GUN[1:], "iso-3166", "high"),
        ("as-90", *GUN[1:], "mine", None),
    ]
    own, cited, self_cited = read(write({"holdings": rows})).entries
    assert (own.cites, own.confidence) == (None, "")
    assert (cited.cites, cited.confidence) == (thing("source", "iso-3166"), "high")
    assert (self_cited.cites, self_cited.confidence) == (None, "")


def test_references_lead_into_the_workbook_and_to_other_sources(write: Any, read: Any) -> None:
    sheets = {
        "munition_uses": [("munition", "nation", "status"), ("my-shell", "DEU", "in-service")],
        "munitions": [MUNITIONS, SHELL],
    }
    found = read(write(sheets))
    assert found.work.faults == []
    assert (
        thing("munition-use", "my-shell/DEU/in-service"),
        term("useOf"),
        thing("munition", "my-shell"),
    ) in found.said


def test_an_unknown_reference_gets_near_names(write: Any, read: Any) -> None:
    found = read(write({"holdings": [HOLDINGS, ("PzH-2000", *GUN[1:]), ("pzh-2000", "DEUX", *GUN[2:])]}))
    assert found.faults == [("holdings", 2, "equipment", "PzH-2000"), ("holdings", 3, "nation", "DEUX")]
    assert "(near: pzh-2000)" in found.expected
    assert found.entries == []


def test_every_nation_of_the_vocabulary_is_known_without_a_table(write: Any, read: Any) -> None:
    assert read(write({"holdings": [HOLDINGS, GUN]}), others={"equipment": {"pzh-2000"}}).work.faults == []


def test_a_repeated_id_is_refused_and_a_repeated_report_is_numbered(write: Any, read: Any) -> None:
    sheets = {
        "munitions": [MUNITIONS, SHELL, ("my-shell", "Again", *SHELL[2:])],
        "holdings": [HOLDINGS, GUN, (*GUN[:3], 90, *GUN[4:]), GUN],
    }
    found = read(write(sheets))
    assert found.faults == [("munitions", 3, "id", "my-shell"), ("holdings", 4, "", "the same as row 2")]
    assert "an id that no other row has (row 2 has it)" in found.expected
    assert [entry.key for entry in found.entries if entry.place.sheet == "holdings"][1].endswith("~2")


@pytest.mark.parametrize(
    ("table", "heading", "row", "column", "expected"),
    [
        ("parameters", ("subject", "parameter", "value", "unit"), ("pzh-2000", "barrel_length_mm", 8000, "furlong"),
         "unit", "one of the units 1, mm"),
        ("capabilities", ("subject", "capability", "value"), ("pzh-2000", "loading", "catapult"), "value",
         "one of autoloader"),
        ("capabilities", ("subject", "capability", "value"), ("pzh-2000", "dedicated-to", "nothing"), "value",
         "an id of equipment or interfaces"),
        ("holdings", HOLDINGS, ("pzh-2000", "DEU", "on-loan", *GUN[3:]), "status", "one of donated"),
        ("holdings", HOLDINGS, (*GUN[:3], -3, *GUN[4:]), "quantity", "a whole number"),
        ("holdings", HOLDINGS, (*GUN[:4], "31.01.2024", GUN[5]), "as_of", "a date as 2024"),
        ("holdings", HOLDINGS, (*GUN[:5], None), "basis", "an empty cell is not allowed"),
        ("munitions", MUNITIONS, ("../x", *SHELL[1:]), "id", "an id of letters"),
        ("munitions", MUNITIONS, ("x/../../y", *SHELL[1:]), "id", "an id of letters"),
        ("munitions", MUNITIONS, ("a b", *SHELL[1:]), "id", "an id of letters"),
        ("sources", ("id", "url", "source_kind", "confidence"), ("s", "file:///etc/passwd", "official", "high"), "url",
         "a web address"),
        ("sources", ("id", "url", "source_kind", "confidence"), ("mine", None, "official", "high"), "id",
         "an id other than that of the workbook"),
        ("parameter_definitions", ("id", "label_en", "label_fr", "units"), ("p", "p", "p", "mm;cubit"), "units",
         "one of the units"),
    ],
)  # fmt: skip
def test_cells_are_checked_as_those_of_the_tables(
    write: Any, read: Any, table: str, heading: Sequence[str], row: Sequence[Any], column: str, expected: str
) -> None:
    found = read(write({table: [heading, row]}))
    assert [(fault[0], fault[1], fault[2]) for fault in found.faults] == [(table, 2, column)]
    assert expected in found.expected


def test_an_edition_that_is_a_path_is_refused(write: Any, read: Any) -> None:
    found = read(
        write({"agreement_editions": [("agreement", "edition", "status"), ("STANAG-4425", "../x", "current")]})
    )
    assert "no path" in found.expected


def test_the_units_of_a_definition_in_the_workbook_count(write: Any, read: Any) -> None:
    sheets = {
        "parameters": [
            ("subject", "parameter", "value", "unit"),
            ("m777", "weight", 7, "mm"),
            ("m777", "weight", 8, "kg"),
        ],
        "parameter_definitions": [("id", "label_en", "label_fr", "units"), ("weight", "w", "p", "kg;g")],
    }
    found = read(write(sheets))
    assert found.faults == [("parameters", 2, "unit", "mm")]
    assert "the unit kg or g for weight" in found.expected


@pytest.mark.parametrize(
    ("written", "mass"),
    [(7.62, "7.62"), ("7.62", "7.62"), ("7,62", "7.62"), (155.0, "155"), ("155.0", "155"), (155, "155"),
     ("  43,5\u00a0", "43.5"), ("1 200", "1200"), ("1\u202f200,5", "1200.5"), (0.1 + 0.2, "0.3"),
     (0.00001, "0.00001")],
)  # fmt: skip
def test_numbers_are_read_as_people_and_spreadsheets_write_them(write: Any, read: Any, written: Any, mass: str) -> None:
    found = read(write({"munitions": [MUNITIONS, (*SHELL[:4], written)]}))
    assert found.work.faults == []
    assert values(found, "mass") == [mass]


def test_a_number_that_can_be_read_in_two_ways_is_refused(write: Any, read: Any) -> None:
    found = read(write({"munitions": [MUNITIONS, (*SHELL[:4], "1,234")]}))
    assert found.faults == [("munitions", 2, "mass_kg", "1,234")]
    assert "one way only" in found.expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("yyyy-mm-dd", "2024-01-31"), ("dd/mm/yy", "2024-01-31"), ("mmm-yy", "2024-01"), ('yyyy" A.D."', "2024"),
     ("[$-40C]d mmmm yyyy;@", "2024-01-31")],
)  # fmt: skip
def test_real_dates_are_as_precise_as_they_are_shown(tmp_path: Path, read: Any, shown: str, expected: str) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "holdings"
    sheet.append(HOLDINGS)
    sheet.append([*GUN[:4], datetime.date(2024, 1, 31), GUN[5]])
    sheet["E2"].number_format = shown
    book.save(tmp_path / "dates.xlsx")
    found = read(tmp_path / "dates.xlsx")
    assert found.work.faults == []
    assert found.entries[0].as_of == expected


def test_dates_count_from_1904_where_the_workbook_does(tmp_path: Path, read: Any) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet: Any = book.active
    sheet.title = "holdings"
    sheet.append(HOLDINGS)
    sheet.append([*GUN[:4], datetime.date(2024, 1, 31), GUN[5]])
    book.save(tmp_path / "mac.xlsx")
    assert read(tmp_path / "mac.xlsx").entries[0].as_of == "2024-01-31"


def test_a_text_that_became_a_date_is_refused(write: Any, read: Any) -> None:
    rows = [("agreement", "edition", "status"), ("STANAG-4425", datetime.date(2024, 3, 1), "current")]
    found = read(write({"agreement_editions": rows}))
    assert found.faults == [("agreement_editions", 2, "edition", "2024-03-01")]
    assert "format the column as text" in found.expected


def test_signs_at_the_beginning_of_a_text_are_data(tmp_path: Path, read: Any) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "manufacturers"
    sheet.append(("thing", "manufacturer"))
    makers = ["=1+1", "+49 Ltd", "-X-", "@works"]
    for row, (gun, maker) in enumerate(zip(("pzh-2000", "m777", "as-90", "archer"), makers, strict=True), 2):
        sheet.cell(row, 1, gun)
        sheet.cell(row, 2, maker).data_type = "s"
    book.save(tmp_path / "signs.xlsx")
    assert values(read(tmp_path / "signs.xlsx"), "manufacturer") == sorted(makers)


def test_an_address_in_a_text_is_a_text(write: Any, read: Any) -> None:
    rows = [("thing", "manufacturer"), ("pzh-2000", "http://not an address")]
    assert values(read(write({"manufacturers": rows})), "manufacturer") == ["http://not an address"]


def test_control_characters_are_refused(write: Any, read: Any) -> None:
    found = read(write({"munitions": [MUNITIONS, ("my_x0007_shell", *SHELL[1:])]}))
    assert found.faults == [("munitions", 2, "id", "my?shell")]


def test_french_sheets_and_headings_say_the_same(write: Any, read: Any) -> None:
    french = ("matériel", "Pays", "STATUT", "quantite", "en date du", "base")
    english = read(write({"holdings": [HOLDINGS, GUN]}))
    found = read(write({"Dotations": [french, GUN]}))
    assert found.work.faults == []
    assert found.said == english.said
    assert found.work.account.columns["Dotations"]["nation"] == "B"


def test_blank_rows_are_skipped_and_rows_keep_their_numbers(write: Any, read: Any) -> None:
    found = read(write({"holdings": [HOLDINGS, (), ("  ",), GUN]}))
    assert [entry.place.row for entry in found.entries] == [4]
    assert found.work.account.counts["rows"] == 1


def test_unknown_columns_are_faults_with_near_names(write: Any, read: Any) -> None:
    found = read(write({"holdings": [(*HOLDINGS, "quantitty", "nation"), (*GUN, 1, "FRA")]}))
    assert found.faults == [("holdings", 1, "quantitty", ""), ("holdings", 1, "nation", "")]
    assert "(near: quantity" in found.expected


def test_a_column_that_must_be_there_is_asked_for_and_others_may_be_left_out(write: Any, read: Any) -> None:
    found = read(write({"holdings": [("equipment", "nation", "status"), GUN[:3]]}))
    assert found.faults == [("holdings", 1, "basis", "")]


def test_a_value_under_no_heading_is_a_fault(write: Any, read: Any) -> None:
    found = read(write({"holdings": [HOLDINGS, (*GUN, "astray")]}))
    assert found.faults == [("holdings", 2, "G", "astray")]


def test_unknown_sheets_are_listed_with_near_names(write: Any, read: Any) -> None:
    found = read(write({"holdings": [HOLDINGS, GUN], "munition": [("x",)], "Notes": [("y",)]}))
    told = [it for it in found.work.account.remarks if it.outcome is Outcome.NOT_LOADED]
    assert [(it.place.sheet, it.code) for it in told] == [("munition", "unknown-sheet"), ("Notes", "unknown-sheet")]
    assert "(near: munitions" in told[0].text


def test_two_sheets_for_one_table_are_refused(write: Any, read: Any) -> None:
    found = read(write({"holdings": [HOLDINGS, GUN], "dotations": [HOLDINGS, GUN]}))
    assert found.faults == [("dotations", 1, "", "dotations")]


def test_hidden_sheets_are_read_and_named(tmp_path: Path, read: Any) -> None:
    book = Workbook()
    sheet = book.create_sheet("holdings")
    sheet.append(HOLDINGS)
    sheet.append(GUN)
    sheet.sheet_state = "veryHidden"
    book.save(tmp_path / "hidden.xlsx")
    found = read(tmp_path / "hidden.xlsx")
    assert len(found.entries) == 1
    assert "hidden" in found.remarks["hidden-sheet"]


def test_reading_stops_after_so_many_faults(write: Any, read: Any) -> None:
    found = read(write({"holdings": [HOLDINGS, *[("nothing", *GUN[1:])] * 50]}), Limits(faults=7))
    assert len(found.work.faults) <= 8


def test_more_rows_than_allowed_are_refused_by_name(write: Any, read: Any) -> None:
    path = write({"holdings": [HOLDINGS, *[(*GUN[:3], number, *GUN[4:]) for number in range(20)]]})
    with pytest.raises(SourceRefused, match="more than 10 rows"):
        read(path, Limits(entries=10))


def test_progress_is_told(write: Any, words: Any, known: Any) -> None:
    from stanagraph.ingest.sources import Work

    told: list[tuple[int, int | None]] = []
    path = write({"holdings": [HOLDINGS, *[(*GUN[:3], number, *GUN[4:]) for number in range(4100)]]})
    work = Work("mine", "low", None, words, known, progress=lambda done, total: told.append((done, total)))
    assert len(list(WorkbookReader().read(path, work))) == 4100
    assert told == [(2000, 4100), (4000, 4100), (4100, 4100)]


def test_the_properties_describe_the_workbook(tmp_path: Path) -> None:
    book = Workbook()
    book.properties.title, book.properties.creator = "Stocks of  2024", "Bureau of Standards"
    book.save(tmp_path / "named.xlsx")
    told = WorkbookReader().describe(tmp_path / "named.xlsx")
    assert (told.title, told.publisher, told.captured) == ("Stocks of 2024", None, None)


def test_the_public_tables_read_as_workbooks_say_what_the_tables_say(
    tmp_path: Path, read: Any, words: Any, write: Callable[..., Path]
) -> None:
    import csv

    from stanagraph.graph.resources import folder
    from stanagraph.ingest.facts import facts_of, subject_of
    from stanagraph.ingest.read import read as read_tables
    from stanagraph.ingest.tables import TABLES

    tables = read_tables(folder("data"), words)
    seen: dict[str, int] = {}
    expected = set()
    for placed in (placed for rows in tables.rows.values() for placed in rows):
        key = f"{type(placed.row).__name__} {placed.row.statement_key()}"
        seen[key] = seen.get(key, 0) + 1
        me = subject_of(placed.row, tables, f"~mine-{seen[key]}" if seen[key] > 1 else "")
        expected |= {said[:3] for said in facts_of(placed.row, me, tables)}
    sheets = {}
    for table in TABLES:
        with (folder("data") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            sheets[table] = list(csv.reader(file))
    found = read(write(sheets), others={})
    assert found.work.faults == []
    assert found.said == expected
    assert len(found.entries) == tables.count()
    assert readers  # the entry point itself is tested with the installed package
