"""The sources of a workspace: immutable states, each in a folder of its own, named by the releases made from them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from .digest import digest_of
from .errors import NoRelease, ReleaseDamaged, SourceNotFound
from .releases import LENGTH, Release, Releases
from .workspace import SourceState

SOURCES = "sources"
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


def states_of(release: Release) -> set[tuple[str, str]]:
    """The states of sources that a release was made from, as source and folder."""
    return {(str(it["id"]), str(it["state"])) for it in release.manifest.get("sources", ())}


class Sources:
    """All states of all sources of one workspace."""

    def __init__(self, home: Path) -> None:
        self._folder = home / SOURCES

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
        """The folders of all states, those that no release names and damaged ones included."""
        found = (path for path in self._folder.glob("*/*") if path.is_dir())
        yield from sorted(it for it in found if not it.name.startswith(".") and not it.parent.name.startswith("."))

    def faults_of(self, source: str, state: str) -> Iterator[str]:
        """What is wrong with one state of a source."""
        name, path = f"{SOURCES}/{source}/{state}", self._folder / source / state
        try:
            told = json.loads((path / STATE).read_text(encoding="utf-8"))
            digest = digest_of(path / FACTS)
            came = {file.name: digest_of(file) for file in sorted((path / ORIGINAL).glob("*"))}
        except FileNotFoundError as error:
            yield f"{name}/{Path(str(error.filename)).name} is missing"
        except (OSError, ValueError) as error:
            yield f"{name} cannot be read: {error}"
        else:
            if digest != told.get("facts_sha256"):
                yield f"{name}/{FACTS} is not what was read from the source"
            for file in (file for file, found in came.items() if found != told.get("sha256")):
                yield f"{name}/{ORIGINAL}/{file} is not the file that was read"
