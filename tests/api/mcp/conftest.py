"""Clients of the SDK itself, over a release of the public data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, types

from stanagraph.api.mcp.desk import Desk
from stanagraph.api.mcp.server import server
from stanagraph.api.server.access.caller import Caller
from stanagraph.api.server.serving import Serving
from stanagraph.graph.releases import Releases

Asked = Callable[[str, dict[str, Any]], types.CallToolResult]


@pytest.fixture(scope="session")
def serving(public_home: Path) -> Serving:
    return Serving(Releases(public_home).current().view())


@pytest.fixture(scope="session")
def desk(serving: Serving) -> Desk:
    return Desk(Caller("somebody"), "en", lambda: serving)


@pytest.fixture(scope="session")
def with_client() -> Callable[[Desk, Callable[[Client], Awaitable[Any]]], Any]:
    """Runs something with a client of the SDK that is connected to a server at this desk."""

    def run(desk: Desk, work: Callable[[Client], Awaitable[Any]]) -> Any:
        async def connected() -> Any:
            async with Client(server(lambda _: desk, desk.language)) as client:
                return await work(client)

        return asyncio.run(connected())

    return run


@pytest.fixture(scope="session")
def call(desk: Desk, with_client: Callable[..., Any]) -> Asked:
    """One call of a tool."""

    def one(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        found: types.CallToolResult = with_client(desk, lambda client: client.call_tool(name, arguments))
        return found

    return one
