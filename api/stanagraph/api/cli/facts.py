"""`stanagraph trace`, `disagreements` and `candidates`: where facts stand, and where sources differ or overlap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.lookup import short
from stanagraph.graph.names import PUBLIC_DATA

from ..formats import value
from ..words import message
from .app import app, examples
from .options import Format, FormatOption
from .session import Session, session_of
from .tables import cell, table_of

Rows = list[dict[str, Any]]
_THING = message("Thing, by id, name or address; munition/dm121 says of which kind.")
_PROPERTY = message("Property, by name or address, such as calibre or rdfs:label.")


@app.command(
    epilog=examples("stanagraph trace pzh-2000", "stanagraph trace STANAG-4425/2 documentStatus"),
)
def trace(
    ctx: typer.Context,
    thing: Annotated[str, typer.Argument(metavar="THING", help=_THING)],
    property_: Annotated[str | None, typer.Argument(metavar="[PROPERTY]", help=_PROPERTY)] = None,
    form: FormatOption = Format.table,
) -> None:
    """Show where each fact about a thing stands: source, file, sheet, row and column, with its confidence."""
    session = session_of(ctx)
    answer = session.ask("trace", thing=thing, property=property_)
    session.show(answer, form, lambda found: _trace(session, found))


@app.command(
    epilog=examples("stanagraph disagreements", "stanagraph disagreements --thing STANAG-4425/2"),
)
def disagreements(
    ctx: typer.Context,
    thing: Annotated[str | None, typer.Option("--thing", metavar="THING", help=_THING)] = None,
    property_: Annotated[str | None, typer.Option("--property", metavar="PROPERTY", help=_PROPERTY)] = None,
    form: FormatOption = Format.table,
) -> None:
    """Show where sources contradict each other, what each says, and which was followed."""
    session = session_of(ctx)
    answer = session.ask("disagreements", thing=thing, property=property_)
    session.show(answer, form, lambda found: _disagreements(session, found))


@app.command(
    epilog=examples("stanagraph candidates", "stanagraph candidates --reason same-label --format csv"),
)
def candidates(
    ctx: typer.Context,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="REASON", help=message("Reason, such as same-label or similar-id.")),
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Show which two things may be one and the same. Nothing is merged: a person decides."""
    session = session_of(ctx)
    answer = session.ask("merge-candidates", reason=reason)
    session.show(answer, form, lambda found: _candidates(session, found))


def place(row: Mapping[str, Any], session: Session) -> str:
    """Where a row of a report stands, as people look it up: file, sheet, row, and column where it is known."""
    words = session.words
    file, source = value(row["file"]), value(row["source"])
    parts = [f"data/{file}" if source == PUBLIC_DATA else str(file)]
    if row["sheet"] is not None:
        parts.append(words("sheet {name}", name=value(row["sheet"])))
    if row["row"] is not None:
        parts.append(words("row {n}", n=value(row["row"])))
    if row.get("position") is not None:
        parts.append(words("column {position} ({name})", position=value(row["position"]), name=value(row["column"])))
    return ", ".join(parts)


def _trust(row: Mapping[str, Any], session: Session) -> list[str]:
    words = session.words
    level = words("{level} confidence", level=session.labels.of(row["confidence"].value))
    return [level, *([words("as of {date}", date=value(row["asOf"]))] if row["asOf"] is not None else [])]


def _trace(session: Session, answer: Answer) -> RenderableType:
    words, rows = session.words, list(answer.records())
    if not rows:
        return Text(words("No source states this. What is inferred or derived stands in no source: try explain."))
    tree = Tree(Text(session.labels.of(rows[0]["thing"].value), style="bold"), guide_style="dim")
    facts: dict[tuple[Any, Any], Rows] = {}
    for row in rows:
        facts.setdefault((row["property"], row["value"]), []).append(row)
    for (property_, found), places in facts.items():
        name = _property(property_, session)
        branch = tree.add(Text.assemble((name, "bold"), "  ", cell(found, session)))
        for row in places:
            told = [str(value(row["source"])), place(row, session), *_trust(row, session)]
            if row["retrieved"] is not None:
                told.append(words("retrieved {date}", date=value(row["retrieved"])))
            if row["cites"] != row["source"]:
                told.append(words("cites {source}", source=value(row["cites"])))
            branch.add(Text(", ".join(told), style="dim"))
    return tree


def _disagreements(session: Session, answer: Answer) -> RenderableType:
    words, rows = session.words, list(answer.records())
    if not rows:
        return Text(words("No source contradicts another."))
    tree = Tree(Text(words("Where sources contradict each other"), style="bold"), guide_style="dim")
    cases: dict[tuple[Any, Any], Rows] = {}
    for row in rows:
        cases.setdefault((row["thing"], row["property"]), []).append(row)
    for (thing, property_), claims in cases.items():
        basis = words("decided by: {basis}", basis=session.labels.of(claims[0]["decidedBy"].value))
        name = f"{session.labels.of(thing.value)}, {_property(property_, session)}"
        branch = tree.add(Text.assemble((name, "bold"), "  ", (basis, "dim")))
        for row in claims:
            kept = words("kept") if value(row["prevails"]) is True else words("not kept")
            told = [str(value(row["source"])), place(row, session), *_trust(row, session)]
            branch.add(Text.assemble(cell(row["value"], session), f"  {kept}  ", (", ".join(told), "dim")))
    return tree


def _candidates(session: Session, answer: Answer) -> RenderableType:
    words, rows = session.words, list(answer.records())
    if not rows:
        return Text(words("No two things look like one."))
    shown = [row | {"thing": _named(row["thing"], session), "other": _named(row["other"], session)} for row in rows]
    note = words("Nothing is merged by these. A key that more than five things share is left out.")
    table = table_of(shown, ("reason", "thing", "other", "sources"), session)
    return Group(table, Text(""), Text(note, style="dim"))


def _property(property_: Any, session: Session) -> str:
    """The label of a property of ours, the prefixed name of another's."""
    label = session.labels.of(property_.value)
    return short(label) if label == property_.value else label


def _named(thing: Any, session: Session) -> str:
    """A thing by id and name: two that look alike are told apart by their ids."""
    key, name = str(value(thing)), session.labels.of(thing.value)
    return key if key == name else f"{key}: {name}"
