"""The OpenAPI document: true, complete, and with examples that run."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

OPERATIONS = ["/v1/gaps", "/v1/matrix", "/v1/verdicts", "/healthz"]


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_every_operation_is_listed(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert sorted(document["paths"]) == sorted(OPERATIONS)


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_example_runs_and_looks_as_shown(client: TestClient, document: dict[str, Any], path: str) -> None:
    operation = document["paths"][path]["get"]
    asked = {p["name"]: p["example"] for p in operation.get("parameters", ()) if "example" in p}
    response = client.get(path, params=asked)
    assert response.status_code == 200
    shown, got = operation["responses"]["200"]["content"]["application/json"]["example"], response.json()
    assert list(shown) == list(got)
    if "items" in shown:
        assert [list(item) for item in shown["items"]] == [list(item) for item in got["items"]]
        assert shown["question"] == got["question"]


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_answer_is_described(document: dict[str, Any], path: str) -> None:
    operation = document["paths"][path]["get"]
    assert operation["description"]
    assert "503" in operation["responses"]
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]
    assert all(parameter["description"] for parameter in operation.get("parameters", ()))


def test_references_lead_to_schemas(document: dict[str, Any]) -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            here = [str(node["$ref"])] if "$ref" in node else []
            return here + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document["paths"])) <= named


def test_the_own_page_lists_every_operation(app: FastAPI, client: TestClient) -> None:
    text = client.get("/docs").text
    assert all(f"GET {path}" in text for path in app.openapi()["paths"])
    assert client.get("/redoc").status_code == 404
