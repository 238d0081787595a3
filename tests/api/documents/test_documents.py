"""One document, three ways to write it: the same words in each, and never more than words."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from docx import Document as read_word
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from stanagraph.api.documents import Document, Facts, Heading, List, Note, Paragraph, Table, docx, html, pdf, png

HOSTILE = '#panic("x") #read("/etc/passwd") $x$ *b* <script>alert(1)</script> {{ 7*7 }} @cite `raw` \\u{1F600} ]'
DOCUMENT = Document(
    title="Requirements package",
    subtitle="Poland",
    language="fr",
    made=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    footer="Not affiliated with NATO.",
    properties=(("Release", "6a9a07d031d4"),),
    blocks=(
        Heading("Agreements"),
        Paragraph("What applies, and why."),
        Facts((("Nation", "Poland"),)),
        Note("Not an authorisation.", "Caution"),
        List(("first", "second")),
        List(("third", "fourth"), ordered=True),
        Heading("Documents", 2),
        Table("What applies", ("Document", "Edition"), tuple((f"STANAG {n}", "2") for n in range(90)), (3, 1)),
    ),
)

texts = st.text(max_size=40)
blocks = st.one_of(
    st.builds(Heading, texts, st.integers(0, 6)),
    st.builds(Paragraph, texts),
    st.builds(Note, texts, texts),
    st.builds(Facts, st.lists(st.tuples(texts, texts), max_size=2).map(tuple)),
    st.builds(List, st.lists(texts, max_size=3).map(tuple), st.booleans()),
    st.builds(lambda c, a, b: Table(c, ("x", "y"), ((a, b),)), texts, texts, texts),
)
documents = st.builds(Document, texts, st.lists(blocks, max_size=4).map(tuple), texts, footer=texts)


@pytest.mark.parametrize("write", [pdf, docx, html])
def test_the_same_document_gives_the_same_bytes(write) -> None:  # type: ignore[no-untyped-def]
    assert write(DOCUMENT) == write(DOCUMENT)
    assert write(DOCUMENT) != write(replace(DOCUMENT, title="Another"))


def test_the_pdf_is_tagged_says_its_language_and_standard() -> None:
    written = pdf(DOCUMENT)
    assert b"/StructTreeRoot" in written
    assert b"/Lang (fr)" in written or b"/Lang(fr)" in written
    assert b"<pdfuaid:part>1</pdfuaid:part>" in written
    assert b"2026-01-02" in written or b"20260102030405" in written


def test_a_long_table_goes_on_over_pages() -> None:
    assert len(png(DOCUMENT, ppi=30)) > 1
    assert len(png(replace(DOCUMENT, blocks=()), ppi=30)) == 1


def test_hostile_text_stays_text() -> None:
    hostile = replace(
        DOCUMENT, title=HOSTILE, footer=HOSTILE, blocks=(Paragraph(HOSTILE), Table(HOSTILE, (HOSTILE,), ((HOSTILE,),)))
    )
    assert pdf(hostile).startswith(b"%PDF")
    page = html(hostile)
    assert "<script" not in page
    assert "{{ 7*7 }}" in page
    assert lxml_html.fromstring(page).findtext(".//h1") == HOSTILE
    assert read_word(io.BytesIO(docx(hostile))).paragraphs[0].text == HOSTILE


def test_a_character_without_a_glyph_still_makes_a_pdf() -> None:
    written = pdf(replace(DOCUMENT, blocks=(Paragraph("弾薬"),)))
    assert b"/StructTreeRoot" in written


def test_the_word_file_has_an_outline_a_repeated_header_and_a_language() -> None:
    word = read_word(io.BytesIO(docx(DOCUMENT)))
    styles = [(p.style.name if p.style else "", p.text) for p in word.paragraphs]
    assert ("Title", "Requirements package") in styles
    assert ("Heading 1", "Agreements") in styles
    assert ("Heading 2", "Documents") in styles
    rows = word.tables[0]._tbl.tr_lst
    assert len(rows) == 91
    assert b"w:tblHeader" in etree.tostring(rows[0])
    assert b"w:tblHeader" not in etree.tostring(rows[1])
    assert word.core_properties.language == "fr-FR"
    assert word.core_properties.created == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with zipfile.ZipFile(io.BytesIO(docx(DOCUMENT))) as package:
        assert 'w:val="fr-FR"' in package.read("word/styles.xml").decode()
        footer = next(name for name in package.namelist() if "footer" in name and "rels" not in name)
        assert "NUMPAGES" in package.read(footer).decode()


def test_the_page_loads_and_runs_nothing() -> None:
    page = html(DOCUMENT)
    assert 'lang="fr"' in page
    assert not re.search(r"<(script|link|img|iframe|object)|\son\w+=|url\(|https?://", page)
    assert page.count('<th scope="col">') == 2
    assert "table-header-group" in page


@pytest.mark.parametrize(
    "wrong", [{"columns": ()}, {"rows": (("one",),)}, {"widths": (1.0,)}], ids=["columns", "row", "widths"]
)
def test_a_table_that_is_not_one_is_refused(wrong: dict[str, tuple[object, ...]]) -> None:
    with pytest.raises(ValueError, match="table 'T'"):
        replace(Table("T", ("a", "b"), (("1", "2"),)), **wrong)  # type: ignore[arg-type]


@given(document=documents)
@settings(max_examples=40, deadline=None)
def test_whatever_the_text_says_every_format_holds_it(document: Document) -> None:
    assert pdf(document).startswith(b"%PDF")
    read_word(io.BytesIO(docx(document)))
    lxml_html.fromstring(html(document))
