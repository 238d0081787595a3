"""`stanagraph ingest`: take sources in, and build a release with them."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..words import message
from ..words import tell as tell_in
from .app import app, examples
from .changes import Preview
from .options import DryRunOption, WaitOption
from .progress import Steps, how_it_ended
from .session import Session, session_of
from .sources import describe_state, staleness

if TYPE_CHECKING:
    from stanagraph.ingest.pipeline import Result


@app.command(
    epilog=examples(
        "stanagraph ingest holdings.xlsx --dry-run",
        'stanagraph ingest current-standards.html --captured 2020-12 --source-id nso-2020-12 --label "unmarked"',
        "stanagraph ingest endpoint:partner",
    ),
)
def ingest(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(metavar="FILE|URL…", help=message("Files, addresses, or endpoint:NAME of the settings.")),
    ],
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help=message("Kind of source, where the file does not tell."))
    ] = None,
    source_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help=message("Name of the source; drawn from the file name if left out.")),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(metavar="LABEL", help=message("Marking, such as “NATO RESTRICTED REL UKR, SWE”, or “unmarked”.")),
    ] = None,
    captured: Annotated[
        str | None, typer.Option(metavar="DATE", help=message("Date for which the source speaks, as 2024-01-31."))
    ] = None,
    confidence: Annotated[
        str | None, typer.Option(metavar="high|medium|low", help=message("How far the source is trusted."))
    ] = None,
    publisher: Annotated[str | None, typer.Option(metavar="TEXT", help=message("Who published the source."))] = None,
    licence: Annotated[str | None, typer.Option(metavar="TEXT", help=message("Under which licence."))] = None,
    dry_run: DryRunOption = False,
    wait: WaitOption = True,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=message("Where a copy of a workbook with its bad cells marked is written.")),
    ] = None,
) -> None:
    """Take sources in, check them, and build a release with them.

    A source that came before is replaced; the same file twice changes nothing. Any fault changes nothing.
    """
    from stanagraph.ingest import pipeline

    session = session_of(ctx)
    given = [
        pipeline.given(
            source,
            kind=kind,
            source_id=source_id,
            label=label,
            captured=captured,
            confidence=confidence,
            publisher=publisher,
            licence=licence,
            tell=tell_in,
            marked=errors or Path(f"{Path(source).stem}-errors.xlsx"),
        )
        for source in sources
    ]
    preview = Preview(session) if dry_run else None
    began = time.monotonic()
    with Steps(session.words, quiet=not sys.stdout.isatty()) as steps:
        result = pipeline.ingest(
            given, None, None, steps, progress=steps.progress, waiting=steps.waiting if wait else None, preview=preview
        )
    tell(session, result, preview, steps, began)


def tell(session: Session, result: Result, preview: Preview | None, steps: Steps, began: float) -> None:
    """Say what was taken in, what said nothing new, and what came of it."""
    words = session.words
    for kept in result.taken:
        session.print(staleness(words, kept.state) or describe_state(words, kept.state), whole=True)
    for kept in result.unchanged:
        same = words("{id}: the same as before, nothing to do", id=kept.state.id)
        session.print(staleness(words, kept.state) or same, whole=True)
    if preview is not None:
        preview.show()
        session.print(words("Nothing was changed: this was a dry run"))
    elif result.release is not None:
        session.print(how_it_ended(words, result.release, steps, began))
