"""The template of a workbook: a sheet per table, with headings, help and lists in English or French."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, get_args

import pyoxigraph as ox
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from stanagraph.graph.names import skos, term
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder

from .cells import A_NUMBER, A_PERCENTAGE, A_WHOLE_NUMBER, QUDT_UNITS, Concept, Dated, Expected, Refers, Says, Web
from .read import column_notes
from .sources.workbook.headings import EXAMPLE, LISTS, README, heading, sheet_name
from .sources.workbook.help import COLUMN_HELP, EXPECTED, MADE_UP, README_TEXT, TABLE_HELP
from .sources.workbook.rows import needed
from .tables import TABLES, Record, Row

_LAST_ROW = 1_048_576
_NEEDED, _OPEN = PatternFill("solid", fgColor="1F3A5F"), PatternFill("solid", fgColor="D6E0EC")
_font = partial(Font, name="Calibri")
_GREY = _font(italic=True, color="808080")
_TEXT_FORMAT = "@"
_MANY = "tuple"


@dataclass
class Meanings:
    """What the ontology says in one language: definitions of its terms, and the concepts of each scheme."""

    definitions: dict[str, str] = field(default_factory=dict)
    concepts: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, language: str) -> Meanings:
        """All of it, from the files of the ontology."""
        found = cls()
        notations: dict[str, str] = {}
        labels: dict[str, str] = {}
        for quad in (quad for path in ontology_files(folder("ontology")) for quad in ox.parse(path=path)):
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.Literal):
                continue
            name, value = quad.subject.value, quad.object
            if quad.predicate == skos("notation"):
                notations[name] = value.value
            elif value.language == language and quad.predicate == skos("definition"):
                found.definitions[name] = value.value
            elif value.language == language and quad.predicate == skos("prefLabel"):
                labels[name] = value.value
        for name, notation in sorted(notations.items(), key=lambda item: item[1]):
            found.concepts.setdefault(name.split("/")[-2], {})[notation] = labels.get(name, "")
        return found


def write_template(path: Path, language: str = "en") -> None:
    """Write an empty workbook to a file; `language` is that of headings and help, en or fr."""
    meanings = Meanings.read(language)
    book = Workbook()
    book.properties.creator = None
    front = book.active
    assert isinstance(front, Worksheet)
    _front(front, language)
    places = _lists(book, meanings, language)
    for table, model in TABLES.items():
        _sheet(book, table, model, language, meanings, places)
    # The lists stand last, out of the way.
    book.move_sheet(LISTS[language], len(book.sheetnames))
    book.save(path)


def _front(sheet: Worksheet, language: str) -> None:
    sheet.title = README[language]
    title, *lines = README_TEXT[language]
    sheet.append([title])
    sheet["A1"].font = _font(bold=True, size=16)
    for line in ("", *lines, ""):
        sheet.append([line])
    index = 1 if language == "fr" else 0
    sheet.append([EXPECTED["sheet"][index], EXPECTED["row"][index]])
    for cell in sheet[sheet.max_row]:
        cell.font = _font(bold=True)
    for table, told in TABLE_HELP.items():
        name = sheet_name(table, language)
        sheet.append([name, told[index]])
        link = sheet.cell(sheet.max_row, 1)
        link.hyperlink = f"#'{name}'!A1"
        link.font = _font(color="1F3A5F", underline="single")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 84
    sheet.sheet_view.showGridLines = False
    _printed(sheet)


def _printed(sheet: Worksheet) -> None:
    """On paper a sheet is as wide as one page."""
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _lists(book: Workbook, meanings: Meanings, language: str) -> dict[str, str]:
    """The hidden sheet of lists; for each scheme the range of its notations, labels stand beside them."""
    sheet: Worksheet = book.create_sheet(LISTS[language])
    sheet.sheet_state = "hidden"
    schemes = {note.scheme for model in TABLES.values() for _, note in _notes(model) if isinstance(note, Concept)}
    lists: dict[str, dict[str, str]] = {scheme: meanings.concepts[scheme] for scheme in sorted(schemes | {"nation"})}
    lists["unit"] = dict.fromkeys(QUDT_UNITS, "")
    places = {}
    for number, (scheme, entries) in enumerate(lists.items()):
        left = 2 * number + 1
        letter = get_column_letter(left)
        sheet.cell(1, left, scheme).font = _font(bold=True)
        for row, (notation, label) in enumerate(entries.items(), 2):
            sheet.cell(row, left, notation).number_format = _TEXT_FORMAT
            sheet.cell(row, left + 1, label)
        sheet.column_dimensions[letter].width = 24
        sheet.column_dimensions[get_column_letter(left + 1)].width = 36
        places[scheme] = f"'{LISTS[language]}'!${letter}$2:${letter}${len(entries) + 1}"
    sheet.freeze_panes = "A2"
    return places


def _notes(model: type[Record]) -> Iterator[tuple[str, Any]]:
    for column in model.model_fields:
        yield from ((column, note) for note in column_notes(model, column))


@cache
def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table in the order of the public data: what a row is about first, its source last."""
    with _public(table).open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file)))


def _public(table: str) -> Path:
    return folder("data") / f"{table}.csv"


def _sheet(
    book: Workbook, table: str, model: type[Record], language: str, meanings: Meanings, places: dict[str, str]
) -> None:
    sheet: Worksheet = book.create_sheet(sheet_name(table, language))
    required = needed(model)
    example = example_row(table)
    columns = columns_of(table)
    for at, column in enumerate(columns, 1):
        letter = get_column_letter(at)
        head = sheet.cell(1, at, heading(column, language))
        head.fill = _NEEDED if column in required else _OPEN
        head.font = _font(bold=True, color="FFFFFF" if column in required else "1F3A5F")
        text = column_help(table, column, language, meanings)
        head.comment = Comment(text, "Stanagraph", height=40 + 20 * (len(text) // 40 + 2), width=320)
        numeric = is_number(model, column)
        sheet.column_dimensions[letter].width = 30 if at == 1 else width(column, heading(column, language))
        if not numeric:
            # As text, so that the spreadsheet makes no day of 2024-01 and no number of an edition.
            sheet.column_dimensions[letter].number_format = _TEXT_FORMAT
        shown: str | float = example.get(column, "")
        if shown and numeric:
            shown = float(shown) if "." in str(shown) else int(shown)
        if at == 1:
            shown = EXAMPLE[language] + str(shown)
        cell = sheet.cell(2, at, shown or None)
        cell.font, cell.number_format = _GREY, "General" if numeric else _TEXT_FORMAT
        if validation := _validation(model, column, places):
            validation.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.add_data_validation(validation)
    sheet.freeze_panes = "B2"
    _printed(sheet)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}2"
    sheet.row_dimensions[1].height = 20


def is_number(model: type[Record], column: str) -> bool:
    """Whether the cells of a column are numbers."""
    return any(
        isinstance(note, Expected) and note.words in (A_NUMBER, A_WHOLE_NUMBER, A_PERCENTAGE)
        for note in column_notes(model, column)
    )


def _is_many(model: type[Record], column: str) -> bool:
    return _MANY in str(model.model_fields[column].annotation)


def _choices(model: type[Record], column: str) -> tuple[str, ...]:
    """What the type itself allows."""
    annotation = model.model_fields[column].annotation
    return tuple(str(it) for it in get_args(annotation)) if "Literal" in str(annotation) else ()


def _validation(model: type[Record], column: str, places: dict[str, str]) -> DataValidation | None:
    if choices := _choices(model, column):
        formula = f'"{",".join(choices)}"'
    elif place := next((places[it] for it in _scheme_of(model, column) if it in places), None):
        formula = f"={place}"
    else:
        return None
    # A list of several words is none of the words: there the list only suggests.
    strict = not _is_many(model, column) and column not in ("unit", "units")
    return DataValidation(
        type="list", formula1=formula.removeprefix("="), allow_blank=True, showErrorMessage=strict, errorStyle="stop"
    )


def _scheme_of(model: type[Record], column: str) -> Iterator[str]:
    for note in column_notes(model, column):
        if isinstance(note, Concept):
            yield note.scheme
        if isinstance(note, Refers) and note.tables == ("nations",):
            yield "nation"
    if column in ("unit", "units"):
        yield "unit"


def width(column: str, title: str) -> float:
    """How wide a column should be."""
    if column in ("note", "text", "reason", "reservation") or column.startswith(("title_", "label_", "name")):
        return 44
    return max(14.0, len(title) + 5)


def column_help(table: str, column: str, language: str, meanings: Meanings) -> str:
    """What a column means, what a cell of it should hold, and whether it may stay empty."""
    index = 1 if language == "fr" else 0
    model = TABLES[table]
    told = COLUMN_HELP.get(f"{table}.{column}") or COLUMN_HELP.get(column)
    meaning = told[index] if told else _defined(model, column, meanings)
    own = column in ("source", "confidence") and issubclass(model, Row)
    must = "needed" if column in needed(model) else "own" if own else "open"
    colon = " :" if language == "fr" else ":"
    lines = [
        meaning[:1].upper() + meaning[1:] + ".",
        f"{EXPECTED['expected'][index]}{colon} {_expected(model, column, language)}.",
        EXPECTED[must][index],
    ]
    return "\n".join(lines)


def _defined(model: type[Record], column: str, meanings: Meanings) -> str:
    for says in (note for note in column_notes(model, column) if isinstance(note, Says)):
        name = says.property if ":" in says.property else term(says.property).value
        if name in meanings.definitions:
            return meanings.definitions[name]
    raise LookupError(f"neither the ontology nor the template says what {model.__name__}.{column} is")


def _expected(model: type[Record], column: str, language: str) -> str:
    index = 1 if language == "fr" else 0
    notes, many = column_notes(model, column), _is_many(model, column)
    if choices := _choices(model, column):
        return EXPECTED["or"][index].join(choices)
    if any(isinstance(note, Concept) for note in notes):
        return EXPECTED["several" if many else "list"][index]
    for note in notes:
        if isinstance(note, Refers):
            sheets = EXPECTED["or"][index].join(sheet_name(table, language) for table in note.tables)
            return EXPECTED["refers-several" if many else "refers"][index].format(sheets=sheets)
    if any(isinstance(note, Dated) for note in notes):
        return EXPECTED["date"][index]
    if any(isinstance(note, Web) for note in notes):
        return EXPECTED["address"][index]
    if column == "id":
        return EXPECTED["identifier"][index]
    words = {note.words for note in notes if isinstance(note, Expected)}
    if A_PERCENTAGE in words:
        return EXPECTED["percentage"][index]
    name = "number" if A_NUMBER in words else "whole" if A_WHOLE_NUMBER in words else "texts" if many else "text"
    return EXPECTED[name][index]


@cache
def example_row(table: str) -> dict[str, str]:
    """A row of the public data that shows how a table is filled in, without its source and note."""
    if table in MADE_UP:
        return MADE_UP[table]
    with _public(table).open(encoding="utf-8", newline="") as file:
        fullest = max(_short(csv.DictReader(file)), key=lambda row: sum(map(bool, row.values())))
    left_out = ("source", "confidence", "note") if issubclass(TABLES[table], Row) else ("note",)
    return {column: text for column, text in fullest.items() if text and column not in left_out}


def _short(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The rows that are easily taken in, and otherwise the first."""
    for number, row in enumerate(rows):
        if number == 0 or max(map(len, row.values())) <= 70:
            yield row
