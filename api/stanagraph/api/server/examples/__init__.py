"""The examples of the OpenAPI document, one module a kind of resource: a question, and the beginning of its answer.

Answers are recorded from a release of the public data: `python -m stanagraph.api.server.examples` records those of all
operations anew and removes what belongs to none. An operation that cannot be recorded brings its `answer` along.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from . import (
    checks,
    jobs,
    packages,
    plan,
    queries,
    releases,
    reports,
    scenarios,
    search,
    service,
    sources,
    sparql,
    things,
)
from .operation import Operation

__all__ = ["ANSWERS", "Operation", "answer_of", "operations"]
ANSWERS = Path(__file__).parent / "answers"
_MODULES = (
    checks,
    jobs,
    packages,
    plan,
    search,
    queries,
    reports,
    things,
    releases,
    sources,
    scenarios,
    sparql,
    service,
)


@cache
def operations() -> dict[str, Operation]:
    """What is said of each operation, by its id."""
    return {name: found for module in _MODULES for name, found in module.OPERATIONS.items()}


def answer_of(name: str) -> Any:
    """The beginning of the answer to the example of an operation, or None where none is known."""
    given = operations()[name].answer
    path = ANSWERS / f"{name}.json"
    if given is not None or not path.is_file():
        return given
    return json.loads(path.read_text(encoding="utf-8"))
