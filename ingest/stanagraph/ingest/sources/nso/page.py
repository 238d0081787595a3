"""The web page "List of Current NATO Standards", as https://nso.nato.int/nso/nsdd/listpromulg.html showed it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.wording import Wording, message
from stanagraph.ingest.cells import date_of
from stanagraph.ingest.designations import edition_name

from .. import Place, Work
from .listed import ADDRESS, Columns, Designation, Kind, Listed, Told, key_of

END = 64 * 1024
COLUMNS = Columns(
    kind="Type",
    name="Short Title",
    edition="Short Title",
    title="Long Title/Link",
    languages="Lang",
    day="Created on",
)
POSITIONS = {"Type": "2", "Short Title": "3", "Lang": "4", "Long Title/Link": "5", "Created on": "foot of the page"}
_CREATED = re.compile(rb"Created on:\s*(\d{1,2})\s+([A-Z][a-z]{2})[a-z]*\s+(\d{4})")
_SAVED = re.compile(rb"<!-- saved from url=\(\d+\)(\S{1,500}) -->")
_CHARSET = re.compile(rb"charset=[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_COUNTS = re.compile(
    rb"items found:\s*(?:<b>)?(\d+)(?:</b>)? and include (?:<b>)?(\d+)(?:</b>)? Cover\(s\), "
    rb"(?:<b>)?(\d+)(?:</b>)? Standard\(s\) and (?:<b>)?(\d+)(?:</b>)? SRD\(s\)"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LANGUAGES = {"EN": "en", "FR": "fr"}


def recognises(head: bytes) -> bool:
    """Whether a file that begins so is the page."""
    lowered = head[:END].lower()
    return b"<title>list of current nato standards</title>" in lowered or b'id="datasearchresult"' in lowered


def told(name: str, head: bytes, tail: bytes) -> Told:
    """The day that the foot of the page gives, else the one in the name of the file."""
    found = _SAVED.search(head)
    return Told(_created(tail) or _in_name(name), found[1].decode("ascii", "replace") if found else None)


def read(path: Path, work: Work) -> Iterator[Listed]:
    """The lines of the page; what cannot be interpreted is listed in the account."""
    with path.open("rb") as file:
        head = file.read(END)
        file.seek(max(0, path.stat().st_size - END))
        tail = file.read(END)
        file.seek(0)
        work.account.columns[""] = dict(POSITIONS)
        day = _created(tail) or work.captured or _in_name(path.name)
        if day is None:
            work.remark(Place(path.name), "no-day", "the page does not say for which day it speaks")
        rows = _Rows(path.name, work, day)
        yield from rows.of(_parsed(path.name, file, _encoding(path.name, head)))
        _compare(path.name, work, head, tail, rows)


class _Rows:
    """Reads one row after the other; a standard or related document belongs to the item above it."""

    def __init__(self, file: str, work: Work, day: str | None) -> None:
        self._file, self._work, self._day = file, work, day
        self._cover: str | None = None
        self._item: Kind | None = None
        self._broken = False
        self._waiting: tuple[Place, str] | None = None
        self.number = 0

    def of(self, rows: Iterator[etree._Element]) -> Iterator[Listed]:
        for row in rows:
            cells = row.findall("td")
            if "ItemRow" not in (row.get("class") or ""):
                continue
            self.number += 1
            place = Place(self._file, row=self.number)
            self._work.count("rows")
            if self.number % 200 == 0:
                self._work.progress(self.number, None)
            if one := self._row(place, cells):
                yield one
        self._nothing_below()

    def _row(self, place: Place, cells: list[etree._Element]) -> Listed | None:
        not_loaded = self._work.not_loaded
        if len(cells) != 6:
            not_loaded(place, "shape", "the row has {count} cells, expected 6", count=len(cells))
            return None
        kind = Kind.of(_text(cells[1]))
        if kind is None:
            not_loaded(place, "type", "{type!r} is no type that the list explains", type=_text(cells[1])[:80])
            self._cover, self._broken = None, True
            return None
        if kind.is_cover or kind is Kind.NO_COVER:
            self._nothing_below()
            self._work.count("entries")
            self._item, self._cover, self._broken = kind, None, False
        item = " ".join(_text(cells[0]).split())
        if kind is Kind.NO_COVER:
            self._waiting = place, item
            return None
        one = self._listed(place, kind, cells)
        if one is None:
            self._broken = self._broken or kind.is_cover
        elif kind.is_cover:
            self._cover = one.key
        elif self._waiting:
            above, item = self._waiting
            self._work.merged(
                above,
                "no-cover",
                "item {item} says that no cover is listed for {document}, which row {row} states",
                item=item,
                document=one.key,
                row=place.row,
            )
            self._waiting = None
        return one

    def _listed(self, place: Place, kind: Kind, cells: list[etree._Element]) -> Listed | None:
        not_loaded = self._work.not_loaded
        short = self._clean(place, _text(cells[2]))
        designation = Designation.of(short)
        document = key_of(designation.name) if designation else None
        if designation is None or document is None:
            not_loaded(place, "designation", "{name!r} names no document", name=short[:80])
            return None
        if kind.is_cover and not re.fullmatch(r"(STANAG|STANREC)-\d+", document):
            not_loaded(
                place,
                "cover",
                "{document!r} is listed as a cover, expected a STANAG or STANREC with its number",
                document=document,
            )
            return None
        languages = self._languages(place, cells[3])
        titles = self._titles(place, cells[4], languages)
        if not titles:
            self._work.remark(place, "no-title", "{document} has no title", document=document)
        if self._broken and not kind.is_cover:
            self._work.remark(place, "cover-not-read", "the cover of {document} could not be read", document=document)
        elif self._item is None:
            self._work.remark(place, "no-item", "{document} stands under no item", document=document)
        return Listed(
            place,
            kind,
            document,
            edition_name(designation.edition, designation.version),
            COLUMNS,
            titles=titles,
            languages=languages,
            page=self._page(place, cells[2]),
            as_of=self._day,
            cover=None if kind.is_cover else self._cover,
            note=_note(kind, _text(cells[5]).split()),
        )

    def _nothing_below(self) -> None:
        if self._waiting:
            above, item = self._waiting
            self._work.not_loaded(
                above, "nothing-below", "item {item} stands for a cover, with no standard below it", item=item
            )
            self._waiting = None

    def _languages(self, place: Place, cell: etree._Element) -> tuple[str, ...]:
        found: list[str] = []
        for word in _text(cell).split():
            if language := _LANGUAGES.get(word):
                found.append(language)
            else:
                self._work.remark(
                    place, "language", "{word!r} is no language of the list, expected EN or FR", word=word[:20]
                )
        return tuple(dict.fromkeys(found))

    def _titles(self, place: Place, cell: etree._Element, languages: tuple[str, ...]) -> dict[str, str]:
        """The titles stand in the order of the languages, with a line break between them."""
        parts = [""]
        for text in _pieces(cell):
            if text is None:
                parts.append("")
            else:
                parts[-1] += text
        texts = [" ".join(self._clean(place, part).split()) for part in parts]
        if len([text for text in texts if text]) > len(languages):
            self._work.remark(
                place,
                "titles",
                "{titles} titles for {languages} languages: the others are left out",
                titles=len(texts),
                languages=len(languages),
            )
        return {language: text for language, text in zip(languages, texts, strict=False) if text}

    def _page(self, place: Place, cell: etree._Element) -> str | None:
        link = next(cell.iter("a"), None)
        address = (link.get("href") or "").strip() if link is not None else ""
        if address and not ADDRESS.fullmatch(address):
            self._work.remark(place, "address", "{address!r} is no web address", address=address[:80])
        return address if ADDRESS.fullmatch(address) else None

    def _clean(self, place: Place, text: str) -> str:
        if found := _CONTROLS.search(text):
            self._work.remark(
                place, "character", "byte 0x{byte:02X} is no character of the page: left out", byte=ord(found[0])
            )
        return _CONTROLS.sub("", text)


def _note(kind: Kind, stamps: list[str]) -> str | None:
    parts = []
    if kind is Kind.COVER_AND_STANDARD:
        parts.append("the standard is included in the cover document")
    if stamps:
        parts.append(f"updated on {', '.join(dict.fromkeys(stamps))} (stamp of the file, no date of promulgation)")
    return "; ".join(parts) or None


def _text(cell: etree._Element) -> str:
    return "".join(" " if piece is None else piece for piece in _pieces(cell)).replace("\xa0", " ").strip()


def _pieces(cell: etree._Element) -> Iterator[str | None]:
    """The texts of a cell, with None for each line break."""
    for event, node in etree.iterwalk(cell, events=("start", "end", "comment", "pi")):
        if event == "start":
            if node.tag == "br":
                yield None
            yield node.text or ""
        elif node is not cell:
            yield node.tail or ""


def _created(tail: bytes) -> str | None:
    found = _CREATED.search(tail)
    return date_of(int(found[3]), found[2].decode(), int(found[1])) if found else None


def _in_name(name: str) -> str | None:
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?(?:-(?:0[1-9]|[12]\d|3[01]))?(?!\d)", name)
    return found[0] if found else None


def _encoding(name: str, head: bytes) -> str:
    found = _CHARSET.search(head[:2048])
    said = found[1].decode().lower() if found else "windows-1252"
    if said in {"utf-8", "utf8"}:
        return "utf-8"
    # Browsers read Latin-1 as windows-1252, and so is it meant.
    if said in {"windows-1252", "cp1252", "iso-8859-1", "latin1", "us-ascii"}:
        return "windows-1252"
    raise SourceRefused(name, "it is written in {encoding}, expected windows-1252 or UTF-8", encoding=said)


class _Recoded:
    """A file as UTF-8, whatever its own encoding: libxml2 stops at a byte that windows-1252 leaves undefined."""

    def __init__(self, name: str, file: IO[bytes], encoding: str) -> None:
        self._name, self._file = name, file
        self._decoder = codecs.getincrementaldecoder("utf-8")() if encoding == "utf-8" else None

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(max(size // 3, 1024) if size > 0 else -1)
        if b"\0" in chunk:
            raise SourceRefused(self._name, "it holds NUL bytes: it is no text")
        if self._decoder is None:
            return chunk.decode("windows-1252", "c1").encode()
        try:
            return self._decoder.decode(chunk, final=not chunk).encode()
        except UnicodeDecodeError:
            raise SourceRefused(self._name, "it is not written in UTF-8, as it says") from None


def _as_control(error: UnicodeError) -> tuple[str, int]:
    """As the Encoding Standard of WHATWG has it: an undefined byte is the control character of its number."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("c1", _as_control)


def _parsed(name: str, file: IO[bytes], encoding: str) -> Iterator[etree._Element]:
    """The rows of all tables, each forgotten after use."""
    events = etree.iterparse(
        _Recoded(name, file, encoding), events=("end",), tag="tr", html=True, encoding="utf-8", no_network=True
    )
    try:
        for _, row in events:
            yield row
            row.clear(keep_tail=False)
            parent = row.getparent()
            while parent is not None and row.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise SourceRefused(name, "it cannot be parsed as a page: {reason}", reason=error.msg) from None


def _compare(name: str, work: Work, head: bytes, tail: bytes, rows: _Rows) -> None:
    """The page counts itself: what it says is held against what was found."""
    said = _COUNTS.search(tail) or _COUNTS.search(head)
    if b"</html" not in tail.lower():
        raise SourceRefused(name, "it is cut off: the end of the page is missing after row {row}", row=rows.number)
    if said is None:
        work.remark(Place(name), "no-count", "the page does not say how many items it lists")
        return
    counts = work.account.counts
    covers = counts[f"listed {Kind.COVER}"] + counts[f"listed {Kind.COVER_AND_STANDARD}"]
    found = (counts["entries"], covers, counts[f"listed {Kind.STANDARD}"], counts[f"listed {Kind.RELATED}"])
    for what, wanted, have in zip(
        (message("items"), message("covers"), message("standards"), message("related documents")),
        said.groups(),
        found,
        strict=True,
    ):
        if int(wanted) != have:
            work.remark(
                Place(name),
                "count",
                "the page says that it lists {wanted} {what}, {have} were read",
                wanted=int(wanted),
                what=Wording(what),
                have=have,
            )
