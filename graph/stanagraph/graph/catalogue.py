"""The catalogue of queries: each `.rq` file is a described, parameterised, runnable thing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from .answers import answer
from .dates import day
from .errors import BadArgument, QueryNotFound
from .lookup import labels_of, resolve, resolve_property, resolve_thing
from .names import xsd
from .resources import folder
from .store import Row, Store, Table, Term
from .wording import Wording

_PARAMETERS = re.compile(r"^(?P<indent>[ \t]*)VALUES\s*\((?P<names>[?\w\s]+)\)\s*\{\s*\([UNDEF\s]+\)\s*\}[ \t]*$", re.M)


@dataclass(frozen=True)
class Parameter:
    """One parameter: `kinds` are kinds of thing or SKOS schemes, or one of the words `date`, `thing` and `property`."""

    name: str
    kinds: tuple[str, ...]
    required: bool

    def bind(self, value: str, store: Store) -> ox.NamedNode | ox.Literal:
        """The term that this argument stands for; an unknown name or a bad date is refused."""
        if self.kinds == ("date",):
            return ox.Literal(day(self.name, value), datatype=xsd("date"))
        if self.kinds == ("thing",):
            return resolve_thing(store, value)
        if self.kinds == ("property",):
            return resolve_property(store, value)
        return resolve(store, self.kinds, value)


OVER = ("release", "ontology")


def header_of(text: str) -> dict[str, Any]:
    """What the `#+` lines of a query say, as YAML."""
    lines = [line.removeprefix("#+").removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    header: dict[str, Any] = yaml.safe_load("\n".join(lines)) or {}
    return header


@dataclass(frozen=True)
class Query:
    """A query as it lies on disk, with what its `#+` header says about it.

    `over` is what it is asked of: a `release`, or the `ontology` with its shapes and the terms that queries name.
    `truths` are the columns that hold true or false.
    """

    name: str
    text: str
    question: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    columns: tuple[str, ...]
    over: str = "release"
    truths: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path) -> Query:
        """The query in a file; ValueError if its header says that it is asked of something else than OVER has."""
        text = path.read_text(encoding="utf-8")
        header = header_of(text)
        parameters = {name: _parameter(name, spec or {}) for name, spec in (header.get("parameters") or {}).items()}
        over = header.get("over", "release")
        if over not in OVER:
            raise ValueError(f"{path.name}: over: {over!r}, expected {' or '.join(OVER)}")
        return cls(
            name=path.stem,
            text=text,
            question={key.partition("@")[2]: value for key, value in header.items() if key.startswith("question@")},
            parameters=parameters,
            columns=tuple(header.get("columns", ())),
            over=over,
            truths=frozenset(header.get("truths", ())),
        )

    def told(self, table: Table) -> Table:
        """The answer as every store should give it: Virtuoso has no computed booleans, but 1 and 0."""
        at = [number for number, column in enumerate(table.columns) if column in self.truths]
        if not any(_is_number(row[number]) for row in table.rows for number in at):
            return table
        return Table(
            table.columns,
            [
                tuple(_true(cell) if number in at and _is_number(cell) else cell for number, cell in enumerate(row))
                for row in table.rows
            ],
        )

    def bound(self, arguments: Mapping[str, str], store: Store) -> str:
        """The query with its arguments in place of the UNDEFs of its VALUES lines."""
        for name in arguments:
            if name not in self.parameters:
                why = Wording("is no parameter of {query}; it has none", query=self.name)
                if self.parameters:
                    known = ", ".join(self.parameters)
                    why = Wording("is no parameter of {query}; it has {known}", query=self.name, known=known)
                raise BadArgument(name, why)
        for parameter in self.parameters.values():
            if parameter.required and not arguments.get(parameter.name):
                raise BadArgument(parameter.name, Wording("is required by {query}", query=self.name))
        terms = {name: self.parameters[name].bind(value, store) for name, value in arguments.items() if value}
        return self.with_terms(terms)

    def with_terms(self, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
        """The query with these terms bound: each is written by its own serialiser, never pasted as text.

        A parameter that is not bound is left out. It has no value then, as with UNDEF, which Virtuoso takes for one.
        """

        def line(match: re.Match[str]) -> str:
            names = [name for name in match["names"].replace("?", " ").split() if name in terms]
            variables, values = " ".join(f"?{name}" for name in names), " ".join(str(terms[name]) for name in names)
            return f"{match['indent']}VALUES ({variables}) {{ ({values}) }}" if names else ""

        text, lines = _PARAMETERS.subn(line, self.text)
        if terms and not lines:
            raise BadArgument(next(iter(terms)), f"cannot be bound: {self.name} has no parameter line")
        return text


def _is_number(cell: Term | None) -> bool:
    return isinstance(cell, ox.Literal) and cell.datatype == xsd("integer")


def _true(cell: Term | None) -> ox.Literal:
    return ox.Literal(getattr(cell, "value", "") != "0")


def _parameter(name: str, spec: Mapping[str, Any]) -> Parameter:
    kinds = spec.get("type", ())
    return Parameter(name, (kinds,) if isinstance(kinds, str) else tuple(kinds), bool(spec.get("required", False)))


@dataclass(frozen=True)
class Answer:
    """Rows of one query over one store, and the words for the things in them."""

    query: Query
    store: Store
    columns: tuple[str, ...]
    rows: list[Row]

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """For each IRI in the rows its labels by language (the empty string: no language)."""
        iris = {cell.value for row in self.rows for cell in row if isinstance(cell, ox.NamedNode)}
        return labels_of(self.store, iris)

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row as a mapping from column to term."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


class Catalogue:
    """All queries of one folder, by name."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path if path is not None else folder("queries") / "reports"

    def names(self) -> tuple[str, ...]:
        """The names of all queries, in order."""
        return tuple(sorted(path.stem for path in self._path.glob("*.rq")))

    def __getitem__(self, name: str) -> Query:
        path = self._path / f"{name}.rq"
        if name not in self.names():
            raise QueryNotFound(name, difflib.get_close_matches(name, self.names(), 3, 0.4))
        return Query.read(path)

    def ask(self, store: Store, name: str, arguments: Mapping[str, str] | None = None) -> Answer:
        """Run one query with these arguments."""
        query = self[name]
        table = query.told(answer(store, query.bound(arguments or {}, store)))
        return Answer(query, store, table.columns, table.rows)
