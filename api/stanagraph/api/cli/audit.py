"""`stanagraph audit`: whether the audit log of the service is whole."""

from __future__ import annotations

import typer

from stanagraph.graph.resources import home

from ..words import message
from .app import app, examples
from .session import session_of


@app.command(epilog=examples("stanagraph audit"))
def audit(ctx: typer.Context) -> None:
    """Check that each line of the audit log follows on the one before it.

    A line that was changed, put in or taken out is named, and the exit code is 1. A missing end cannot be seen.
    """
    from ..server.access.audit import AuditLog

    session = session_of(ctx)
    words, log = session.words, AuditLog(home())
    faults = list(log.check())
    for place in faults:
        session.print(words("{place}: does not follow on the line before it", place=place), whole=True)
    lines = sum(path.read_bytes().count(b"\n") for path in log.files())
    if faults:
        raise typer.Exit(1)
    told = message("Each of the {lines} lines in {files} files follows on the one before it")
    session.print(words(told, lines=words.number(lines), files=words.number(len(log.files()))), whole=True)
