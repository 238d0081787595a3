"""`stanagraph ontology docs`: the pages, diagrams and files of the ontology."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from stanagraph.graph.errors import BadArgument
from stanagraph.graph.resources import documentation, in_checkout

from ..words import message
from .app import examples
from .consoles import console_for
from .ontology import group
from .session import Session, session_of

_NEEDED = ("pylode", "pygraphviz")


@group.command(
    epilog=examples("stanagraph ontology docs", "stanagraph ontology docs --to my-documentation"),
)
def docs(
    ctx: typer.Context,
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help=message("Folder to write to; build/documentation of a checkout if left out.")),
    ] = None,
) -> None:
    """Write the documentation of the ontology: pages in both languages, diagrams, and each file in every syntax.

    It works without a network. What an earlier run wrote into the folder is replaced.
    """
    session = session_of(ctx)
    if to is None and not in_checkout():
        raise BadArgument("--to", message("expected a folder"))
    target = to if to is not None else documentation()
    if target.exists() and not _is_ours(target):
        raise BadArgument("--to", message("expected an empty folder, or one that this command wrote"))
    if not all(find_spec(name) for name in _NEEDED):
        _say_what_is_missing(session)
        raise typer.Exit(1)
    from ..documentation.site import generate

    try:
        # Made first, so that a place that cannot be written to is told at once.
        target.mkdir(parents=True, exist_ok=True)
        count = generate(target)
    except OSError as error:
        raise BadArgument("--to", message("expected a folder that can be written to")) from error
    where = target if to is not None else target.relative_to(target.parents[1])
    text = session.words.plural(count, "{n} file in {where}", "{n} files in {where}", where=where)
    session.print(text, whole=True)


def _is_ours(target: Path) -> bool:
    """Whether nothing is lost when this folder is written anew."""
    return target.is_dir() and (not any(target.iterdir()) or (target / "index.en.html").is_file())


def _say_what_is_missing(session: Session) -> None:
    words, console = session.words, console_for(sys.stderr)
    missing = words("pyLODE and Graphviz, which make the pages and diagrams, are not installed")
    console.print(Text.assemble((words("error:"), "bold red"), " ", missing))
    console.print(Text(words("try: {command}", command="pip install 'stanagraph[docs]'")))
