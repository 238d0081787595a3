"""Releases: immutable folders, one of which is current; the switch from one to the next is atomic."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from filelock import FileLock, Timeout

from .answers import ANSWERS, Answers, ReleasedStore
from .digest import graph_digest
from .errors import AudienceNotFound, BuildRunning, NoRelease, ReleaseDamaged, ReleaseError, ReleaseNotFound
from .labels import PUBLIC
from .resources import home

# How much of a digest makes an identifier.
LENGTH = 12
# Compared and never looked into: differs once another release has been made current. None: there is none.
Switch = tuple[int, int, int] | None


def write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest and see to it that it has reached the disk."""
    _write(path, json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class View:
    """What one audience gets of a release: a store, and what its manifest says of it.

    All that readers are shown (identifier, counts, dates) comes from here: it says nothing of what they may not see.
    """

    identifier: str
    path: Path
    manifest: dict[str, Any]

    @property
    def answers(self) -> Answers:
        """What was kept of the answers that this store gave: beside the release, which never changes."""
        release = self.path.parent
        return Answers(release.parents[1] / ANSWERS / release.name / self.path.name, self.manifest["digest"])

    def open(self) -> ReleasedStore:
        """The store, read-only."""
        try:
            return ReleasedStore(ox.Store.read_only(str(self.path)), self.path, self.answers)
        # pyoxigraph reports a damaged file as a RuntimeError.
        except (OSError, RuntimeError) as error:
            raise ReleaseDamaged(self.identifier, [f"the store of the audience {self.path.name}: {error}"]) from error


@dataclass(frozen=True)
class Release:
    """One immutable release: its folder and what its manifest says."""

    identifier: str
    path: Path
    manifest: dict[str, Any]

    def view(self, audience: str = PUBLIC) -> View:
        """What one audience gets; raises AudienceNotFound."""
        if audience not in self.manifest["audiences"]:
            raise AudienceNotFound(audience, sorted(self.manifest["audiences"]))
        path = self.path / audience
        manifest = read_manifest(path.with_suffix(".json"), self.identifier)
        return View(manifest["digest"][:LENGTH], path, manifest)

    def open(self, audience: str = PUBLIC) -> ReleasedStore:
        """The store of one audience, read-only."""
        return self.view(audience).open()


def read_manifest(path: Path, identifier: str) -> dict[str, Any]:
    """A manifest; raises ReleaseDamaged where it is missing or broken."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseDamaged(identifier, [f"the manifest cannot be read: {error}"]) from error
    return found


def patiently(holder: str) -> None:
    """Wait for whoever holds the lock, without a word."""


def identifier_of(manifest: dict[str, Any]) -> str:
    """The name of a release: that of its graph where there is one audience, else drawn from those of all."""
    digests = sorted({described["digest"] for described in manifest["audiences"].values()})
    return (digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest())[:LENGTH]


class Releases:
    """All releases of one home; `by` says for others who builds here, in place of the process that does."""

    def __init__(self, where: Path | None = None, by: str = "") -> None:
        self.home = where if where is not None else home()
        self._by = by or f"process {os.getpid()} on {platform.node()}"
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

    def switch(self) -> Switch:
        """How the switch stands: it looks otherwise as soon as a release was made current, were it the same again."""
        try:
            stat = self._pointer.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    def use(self, identifier: str) -> Release:
        """Make a release the current one: one atomic switch, which is also how to roll back."""
        release = self.get(identifier)
        beside = self.home / f".current-{os.getpid()}"
        _write(beside, f"{release.identifier}\n")
        os.replace(beside, self._pointer)
        return release

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
    def building(self, waiting: Callable[[str], None] | None = None) -> Iterator[Path]:
        """A folder to build a release in. One process builds at a time; what is not published is removed.

        While another process builds, `waiting` hears which one and this one waits; without `waiting` BuildRunning is
        raised at once.
        """
        with self.locked(waiting):
            self._clear()
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                path = Path(tempfile.mkdtemp(dir=self._folder, prefix=".building-"))
            except OSError as error:
                raise ReleaseError(f"releases cannot be kept in {self.home}: {error}") from error
            try:
                yield path
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def clear(self) -> None:
        """Remove what a build that was killed has left behind, unless another build has begun: that one does it."""
        with contextlib.suppress(BuildRunning), self.locked():
            self._clear()

    def _clear(self) -> None:
        # Under the lock nobody else can own them.
        for left in self._folder.glob(".building-*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def locked(self, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
        """Nobody else builds, removes, saves or restores meanwhile.

        While another process does, `waiting` hears which one and this one waits; without `waiting` BuildRunning is
        raised at once. Raises ReleaseError where the workspace cannot be written to.
        """
        lock, holder = FileLock(self.home / "build.lock"), self.home / "build.holder"
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout:
            told = holder.read_text(encoding="utf-8").strip() if holder.is_file() else "?"
            if waiting is None:
                raise BuildRunning(told) from None
            waiting(told)
            lock.acquire()
        except OSError as error:
            raise ReleaseError(f"releases cannot be kept in {self.home}: {error}") from error
        try:
            since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            with contextlib.suppress(OSError):
                holder.write_text(f"{self._by}, since {since}\n", encoding="utf-8")
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    def publish(self, built: Path, manifest: dict[str, Any]) -> Release:
        """Give a built folder its manifest and its name, which is drawn from its audiences, and make it current.

        The folder of an equal release stays, and only what its manifest says of its making is brought up to date;
        if it is damaged, the new folder takes its place.
        """
        identifier = identifier_of(manifest)
        target = self._folder / identifier
        if target.is_dir():
            try:
                self.verify(identifier)
            except (ReleaseDamaged, ReleaseNotFound):
                shutil.rmtree(target)
        if target.is_dir():
            # Its stores stay, and with them what is said of their files.
            manifest = {**manifest, "audiences": self._read(target).manifest["audiences"]}
            write_manifest(built / "manifest.json", manifest)
            for name in (*(f"{audience}.json" for audience in manifest["audiences"]), "manifest.json"):
                os.replace(built / name, target / name)
        else:
            write_manifest(built / "manifest.json", manifest)
            os.replace(built, target)
        return self.use(identifier)

    def _read(self, path: Path) -> Release:
        return Release(path.name, path, read_manifest(path / "manifest.json", path.name))
