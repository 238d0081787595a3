"""The ZIP package that an XLSX file is: opened only after every byte of it was counted and every part of it looked at.

What a header says of a size is never believed: members are inflated piece by piece, and the pieces are counted.
"""

from __future__ import annotations

import os
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self
from xml.parsers import expat

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.wording import Wording, message

from .. import Limits

PIECE = 1 << 16
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# A mark-up token larger than this is no work of a spreadsheet program, and the parser would hold it in memory.
_TOKEN = 4 * 1024**2

NOT_A_WORKBOOK = message("this is no XLSX workbook")
DAMAGED = message("the file is damaged or cut off: {detail}")
EMPTY = message("the file is empty")
PASSWORD = message("the workbook is protected by a password: save a copy without one (File, Info, Protect Workbook)")
OLD = message("this is a workbook in the old format of Excel: open it and save it as “Excel Workbook (*.xlsx)”")
BINARY = message("this is a binary workbook: open it and save it as “Excel Workbook (*.xlsx)”")
OPEN_DOCUMENT = message("this is an OpenDocument file: open it and save it as “Excel Workbook (*.xlsx)”")
MACROS = message(
    "the workbook holds macros, which are never accepted: save it as “Excel Workbook (*.xlsx)”, which drops them"
)
OTHER_KIND = message("this is {what}, not a workbook")
TOO_LARGE = message("the file has {size} bytes; {most} are allowed")
UNPACKED = message("the file unpacks to more than {most} bytes, which is what a decompression bomb does")
MEMBERS = message("the file has more than {most} parts")
DTD = message("{part} declares a document type, which no workbook needs and an entity bomb does")
UNREADABLE = message("the file cannot be read: {detail}")

_KINDS = {
    b"%PDF": Wording("a PDF"),
    b"{\\rtf": Wording("a text in RTF"),
    b"\x89PNG": Wording("a picture"),
    b"\xff\xd8\xff": Wording("a picture"),
    b"\x1f\x8b": Wording("a compressed file (gzip)"),
    b"<!DOC": Wording("a web page"),
    b"<html": Wording("a web page"),
    b"<?xml": Wording("an XML file"),
}


def kind_by_content(head: bytes) -> Wording | None:
    """What a file is by its first bytes, where that is something else than a workbook or a text."""
    begin = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:8]
    return next((what for mark, what in _KINDS.items() if begin.lower().startswith(mark.lower())), None)


class Package:
    """The parts of one XLSX file. Raises SourceRefused where the file is no workbook, or no harmless one."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.name, self._limits = path.name, limits
        try:
            size = path.stat().st_size
            if size > limits.size:
                self.refuse(TOO_LARGE, size=size, most=limits.size)
            with path.open("rb") as file:
                self._look_at(file.read(PIECE), path)
                self._count_members(path)
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise SourceRefused(self.name, UNREADABLE, detail=error.strerror or str(error)) from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise SourceRefused(self.name, DAMAGED, detail=str(error)) from error
        try:
            self._check_members()
        except BaseException:
            self._zip.close()
            raise
        self.unpacked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def refuse(self, why: str, **values: object) -> NoReturn:
        """Say why the file as a whole cannot be read."""
        raise SourceRefused(self.name, why, **values)

    @property
    def parts(self) -> frozenset[str]:
        """The names of all parts."""
        return frozenset(self._zip.namelist())

    def _look_at(self, head: bytes, path: Path) -> None:
        if not head:
            self.refuse(EMPTY)
        if head.startswith(_OLE):
            self.refuse(PASSWORD if _mentions(path, "EncryptedPackage") else OLD)
        if what := kind_by_content(head):
            self.refuse(OTHER_KIND, what=what)
        if not head.startswith(b"PK"):
            self.refuse(NOT_A_WORKBOOK)

    def _count_members(self, path: Path) -> None:
        """Refuse a directory that would not fit into memory before it is read."""
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - 22 - 65535))
            tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            self.refuse(DAMAGED, detail=Wording("its directory is missing"))
        told = struct.unpack("<4s4H2LH", tail[at : at + 22])
        # A directory of 4 GiB or more stands elsewhere and is far beyond any workbook.
        if told[4] > self._limits.members or told[5] > self._limits.members * 512:
            self.refuse(MEMBERS, most=self._limits.members)

    def _check_members(self) -> None:
        members = self._zip.infolist()
        names = {member.filename for member in members}
        if len(members) > self._limits.members:
            self.refuse(MEMBERS, most=self._limits.members)
        if "mimetype" in names or "content.xml" in names:
            self.refuse(OPEN_DOCUMENT)
        for folder, what in (("word/", "a text document (DOCX)"), ("ppt/", "a presentation (PPTX)")):
            if any(name.startswith(folder) for name in names):
                self.refuse(OTHER_KIND, what=what)
        if any(member.flag_bits & 1 for member in members):
            self.refuse(PASSWORD)
        if any(name.lower().endswith("vbaproject.bin") or "macrosheets/" in name.lower() for name in names):
            self.refuse(MACROS)
        if "xl/workbook.bin" in names:
            self.refuse(BINARY)
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            self.refuse(NOT_A_WORKBOOK)
        if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
            self.refuse(DAMAGED, detail=Wording("it is packed in a way that no spreadsheet program uses"))

    def verify(self) -> None:
        """Inflate every part once: none may be too large, broken, or declare entities."""
        total = 0
        for name in sorted(self.parts):
            parser = Parser(self, name) if name.lower().endswith((".xml", ".rels", ".vml")) else None
            for piece in self.pieces(name):
                total += len(piece)
                if total > self._limits.unpacked:
                    self.refuse(UNPACKED, most=self._limits.unpacked)
                if parser is not None:
                    parser.feed(piece)
            if parser is not None:
                parser.close()
        self.unpacked = total

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, inflated piece by piece, never more of them than are allowed."""
        count = 0
        try:
            with self._zip.open(name) as stream:
                while piece := stream.read(PIECE):
                    count += len(piece)
                    if count > self._limits.unpacked:
                        self.refuse(UNPACKED, most=self._limits.unpacked)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, NotImplementedError) as error:
            raise SourceRefused(self.name, DAMAGED, detail=f"{name}: {error}") from error

    def elements(self, name: str, handle: Callable[[str, dict[str, str]], None]) -> None:
        """Hand every element of a small part to a function, by local name and attributes without namespaces."""
        parser = Parser(self, name)

        def start(tag: str, attributes: dict[str, str]) -> None:
            handle(local(tag), {local(key): value for key, value in attributes.items()})

        parser.expat.StartElementHandler = start
        for piece in self.pieces(name):
            parser.feed(piece)
        parser.close()

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part points to: for each id the kind of relation and the part; what lies outside is left out."""
        folder, base = posixpath.split(part)
        rels = f"{folder}/_rels/{base}.rels".lstrip("/")
        found: dict[str, tuple[str, str]] = {}

        def handle(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, posixpath.normpath(whole))

        if rels in self.parts:
            self.elements(rels, handle)
        return found


class Parser:
    """A parser of one part that refuses any document type; names come as "namespace name"."""

    def __init__(self, package: Package, name: str) -> None:
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.buffer_text = True
        self._package, self._name, self._fed = package, name, 0
        self.expat.StartDoctypeDeclHandler = self._refuse
        self.expat.EntityDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        self._package.refuse(DTD, part=self._name)

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Parse the next piece; raises SourceRefused where the XML is broken, or made to fill the memory."""
        try:
            self.expat.Parse(piece, last)
        except expat.ExpatError as error:
            raise SourceRefused(self._package.name, DAMAGED, detail=f"{self._name}: {error}") from error
        self._fed += len(piece)
        if self._fed - self.expat.CurrentByteIndex > _TOKEN:
            self._package.refuse(
                DAMAGED, detail=Wording("{part}: one mark of more than {most} bytes", part=self._name, most=_TOKEN)
            )

    def close(self) -> None:
        """Say that this was the last piece."""
        self.feed(b"", last=True)


def local(tag: str) -> str:
    """The name of an element or attribute without its namespace."""
    return tag.rpartition(" ")[2]


def _mentions(path: Path, word: str) -> bool:
    """Whether a word stands in the directory of an OLE file, which writes it in UTF-16."""
    sought, before = word.encode("utf-16-le"), b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            if sought in before + piece:
                return True
            before = piece[-len(sought) :]
    return False
