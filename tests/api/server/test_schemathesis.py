"""Every operation of our own OpenAPI document, asked with what may and what may not be asked: never a fault of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from stanagraph.api.server import create_app
from stanagraph.graph.releases import Releases

pytestmark = pytest.mark.long


class Stand:
    """Stands for the application until there is one; without a release it describes itself alike."""

    def __init__(self) -> None:
        self.app: ASGIApp = create_app(Releases(Path("/nowhere")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


STAND = Stand()
FOUND = schemathesis.openapi.from_asgi("/openapi.json", STAND).get_all_operations()
OPERATIONS = [found.ok() for found in FOUND if isinstance(found, Ok)]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_operation_keeps_to_its_description(app: FastAPI, operation: Any, mode: GenerationMode) -> None:
    checks = [*CHECKS, *([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])]

    @settings(
        max_examples=15,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=checks)

    STAND.app = app
    try:
        ask()
    except Unsatisfiable:
        assert not operation.definition.raw.get("parameters"), "what takes something can be asked wrongly"
