"""Documents for people: one model, written as PDF, DOCX or HTML. The same document gives the same bytes."""

from ._html import html
from ._model import Block, Document, Facts, Heading, List, Note, Paragraph, Table, printable
from ._pdf import pdf, png
from ._word import docx

__all__ = [
    "Block", "Document", "Facts", "Heading", "List", "Note", "Paragraph", "Table", "docx", "html", "pdf", "png",
    "printable",
]  # fmt: skip
