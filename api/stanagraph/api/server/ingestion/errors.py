"""What can be wrong with sources that are sent.

UploadRefused   there is no file in the body, or its parts cannot be read       (422)
NoRoom          the files cannot be written                                     (507)
Interrupted     the process that did the work was ended                         (503)
OutOfTime       the work took longer than it may                                (503)
Told            what the process says is wrong, with a place for each fault
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from stanagraph.graph.errors import (
    BadArgument,
    BadInput,
    BuildRunning,
    DataRefused,
    RowFault,
    StanagraphError,
    TurtleRefused,
)

from .. import problems

_MOST_FAULTS = 200
_MACHINE = re.compile(r"process \d+ on \S+?(?=,|$)")


class UploadRefused(BadInput):
    """There is no file in the body, or its parts cannot be read."""

    problem = "source-refused"


class NoRoom(StanagraphError):
    """The files cannot be written."""

    status = 507
    problem = "no-room"

    def __init__(self) -> None:
        super().__init__("the files cannot be kept now")


class Interrupted(StanagraphError):
    """The process that did the work was ended before it was done."""

    status = 503
    problem = "interrupted"

    def __init__(self) -> None:
        super().__init__("the process that did the work was ended; nothing was changed: ask for it again")


class OutOfTime(StanagraphError):
    """The work took longer than it may."""

    status = 503
    problem = "interrupted"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the work took longer than {seconds} seconds and was ended; nothing was changed")


class Told(StanagraphError):
    """What the process that did the work says is wrong; `marked` is a copy of the workbook that shows it."""

    def __init__(self, said: Mapping[str, Any], marked: str | None = None) -> None:
        self.marked = Path(marked) if marked is not None else None
        self.status, self.problem = int(said["status"]), str(said["code"])
        self.errors: Sequence[Mapping[str, Any]] = tuple(said["errors"])
        self.suggestions: Sequence[str] = tuple(said["suggestions"])
        super().__init__(said["detail"])


def told(error: StanagraphError) -> dict[str, Any]:
    """An error of the pipeline as a problem: in the words of the service, with the place of each fault."""
    found = problems.of(_in_words_of_the_service(error), {})
    if isinstance(error, DataRefused):
        found = replace(found, errors=[_of_row(it) for it in error.faults[:_MOST_FAULTS]], detail=_short(error.faults))
    if isinstance(error, TurtleRefused):
        found = replace(found, errors=list(_of_text(error)))
    return {
        "code": found.code,
        "status": found.status,
        "detail": found.detail,
        "errors": [dict(it) for it in found.errors],
        "suggestions": list(found.suggestions),
    }


def _in_words_of_the_service(error: StanagraphError) -> StanagraphError:
    if isinstance(error, BadArgument) and error.argument.startswith("--"):
        first, *rest = error.argument.removeprefix("--").split("-")
        return BadArgument("".join([first, *(part.title() for part in rest)]), error.why)
    if isinstance(error, BuildRunning):
        return BuildRunning(holder_told(error.holder))
    return error


def holder_told(holder: str) -> str:
    """Who builds, without the name of the machine."""
    return _MACHINE.sub("the command line", holder)


def _of_row(fault: RowFault) -> dict[str, Any]:
    # A graph has no rows.
    row = [str(fault.line)] if fault.line else []
    parts = [fault.file, *([fault.sheet] if fault.sheet else []), *row, fault.column]
    return {
        "pointer": "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts),
        "file": fault.file,
        **({"sheet": fault.sheet} if fault.sheet else {}),
        **({"row": fault.line} if fault.line else {}),
        "cell": fault.column,
        "place": (f"{fault.sheet}!" if fault.sheet else "") + ": ".join([*row, fault.column]),
        "detail": f"{fault.value!r}, expected {fault.expected}",
    }


def _of_text(error: TurtleRefused) -> Iterator[dict[str, Any]]:
    for fault in error.faults:
        pointer = f"/{fault.file}/{fault.line}"
        yield {"pointer": pointer, "file": fault.file, "row": fault.line, "place": f"{fault.line}:{fault.column}",
               "detail": fault.expected}  # fmt: skip


def _short(faults: Sequence[RowFault]) -> str:
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(str(it) for it in faults[:3]) + more
