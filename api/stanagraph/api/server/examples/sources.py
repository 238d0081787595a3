"""Sources that are sent, and left out."""

from __future__ import annotations

from typing import Any

from stanagraph.graph.names import TERMS, THINGS

from ..checks.asked import MULTIPART
from ..ingestion.uploads import ENDINGS
from .operation import COMMON, Operation

HOLDING = f"""@prefix : <{TERMS}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{THINGS}holding/m777/FIN/in-service> a :NationalHolding ; rdfs:label "M777 in Finland" ;
    :holdingOf <{THINGS}equipment/m777> ; :byNation <{THINGS}nation/FIN> ;
    :holdingStatus <{THINGS}holding-status/in-service> .
"""
_FILE = {"type": "string", "format": "binary"}
_MANY = {"type": "object", "properties": {"file": {"type": "array", "items": _FILE}}}
_TAKES: dict[str, Any] = dict.fromkeys(ENDINGS, _FILE) | {"application/octet-stream": _FILE, MULTIPART: _MANY}
_PROBLEMS = {
    **{name: COMMON[name] for name in ("401", "429")},
    "403": "The caller may not send sources, or not make a release current.",
    "422": "A parameter or a source cannot be used; each fault has its file, sheet, row and cell. Nothing was changed.",
    "503": "Somebody else makes a release, or no release can be made now.",
}

OPERATIONS = {
    "sourcesTake": Operation(
        query={"dryRun": "true", "sourceId": "finland"},
        body=HOLDING,
        takes=_TAKES,
        needs_body=False,
        schema="Run",
        forms={},
        validated=False,
        later=True,
        problems={
            **_PROBLEMS,
            "409": "The job was cancelled.",
            "413": "The body is too large.",
            "415": "The body is of a type that is not read.",
            "507": "The files cannot be kept.",
        },
    ),
    "sourceLeaveOut": Operation(
        path={"id": "finland"},
        query={"dryRun": "true"},
        schema="Run",
        forms={},
        validated=False,
        later=True,
        known=False,
        problems={
            **_PROBLEMS,
            "404": "The release was made from no such source.",
            "409": "The job was cancelled.",
        },
    ),
}
