"""The OpenAPI document: problems, representations and an example for every operation."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from . import problems
from .examples import ANSWERS, QUESTIONS
from .negotiation import CSV, HTML, JSON, TURTLE

SUMMARY = "Where the interchangeability of munitions fails, why, and what would mend it."
DESCRIPTION = """\
Every answer belongs to a release, names it, and has a strong `ETag` made of release, question, representation and
language. Things are given by their id and by their `iri`; *not known* is a value of its own, never *no*.

Representations by `Accept` or `format=`: JSON, CSV, Turtle, HTML. Languages by `Accept-Language` or `lang=`: English,
French. Lists go on behind `next` (also `Link: rel=next`). Errors are problem details of RFC 9457 and carry suggestions
for names that are not known. HEAD is answered wherever GET is. Public facts only; not affiliated with NATO.
"""
TAGS = [
    {"name": "gaps", "description": "Where interchangeability fails, and why."},
    {"name": "matrix", "description": "Nation by nation, for one munition class."},
    {"name": "verdicts", "description": "One pair of equipment and munition, with its evidence."},
    {"name": "service", "description": "The service itself."},
]
_TEXTS = {CSV: "the same as CSV of RFC 4180", TURTLE: "the same as Turtle", HTML: "the same as a page"}
_COMMON = {
    "406": "None of the representations is acceptable.",
    "422": "A parameter is missing, unknown or of the wrong form.",
    "503": "No release can answer now.",
}
_MORE = {
    "gaps": {"404": "A name is not known.", "410": "The cursor belongs to a release that no longer answers."},
    "matrix": {"404": "A name is not known.", "410": "The cursor belongs to a release that no longer answers."},
    "verdict": {"404": "A name is not known."},
}
_ERROR = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "parameter": {"type": "string", "description": "the query parameter that is wrong"},
        "pointer": {"type": "string", "description": "JSON Pointer to the field that is wrong"},
        "detail": {"type": "string"},
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
_LIST = {
    "type": "object",
    "description": "One page of a list.",
    "required": ["items", "next", "total", "release", "asOf", "query", "question"],
    "properties": {
        "items": {"type": "array", "items": {"type": "object", "required": ["iri"]}},
        "next": {"type": ["string", "null"], "description": "the cursor of the next page; null on the last"},
        "total": {"type": "integer", "description": "how many items all pages have"},
        "release": {"type": "string"},
        "asOf": {"type": "string", "description": "when the newest source was captured"},
        "query": {"type": "string"},
        "question": {"type": "string"},
    },
}
_SCHEMAS = {"gaps": "List", "matrix": "List"}


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
    document["components"] = {"schemas": {"Problem": _PROBLEM, "List": _LIST}}
    for path in document["paths"].values():
        for operation in path.values():
            _describe(operation)
    return document


def _describe(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in QUESTIONS[name]:
            parameter["example"] = QUESTIONS[name][parameter["name"]]
    negotiated = name != "health"
    schema = {"$ref": f"#/components/schemas/{_SCHEMAS[name]}"} if name in _SCHEMAS else {"type": "object"}
    content: dict[str, Any] = {JSON: {"schema": schema, "example": ANSWERS[name]}}
    if negotiated:
        content |= {media: {"schema": {"type": "string", "description": text}} for media, text in _TEXTS.items()}
    responses: dict[str, Any] = {"200": {"description": "The answer.", "content": content}}
    if negotiated:
        responses["304"] = {"description": "The client has it already (`If-None-Match`)."}
    wrong = _COMMON | _MORE[name] if negotiated else {"503": _COMMON["503"]}
    for status, text in sorted(wrong.items()):
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        responses[status] = {"description": text, "content": {problems.MEDIA: problem}}
    operation["responses"] = responses
