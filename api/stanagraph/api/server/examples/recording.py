"""Asking the examples, and keeping the beginning of each answer."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any, get_args
from urllib.parse import quote

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from stanagraph.graph.labels import PUBLIC
from stanagraph.graph.names import THINGS

from ..access.caller import Scope
from ..access.keys import Keys
from . import ANSWERS, Operation, operations
from .scenarios import SCENARIO

_MANY = 2
# What differs between two releases of the same data, and between two days.
CHANGING = (
    "release", "next", "built", "older", "newer", "created", "made", "from", "to", "would", "previous", "retrieved",
    "owner",
)  # fmt: skip

_OF_A_RELEASE = f"{THINGS}conformance-report/"
_OF_AN_OWNER = re.compile(rf"(?<={SCENARIO['name']})-[0-9a-f]{{10}}")


def beginning(found: Any) -> Any:
    """The same with only the first members of each list."""
    if isinstance(found, dict):
        return {name: beginning(value) for name, value in found.items()}
    return [beginning(value) for value in found[:_MANY]] if isinstance(found, list) else found


def lasting(found: Any) -> Any:
    """What stays the same from one release of the same data to the next."""
    if isinstance(found, dict):
        return {name: None if name in CHANGING else lasting(value) for name, value in found.items()}
    if isinstance(found, str):
        return None if found.startswith(_OF_A_RELEASE) else _OF_AN_OWNER.sub("-", found)
    return [lasting(value) for value in found] if isinstance(found, list) else found


def address(path: str, values: dict[str, str]) -> str:
    """The path of an operation with its places filled."""
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe="/"))
    return path


def asker(app: FastAPI) -> TestClient:
    """Somebody who may do everything in the workspace of an application."""
    keys = Keys(app.state.current.releases.home)
    _, key = keys.create("examples", get_args(Scope), PUBLIC, datetime.timedelta(days=1))
    return TestClient(app, follow_redirects=False, headers={"Authorization": f"Bearer {key}"})


def ask(client: TestClient, method: str, path: str, said: Operation) -> Response:
    """Ask the example of an operation."""
    body = said.body if said.body is None or isinstance(said.body, str) else json.dumps(said.body)
    headers = {"Accept": said.media, **({"Content-Type": next(iter(said.takes))} if body is not None else {})}
    place = address(path, dict(said.path))
    return client.request(method, place, params=dict(said.query), content=body, headers=headers)


def record() -> None:
    """Ask every example of the current release, and write what can be shown of the answers."""
    from ..app import create_app

    app = create_app()
    client = asker(app)
    ANSWERS.mkdir(exist_ok=True)
    kept = set()
    for path, methods in app.openapi()["paths"].items():
        for method, described in methods.items():
            name = described["operationId"]
            said = operations().get(name)
            if said is None or said.answer is not None or not said.known:
                continue
            response = ask(client, method, path, said)
            if response.status_code != int(said.status):
                raise SystemExit(f"{name}: {response.status_code} {response.text}")
            kept.add(f"{name}.json")
            shown = beginning(response.json()) if "json" in said.media else response.text
            text = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
            (ANSWERS / f"{name}.json").write_text(text, encoding="utf-8")
    for path in ANSWERS.glob("*.json"):
        if path.name not in kept:
            path.unlink()
