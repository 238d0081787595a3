"""Kinds of source: the interface that all readers share, and how they are found.

A reader turns one file into entries. An entry is one record of the file (a row, a list item, a member of an archive):
where it stands, what it is about and which facts it states. What becomes of an entry that states nothing is said as
well: every entry of a file is loaded, merged with another, or listed with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

import pyoxigraph as ox

from stanagraph.graph.errors import RowFault
from stanagraph.graph.wording import Wording
from stanagraph.graph.workspace import LimitSettings

GROUP = "stanagraph.readers"
HEAD = 64 * 1024  # of a file, by which its kind is known


class Said(NamedTuple):
    """One fact, and the column, field or key path of the entry that states it (empty: the entry as a whole)."""

    subject: ox.NamedNode
    predicate: ox.NamedNode
    value: ox.NamedNode | ox.Literal
    column: str = ""


@dataclass(frozen=True)
class Place:
    """Where an entry stands: a file (or a member of an archive), a sheet in it, and a row, line or item, from 1."""

    file: str
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Entry:
    """One record of a source that states facts.

    `key` is unique within the source and does not depend on the order of entries, where the source allows that.
    `about` holds the things that the entry describes. `cites` is the page that the entry itself names as its source;
    without one the file is the source. An empty `confidence` is that of the source; `as_of` is a date of 4, 7 or 10
    characters.
    """

    key: str
    place: Place
    about: tuple[ox.NamedNode, ...]
    facts: tuple[Said, ...]
    cites: ox.NamedNode | None = None
    confidence: str = ""
    as_of: str | None = None
    note: str | None = None


class Outcome(StrEnum):
    """What became of an entry, or of a part of one, that is not simply loaded."""

    MERGED = "merged"  # it says no more than another entry, which the reason names
    NOT_LOADED = "not-loaded"  # it could not be interpreted; the reason says why
    REMARK = "remark"  # it is loaded, and something about it deserves a look


@dataclass(frozen=True)
class Remark:
    """What became of one entry, and why; `code` groups remarks of one kind, `text` is a sentence for people."""

    place: Place
    outcome: Outcome
    code: str
    text: Wording


@dataclass
class Account:
    """What a reader tells of a file besides its entries.

    `counts` is the reader's own tally of what the file holds ("covers": 1062). `columns` gives, for each sheet, the
    place of each column as people find it ("C", "4", "document.title").
    """

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Described:
    """What a file says of itself; None is not known."""

    title: str | None = None
    publisher: str | None = None
    licence: str | None = None
    captured: str | None = None  # a date as precise as the file gives it: 2021, 2021-07 or 2021-07-18
    source_kind: str = "not-known"  # a notation of the scheme source-kind
    url: str | None = None


@dataclass(frozen=True)
class Limits:
    """What a file may cost. Sizes are in bytes, after decompression too."""

    size: int = 512 * 1024**2
    unpacked: int = 2 * 1024**3
    members: int = 20_000  # files in an archive
    entries: int = 5_000_000
    faults: int = 1_000  # after so many the reader stops: nobody reads more

    @classmethod
    def of(cls, settings: LimitSettings) -> Limits:
        """Those that stanagraph.toml sets."""
        return cls(size=settings.size, unpacked=settings.unpacked, entries=settings.entries)


@dataclass
class Work:
    """What a reader is given, and where it reports to."""

    source: str  # the id of the source; its graph is graph(source)
    confidence: str  # of the source as a whole: high, medium or low
    captured: str | None  # the date for which the file speaks
    vocabulary: Mapping[str, frozenset[str]]  # for each SKOS scheme its notations
    known: Mapping[str, Collection[str]]  # for each kind of thing the keys that other sources have
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # those of each parameter, where they are known
    options: Mapping[str, str] = field(default_factory=dict)  # what the reader documents, as given on the command line
    limits: Limits = field(default_factory=Limits)
    account: Account = field(default_factory=Account)
    faults: list[RowFault] = field(default_factory=list)
    progress: Callable[[int, int | None], None] = lambda done, total: None

    def count(self, what: str, number: int = 1) -> None:
        """Add to the tally of what the file holds."""
        self.account.counts[what] += number

    def merged(self, place: Place, code: str, message: str, **values: object) -> None:
        """Say that an entry adds nothing to another one."""
        self._note(place, Outcome.MERGED, code, message, values)

    def not_loaded(self, place: Place, code: str, message: str, **values: object) -> None:
        """Say that an entry, or a part of it, could not be interpreted. The rest of the file is loaded."""
        self._note(place, Outcome.NOT_LOADED, code, message, values)

    def remark(self, place: Place, code: str, message: str, **values: object) -> None:
        """Say something of an entry that is loaded."""
        self._note(place, Outcome.REMARK, code, message, values)

    def _note(self, place: Place, outcome: Outcome, code: str, message: str, values: Mapping[str, object]) -> None:
        text = Wording(message, **values) if values else Wording.of(message)
        self.account.remarks.append(Remark(place, outcome, code, text))

    def refuse(self, fault: RowFault) -> None:
        """Say that a cell is wrong: the whole file is refused, after all its faults have been found."""
        self.faults.append(fault)


@runtime_checkable
class Reader(Protocol):
    """Reads one kind of file.

    `read` is a generator, so that a file larger than memory can be read. It raises SourceRefused where the file as a
    whole cannot be read; faults of single cells go to `work.refuse`.
    """

    kind: ClassVar[str]
    version: ClassVar[str]

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether this is a file of the kind, judged by its name and its first bytes."""
        ...

    def describe(self, path: Path) -> Described:
        """What the file says of itself."""
        ...

    def read(self, path: Path, work: Work) -> Iterator[Entry]:
        """The entries of the file."""
        ...


@cache
def readers() -> dict[str, Reader]:
    """All readers that are installed, by kind."""
    found: dict[str, Reader] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        reader = point.load()()
        if not isinstance(reader, Reader):
            raise TypeError(f"{point.value} is no reader")
        found[reader.kind] = reader
    return found
