"""`--chart FILE`: an answer as a chart instead of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stanagraph.graph.errors import BadArgument

from ..words import message
from .session import Session

if TYPE_CHECKING:
    import altair as alt

SUFFIXES = (".svg", ".png", ".html")
ChartOption = Annotated[
    Path | None,
    typer.Option("--chart", metavar="FILE", help=message("Write a chart into this file: .svg, .png or .html.")),
]


def check_chart(path: Path | None) -> None:
    """Refuse a file that no chart can be written into, before anything is asked."""
    if path is None:
        return
    if path.suffix not in SUFFIXES:
        raise BadArgument("--chart", message("expected a file that ends in .svg, .png or .html"))
    if not path.parent.is_dir():
        raise BadArgument("--chart", message("expected a place that can be written to"))


def write_chart(session: Session, chart: alt.LayerChart, path: Path) -> None:
    """Write a chart and say where it lies."""
    from ..charts import write

    try:
        written = write(chart, path)
    except OSError as error:
        raise BadArgument("--chart", message("expected a place that can be written to")) from error
    session.print(session.words("Wrote {path}", path=str(written)), whole=True)
