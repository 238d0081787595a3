"""`stanagraph gaps`: where interchangeability fails, why, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.names import key_of

from ..formats import value
from ..words import message
from .app import app, examples
from .options import AsOfOption, ClassOption, Format, FormatOption
from .session import Session, session_of
from .tables import cell, empty_table, header

SHOWN = 20


@app.command(
    epilog=examples("stanagraph gaps", "stanagraph gaps --class 155mm --nation FRA --cause technical"),
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
    form: FormatOption = Format.table,
) -> None:
    """Show the gaps in interchangeability, ranked by the pairs that they block.

    Without any filter a summary of the release follows. What is not known is counted apart: --cause not-known
    lists it.
    """
    session = session_of(ctx)
    answer = session.ask("gaps", klass=klass, nation=nation, cause=cause, asOf=as_of)
    if form is not Format.table:
        session.show(replace(answer, rows=answer.rows[: limit or None]), form, lambda _: None)
        return
    _show(session, answer, SHOWN if limit is None else limit)
    if not any((klass, nation, cause, as_of)):
        from .summary import summarise

        summarise(session)


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
    groups = _shared(listed)
    shown = groups[: limit or None]
    session.learn(group.row for group in shown)
    session.print(Text(words("Gaps in interchangeability, by the pairs that they block"), style="bold"))
    session.print()
    session.print(_table(session, shown))
    session.print()
    count = words(
        "shown {n} of {m}, which stand for {gaps} gaps",
        n=words.number(len(shown)),
        m=words.number(len(groups)),
        gaps=words.number(len(listed)),
    )
    if len(shown) < len(groups):
        count = words("{shown}; --limit 0 shows all", shown=count)
    session.print(Text(count, style="dim"))
    if known and unknown:
        blocked = sum(int(str(value(row["pairs"]))) for row in unknown)
        text = words(
            "▨ {n} more where it is not known whether there is a gap ({pairs} pairs): --cause not-known",
            n=words.number(len(unknown)),
            pairs=words.number(blocked),
        )
        session.print(Text(text, style="dim"))


@dataclass
class Shared:
    """Gaps that differ only in their nation, as one line."""

    row: Mapping[str, Any]
    nations: int = 0
    pairs: int = 0


def _shared(rows: Sequence[Mapping[str, Any]]) -> list[Shared]:
    groups: dict[tuple[Any, ...], Shared] = {}
    for row in rows:
        same = tuple(str(row[name]) for name in ("cause", "reason", "equipment", "edition", "interface"))
        # Without equipment the munition tells gaps apart; with it, it only stands for its interface.
        group = groups.setdefault((*same, None if row["equipment"] else str(row["munition"])), Shared(row))
        group.nations += int(str(value(row["nations"])))
        group.pairs += int(str(value(row["pairs"])))
    return sorted(groups.values(), key=lambda group: -group.pairs)


def _table(session: Session, groups: Sequence[Shared]) -> Table:
    words = session.words
    table = empty_table()
    table.add_column(header("cause", words), max_width=18)
    table.add_column(header("nation", words), max_width=14)
    table.add_column(words("equipment × what it does not take"), max_width=39)
    table.add_column(header("pairs", words), justify="right")
    table.add_column(header("action", words), max_width=19)
    for group in groups:
        row = group.row
        nation = cell(row["nation"], session)
        if group.nations > 1:
            nation = Text(words("{n} nations", n=words.number(group.nations)))
        cause = session.labels.of(row["cause"].value)
        # The other causes say it all: "no fire-control data" needs no "fire-control data".
        if row["reason"] is not None and key_of(row["cause"].value) == "technical":
            cause = words("{cause}: {reason}", cause=cause, reason=session.labels.of(row["reason"].value))
        action = session.labels("action-kind", key_of(row["action"].value).partition("/")[0])
        table.add_row(cause, nation, _subject(session, row), words.number(group.pairs), action)
    return table


def _subject(session: Session, row: Mapping[str, Any]) -> str:
    things = [row[name] for name in ("equipment", "edition") if row[name] is not None]
    taken = next((row[name] for name in _about(row) if row[name] is not None), None)
    return " × ".join(session.labels.of(thing.value) for thing in (*things, taken) if thing is not None)


def _about(row: Mapping[str, Any]) -> tuple[str, ...]:
    return ("munition", "interface") if row["equipment"] is None else ("interface", "munition")
