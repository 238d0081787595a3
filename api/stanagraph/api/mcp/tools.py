"""Which tools there are: what each is called, what it is for, and what it takes, from the catalogue itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from mcp import types

from stanagraph.graph.catalogue import Catalogue, Parameter, Query
from stanagraph.graph.search import KINDS

from ..server.parameters import LONGEST, meaning
from ..words import Words, message

VERDICT, CHECK, SEARCH = "verdict", "check-conformance", "search"
ROWS = 200
HITS = 50
_TEXT = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_READS = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_ANSWER = message("Rows with the columns {columns}; the sources that they rest on, and the release.")
_PAGED = message("The first rows only; `next` is the cursor of those that follow.")
_VERDICT = message(
    "Can this equipment use this munition? Whether it fits, hits and is released, criterion by criterion, with the "
    "records and sources of each. Not known is never no."
)
_CHECK = message(
    "Does a system, as it is described, conform to a standard, an edition, a profile or an interface? Clause by "
    "clause: passed, failed, cannot tell, untested or inapplicable, with sources; and whose equipment it works with. "
    "What a description leaves out is not known, never failed."
)
_SEARCH = message(
    "Which things are called something like this? Ids for the other tools; slips of the pen are forgiven."
)
INSTRUCTIONS = message(
    "Questions about the interchangeability of munitions, standards and national equipment, answered from one release. "
    "Each answer names its release and its sources: quote them. `not-known` means that nothing is known; it is never a "
    "no. Things are named by id or by name: `search` finds them, and `trace` tells where a fact stands."
)


def schema_of(query: Query) -> dict[str, Any]:
    """The JSON Schema of what a question takes."""
    properties = {name: _property(parameter) for name, parameter in query.parameters.items()}
    required = [name for name, parameter in query.parameters.items() if parameter.required]
    return _object(
        {
            **properties,
            "limit": {"type": "integer", "minimum": 1, "maximum": ROWS, "default": 50, "description": "rows at most"},
            "cursor": {"type": "string", "maxLength": 200, "description": "the `next` of the answer before"},
        },
        required,
    )


@cache
def tools(language: str) -> tuple[types.Tool, ...]:
    """All tools, described in this language."""
    catalogue, words = Catalogue(), Words(language)
    return (
        _tool(
            VERDICT, words(_VERDICT), _object({"equipment": _named("equipment"), "munition": _named("munition")}, None)
        ),
        _tool(CHECK, words(_CHECK), check_schema()),
        _tool(SEARCH, words(_SEARCH), _SEARCHED),
        *(_question(catalogue[name], words) for name in catalogue.names()),
    )


@cache
def check_schema() -> dict[str, Any]:
    """What a conformance check takes: the published schema of descriptions stands inside."""
    from ..conformance import description

    schema = description.schema()
    definitions = schema.pop("$defs", {})
    schema.pop("$id", None)
    schema.pop("$schema", None)
    against = {**_TEXT, "description": "standard, edition, profile or interface: id or name"}
    confidence = {
        "enum": ["low", "medium", "high"],
        "default": "low",
        "description": "what is trusted less decides nothing",
    }
    properties = {"description": schema, "against": against, "confidence": confidence}
    return {**_object(properties, ["description", "against"]), "$defs": definitions}


def _question(query: Query, words: Words) -> types.Tool:
    asked = query.question.get(words.language) or query.question["en"]
    columns = words(_ANSWER, columns=", ".join(query.columns))
    return _tool(query.name, f"{asked} {columns} {words(_PAGED)}", schema_of(query))


def _tool(name: str, description: str, schema: Mapping[str, Any]) -> types.Tool:
    return types.Tool(name=name, description=description, input_schema=dict(schema), annotations=_READS)


def _property(parameter: Parameter) -> dict[str, Any]:
    if parameter.kinds == ("date",):
        return {"type": "string", "format": "date", "description": meaning(parameter)}
    return {**_TEXT, "description": meaning(parameter)}


def _named(kind: str) -> dict[str, Any]:
    told = "munition or interface" if kind == "munition" else kind
    return {**_TEXT, "description": f"{told}: id or name"}


def _object(properties: Mapping[str, Any], required: list[str] | None) -> dict[str, Any]:
    """An object that has these properties and no others; None: all of them are required."""
    wanted = list(properties) if required is None else required
    return {"type": "object", "properties": dict(properties), "required": wanted, "additionalProperties": False}


_SEARCHED = _object(
    {
        "text": {**_TEXT, "description": "id, name or alias, in English or French"},
        "kind": {"enum": list(KINDS), "description": "only things of this kind"},
        "limit": {"type": "integer", "minimum": 1, "maximum": HITS, "default": 10, "description": "how many at most"},
    },
    ["text"],
)
