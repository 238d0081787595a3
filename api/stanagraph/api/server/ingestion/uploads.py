"""From the body of a request to files on the disk, piece by piece; what a file is called never leads anywhere.

Each request has a folder `.incoming-…` in the home, and holds a lock in it. What a process that was killed has left
behind is cleared away by the next request.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ..checks.asked import MULTIPART
from ..sparql.errors import UnsupportedMedia
from .errors import NoRoom, UploadRefused

# How a file of each type ends, for what reads it decides by names, too.
ENDINGS = {
    "text/turtle": ".ttl",
    "application/trig": ".trig",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/ld+json": ".jsonld",
    "application/rdf+xml": ".rdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/html": ".html",
    "application/zip": ".zip",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
}
_FORM = "application/x-www-form-urlencoded"
_PREFIX, _HELD = ".incoming-", "held"
_PIECE, _LONGEST = 1 << 20, 200


@dataclass(frozen=True)
class Uploaded:
    """One file on the disk, and the name under which it is shown."""

    path: Path
    name: str


class Uploads:
    """The folder of one request."""

    def __init__(self, home: Path) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
            _clear(home)
            self._folder = Path(tempfile.mkdtemp(dir=home, prefix=_PREFIX))
            self._lock = os.open(self._folder / _HELD, os.O_WRONLY | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except OSError as error:
            raise NoRoom from error
        self._count = 0

    def forget(self) -> None:
        """Have the folder gone with all that is in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._lock)

    async def receive(self, request: Request, files: int) -> list[Uploaded]:
        """The files of a request; raises UploadRefused, UnsupportedMedia, NoRoom."""
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnsupportedMedia("a body with a Content-Encoding is not read")
        try:
            return await (self._parts(request, files) if media == MULTIPART else self._whole(request, media))
        except OSError as error:
            raise NoRoom from error

    async def _whole(self, request: Request, media: str) -> list[Uploaded]:
        said = Message()
        said["Content-Disposition"] = request.headers.get("content-disposition", "")
        name = _plain(said.get_filename() or "")
        if media == _FORM or (not name and media not in ENDINGS):
            wanted = ", ".join([*ENDINGS, MULTIPART])
            raise UnsupportedMedia(f"{wanted}, or a file with its name in Content-Disposition was expected")
        found = self._place(name, media)
        with found.path.open("xb") as out:
            piece = bytearray()
            async for part in request.stream():
                piece += part
                if len(piece) >= _PIECE:
                    await run_in_threadpool(out.write, bytes(piece))
                    piece.clear()
            out.write(piece)
        return [found]

    async def _parts(self, request: Request, files: int) -> list[Uploaded]:
        found: list[Uploaded] = []
        try:
            # What is longer than a megabyte it keeps on the disk, too.
            parser = MultiPartParser(request.headers, request.stream(), max_files=files, max_fields=0)
            form = await parser.parse()
            try:
                for _, part in form.multi_items():
                    if isinstance(part, UploadFile):
                        media = (part.content_type or "").partition(";")[0].strip().lower()
                        place = self._place(_plain(part.filename or ""), media)
                        with place.path.open("xb") as out:
                            await run_in_threadpool(shutil.copyfileobj, part.file, out, _PIECE)
                        found.append(place)
            finally:
                await form.close()
        except MultiPartException as error:
            raise UploadRefused(f"the parts cannot be read: {error.message}") from None
        if not found:
            raise UploadRefused("there is no file in the body")
        return found

    def _place(self, name: str, media: str) -> Uploaded:
        """A place of its own for a file, under a name that no system reads as anything but a name."""
        name = name or f"source{ENDINGS.get(media, '')}"
        if not Path(name).suffix:
            name += ENDINGS.get(media, "")
        folder = self._folder / str(self._count)
        folder.mkdir()
        self._count += 1
        # Systems count bytes; the ending stays.
        plain = re.sub(r"[^\w.-]", "_", name).encode()[-_LONGEST:].decode(errors="ignore")
        return Uploaded(folder / plain, name)


def _plain(name: str) -> str:
    """The last part of a name, as far as it can be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(it for it in last if it.isprintable()).strip()[-120:].strip(". ")


def _clear(home: Path) -> None:
    for folder in home.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            lock = os.open(folder / _HELD, os.O_WRONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
