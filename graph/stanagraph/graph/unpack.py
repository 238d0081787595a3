"""Reading an archive that a stranger may have made: plain files in known places, within limits, and all of them whole.

`tarfile` only reads the headers here: nothing is extracted by it, and what a name may be is said in one place.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from .backup import FORMAT, MANIFEST, POINTER, Observer
from .errors import BackupRefused
from .resources import SETTINGS
from .sources import SOURCES

_CHUNK = 1 << 20
_ID = r"[A-Za-z0-9][A-Za-z0-9-]{0,63}"
# No way upwards, no hidden folder, no backslash, no control character.
_FILE = r"(?:/(?!\.{1,2}(?:/|$))[^/\\\x00-\x1f\x7f]{1,255}){1,8}"
_PLACE = re.compile(rf"{re.escape(SETTINGS)}|{POINTER}|releases/{_ID}{_FILE}|{SOURCES}/{_ID}/{_ID}{_FILE}")


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: how many files, how many bytes, and how many times its own size."""

    members: int = 200_000
    size: int = 256 * 1024**3
    ratio: int = 200
    small: int = 256 * 1024**2  # no ratio below this


_UNREADABLE = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, UnicodeError, ValueError)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """What the parsers say of a file that is no archive, or not a whole one."""
    try:
        yield
    except _UNREADABLE as error:
        raise BackupRefused(name, "is not a whole backup: {error}", error=error) from error


class _Guarded:
    """A stream that never reads much at once: a header may claim any length, and would be read into memory."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _CHUNK:
            raise BackupRefused(self._name, "has a header that is too long")
        return self._file.read(size)

    def seek(self, *place: int) -> int:
        return self._file.seek(*place)

    def tell(self) -> int:
        return self._file.tell()


def _opened(file: Path) -> IO[bytes]:
    with file.open("rb") as start:
        magic = start.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(file, "rb"))
    return lzma.open(file, "rb") if magic.startswith(b"\xfd7zXZ") else file.open("rb")


def unpack(file: Path, scratch: Path, limits: Limits, observe: Observer) -> dict[str, int]:
    """Write the files of an archive into an empty folder and check them; the size of each by name."""
    packed = file.stat().st_size
    most = min(limits.size, max(limits.small, limits.ratio * packed))
    digests: dict[str, str] = {}
    sizes: dict[str, int] = {}
    size = 0
    manifest: bytes | None = None
    with _opened(file) as stream, _reading(file.name):
        archive = tarfile.TarFile(fileobj=_Guarded(stream, file.name))  # type: ignore[arg-type]
        while (member := archive.next()) is not None:
            # It keeps all that it has read, which nobody asks for here.
            archive.members = []  # type: ignore[attr-defined]
            if manifest is not None:
                raise BackupRefused(file.name, "has something after its manifest")
            observe("unpack", _position(stream, packed), packed)
            size += member.size
            if len(sizes) >= limits.members or size > most:
                raise BackupRefused(
                    file.name, "holds more than {files} files or {size} bytes", files=limits.members, size=most
                )
            if member.name == MANIFEST and member.isreg():
                manifest = _content(archive, member, file.name)
                continue
            _refuse_stranger(file.name, member, digests)
            place = scratch / member.name
            place.parent.mkdir(parents=True, exist_ok=True)
            if member.islnk():
                os.link(scratch / member.linkname, place)
                digests[member.name], sizes[member.name] = digests[member.linkname], 0
            else:
                digests[member.name] = _written(archive, member, place)
                sizes[member.name] = member.size
    if manifest is None:
        raise BackupRefused(file.name, "is not a whole backup: {error}", error=f"{MANIFEST} is missing")
    _compare(file.name, manifest, digests)
    return sizes


def _position(stream: IO[bytes], packed: int) -> int:
    """How far the file itself has been read; what unpacks it keeps it to itself."""
    inner = getattr(stream, "fileobj", None) or getattr(stream, "_fp", None) or stream
    return min(packed, int(inner.tell()))


def _refuse_stranger(name: str, member: tarfile.TarInfo, known: dict[str, str]) -> None:
    """Only plain files in the places of a workspace, each once, and second names of those."""
    plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
    linked = member.islnk() and member.linkname in known
    if not (plain or linked):
        raise BackupRefused(name, "holds {member}, which is no plain file", member=repr(member.name))
    if not _PLACE.fullmatch(member.name):
        raise BackupRefused(name, "holds {member}, which has no place in a workspace", member=repr(member.name))
    if member.name in known:
        raise BackupRefused(name, "holds {member} twice", member=repr(member.name))


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> bytes:
    # A manifest has about 200 bytes for each file.
    if member.size > Limits.small:
        raise BackupRefused(name, "has a manifest that is too long")
    return b"".join(_chunks(archive, member))


def _written(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> str:
    digest = hashlib.sha256()
    with place.open("xb") as file:
        for chunk in _chunks(archive, member):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _chunks(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    source = archive.extractfile(member)
    left = member.size
    while source is not None and left:
        chunk = source.read(min(left, _CHUNK))
        if not chunk:
            raise EOFError("it ends inside a file")
        left -= len(chunk)
        yield chunk


def _compare(name: str, manifest: bytes, digests: dict[str, str]) -> None:
    try:
        told = json.loads(manifest)
        found, version = {key: it["sha256"] for key, it in told["members"].items()}, told["format"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupRefused(name, "has a manifest that cannot be read") from error
    if version != FORMAT:
        raise BackupRefused(name, "has the format {found}, expected {known}", found=version, known=FORMAT)
    differing = sorted(key for key in found.keys() | digests.keys() if found.get(key) != digests.get(key))
    if differing:
        raise BackupRefused(name, "is damaged at {places}", places=", ".join(differing[:5]))
