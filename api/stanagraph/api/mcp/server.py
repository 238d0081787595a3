"""The server: lists the tools, runs one in a thread, and tells errors so that an assistant can mend its question."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from mcp import MCPError, types
from mcp.server import Server, ServerRequestContext

from stanagraph.graph import __version__
from stanagraph.graph.errors import DescriptionRefused, StanagraphError

from ..server import problems
from ..words import Words
from .answers import answer
from .desk import Desk
from .tools import INSTRUCTIONS, tools

Context = ServerRequestContext[Any]
# So many are worked out at once by one process; others wait.
_AT_ONCE = 4


def server(desk_of: Callable[[Context], Desk], language: str = "en") -> Server[Any]:
    """The server; `desk_of` tells who asks and what they see."""
    limiter: list[anyio.CapacityLimiter] = []

    async def listed(ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(tools(desk_of(ctx).language)))

    async def called(ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        desk = desk_of(ctx)
        known = [tool.name for tool in tools(desk.language)]
        if params.name not in known:
            near = ", ".join(difflib.get_close_matches(params.name, known, 3, 0.4))
            raise MCPError(types.INVALID_PARAMS, f"there is no tool of this name; near: {near or 'none'}")
        if not limiter:
            limiter.append(anyio.CapacityLimiter(_AT_ONCE))
        work = partial(_told, desk, params.name, params.arguments or {})
        return await anyio.to_thread.run_sync(work, limiter=limiter[0])

    return Server(
        "stanagraph",
        version=__version__,
        title="Stanagraph",
        instructions=Words(language)(INSTRUCTIONS),
        on_list_tools=listed,
        on_call_tool=called,
    )


def _told(desk: Desk, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    try:
        return _result(answer(desk, name, arguments))
    except StanagraphError as error:
        return _result(_problem(error, arguments, Words(desk.language)), failed=True)


def _problem(error: StanagraphError, arguments: dict[str, Any], words: Words) -> dict[str, Any]:
    if isinstance(error, DescriptionRefused):
        from ..conformance.faults import told

        lines = list(told(error.faults, words))
        faults = [
            {"pointer": it.place, "detail": line, "suggestions": list(it.suggestions)}
            for it, line in zip(error.faults, lines, strict=True)
        ]
        return {"problem": error.problem, "detail": lines[0] if lines else "", "errors": faults[:50]}
    asked = {key: value for key, value in arguments.items() if isinstance(value, str)}
    found = problems.of(error, asked)
    return {
        "problem": found.code,
        "detail": found.detail,
        "errors": [dict(it) for it in found.errors],
        "suggestions": list(found.suggestions),
    }


def _result(told: dict[str, Any], failed: bool = False) -> types.CallToolResult:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=told, is_error=failed
    )
