"""A document as PDF. Text reaches the typesetter as data, which it never reads as markup or code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ._model import Block, Document, Facts, Heading, List, Note, Paragraph, Table, printable

_TEMPLATE = Path(__file__).parent / "templates" / "document.typ"
# A long word, such as an address, may be broken behind these.
_LONG = re.compile(r"\S{16,}")
_JOINT = re.compile(r"(?<=[/._=&?,;:-])(?=[^/._=&?,;:-])")


def pdf(document: Document) -> bytes:
    """The document as tagged PDF of the standard PDF/UA-1, or tagged alone where a text has no glyph for that."""
    from typst import TypstError

    try:
        return _typeset(document, format="pdf", pdf_standards=["ua-1"])[0]
    except TypstError:
        # No embedded font has a glyph for some character: the page shows a box, which PDF/UA does not allow.
        return _typeset(document, format="pdf")[0]


def png(document: Document, ppi: float = 110) -> list[bytes]:
    """The pages of the PDF as images, to look at."""
    return _typeset(document, format="png", ppi=ppi)


def _typeset(document: Document, **options: Any) -> list[bytes]:
    import typst

    inputs = {"document": json.dumps(_data(document))}
    with TemporaryDirectory() as empty:  # The root: there is no file that the template could read.
        written = typst.compile(
            _TEMPLATE.read_bytes(),
            root=empty,
            package_path=empty,
            package_cache_path=empty,
            ignore_system_fonts=True,
            sys_inputs=inputs,
            timestamp=int(document.made.timestamp()),
            **options,
        )
    return written if isinstance(written, list) else [written]


def _data(document: Document) -> dict[str, Any]:
    return {
        "title": printable(document.title).strip() or "–",
        "subtitle": printable(document.subtitle),
        "language": document.language,
        "footer": printable(document.footer),
        "landscape": document.landscape,
        "properties": _pairs(document.properties),
        "blocks": [_WRITERS[type(block)](block) for block in document.blocks],
    }


def _cell(text: str) -> str:
    """The text with places at which a long word may be broken."""
    return _LONG.sub(lambda word: _JOINT.sub("\u200b", word[0]), printable(text))


def _pairs(pairs: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [[_cell(name), _cell(text)] for name, text in pairs]


def _heading(block: Heading) -> dict[str, Any]:
    return {"kind": "heading", "text": printable(block.text), "level": min(max(block.level, 1), 4)}


def _paragraph(block: Paragraph) -> dict[str, Any]:
    return {"kind": "paragraph", "text": _cell(block.text)}


def _note(block: Note) -> dict[str, Any]:
    return {"kind": "note", "label": printable(block.label), "text": _cell(block.text)}


def _facts(block: Facts) -> dict[str, Any]:
    return {"kind": "facts", "pairs": _pairs(block.pairs)}


def _list(block: List) -> dict[str, Any]:
    return {"kind": "list", "items": [_cell(item) for item in block.items], "ordered": block.ordered}


def _table(block: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": printable(block.caption),
        "columns": [_cell(name) for name in block.columns],
        "rows": [[_cell(cell) for cell in row] for row in block.rows],
        "widths": list(block.widths or [1.0] * len(block.columns)),
    }


_WRITERS: dict[type[Block], Callable[[Any], dict[str, Any]]] = {
    Heading: _heading, Paragraph: _paragraph, Note: _note, Facts: _facts, List: _list, Table: _table,
}  # fmt: skip
