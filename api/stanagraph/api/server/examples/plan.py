"""Plans."""

from __future__ import annotations

from ..negotiation import CSV, TURTLE
from .operation import COMMON, FORMS, NOT_KNOWN, Operation

_COUNTS = {
    "type": "object",
    "required": ["gaps", "questions", "pairsSurely", "pairs"],
    "additionalProperties": {"type": "integer"},
}
_NUMBER = {"type": ["number", "null"]}

OPERATIONS = {
    "plan": Operation(
        query={"class": "155mm", "budget": "3"},
        schema={
            "type": "object",
            "required": ["release", "effort", "method", "optimal", "bound", "achieved", "whole", "actions", "steps"],
            "properties": {
                "release": {"type": "string"},
                "effort": _NUMBER,
                "bound": _NUMBER,
                "optimal": {"type": "boolean"},
                "achieved": _COUNTS,
                "whole": _COUNTS,
                "steps": {"type": "array", "items": {"type": "object", "required": ["step", "action", "effort"]}},
            },
        },
        forms={name: FORMS[name] for name in (CSV, TURTLE)},
        problems={**COMMON, **NOT_KNOWN},
    ),
}
