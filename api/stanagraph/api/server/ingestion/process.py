"""Taking sources in, or leaving some out, in a process of its own: `python -m stanagraph.api.server.ingestion.process`.

Reads an order as a line of JSON. Writes lines of JSON: steps, how far a file is read, who is waited for, and at last
what came of it or what is wrong. When the service is no more, neither is this process.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from stanagraph.graph.changes import Changes, changes
from stanagraph.graph.errors import AudienceNotFound, StanagraphError
from stanagraph.graph.releases import Release, Releases, View
from stanagraph.graph.sources import Kept
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest import pipeline

from ... import release_changes
from ...release_changes import Compared, Names
from ...words import Words, tell
from .errors import told
from .orders import Order

# Of each kind of change, as many as are told; all are counted.
_SHOWN = 20


class _Lines:
    """What the service hears, line by line."""

    def __init__(self, file: int) -> None:
        self._file = os.fdopen(file, "w", encoding="utf-8")

    def __call__(self, **said: Any) -> None:
        self._file.write(json.dumps(said, ensure_ascii=False) + "\n")
        self._file.flush()


class _Preview:
    """What a dry run would change in what one audience sees."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.changes: dict[str, Any] | None = None
        self.release: str | None = None

    def __call__(self, audience: str, before: View | None, after: View) -> None:
        """Compare while both can be opened."""
        if audience != self._order.audience:
            return
        stores = before.open() if before is not None else EmbeddedStore(), after.open()
        found, language = changes(*stores), self._order.language
        short = Changes(tuple(replace(part, changes=part.changes[:_SHOWN]) for part in found.sections), found.graphs)
        compared = Compared(before.identifier if before is not None else "", after.identifier, audience, short)
        told = release_changes.as_json(compared, Names(reversed(stores), language), Words(language))
        for section, whole in zip(told["sections"], found.sections, strict=True):
            section["counts"] = {kind: whole.count(kind) for kind in section["counts"]}
        del told["audience"]
        self.changes, self.release = {**told, "from": told["from"] or None}, after.identifier


def carry_out(order: Order, say: _Lines) -> dict[str, Any]:
    """Do what the order says; the result is what its caller is told."""
    releases = Releases(Path(order.home), by=order.by)
    before = _seen(releases, order.audience)
    preview = _Preview(order) if order.dry_run else None

    def observe(step: str, detail: str) -> None:
        say(step=step, detail=detail)

    def waiting(holder: str) -> None:
        say(waiting=holder)

    common: dict[str, Any] = {
        "releases": releases,
        "observe": observe,
        "waiting": waiting if order.wait else None,
        "preview": preview,
        "audience": order.audience,
    }
    if order.remove:
        result = pipeline.remove(order.remove, **common)
    else:
        given = [_given(it) for it in order.sources]
        result = pipeline.ingest(given, progress=lambda *how: say(reading=how), **common)
    now = before if preview is not None else _seen(releases, order.audience)
    return {
        "dryRun": order.dry_run,
        "release": now,
        "previous": before,
        "would": preview.release if preview is not None else None,
        "taken": [_told(it) for it in result.taken],
        "unchanged": [it.state.id for it in result.unchanged],
        "removed": list(order.remove),
        "changes": preview.changes if preview is not None else None,
        "whole": result.release.identifier if result.release is not None else None,
    }


def _given(said: Mapping[str, Any]) -> pipeline.Given:
    """A source as it was sent. A copy with its bad cells marked goes beside the file, and away with it."""
    found = pipeline.given(**said)
    if pipeline.is_remote(found.source):
        return found
    return replace(found, tell=tell, marked=found.path.with_name(f"{found.path.name}.marked.xlsx"))


def _seen(releases: Releases, audience: str) -> str | None:
    """What the caller calls the current release."""
    try:
        current: Release = releases.current()
        return current.view(audience).identifier
    except (AudienceNotFound, StanagraphError):
        return None


def _told(kept: Kept) -> dict[str, Any]:
    state = kept.state
    return {
        "id": state.id,
        "kind": state.kind,
        "name": state.name,
        "label": str(state.label) if state.label is not None else None,
        "captured": state.captured,
        "confidence": state.confidence,
        "sha256": state.sha256,
        "size": state.size,
        "entries": state.entries,
        "facts": state.triples,
        "outcomes": dict(state.outcomes),
    }


def _until_the_service_ends() -> None:
    """The other end of standard input is closed when the service ends, however that happens."""
    while os.read(0, 4096):
        pass
    # With all that this process has begun.
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Carry one order out."""
    say = _Lines(os.dup(1))
    # What libraries print is no part of what the service hears.
    os.dup2(2, 1)
    line = bytearray()
    while not line.endswith(b"\n"):
        if not (piece := os.read(0, 1)):
            return
        line += piece
    order = Order(**json.loads(line))
    threading.Thread(target=_until_the_service_ends, daemon=True).start()
    try:
        say(result=carry_out(order, say))
    except StanagraphError as error:
        if error.status >= 500:
            traceback.print_exc(file=sys.stderr)
        marked = getattr(error, "marked", None)
        say(wrong=told(error), marked=str(marked) if marked is not None else None)


if __name__ == "__main__":
    main()
