"""A package as CSV, one line a requirement, and as a workbook with a sheet for each kind of thing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from ..documents import printable
from ..formats import Value, csv_of
from ..words import Words, message, sentence
from . import records
from .model import DocumentTold, PackageFile

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = {
    "about": message("about"),
    "applies": message("applies"),
    "because": message("because"),
    "captured": message("captured"),
    "clause": message("clause"),
    "comparator": message("comparator"),
    "condition": message("condition"),
    "confidence": message("confidence"),
    "document": message("document"),
    "edition": message("edition"),
    "field": message("field"),
    "high": message("up to"),
    "id": message("id"),
    "implementation": message("implementation"),
    "iri": message("address"),
    "kind": message("kind"),
    "note": message("note"),
    "number": message("number"),
    "obligation": message("obligation"),
    "open point": message("open point"),
    "parameter": message("parameter"),
    "promulgated": message("promulgated"),
    "publisher": message("publisher"),
    "reservation": message("reservation"),
    "response": message("response"),
    "since": message("since"),
    "source": message("source"),
    "sources": message("sources"),
    "statement": message("statement"),
    "status": message("status"),
    "status_as_of": message("status as of"),
    "subject": message("subject"),
    "through": message("through"),
    "title": message("title"),
    "unit": message("unit"),
    "url": message("address of the page"),
    "value": message("value"),
    "verification": message("verification"),
}


def csv(package: PackageFile) -> str:
    """The package as CSV of RFC 4180: a line a requirement, with its document; a document without any has one line.

    Columns are the same in all languages, and cells are ids and notations. A text that a spreadsheet would run as a
    formula gets an apostrophe in front.
    """
    columns = (
        "document", *(name for name in records.DOCUMENT), "requirement",
        *(f"requirement_{name}" for name in records.REQUIREMENT if name != "document"),
    )  # fmt: skip
    return csv_of(columns, _lines(package))


def _lines(package: PackageFile) -> Iterator[list[Value]]:
    clauses: dict[str, list[list[Value]]] = {}
    for name, record in records.requirements(package).items():
        cells = [record[it] or None for it in records.REQUIREMENT if it != "document"]
        clauses.setdefault(record["document"], []).append([name, *cells])
    nothing: list[list[Value]] = [[None] * len(records.REQUIREMENT)]
    for name, record in records.documents(package).items():
        for clause in clauses.get(name, nothing):
            yield [name, *(record[it] or None for it in records.DOCUMENT), *clause]


def xlsx(package: PackageFile) -> bytes:
    """The package as a workbook. Every cell is text or a number, never a formula; the same package, the same bytes."""
    from openpyxl import Workbook

    words = Words(package.language)
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, columns, rows in _sheets(package, words):
        _fill(book.create_sheet(title), [sentence(words(HEADINGS.get(name, name))) for name in columns], rows)
    about = book.properties
    about.creator, about.title, about.language = "Stanagraph", printable(package.scope.label), package.language
    made = datetime.fromisoformat(package.made).replace(tzinfo=None)
    about.created = about.modified = made
    raw = io.BytesIO()
    book.save(raw)
    return _dated(raw.getvalue(), made)


def _sheets(package: PackageFile, words: Words) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[str | None]]]]:
    unknown = words("not known")
    yield (
        words("About"),
        ("kind", "value"),
        [
            (sentence(words("scope")), f"{package.scope.label} ({package.scope.id})"),
            (sentence(words("nation")), f"{package.nation.label} ({package.nation.id})"),
            (sentence(words("as of")), package.as_of or words("no date was asked for")),
            (sentence(words("release")), package.release),
            (sentence(words("note")), package.disclaimer),
        ],
    )
    rows = [_labelled(document, record, words) for document, record in _described(package)]
    yield words("Documents"), ("document", *records.DOCUMENT), rows
    columns = (
        "document", "clause", "subject", "parameter", "condition", "comparator", "value", "number", "high", "unit",
        "verification", "confidence", "note", "sources", "id", "iri",
    )  # fmt: skip
    names = {document.id: document.designation for document in package.documents}
    yield (
        words("Requirements"),
        columns,
        [
            (
                names.get(it.document, it.document), it.clause, it.subject.label, it.parameter.label, it.condition,
                it.comparator.label, it.value, it.number, it.high, it.unit,
                it.verification.label if it.verification else unknown,
                it.confidence.label if it.confidence else unknown, records.joined(e.note for e in it.evidence),
                records.joined(e.source for e in it.evidence), it.id, it.iri,
            )
            for it in package.requirements
        ],
    )  # fmt: skip
    yield (
        words("Positions"),
        ("document", "edition", "response", "implementation", "reservation", "since", "statement"),
        [
            (
                document.designation, it.edition, it.response.label, it.implementation.label, it.reservation, it.since,
                it.statement,
            )
            for document in package.documents
            for it in document.positions
        ],
    )  # fmt: skip
    yield (
        words("Open points"),
        ("kind", "open point", "about"),
        [(point.kind, point.text, about) for point in package.open_points for about in point.about],
    )
    yield (
        words("Sources"),
        ("source", "publisher", "captured", "url"),
        [(it.id, it.publisher, it.captured, it.url) for it in package.sources],
    )


def _described(package: PackageFile) -> Iterator[tuple[DocumentTold, records.Record]]:
    found = records.documents(package)
    return ((document, found[document.id]) for document in package.documents)


def _labelled(document: DocumentTold, record: records.Record, words: Words) -> list[str]:
    """The cells of a document with words in place of notations."""
    unknown = words("not known")
    positions, editions = document.positions, records.standing(document)
    instead = {
        "kind": words(document.kind.replace("-", " ")),
        "applies": words("yes") if document.applies else words("to be considered"),
        "because": records.joined(it.because.label for it in document.reasons),
        "through": records.joined(it.through.label for it in document.reasons),
        "edition": unknown if record["edition"] == records.NOT_KNOWN else record["edition"],
        "status": records.joined((it.status.label if it.status else None for it in editions), unknown),
        "obligation": records.joined(
            (f"{it.obligation.label} ({it.profile.label})" for it in document.obligations), unknown
        ),
        "response": records.joined((it.label for it in records.told(it.response for it in positions)), unknown),
        "implementation": records.joined(
            (it.label for it in records.told(it.implementation for it in positions)), unknown
        ),
    }
    return [document.designation, *(instead.get(name, record[name]) for name in records.DOCUMENT)]


def _fill(sheet, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:  # type: ignore[no-untyped-def]
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    widths = [len(name) + 2 for name in columns]
    for at, row in enumerate([columns, *rows], 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(row=at, column=place)
            shown = printable(text or "")
            if shown:
                cell.value = shown
                # A string whatever it begins with, also once edited: as if typed with an apostrophe in front.
                cell.data_type = "s"
                cell.quotePrefix = shown.startswith(_FORMULA)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            widths[place - 1] = max(widths[place - 1], min(len(shown) + 2, 60))
            if at == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8ECF0")
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _dated(raw: bytes, made: datetime) -> bytes:
    """The same package with one moment throughout: the library writes the time of the clock."""
    import re

    stamp = made.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
