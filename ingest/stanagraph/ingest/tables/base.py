"""What all tables share: a row model is at once the check of a row and what it says in the graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import pyoxigraph as ox
from pydantic import BaseModel, ConfigDict

from ..cells import Confidence, Identifier, Source, Text

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
Fact = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


class Record(BaseModel, ABC):
    """One row of one table, about one thing."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    kind: ClassVar[str]
    type: ClassVar[str]
    # Two rows with one key are an error in tables of things, and two reports in tables of relations.
    unique: ClassVar[bool] = True

    @abstractmethod
    def key(self) -> str:
        """The key of the thing that the row is about."""

    def about(self, me: ox.NamedNode) -> Iterator[ox.NamedNode]:
        """The things that the row's statement is about."""
        yield me

    def statement_key(self) -> str:
        """The key of the row itself, where one thing may have several rows."""
        return self.key()

    def types(self) -> tuple[str, ...]:
        """The classes of the thing."""
        return (self.type,)

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        """What the row says beyond what its columns say one by one."""
        yield from ()


class Row(Record):
    """A row that states a fact: it carries its source and how far that is to be trusted."""

    source: Source
    confidence: Confidence
    note: Text | None = None


class Identified(Record):
    """A row about a thing that has an id of its own."""

    id: Identifier

    def key(self) -> str:
        return self.id
