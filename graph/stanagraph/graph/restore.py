"""The way back from a backup: everything is proven beside the workspace, and then put in its places.

What is put there is immutable and goes by its own name, so nothing answers otherwise before the pointer is renamed,
which is the last step.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from .backup import POINTER, Observer, Saved, nobody, settle
from .digest import digests_of
from .errors import BackupRefused, ReleaseDamaged, ReleaseError
from .releases import Release, Releases, patiently
from .resources import SETTINGS
from .sources import SOURCES, states_of
from .unpack import Limits, unpack
from .upkeep import verify


def restore(
    file: Path, releases: Releases, observe: Observer = nobody, *, force: bool = False, limits: Limits | None = None
) -> Saved:
    """Put back what a backup holds; a workspace that is in use is refused unless `force` is set.

    Everything is unpacked into a scratch folder of the workspace and checked there: digests, then each release. Only
    then is it put in its places, the pointer last. What the workspace has besides stays; a damaged release or source
    is replaced by its whole one. A process that is killed on the way leaves the release before it answering.
    """
    limits = limits if limits is not None else Limits()
    if not file.is_file():
        raise BackupRefused(file.name, "expected a file that can be read")
    if not force and any((releases.home / name).exists() for name in (POINTER, SETTINGS)):
        raise BackupRefused(str(releases.home), "is in use; --force restores over it")
    with releases.locked(patiently):
        try:
            for left in releases.home.glob(".restoring-*"):
                shutil.rmtree(left, ignore_errors=True)
            scratch = Path(tempfile.mkdtemp(dir=releases.home, prefix=".restoring-"))
            try:
                members = unpack(file, scratch, limits, observe)
                restored = _proven(file.name, Releases(scratch), observe)
                observe("place", 0, 1)
                states = _place(scratch, releases)
                observe("place", 1, 1)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
        except OSError as error:
            raise ReleaseError(f"the backup cannot be restored: {error}") from error
    return Saved(tuple(restored), states, len(members), sum(members.values()))


def _proven(name: str, found: Releases, observe: Observer) -> list[str]:
    identifiers = sorted(path.parent.name for path in found.home.glob("releases/*/manifest.json"))
    for done, identifier in enumerate(identifiers):
        observe("verify", done, len(identifiers))
        try:
            _refuse_ways_out(name, found.get(identifier))
            verify(found, identifier)
        # Its manifest may say anything.
        except (ReleaseDamaged, KeyError, TypeError, AttributeError) as error:
            raise BackupRefused(name, "holds a release that is damaged: {error}", error=error) from error
    pointer = found.home / POINTER
    if not pointer.is_file() or pointer.read_bytes().decode(errors="replace").strip() not in identifiers:
        raise BackupRefused(name, "does not say which of its releases is current")
    return identifiers


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


def _refuse_ways_out(name: str, release: Release) -> None:
    """The names in a stranger's manifest become names of files."""
    named = [*release.manifest["audiences"], *(part for state in states_of(release) for part in state)]
    for part in named:
        if not _NAME.fullmatch(part):
            raise BackupRefused(name, "holds {member}, which has no place in a workspace", member=repr(part))


def _place(scratch: Path, releases: Releases) -> int:
    """Move what was proven into the workspace: nothing there depends on it before the pointer names it."""
    home = releases.home
    states = [path for path in sorted((scratch / SOURCES).glob("*/*")) if path.is_dir()]
    for path in states:
        _put(path, home / SOURCES / path.parent.name / path.name)
    for path in sorted((scratch / "releases").iterdir()):
        _put(path, home / "releases" / path.name)
    for name in (SETTINGS, POINTER):
        if (scratch / name).is_file():
            os.replace(scratch / name, home / name)
    settle(home)
    return len(states)


def _put(path: Path, target: Path) -> None:
    # File by file: a damaged index of a store is found by nothing else.
    if target.is_dir() and digests_of(target) == digests_of(path):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".removed-{target.name}")
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
        os.replace(target, aside)
    os.replace(path, target)
    settle(target.parent)
    shutil.rmtree(aside, ignore_errors=True)
