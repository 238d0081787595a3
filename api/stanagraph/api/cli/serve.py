"""`stanagraph serve`: the HTTP service."""

from __future__ import annotations

from typing import Annotated

import typer

from ..words import message
from .app import app, examples
from .session import session_of


@app.command(
    epilog=examples("stanagraph serve", "stanagraph serve --port 8080 --workers 4"),
)
def serve(
    ctx: typer.Context,
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=message("Address to listen on; 127.0.0.1 unless the settings say it.")),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, metavar="PORT", help=message("Port to listen on; 8000 unless the settings say it.")
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=256, metavar="N", help=message("Processes that answer; one unless the settings say it.")
        ),
    ] = None,
) -> None:
    """Start the HTTP service with its pages and its interface for programs.

    The table [service] of stanagraph.toml, and variables that begin with STANAGRAPH_SERVICE__, have its settings.
    """
    from stanagraph.api.server.operations.run import serve as run
    from stanagraph.api.server.settings import ServiceSettings
    from stanagraph.graph.resources import home

    session = session_of(ctx)
    given = {"host": host, "port": port, "workers": workers}
    settings = ServiceSettings.read(home()).model_copy(update={k: v for k, v in given.items() if v is not None})
    # Builds the first release where there is none, before anybody waits for an answer.
    identifier = session.view.identifier

    def listening(where: str) -> None:
        session.print(session.words("Release {id} answers at {where}", id=identifier, where=where), whole=True)

    run(settings, listening)
