"""The OpenAPI document: problems, representations and an example for every operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from ..conformance.description import Description
from ..conformance.report import Report
from ..packages import PackageFile
from . import problems
from .examples import Operation, answer_of, operations
from .negotiation import JSON, JSON_LD
from .resources import RESOURCES

SUMMARY = "Where the interchangeability of munitions fails, why, and what would mend it."
DESCRIPTION = """\
Every answer belongs to a release, names it, and has a strong `ETag` made of release, question, representation and
language. Things are given by their id and by their `iri`; *not known* is a value of its own, never *no*.

Representations by `Accept` or `format=`: JSON, JSON-LD, Turtle, N-Triples, CSV, HTML. Languages by `Accept-Language` or
`lang=`: English, French. Lists go on behind `next` (also `Link: rel=next`). Errors are problem details of RFC 9457 and
carry suggestions for names that are not known. HEAD is answered wherever GET is, and OPTIONS tells what is possible.
Not affiliated with NATO.
"""
TAGS: list[dict[str, str]] = [
    {"name": "gaps", "description": "Where interchangeability fails, and why."},
    {"name": "matrix", "description": "Nation by nation, for one munition class."},
    {"name": "verdicts", "description": "One pair of equipment and munition, with its evidence."},
    *({"name": it.plural, "description": f"The {it.about}."} for it in RESOURCES if it.plural != "gaps"),
    {"name": "conformance", "description": "Systems against standards, profiles and interfaces."},
    {"name": "plan", "description": "What closes gaps at least effort."},
    {"name": "packages", "description": "What is required of a munition, as a file to hand on."},
    {"name": "jobs", "description": "Work that goes on behind requests."},
    {"name": "things", "description": "Anything that has an IRI."},
    {"name": "search", "description": "By id, name or alias, with slips of the pen."},
    {"name": "releases", "description": "What answers, what answered before, and what has changed between."},
    {"name": "queries", "description": "Every question of the catalogue, by its name."},
    {"name": "service", "description": "The service itself."},
]
_ERROR = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "parameter": {"type": "string", "description": "the query parameter that is wrong"},
        "pointer": {"type": "string", "description": "JSON Pointer to the field that is wrong"},
        "detail": {"type": "string"},
        "place": {"type": "string", "description": "where it stands in a file that is no JSON"},
        "file": {"type": "string", "description": "which of several files"},
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
            "items": _object(
                section=_NAME, title=_NAME,
                counts={"type": "object", "additionalProperties": {"type": "integer"}},
                changes={"type": "array", "items": {"type": "object", "required": ["change", "name"]}},
            ),
        },
        graphs={
            "type": "array",
            "items": _object(graph=_IRI, came={"type": "integer"}, went={"type": "integer"}),
        },
    ),
    "Query": _QUERY,
    "Queries": _list({"$ref": "#/components/schemas/Query"}),
    "Job": _object(
        iri=_IRI, id=_NAME, kind=_NAME, state={"enum": ["waiting", "running", "done", "failed"]}, started=_NAME,
        ended=_TEXT, progress={"type": ["object", "null"]}, result={"type": ["object", "null"]},
        problem={"type": ["object", "null"]}, links=_LINKS,
    ),
    "Reports": _object(
        items={"type": "array", "items": {"$ref": "#/components/schemas/Report"}}, next=_TEXT, total={"type": "integer"}
    ),
}  # fmt: skip


def install(app: FastAPI) -> None:
    """Have the application describe itself with this document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
        license_info=app.license_info,
    )
    document["components"] = {"schemas": SCHEMAS}
    for path in document["paths"].values():
        for operation in path.values():
            said = operations().get(operation["operationId"])
            if said is not None:
                _describe(operation, said)
    return document


def _describe(operation: dict[str, Any], said: Operation) -> None:
    for parameter in operation.get("parameters", ()):
        asked = said.query if parameter["in"] == "query" else said.path
        if parameter["name"] in asked:
            parameter["example"] = asked[parameter["name"]]
    own = {parameter["name"] for parameter in operation.get("parameters", ())}
    if others := {name: value for name, value in said.query.items() if name not in own}:
        operation["parameters"].append(
            {
                "name": "arguments",
                "in": "query",
                "required": False,
                "style": "form",
                "explode": True,
                "description": "the parameters of the query itself, each by its name",
                "schema": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 120}},
                "example": others,
            }
        )
    if said.takes:
        taken = {media: {"schema": _schema(it)} for media, it in said.takes.items()}
        next(iter(taken.values()))["example"] = said.body
        operation["requestBody"] = {"required": True, "content": taken}
    content: dict[str, Any] = {said.media: {"schema": _schema(said.schema)}}
    if (shown := answer_of(operation["operationId"])) is not None:
        content[said.media]["example"] = shown
    content |= {
        media: {"schema": {"type": "object" if media == JSON_LD else "string", "description": text}}
        for media, text in said.forms.items()
    }
    responses: dict[str, Any] = {said.status: {"description": "The answer.", "content": content}}
    if said.later:
        text = "With `Prefer: respond-async`: the work has begun, and `Location` says where it is told of."
        responses["202"] = {"description": text, "content": {JSON: {"schema": _schema("Job")}}}
    if said.validated:
        responses["304"] = {"description": "The client has it already (`If-None-Match`)."}
    for status, text in sorted(said.problems.items()):
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        responses[status] = {"description": text, "content": {problems.MEDIA: problem}}
    operation["responses"] = responses


def _schema(said: str | Mapping[str, Any]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{said}"} if isinstance(said, str) else dict(said)


def _modelled(model: type[BaseModel], name: str, mode: Literal["validation", "serialization"]) -> dict[str, Any]:
    """A model and what it is made of, as components of the document."""
    whole = model.model_json_schema(mode=mode, ref_template=f"#/components/schemas/{name}{{model}}")
    parts = {f"{name}{part}": schema for part, schema in whole.pop("$defs", {}).items()}
    return {name: {key: it for key, it in whole.items() if not key.startswith("$")}, **parts}


SCHEMAS |= _modelled(Description, "Description", "validation") | _modelled(Report, "Report", "serialization")
SCHEMAS |= _modelled(PackageFile, "Package", "serialization")
