"""How a request failed."""

from __future__ import annotations

from typing import Literal

Outcome = Literal["timed-out", "refused", "broken-off", "unreadable"]


class NetworkFault(Exception):
    """An attempt that failed: how, whether another one may help, and how long its host asks to wait."""

    def __init__(self, outcome: Outcome, detail: str, *, again: bool = False, wait: float | None = None) -> None:
        self.outcome, self.detail, self.again, self.wait = outcome, detail, again, wait
        super().__init__(detail)
