"""The OpenAPI document: true, complete, and with examples that run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from stanagraph.api.server import create_app
from stanagraph.api.server.examples import ANSWERS, answer_of, operations
from stanagraph.api.server.examples.recording import ask, asker, beginning, lasting
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.api.server.sparql.install import close
from stanagraph.graph.releases import Releases

DOCUMENT: dict[str, Any] = create_app(Releases(Path("/nowhere"))).openapi()
OPERATIONS = {
    said["operationId"]: (path, method)
    for path, methods in DOCUMENT["paths"].items()
    for method, said in methods.items()
}


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document == DOCUMENT
    assert set(OPERATIONS) == set(operations())
    assert {path.stem for path in ANSWERS.glob("*.json")} <= set(OPERATIONS)


@pytest.fixture(scope="module")
def may_all(
    public_home: Path, unlimited: ServiceSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Somebody who may do everything, in a workspace of their own; the files of a release never change."""
    home = tmp_path_factory.mktemp("examples") / "home"
    shutil.copytree(public_home, home, copy_function=os.link)
    app = create_app(Releases(home), settings=unlimited)
    yield asker(app)
    close(app)


# Those that make a release take as long as that.
@pytest.mark.parametrize(
    "name", [pytest.param(it, marks=pytest.mark.long) if it == "sourcesTake" else it for it in OPERATIONS]
)
def test_the_example_runs_and_gives_what_is_shown(may_all: TestClient, name: str) -> None:
    path, method = OPERATIONS[name]
    said, shown = operations()[name], answer_of(name)
    response = ask(may_all, method, path, said)
    if not said.known:
        assert response.status_code == 404
        return
    assert shown is not None, "python -m stanagraph.api.server.examples records it"
    assert response.status_code == int(said.status)
    assert response.headers["content-type"].partition(";")[0] == said.media
    if said.answer is None:
        got = beginning(response.json()) if "json" in said.media else response.text
        assert lasting(got) == lasting(shown), "python -m stanagraph.api.server.examples records it anew"


def test_the_examples_of_a_copy_run_on_that_of_a_scenario(may_all: TestClient) -> None:
    path, method = OPERATIONS["scenarioKeep"]
    kept = ask(may_all, method, path, operations()["scenarioKeep"]).json()["id"]
    done = {}
    for name in (
        "copySparqlGet", "copySparqlPost", "copyUpdate", "graph", "graphPut", "graphPost", "graphForget", "copy",
        "copyForget",
    ):  # fmt: skip
        (path, method), said = OPERATIONS[name], operations()[name]
        done[name] = ask(may_all, method, path, replace(said, path={"scenario": kept}))
        assert done[name].status_code == int(said.status), done[name].text
        if said.status == "200":
            assert done[name].headers["content-type"].partition(";")[0] == said.media
    assert done["copySparqlGet"].json() == done["copySparqlPost"].json()
    assert len(done["copySparqlGet"].json()["results"]["bindings"]) == 2
    assert "https://example.org/gun" in done["graph"].text
    assert set(done) == {name for name, (path, _) in OPERATIONS.items() if path.startswith("/v1/scenarios/{scenario}")}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_shown_is_true_to_its_schema(name: str) -> None:
    said = operations()[name]
    if "json" in said.media and said.known:
        schema = {"$ref": f"#/components/schemas/{said.schema}"} if isinstance(said.schema, str) else said.schema
        jsonschema.validate(answer_of(name), {**schema, "components": DOCUMENT["components"]})


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_described(name: str) -> None:
    path, method = OPERATIONS[name]
    operation = DOCUMENT["paths"][path][method]
    assert operation["description"]
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]
    assert all(parameter["description"] for parameter in operation.get("parameters", ()))
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}


def test_references_lead_to_schemas(document: dict[str, Any]) -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            here = [str(node["$ref"])] if "$ref" in node else []
            return here + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document["paths"])) <= named
    assert set(references(document["components"])) <= named


def test_the_own_page_lists_every_operation(client: TestClient) -> None:
    text = client.get("/docs").text
    assert all(f"{method.upper()} {path}" in text for path, method in OPERATIONS.values())
    # What is sent is shown where something is.
    for said in operations().values():
        if isinstance(said.body, str):
            assert str(escape(said.body)) in text
    assert text.count("Example of a body") == sum(said.body is not None for said in operations().values())
    assert "Exemple de corps" in client.get("/docs?lang=fr").text
    assert client.get("/redoc").status_code == 404
