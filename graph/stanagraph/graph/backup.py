"""Backups of a workspace: one archive with settings, sources, releases and pointer.

    stanagraph.toml  sources/<id>/<digest>/…  releases/<id>/…  current  manifest.json

What goes in is immutable, and the build lock is held, so the archive is consistent while others read. The manifest
comes last and has the SHA-256 of all else.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from . import __version__
from .errors import BackupRefused, ReleaseError
from .releases import Releases, patiently
from .resources import SETTINGS
from .sources import SOURCES, states_of
from .upkeep import verify

FORMAT = 1
MANIFEST = "manifest.json"
POINTER = "current"
Mode = Literal["w:", "w:gz", "w:xz"]
MODES: dict[str, Mode] = {".tar": "w:", ".gz": "w:gz", ".tgz": "w:gz", ".xz": "w:xz"}
# What is being done, and how many of how many bytes or releases are done.
Observer = Callable[[str, int, int], None]


def nobody(step: str, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Saved:
    """What a backup holds."""

    releases: tuple[str, ...]
    sources: int
    files: int
    size: int


def save(releases: Releases, target: Path, observe: Observer = nobody) -> Saved:
    """Write everything that the releases need into one archive; its name says how it is packed.

    Each release is read whole first. A file of this name is replaced only once the new one is complete.
    """
    mode = MODES.get(target.suffix)
    if mode is None or (target.suffix in (".gz", ".xz") and Path(target.stem).suffix != ".tar"):
        raise BackupRefused(target.name, "expected a name that ends in .tar, .tar.gz or .tar.xz")
    beside = target.with_name(f".{target.name}-{os.getpid()}")
    with releases.locked(patiently):
        found = releases.list()
        for done, release in enumerate(found):
            observe("verify", done, len(found))
            verify(releases, release.identifier)
        states = sorted({state for release in found for state in states_of(release)})
        folders = [f"{SOURCES}/{source}/{state}" for source, state in states]
        folders += [f"releases/{release.identifier}" for release in found]
        single = [name for name in (SETTINGS, POINTER) if (releases.home / name).is_file()]
        files = [name for folder in folders for name in _files(releases.home, folder)] + single
        try:
            try:
                packed = _pack(releases.home, files, beside, mode, observe)
                os.replace(beside, target)
                settle(target.parent)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise ReleaseError(f"the backup cannot be written: {error}") from error
    return Saved(tuple(release.identifier for release in found), len(states), len(files), packed)


def _files(home: Path, folder: str) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in (home / folder).rglob("*") if path.is_file())


def _pack(home: Path, names: list[str], target: Path, mode: Mode, observe: Observer) -> int:
    total = sum((home / name).lstat().st_size for name in names)
    members: dict[str, dict[str, Any]] = {}
    done = 0
    with target.open("xb") as file:
        with tarfile.open(fileobj=file, mode=mode, format=tarfile.PAX_FORMAT) as archive:
            for name in names:
                observe("pack", done, total)
                # A second name of a file that is in the archive already becomes a link to the first.
                info = archive.gettarinfo(home / name, name)
                info.uid = info.gid = 0
                info.uname = info.gname = ""
                if info.islnk():
                    archive.addfile(info)
                    members[name] = members[info.linkname]
                else:
                    with (home / name).open("rb") as source:
                        told = _Told(source)
                        archive.addfile(info, told)
                    members[name] = {"size": info.size, "sha256": told.digest.hexdigest()}
                done += (home / name).lstat().st_size
            text = json.dumps(_described(members), indent=1, sort_keys=True).encode()
            last = tarfile.TarInfo(MANIFEST)
            last.size = len(text)
            archive.addfile(last, io.BytesIO(text))
        file.flush()
        os.fsync(file.fileno())
    observe("pack", total, total)
    return target.stat().st_size


def _described(members: dict[str, dict[str, Any]]) -> dict[str, Any]:
    made = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return {"format": FORMAT, "made": made, "software": __version__, "members": members}


class _Told:
    """A file that is read once, and its digest afterwards."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self.digest.update(found)
        return found


def settle(folder: Path) -> None:
    """Renames in this folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
