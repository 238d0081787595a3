"""Releases: immutable folders, one of which is current; the switch from one to the next is atomic."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from .digest import graph_digest
from .errors import NoRelease, ReleaseDamaged, ReleaseError, ReleaseNotFound
from .resources import home
from .store import EmbeddedStore

PUBLIC = "public"


@dataclass(frozen=True)
class Release:
    """One immutable release: its folder and what its manifest says."""

    identifier: str
    path: Path
    manifest: dict[str, Any]

    def open(self, audience: str = PUBLIC) -> EmbeddedStore:
        """The store of one audience, read-only."""
        try:
            return EmbeddedStore.open(self.path / audience)
        # pyoxigraph reports a damaged file as a RuntimeError.
        except (OSError, RuntimeError) as error:
            raise ReleaseDamaged(self.identifier, [f"the store of the audience {audience}: {error}"]) from error


class Releases:
    """All releases of one home."""

    def __init__(self, where: Path | None = None) -> None:
        self.home = where if where is not None else home()
        self._folder = self.home / "releases"
        self._pointer = self.home / "current"

    def list(self) -> list[Release]:
        """All published releases, oldest first."""
        found = [self._read(path.parent) for path in self._folder.glob("*/manifest.json")]
        return sorted(found, key=lambda release: (release.manifest["built"], release.identifier))

    def get(self, identifier: str) -> Release:
        """One release by its identifier, or by a beginning of it that only one has."""
        # By folder and not by manifest: a damaged release must not stand in the way of the others.
        known = sorted(path.parent.name for path in self._folder.glob("*/manifest.json"))
        matching = [name for name in known if name == identifier] or [n for n in known if n.startswith(identifier)]
        if len(matching) != 1 or not identifier:
            raise ReleaseNotFound(identifier, known)
        return self._read(self._folder / matching[0])

    def current(self) -> Release:
        """The release that answers now."""
        try:
            identifier = self._pointer.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise NoRelease from None
        path = self._folder / identifier
        if not (path / "manifest.json").is_file():
            raise ReleaseDamaged(identifier, ["its folder is missing"])
        return self._read(path)

    def use(self, identifier: str) -> Release:
        """Make a release the current one: one atomic switch, which is also how to roll back."""
        release = self.get(identifier)
        beside = self.home / f".current-{os.getpid()}"
        self._write(beside, f"{release.identifier}\n")
        os.replace(beside, self._pointer)
        return release

    @staticmethod
    def _write(path: Path, text: str) -> None:
        with path.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def verify(self, identifier: str) -> Release:
        """Read every quad of a release again and compare with the manifest; raises ReleaseDamaged."""
        release = self.get(identifier)
        faults: list[str] = []
        for audience, described in release.manifest["audiences"].items():
            try:
                digest = graph_digest(release.open(audience))
            except ReleaseDamaged as damaged:
                faults += damaged.faults
                continue
            except (OSError, RuntimeError) as error:
                faults.append(f"the store of the audience {audience} cannot be read: {error}")
                continue
            if digest != described["digest"]:
                faults.append(f"the graph of the audience {audience} is not the one that was published")
        if faults:
            raise ReleaseDamaged(identifier, faults)
        return release

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A folder to build a release in. One process builds at a time; what is not published is removed."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReleaseError(f"releases cannot be kept in {self.home}: {error}") from error
        with FileLock(self.home / "build.lock"):
            # A build that was killed leaves its folder behind; under the lock nobody else can own it.
            for left in self._folder.glob(".building-*"):
                shutil.rmtree(left, ignore_errors=True)
            path = Path(tempfile.mkdtemp(dir=self._folder, prefix=".building-"))
            try:
                yield path
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def publish(self, built: Path, identifier: str, manifest: dict[str, Any]) -> Release:
        """Give a built folder its manifest and its name, and make it current.

        The folder of an equal release stays, and only what its manifest says of its making is brought up to date;
        if it is damaged, the new folder takes its place.
        """
        target = self._folder / identifier
        if target.is_dir():
            try:
                self.verify(identifier)
            except (ReleaseDamaged, ReleaseNotFound):
                shutil.rmtree(target)
        self._write(built / "manifest.json", json.dumps(manifest, indent=2, sort_keys=True) + "\n")
        if target.is_dir():
            os.replace(built / "manifest.json", target / "manifest.json")
        else:
            os.replace(built, target)
        return self.use(identifier)

    def _read(self, path: Path) -> Release:
        try:
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ReleaseDamaged(path.name, [f"the manifest cannot be read: {error}"]) from error
        return Release(path.name, path, manifest)
