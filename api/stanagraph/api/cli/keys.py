"""`stanagraph keys`: who may use the service by a key."""

from __future__ import annotations

import datetime
import getpass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from stanagraph.graph.errors import AudienceNotFound, BadArgument
from stanagraph.graph.resources import home

from ..words import message
from .app import app, examples
from .options import Format
from .session import Session, session_of
from .tables import empty_table

if TYPE_CHECKING:
    from ..server.access.keys import Key

group = typer.Typer(
    help=message("Make, list and revoke keys for the HTTP service."),
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("stanagraph keys create planning-cell", "stanagraph keys list"),
)
app.add_typer(group, name="keys")
STATES = {"valid": message("valid"), "expired": message("expired"), "revoked": message("revoked")}
_LONGEST = 100


class ScopeName(StrEnum):
    """What a key may allow."""

    read = "read"
    check = "check"
    ingest = "ingest"
    publish = "publish"
    admin = "admin"


@group.command(
    epilog=examples(
        "stanagraph keys create planning-cell",
        "stanagraph keys create loader --scope read --scope ingest --days 30 --audience allies",
    ),
)
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=message("Who will use the key; the audit log shows it."))],
    scope: Annotated[
        list[ScopeName] | None,
        typer.Option(help=message("What it allows; may be given more than once. Read and check if left out.")),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, metavar="N", help=message("Days until it expires."))] = 365,
    form: Annotated[Format, typer.Option("--format", "-f", help=message("How the answer is written."))] = Format.table,
) -> None:
    """Make a key for one user of the HTTP service. It is shown once and kept only as a hash.

    With --audience it shows what that audience may see, else what is public.
    """
    from stanagraph.graph.workspace import Settings

    from ..server.access.keys import Keys

    session = session_of(ctx)
    if not name.strip() or len(name) > _LONGEST or not name.isprintable():
        raise BadArgument("NAME", message("expected a name of at most 100 characters"))
    known = [audience.name for audience in Settings.read(home()).readers()]
    if session.audience not in known:
        raise AudienceNotFound(session.audience, known)
    scopes = [it.value for it in scope] if scope else ["read", "check"]
    lasting = datetime.timedelta(days=days)
    key, text = Keys(home()).create(name.strip(), scopes, session.audience, lasting)  # type: ignore[arg-type]
    _record("key-created", key)
    if form is not Format.table:
        _written(session, form, [key], secret=text)
        return
    told = session.words(
        "Made the key {id} of {name}, valid until {day}. This is the only time that it is shown:",
        id=key.id,
        name=key.name,
        day=key.expires.date().isoformat(),
    )
    session.print(told, whole=True)
    session.write(f"{text}\n")


@group.command("list", epilog=examples("stanagraph keys list", "stanagraph keys list --format json"))
def list_(
    ctx: typer.Context,
    form: Annotated[Format, typer.Option("--format", "-f", help=message("How the answer is written."))] = Format.table,
) -> None:
    """List all keys, never the keys themselves."""
    from ..server.access.keys import Keys

    session = session_of(ctx)
    words, found = session.words, Keys(home()).list()
    if form is not Format.table:
        _written(session, form, found)
        return
    if not found:
        session.print(words("There are no keys"))
        session.print(words("try: {command}", command="stanagraph keys create NAME"))
        return
    table = empty_table()
    for title in ("id", words("name"), words("state"), words("scopes"), words("audience"), words("expires")):
        table.add_column(title)
    for key in found:
        row = (key.id, key.name, words(STATES[_state(key)]), " ".join(key.scopes), key.audience)
        table.add_row(*(Text(cell) for cell in row), key.expires.date().isoformat())
    session.print(table)


@group.command(epilog=examples("stanagraph keys revoke k7m2x9qa"))
def revoke(
    ctx: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help=message("The key, by its id in the list."))],
) -> None:
    """End a key now; a service that is running refuses it from the next request on."""
    from ..server.access.keys import Keys

    session = session_of(ctx)
    key = Keys(home()).revoke(identifier)
    _record("key-revoked", key)
    session.print(session.words("The key {id} of {name} is revoked", id=key.id, name=key.name), whole=True)


def _state(key: Key) -> str:
    return key.state(datetime.datetime.now(datetime.UTC))


def _record(event: str, key: Key) -> None:
    """Keys are made and ended by who runs the machine: the audit log says so."""
    from ..server.access.audit import AuditLog
    from ..server.access.caller import Caller

    who = Caller(f"command line:{getpass.getuser()}")
    said: dict[str, Any] = {"key": key.id, "name": key.name, "scopes": list(key.scopes), "for_audience": key.audience}
    AuditLog(home()).write(event, who, None, **said)


def _written(session: Session, form: Format, keys: list[Key], secret: str | None = None) -> None:
    names = ["id", "name", "state", "scopes", "audience", "created", "expires", *(["key"] if secret else [])]
    rows = [
        (key.id, key.name, _state(key), " ".join(key.scopes), key.audience, key.created.isoformat(),
         key.expires.isoformat(), *([secret] if secret else []))
        for key in keys
    ]  # fmt: skip
    if form is Format.json:
        session.json({"items": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    from ..formats import csv_of, turtle_of

    session.write(csv_of(names, rows) if form is Format.csv else turtle_of(names, rows))
