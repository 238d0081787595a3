"""When to ask again, and after how long: the same for the client that waits and the one that awaits."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_AGAIN = frozenset({429, 503})


@dataclass(frozen=True)
class Retries:
    """How often one request is sent at most, and how many seconds lie between.

    Without `Retry-After` the wait is by chance, up to `first` and twice as much each time, never above `longest`. A
    service that wants to be left alone for longer than `longest` is left alone: the problem is raised at once.
    """

    attempts: int = 4
    first: float = 0.5
    longest: float = 30.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first < 0 or self.longest < 0:
            raise ValueError("attempts must be at least 1, and waits not below 0")


NEVER = Retries(attempts=1)


class Attempts:
    """The attempts of one request."""

    def __init__(self, retries: Retries, chance: Callable[[], float] = random.random) -> None:
        self._retries, self._chance = retries, chance
        self._made = 0

    def after_silence(self) -> float | None:
        """How long to wait after an attempt that nobody answered; None: no longer."""
        self._made += 1
        return None if self._made >= self._retries.attempts else self._backoff()

    def after(self, status: int, headers: Mapping[str, str]) -> float | None:
        """How long to wait after this answer; None: it is the last, or there is nothing to wait for."""
        self._made += 1
        if status not in _AGAIN or self._made >= self._retries.attempts:
            return None
        asked = retry_after(headers)
        if asked is None:
            return self._backoff()
        return asked if asked <= self._retries.longest else None

    def _backoff(self) -> float:
        return self._chance() * float(min(self._retries.longest, self._retries.first * 2 ** (self._made - 1)))


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime.datetime] | None = None) -> float | None:
    """The seconds of `Retry-After`, which may be a number or a date; None where it says nothing of use."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=datetime.UTC)
    today = now() if now is not None else datetime.datetime.now(datetime.UTC)
    return max(0.0, (when - today).total_seconds())
