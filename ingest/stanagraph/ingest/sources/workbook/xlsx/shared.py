"""What the sheets of a workbook share: its texts and the formats of its cells."""

from __future__ import annotations

import re
from array import array

from stanagraph.graph.wording import Wording, message

from ..cells import Styles, builtin_shown, date_shown
from ..package import DAMAGED, Package, Parser, local

_MOST_TEXT = 384 * 1024**2
MOST_CELL = 32_767  # characters, as in Excel
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TEXTS = message("its cells hold more than {most} bytes of different texts: split it into several workbooks")
LONG_CELL = message("{part} has a cell with more than {most} characters")


class Texts:
    """The shared texts of a workbook in one piece of memory: a million of them cost little more than they hold."""

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("Q", [0])

    def add(self, text: str, package: Package) -> None:
        """Append a text."""
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._bytes) + 8 * len(self._ends) > _MOST_TEXT:
            package.refuse(TEXTS, most=_MOST_TEXT)

    def get(self, number: str, package: Package) -> str:
        """The text of this number."""
        try:
            at = int(number)
            if at < 0:
                raise IndexError
            return self._bytes[self._ends[at] : self._ends[at + 1]].decode("utf-8")
        except (ValueError, IndexError, OverflowError):
            package.refuse(DAMAGED, detail=Wording("there is no shared text {number}", number=number[:20]))


def plain(text: str) -> str:
    """A text with the characters that XML cannot hold, which Excel writes as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def read_styles(package: Package, part: str, styles: Styles) -> None:
    """Note which formats show dates."""
    codes: dict[int, str] = {}
    within = ""

    def handle(tag: str, attributes: dict[str, str]) -> None:
        nonlocal within
        if tag in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            within = tag
        number = attributes.get("numFmtId", "0")
        at = int(number) if number.isdigit() else 0
        if tag == "numFmt" and within != "dxfs":
            codes[at] = attributes.get("formatCode", "")
        if tag == "xf" and within == "cellXfs":
            styles.shown.append(date_shown(codes[at]) if at in codes else builtin_shown(at))

    package.elements(part, handle)


def read_texts(package: Package, part: str, texts: Texts) -> None:
    """Take in the texts that cells refer to by number, without the aids to their reading."""
    parser = Parser(package, part)
    pieces: list[str] = []
    taking, reading_aid = False, 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal taking, reading_aid
        name = local(tag)
        reading_aid += name == "rPh"
        taking = name == "t" and not reading_aid

    def data(text: str) -> None:
        if taking:
            pieces.append(text)

    def end(tag: str) -> None:
        nonlocal taking, reading_aid
        name = local(tag)
        reading_aid -= name == "rPh"
        taking = False
        if name == "si":
            text = "".join(pieces)
            pieces.clear()
            if len(text) > MOST_CELL:
                package.refuse(LONG_CELL, part=part, most=MOST_CELL)
            texts.add(plain(text), package)

    parser.expat.StartElementHandler = start
    parser.expat.CharacterDataHandler = data
    parser.expat.EndElementHandler = end
    for piece in package.pieces(part):
        parser.feed(piece)
        if sum(map(len, pieces)) > MOST_CELL * 8:
            package.refuse(LONG_CELL, part=part, most=MOST_CELL)
    parser.close()
