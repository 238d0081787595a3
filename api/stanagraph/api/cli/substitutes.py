"""`stanagraph substitutes`: what may take the place of a munition in an equipment type, and at which level."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.names import key_of

from ..columns import header
from ..formats import NOTHING, value
from ..words import message
from .app import app, examples
from .options import LOW, WEAK, Format, FormatOption
from .session import Session, session_of
from .tables import cell, empty_table, legend, shape

LEVELS = ("common", "interchangeable", "compatible", "not-known")


@app.command(
    epilog=examples("stanagraph substitutes m795-he pzh-2000", "stanagraph substitutes dm53 leopard-2a6 --format csv"),
)
def substitutes(
    ctx: typer.Context,
    munition: Annotated[str, typer.Argument(metavar="MUNITION", help=message("Munition whose place is taken."))],
    equipment: Annotated[str, typer.Argument(metavar="EQUIPMENT", help=message("Equipment type that fires it."))],
    form: FormatOption = Format.table,
) -> None:
    """Show which munitions may take the place of one in an equipment type, and at which level."""
    session = session_of(ctx)
    answer = session.ask("substitutes", munition=munition, equipment=equipment)
    session.show(answer, form, lambda found: _drawn(session, found))


def _drawn(session: Session, answer: Answer) -> RenderableType:
    words, rows = session.words, list(answer.records())
    if not rows:
        return Text(words("No substitute is known: nothing of its kind fits, or it does not fit itself."))
    munition, equipment = (session.labels.of(rows[0][name].value) for name in ("munition", "equipment"))
    title = words("What may take the place of {munition} in {equipment}", munition=munition, equipment=equipment)
    table = empty_table()
    for name, wide in (("substitute", 34), ("atMost", 16), ("ground", 30)):
        table.add_column(header(name, words), max_width=wide)
    table.add_column("kg", justify="right")
    table.add_column("mm", justify="right")
    for name in ("hits", "fuzeSetting", "released"):
        table.add_column(header(name, words), justify="center")
    for level in LEVELS:
        under = [row for row in rows if key_of(row["level"].value) == level]
        if not under:
            continue
        table.add_row(Text(f"{session.labels.of(under[0]['level'].value)} {len(under)}", style="bold"))
        for row in under:
            mark = f" {LOW}" if value(row["lowConfidence"]) is True else ""
            table.add_row(
                Text.assemble("  ", cell(row["substitute"], session), (mark, "bold")),
                cell(row["atMost"], session),
                cell(row["ground"], session),
                *(_difference(row[name]) for name in ("massDifference", "lengthDifference")),
                *(_answer(row[name]) for name in ("hits", "fuzeSetting", "released")),
            )
        table.add_section()
    weak = [Text(f"{LOW}  {words(WEAK)}")] if any(value(row["lowConfidence"]) is True for row in rows) else []
    marks = legend(session, "answer", ("yes", "limited", "no", "not-known"))
    columns = Text.assemble((words("hits, fuze set, released:"), "dim"), "  ", marks)
    note = words(
        "Levels are at least what they stand under; kg and mm are what it has more than the munition replaced."
    )
    return Group(Text(title, style="bold"), Text(""), table, Text(""), columns, *weak, Text(note, style="dim"))


def _answer(term: Any) -> Text:
    notation = key_of(term.value) if term is not None else ""
    return Text(NOTHING, style="dim") if notation == "not-applicable" else shape(notation)


def _difference(term: Any) -> Text:
    if term is None:
        return Text(NOTHING, style="dim")
    return Text(f"{float(term.value):+g}")
