"""The catalogue of questions."""

from __future__ import annotations

from .operation import COMMON, FORMS, OF_A_LIST, RDF_FORMS, Operation

OPERATIONS = {
    "queries": Operation(
        query={"limit": 1}, schema="Queries", problems={**COMMON, "410": OF_A_LIST["410"]}
    ),
    "query": Operation(
        path={"name": "positions"}, schema="Query", forms={**RDF_FORMS, "text/html": FORMS["text/html"]},
        problems={**COMMON, "404": "No query of this name exists."},
    ),
    "queryAnswer": Operation(
        path={"name": "positions"}, query={"agreement": "STANAG-4187", "limit": 1}, schema="Answer",
        problems={**COMMON, **OF_A_LIST, "404": "No query of this name exists, or a name in a parameter is not known."},
    ),
}  # fmt: skip
