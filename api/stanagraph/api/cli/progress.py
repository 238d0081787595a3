"""Building a release in sight: a line a step on a terminal, one line at the end elsewhere."""

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
    "read": message("Read and check the tables"),
    "reason": message("Reason over the ontology and the facts"),
    "validate": message("Validate the shapes"),
    "derive": message("Derive verdicts, gaps and actions"),
    "check": message("Run the checks"),
    "store": message("Write the store"),
    "publish": message("Publish"),
}


class Steps(AbstractContextManager["Steps"]):
    """The steps of a build on a terminal, each with what it works on and then a tick."""

    def __init__(self, words: Words) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn

        self._words = words
        columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TextColumn("{task.fields[on]}"))
        self._progress = Progress(*columns, console=console_for(sys.stderr), transient=False)
        self._current: tuple[str, int] | None = None

    def start(self) -> None:
        """Begin to show."""
        self._progress.start()

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
        if self._current is None or self._current[0] != step:
            self._finish()
            description = self._words(STEPS[step]) if step in STEPS else step
            self._current = (step, self._progress.add_task(description, total=1, on=detail))
        self._progress.update(self._current[1], on=detail)  # type: ignore[arg-type]


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

    console = console_for(sys.stderr)
    began = time.monotonic()
    heard: list[str] = []
    if console.is_terminal and not quiet:
        steps = Steps(words)

        def observe(step: str, detail: str) -> None:
            # An unchanged release has no steps to show.
            if not heard:
                steps.start()
            heard.append(step)
            steps(step, detail)

        with steps:
            release = pipeline.build(releases, inputs, observe, again=again)
    else:
        release = pipeline.build(releases, inputs, lambda step, _: heard.append(step), again=again)
    seconds = words.number(max(1, time.monotonic() - began))
    line = words("Built release {id} in {seconds} s", id=release.identifier, seconds=seconds)
    if not heard:
        line = words("Release {id} is current: nothing has changed since", id=release.identifier)
    (tell or console).print(line)
    return release
