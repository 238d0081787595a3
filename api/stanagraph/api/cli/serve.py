"""`stanagraph serve`: the HTTP service."""

from __future__ import annotations

from typing import Annotated

import typer

from ..words import message
from .app import app, examples
from .session import session_of


@app.command(
    epilog=examples("stanagraph serve", "stanagraph serve --port 8080"),
)
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help=message("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help=message("Port to listen on."))] = 8000,
) -> None:
    """Start the HTTP service with its pages and its interface for programs."""
    session = session_of(ctx)
    # Builds the first release where there is none, before anybody waits for an answer.
    identifier = session.view.identifier
    import uvicorn

    from stanagraph.api.server import create_app

    where = f"http://{host}:{port}/"
    session.print(session.words("Release {id} answers at {where}", id=identifier, where=where), whole=True)
    uvicorn.run(create_app(), host=host, port=port, log_level="warning")
