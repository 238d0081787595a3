"""A document as DOCX, with the styles that a word processor builds its outline and its tables from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING, Any

from ._model import Document, Facts, Heading, List, Note, Paragraph, Table, printable

if TYPE_CHECKING:
    from docx.document import Document as Word

_LOCALE = {"en": "en-GB", "fr": "fr-FR"}
_INK = (0x1C, 0x27, 0x33)


def docx(document: Document) -> bytes:
    """The document as DOCX; whatever its text says, it holds no fields but page numbers, and no macros or links."""
    import docx as word_processing

    word = word_processing.Document()
    _properties(word, document)
    _page(word, document)
    word.add_paragraph(printable(document.title), style="Title")
    if document.subtitle:
        word.add_paragraph(printable(document.subtitle), style="Subtitle")
    if document.properties:
        _facts(word, Facts(document.properties))
    for block in document.blocks:
        _WRITERS[type(block)](word, block)
    raw = io.BytesIO()
    word.save(raw)
    return _dated(raw.getvalue())


def _properties(word: Word, document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    about = word.core_properties
    about.title, about.subject = printable(document.title)[:255], printable(document.subtitle)[:255]
    about.language = _LOCALE.get(document.language, document.language)
    about.author = about.last_modified_by = "Stanagraph"
    about.comments = about.keywords = about.category = ""
    # The library wants moments of UTC without a zone.
    about.created = about.modified = document.made.astimezone(UTC).replace(tzinfo=None)
    about.revision = 1
    for said in word.styles.element.iter(qn("w:lang")):
        said.set(qn("w:val"), about.language)
    word.styles["Normal"].font.size = Pt(10)
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in (
        ("Title", 20),
        ("Subtitle", 12),
        *((f"Heading {n}", 15 - n) for n in range(1, 5)),
        ("Caption", 9),
    ):
        style = word.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(*_INK)


def _page(word: Word, document: Document) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    footer = section.footer.paragraphs[0]
    footer.add_run(printable(document.footer + "   " if document.footer else ""))
    for field, between in (("PAGE", " / "), ("NUMPAGES", "")):
        _field(footer, field)
        footer.add_run(between)
    for run in footer.runs:
        run.font.size = _points(8)


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _field(paragraph: Any, name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run()
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)
        if kind == "begin":
            code = OxmlElement("w:instrText")
            code.text = name
            run._r.append(code)
        if kind == "separate":
            run.add_text("1")


def _heading(word: Word, block: Heading) -> None:
    word.add_heading(printable(block.text), level=min(max(block.level, 1), 4))


def _paragraph(word: Word, block: Paragraph) -> None:
    word.add_paragraph(printable(block.text))


def _note(word: Word, block: Note) -> None:
    from docx.shared import Mm

    paragraph = word.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(5)
    if block.label:
        paragraph.add_run(f"{printable(block.label)}{_colon(word)}").bold = True
    paragraph.add_run(printable(block.text))


def _colon(word: Word) -> str:
    return "\u00a0: " if word.core_properties.language.startswith("fr") else ": "


def _facts(word: Word, block: Facts) -> None:
    for name, text in block.pairs:
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_after = _points(2)
        paragraph.add_run(f"{printable(name)}{_colon(word)}").bold = True
        paragraph.add_run(printable(text))


def _list(word: Word, block: List) -> None:
    for number, item in enumerate(block.items, 1):
        # A numbered style goes on counting from one list to the next: the number is written.
        text = f"{number}. {printable(item)}" if block.ordered else printable(item)
        word.add_paragraph(text, style="List Paragraph" if block.ordered else "List Bullet")


def _table(word: Word, block: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if block.caption:
        caption = word.add_paragraph(printable(block.caption), style="Caption")
        caption.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1 + len(block.rows), cols=len(block.columns), style="Table Grid")
    table.autofit = False
    section = word.sections[0]
    wide = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    shares = block.widths or (1.0,) * len(block.columns)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(wide * share / sum(shares))
    # The cells of a row are found anew at each access: take them once.
    for row, texts in zip(table._tbl.tr_lst, (block.columns, *block.rows), strict=True):
        header = row is table._tbl.tr_lst[0]
        properties = row.get_or_add_trPr()
        for name in ("w:cantSplit", "w:tblHeader") if header else ("w:cantSplit",):
            properties.append(OxmlElement(name))
        for cell, text, share in zip(row.tc_lst, texts, shares, strict=True):
            cell.width = int(wide * share / sum(shares))
            _cell(cell, text, header)
            if header:
                shade = OxmlElement("w:shd")
                for key, value in (("val", "clear"), ("color", "auto"), ("fill", "E8ECF0")):
                    shade.set(qn(f"w:{key}"), value)
                cell.get_or_add_tcPr().append(shade)
    word.add_paragraph().paragraph_format.space_after = _points(0)


def _cell(cell: Any, text: str, header: bool) -> None:
    from docx.text.paragraph import Paragraph as Words

    paragraph = Words(cell.p_lst[0], cell)
    paragraph.paragraph_format.space_after = _points(0)
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold = _points(8.5), header or None


_WRITERS: dict[type, Callable[[Any, Any], None]] = {
    Heading: _heading, Paragraph: _paragraph, Note: _note, Facts: _facts, List: _list, Table: _table,
}  # fmt: skip


def _dated(raw: bytes) -> bytes:
    """The same package with the same moment for each of its files: the library writes the time of the clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
