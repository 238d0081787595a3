"""SPARQL over the release, and over the copy of a scenario."""

from __future__ import annotations

from typing import Any

from ..negotiation import JSON_LD, N_TRIPLES, TURTLE
from ..sparql.formats import GRAPHS, TABLES
from ..sparql.protocol import FORM, QUERY, UPDATE
from .operation import COMMON, Operation

ASKED = """\
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?gap ?cause WHERE { ?gap a :Gap ; :gapCause ?cause } ORDER BY ?gap ?cause LIMIT 2
"""
CHANGED = """\
PREFIX : <https://w3id.org/stanagraph/ns/>
INSERT DATA { GRAPH <https://example.org/mine> { <https://example.org/gun> a :EquipmentType } }
"""
GRAPH = "<https://example.org/gun> a <https://w3id.org/stanagraph/ns/EquipmentType> .\n"
NAMED = {"graph": "https://example.org/mine"}
# That of nobody, as in the examples of scenarios.
_PATH = {"scenario": "france-buys-0000000000"}
RESULTS, _RDF_XML = TABLES[0], GRAPHS[-1]
_TEXT: dict[str, Any] = {"type": "string"}
_TABLE = {"type": "object", "description": "Results of SPARQL 1.1 in JSON.", "required": ["head"]}
_GRAPHS = {TURTLE: "a graph", N_TRIPLES: "a graph", JSON_LD: "a graph", _RDF_XML: "a graph"}
_TABLES = {media: "a table, or yes or no" for media in TABLES if media != RESULTS}
_FORMS = {**_TABLES, **_GRAPHS, TURTLE: "a graph; without a query what the service says of itself"}
_BODY = {
    "413": "The body is too large.",
    "415": "The body is of a type that is not read.",
}
_ASKING = {
    **COMMON,
    "400": "The query cannot be read, or asks for what is not done here.",
    "403": "The caller may not read.",
    "422": "The query has reached a limit: time, memory, rows or size.",
    **_BODY,
}
_OF_A_COPY = {
    **_ASKING,
    "404": "The caller has no such scenario, or its copy has no such graph.",
    "409": "The owner has as many copies as one may have.",
}
_CHANGING = {**_OF_A_COPY, "412": "`If-Match` or `If-None-Match` does not hold.", "507": "The copy is full."}
_FORM: dict[str, Any] = {"type": "object", "properties": {"query": _TEXT}, "required": ["query"]}
_UPDATE_FORM: dict[str, Any] = {"type": "object", "properties": {"update": _TEXT}, "required": ["update"]}
_DOCUMENTS: dict[str, str | dict[str, Any]] = {
    TURTLE: _TEXT,
    N_TRIPLES: _TEXT,
    JSON_LD: {"type": ["object", "array"]},
    _RDF_XML: _TEXT,
}


def _without(problems: dict[str, str], *statuses: str) -> dict[str, str]:
    return {status: text for status, text in problems.items() if status not in statuses}


OPERATIONS = {
    "sparqlGet": Operation(
        query={"query": ASKED}, media=RESULTS, schema=_TABLE, forms=_FORMS, problems=_without(_ASKING, "415")
    ),
    "sparqlPost": Operation(
        body=ASKED, takes={QUERY: _TEXT, FORM: _FORM}, media=RESULTS, schema=_TABLE, forms=_FORMS, validated=False,
        problems=_ASKING,
    ),
    "copy": Operation(
        path=_PATH, forms={}, known=False, validated=False, problems=_without(_OF_A_COPY, "400", "406", "409", *_BODY)
    ),
    "copyForget": Operation(
        path=_PATH, status="204", known=False, validated=False,
        problems=_without(_OF_A_COPY, "400", "406", "409", *_BODY),
    ),
    "copySparqlGet": Operation(
        path=_PATH, query={"query": ASKED}, media=RESULTS, schema=_TABLE, forms=_FORMS, known=False, validated=False,
        problems=_without(_OF_A_COPY, "415"),
    ),
    "copySparqlPost": Operation(
        path=_PATH, body=ASKED, takes={QUERY: _TEXT, FORM: _FORM}, media=RESULTS, schema=_TABLE, forms=_FORMS,
        known=False, validated=False, problems=_OF_A_COPY,
    ),
    "copyUpdate": Operation(
        path=_PATH, body=CHANGED, takes={UPDATE: _TEXT, FORM: _UPDATE_FORM}, status="204", known=False,
        validated=False, problems=_without(_CHANGING, "406", "412"),
    ),
    "graphPut": Operation(
        path=_PATH, query=NAMED, body=GRAPH, takes=_DOCUMENTS, status="204", also={"201": "The graph is new."},
        known=False, validated=False, problems=_without(_CHANGING, "406"),
    ),
    "graphPost": Operation(
        path=_PATH, query=NAMED, body=GRAPH, takes=_DOCUMENTS, status="204",
        also={"201": "The graph is new; `Location` names it where the service did."},
        known=False, validated=False, problems=_without(_CHANGING, "406"),
    ),
    "graph": Operation(
        path=_PATH, query=NAMED, media=TURTLE, schema=_TEXT, known=False,
        forms={media: text for media, text in _GRAPHS.items() if media != TURTLE},
        problems=_without(_CHANGING, "413", "415", "507"),
    ),
    "graphForget": Operation(
        path=_PATH, query=NAMED, status="204", known=False, validated=False,
        problems=_without(_CHANGING, "406", "413", "415", "507"),
    ),
}  # fmt: skip
