"""The OpenAPI document: problems, representations and an example for every operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from . import problems
from .examples import Operation, answer_of, operations
from .negotiation import JSON, JSON_LD
from .resources import RESOURCES
from .schemas import SCHEMAS

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
    {"name": "scenarios", "description": "What would change if."},
    {"name": "sparql", "description": "SPARQL 1.1 over the release, and over the copies of scenarios."},
    {"name": "packages", "description": "What is required of a munition, as a file to hand on."},
    {"name": "jobs", "description": "Work that goes on behind requests."},
    {"name": "things", "description": "Anything that has an IRI."},
    {"name": "search", "description": "By id, name or alias, with slips of the pen."},
    {"name": "releases", "description": "What answers, what answered before, and what has changed between."},
    {"name": "queries", "description": "Every question of the catalogue, by its name."},
    {"name": "service", "description": "The service itself."},
]


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
        operation["requestBody"] = {"required": said.needs_body, "content": taken}
    content: dict[str, Any] = {said.media: {"schema": _schema(said.schema)}}
    if (shown := answer_of(operation["operationId"])) is not None:
        content[said.media]["example"] = shown
    content |= {
        media: {"schema": {"type": "object" if media == JSON_LD else "string", "description": text}}
        for media, text in said.forms.items()
    }
    responses: dict[str, Any] = {said.status: {"description": "The answer.", "content": content}}
    if said.status == "204":
        responses = {said.status: {"description": "It is done."}}
    responses |= {status: {"description": text} for status, text in said.also.items()}
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
