"""`stanagraph mcp`: the questions as tools for an assistant on this machine."""

from __future__ import annotations

import typer

from .app import app, examples
from .session import session_of


@app.command(epilog=examples("stanagraph mcp", "stanagraph --audience allies mcp"))
def mcp(ctx: typer.Context) -> None:
    """Answer an assistant over standard input and output (Model Context Protocol).

    Each question of the catalogue, the verdict on a pair and the conformance check are its tools, over what --audience
    may see. The service has the same at /mcp for its callers.
    """
    session = session_of(ctx)
    # Builds the first release where there is none, before the assistant asks.
    view = session.view
    from ..mcp.stdio import run

    run(view, session.audience, session.language)
