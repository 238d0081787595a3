"""Work that goes on behind requests."""

from __future__ import annotations

from ..checks.asked import WORKBOOK
from .operation import COMMON, Operation

_ID = {"id": "00000000000000000000000000000000"}
_PROBLEMS = {name: COMMON[name] for name in ("401", "422", "429")} | {"404": "The caller has no such job."}

OPERATIONS = {
    "job": Operation(path=_ID, schema="Job", forms={}, known=False, validated=False, problems=_PROBLEMS),
    "jobCancel": Operation(
        path=_ID, schema="Job", forms={}, known=False, validated=False,
        problems={**_PROBLEMS, "503": "What is asked for cannot be recorded."},
    ),
    "jobMarked": Operation(
        path=_ID, schema={"type": "string", "format": "binary"}, media=WORKBOOK, forms={}, known=False, validated=False,
        problems={**_PROBLEMS, "403": "The caller may not ingest."},
    ),
    "jobEvents": Operation(
        path=_ID, schema={"type": "string"}, media="text/event-stream", forms={}, known=False, validated=False,
        problems=_PROBLEMS,
    ),
}  # fmt: skip
