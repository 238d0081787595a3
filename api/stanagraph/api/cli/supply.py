"""`stanagraph supply`: who makes munitions of a class, how concentrated that is, and where it hangs on one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument

from ..columns import header
from ..formats import value
from ..words import message
from .app import app, examples
from .charting import ChartOption, check_chart, write_chart
from .options import Format, FormatOption
from .session import Session, session_of
from .tables import cell, empty_table, table_of

_SITES = {
    "product": 18,
    "producer": 22,
    "locations": 11,
    "stage": 10,
    "capacity": 10,
    "year": 5,
    "figure": 9,
    "inputs": 16,
}
_CLASS = message("Munition class or interface, such as 155mm or 155mm-l39.")


@app.command(
    epilog=examples("stanagraph supply --class 155mm", "stanagraph supply --class 155mm --nation POL --format csv"),
)
def supply(
    ctx: typer.Context,
    klass: Annotated[str | None, typer.Option("--class", "-c", metavar="CLASS", help=_CLASS)] = None,
    nation: Annotated[
        str | None, typer.Option("--nation", metavar="NATION", help=message("Nation in which the site lies."))
    ] = None,
    chart: ChartOption = None,
    form: FormatOption = Format.table,
) -> None:
    """Show who makes what where, how many a year, how concentrated that is, and what hangs on one place."""
    session = session_of(ctx)
    check_chart(chart)
    if chart is not None:
        _chart(session, klass, nation, chart)
        return
    answer = session.ask("supply", klass=klass, nation=nation)
    session.show(answer, form, lambda found: _drawn(session, found, klass, nation))


def _chart(session: Session, klass: str | None, nation: str | None, path: Path) -> None:
    if nation is not None:
        raise BadArgument("--nation", message("cannot stand beside --chart: concentration is of all nations"))
    answer = session.ask("supply-concentration", klass=klass)
    if not answer.rows:
        raise BadArgument("--class", message("no producer is known for this choice: there is nothing to draw"))
    from .. import charts

    write_chart(session, charts.supply_chart(answer, session.language, session.identifier), path)


def _drawn(session: Session, answer: Answer, klass: str | None, nation: str | None) -> RenderableType:
    words, rows = session.words, list(answer.records())
    if not rows:
        return Text(words("No producer is known for this choice."))
    parts: list[RenderableType] = [
        Text(words("Who makes what, where"), style="bold"),
        Text(""),
        _table(_sites(rows, session), session),
        Text(""),
        Text(words("An empty capacity is not known. A site may lie in several nations."), style="dim"),
    ]
    if nation is None:
        parts += _resilience(session, klass)
    return Group(*parts)


def _table(rows: list[dict[str, Any]], session: Session) -> Table:
    table = empty_table()
    for name, width in _SITES.items():
        table.add_column(
            header(name, session.words), max_width=width, justify="right" if name == "capacity" else "left"
        )
    for row in rows:
        table.add_row(*(cell(row[name], session) for name in _SITES))
    return table


def _sites(rows: list[dict[str, Any]], session: Session) -> list[dict[str, Any]]:
    """A row per site: its nations in one cell, its inputs by the names of the language, its year as it is written."""
    from pyoxigraph import Literal

    merged: dict[Any, dict[str, Any]] = {}
    for row in rows:
        held = merged.setdefault((row["site"], row["class"]), row | {"places": []})
        if row["location"] is not None and (place := str(value(row["location"]))) not in held["places"]:
            held["places"].append(place)
    for row in merged.values():
        inputs = value(row["inputs"]) if row["inputs"] is not None else ""
        named = [session.labels("critical-input", it) for it in str(inputs).split(", ") if it]
        # Ids are short, and what a person types to go on.
        row["product"] = Literal(str(value(row["product"])))
        row["inputs"] = Literal(", ".join(named)) if named else None
        row["locations"] = Literal(" ".join(row["places"])) if row["places"] else None
        row["year"] = Literal(row["year"].value) if row["year"] is not None else None
    return list(merged.values())


def _resilience(session: Session, klass: str | None) -> list[RenderableType]:
    words = session.words
    spread = session.ask("supply-concentration", klass=klass)
    shares = list(spread.records())
    for row in shares:
        by = HOLDERS[str(value(row["holder"]))]
        row["holder"] = _told(words(by))
    session.learn(shares)
    points = list(session.ask("single-points", klass=klass).records())
    points = [row for row in points if value(row["users"])]
    session.learn(points)
    shown = ("class", "holder", "known", "unknown", "capacity", "lower", "upper")
    told: list[RenderableType] = [
        Text(""),
        Text(words("How concentrated the known capacity is"), style="bold"),
        Text(""),
        table_of(shares, shown, session),
        Text(""),
        Text(
            words("Between even shares of what is not known and all of it in one hand (Herfindahl index)."), style="dim"
        ),
    ]
    if points:
        told += [
            Text(""),
            Text(words("What hangs on one place, as far as is stated, and has users"), style="bold"),
            Text(""),
            table_of(points, ("point", "thing", "nation", "producer", "users"), session),
        ]
    return told


HOLDERS = {"nation": message("by nation"), "producer": message("by producer")}


def _told(text: str) -> Any:
    from pyoxigraph import Literal

    return Literal(text)
