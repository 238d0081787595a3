"""Dates as people give them: a day of the calendar, within the time that the facts can speak of."""

from __future__ import annotations

import datetime

from .errors import BadArgument
from .wording import Wording

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)


def day(name: str, text: str) -> str:
    """The day as year-month-day; BadArgument under this name if it is none, or lies out of range."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        why = Wording("{text} is not a date; expected year-month-day, as 2024-01-31", text=repr(text))
        raise BadArgument(name, why) from None
    if not EARLIEST <= found <= LATEST:
        why = Wording(
            "{text} is out of range; expected a date from {first} to {last}",
            text=repr(text),
            first=EARLIEST.isoformat(),
            last=LATEST.isoformat(),
        )
        raise BadArgument(name, why)
    return found.isoformat()
