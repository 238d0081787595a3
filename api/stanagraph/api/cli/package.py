"""`stanagraph package`: what applies to a munition and what is required of it, as a file to hand on."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text
from typer.core import TyperGroup

from stanagraph.graph.errors import BadArgument, ReleaseError

from ..words import message, sentence
from .app import app, examples
from .options import AsOfOption
from .session import Session, session_of
from .tables import empty_table

if TYPE_CHECKING:
    from ..packages import Change, PackageFile


class PackageFormat(StrEnum):
    """The forms in which a package can be written."""

    table = "table"
    pdf = "pdf"
    docx = "docx"
    xlsx = "xlsx"
    reqif = "reqif"
    html = "html"
    csv = "csv"
    json = "json"
    turtle = "turtle"


class ChangesFormat(StrEnum):
    """The forms in which a change list can be written."""

    table = "table"
    json = "json"


_SUFFIXES = {".ttl": "turtle", **{f".{it}": str(it) for it in PackageFormat if it is not PackageFormat.table}}
_SIGNS = {"added": ("+", "green"), "removed": ("−", "red"), "changed": ("~", "")}
_WHAT = {
    "document": message("Documents"),
    "position": message("Positions"),
    "requirement": message("Requirements"),
}


class _Package(TyperGroup):
    """`stanagraph package --class ...` is `stanagraph package make --class ...`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0].startswith("-") and args[0] not in ("-h", "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


group = typer.Typer(
    cls=_Package,
    help=message("Write what applies to a munition and what is required of it; compare two such packages."),
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "stanagraph package --class 155mm --nation POL --output package.pdf",
        "stanagraph package diff old.json new.reqif",
    ),
)
app.add_typer(group, name="package")


@group.command(
    epilog=examples(
        "stanagraph package make --interface 5.56x45 --nation ESP",
        "stanagraph package make --class 155mm --nation CZE --output package.reqif",
        "stanagraph package make --equipment pzh-2000 --nation DEU --format docx --output package.docx",
    ),
)
def make(
    ctx: typer.Context,
    interface: Annotated[
        str | None, typer.Option(metavar="INTERFACE", help=message("For a munition for this interface, as 5.56x45."))
    ] = None,
    klass: Annotated[
        str | None,
        typer.Option("--class", "-c", metavar="CLASS", help=message("For a munition of this class, as 155mm.")),
    ] = None,
    equipment: Annotated[
        str | None, typer.Option(metavar="EQUIPMENT", help=message("For a munition for this equipment, as pzh-2000."))
    ] = None,
    nation: Annotated[
        str | None, typer.Option(metavar="NATION", help=message("The nation that asks for it, as POL."))
    ] = None,
    as_of: AsOfOption = None,
    form: Annotated[
        PackageFormat | None,
        typer.Option("--format", "-f", help=message("How it is written; as the file is called, if left out.")),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=message("Write into this file."))
    ] = None,
) -> None:
    """Tell which documents apply to a munition, in which edition and how bindingly, how a nation stands to them, what
    their clauses require, and what is not known.

    Without a file or format the terminal shows a summary.
    """
    kind, scope = _scope({"interface": interface, "munition-class": klass, "equipment": equipment})
    if not nation:
        raise BadArgument("--nation", message("name the nation that asks for the munition, as POL"))
    chosen = form or _by_suffix(output)
    session = session_of(ctx)
    from .. import packages

    if chosen in packages.BINARY and output is None and sys.stdout.isatty():
        raise BadArgument("--output", message("this format is no text for a terminal: name a file"))
    from stanagraph.graph.packages import build

    release, built = session.held
    package = build(session.store, kind, scope, nation, release=release, as_of=as_of)
    told = packages.told(package, session.language, built)
    if chosen is PackageFormat.table:
        session.print(_summary(session, told))
        return
    content = packages.WRITERS[chosen](told)
    _write(session, content if isinstance(content, bytes) else content.encode(), output)


@group.command(
    "diff",
    epilog=examples("stanagraph package diff old.json new.json", "stanagraph package diff old.reqif new.json -f json"),
)
def diff(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help=message("A package in JSON or ReqIF."))],
    new: Annotated[Path, typer.Argument(metavar="NEW", help=message("A later one, in JSON or ReqIF."))],
    form: Annotated[
        ChangesFormat, typer.Option("--format", "-f", help=message("How the answer is written."))
    ] = ChangesFormat.table,
) -> None:
    """Tell what has changed from one package to another: documents, positions and requirements, field by field."""
    from dataclasses import asdict

    from .. import packages

    session = session_of(ctx)
    found = packages.changes(packages.read(old), packages.read(new))
    if form is ChangesFormat.json:
        session.json({"old": old.name, "new": new.name, "items": [asdict(it) for it in found]})
        return
    session.print(_changes(session, found))


@group.command("schema", epilog=examples("stanagraph package schema"))
def schema(ctx: typer.Context) -> None:
    """Write the JSON Schema of a package."""
    from .. import packages

    session_of(ctx).json(packages.schema())


def _scope(given: dict[str, str | None]) -> tuple[str, str]:
    chosen = [(kind, name) for kind, name in given.items() if name]
    if len(chosen) != 1:
        raise BadArgument("--class", message("give exactly one of --interface, --class and --equipment"))
    return chosen[0]


def _by_suffix(output: Path | None) -> PackageFormat:
    if output is None:
        return PackageFormat.table
    if found := _SUFFIXES.get(output.suffix.lower()):
        return PackageFormat(found)
    raise BadArgument(
        "--output",
        message("expected a file that ends in .pdf, .docx, .xlsx, .reqif, .html, .csv, .json or .ttl, or --format"),
    )


def _write(session: Session, content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    beside = output.with_name(f".{output.name}-{os.getpid()}")
    try:
        try:
            beside.write_bytes(content)
            os.replace(beside, output)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ReleaseError(f"{output} cannot be written: {error}") from error
    session.print(session.words("Wrote {path}", path=str(output)), whole=True)


def _summary(session: Session, package: PackageFile) -> RenderableType:
    from ..packages import records

    words = session.words
    heading = words("Requirements package: {scope}", scope=package.scope.label)
    table = empty_table()
    for name in ("document", "edition", "because", "response", "implementation"):
        table.add_column(words(name), overflow="fold")
    table.add_column(words("requirements"), justify="right")
    counts: dict[str, int] = {}
    for clause in package.requirements:
        counts[clause.document] = counts.get(clause.document, 0) + 1
    applies = [it for it in package.documents if it.applies]
    unknown = words("not known")
    for it in applies:
        editions = records.joined((edition.number for edition in records.standing(it)), unknown)
        because = records.joined(reason.because.label for reason in it.reasons if reason.because.id != "field")
        response = records.joined((at.label for at in records.told(at.response for at in it.positions)), unknown)
        state = records.joined((at.label for at in records.told(at.implementation for at in it.positions)), unknown)
        table.add_row(it.designation, editions, because, response, state, words.number(counts.get(it.id, 0)))
    points = empty_table()
    points.add_column(words("open point"), overflow="fold")
    points.add_column(words("number"), justify="right")
    for point in package.open_points:
        points.add_row(point.text, words.number(len(point.about)))
    told = words(
        "{documents} documents apply, {clauses} requirements; {consider} more documents are to be considered",
        documents=words.number(len(applies)),
        clauses=words.number(len(package.requirements)),
        consider=words.number(len(package.documents) - len(applies)),
    )
    title = Text(f"{heading} · {package.nation.label}", style="bold")
    return Lines(title, "", table, "", points, "", Text(told, style="dim"), Text(package.disclaimer, style="dim"))


def _changes(session: Session, found: list[Change]) -> RenderableType:
    words = session.words
    if not found:
        return Text(words("Nothing has changed."))
    from ..packages.tables import HEADINGS

    parts: list[RenderableType] = []
    for what, title in _WHAT.items():
        rows = [it for it in found if it.what == what]
        if not rows:
            continue
        table = empty_table()
        table.show_header = False
        for share in (None, 3, 2):
            table.add_column(overflow="fold", ratio=share)
        for it in rows:
            sign, style = _SIGNS[it.change]
            field = sentence(words(HEADINGS.get(it.field, it.field)))
            moved = f"{field}{words(': ')}{it.old or '–'} → {it.new or '–'}" if it.field else ""
            table.add_row(Text(sign, style=style), Text(it.id), Text(moved))
        parts += [Text(f"{words(title)} ({words.number(len(rows))})", style="bold"), table, ""]
    return Lines(*parts[:-1])
