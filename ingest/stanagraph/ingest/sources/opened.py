"""Opening a stranger's text: unpacked, measured and checked while it is read, before any parser sees it."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NoReturn, cast
from xml.parsers import expat

from stanagraph.graph.errors import SourceRefused, TurtleFault, TurtleRefused

from . import HEAD, Limits
from .nesting import survives

GZIP = b"\x1f\x8b"
# The parser needs time that grows with the square of this.
_NESTED_ELEMENTS = 100
TOKEN = 16 * 1024**2
_ENCODINGS = {"utf-8": "utf-8", "us-ascii": "ascii", "iso-8859-1": "latin-1", "windows-1252": "cp1252"}
_DECLARED = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']""")


def unpacked_head(head: bytes) -> bytes:
    """The first bytes of a file, unpacked if it is a gzip."""
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(31).decompress(head, HEAD)
    except zlib.error:
        return b""


class OpenedText:
    """The bytes of a text in UTF-8, for a parser that asks for them with `read`.

    Whatever is wrong with them is raised from `read`, with the line: a parser never gets further than the fault.
    """

    def __init__(
        self, path: Path, limits: Limits, *, xml: bool, progress: Callable[[int, int | None], None] | None = None
    ) -> None:
        self.name = path.name
        self.size = path.stat().st_size
        if self.size > limits.size:
            self._refuse("is larger than the {limit} bytes that a source may have", limit=limits.size)
        self.limits, self._progress = limits, progress
        self._raw = path.open("rb")
        packed = self._raw.read(2) == GZIP
        self._raw.seek(0)
        self._file: BinaryIO = cast("BinaryIO", gzip.GzipFile(fileobj=self._raw)) if packed else self._raw
        self._left, self._unpacked, self._line = b"", 0, 1
        self._path, self._nested, self._before, self._depth, self._run = path, False, b"", 0, 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self._encoding = "utf-8"
        self._parser = self._expat() if xml else None
        self._xml, self._ended = xml, False

    def __enter__(self) -> OpenedText:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def read(self, size: int = -1) -> bytes:
        """At most so many of the next bytes; none at the end."""
        while not self._left and not self._ended:
            self._left = self._next()
        if size < 0:
            parts = [self._left]
            while not self._ended:
                parts.append(self._next())
            self._left = b""
            return b"".join(parts)
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def _next(self) -> bytes:
        try:
            chunk = self._file.read(HEAD)
        except EOFError:
            self._refuse("is cut short: the end of the gzip is missing")
        except (OSError, zlib.error) as error:
            self._refuse("cannot be unpacked: {error}", error=error)
        self._unpacked += len(chunk)
        if self._unpacked > self.limits.unpacked:
            self._refuse("unpacks to more than the {limit} bytes that a source may have", limit=self.limits.unpacked)
        self._ended = not chunk
        if self._progress is not None:
            self._progress(min(self._raw.tell(), self.size), self.size)
        text = self._decoded(chunk)
        if b"\0" in text:
            line = self._line + text[: text.index(b"\0")].count(b"\n")
            self._refuse("line {line}: holds a NUL byte, which no text has", line=line)
        if self._parser is not None:
            self._check_xml(text)
        else:
            self._check_nesting(text)
        self._line += text.count(b"\n")
        return text

    def _decoded(self, chunk: bytes) -> bytes:
        first = self._decoder is None
        if first:
            self._encoding = self._detect(chunk)
            self._decoder = codecs.getincrementaldecoder(self._encoding)()
        assert self._decoder is not None
        try:
            text = self._decoder.decode(chunk, final=self._ended)
        except UnicodeDecodeError as error:
            line = self._line + chunk[: error.start].count(b"\n")
            self._refuse(
                "line {line}: is not {encoding}: {reason}",
                line=line,
                encoding=self._encoding.upper(),
                reason=error.reason,
            )
        if first:
            text = text.removeprefix("\ufeff")
            # What follows is UTF-8, whatever the first line says: it is blanked, not taken out, to keep the columns.
            if self._xml and (declaration := re.match(r"<\?xml\b[^>]*\?>", text)):
                text = " " * declaration.end() + text[declaration.end() :]
        return text.encode("utf-8")

    def _detect(self, chunk: bytes) -> str:
        if chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            found = "utf-16"
        elif chunk.startswith(b"<\0"):
            found = "utf-16-le"
        elif chunk.startswith(b"\0<"):
            found = "utf-16-be"
        elif self._xml and (declared := _DECLARED.match(chunk.removeprefix(codecs.BOM_UTF8))):
            name = declared[1].decode("ascii").lower()
            if name not in _ENCODINGS:
                self._refuse("is written in {encoding}; expected UTF-8", encoding=name)
            found = _ENCODINGS[name]
        else:
            found = "utf-8"
        if found.startswith("utf-16") and not self._xml:
            self._refuse("is written in {encoding}; expected UTF-8", encoding="UTF-16")
        return found

    def _check_nesting(self, text: bytes) -> None:
        """Terms inside terms stand on the stack of the parser: some ten thousand of them would end this process."""
        if not self._nested and b"<<" in self._before + text:
            self._nested = True
            if not survives(self._path, self.limits.unpacked):
                self._refuse("line {line}: holds terms inside terms, too deep to be read", line=self._line)
        self._before = text[-1:]

    def _expat(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.StartDoctypeDeclHandler = lambda *_: self._refuse(
            "line {line}: holds a document type definition, which can make a file grow without end; take it out",
            line=parser.CurrentLineNumber,
        )
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _NESTED_ELEMENTS:
            self._refuse(
                "line {line}: holds elements inside elements, more than {limit} deep",
                line=self._line,
                limit=_NESTED_ELEMENTS,
            )

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _check_xml(self, text: bytes) -> None:
        assert self._parser is not None
        # A text or a tag without end would be kept whole.
        last = max(text.rfind(b"<"), text.rfind(b">"))
        self._run = self._run + len(text) if last < 0 else len(text) - last
        if self._run > TOKEN:
            self._refuse("line {line}: holds a single text of more than {limit} bytes", line=self._line, limit=TOKEN)
        try:
            self._parser.Parse(text, self._ended)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise TurtleRefused([TurtleFault(self.name, error.lineno, error.offset + 1, what)]) from error

    def _refuse(self, why: str, **values: object) -> NoReturn:
        raise SourceRefused(self.name, why, **values)
