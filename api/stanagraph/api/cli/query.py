"""`stanagraph query`: any report of the catalogue, by name."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument

from ..formats import shown_columns
from ..words import message
from .app import app, examples
from .options import Format, FormatOption
from .session import Session, session_of
from .tables import empty_table, table_of


@app.command(
    epilog=examples("stanagraph query", "stanagraph query pairs using=POL providing=DEU --format csv"),
)
def query(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=message("Name of the report."))] = None,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help=message("Its parameters, as nation=FRA."))
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help=message("List all reports with their questions."))] = False,
    form: FormatOption = Format.table,
) -> None:
    """Run any report with its parameters, or list all reports when no name is given."""
    session = session_of(ctx)
    if name is None or listing:
        _list(session, form)
        return
    given: dict[str, str] = {}
    for argument in arguments or []:
        key, sign, text = argument.partition("=")
        if not sign:
            raise BadArgument(argument, message("expected key=value"))
        given[key] = text
    answer = session.catalogue.ask(session.store, name, given)
    session.show(answer, form, lambda found: _table(session, found))


def _table(session: Session, answer: Answer) -> RenderableType:
    words = session.words
    question = answer.query.question.get(session.language) or answer.query.question.get("en", "")
    rows = list(answer.records())
    columns = [name for name in shown_columns(answer) if any(row[name] is not None for row in rows)]
    told = Text(words.plural(len(rows), "{n} row", "{n} rows"), style="dim")
    # Too many columns for a page: one block a row is easier to read than slivers of text.
    body = table_of(rows, columns, session) if len(columns) <= 8 else _blocks(session, rows, columns)
    return Group(Text(question, style="bold"), Text(""), *([body, Text("")] if rows else []), told)


def _blocks(session: Session, rows: list[dict[str, object]], columns: list[str]) -> RenderableType:
    from ..columns import header
    from .tables import cell

    table = empty_table()
    table.show_header = False
    table.box = None
    for row in rows:
        for name in columns:
            if row[name] is not None:
                table.add_row(Text(header(name, session.words), style="dim"), cell(row[name], session))
        table.add_row("")
    return table


def _list(session: Session, form: Format) -> None:
    queries = [session.catalogue[name] for name in session.catalogue.names()]
    language = session.language
    if form is Format.table:
        table = empty_table()
        for title in (session.words("report"), session.words("question"), session.words("parameters")):
            table.add_column(title, overflow="fold")
        for found in queries:
            names = " ".join(f"{it.name}=" if it.required else f"[{it.name}=]" for it in found.parameters.values())
            table.add_row(found.name, found.question.get(language, ""), names)
        session.print(table)
        session.print()
        session.print(Text(session.words("Parameters in brackets may be left out."), style="dim"))
        return
    items = [
        {
            "query": found.name,
            "question": found.question.get(language, ""),
            "parameters": {it.name: {"kinds": it.kinds, "required": it.required} for it in found.parameters.values()},
            "columns": found.columns,
        }
        for found in queries
    ]
    if form is Format.json:
        session.json({"items": items})
        return
    from ..formats import csv_of, turtle_of

    rows = [[found.name, found.question.get(language, ""), " ".join(found.parameters)] for found in queries]
    write = csv_of if form is Format.csv else turtle_of
    session.write(write(("query", "question", "parameters"), rows))
