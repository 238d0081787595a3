"""`stanagraph impact`: what a new edition or a cancellation of a standard touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument
from stanagraph.graph.names import key_of
from stanagraph.graph.verdicts import VERDICTS

from ..columns import header
from ..formats import value
from ..words import message, sentence
from .app import app, examples
from .options import AsOfOption, Format, FormatOption
from .session import Session, later, session_of
from .tables import cell, empty_table, marked

# What is touched, in the order in which it is told, and what each change means for it.
KINDS = {
    "agreement": message("agreements that put it into force"),
    "publication": message("publications covered"),
    "position": message("positions of nations"),
    "implementation": message("implementations by nations"),
    "national-document": message("national documents"),
    "requirement": message("requirements"),
    "profile": message("profiles that ask for it"),
    "interface": message("interfaces governed"),
    "scope": message("scopes of requirements packages"),
    "equipment": message("equipment with these interfaces"),
    "holding": message("holdings of this equipment"),
    "munition": message("munitions for these interfaces"),
    "stock": message("stocks of these munitions"),
    "gap": message("gaps that rest on it"),
}
SUPERSEDED = {
    "agreement": message("to be brought up to date"),
    "publication": message("to be brought up to date"),
    "position": message("to be answered anew for the new edition"),
    "implementation": message("of the old edition until it is done anew"),
    "national-document": message("to be brought up to date"),
    "requirement": message("to be compared clause by clause"),
    "profile": message("to name the new edition"),
    "interface": message("to be checked against the new text"),
}
CANCELLED = {
    "agreement": message("loses this publication"),
    "publication": message("loses the agreement that puts it into force"),
    "position": message("falls away"),
    "implementation": message("rests on a cancelled edition"),
    "national-document": message("rests on a cancelled edition"),
    "requirement": message("binds nobody any longer"),
    "profile": message("asks for what is cancelled"),
}
LOST = message("{n} of them left without anything in force")


@app.command(
    epilog=examples("stanagraph impact STANAG-4425 --edition 2", "stanagraph impact STANAG-4172 --cancel"),
)
def impact(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help=message("Agreement or publication."))],
    edition: Annotated[
        str | None, typer.Option("--edition", "-e", metavar="NUMBER", help=message("Only this edition of it, as 2."))
    ] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help=message("Tell what its cancellation would mean."))] = False,
    supersede: Annotated[
        bool, typer.Option("--supersede", help=message("Tell what a new edition would mean; so without either."))
    ] = False,
    as_of: AsOfOption = None,
    limit: Annotated[
        int, typer.Option("--limit", "-l", min=0, metavar="N", help=message("Things named of each kind; 0 means all."))
    ] = 3,
    form: FormatOption = Format.table,
) -> None:
    """Show what a new edition or the cancellation of an agreement or publication touches, in kinds of things, with the
    nations behind them. The other forms hold one row for each thing, with its evidence.
    """
    if cancel and supersede:
        raise BadArgument("--cancel", message("cannot stand beside --supersede"))
    session = session_of(ctx)
    revised = f"{document.strip()}/{edition.strip().replace(' ', '-')}" if edition else document
    answer = session.ask("revision-impact", revised=revised, asOf=as_of)
    if form is not Format.table:
        session.show(answer, form, lambda _: None)
        return
    verdicts = session.ask("revision-verdicts", revised=revised)
    session.show(answer, form, lambda found: _impact(session, found, verdicts, cancel, limit))
    later(session, as_of, form)


def _impact(session: Session, answer: Answer, verdicts: Answer, cancel: bool, limit: int) -> RenderableType:
    words = session.words
    rows = list(answer.records())
    if not rows:
        return Text(words("Nothing is known that rests on it."))
    name = key_of(rows[0]["revised"].value)
    told = (
        message("What a cancellation of {name} touches") if cancel else message("What a new edition of {name} touches")
    )
    table = empty_table()
    table.add_column(words("touched"), max_width=34)
    table.add_column(header("count", words), justify="right")
    table.add_column(header("nations", words), justify="right")
    table.add_column(words("which"), max_width=40)
    for kind, label in KINDS.items():
        found = [row for row in rows if value(row["affected"]) == kind]
        if not found:
            continue
        things = list(dict.fromkeys(row["thing"] for row in found))
        nations = {row["nation"] for row in found if row["nation"] is not None}
        means = Text("\n").join(Text(line, style="dim") for line in _means(session, kind, found, cancel))
        first = Text(sentence(words(label)))
        if means:
            first = Text.assemble(first, "\n", means)
        number, whose = words.number(len(things)), words.number(len(nations)) if nations else ""
        table.add_row(first, number, whose, _named(session, things, limit))
    parts: list[RenderableType] = [Text(words(told, name=name), style="bold"), Text(""), table, Text("")]
    if verdicts.rows:
        parts += [_verdicts(session, verdicts)]
    parts.append(Text(words("What is not known to rest on it is not in this list: silence is no answer."), style="dim"))
    return Group(*parts)


def _means(session: Session, kind: str, rows: Sequence[Mapping[str, Any]], cancel: bool) -> Iterator[str]:
    words = session.words
    if kind == "interface" and cancel:
        lost = {row["thing"] for row in rows if row["remaining"] is None}
        yield words(LOST, n=words.number(len(lost)))
    elif text := (CANCELLED if cancel else SUPERSEDED).get(kind):
        yield words(text)


def _named(session: Session, things: Sequence[Any], limit: int) -> Text:
    shown = things[: limit or None]
    text = Text("; ").join(cell(thing, session) for thing in shown)
    if len(shown) < len(things):
        text = Text.assemble(text, " ", (session.words("and {n} more", n=len(things) - len(shown)), "dim"))
    return text


def _verdicts(session: Session, answer: Answer) -> Text:
    words = session.words
    counts = Counter(key_of(row["verdict"].value) for row in answer.records())
    parts = [
        marked(name, f"{session.labels('verdict-value', name)} {words.number(counts[name])}")
        for name in VERDICTS
        if counts[name]
    ]
    one, many = message("{n} verdict rests on these interfaces:"), message("{n} verdicts rest on these interfaces:")
    count = words.plural(len(answer.rows), one, many)
    return Text.assemble(count, "  ", Text("   ").join(parts))
