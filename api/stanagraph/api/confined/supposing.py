"""Answering a scenario over a release, in a process of its own.

`python -m stanagraph.api.confined.supposing JSON`: `view` (folder of a store that is only read), `identifier`,
`scenario` (TOML), `language`, `memory`, `size` (of the answer, in bytes). Writes a line of JSON: `document`, `shown`
(in words) and `triples` (N-Triples), or what is `wrong`.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.errors import BadArgument, ScenarioRefused, StanagraphError
from stanagraph.graph.releases import View, read_manifest

from . import cage


def main() -> int:
    """Answer one scenario; the exit status is 0 also where it does not fit the release."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    cage.shut_off()
    cage.limit_memory(told["memory"])
    try:
        text = json.dumps(answered(told), ensure_ascii=False)
        if len(text.encode()) > told["size"]:
            text = json.dumps({"wrong": {"detail": "the scenario changes more than can be told: split it"}})
    except ScenarioRefused as refused:
        faults = [vars(it) for it in refused.faults]
        text = json.dumps({"wrong": {"detail": str(refused), "faults": faults}})
    except BadArgument:
        text = json.dumps({"wrong": {"detail": "other rules than those of today made the release", "status": 503}})
    except StanagraphError as error:
        text = json.dumps({"wrong": {"detail": str(error), "status": error.status}})
    print(text)
    return 0


def answered(told: dict[str, Any]) -> dict[str, Any]:
    """The answer as a document, in words for a page, and as triples."""
    from stanagraph.ingest.pipeline import ask_scenario, scenario_of

    from .. import scenario_answers
    from ..release_changes import Names
    from ..words import Words

    path, identifier, language = Path(told["view"]), told["identifier"], told["language"]
    view = View(identifier, path, read_manifest(path.with_suffix(".json"), identifier))
    store = view.open()
    answer = ask_scenario(view, scenario_of(tomllib.loads(told["scenario"])), store)
    triples = ox.serialize(scenario_answers.triples_of(answer), format=ox.RdfFormat.N_TRIPLES) or b""
    names, words = Names([store], language), Words(language)
    document = scenario_answers.as_document(answer, names, words)
    shown = scenario_answers.as_shown(answer, names, words)
    return {"document": document, "shown": shown, "triples": triples.decode()}


if __name__ == "__main__":
    sys.exit(main())
