"""Making a mutable copy of a release, with what a scenario supposes in it, in a process of its own.

`python -m stanagraph.api.confined.making JSON`: `view` (folder of a store that is only read), `identifier`, `target`
(a folder that is not there yet), `scenario` (TOML, or null for the release as it is). Writes a line of JSON: `{}`, or
what is wrong.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

from stanagraph.graph.errors import StanagraphError
from stanagraph.graph.releases import View, read_manifest
from stanagraph.graph.store import EmbeddedStore

from . import cage

# Files that belong to whoever has the folder open, or to the release.
_LEFT = ("LOCK", "LOG*", "SUBJECTS")


def main() -> int:
    """Make one copy; the exit status is 0 also where the scenario does not fit the release."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    cage.shut_off()
    cage.limit_memory(told["memory"])
    try:
        make(Path(told["view"]), told["identifier"], Path(told["target"]), told["scenario"])
    except StanagraphError as error:
        print(json.dumps({"wrong": str(error)}))
        return 0
    print("{}")
    return 0


def make(path: Path, identifier: str, target: Path, scenario: str | None) -> None:
    """Copy the files of a store, which nobody changes, and make the changes of the scenario in the copy."""
    shutil.copytree(path, target, ignore=shutil.ignore_patterns(*_LEFT))
    if scenario is None:
        return
    from stanagraph.ingest.pipeline import scenario_of, suppose_over

    view = View(identifier, path, read_manifest(path.with_suffix(".json"), identifier))
    overlay = suppose_over(view, scenario_of(tomllib.loads(scenario))).overlay
    copy = EmbeddedStore.create(target)
    copy.change(overlay.gone, overlay.new)


if __name__ == "__main__":
    sys.exit(main())
