"""What a dry run would change, shown in the words of `release diff`."""

from __future__ import annotations

from stanagraph.graph.changes import Changes, changes
from stanagraph.graph.releases import View
from stanagraph.graph.store import EmbeddedStore

from ..release_changes import Compared, Names
from .release_diff import drawn
from .session import Session


class Preview:
    """Hears the views of each audience before and after, and writes what differs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: list[str] = []

    def __call__(self, audience: str, before: View | None, after: View) -> None:
        """Compare while both can be opened: what would have been built is gone after the run."""
        stores = before.open() if before is not None else EmbeddedStore(), after.open()
        found: Changes = changes(*stores)
        words = self._session.words
        old = before.identifier if before is not None else words("nothing")
        compared = Compared(old, after.identifier, audience, found)
        told = drawn(self._session, compared, Names(reversed(stores), self._session.language), whole=False)
        self._shown += [words("audience: {name}", name=audience), told]

    def show(self) -> None:
        """Write what would change for each audience."""
        self._session.write("\n".join(self._shown))
