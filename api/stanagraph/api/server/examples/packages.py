"""Requirements packages."""

from __future__ import annotations

from ..checks.asked import WORKBOOK
from ..checks.forms import PDF
from ..negotiation import CSV, HTML, TURTLE
from .operation import COMMON, NOT_KNOWN, Operation

OPERATIONS = {
    "requirementsPackage": Operation(
        query={"interface": "5.56x45", "nation": "ESP"},
        schema="Package",
        forms={
            CSV: "a row for each requirement",
            TURTLE: "the same in the terms of the ontology",
            HTML: "a page",
            "application/reqif+xml": "ReqIF 1.2, for tools of requirements",
            WORKBOOK: "a workbook",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "a document to edit",
            PDF: "a document to hand on",
        },
        problems={**COMMON, **NOT_KNOWN},
    ),
}
