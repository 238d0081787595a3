"""A description as one sheet of a workbook: a row for each thing that is said, in English or French."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from stanagraph.graph.errors import DescriptionFault, DescriptionRefused

from ..words import message
from .description import Description
from .form import Form

TITLE = "description"  # in both languages
COLUMNS = {
    "item": "élément", "key": "clé", "value": "valeur", "high": "borne_haute", "unit": "unité", "method": "méthode",
    "document": "document", "clause": "clause", "date": "date", "confidence": "confiance", "evidence": "preuve",
    "url": "adresse",
}  # fmt: skip
ITEMS = {
    "id": "identifiant", "name": "nom", "kind": "genre", "munition kind": "genre de munition", "subject": "objet",
    "interface": "interface", "value": "valeur", "words": "texte", "capability": "capacité", "standard": "norme",
    "standard not kept": "norme non suivie", "test": "vérification", "not concerned": "non concerné",
    "parameter not concerned": "paramètre non concerné", "evidence": "preuve",
}  # fmt: skip
_SINGLE = {"id": "id", "name": "name", "kind": "kind", "munition kind": "munition_kind"}
_EVIDENCE = ("confidence", "evidence", "url")
HELP = {
    "en": "One row for each thing that is said. What is left out is not known. Item: {items}.",
    "fr": "Une ligne pour chaque chose dite. Ce qui manque n’est pas connu. Élément : {items}.",
}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(it for it in plain if not unicodedata.combining(it)).casefold().strip().replace("_", " ")


_COLUMN = {_folded(name): english for english, french in COLUMNS.items() for name in (english, french)}
_ITEM = {_folded(name): english for english, french in ITEMS.items() for name in (english, french)}


def from_lines(file: str, title: str, lines: Sequence[tuple[int, Mapping[int, str]]]) -> Form:
    """The form that rows tell; a heading or an item that is not known is refused with its cell."""
    faults: list[DescriptionFault] = []
    if not lines:
        raise DescriptionRefused([DescriptionFault(file, title, "", message("a row of headings"))])
    (number, headings), *rows = lines
    columns: dict[int, str] = {}
    for at, text in headings.items():
        if (found := _COLUMN.get(_folded(text))) is None:
            place, words = f"{title}!{get_column_letter(at)}{number}", (("words", ", ".join(COLUMNS)),)
            near = tuple(difflib.get_close_matches(_folded(text), _COLUMN, 3, 0.6))
            faults.append(DescriptionFault(file, place, text, message("one of {words}"), near, words))
        else:
            columns[at] = found
    letters = {name: get_column_letter(at) for at, name in columns.items()}
    content: dict[str, Any] = {}
    places = {"": title}
    for number, cells in rows:
        # A line break at the beginning says that the first of several has no title, or no address.
        row = {columns[at]: text.strip(" \t") for at, text in cells.items() if at in columns and text.strip()}
        if not row:
            continue
        item = _ITEM.get(_folded(row.pop("item", "")))
        if item is None:
            told = cells.get(next((at for at, name in columns.items() if name == "item"), 0), "")
            where = f"{title}!{letters.get('item', 'A')}{number}"
            near, words = tuple(difflib.get_close_matches(_folded(told), _ITEM, 3, 0.6)), (("words", ", ".join(ITEMS)),)
            faults.append(DescriptionFault(file, where, told, message("one of {words}"), near, words))
            continue
        _add(content, places, item, row, lambda name, number=number: f"{title}!{letters.get(name, 'A')}{number}")
    if faults:
        raise DescriptionRefused(faults)
    return Form(file, content, places)


def _add(content: dict[str, Any], places: dict[str, str], item: str, row: dict[str, str], cell: Any) -> None:
    backed = _backed(row)
    if item in _SINGLE:
        # Said twice, it is a list, which no single thing may be.
        before = content.get(_SINGLE[item])
        content[_SINGLE[item]] = row.get("value") if before is None else [before, row.get("value")]
        places[f"/{_SINGLE[item]}"] = cell("value")
        return
    if item == "evidence":
        content |= {"confidence": backed.get("confidence")} if "confidence" in backed else {}
        content["evidence"] = [*content.get("evidence", []), *backed.get("evidence", [])]
        places |= {"/confidence": cell("confidence"), "/evidence": cell("evidence")}
        return
    name, made, where = _made(item, row)
    told = content.setdefault(name, [])
    pointer = f"/{name}/{len(told)}"
    told.append(made if isinstance(made, str) else {k: v for k, v in made.items() if v is not None} | backed)
    places[pointer] = cell(next(iter(where.values()), "value"))
    for part, column in where.items():
        places[f"{pointer}/{part}"] = cell(column)
    for part in _EVIDENCE:
        places[f"{pointer}/{part}"] = cell(part)


def _made(item: str, row: Mapping[str, str]) -> tuple[str, Any, dict[str, str]]:
    """Of a row: the list that it belongs to, what it says, and the column of each part."""
    said = row.get
    told: dict[str, Any]
    if item in ("subject", "interface"):
        return f"{item}s", said("value") or said("key") or "", {}
    if item == "value":
        ends = ("low", "high") if "high" in row else ("number", None)
        told = {"parameter": said("key", ""), ends[0]: said("value"), "high": said("high"), "unit": said("unit")}
        return "values", told, {"parameter": "key", ends[0]: "value", "high": "high", "unit": "unit"}
    if item == "words":
        return "values", {"parameter": said("key", ""), "text": said("value")}, {"parameter": "key", "text": "value"}
    if item == "capability":
        told = {"capability": said("key", ""), "value": said("value", "")}
        return "capabilities", told, {"capability": "key", "value": "value"}
    if item in ("standard", "standard not kept"):
        told = {"document": said("key", ""), "edition": said("value"), "claimed": item == "standard"}
        return "standards", told, {"document": "key", "edition": "value"}
    if item == "test":
        told = {"parameter": said("key"), "outcome": said("value")}
        told |= {name: said(name) for name in ("method", "document", "clause", "date")}
        where = {"parameter": "key", "outcome": "value"}
        return "tests", told, where | {name: name for name in ("method", "document", "clause", "date")}
    part = "subject" if item == "not concerned" else "parameter"
    return "not_concerned", {part: said("key", "")}, {part: "key"}


def _backed(row: Mapping[str, str]) -> dict[str, Any]:
    titles, pages = (row.get(name, "").split("\n") if name in row else [] for name in ("evidence", "url"))
    found = []
    for at in range(max(len(titles), len(pages))):
        parts = {"title": titles[at : at + 1], "url": pages[at : at + 1]}
        if told := {name: part[0].strip() for name, part in parts.items() if part and part[0].strip()}:
            found.append(told)
    told = {"confidence": row["confidence"]} if "confidence" in row else {}
    return told | ({"evidence": found} if found else {})


def to_rows(description: Description) -> Iterator[dict[str, str]]:
    """The rows that say the same, with English words."""
    for item, name in _SINGLE.items():
        if told := getattr(description, name):
            yield {"item": item, "value": told}
    if description.confidence or description.evidence:
        yield {"item": "evidence"} | _evidence(description)
    for name in ("subject", "interface"):
        yield from ({"item": name, "value": told} for told in getattr(description, f"{name}s"))
    for value in description.values:
        if value.text is not None:
            row = {"item": "words", "key": value.parameter, "value": value.text}
        else:
            low = value.number if value.number is not None else value.low
            row = {"item": "value", "key": value.parameter, "value": _text(low)}
            row |= {"high": _text(value.high)} if value.high is not None else {}
            row |= {"unit": value.unit} if value.unit else {}
        yield row | _evidence(value)
    for capability in description.capabilities:
        yield {"item": "capability", "key": capability.capability, "value": capability.value} | _evidence(capability)
    for claim in description.standards:
        row = {"item": "standard" if claim.claimed else "standard not kept", "key": claim.document}
        yield row | ({"value": claim.edition} if claim.edition else {}) | _evidence(claim)
    for test in description.tests:
        told = {"key": test.parameter, "value": test.outcome, "method": test.method, "document": test.document}
        told |= {"clause": test.clause, "date": test.date}
        yield {"item": "test"} | {name: text for name, text in told.items() if text} | _evidence(test)
    for exclusion in description.not_concerned:
        item = "not concerned" if exclusion.subject else "parameter not concerned"
        yield {"item": item, "key": exclusion.subject or exclusion.parameter or ""} | _evidence(exclusion)


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


def _evidence(backed: Any) -> dict[str, str]:
    told = {"confidence": backed.confidence} if backed.confidence else {}
    if backed.evidence:
        told["evidence"] = "\n".join(it.title or "" for it in backed.evidence)
        told["url"] = "\n".join(it.url or "" for it in backed.evidence)
    return {name: text for name, text in told.items() if text.strip()}


def write(path: Path, description: Description | None = None, language: str = "en") -> None:
    """Write a workbook with the sheet: of a description, or without one with an example to write over."""
    french = language == "fr"
    book = Workbook()
    book.properties.creator = None
    sheet = book.active
    assert sheet is not None
    sheet.title = TITLE
    sheet.append([text if french else name for name, text in COLUMNS.items()])
    names = list(COLUMNS)
    for number, row in enumerate(to_rows(description) if description is not None else _example(), 2):
        told = row | {"item": ITEMS[row["item"]] if french else row["item"]}
        for name, text in told.items():
            cell = sheet.cell(number, names.index(name) + 1)
            # Text, so that no number is rounded and no text is run as a formula.
            cell.value, cell.data_type = text, "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for at, name in enumerate(names, 1):
        sheet.cell(1, at).font = Font(bold=True)
        wide = {"key": 30, "value": 24, "evidence": 36, "url": 36, "item": 24}
        sheet.column_dimensions[get_column_letter(at)].width = wide.get(name, 14)
    sheet.freeze_panes = "A2"
    if description is None:
        told = book.create_sheet("aide" if french else "help")
        words = ", ".join(ITEMS.values() if french else ITEMS)
        told.append([HELP["fr" if french else "en"].format(items=words)])
        told.column_dimensions["A"].width = 100
        told["A1"].alignment = Alignment(wrap_text=True)
    book.save(path)


def _example() -> Iterator[dict[str, str]]:
    yield {"item": "id", "value": "my-cartridge"}
    yield {"item": "name", "value": "My cartridge"}
    yield {"item": "kind", "value": "munition"}
    yield {"item": "subject", "value": "cartridge"}
    yield {"item": "interface", "value": "5.56x45"}
    yield {"item": "evidence", "confidence": "medium", "evidence": "Drawing 1", "url": "https://example.org/drawing-1"}
    yield {"item": "value", "key": "case_length_mm", "value": "44.70", "unit": "mm"}
    yield {"item": "standard", "key": "STANAG-4172", "value": "3"}
    yield {"item": "test", "key": "max_service_pressure_mpa", "method": "test", "evidence": "Report 1"}
    yield {"item": "not concerned", "key": "fuze"}
