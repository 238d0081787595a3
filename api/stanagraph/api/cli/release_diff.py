"""`stanagraph release diff`: what has changed between two releases."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from stanagraph.graph.errors import BadArgument, ReleaseError
from stanagraph.graph.releases import Release, Releases

from ..columns import header
from ..words import message
from .app import examples
from .consoles import console_for
from .release import group
from .session import Session, session_of
from .tables import empty_table

if TYPE_CHECKING:
    from stanagraph.graph.changes import SectionChanges

    from ..release_changes import Compared, Entry, Names, Part

SHOWN = 10


class DiffFormat(StrEnum):
    """The forms in which the changes can be written."""

    table = "table"
    json = "json"
    turtle = "turtle"
    html = "html"


@group.command(
    "diff",
    epilog=examples(
        "stanagraph release diff",
        "stanagraph release diff 6a9a07d031d4 92d2ac96fbd7 --section verdicts",
        "stanagraph release diff --format html --output changes.html",
    ),
)
def diff(
    ctx: typer.Context,
    old: Annotated[
        str | None, typer.Argument(metavar="[A]", help=message("Release; the one before B if left out."))
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="[B]", help=message("Release; the current one if left out."))
    ] = None,
    form: Annotated[
        DiffFormat, typer.Option("--format", "-f", help=message("How the answer is written."))
    ] = DiffFormat.table,
    section: Annotated[
        list[str] | None,
        typer.Option(
            "--section", metavar="NAME", help=message("Only this section, such as verdicts; may be repeated.")
        ),
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help=message("Show every row of long sections."))] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=message("Write into this file."))
    ] = None,
) -> None:
    """Tell what has changed between two releases.

    Standards, positions, equipment, munitions, holdings, sources, verdicts with the criterion that moved, gaps opened
    and closed, the matrix by class, and how many triples of each graph came and went.
    """
    from stanagraph.graph.changes import changes

    from .. import release_changes as told

    session = session_of(ctx)
    before, after = _chosen(Releases(), old, new)
    stores = [release.open(session.audience) for release in (before, after)]
    console = console_for(sys.stderr)
    status = console.status("") if console.is_terminal else None
    shown: AbstractContextManager[Any] = status if status is not None else nullcontext()

    def observe(name: str) -> None:
        if status is not None:
            status.update(name)

    with shown:
        found = changes(stores[0], stores[1], section or (), observe, graphs=not section)
    compared = told.Compared(before.identifier, after.identifier, session.audience, found)
    names = told.Names(reversed(stores), session.language)
    if form is DiffFormat.table:
        text = drawn(session, compared, names, whole)
    elif form is DiffFormat.json:
        import json

        text = json.dumps(told.as_json(compared, names, session.words), ensure_ascii=False, indent=2) + "\n"
    else:
        text = told.as_turtle(compared) if form is DiffFormat.turtle else told.as_html(compared, names, session.words)
    _write(session, text, output)


def _chosen(releases: Releases, old: str | None, new: str | None) -> tuple[Release, Release]:
    after = releases.get(new) if new else releases.current()
    if old:
        return releases.get(old), after
    known = releases.list()
    at = [release.identifier for release in known].index(after.identifier)
    if at == 0:
        raise BadArgument("A", message("there is no release before this one"))
    return known[at - 1], after


def _write(session: Session, text: str, output: Path | None) -> None:
    if output is None:
        session.write(text)
        return
    beside = output.with_name(f".{output.name}-{os.getpid()}")
    try:
        try:
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, output)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ReleaseError(f"{output} cannot be written: {error}") from error


def drawn(session: Session, compared: Compared, names: Names, whole: bool) -> str:
    """What differs as a table: counts first, then each section, shortened unless the whole is wanted."""
    from .. import release_changes as told

    words, found = session.words, compared.found
    title = words("What has changed: {old} → {new}", old=compared.before, new=compared.after)
    lines: list[Any] = [Text(title, style="bold"), ""]
    if not found:
        lines.append(words("Nothing has changed."))
    counts = empty_table()
    counts.show_header = False
    for part in found.sections:
        counts.add_row(f"  {told.heading(part, words)}", told.counts(part, words) or words("nothing has changed"))
    if found:
        lines.append(counts)
    for part in found.sections:
        if part.changes:
            shown = part.changes if whole else part.changes[:SHOWN]
            entries = [told.entry(part, change, words, names) for change in shown]
            lines += ["", *_section(session, told.heading(part, words), part, entries)]
    if found.graphs:
        lines += ["", Text(words("Triples by graph"), style="bold")]
        table = empty_table()
        for name in ("graph", "came", "went"):
            table.add_column(header(name, words), justify="left" if name == "graph" else "right")
        ranked = sorted(found.graphs, key=lambda it: (-it.came - it.went, it.graph))
        for it in ranked if whole else ranked[:SHOWN]:
            table.add_row(it.graph.rpartition("/graph/")[2], words.number(it.came), words.number(it.went))
        lines += [table, *_more(session, len(ranked), len(ranked) if whole else min(SHOWN, len(ranked)))]
    with session.console.capture() as captured:
        for line in lines:
            session.console.print(line)
    return "\n".join(line.rstrip() for line in captured.get().split("\n"))


def _section(session: Session, title: str, part: SectionChanges, entries: Sequence[Entry]) -> list[Any]:
    from ..release_changes import SIGNS, counts

    table = empty_table()
    table.show_header = False
    table.add_column(width=1)
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for entry in entries:
        style = {"new": "green", "gone": "red", "changed": ""}[entry.kind]
        table.add_row(Text(SIGNS[entry.kind], style=style), entry.name, _parts(session, entry.parts))
    heading = Text(f"{title} ({counts(part, session.words)})", style="bold")
    return [heading, table, *_more(session, len(part.changes), len(entries))]


def _parts(session: Session, parts: Sequence[Part]) -> Text:
    words, lines = session.words, []
    for part in parts:
        name = part.column if part.detail else header(part.column, words)
        text = Text.assemble((f"{name}{words(': ')}", "dim"))
        if part.moved:
            text.append(f"{part.before} → {part.after}")
        else:
            text.append(str(part.before if part.after is None else part.after))
        lines.append(text)
    return Text("\n").join(lines)


def _more(session: Session, count: int, shown: int) -> list[Any]:
    if shown >= count:
        return []
    left = session.words.number(count - shown)
    return [Text(session.words("… and {count} more; --all shows them", count=left), style="dim")]
