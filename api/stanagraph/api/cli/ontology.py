"""`stanagraph ontology`: the ontology as a product of its own."""

from __future__ import annotations

import typer

from ..words import message
from .app import app, examples

group = typer.Typer(
    help=message("Make the documentation of the ontology."),
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("stanagraph ontology docs"),
)
app.add_typer(group, name="ontology")


@group.callback()
def ontology() -> None:
    """Make the documentation of the ontology."""
