"""What a dry run would change, shown in the words of `release diff`."""

from __future__ import annotations

from stanagraph.graph.releases import View

from .session import Session


class Preview:
    """Hears the views of each audience before and after, and shows what differs."""

    def __init__(self) -> None:
        self._heard: list[tuple[str, View | None, View]] = []

    def __call__(self, audience: str, before: View | None, after: View) -> None:
        """Compare while both can be opened."""
        self._heard.append((audience, before, after))

    def show(self, session: Session) -> None:
        """Write what would change for each audience."""
