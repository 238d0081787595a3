"""`stanagraph sources`: which sources the current release was made from, and what became of their entries."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Annotated, Any

import typer
from rich.text import Text

from stanagraph.graph.releases import Releases
from stanagraph.graph.sources import ACCOUNT, Kept, Sources
from stanagraph.graph.wording import Wording
from stanagraph.graph.workspace import SourceState

from ..formats import NOTHING
from ..words import Words, message
from .app import app, examples
from .options import DryRunOption, Format, WaitOption
from .session import Session, session_of
from .tables import empty_table

group = typer.Typer(
    help=message("List, show and remove the sources that were taken in."),
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("stanagraph sources list", "stanagraph sources show nso-2020-12"),
)
app.add_typer(group, name="sources")

OUTCOMES = {
    "merged": message("merged with another entry"),
    "not-loaded": message("not loaded"),
    "remark": message("loaded with a remark"),
}
FIELDS = {
    "id": message("source"),
    "kind": message("kind"),
    "name": message("file"),
    "title": message("title"),
    "url": message("address"),
    "publisher": message("publisher"),
    "licence": message("licence"),
    "label": message("label"),
    "confidence": message("confidence"),
    "captured": message("captured"),
    "retrieved": message("retrieved"),
    "sha256": message("SHA-256"),
    "size": message("bytes"),
    "entries": message("entries"),
    "triples": message("facts"),
}
# In a table the names of columns are short, and the file stands in `sources show`.
_TABLE = ("id", "kind", "label", "captured", "entries", "triples")
_HEADINGS = {"merged": message("merged"), "not-loaded": message("not loaded"), "remark": message("remarks")}
_SHOWN = ("id", "kind", "name", "label", "captured", "entries", "triples")


@group.command("list", epilog=examples("stanagraph sources list", "stanagraph sources list --format json"))
def list_(
    ctx: typer.Context,
    form: Annotated[Format, typer.Option("--format", "-f", help=message("How the answer is written."))] = Format.table,
) -> None:
    """List the sources of the current release, in the order in which they came."""
    session = session_of(ctx)
    kept = _kept(session)
    if form is Format.json:
        session.json({"items": [_as_json(it) for it in kept]})
        return
    names = (*_SHOWN, *OUTCOMES)
    rows = [
        [*(_cell(it.state, name) for name in _SHOWN), *(it.state.outcomes.get(o, 0) for o in OUTCOMES)] for it in kept
    ]
    if form is not Format.table:
        from ..formats import csv_of, turtle_of

        session.write(csv_of(names, rows) if form is Format.csv else turtle_of(names, rows))
        return
    if not kept:
        session.print(session.words("The release was made from the public tables alone"))
        return
    table = empty_table()
    shown = [name for name in _TABLE if name != "label" or any(it.state.label for it in kept)]
    for name in (*shown, *OUTCOMES):
        heading = session.words({**FIELDS, **_HEADINGS}[name])
        table.add_column(heading, justify="right" if _counts(name) else "left", no_wrap=name == "id")
    for it in kept:
        cells = [*(_cell(it.state, name) for name in shown), *(it.state.outcomes.get(o, 0) for o in OUTCOMES)]
        table.add_row(
            *(session.words.number(cell) if isinstance(cell, int) else str(cell or NOTHING) for cell in cells)
        )
    session.print(table)
    for it in kept:
        if told := staleness(session.words, it.state):
            session.print(Text(told, style="yellow"))


@group.command(epilog=examples("stanagraph sources show nso-2020-12", "stanagraph sources show nisp --remarks"))
def show(
    ctx: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help=message("Source, as `sources list` names it."))],
    remarks: Annotated[
        bool, typer.Option("--remarks", help=message("Show every remark, not one of each kind."))
    ] = False,
    form: Annotated[Format, typer.Option("--format", "-f", help=message("How the answer is written."))] = Format.table,
) -> None:
    """Show one source: where it came from, what it holds, and what became of each of its entries."""
    session = session_of(ctx)
    releases = Releases()
    kept = Sources(releases.home).find(releases, identifier)
    remarked = _remarks(kept, session.words)
    if form is Format.json:
        session.json({**_as_json(kept), "remarks": remarked})
        return
    if form is not Format.table:
        from ..formats import csv_of, turtle_of

        names = ("file", "sheet", "row", "outcome", "code", "text")
        rows = [[it[name] for name in names] for it in remarked]
        session.write(csv_of(names, rows) if form is Format.csv else turtle_of(names, rows))
        return
    words = session.words
    table = empty_table()
    table.show_header = False
    for name, label in FIELDS.items():
        value = _cell(kept.state, name)
        table.add_row(words(label), words.number(value) if isinstance(value, int) else str(value or NOTHING))
    session.print(table)
    _show_counts(session, kept.state)
    _show_remarks(session, remarked, all_of_them=remarks)


def _remarks(kept: Kept, words: Words) -> list[dict[str, Any]]:
    """What became of the entries, in the language of these words; a release of an earlier version has English alone."""
    remarks: list[dict[str, Any]] = json.loads((kept.path / ACCOUNT).read_text(encoding="utf-8"))["remarks"]
    for it in remarks:
        if wording := it.pop("wording", None):
            it["text"] = words.told(Wording.from_kept(wording))
    return remarks


def _show_counts(session: Session, state: SourceState) -> None:
    if not state.counts:
        return
    table = empty_table()
    table.add_column(session.words("what the file holds"))
    table.add_column(session.words("count"), justify="right")
    for name, count in state.counts.items():
        table.add_row(name, session.words.number(count))
    session.print()
    session.print(table)


def _show_remarks(session: Session, remarks: list[dict[str, Any]], *, all_of_them: bool) -> None:
    words = session.words
    if not remarks:
        return
    counts = Counter((it["outcome"], it["code"]) for it in remarks)
    table = empty_table()
    for title in ("outcome", "kind", "count", "place", "text"):
        table.add_column(words(TITLES[title]), justify="right" if title == "count" else "left")
    seen: set[tuple[str, str]] = set()
    for it in remarks:
        kind = (it["outcome"], it["code"])
        if kind in seen and not all_of_them:
            continue
        first = kind not in seen
        seen.add(kind)
        place = ", ".join(str(part) for part in (it["file"], it["sheet"], it["row"]) if part not in ("", None))
        count = words.number(counts[kind]) if first else ""
        table.add_row(words(OUTCOMES[it["outcome"]]), it["code"], count, place, it["text"])
    session.print()
    session.print(table)


TITLES = {
    "outcome": message("outcome"),
    "kind": message("kind"),
    "count": message("count"),
    "place": message("place"),
    "text": message("what and why"),
}


@group.command(epilog=examples("stanagraph sources remove nso-2020-12 --dry-run"))
def remove(
    ctx: typer.Context,
    identifiers: Annotated[
        list[str], typer.Argument(metavar="ID…", help=message("Sources, as `sources list` names them."))
    ],
    dry_run: DryRunOption = False,
    wait: WaitOption = True,
) -> None:
    """Build a release without these sources. Earlier releases keep them: `release use` brings them back."""
    from stanagraph.ingest import pipeline

    from .changes import Preview
    from .ingest import tell
    from .progress import Steps

    session = session_of(ctx)
    preview = Preview(session) if dry_run else None
    began = time.monotonic()
    with Steps(session.words, quiet=not sys.stdout.isatty()) as steps:
        result = pipeline.remove(
            identifiers, None, None, steps, waiting=steps.waiting if wait else None, preview=preview
        )
    tell(session, result, preview, steps, began)


def staleness(words: Words, state: SourceState) -> str:
    """That an endpoint did not answer, and since when what it gave before stands in; else nothing."""
    status = state.status
    if status is None or status.stale_since is None:
        return ""
    told = words("{id} did not answer; what it gave before stands in", id=state.id)
    since = status.stale_since.replace("T", " ").removesuffix("+00:00")
    return f"{told} ({words('stale since {since}', since=since)}, {status.outcome}: {status.detail})"


def describe_state(words: Words, state: SourceState) -> str:
    """One line on a source that was taken in: what it is, and what became of its entries."""
    told = [
        words.plural(state.entries, "{n} entry", "{n} entries"),
        words.plural(state.triples, "{n} fact", "{n} facts"),
        *(
            f"{words.number(state.outcomes[name])} {words(OUTCOMES[name])}"
            for name in OUTCOMES
            if name in state.outcomes
        ),
    ]
    return f"{state.id} ({state.kind} {state.reader_version}): {', '.join(told)}"


def _kept(session: Session) -> list[Kept]:
    # The release that answers may be an older one that was asked for.
    release = session.release
    return Sources(Releases().home).of(release)


def _as_json(kept: Kept) -> dict[str, Any]:
    return {**kept.state.model_dump(mode="json"), "state": kept.key}


def _cell(state: SourceState, name: str) -> Any:
    value = getattr(state, name)
    return str(value) if name == "label" and value is not None else value


def _counts(name: str) -> bool:
    return name in ("entries", "triples", "size", *OUTCOMES)
