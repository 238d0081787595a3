"""A workbook as a whole: its sheets, its title, and what it links to."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..cells import Styles
from ..package import NOT_A_WORKBOOK, Package, Parser, local
from .shared import Texts, read_styles, read_texts
from .sheet import XlsxSheet


@dataclass
class Book:
    """An XLSX file that was looked through."""

    package: Package
    sheets: list[XlsxSheet] = field(default_factory=list)
    texts: Texts = field(default_factory=Texts)
    styles: Styles = field(default_factory=Styles)

    @classmethod
    def open(cls, package: Package) -> Book:
        """The sheets of a package that was verified."""
        book = cls(package)
        roots = [part for kind, part in package.related("").values() if kind == "officeDocument"]
        main = roots[0] if roots and roots[0] in package.parts else ""
        if not main:
            package.refuse(NOT_A_WORKBOOK)
        related = package.related(main)
        of_kind = {kind: part for kind, part in related.values() if part in package.parts}

        def handle(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                book.styles.since_1904 = attributes.get("date1904") in ("1", "true")
            if tag == "sheet":
                kind, part = related.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet" and part in package.parts:
                    hidden = attributes.get("state", "visible") != "visible"
                    book.sheets.append(XlsxSheet(attributes.get("name", ""), part, hidden, book))

        package.elements(main, handle)
        if not book.sheets:
            package.refuse(NOT_A_WORKBOOK)
        if "styles" in of_kind:
            read_styles(package, of_kind["styles"], book.styles)
        if "sharedStrings" in of_kind:
            read_texts(package, of_kind["sharedStrings"], book.texts)
        return book

    @property
    def links(self) -> list[str]:
        """The parts that point to other workbooks. They are never followed."""
        return sorted(part for part in self.package.parts if "/externalLinks/" in part and "/_rels/" not in part)


def title_of(package: Package) -> str | None:
    """The title that the properties of a workbook name."""
    found: list[str] = []
    part = next((part for kind, part in package.related("").values() if kind == "core-properties"), "")
    if part not in package.parts:
        return None
    parser, current = Parser(package, part), [""]

    def start(tag: str, _: dict[str, str]) -> None:
        current[0] = local(tag)

    def data(text: str) -> None:
        if current[0] == "title":
            found.append(text)

    parser.expat.StartElementHandler = start
    parser.expat.CharacterDataHandler = data
    for piece in package.pieces(part):
        parser.feed(piece)
    parser.close()
    return " ".join("".join(found)[:500].split()) or None
