"""The kinds of thing, from their descriptions: a list, one thing, and each question about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..resources import BY_PLURAL, RESOURCES, Resource, operation_of
from .operation import COMMON, NOT_KNOWN, OF_A_LIST, Operation

_CELL: Mapping[str, Any] = {"type": ["string", "number", "boolean", "null"]}
_LINKS = {"type": "object", "description": "addresses here", "additionalProperties": {"type": "string"}}
# What a question about the example takes besides.
_MORE: Mapping[str, Mapping[str, str | int]] = {"munitionSubstitutes": {"equipment": "pzh-2000"}}


def _item(resource: Resource) -> dict[str, Any]:
    columns = {
        name: {"type": "array", "items": _CELL} if column.many else _CELL for name, column in resource.columns.items()
    }
    text = {"type": "string"}
    properties = {"iri": {"type": "string", "format": "uri"}, "id": text, "label": text, **columns, "links": _LINKS}
    return {"type": "object", "required": list(properties), "properties": properties}


def _page(resource: Resource) -> dict[str, Any]:
    return {
        "allOf": [
            {"$ref": "#/components/schemas/Page"},
            {"type": "object", "properties": {"items": {"type": "array", "items": _item(resource)}}},
        ]
    }


def _operations() -> dict[str, Operation]:
    found = {}
    for it in RESOURCES:
        path = {"id": it.example or "ACP"}
        known = it.example is not None
        if it.listed:
            found[f"{operation_of(it.plural)}List"] = Operation(
                query={"limit": 1}, schema=_page(it), problems={**COMMON, **OF_A_LIST}
            )
        for name in it.reports:
            operation = operation_of(it.kind, name)
            found[operation] = Operation(
                path=path, query={**_MORE.get(operation, {}), "limit": 1}, schema="Answer",
                problems={**COMMON, **OF_A_LIST}, known=known,
            )  # fmt: skip
        for name, (plural, _) in it.lists.items():
            found[operation_of(it.kind, name)] = Operation(
                path=path, query={"limit": 1}, schema=_page(BY_PLURAL[plural]), problems={**COMMON, **OF_A_LIST}
            )
        found[operation_of(it.kind, "facts")] = Operation(
            path=path, schema="Thing", problems={**COMMON, **NOT_KNOWN}, known=known
        )
    return found


OPERATIONS = {
    **_operations(),
    "thing": Operation(path={"kind": "holding", "id": "pzh-2000/LTU/in-service"}, schema="Thing"),
}
