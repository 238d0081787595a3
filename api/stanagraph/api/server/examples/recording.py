"""Asking the examples, and keeping the beginning of each answer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from starlette.testclient import TestClient

from stanagraph.graph.names import THINGS

from . import ANSWERS, operations

_MANY = 2
# What differs between two releases of the same data, and between two days.
CHANGING = ("release", "next", "built", "older", "newer", "created", "made")

_OF_A_RELEASE = f"{THINGS}conformance-report/"


def beginning(found: Any) -> Any:
    """The same with only the first members of each list."""
    if isinstance(found, dict):
        return {name: beginning(value) for name, value in found.items()}
    return [beginning(value) for value in found[:_MANY]] if isinstance(found, list) else found


def lasting(found: Any) -> Any:
    """What stays the same from one release of the same data to the next."""
    if isinstance(found, dict):
        return {name: None if name in CHANGING else lasting(value) for name, value in found.items()}
    if isinstance(found, str) and found.startswith(_OF_A_RELEASE):
        return None
    return [lasting(value) for value in found] if isinstance(found, list) else found


def address(path: str, values: dict[str, str]) -> str:
    """The path of an operation with its places filled."""
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe="/"))
    return path


def record() -> None:
    """Ask every example of the current release, and write what can be shown of the answers."""
    from ..app import create_app

    app = create_app()
    client = TestClient(app, follow_redirects=False)
    ANSWERS.mkdir(exist_ok=True)
    kept = set()
    for path, methods in app.openapi()["paths"].items():
        for method, described in methods.items():
            name = described["operationId"]
            said = operations().get(name)
            if said is None or said.answer is not None or not said.known:
                continue
            response = client.request(
                method,
                address(path, dict(said.path)),
                params=dict(said.query),
                json=said.body,
                headers={"Accept": said.media},
            )
            if response.status_code != int(said.status):
                raise SystemExit(f"{name}: {response.status_code} {response.text}")
            kept.add(f"{name}.json")
            shown = beginning(response.json()) if "json" in said.media else response.text
            text = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
            (ANSWERS / f"{name}.json").write_text(text, encoding="utf-8")
    for path in ANSWERS.glob("*.json"):
        if path.name not in kept:
            path.unlink()
