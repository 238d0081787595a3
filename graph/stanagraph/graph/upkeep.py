"""Upkeep of a workspace: whether releases and their sources are whole, and which may go."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .answers import ANSWERS
from .digest import digests_of
from .errors import NoRelease, ReleaseDamaged, ReleaseError
from .releases import Release, Releases, patiently
from .sources import SOURCES, Sources, states_of

KEPT = 3


@dataclass(frozen=True)
class Removed:
    """What a clean-up removed, or would remove, by its place in the home, and the bytes that it frees."""

    releases: tuple[str, ...]
    sources: tuple[str, ...]
    leftovers: tuple[str, ...]
    freed: int

    def __bool__(self) -> bool:
        return bool(self.releases or self.sources or self.leftovers)


def kept(releases: Releases, keep: int = KEPT) -> list[Release]:
    """The newest releases and the current one, oldest first."""
    found = releases.list()
    try:
        current = releases.current().identifier
    except NoRelease:
        current = ""
    newest = {release.identifier for release in found[len(found) - keep if keep < len(found) else 0 :]}
    return [release for release in found if release.identifier in newest or release.identifier == current]


def clean(releases: Releases, keep: int = KEPT, *, pretend: bool = False) -> Removed:
    """Remove all releases but the newest and the current one, and states of sources that none of them names.

    A process that reads a release that goes keeps its open files, and answers to its end. Raises ReleaseDamaged where a
    manifest cannot be read: what it needs is not known.
    """
    with releases.locked(patiently):
        staying = kept(releases, keep)
        names = {release.identifier for release in staying}
        needed = {state for release in staying for state in states_of(release)}
        old = [release.path for release in releases.list() if release.identifier not in names]
        unused = [path for path in Sources(releases.home).all() if (path.parent.name, path.name) not in needed]
        # Under the lock nobody works in these: whoever made them was killed.
        left = [*_leftovers(releases.home), *_answers_without(releases.home, names)]
        going = [*old, *unused, *left]
        freed = _freed(going)
        if not pretend:
            for path in going:
                _remove(path)
            for path in {path.parent for path in unused}:
                if not any(path.iterdir()):
                    path.rmdir()
    gone, states, rest = (
        tuple(path.relative_to(releases.home).as_posix() for path in paths) for paths in (old, unused, left)
    )
    return Removed(gone, states, rest, freed)


def _leftovers(home: Path) -> list[Path]:
    """What is hidden was never finished. Without the lock a source may be on its way in: that is old, or left alone."""
    patterns = ("releases/.*", f"{SOURCES}/.*", f"{SOURCES}/*/.*", ".incoming-*", ".restoring-*", ".current-*")
    found = (path for pattern in patterns for path in home.glob(pattern))
    return sorted(path for path in found if ".incoming-" not in path.name or _age(path) > _ABANDONED)


def _answers_without(home: Path, releases: set[str]) -> list[Path]:
    """The kept answers of releases that are none of these."""
    return sorted(path for path in (home / ANSWERS).glob("*") if path.name not in releases)


_ABANDONED = 3600.0


def _age(path: Path) -> float:
    """Seconds since anything in a folder was last written."""
    return time.time() - max(found.lstat().st_mtime for found in (path, *path.rglob("*")))


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            # First out of sight, with one rename: a process that is killed here leaves no half of a release.
            hidden = path if path.name.startswith(".") else path.with_name(f".removed-{path.name}")
            if hidden != path:
                os.replace(path, hidden)
            shutil.rmtree(hidden)
        else:
            path.unlink()
    except OSError as error:
        raise ReleaseError(f"{path} cannot be removed: {error}") from error


def _freed(paths: list[Path]) -> int:
    """The bytes that become free: a file counts once, and only if every name that it has goes."""
    names: dict[tuple[int, int], int] = {}
    sizes: dict[tuple[int, int], tuple[int, int]] = {}
    for path in paths:
        for file in [path] if path.is_file() else (found for found in path.rglob("*") if found.is_file()):
            status = file.lstat()
            inode = status.st_dev, status.st_ino
            names[inode] = names.get(inode, 0) + 1
            sizes[inode] = status.st_size, status.st_nlink
    return sum(size for inode, (size, links) in sizes.items() if names[inode] >= links)


def names_of(releases: Releases) -> list[str]:
    """The identifiers of all releases, the damaged ones too."""
    return sorted(path.parent.name for path in (releases.home / "releases").glob("[!.]*/manifest.json"))


def verify(releases: Releases, identifier: str | None = None) -> Release:
    """Read a release whole, and the sources that it was made from; raises ReleaseDamaged with all that differs."""
    identifier = identifier if identifier is not None else releases.current().identifier
    faults: list[str] = []
    sources = Sources(releases.home)
    try:
        release = releases.verify(identifier)
    except ReleaseDamaged as damaged:
        faults += damaged.faults
        # Raises again where the manifest itself is damaged.
        release = releases.get(identifier)
    for audience, described in release.manifest["audiences"].items():
        faults += _other_files(release.path / audience, audience, described.get("files"))
    for source, state in sorted(states_of(release)):
        faults += sources.faults_of(source, state)
    if faults:
        raise ReleaseDamaged(release.identifier, faults)
    return release


def _other_files(folder: Path, audience: str, told: Mapping[str, str] | None) -> Iterator[str]:
    """Files of a store that are not as they were published: a graph that reads well may have an index that does not."""
    if told is None:
        return
    try:
        found = digests_of(folder)
    except OSError as error:
        yield f"the store of the audience {audience} cannot be read: {error}"
        return
    for name in sorted(told.keys() | found.keys()):
        if told.get(name) != found.get(name):
            yield f"{audience}/{name} is not the file that was published"
