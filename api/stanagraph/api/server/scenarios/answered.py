"""What a scenario changes in what a caller sees, worked out in a confined process; the last answers are remembered."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool

from stanagraph.graph.errors import BadInput, MoveFault, ReleaseError
from stanagraph.ingest.pipeline import Scenario

from ..serving import Busy, Serving
from ..sparql.turns import Turns
from ..sparql.worker import environment
from .asked import ScenarioFaulty, faults_of
from .settings import ScenarioSettings

_LOG = logging.getLogger(__name__)
_REMEMBERED, _LARGEST = 16, 1 << 20


@dataclass(frozen=True)
class Answered:
    """What a scenario changes: as JSON, in words for a page, and as N-Triples."""

    document: dict[str, Any]
    shown: dict[str, Any]
    triples: str


class Answers:
    """Answers to scenarios, a few at a time."""

    def __init__(self, settings: ScenarioSettings) -> None:
        self._settings = settings
        self._turns = Turns(settings.at_once, settings.waiting)
        self._kept: OrderedDict[tuple[str, str, str], Answered] = OrderedDict()
        self._lock = threading.Lock()

    async def of(self, open_release: Serving, scenario: Scenario, language: str) -> Answered:
        """The answer to a scenario over a release; raises ScenarioFaulty, BadInput, Busy."""
        key = (str(open_release.view.path), scenario.as_toml(), language)
        if (known := self._known(key)) is not None:
            return known
        await self._turns.take(self._settings.patience_seconds)
        try:
            if (known := self._known(key)) is not None:
                return known
            return await run_in_threadpool(self._asked, open_release, scenario, key)
        finally:
            self._turns.give()

    def _known(self, key: tuple[str, str, str]) -> Answered | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _asked(self, open_release: Serving, scenario: Scenario, key: tuple[str, str, str]) -> Answered:
        place, text, language = key
        told = {
            "view": place,
            "identifier": open_release.identifier,
            "scenario": text,
            "language": language,
            "memory": self._settings.memory << 20,
            "size": self._settings.megabytes << 20,
        }
        command = [sys.executable, "-P", "-m", "stanagraph.api.confined.supposing"]
        try:
            done = subprocess.run(
                [*command, json.dumps(told)],
                env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=self._settings.seconds,
                check=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Busy(f"the scenario was not answered in {self._settings.seconds:g} seconds") from None
        except subprocess.CalledProcessError as error:
            _LOG.error("a scenario could not be answered: %s", error.stderr.decode(errors="replace")[-500:])
            raise ReleaseError("the scenario could not be answered") from None
        said = json.loads(done.stdout)
        if "wrong" in said:
            raise _wrong(said["wrong"], scenario)
        document = said["document"]
        # Which audiences there are is nobody's business.
        del document["audience"]
        found = Answered(document, said["shown"], said["triples"])
        if len(done.stdout) <= _LARGEST:
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > _REMEMBERED:
                    self._kept.popitem(last=False)
        return found


def _wrong(said: dict[str, Any], scenario: Scenario) -> Exception:
    if "faults" in said:
        faults = [MoveFault(**it) for it in said["faults"]]
        return ScenarioFaulty(list(faults_of(faults, [it.model_dump(exclude_none=True) for it in scenario.move])))
    return ReleaseError(said["detail"]) if said.get("status", 422) >= 500 else BadInput(said["detail"])
