"""Descriptions of systems, and the reports on them."""

from __future__ import annotations

from typing import Any

from ...conformance.description import SCHEMA
from ..checks.asked import MULTIPART, RDF_XML, WORKBOOK
from ..checks.forms import JUNIT, PDF, XML
from ..negotiation import HTML, JSON, JSON_LD, N_TRIPLES, TURTLE
from .operation import COMMON, Operation

_FORMS = {
    TURTLE: "assertions of EARL; with `profile=shacl` a validation report",
    JSON_LD: "the same as JSON-LD",
    N_TRIPLES: "the same as N-Triples",
    JUNIT: "JUnit XML, for continuous integration",
    XML: "Test Reporting Language of GITB, for an Interoperability Test Bed",
    HTML: "a page; of one description only",
    PDF: "the same as a document; of one description only",
}
CARTRIDGE: dict[str, Any] = {
    "id": "my-cartridge",
    "name": "My cartridge",
    "kind": "munition",
    "subjects": ["cartridge"],
    "interfaces": ["5.56x45"],
    "confidence": "medium",
    "evidence": [{"title": "Drawing 1", "url": "https://example.org/drawing-1"}],
    "values": [{"parameter": "case_length_mm", "number": "44.70", "unit": "mm"}],
    "standards": [{"document": "STANAG-4172", "edition": "3"}],
}
_TEXT = {"type": "string"}
_FILE = {"type": "string", "format": "binary"}
_DESCRIPTION = {"$ref": "#/components/schemas/Description"}
_REPORT = {"$ref": "#/components/schemas/Report"}

OPERATIONS = {
    "check": Operation(
        query={"against": "STANAG-4172"},
        body=CARTRIDGE,
        takes={
            JSON: {"anyOf": [_DESCRIPTION, {"type": "array", "minItems": 1, "items": _DESCRIPTION}]},
            JSON_LD: {"type": ["object", "array"]},
            TURTLE: _TEXT,
            N_TRIPLES: _TEXT,
            RDF_XML: _TEXT,
            WORKBOOK: _FILE,
            MULTIPART: {"type": "object", "properties": {"file": {"type": "array", "items": _FILE}}},
        },
        schema={"anyOf": [_REPORT, {"$ref": "#/components/schemas/Reports"}]},
        forms=_FORMS,
        validated=False,
        later=True,
        problems={
            **COMMON,
            "403": "The caller may not judge descriptions.",
            "404": "What is to be judged against is not known.",
            "413": "The body is too large.",
            "415": "The body is of a type that is not read.",
            "422": "A parameter or a description cannot be used; each fault has a JSON Pointer into the body.",
        },
    ),
    "report": Operation(
        path={"id": "00000000000000000000000000000000"},
        schema="Report",
        forms=_FORMS,
        known=False,
        problems={**COMMON, "404": "No such report is kept."},
    ),
    "schema": Operation(
        path={"name": "description"},
        answer={
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": SCHEMA,
            "type": "object",
            "required": ["id", "name", "kind"],
        },
        schema={"type": "object", "required": ["$schema", "$id"]},
        forms={},
        problems={name: COMMON[name] for name in ("401", "422", "429", "503")},
    ),
}
