"""Which ids a workbook may refer to: its own, and those of the other sources."""

from __future__ import annotations

import difflib
import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping

from stanagraph.graph.wording import Wording

from ...tables import TABLES

_COMPARED = 5_000  # to find near names among more would take longer than a person waits for them
_HINTS = 200


class Known:
    """Answers in which table an id is, for a workbook of its own among other sources."""

    def __init__(
        self, source: str, others: Mapping[str, Collection[str]], vocabulary: Mapping[str, frozenset[str]]
    ) -> None:
        self._source, self._others, self._nations = source, others, vocabulary.get("nation", frozenset())
        # For each table its ids, each with the row that has it.
        self.own: dict[str, dict[str, int]] = defaultdict(dict)
        self.units: dict[str, tuple[str, ...]] = {}
        self._hints = 0

    def table_of(self, identifier: str, tables: tuple[str, ...]) -> str | None:
        """The first of these tables that has this id: in the workbook, or in another source."""
        for table in tables:
            if identifier in self.own.get(table, ()) or identifier in self._others.get(TABLES[table].kind, ()):
                return table
            if table == "sources" and identifier == self._source:
                return table
            # The vocabulary has every nation, whether a table says more of it or not.
            if table == "nations" and identifier in self._nations:
                return table
        return None

    def expected(self, value: str, tables: tuple[str, ...]) -> str:
        """Where the id should have been, with near ones."""
        self._hints += 1
        close = self._near(value, tables) if self._hints <= _HINTS else []
        hint = Wording(" (near: {names})", names=", ".join(close)) if close else ""
        return Wording("an id of {tables}, in this workbook or in another source{near}", tables=tables, near=hint)

    def _near(self, value: str, tables: tuple[str, ...]) -> list[str]:
        pools: list[Collection[str]] = []
        for table in tables:
            pools += [self.own.get(table, ()), self._others.get(TABLES[table].kind, ())]
            pools += [self._nations] if table == "nations" else []
        known = itertools.chain.from_iterable(pools)
        if sum(map(len, pools)) > _COMPARED:
            begin = value[:2].casefold()
            known = itertools.chain(itertools.islice((key for key in known if key[:2].casefold() == begin), _COMPARED))
        # Upper and lower case are the commonest difference, and not a near one to difflib.
        plain = {key.casefold(): key for key in sorted(set(known))}
        return [plain[key] for key in difflib.get_close_matches(value.casefold()[:100], plain, 2, 0.6)]
