"""`stanagraph template`: an empty workbook to be filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stanagraph.graph.errors import BadArgument

from ..words import message
from .app import app, examples
from .session import session_of


@app.command(epilog=examples("stanagraph template my-facts.xlsx", "stanagraph template --lang fr mes-faits.xlsx"))
def template(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help=message("Workbook to write."))],
    force: Annotated[bool, typer.Option("--force", help=message("Replace the file if it is there."))] = False,
) -> None:
    """Write an empty workbook to fill in: a sheet per table, with help, lists to choose from and an example each.

    Headings and help are in the language of --lang. `stanagraph ingest` reads the workbook in either language.
    """
    from stanagraph.ingest.template import write_template

    session = session_of(ctx)
    if out.suffix.lower() != ".xlsx":
        raise BadArgument(str(out), message("expected a name that ends in .xlsx"))
    if out.exists() and not force:
        raise BadArgument(str(out), message("the file is there already; --force replaces it"))
    try:
        write_template(out, session.words.language)
    except OSError as error:
        raise BadArgument(str(out), message("expected a place that can be written to")) from error
    session.print(session.words("Wrote {path}", path=out), whole=True)
