"""`stanagraph store`: the store on another machine that answers in place of the releases here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from stanagraph.graph.errors import BadArgument

from ..words import message
from .app import app, examples
from .consoles import console_for
from .session import Session, session_of

if TYPE_CHECKING:
    from stanagraph.graph.remote import RemoteStore

group = typer.Typer(
    help=message("The store on another machine that answers, where the settings name one."),
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("stanagraph store show", "stanagraph store copy"),
)
app.add_typer(group, name="store")


@group.command(epilog=examples("stanagraph store show", "stanagraph --store http://localhost:7878/query store show"))
def show(ctx: typer.Context) -> None:
    """Show which store answers, and which release it holds."""
    session = session_of(ctx)
    words = session.words
    if session.service is None:
        text = words("Release {id} of this workspace answers", id=session.identifier)
    else:
        from stanagraph.graph.elsewhere import held

        store = _store(session)
        found = held(store)
        text = words(
            "Release {id} at {where} answers: built {built}, {triples} triples",
            id=found.identifier,
            where=store.name,
            built=found.built.replace("T", " ").removesuffix("+00:00"),
            triples=words.number(found.triples),
        )
    session.print(text, whole=True)


@group.command(epilog=examples("stanagraph store copy", "stanagraph --audience allies store copy"))
def copy(ctx: typer.Context) -> None:
    """Copy a release of this workspace into the store that the settings name.

    Only graphs that differ are written, and all are counted. What fails on the way is undone; meanwhile the store
    does not answer.
    """
    from stanagraph.graph.elsewhere import copy as run

    session = session_of(ctx)
    words, store = session.words, _store(session)
    view = session.release.view(session.audience)
    with _watched(words("Copy the release")) as observe:
        copied = run(view, store, observe)
    text = words("{where}: the same as before, nothing to do", where=store.name)
    if copied.written:
        text = words(
            "Copied release {id} to {where}: {written} of {graphs} graphs written, {triples} triples counted",
            id=copied.held.identifier,
            where=store.name,
            written=words.number(copied.written),
            graphs=words.number(copied.graphs),
            triples=words.number(copied.held.triples),
        )
    session.print(text, whole=True)


def _store(session: Session) -> RemoteStore:
    from stanagraph.graph.remote import RemoteStore

    if session.service is None:
        raise BadArgument("[store]", message("stanagraph.toml names no store on another machine"))
    return RemoteStore(session.service)


def _watched(text: str) -> Any:
    """A bar with rate and remaining time, on a terminal."""
    from contextlib import contextmanager

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = console_for(sys.stderr)

    @contextmanager
    def watched() -> Any:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task(text, total=None)
            yield lambda done, total: progress.update(task, completed=done, total=total)

    return watched()
