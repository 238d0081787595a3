"""The template: complete in both languages, of help to people, and harmless where they leave its examples."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.resources import folder
from stanagraph.ingest.read import Tables
from stanagraph.ingest.read import read as read_tables
from stanagraph.ingest.sources.workbook.headings import (
    COLUMNS_FR,
    EXAMPLE,
    LISTS,
    README,
    SHEETS_FR,
    columns_by_heading,
    folded,
    sheet_name,
    tables_by_name,
)
from stanagraph.ingest.sources.workbook.help import COLUMN_HELP, README_TEXT, TABLE_HELP
from stanagraph.ingest.sources.workbook.rows import needed
from stanagraph.ingest.tables import TABLES
from stanagraph.ingest.template import Meanings, column_help, columns_of, write_template

COLUMNS = {column for model in TABLES.values() for column in model.model_fields}
LANGUAGES = ("en", "fr")


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("templates")
    for language in LANGUAGES:
        write_template(root / f"{language}.xlsx", language)
    return {language: root / f"{language}.xlsx" for language in LANGUAGES}


@pytest.fixture(scope="module")
def public(words: Any) -> Tables:
    return read_tables(folder("data"), words)


def test_every_sheet_and_column_has_its_french_and_its_help() -> None:
    assert set(SHEETS_FR) == set(TABLE_HELP) == set(TABLES)
    assert set(COLUMNS_FR) == COLUMNS
    named = {key.rpartition(".")[2] for key in COLUMN_HELP}
    assert named <= COLUMNS
    assert {len(lines) for lines in README_TEXT.values()} == {len(README_TEXT["en"])}
    assert all(len(name) <= 31 for name in SHEETS_FR.values())


@pytest.mark.parametrize("table", TABLES)
def test_every_heading_means_one_column_in_either_language(table: str) -> None:
    columns = list(TABLES[table].model_fields)
    assert len({folded(COLUMNS_FR[column]) for column in columns}) == len(columns)
    for column in columns:
        for written in (column, COLUMNS_FR[column], COLUMNS_FR[column].upper(), column.replace("_", " ")):
            assert columns_by_heading(table)[folded(written)] == column


def test_every_sheet_name_means_one_table() -> None:
    for table, name in SHEETS_FR.items():
        assert tables_by_name()[folded(name)] == tables_by_name()[folded(table)] == table


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_says_what_it_means_in_the_language(language: str) -> None:
    meanings = Meanings.read(language)
    for table, model in TABLES.items():
        for column in model.model_fields:
            told = column_help(table, column, language, meanings).split("\n")
            assert len(told) == 3
            assert all(re.match(r"\S.{5,}\.$", line) for line in told), told
    assert column_help("equipment", "role", "en", meanings) != column_help("equipment", "role", "fr", meanings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheets_stand_in_the_order_of_the_tables(templates: dict[str, Path], language: str) -> None:
    book = load_workbook(templates[language])
    expected = [README[language], *(sheet_name(table, language) for table in TABLES), LISTS[language]]
    assert book.sheetnames == expected
    assert book[LISTS[language]].sheet_state == "hidden"
    assert book[README[language]]["A1"].value == README_TEXT[language][0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sheet_helps_to_fill_it_in(templates: dict[str, Path], language: str) -> None:
    book = load_workbook(templates[language])
    for table, model in TABLES.items():
        sheet = book[sheet_name(table, language)]
        columns = columns_of(table)
        assert set(columns) == set(model.model_fields)
        assert [cell.value for cell in sheet[1]] == [COLUMNS_FR[it] if language == "fr" else it for it in columns]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        for column, head, example in zip(columns, sheet[1], sheet[2], strict=True):
            assert head.comment is not None
            assert (head.font.color.rgb == "00FFFFFF") == (column in needed(model))
            assert example.font.italic
        assert str(sheet["A2"].value).startswith(EXAMPLE[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_drop_down_lists_hold_the_vocabularies(
    templates: dict[str, Path], words: dict[str, frozenset[str]], language: str
) -> None:
    book = load_workbook(templates[language])
    lists = book[LISTS[language]]
    schemes = {"status": "holding-status", "nation": "nation"}
    sheet = book[sheet_name("holdings", language)]
    for column, scheme in schemes.items():
        letter = get_column_letter(columns_of("holdings").index(column) + 1)
        (validation,) = [it for it in sheet.data_validations.dataValidation if f"{letter}2" in it.sqref]
        assert validation.showErrorMessage
        place = re.fullmatch(r"'(\w+)'!\$([A-Z]+)\$2:\$[A-Z]+\$(\d+)", validation.formula1)
        assert place is not None
        assert place[1] == LISTS[language]
        cells = [row[0] for row in lists[f"{place[2]}2:{place[2]}{place[3]}"]]
        assert {cell.value for cell in cells} == words[scheme]
        assert all(cell.offset(0, 1).value for cell in cells)
    # Where several words may stand, a list only suggests them.
    nations = book[sheet_name("frameworks", language)].data_validations.dataValidation
    assert any(not it.showErrorMessage for it in nations)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_untouched_template_loads_nothing(templates: dict[str, Path], read: Any, language: str) -> None:
    with pytest.raises(SourceRefused, match="nothing to load"):
        read(templates[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_its_mark_every_example_would_load(
    templates: dict[str, Path], read: Any, tmp_path: Path, language: str
) -> None:
    book = load_workbook(templates[language])
    for table in TABLES:
        cell = book[sheet_name(table, language)]["A2"]
        cell.value = cell.value.removeprefix(EXAMPLE[language])
    book.save(tmp_path / "examples.xlsx")
    found = read(tmp_path / "examples.xlsx")
    assert found.work.faults == []
    assert len(found.entries) == len(TABLES)
    assert found.work.account.remarks == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_says_what_the_tables_say(
    templates: dict[str, Path], read: Any, tmp_path: Path, write: Any, language: str
) -> None:
    book = load_workbook(templates[language])
    count = 0
    for table in TABLES:
        sheet = book[sheet_name(table, language)]
        with (folder("data") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in list(csv.reader(file))[1:16]:
                sheet.append(row)
                count += 1
    book.save(tmp_path / "filled.xlsx")
    tables = {}
    for table in TABLES:
        with (folder("data") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            tables[table] = list(csv.reader(file))[:16]
    filled, plain = read(tmp_path / "filled.xlsx"), read(write(tables))
    assert filled.work.faults == []
    assert filled.said == plain.said
    assert dict(filled.work.account.counts)["rows"] == count
    assert filled.work.account.counts["example"] == len(TABLES)
