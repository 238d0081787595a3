"""From the body of a request to a scenario; each fault has a JSON Pointer to the field that is wrong.

ScenarioFaulty    moves that cannot be read, that contradict each other, or that cannot be supposed   (422)
TooManyScenarios  the caller keeps as many as one may                                               (409)
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request

from stanagraph.graph.errors import BadInput, MoveFault, ScenarioRefused
from stanagraph.ingest.pipeline import Scenario, scenario_of

from ..negotiation import JSON
from ..sparql.errors import UnsupportedMedia
from ..sparql.protocol import media_type, read_body

TOML = "application/toml"
_LARGEST = 1 << 20
_DESCRIPTION = 2000


class ScenarioFaulty(BadInput):
    """Moves that cannot be read, that contradict each other, or that cannot be supposed; `errors` says which."""

    problem = "scenario-refused"

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        self.errors = tuple(errors)
        first = "; ".join(f"{it['pointer'] or '/'}: {it['detail']}" for it in self.errors[:3])
        more = f"; and {len(self.errors) - 3} more" if len(self.errors) > 3 else ""
        super().__init__(f"{first}{more}")


class TooManyScenarios(BadInput):
    """The caller keeps as many scenarios as one may."""

    status = 409
    problem = "too-many-scenarios"

    def __init__(self, allowed: int) -> None:
        super().__init__(f"the caller keeps {allowed} scenarios, and there may be no more: remove one")


async def scenario_in(request: Request, most: int) -> Scenario:
    """The scenario in the body of a request, as `stanagraph scenario` reads it from a file."""
    media = media_type(request)
    if media not in (JSON, TOML):
        raise UnsupportedMedia(f"a scenario as {JSON} or {TOML} was expected, not {media or 'a body of no type'}")
    told = _told(media, await read_body(request, _LARGEST))
    moves = told.get("move")
    if isinstance(moves, list) and len(moves) > most:
        raise ScenarioFaulty([{"pointer": "/move", "detail": f"{len(moves)} moves, expected at most {most}"}])
    if len(str(told.get("description", ""))) > _DESCRIPTION:
        raise ScenarioFaulty([{"pointer": "/description", "detail": f"expected at most {_DESCRIPTION} characters"}])
    try:
        return scenario_of(told)
    except ScenarioRefused as refused:
        raise ScenarioFaulty(list(faults_of(refused.faults, moves))) from None


def _told(media: str, body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
        told = json.loads(text) if media == JSON else tomllib.loads(text)
        # What no text of UTF-8 can hold can be kept nowhere.
        json.dumps(told, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise ScenarioFaulty([{"pointer": "", "detail": f"the body cannot be read: {error}"[:300]}]) from None
    if not isinstance(told, dict):
        raise ScenarioFaulty([{"pointer": "", "detail": "a scenario has a name and moves"}])
    return told


def faults_of(faults: Sequence[MoveFault], moves: Any) -> Iterator[dict[str, Any]]:
    """The faults of a scenario; where two moves contradict each other, the field is one in which they differ."""
    for given in faults:
        # From JSON they come as lists.
        values = {name: tuple(it) if isinstance(it, list) else it for name, it in given.values.items()}
        fault = replace(given, values=values)
        place = "" if fault.move == 0 else f"/move/{fault.move - 1}"
        field = _differing(fault, moves) if "other" in values else fault.field
        escaped = field.replace("~", "~0").replace("/", "~1")
        pointer = f"{place}/{escaped}" if field not in ("", "file") else place
        detail = str(fault).removeprefix(f"move {fault.move}, ").removeprefix(f"{fault.field}: ")
        yield {"pointer": pointer, "detail": detail}


def _differing(fault: MoveFault, moves: Any) -> str:
    other = fault.values.get("other")
    if not isinstance(other, int) or not isinstance(moves, list):
        return ""
    one, two = moves[fault.move - 1], moves[other - 1]
    return next((name for name in ("do", *one) if one.get(name) != two.get(name)), "")
