"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ..words import message


class Format(StrEnum):
    """The forms in which an answer can be written."""

    table = "table"
    json = "json"
    csv = "csv"
    turtle = "turtle"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help=message("How the answer is written."))]
ClassOption = Annotated[
    str | None, typer.Option("--class", "-c", metavar="CLASS", help=message("Munition class, such as 155mm or mortar."))
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help=message("Date for which the answer holds, as 2024-01-31.")),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=message("Show what would change, and change nothing."))]
WaitOption = Annotated[
    bool, typer.Option("--wait/--no-wait", help=message("Whether to wait while another process builds."))
]
# What stands under a table that was asked for as of a date.
LATER = message("Statements dated later are left out; whether what they say held before is not known.")
# What is said of a verdict that a statement of low confidence carries, and its mark in tables.
WEAK = message("low confidence: this verdict would fall with a statement that is little trusted")
LOW = "°"
# The same of a verdict or gap that rests on a service which has failed since.
OLD = message("out of date: this rests on a source that no longer answers")
STALE = "†"
