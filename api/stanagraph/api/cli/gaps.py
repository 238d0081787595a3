"""`stanagraph gaps`: where interchangeability fails, why, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument
from stanagraph.graph.names import key_of

from ..columns import header
from ..formats import value
from ..words import message
from .app import app, examples
from .charting import ChartOption, check_chart, write_chart
from .options import OLD, STALE, AsOfOption, ClassOption, Format, FormatOption
from .session import Session, later, session_of
from .tables import cell, empty_table

SHOWN = 20


@app.command(
    epilog=examples(
        "stanagraph gaps",
        "stanagraph gaps --class 155mm --nation FRA --cause technical",
        "stanagraph gaps --chart gaps.svg",
    ),
)
def gaps(
    ctx: typer.Context,
    klass: ClassOption = None,
    nation: Annotated[
        str | None, typer.Option("--nation", "-n", metavar="NATION", help=message("Nation that the gap concerns."))
    ] = None,
    cause: Annotated[
        str | None,
        typer.Option("--cause", metavar="CAUSE", help=message("Cause of the gap, such as technical or no-standard.")),
    ] = None,
    as_of: AsOfOption = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-l", min=0, metavar="N", help=message("Rows at most; 0 means all. Tables show 20 if left out.")
        ),
    ] = None,
    chart: ChartOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Show the gaps in interchangeability, ranked by the pairs that they block.

    Without any filter a summary of the release follows. What is not known is counted apart: --cause not-known
    lists it.
    """
    session = session_of(ctx)
    check_chart(chart)
    chosen = {"klass": klass, "nation": nation, "cause": cause, "asOf": as_of}
    if chart is not None:
        _chart(session, session.ask("gap-classes", **chosen), chart)
        return
    if form is Format.table:
        _show(session, session.ask("gap-groups", **chosen), SHOWN if limit is None else limit)
        later(session, as_of, form)
        if not any(chosen.values()):
            from .summary import summarise

            summarise(session)
        return
    answer = session.ask("gaps", **chosen)
    session.show(replace(answer, rows=answer.rows[: limit or None]), form, lambda _: None)


def _chart(session: Session, answer: Answer, path: Path) -> None:
    if not answer.rows:
        raise BadArgument("--class", message("no gap is known for this choice: there is nothing to draw"))
    from .. import charts

    write_chart(session, charts.gaps_chart(answer, session.language, session.identifier), path)


def _show(session: Session, answer: Answer, limit: int) -> None:
    words = session.words
    rows = list(answer.records())
    known = [row for row in rows if key_of(row["cause"].value) != "not-known"]
    unknown = [row for row in rows if key_of(row["cause"].value) == "not-known"]
    # Whoever asks for what is not known sees only that; else it is counted apart.
    listed = known or unknown
    if not rows:
        session.print(words("No gap is known for this choice."))
        return
    shown = listed[: limit or None]
    session.learn(shown)
    session.print(Text(words("Gaps in interchangeability, by the pairs that they block"), style="bold"))
    session.print()
    session.print(_table(session, shown))
    session.print()
    count = words(
        "shown {n} of {m}, which stand for {gaps}",
        n=words.number(len(shown)),
        m=words.number(len(listed)),
        gaps=words.plural(_sum(listed, "gaps"), "{n} gap", "{n} gaps"),
    )
    if len(shown) < len(listed):
        count = words("{shown}; --limit 0 shows all", shown=count)
    session.print(Text(count, style="dim"))
    if any(value(row["stale"]) is True for row in shown):
        session.print(Text(f"{STALE}  {words(OLD)}", style="dim"))
    if known and unknown:
        text = words(
            "▨ {n} more where it is not known whether there is a gap ({pairs}): --cause not-known",
            n=words.number(_sum(unknown, "gaps")),
            pairs=words.plural(_sum(unknown, "pairs"), "{n} pair", "{n} pairs"),
        )
        session.print(Text(text, style="dim"))


def _sum(rows: Sequence[Mapping[str, Any]], column: str) -> int:
    return sum(int(str(value(row[column]))) for row in rows)


def _table(session: Session, rows: Sequence[Mapping[str, Any]]) -> Table:
    words = session.words
    table = empty_table()
    table.add_column(header("cause", words), max_width=18)
    table.add_column(header("nation", words), max_width=14)
    table.add_column(words("equipment × what it does not take"), max_width=39)
    table.add_column(header("pairs", words), justify="right")
    table.add_column(header("action", words), max_width=19)
    for row in rows:
        nations = int(str(value(row["nations"])))
        nation = cell(row["nation"], session)
        if nations > 1:
            nation = Text(words("{n} nations", n=words.number(nations)))
        cause = session.labels.of(row["cause"].value)
        # The other causes say it all: "no fire-control data" needs no "fire-control data".
        if row["reason"] is not None and key_of(row["cause"].value) == "technical":
            cause = words("{cause}: {reason}", cause=cause, reason=session.labels.of(row["reason"].value))
        # Where a munition is named, its interface goes without saying.
        about = [row["equipment"], row["agreement"], row["munition"] or row["interface"]]
        subject = " × ".join(session.labels.of(thing.value) for thing in about if thing is not None)
        if value(row["stale"]) is True:
            subject = f"{subject} {STALE}"
        pairs = cell(row["pairs"], session)
        table.add_row(cause, nation, subject, pairs, session.labels.of(row["kind"].value))
    return table
