"""Scenarios of a caller."""

from __future__ import annotations

from typing import Any

from stanagraph.graph.names import THINGS

from ..scenarios.asked import TOML
from .operation import COMMON, Operation

SCENARIO: dict[str, Any] = {
    "name": "france-buys",
    "description": "France buys the Panzerhaubitze 2000",
    "move": [{"do": "buy", "nation": "FRA", "thing": "pzh-2000"}],
}
_TAKEN = {
    "type": "object",
    "required": ["name", "move"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"},
        "description": {"type": "string", "maxLength": 2000},
        "move": {"$ref": "#/components/schemas/Moves"},
    },
    "additionalProperties": False,
}
# Identifiers end in a digest of name and owner: this one is nobody's.
_ID = {"id": "france-buys-0000000000"}
_KEPT = {
    "iri": f"{THINGS}scenario/{_ID['id']}",
    "id": _ID["id"],
    "name": SCENARIO["name"],
    "description": SCENARIO["description"],
    "owner": "key:planner:abcdefgh",
    "made": "2026-01-01T00:00:00+00:00",
    "move": SCENARIO["move"],
    "links": {"self": f"/v1/scenarios/{_ID['id']}", "changes": f"/v1/scenarios/{_ID['id']}/changes"},
}
_PROBLEMS = {**COMMON, "404": "The caller has no such scenario."}

OPERATIONS = {
    "scenarioKeep": Operation(
        body=SCENARIO,
        takes={"application/json": _TAKEN, TOML: {"type": "string"}},
        schema="Scenario",
        status="201",
        forms={},
        validated=False,
        problems={
            **{name: text for name, text in COMMON.items() if name != "406"},
            "403": "The caller may not keep scenarios.",
            "409": "The caller keeps as many as one may.",
            "413": "The body is too large.",
            "415": "The body is of a type that is not read.",
            "422": "A parameter or a move cannot be used; each fault has a JSON Pointer into the body.",
        },
    ),
    "scenarios": Operation(
        schema="Scenarios", forms={}, problems={**COMMON, "410": "The cursor is no longer good."},
        answer={"items": [_KEPT], "next": None, "total": 1},
    ),
    "scenario": Operation(path=_ID, schema="Scenario", forms={}, known=False, problems=_PROBLEMS),
    "scenarioChanges": Operation(path=_ID, schema="Answered", known=False, problems=_PROBLEMS),
    "scenarioForget": Operation(
        path=_ID, status="204", forms={}, known=False, validated=False,
        problems={
            **{name: COMMON[name] for name in ("401", "422", "429", "503")},
            "403": "The caller may not keep scenarios.",
            "404": "The caller has no such scenario.",
        },
    ),
}  # fmt: skip
