"""What the answers of the OpenAPI document are made of: its components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from stanagraph.ingest.pipeline import MOVES

from ..conformance.description import Description
from ..conformance.report import Report
from ..packages import PackageFile
from . import problems

_ERROR = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "parameter": {"type": "string", "description": "the query parameter that is wrong"},
        "pointer": {"type": "string", "description": "JSON Pointer to the field that is wrong"},
        "detail": {"type": "string"},
        "place": {"type": "string", "description": "where it stands in a file that is no JSON"},
        "file": {"type": "string", "description": "which of several files"},
        "sheet": {"type": "string", "description": "which sheet of a workbook"},
        "row": {"type": "integer", "description": "which row or line, from 1"},
        "cell": {"type": "string", "description": "which cell of it, by the heading of its column"},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "Problem details of RFC 9457.",
    "required": ["type", "title", "status", "detail", "instance", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri", "enum": [f"{problems.PROBLEMS}{code}" for code in problems.TITLES]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": _ERROR},
        "suggestions": {"type": "array", "items": {"type": "string"}, "description": "names that are near"},
    },
}
_CELL = {"type": ["string", "number", "boolean", "null"]}
_PAGE: dict[str, Any] = {
    "next": {"type": ["string", "null"], "description": "the cursor of the next page; null on the last"},
    "total": {"type": "integer", "description": "how many items all pages have"},
    "release": {"type": "string"},
}
_AS_OF = {"type": "string", "description": "when the newest source was captured"}
_NAME = {"type": "string"}
_NAMES = {"type": "array", "items": {"type": "string"}}


def _list(items: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    properties = {"items": {"type": "array", "items": items}, **_PAGE, **more}
    return {
        "type": "object",
        "description": "One page of a list.",
        "required": list(properties),
        "properties": properties,
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_IRI = {"type": "string", "format": "uri"}
_LINKS = {"type": "object", "description": "addresses here", "additionalProperties": {"type": "string"}}
_QUERY = _object(
    iri=_IRI,
    name=_NAME,
    question={"type": "object", "description": "by language", "additionalProperties": {"type": "string"}},
    parameters={
        "type": "array",
        "items": _object(name=_NAME, kinds=_NAMES, required={"type": "boolean"}, description=_NAME),
    },
    columns=_NAMES,
    links=_LINKS,
)
_TEXT = {"type": ["string", "null"]}
_ORIGIN = _object(
    statement={**_IRI, "description": "the record"},
    source={**_NAME, "description": "the file or service that was read"},
    file=_NAME,
    sheet=_TEXT,
    row={"type": ["integer", "null"]},
    column={**_TEXT, "description": "null where the record as a whole states it"},
    cites={**_NAME, "description": "the source that the record names"},
    url=_TEXT,
    publisher=_TEXT,
    confidence=_NAME,
    asOf=_TEXT,
    retrieved=_TEXT,
)
_RELEASE = _object(
    iri=_IRI,
    id=_NAME,
    built={"type": "string", "format": "date-time"},
    current={"type": "boolean"},
    triples={"type": "integer"},
    digest=_NAME,
    software=_TEXT,
    links=_LINKS,
)
_FACT = _object(
    property=_NAME,
    property_iri=_IRI,
    property_label=_TEXT,
    value=_CELL,
    iri={**_TEXT, "description": "where the value is a thing"},
    label=_TEXT,
    language=_TEXT,
    basis={
        "enum": ["stated", "defined", "inferred", "derived"],
        "description": "stated in sources, defined in the ontology, or following from it or from the rules",
    },
    origins={"type": "array", "description": "where sources state it", "items": _ORIGIN},
)
_THING = _object(
    iri=_IRI,
    id=_NAME,
    kind=_NAME,
    types=_NAMES,
    label=_NAME,
    labels={"type": "object", "description": "by language", "additionalProperties": {"type": "string"}},
    facts={"type": "array", "items": _FACT},
)
_THING["properties"] |= {
    "parts": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    },
    "links": _LINKS,
    "release": _NAME,
    "asOf": _AS_OF,
}
_MOVES = {
    "type": "array",
    "minItems": 1,
    "items": {"anyOf": [{"$ref": f"#/components/schemas/Move{move.__name__}"} for move in MOVES.values()]},
}
_SCENARIO = _object(
    iri=_IRI,
    id=_NAME,
    name=_NAME,
    description=_NAME,
    owner=_NAME,
    made=_NAME,
    move={"$ref": "#/components/schemas/Moves"},
    links=_LINKS,
)
_SECTION = _object(
    section=_NAME,
    title=_NAME,
    counts={"type": "object", "additionalProperties": {"type": "integer"}},
    changes={"type": "array", "items": {"type": "object", "required": ["change", "name"]}},
)
SCHEMAS: dict[str, dict[str, Any]] = {
    "Problem": _PROBLEM,
    "Object": {"type": "object"},
    "List": _list(
        {"type": "object", "required": ["iri"], "properties": {"iri": _IRI}, "additionalProperties": _CELL},
        asOf=_AS_OF, query=_NAME, question=_NAME,
    ),
    "Answer": _list(
        {
            "type": "object",
            "description": "one row: its columns, and the IRIs of the things in them",
            "required": ["iris"],
            "properties": {"iris": {"type": "object", "additionalProperties": _IRI}},
            "additionalProperties": _CELL,
        },
        asOf=_AS_OF, query=_NAME, question=_NAME,
    ),
    "Page": _list({"type": "object"}, asOf=_AS_OF),
    "Thing": {**_THING, "required": [*_THING["required"], "parts", "links", "release", "asOf"]},
    "Part": _THING,
    "Found": _object(
        items={
            "type": "array",
            "items": _object(
                iri=_IRI, id=_NAME, kind=_NAME, label=_NAME, score={"type": "number"}, matched=_NAME,
                how={"enum": ["id", "name", "alias"]}, links=_LINKS,
            ),
        },
        total={"type": "integer"}, q=_NAME, release=_NAME,
    ),
    "Dataset": _object(
        iri=_IRI, release=_NAME, asOf=_AS_OF, built=_NAME, triples={"type": "integer"},
        classes={"type": "array", "items": _object(iri=_IRI, things={"type": "integer"})},
        properties={"type": "array", "items": _object(iri=_IRI, triples={"type": "integer"})},
        sources={"type": "array", "items": _object(iri=_IRI, id=_NAME, licences=_NAMES)},
        links=_LINKS,
    ),
    "Release": _RELEASE,
    "Releases": _object(items={"type": "array", "items": {"$ref": "#/components/schemas/Release"}}),
    "Changes": _object(
        **{"from": _NAME, "to": _NAME}, audience=_NAME, next=_TEXT, links=_LINKS,
        sections={
            "type": "array",
            "items": _SECTION,
        },
        graphs={
            "type": "array",
            "items": _object(graph=_IRI, came={"type": "integer"}, went={"type": "integer"}),
        },
    ),
    "Query": _QUERY,
    "Queries": _list({"$ref": "#/components/schemas/Query"}),
    "Job": _object(
        iri=_IRI, id=_NAME, kind=_NAME, started=_NAME,
        state={"enum": ["waiting", "running", "done", "failed", "cancelled"]},
        ended=_TEXT, progress={"type": ["object", "null"]}, result={"type": ["object", "null"]},
        problem={"type": ["object", "null"]}, links=_LINKS,
    ),
    "Run": _object(
        dryRun={"type": "boolean"},
        release={**_TEXT, "description": "what answers the caller now"},
        previous={**_TEXT, "description": "what answered before"},
        would={**_TEXT, "description": "of a dry run: what would answer"},
        taken={
            "type": "array",
            "description": "sources that were taken in",
            "items": _object(id=_NAME, kind=_NAME, name=_NAME, entries={"type": "integer"}, facts={"type": "integer"}),
        },
        unchanged={**_NAMES, "description": "sources that say nothing new"},
        removed=_NAMES,
        changes={"type": ["object", "null"], "description": "of a dry run: what would change; all is counted"},
    ),
    "Moves": _MOVES,
    "Scenario": _SCENARIO,
    "Scenarios": _object(items={"type": "array", "items": _SCENARIO}, next=_TEXT, total={"type": "integer"}),
    "Answered": _object(
        release=_NAME,
        scenario=_object(
            id=_NAME, name=_NAME, description=_NAME, graph=_IRI, moves={"type": "array", "items": {"type": "object"}},
            withoutEffect={"type": "array", "items": {"type": "integer"}},
        ),
        **dict.fromkeys(("gaps", "verdicts", "classes"), _SECTION),
        cells={
            "type": "array",
            "items": _object(
                **{"using": _NAME, "providing": _NAME, "class": _NAME},
                before={"type": ["object", "null"]}, after={"type": ["object", "null"]},
            ),
        },
    ),
    "Reports": _object(
        items={"type": "array", "items": {"$ref": "#/components/schemas/Report"}}, next=_TEXT, total={"type": "integer"}
    ),
}  # fmt: skip


def _modelled(model: type[BaseModel], name: str, mode: Literal["validation", "serialization"]) -> dict[str, Any]:
    """A model and what it is made of, as components of the document."""
    whole = model.model_json_schema(mode=mode, ref_template=f"#/components/schemas/{name}{{model}}")
    parts = {f"{name}{part}": schema for part, schema in whole.pop("$defs", {}).items()}
    return {name: {key: it for key, it in whole.items() if not key.startswith("$")}, **parts}


SCHEMAS |= _modelled(Description, "Description", "validation") | _modelled(Report, "Report", "serialization")
SCHEMAS |= _modelled(PackageFile, "Package", "serialization")
for _move in MOVES.values():
    SCHEMAS |= _modelled(_move, f"Move{_move.__name__}", "validation")
