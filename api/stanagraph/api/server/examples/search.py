"""Search."""

from __future__ import annotations

from .operation import COMMON, Operation

OPERATIONS = {"search": Operation(query={"q": "panzerhaubize", "limit": 1}, schema="Found", problems=COMMON)}
