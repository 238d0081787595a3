"""From the cells of a row to an entry: checked, and with what the row leaves open filled in from the workbook."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from stanagraph.graph.names import thing
from stanagraph.graph.wording import Wording, message

from ...facts import facts_of, statement_date, subject_of
from ...read import Wrong, checked, wrong_cells, wrong_links
from ...tables import TABLES, Record, Row
from .. import Entry, Place, Work
from .known import Known


class Writer:
    """Turns the rows of one table into entries, and remembers what a second row may not repeat."""

    def __init__(self, table: str, work: Work, known: Known) -> None:
        self.table, self.model, self.work, self.known = table, TABLES[table], work, known
        self._cites = issubclass(self.model, Row)
        self._lists = {name for name, field in self.model.model_fields.items() if "tuple" in str(field.annotation)}
        # For each key how many rows have it, and for each report the row that has it.
        self._times: dict[str, int] = {}
        self._first: dict[int | str, int] = {}

    def entry(self, given: dict[str, str], place: Place) -> Entry | list[Wrong]:
        """The entry that these cells make, or what is wrong with them."""
        cited, trusted = given.get("source"), given.get("confidence")
        if self._cites:
            given.setdefault("source", self.work.source)
            given.setdefault("confidence", self.work.confidence)
        row = checked(given, self.model)
        if isinstance(row, list):
            return [*row, *self._links(given, {wrong.column for wrong in row})]
        wrong = [*self._repeated(row, place), *wrong_cells(row, self.known, self.work.vocabulary, self.known.units)]
        if self.table == "sources" and row.key() == self.work.source:
            wrong.append(Wrong("id", row.key(), message("an id other than that of the workbook itself")))
        if wrong:
            return wrong
        key = row.statement_key()
        times = self._how_often(key, row)
        # The second report of one source is not the second one of another.
        me = subject_of(row, self.known, f"~{self.work.source}-{times}" if times > 1 else "")
        facts = tuple(facts_of(row, me, self.known))
        about = tuple(dict.fromkeys([*row.about(me), *(said.subject for said in facts)]))
        if any(_is_path(subject) for subject in about):
            return [Wrong("", row.key(), message("no path: no . or .. between slashes"))]
        cites = cited if self._cites and cited != self.work.source else None
        return Entry(
            key=f"{self.table}/{key}" + (f"~{times}" if times > 1 else ""),
            place=place,
            about=about,
            facts=facts,
            cites=thing("source", cites) if cites else None,
            confidence=trusted or "" if self._cites else "",
            as_of=statement_date(row) if isinstance(row, Row) else None,
            note=row.note if isinstance(row, Row) else None,
        )

    def _links(self, given: dict[str, str], wrong: set[str]) -> Iterator[Wrong]:
        """What else is wrong with a row that is no row of its table: a person mends all of it at once."""
        parts = {
            column: tuple(part.strip() for part in text.split(";")) if column in self._lists else (text,)
            for column, text in given.items()
            if column not in wrong
        }
        return wrong_links(self.model, parts, self.known, self.work.vocabulary)

    def _repeated(self, row: Record, place: Place) -> Iterator[Wrong]:
        key: int | str = row.statement_key() if row.unique else hash(row)
        line = place.row or 0
        if (first := self._first.setdefault(key, line)) != line:
            column = "id" if "id" in self.model.model_fields else ""
            words = (
                Wording("an id that no other row has (row {row} has it)", row=first)
                if row.unique
                else message("a row given once")
            )
            yield Wrong(column, str(key) if row.unique else Wording("the same as row {row}", row=first), words)

    def _how_often(self, key: str, row: Record) -> int:
        """How many reports with this key there have been: those of one thing have one."""
        if row.unique:
            return 1
        self._times[key] = self._times.get(key, 0) + 1
        return self._times[key]


def _is_path(subject: ox.NamedNode) -> bool:
    parts = subject.value.split("/")[4:]
    return any(part in (".", "..") for part in parts)
