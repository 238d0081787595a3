"""Scenarios on the disk, one file each in `what-ifs/` in the home, which every worker reads.

A scenario is known by its name and a digest of name and owner: two callers may call theirs alike.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from stanagraph.graph.errors import ReleaseError, ScenarioNotFound
from stanagraph.ingest.pipeline import Scenario, scenario_of

from ..access import Caller
from ..serving import Busy
from .asked import TooManyScenarios


@dataclass(frozen=True)
class CallersScenario:
    """A scenario, whose it is, and since when."""

    id: str
    owner: str
    made: str
    scenario: Scenario

    @classmethod
    def by(cls, caller: Caller, scenario: Scenario) -> CallersScenario:
        """A scenario as this caller's, from now on."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        return cls(_identifier(scenario.name, caller.name), caller.name, now, scenario)

    @property
    def named_by_id(self) -> Scenario:
        """The same under the name that nobody else's has: its graph and its suppositions are called after it."""
        return self.scenario.model_copy(update={"name": self.id})


class KeptScenarios:
    """The scenarios of all callers."""

    def __init__(self, home: Path, most: int) -> None:
        self._folder, self._most = home / "what-ifs", most

    def keep(self, made: CallersScenario) -> None:
        """Keep a scenario, in the place of one of its name and owner; raises TooManyScenarios."""
        path = self._path(made.id)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(self._folder / "lock", timeout=10):
                there = {it.id for it in self.of(made.owner)} - {made.id}
                if len(there) >= self._most:
                    raise TooManyScenarios(self._most)
                beside = path.with_suffix(".new")
                told = {"owner": made.owner, "made": made.made, "scenario": made.scenario.as_toml()}
                beside.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
                os.replace(beside, path)
        except Timeout:
            raise Busy("another scenario is being kept") from None
        except OSError as error:
            raise ReleaseError(f"scenarios cannot be kept: {error}") from error

    def of(self, owner: str | None) -> list[CallersScenario]:
        """The scenarios of an owner, or of all, in the order of their ids."""
        found = [it for path in sorted(self._folder.glob("*.json")) if (it := _read(path)) is not None]
        return [it for it in found if owner in (None, it.owner)]

    def get(self, identifier: str, caller: Caller) -> CallersScenario:
        """A scenario of the caller, or for who administers it anybody's; raises ScenarioNotFound."""
        found = _read(self._path(identifier)) if _is_plain(identifier) else None
        if found is None or (found.owner != caller.name and "admin" not in caller.scopes):
            raise ScenarioNotFound(identifier, [])
        return found

    def remove(self, found: CallersScenario) -> None:
        """Forget a scenario."""
        self._path(found.id).unlink(missing_ok=True)

    def _path(self, identifier: str) -> Path:
        return self._folder / f"{identifier}.json"


def _identifier(name: str, owner: str) -> str:
    digest = hashlib.sha256(f"{owner}\n{name}".encode()).hexdigest()[:10]
    return f"{name[:53]}-{digest}"


def _is_plain(identifier: str) -> bool:
    return identifier.isascii() and identifier.replace("-", "").isalnum()


def _read(path: Path) -> CallersScenario | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return CallersScenario(path.stem, told["owner"], told["made"], scenario_of(tomllib.loads(told["scenario"])))
