"""What the OpenAPI document says of an operation beside its parameters and its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..negotiation import CSV, HTML, JSON, JSON_LD, N_TRIPLES, TURTLE

RDF_FORMS = {TURTLE: "the same as Turtle", JSON_LD: "the same as JSON-LD", N_TRIPLES: "the same as N-Triples"}
FORMS: Mapping[str, str] = {CSV: "the same as CSV of RFC 4180", **RDF_FORMS, HTML: "the same as a page"}
NOT_KNOWN = {"404": "A name is not known."}
OF_A_LIST = {**NOT_KNOWN, "410": "The cursor belongs to a release that no longer answers."}
COMMON = {
    "401": "A credential was given, and it is none that is believed.",
    "406": "None of the representations is acceptable.",
    "422": "A parameter is missing, unknown or of the wrong form.",
    "429": "Too many requests; `Retry-After` says when there may be another.",
    "503": "No release can answer now.",
}


@dataclass(frozen=True)
class Operation:
    """One operation: a question that can be asked, the beginning of its answer, and what else may come back.

    `query`, `path` and `body` are the question; `takes` are the media types of bodies with their schemas, that of the
    example first. `answer` is None where the answer was recorded (answers/<id>.json).
    `schema` names a component of the document, or is a schema. `forms` are the representations beside `media`, with
    what each is; `problems` are the statuses of problems with their reasons.
    """

    query: Mapping[str, str | int] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    takes: Mapping[str, str | Mapping[str, Any]] = field(default_factory=dict)
    answer: Any = None
    schema: str | Mapping[str, Any] = "Object"
    status: str = "200"
    media: str = JSON
    forms: Mapping[str, str] = field(default_factory=lambda: FORMS)
    problems: Mapping[str, str] = field(default_factory=lambda: {**COMMON, **NOT_KNOWN})
    # What else may come of it that is no problem, without a body.
    also: Mapping[str, str] = field(default_factory=dict)
    # Whether there must be a body where one may be.
    needs_body: bool = True
    # Whether it may be done behind the request.
    later: bool = False
    # Whether the public data have anything of the kind; where not, nothing can be shown.
    known: bool = True
    # Whether there is an ETag by which a client is told that it has the answer already.
    validated: bool = True
