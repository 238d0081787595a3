"""`stanagraph interfaces`, `editions` and `positions`: how the agreements stand."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument
from stanagraph.graph.names import key_of

from ..columns import header
from ..words import message
from .app import app, examples
from .charting import ChartOption, check_chart, write_chart
from .options import AsOfOption, ClassOption, Format, FormatOption
from .session import Session, later, session_of
from .tables import cell, empty_table, marked, table_of


@app.command(
    epilog=examples("stanagraph interfaces", "stanagraph interfaces --class missile"),
)
def interfaces(
    ctx: typer.Context, klass: ClassOption = None, as_of: AsOfOption = None, form: FormatOption = Format.table
) -> None:
    """Show the interfaces that no current agreement governs."""
    session = session_of(ctx)
    answer = session.ask("ungoverned-interfaces", klass=klass, asOf=as_of)
    session.show(answer, form, lambda found: _interfaces(session, found))
    later(session, as_of, form)


def _interfaces(session: Session, answer: Answer) -> RenderableType:
    words = session.words
    rows = list(answer.records())
    title = Text(words("Interfaces that no current agreement governs"), style="bold")
    shown = ("interface", "class", "governance", "nations", "equipment", "munitions")
    told = words(
        "{interfaces}; not known whether an agreement governs it: {unknown}",
        interfaces=words.plural(len(rows), "{n} interface", "{n} interfaces"),
        unknown=words.number(sum(key_of(row["governance"].value) == "not-known" for row in rows)),
    )
    return Group(title, Text(""), table_of(rows, shown, session), Text(""), Text(told, style="dim"))


@app.command(
    epilog=examples("stanagraph editions", "stanagraph editions --agreement STANAG-4517"),
)
def editions(
    ctx: typer.Context,
    agreement: Annotated[
        str | None, typer.Option(metavar="AGREEMENT", help=message("Only this agreement, as STANAG-4517."))
    ] = None,
    nation: Annotated[str | None, typer.Option(metavar="NATION", help=message("Only this nation."))] = None,
    as_of: AsOfOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Show nations that rest on different editions of one agreement, or on one that is not current."""
    session = session_of(ctx)
    answer = session.ask("edition-mismatches", agreement=agreement, nation=nation, asOf=as_of)
    session.show(answer, form, lambda found: _editions(session, found))
    later(session, as_of, form)


def _editions(session: Session, answer: Answer) -> RenderableType:
    words = session.words
    rows = list(answer.records())
    title = Text(words("Nations on different editions of one agreement"), style="bold")
    if not rows:
        return Group(title, Text(""), Text(words("None is known. Most positions of nations are not public.")))
    table = empty_table()
    for name in ("agreement", "nation", "edition", "against", "otherEdition"):
        table.add_column(header(name, words), max_width=32 if name == "agreement" else None)
    for row in rows:
        other = words("the current edition") if row["otherNation"] is None else cell(row["otherNation"], session)
        edition, against = cell(row["edition"], session), cell(row["otherEdition"], session)
        table.add_row(cell(row["agreement"], session), cell(row["nation"], session), edition, other, against)
    return Group(title, Text(""), table)


@app.command(
    epilog=examples("stanagraph positions STANAG-4425", "stanagraph positions STANAG-4517 --as-of 2010-01-01"),
)
def positions(
    ctx: typer.Context,
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help=message("Agreement, as STANAG-4425."))],
    nation: Annotated[str | None, typer.Option(metavar="NATION", help=message("Only this nation."))] = None,
    as_of: AsOfOption = None,
    chart: ChartOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Show which positions nations have taken on an agreement, per edition and service."""
    session = session_of(ctx)
    check_chart(chart)
    answer = session.ask("positions", agreement=agreement, nation=nation, asOf=as_of)
    if chart is not None:
        if not answer.rows:
            raise BadArgument("AGREEMENT", message("nothing is known of positions: there is nothing to draw"))
        from .. import charts

        write_chart(session, charts.positions_chart(answer, session.language, session.identifier), chart)
        return
    session.show(answer, form, lambda found: _positions(session, found))
    later(session, as_of, form)


def _positions(session: Session, answer: Answer) -> RenderableType:
    words = session.words
    rows = list(answer.records())
    if not rows:
        return Text(words("Nothing is known of positions on this agreement."))
    title = Text.assemble((key_of(rows[0]["agreement"].value), "bold"), "  ", cell(rows[0]["agreement"], session))
    stated = [row for row in rows if row["statement"] is not None]
    silent = sorted({key_of(row["nation"].value) for row in rows if row["statement"] is None})
    parts: list[RenderableType] = [title, Text("")]
    if stated:
        told = (
            "edition",
            "nation",
            "service",
            "response",
            "implementation",
            "document",
            "reservation",
            "since",
            "source",
        )
        columns = [name for name in told if any(row[name] is not None for row in stated)]
        parts += [table_of(stated, columns, session), Text("")]
    if silent:
        text = words.plural(len(silent), "{n} ally has not told publicly:", "{n} allies have not told publicly:")
        parts.append(Text.assemble(marked("unknown", text), " ", " ".join(silent)))
    parts.append(Text(words("Silence is no answer: not known never means not accepted."), style="dim"))
    return Group(*parts)
