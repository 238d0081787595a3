"""`stanagraph matrix`: nation by nation, how much of one's munitions the other's equipment can use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument
from stanagraph.graph.names import key_of

from ..formats import value
from ..words import message, sentence
from .app import app, examples
from .charting import ChartOption, check_chart, write_chart
from .options import AsOfOption, ClassOption, Format, FormatOption
from .session import Session, later, session_of
from .tables import legend, shape

NO_STOCK = "·"
READING = message("Down: who fires. Across: from whose stocks. 33–67: at least 33, at most 67 once all is known.")


@app.command(
    epilog=examples("stanagraph matrix --class 155mm", "stanagraph matrix --class 155mm --chart matrix.svg"),
)
def matrix(
    ctx: typer.Context,
    klass: ClassOption = "155mm",
    using: Annotated[
        str | None, typer.Option(metavar="NATION", help=message("Show only this nation as the one that fires."))
    ] = None,
    providing: Annotated[
        str | None, typer.Option(metavar="NATION", help=message("Show only this nation as the one that provides."))
    ] = None,
    as_of: AsOfOption = None,
    chart: ChartOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Show for a munition class, nation by nation, the share of one's munitions that the other's equipment can use: at
    least what is surely compatible, at most that and what is not known.
    """
    session = session_of(ctx)
    check_chart(chart)
    # The cells of a release are of today; as of a date they are counted anew.
    name = "matrix-as-of" if as_of else "matrix"
    answer = session.ask(name, klass=klass, using=using, providing=providing, asOf=as_of)
    if chart is not None:
        if not answer.rows:
            raise BadArgument("--class", message("no stock of this class is known: there is nothing to draw"))
        from .. import charts

        write_chart(session, charts.matrix_chart(answer, session.language, session.identifier), chart)
        return
    session.show(answer, form, lambda found: _table(session, found))
    later(session, as_of, form)


def _table(session: Session, answer: Answer) -> Group | Text:
    words = session.words
    rows = list(answer.records())
    if not rows:
        return Text(words("No stock of this class is known for this choice."))
    session.learn(rows)
    name = session.labels.of(rows[0]["class"].value)
    title = words("{class_name}: share of pairs that are compatible, in percent", class_name=sentence(name))
    parts: list[Any] = [
        Text(title, style="bold"),
        Text(words(READING), style="dim"),
    ]
    for block in grid(rows, session.console.width):
        parts += [Text(""), block]
    counts = Text(
        words("{n} cells, {exact} of them exact", n=words.number(len(rows)), exact=words.number(_exact(rows))),
        style="dim",
    )
    return Group(*parts, Text(""), marks(session), counts)


def _exact(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(value(row["lower"]) == value(row["upper"]) for row in rows)


def marks(session: Session) -> Text:
    """What the marks of the cells mean."""
    known = legend(session, "verdict-value", ("compatible", "restricted", "incompatible", "unknown"))
    return Text.assemble(known, "   ", NO_STOCK, " ", session.words("no stock known"))


def grid(rows: Sequence[Mapping[str, Any]], width: int) -> Iterator[Table]:
    """The matrix in blocks that fit: rows are the nations that fire, columns those that provide."""
    cells = {(key_of(row["using"].value), key_of(row["providing"].value)): row for row in rows}
    using = sorted({pair[0] for pair in cells})
    providing = sorted({pair[1] for pair in cells})
    widths = {
        name: max(len(_interval(row)) for (_, who), row in cells.items() if who == name) + 2 for name in providing
    }
    widths = {name: max(wide, 3) for name, wide in widths.items()}
    for block in _blocks(providing, widths, width - 4):
        table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column("", style="bold", min_width=3)
        for name in block:
            # The name stands over the number, not over its mark.
            table.add_column(f"{name}\u00a0\u00a0", justify="right", min_width=widths[name], no_wrap=True)
        for nation in using:
            table.add_row(nation, *(_cell(cells.get((nation, name))) for name in block))
        yield table


def _blocks(names: Sequence[str], widths: Mapping[str, int], room: int) -> Iterator[list[str]]:
    """As few blocks as fit, and all about as wide."""
    total = sum(widths[name] + 1 for name in names)
    blocks = -(-total // room)
    while True:
        size = -(-len(names) // blocks)
        cut = [list(names[at : at + size]) for at in range(0, len(names), size)]
        if all(sum(widths[name] + 1 for name in block) <= room for block in cut) or size == 1:
            yield from cut
            return
        blocks += 1


def _interval(row: Mapping[str, Any]) -> str:
    lower, upper = (round(100 * float(str(value(row[name])))) for name in ("lower", "upper"))
    return str(lower) if lower == upper else f"{lower}–{upper}"


def verdict_of(row: Mapping[str, Any]) -> str:
    """The verdict that a cell surely amounts to: all usable, some, none, or nothing known."""
    counts = {name: int(str(value(row[name]))) for name in ("compatible", "restricted", "incompatible", "unknown")}
    everything = sum(counts.values())
    if counts["compatible"] == everything:
        return "compatible"
    if counts["compatible"] or counts["restricted"]:
        return "restricted"
    return "unknown" if counts["unknown"] else "incompatible"


def _cell(row: Mapping[str, Any] | None) -> Text:
    if row is None:
        return Text(NO_STOCK, style="dim")
    return Text.assemble(_interval(row), " ", shape(verdict_of(row)))
