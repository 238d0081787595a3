"""`stanagraph pairs` and `stanagraph recipient`: what one nation can fire from the stocks of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.names import key_of
from stanagraph.graph.verdicts import VERDICTS

from ..columns import header
from ..formats import value
from ..words import message
from .app import app, examples
from .options import LOW, OLD, STALE, WEAK, AsOfOption, ClassOption, Format, FormatOption
from .session import Session, later, session_of
from .tables import cell, empty_table, legend, marked, shape

ANSWERS = ("yes", "limited", "no", "not-known")


@app.command(
    epilog=examples("stanagraph pairs --from DEU --to POL", "stanagraph pairs --from DEU --to POL --class 155mm"),
)
def pairs(
    ctx: typer.Context,
    providing: Annotated[
        str, typer.Option("--from", metavar="NATION", help=message("Nation whose stocks are used."), show_default=False)
    ],
    using: Annotated[
        str, typer.Option("--to", metavar="NATION", help=message("Nation that fires them."), show_default=False)
    ],
    klass: ClassOption = None,
    as_of: AsOfOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Show what one nation can fire from another nation's stocks, and with which restriction."""
    session = session_of(ctx)
    answer = session.ask("pairs", using=using, providing=providing, klass=klass, asOf=as_of)
    session.show(answer, form, lambda found: _pairs(session, found))
    later(session, as_of, form)


@app.command(
    epilog=examples("stanagraph recipient UKR", "stanagraph recipient UKR --class 155mm --format csv"),
)
def recipient(
    ctx: typer.Context,
    nation: Annotated[str, typer.Argument(metavar="NATION", help=message("Nation that would receive the stocks."))],
    klass: ClassOption = None,
    as_of: AsOfOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Show which stocks of allies fit the equipment of one recipient."""
    session = session_of(ctx)
    answer = session.ask("stocks-for-recipient", recipient=nation, klass=klass, asOf=as_of)
    session.show(answer, form, lambda found: _recipient(session, found))
    later(session, as_of, form)


def _pairs(session: Session, answer: Answer) -> RenderableType:
    words = session.words
    rows = list(answer.records())
    if not rows:
        return Text(words("No pair is known for this choice: no stock, or no equipment of its kind."))
    using, providing = session.labels.of(rows[0]["using"].value), session.labels.of(rows[0]["providing"].value)
    title = words("What {using} can fire from the stocks of {providing}", using=using, providing=providing)
    table = _by_verdict(session, rows, ("equipment", "munition", "reason"), ("fits", "hits", "released"))
    return Group(Text(title, style="bold"), Text(""), table, Text(""), *_below(session, rows))


def _recipient(session: Session, answer: Answer) -> RenderableType:
    words = session.words
    rows = list(answer.records())
    if not rows:
        return Text(words("No stock that fits is known for this choice."))
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["equipment"].value, row["munition"].value, row["verdict"].value)
        held = merged.setdefault(key, row | {"providers": []})
        held["providers"].append(key_of(row["provider"].value))
    recipient = session.labels.of(rows[0]["recipient"].value)
    title = words("Stocks of allies that fit the equipment of {recipient}", recipient=recipient)
    shown = list(merged.values())
    table = _by_verdict(session, shown, ("equipment", "munition", "providers"), ("fits", "hits", "released"))
    note = Text(words("What is known not to work is left out."), style="dim")
    return Group(Text(title, style="bold"), Text(""), table, Text(""), *_below(session, shown), note)


def _by_verdict(
    session: Session, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], asked: Sequence[str]
) -> Table:
    words = session.words
    table = empty_table()
    for name in columns:
        title = words("stocked by") if name == "providers" else header(name, words)
        table.add_column(title, max_width=34 if name != "reason" else 20)
    for name in asked:
        table.add_column(header(name, words), justify="center")
    for verdict in VERDICTS:
        under = [row for row in rows if key_of(row["verdict"].value) == verdict]
        if not under:
            continue
        table.add_row(Text.assemble(marked(verdict, session.labels("verdict-value", verdict)), f" {len(under)}"))
        for row in under:
            texts = [_text(session, row, name) for name in columns]
            if value(row["lowConfidence"]) is True:
                texts[1] = Text.assemble(texts[1], " ", (LOW, "bold"))
            if value(row["stale"]) is True:
                texts[1] = Text.assemble(texts[1], " ", (STALE, "bold"))
            if value(row["disputed"]) is True:
                texts[-1] = Text.assemble(texts[-1], " ", (words("disputed"), "bold"))
            table.add_row(*texts, *(shape(key_of(row[name].value)) for name in asked))
        table.add_section()
    return table


def _text(session: Session, row: Mapping[str, Any], name: str) -> Text:
    if name == "providers":
        return Text(" ".join(row["providers"]))
    if name == "reason" and (row[name] is None or key_of(row["verdict"].value) == "compatible"):
        return Text("")
    return Text.assemble("  " if name == "equipment" else "", cell(row[name], session))


def _below(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Text]:
    words = session.words
    counts = Counter(key_of(row["verdict"].value) for row in rows)
    parts = [
        marked(name, f"{session.labels('verdict-value', name)} {words.number(counts[name])}")
        for name in VERDICTS
        if counts[name]
    ]
    total = Text.assemble(words("{n} in all:", n=words.number(len(rows))), "  ", Text("   ").join(parts))
    columns = Text.assemble((words("fits, hits, released:"), "dim"), "  ", legend(session, "answer", ANSWERS))
    weak = [Text(f"{LOW}  {words(WEAK)}")] if any(value(row["lowConfidence"]) for row in rows) else []
    weak += [Text(f"{STALE}  {words(OLD)}")] if any(value(row["stale"]) for row in rows) else []
    # A limit is what a reader wants explained first.
    limited = [row for row in rows if key_of(row["verdict"].value) != "compatible"]
    equipment, munition = (key_of((limited or rows)[0][name].value) for name in ("equipment", "munition"))
    why = words("why: {command}", command=f"stanagraph explain {equipment} {munition}")
    return [total, columns, *weak, Text(why, style="dim")]
