"""The members of a tar archive, read as what a stranger sent: in order, in memory, within limits, and never on disk."""

from __future__ import annotations

import gzip
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.wording import Wording, message

from .. import Limits
from ..opened import GZIP

_BLOCK = 512
# The longest header or page that is held in memory at once; the longest of the NISP has 13 kB.
PIECE = 1024**2
_ENDS = 100
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")


@dataclass(frozen=True)
class Member:
    """One member: its name, and either its content or the code and the words that say why it has none."""

    name: str
    content: bytes = b""
    fault: tuple[str, str] | None = None
    is_folder: bool = False


class _Bounded:
    """A stream that is read forwards, counts what it yields and stops at a limit.

    tarfile steps one byte back before each header, hence the tail that is kept.
    """

    def __init__(self, stream: BinaryIO, name: str, limit: int) -> None:
        self._stream, self._name, self._limit = stream, name, limit
        self._at = 0
        self._back = self._ends = 0
        self.tail = b""

    def tell(self) -> int:
        return self._at - self._back

    def read(self, size: int) -> bytes:
        if not 0 <= size <= PIECE:
            raise SourceRefused(self._name, "a header or page of it is longer than {limit} bytes", limit=PIECE)
        again = self.tail[len(self.tail) - self._back :][:size] if self._back else b""
        self._back -= len(again)
        fresh = self._stream.read(size - len(again)) if size > len(again) else b""
        self._at += len(fresh)
        # tarfile reads on without end where a header of a sparse file breaks off.
        self._ends += not fresh and size > 0
        if self._ends > _ENDS:
            raise tarfile.ReadError("unexpected end")
        if self._at > self._limit:
            raise SourceRefused(self._name, "it holds more than {limit} bytes when unpacked", limit=self._limit)
        self.tail = (self.tail + fresh)[-_BLOCK:]
        return again + fresh

    def ends_in_zeros(self) -> bool:
        """Whether nothing but zeros is left; reading them, gzip sees whether the file is whole."""
        while rest := self.read(PIECE):
            if any(rest):
                return False
        return True

    def seek(self, target: int, whence: int = 0) -> int:
        if whence or target < self._at - len(self.tail):
            raise tarfile.ReadError("a step back")
        while self.tell() < target:
            if not self.read(min(target - self.tell(), PIECE)):
                break
        else:
            self._back = self._at - target
        return self.tell()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield unpacked  # type: ignore[misc]  # a GzipFile reads as a BinaryIO does


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """Every member of a .tar or .tar.gz, in its order, each with its content or the reason why it is not read.

    Raises SourceRefused where the file is no archive, is damaged or outgrows the limits.
    """
    seen: set[str] = set()
    try:
        with _opened(path) as stream:
            bounded = _Bounded(stream, path.name, limits.unpacked)
            with tarfile.open(fileobj=cast("BinaryIO", bounded), mode="r:", encoding="utf-8") as archive:
                while (entry := archive.next()) is not None:
                    if len(seen) >= limits.members:
                        raise SourceRefused(path.name, "it holds more than {limit} members", limit=limits.members)
                    yield _member(archive, entry, seen)
                    seen.add(entry.name)
                    # What tarfile keeps of the members and headers before grows with the archive.
                    archive.members.clear()  # type: ignore[attr-defined]
                    archive.pax_headers = {}
                # tarfile takes a damaged header for the end of the archive; the end is zeros and nothing else.
                if len(bounded.tail) < _BLOCK or any(bounded.tail) or not bounded.ends_in_zeros():
                    raise SourceRefused(
                        path.name, "the archive breaks off or is damaged at byte {place}", place=archive.offset
                    )
    except (tarfile.TarError, EOFError, OSError, zlib.error, UnicodeError, ValueError, OverflowError) as error:
        raise SourceRefused(path.name, "it is no tar archive, or is damaged: {problem}", problem=error) from error


def _member(archive: tarfile.TarFile, entry: tarfile.TarInfo, seen: set[str]) -> Member:
    parts = entry.name.split("/")
    shown = _UNSAFE.sub("�", entry.name)
    if _UNSAFE.search(entry.name) or entry.name.startswith("/") or ".." in parts or ":" in parts[0]:
        return Member(
            shown, fault=("unsafe-name", message("its name leads out of the archive or holds signs that no name has"))
        )
    if entry.isdir():
        return Member(shown, is_folder=True)
    if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or entry.issparse():
        return Member(
            shown, fault=("no-file", message("it is a link, a device or another thing that is no plain file"))
        )
    if entry.name in seen:
        return Member(
            shown, fault=("repeated-member", message("the archive has another member of this name before it"))
        )
    if entry.size > PIECE:
        return Member(
            shown,
            fault=("too-long", Wording("it has {size} bytes; a page has {most} at most", size=entry.size, most=PIECE)),
        )
    file = archive.extractfile(entry)
    content = file.read() if file is not None else b""
    if len(content) != entry.size:
        raise tarfile.ReadError(f"{shown} breaks off")
    return Member(shown, content)


def folders_at_the_head(head: bytes) -> set[str]:
    """The folders of the members that the first bytes of a .tar or .tar.gz name; empty where it is neither."""
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, PIECE)
        except zlib.error:
            return set()
    found = set()
    at = 0
    while at + _BLOCK <= len(head) and head[at + 257 : at + 262] == b"ustar":
        try:
            entry = tarfile.TarInfo.frombuf(head[at : at + _BLOCK], "utf-8", "replace")
        except tarfile.TarError:
            break
        found |= set(entry.name.split("/")[:-1]) | ({entry.name.split("/")[-1]} if entry.isdir() else set())
        at += _BLOCK * (1 + (-(-entry.size // _BLOCK) if not entry.isdir() else 0))
    return found
