"""`stanagraph release`: build, list, choose and verify releases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from stanagraph.graph.errors import BadArgument, NoRelease, ReleaseDamaged
from stanagraph.graph.releases import Release, Releases

from ..words import message
from .app import app, examples
from .errors import report
from .options import Format
from .session import Session, session_of
from .tables import empty_table

group = typer.Typer(
    help=message("Build, list, choose and verify releases."),
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("stanagraph release build", "stanagraph release list"),
)
app.add_typer(group, name="release")


@group.command(
    epilog=examples("stanagraph release build", "stanagraph release build --data my-data"),
)
def build(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option("--again", help=message("Build even if nothing has changed."))] = False,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help=message("Folder with the tables; the public data if left out."))
    ] = None,
) -> None:
    """Build a release from the tables and make it current.

    With unchanged inputs nothing is built; faulty cells are all named, and the current release stays.
    """
    from stanagraph.ingest.pipeline import Inputs

    from .progress import build_visibly

    if data is not None and not data.is_dir():
        raise BadArgument("--data", message("expected a folder"))
    session = session_of(ctx)
    inputs = Inputs(data=data) if data is not None else Inputs()
    # Where nobody looks on, one line at the end is enough.
    watched = sys.stdout.isatty()
    release = build_visibly(session.words, None, inputs, again=again, quiet=not watched, tell=session.console)
    if watched:
        session.print(_describe(session, release))


def _describe(session: Session, release: Release) -> Text:
    words, things = session.words, release.view().manifest.get("things", {})
    told = (
        words.plural(things.get("Statement", 0), "{n} statement", "{n} statements"),
        words.plural(things.get("Verdict", 0), "{n} verdict", "{n} verdicts"),
        words.plural(things.get("Gap", 0), "{n} gap", "{n} gaps"),
    )
    return Text(", ".join(told), style="dim")


@group.command(
    "list",
    epilog=examples("stanagraph release list", "stanagraph release list --format json"),
)
def list_(
    ctx: typer.Context,
    form: Annotated[Format, typer.Option("--format", "-f", help=message("How the answer is written."))] = Format.table,
) -> None:
    """List all releases, oldest first."""
    session = session_of(ctx)
    words, releases = session.words, Releases()
    found, current = releases.list(), _current(releases)
    if form is not Format.table:
        rows = [
            (it.identifier, it.manifest["built"], it.manifest["software"], it.identifier == current) for it in found
        ]
        names = ("release", "built", "software", "current")
        if form is Format.json:
            session.json({"items": [dict(zip(names, row, strict=True)) for row in rows]})
        else:
            from ..formats import csv_of, turtle_of

            session.write(csv_of(names, rows) if form is Format.csv else turtle_of(names, rows))
        return
    if not found:
        raise NoRelease
    table = empty_table()
    for title in ("", words("release"), words("built"), words("software")):
        table.add_column(title)
    for title in (words("statements"), words("verdicts"), words("gaps")):
        table.add_column(title, justify="right")
    for release in found:
        things = release.view().manifest.get("things", {})
        counts = [words.number(things.get(name, 0)) for name in ("Statement", "Verdict", "Gap")]
        mine = "→" if release.identifier == current else ""
        built = str(release.manifest["built"]).replace("T", " ").removesuffix("+00:00")
        table.add_row(mine, release.identifier, built, str(release.manifest["software"]), *counts)
    session.print(table)


def _current(releases: Releases) -> str | None:
    try:
        return releases.current().identifier
    except NoRelease:
        return None


@group.command(
    epilog=examples("stanagraph release use e976bd57af35"),
)
def use(
    ctx: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help=message("Release, or a beginning of its id."))],
) -> None:
    """Make a release the current one; also the way back to an older one."""
    session = session_of(ctx)
    release = Releases().use(identifier)
    session.print(session.words("Release {id} is current", id=release.identifier))


@group.command(
    epilog=examples("stanagraph release verify", "stanagraph release verify --all"),
)
def verify(
    ctx: typer.Context,
    identifier: Annotated[
        str | None, typer.Argument(metavar="[ID]", help=message("Release; the current one if left out."))
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=message("Verify every release."))] = False,
) -> None:
    """Read a whole release again, and the sources that it was made from, and compare them with its manifest."""
    from stanagraph.graph.upkeep import names_of
    from stanagraph.graph.upkeep import verify as run

    session = session_of(ctx)
    releases = Releases()
    damaged: list[ReleaseDamaged] = []
    for name in names_of(releases) if every else [identifier]:
        try:
            release = run(releases, name)
            session.print(session.words("Release {id} is whole", id=release.identifier))
        except ReleaseDamaged as error:
            damaged.append(error)
    for found in damaged:
        report(found, session.words)
    if damaged:
        raise typer.Exit(1)


@group.command(
    epilog=examples("stanagraph release path"),
)
def path(ctx: typer.Context) -> None:
    """Show the folder of the current release."""
    session_of(ctx).write(f"{Releases().current().path}\n")
