"""`stanagraph release gc`, `backup` and `restore`: what keeps a workspace small and safe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from stanagraph.graph.releases import Releases

from ..words import Words, message
from .app import app, examples
from .consoles import console_for
from .release import group
from .session import session_of

STEPS = {
    "verify": message("Read each release again"),
    "pack": message("Write the archive"),
    "unpack": message("Unpack and check"),
    "place": message("Put in place"),
}


@group.command(
    epilog=examples("stanagraph release gc --dry-run", "stanagraph release gc --keep 1"),
)
def gc(
    ctx: typer.Context,
    keep: Annotated[int, typer.Option(min=1, metavar="N", help=message("How many of the newest releases stay."))] = 3,
    pretend: Annotated[bool, typer.Option("--dry-run", help=message("Only say what would be removed."))] = False,
) -> None:
    """Remove old releases, sources that no release needs, and what was left lying.

    The current release always stays. A program that is reading a release that goes can read it to its end.
    """
    from stanagraph.graph.upkeep import clean

    session = session_of(ctx)
    words, found = session.words, clean(Releases(), keep, pretend=pretend)
    for name in (*found.releases, *found.sources, *found.leftovers):
        session.print(name, whole=True)
    size = _bytes(found.freed, words)
    if not found:
        session.print(words("There is nothing to remove"))
    elif pretend:
        session.print(words("This would free {size}", size=size))
    else:
        session.print(words("Removed; {size} are free again", size=size))


@app.command(
    epilog=examples("stanagraph backup stanagraph.tar", "stanagraph backup /mnt/safe/stanagraph.tar.gz"),
)
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=message("Archive: .tar, .tar.gz or .tar.xz."))],
) -> None:
    """Write the settings, the releases and the sources that they were made from into one archive.

    Every release is read whole first. Others may read meanwhile; who wants to build waits.
    """
    from stanagraph.graph.backup import save

    session = session_of(ctx)
    words = session.words
    with _watched(words) as observe:
        saved = save(Releases(), file, observe)
    text = words("Saved {releases} and {sources} in {file} ({size})")
    session.print(text.format(releases=_releases(len(saved.releases), words), sources=_states(saved.sources, words),
                              file=file, size=_bytes(saved.size, words)), whole=True)  # fmt: skip


@app.command(
    epilog=examples("stanagraph restore stanagraph.tar", "stanagraph restore stanagraph.tar.gz --into elsewhere"),
)
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=message("Archive that stanagraph backup wrote."))],
    into: Annotated[
        Path | None, typer.Option(metavar="DIR", help=message("Workspace to restore; the one in use if left out."))
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=message("Restore over a workspace that has releases or settings."))
    ] = False,
) -> None:
    """Put back what a backup holds, after all of it was checked.

    Damaged releases are replaced and others stay. What was current when the backup was made is current again.
    """
    from stanagraph.graph.restore import restore as run

    session = session_of(ctx)
    words, releases = session.words, Releases(into)
    with _watched(words) as observe:
        saved = run(file, releases, observe, force=force)
    text = words("Restored {releases} and {sources}; {id} is current")
    session.print(text.format(releases=_releases(len(saved.releases), words), sources=_states(saved.sources, words),
                              id=releases.current().identifier), whole=True)  # fmt: skip


def _releases(count: int, words: Words) -> str:
    return words.plural(count, "{n} release", "{n} releases")


def _states(count: int, words: Words) -> str:
    return words.plural(count, "{n} state of a source", "{n} states of sources")


def _bytes(size: int, words: Words) -> str:
    from rich.filesize import decimal

    text = decimal(size)
    if words.language == "fr":
        text = text.replace("byte", "octet").replace("B", "o").replace(",", "\u202f").replace(".", ",")
    return text


@contextmanager
def _watched(words: Words) -> Iterator[Callable[[str, int, int], None]]:
    """A bar with rate and remaining time for each step, on a terminal."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = console_for(sys.stderr)
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def observe(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(words(STEPS[step]), total=total)
            progress.update(tasks[step], completed=done)

        yield observe
