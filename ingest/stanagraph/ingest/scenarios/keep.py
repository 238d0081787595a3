"""Where scenarios live: one file each in the folder `scenarios` of the workspace."""

from __future__ import annotations

import os
from pathlib import Path

from stanagraph.graph.errors import ReleaseError, ScenarioNotFound

from .moves import NAME, Scenario, read_scenario


class Scenarios:
    """The scenarios that are kept in a workspace, by name."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "scenarios"

    def names(self) -> list[str]:
        """All of them, in order."""
        return sorted(path.stem for path in self._folder.glob("*.toml") if NAME.fullmatch(path.stem))

    def get(self, name: str) -> Scenario:
        """One of them; raises ScenarioNotFound."""
        return read_scenario(self._path(name))

    def keep(self, scenario: Scenario) -> bool:
        """Keep a scenario; returns whether it took the place of another of its name."""
        path = self._folder / f"{scenario.name}.toml"
        beside = path.with_name(f".{path.name}-{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            there = path.exists()
            beside.write_text(scenario.as_toml(), encoding="utf-8")
            os.replace(beside, path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise ReleaseError(f"scenarios cannot be kept in {self._folder}: {error}") from error
        return there

    def remove(self, name: str) -> None:
        """Forget one of them; raises ScenarioNotFound."""
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        if name not in (known := self.names()):
            raise ScenarioNotFound(name, known)
        return self._folder / f"{name}.toml"
