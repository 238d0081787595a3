"""Releases, and what describes the whole as a data set."""

from __future__ import annotations

from ..negotiation import JSON_LD, N_TRIPLES, TURTLE
from .operation import COMMON, FORMS, RDF_FORMS, Operation

_NO_RELEASE = {**COMMON, "404": "The caller has no release of this identifier."}

OPERATIONS = {
    "releases": Operation(schema="Releases", problems=COMMON),
    "release": Operation(path={"id": "current"}, schema="Release", forms=RDF_FORMS, problems=_NO_RELEASE),
    "releaseUse": Operation(
        path={"id": "current"}, schema="Release", forms={}, validated=False,
        problems={
            **{name: COMMON[name] for name in ("401", "422", "429")},
            "403": "The caller may not make a release current.",
            "404": _NO_RELEASE["404"],
            "503": "Somebody makes a release, or this one is damaged.",
        },
    ),
    "changes": Operation(
        path={"id": "current"}, query={"since": "current", "section": "verdicts"}, schema="Changes",
        forms={name: FORMS[name] for name in (TURTLE, "text/html")},
        problems={**_NO_RELEASE, "410": "The cursor belongs to other releases."},
    ),
    "dataset": Operation(schema="Dataset", forms=RDF_FORMS, problems=COMMON),
    "void": Operation(
        media=TURTLE, schema={"type": "string"}, problems=COMMON,
        forms={JSON_LD: RDF_FORMS[JSON_LD], N_TRIPLES: RDF_FORMS[N_TRIPLES]},
        answer="@prefix void: <http://rdfs.org/ns/void#> .\n\n<https://w3id.org/stanagraph/dataset> a void:Dataset .\n",
    ),
    "context": Operation(
        media=JSON_LD, schema={"type": "object", "required": ["@context"]}, forms={}, problems={"503": COMMON["503"]},
        answer={"@context": {"@version": 1.1, "@vocab": "https://w3id.org/stanagraph/ns/", "id": "@id"}},
    ),
}  # fmt: skip
