"""Work in sight: a line a step on a terminal, with rate and remaining time where they are known; one line elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console

from stanagraph.graph.releases import Release, Releases

from ..words import Words, message
from .consoles import console_for

if TYPE_CHECKING:
    from stanagraph.ingest.pipeline import Inputs

STEPS = {
    "read": message("Read and check the sources"),
    "reason": message("Reason over the ontology and the facts"),
    "validate": message("Validate the shapes"),
    "derive": message("Derive verdicts, gaps and actions"),
    "check": message("Run the checks"),
    "store": message("Write the store"),
    "publish": message("Publish"),
}


class Steps(AbstractContextManager["Steps"]):
    """The steps of a run on a terminal, each with what it works on and then a tick; `heard` names those that came."""

    def __init__(self, words: Words, *, quiet: bool = False) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn

        self._words = words
        self._console = console_for(sys.stderr)
        self._shown = self._console.is_terminal and not quiet
        columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TextColumn("{task.fields[on]}"))
        self._progress = Progress(*columns, console=self._console, transient=False)
        self._current: tuple[str, int] | None = None
        self._reading: tuple[str, float] | None = None
        self.heard: list[str] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._finish()
        self._progress.stop()

    def _finish(self) -> None:
        if self._current:
            self._progress.update(self._current[1], completed=1, on="")  # type: ignore[arg-type]
            self._current = None

    def __call__(self, step: str, detail: str) -> None:
        """Hear of a step and what it works on."""
        self.heard.append(step)
        if not self._shown:
            return
        if self._current is None:
            # Work that turns out to be none has no steps to show.
            self._progress.start()
        if self._current is None or self._current[0] != step:
            self._finish()
            description = self._words(STEPS[step]) if step in STEPS else step
            self._current = (step, self._progress.add_task(description, total=1, on=detail))
        self._progress.update(self._current[1], on=detail)  # type: ignore[arg-type]

    def progress(self, name: str, done: int, total: int | None) -> None:
        """Hear how far the reading of a source has come."""
        now = time.monotonic()
        if self._reading is None or self._reading[0] != name:
            self._reading = (name, now)
        if not self._shown or self._current is None:
            return
        rate = done / max(now - self._reading[1], 0.001)
        told = [name, self._words.number(done)]
        if total:
            told[1] = self._words("{done} of {total}", done=told[1], total=self._words.number(total))
        told.append(self._words("{rate} a second", rate=self._words.number(rate)))
        if total and rate and done < total:
            left = int((total - done) / rate)
            told.append(self._words("{time} left", time=f"{left // 60}:{left % 60:02}"))
        self._progress.update(self._current[1], on=" · ".join(told))  # type: ignore[arg-type]

    def waiting(self, holder: str) -> None:
        """Hear that another process builds."""
        text = self._words("waiting: another process builds a release here ({holder})", holder=holder)
        self._console.print(text, style="dim", highlight=False)


def build_visibly(
    words: Words,
    releases: Releases | None = None,
    inputs: Inputs | None = None,
    *,
    again: bool = False,
    quiet: bool = False,
    tell: Console | None = None,
) -> Release:
    """Build a release in sight on standard error; `tell` gets the one line at the end, `quiet` leaves that alone."""
    from stanagraph.ingest import pipeline

    began = time.monotonic()
    with Steps(words, quiet=quiet) as steps:
        release = pipeline.build(releases, inputs, steps, again=again, waiting=steps.waiting)
    (tell or console_for(sys.stderr)).print(how_it_ended(words, release, steps, began))
    return release


def how_it_ended(words: Words, release: Release, steps: Steps, began: float) -> str:
    """One line on what came of a run that began at this moment of `time.monotonic`."""
    if "publish" not in steps.heard:
        return words("Release {id} is current: nothing has changed since", id=release.identifier)
    seconds = words.number(max(1, time.monotonic() - began))
    return words("Built release {id} in {seconds} s", id=release.identifier, seconds=seconds)


class Searching(AbstractContextManager["Searching"]):
    """The search for a plan on a terminal: what is found so far, and the limit that is proven by then."""

    def __init__(self, words: Words) -> None:
        self._words, self._console = words, console_for(sys.stderr)
        self._status = self._console.status(words("Searching for the best plan"))

    def __enter__(self) -> Searching:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def better(self, value: int, bound: int) -> None:
        """Hear of a better plan."""
        words = self._words
        found, limit = words.number(value), words.number(bound)
        self._status.update(words("Searching for the best plan: {value}, limit {bound}", value=found, bound=limit))
