"""The sources of a workspace: immutable states, each in a folder of its own, named by the releases made from them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from .errors import NoRelease, ReleaseDamaged, SourceNotFound
from .releases import LENGTH, Release, Releases
from .workspace import SourceState

STATE, FACTS, ACCOUNT, SUBJECTS, ORIGINAL = "source.json", "facts.nq", "account.json", "subjects.txt", "original"


@dataclass(frozen=True)
class Kept:
    """One state of one source and the folder that holds it."""

    state: SourceState
    path: Path

    @property
    def key(self) -> str:
        """The name of the state: drawn from all that is known of it."""
        return state_key(self.state)

    @property
    def facts(self) -> Path:
        """Its facts as N-Quads."""
        return self.path / FACTS

    def subjects(self) -> set[str]:
        """The IRIs of the things that it says something of."""
        return set((self.path / SUBJECTS).read_text(encoding="utf-8").splitlines())


def state_key(state: SourceState) -> str:
    """The name of a state: drawn from all that is known of it."""
    return hashlib.sha256(state.model_dump_json().encode()).hexdigest()[:LENGTH]


class Sources:
    """All states of all sources of one workspace."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "sources"

    def of(self, release: Release) -> list[Kept]:
        """The states that a release was made from, in the order in which they came."""
        return [self.get(release, named["id"], named["state"]) for named in release.manifest.get("sources", [])]

    def current(self, releases: Releases) -> list[Kept]:
        """The states that the current release was made from; none where there is no release."""
        try:
            return self.of(releases.current())
        except NoRelease:
            return []

    def find(self, releases: Releases, identifier: str) -> Kept:
        """The state of one source in the current release; raises SourceNotFound."""
        kept = self.current(releases)
        for it in kept:
            if it.state.id == identifier:
                return it
        raise SourceNotFound(identifier, [it.state.id for it in kept])

    def get(self, release: Release, identifier: str, key: str) -> Kept:
        """One state; raises ReleaseDamaged where its folder is missing or broken."""
        path = self._folder / identifier / key
        try:
            state = SourceState.model_validate_json((path / STATE).read_bytes())
        except (OSError, ValidationError) as error:
            told = str(error).splitlines()[0]
            raise ReleaseDamaged(release.identifier, [f"the source {identifier} cannot be read: {told}"]) from error
        return Kept(state, path)

    def keep(self, built: Kept) -> Kept:
        """Move a state that was built elsewhere on this disk to its place; one that is there already stays."""
        target = self._folder / built.state.id / built.key
        if not (target / STATE).is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(built.path, target)
        return Kept(built.state, target)

    def all(self) -> Iterator[Path]:
        """The folders of all states, those that no release names included."""
        yield from sorted(path.parent for path in self._folder.glob(f"*/*/{STATE}"))
