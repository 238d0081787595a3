"""The server over standard input and output, for an assistant on the same machine."""

from __future__ import annotations

from functools import cache

import anyio
from mcp.server.stdio import stdio_server

from stanagraph.graph.releases import View

from ..server.access.caller import Caller
from ..server.serving import Serving
from .desk import Desk
from .server import server


def run(view: View, audience: str, language: str) -> None:
    """Answer until the input ends. Who started the program chose the audience, and may read and check."""

    @cache
    def opened() -> Serving:
        return Serving(view)

    desk = Desk(Caller("command line", audience), language, opened)

    async def serve() -> None:
        built = server(lambda _: desk, language)
        async with stdio_server() as (incoming, outgoing):
            await built.run(incoming, outgoing, built.create_initialization_options())

    anyio.run(serve)
