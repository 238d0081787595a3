"""The SDK's client over HTTP and over standard input and output, each to a process of its own."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from stanagraph.api.server import create_app
from stanagraph.api.server.access.audit import AuditLog
from stanagraph.api.server.access.keys import Keys
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, given, ingest

_MAIN = "from stanagraph.api.cli import main; main()"
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "gaps", "arguments": {"limit": 1}}}
ACCEPT = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
MARKED = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{BASE}id/holding/m777/SWE/in-service> a :NationalHolding ; rdfs:label "alpha gun" ;
    :holdingOf <{BASE}id/equipment/m777> ; :byNation <{BASE}id/nation/SWE> ;
    :holdingStatus <{BASE}id/holding-status/in-service> ; :quantity 48 .
"""


@pytest.fixture(scope="module")
def service(
    public_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    free_port: Callable[[], int],
    running: Callable[[list[str], Path, str], AbstractContextManager[None]],
) -> Iterator[str]:
    """The address of a service over the release of the public data."""
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STANAGRAPH_HOME", str(public_home))
        command = [sys.executable, "-c", _MAIN, "serve", "--port", url.rpartition(":")[2]]
        with running(command, tmp_path_factory.mktemp("service"), f"{url}/readyz"):
            yield url


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http(mode: str, service: str, public_home: Path) -> None:
    async def ask() -> tuple[int, Any, Any]:
        http = httpx2.AsyncClient(headers={"Accept-Language": "fr"})
        async with http, Client(streamable_http_client(f"{service}/mcp", http_client=http), mode=mode) as client:
            listed = (await client.list_tools()).tools
            return (
                len(listed),
                await client.call_tool("gaps", {"limit": 1}),
                await client.call_tool("gaps", {"nation": "?"}),
            )

    count, good, bad = asyncio.run(ask())
    assert count > 50
    assert good.structured_content["evidence"]["release"] == Releases(public_home).current().view().identifier
    assert good.structured_content["question"].startswith("Où")
    assert bad.is_error


def test_over_standard_input_and_output(public_home: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "STANAGRAPH_HOME": str(public_home), "LC_ALL": "C.UTF-8"}
    program = StdioServerParameters(
        command=sys.executable, args=["-c", _MAIN, "mcp"], env=environment, cwd=str(tmp_path)
    )

    async def ask() -> tuple[str | None, Any]:
        async with Client(program) as client:
            told = await client.call_tool("verdict", {"equipment": "PzH 2000", "munition": "dm121"})
            return client.instructions, told

    instructions, verdict = asyncio.run(ask())
    assert "never a no" in str(instructions)
    assert verdict.structured_content["verdict"] == "compatible"


def test_a_bad_key_a_page_of_another_site_and_another_method_are_refused(service: str) -> None:
    def post(**headers: str) -> httpx2.Response:
        return httpx2.post(f"{service}/mcp", json=CALL, headers={**ACCEPT, **headers})

    assert post().json()["result"]["structuredContent"]["items"]
    assert post(Authorization="Bearer sgk_wrong").status_code == 401
    assert post(Origin="https://elsewhere.example").status_code == 403
    assert post(Origin=service).status_code == 200
    assert httpx2.get(f"{service}/mcp", headers=ACCEPT).status_code == 405
    long = httpx2.post(
        f"{service}/mcp", content=b" " * 1_100_000, headers={**ACCEPT, "Content-Type": "application/json"}
    )
    assert long.status_code == 413


def test_before_the_service_has_started_it_says_so(public_home: Path) -> None:
    answer = TestClient(create_app(Releases(public_home))).post("/mcp", json=CALL, headers=ACCEPT)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_key_without_leave_is_refused_and_a_question_is_no_write(small_home: Path) -> None:
    day = datetime.timedelta(days=1)
    keys = {scope: Keys(small_home).create(scope, (scope,), "public", day)[1] for scope in ("read", "ingest")}
    with TestClient(create_app(Releases(small_home))) as client:

        def post(scope: str) -> httpx2.Response:
            found: httpx2.Response = client.post(
                "/mcp", json=CALL, headers={**ACCEPT, "Authorization": f"Bearer {keys[scope]}"}
            )
            return found

        assert post("ingest").status_code == 403
        assert post("read").json()["result"]["structuredContent"]["items"]
    lines = [line for path in AuditLog(small_home).folder.glob("*.jsonl") for line in path.read_text().splitlines()]
    written = [it for it in map(json.loads, lines) if it["event"].startswith("write") and "key:read" in str(it)]
    assert written == []


@pytest.mark.long
def test_each_caller_is_answered_from_what_their_audience_may_see(
    small_home: Path, small_data: Path, tmp_path: Path
) -> None:
    (small_home / "stanagraph.toml").write_text('[audiences.allies]\nsees = ["NATO RESTRICTED"]\n', encoding="utf-8")
    (tmp_path / "a.ttl").write_text(MARKED, encoding="utf-8")
    marked = given(str(tmp_path / "a.ttl"), label="NATO RESTRICTED", source_id="held")
    ingest([marked], Releases(small_home), Inputs(data=small_data))
    key = Keys(small_home).create("ally", ("read",), "allies", datetime.timedelta(days=1))[1]
    call = {**CALL, "params": {"name": "sources", "arguments": {}}}
    with TestClient(create_app(Releases(small_home))) as client:
        for _ in range(2):
            ally = client.post("/mcp", json=call, headers={**ACCEPT, "Authorization": f"Bearer {key}"})
            nobody = client.post("/mcp", json=call, headers=ACCEPT)
            told = [it.json()["result"]["structuredContent"] for it in (ally, nobody)]
            assert ["held" in {row["source"] for row in it["items"]} for it in told] == [True, False]
            assert "held" not in nobody.text
            assert [it["evidence"]["release"] for it in told] == [
                Releases(small_home).current().view(name).identifier for name in ("allies", "public")
            ]
