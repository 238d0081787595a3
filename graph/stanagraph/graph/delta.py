"""The quads that only one of two stores has.

A finished store has beside its files a list of its subjects, each with a digest of what is said of it. Where two stores
have it, their lists tell which subjects differ, and only these are read.
"""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import islice, zip_longest
from typing import BinaryIO

import pyoxigraph as ox

from .store import EmbeddedStore, Store

SUBJECTS = "SUBJECTS"
_AT_ONCE = 5_000  # lines that are compared at once
# With more subjects than these, reading the stores whole takes no longer.
_MOST = 20_000
_NAMELESS = b"_:"
_BLANK = re.compile(rb"(^|> )_:\S+ ")
_SIZE = 8


class Subjects:
    """Writes the list of subjects while it hears the lines of a store.

    A run of lines on one subject makes one line here, so that nothing is kept. Blank nodes, which cannot be asked for,
    make one together.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._subject, self._sum, self._nameless = file, b"", 0, 0

    def hear(self, lines: Iterable[bytes]) -> None:
        """Take in these lines of N-Quads."""
        number = int.from_bytes
        for line in lines:
            subject = line[: line.index(b" ")]
            digest = number(blake2b(_sign(line), digest_size=_SIZE).digest(), "little")
            if not subject.endswith(b">"):
                self._nameless += digest
                continue
            if subject != self._subject:
                self._end()
                self._subject = subject
            self._sum += digest

    def finish(self) -> None:
        """Write what is left."""
        self._end()
        self._write(_NAMELESS, self._nameless)

    def _end(self) -> None:
        if self._subject:
            self._write(self._subject, self._sum)
        self._sum = 0

    def _write(self, subject: bytes, total: int) -> None:
        self._file.write(b"%b %x\n" % (subject, total % (1 << 8 * _SIZE)))


@dataclass(frozen=True)
class GraphChange:
    """How many triples of one named graph came and went."""

    graph: str
    came: int
    went: int


@dataclass(frozen=True)
class Delta:
    """The lines of N-Quads that only the store before has, and that only the store after has."""

    went: frozenset[bytes]
    came: frozenset[bytes]

    @classmethod
    def between(cls, before: Store, after: Store) -> Delta:
        """Compare two stores; what is kept in memory grows with what differs, not with the stores."""
        subjects = _differing(before, after)
        if subjects is None:
            return cls(*_apart(_lines(before), _lines(after)))
        return cls(*_apart(_said_of(subjects, before), _said_of(subjects, after)))

    def graphs(self) -> tuple[GraphChange, ...]:
        """How many triples came and went in each graph; a blank node is known by what is said of it."""
        went, came = Counter(map(_sign, self.went)), Counter(map(_sign, self.came))
        totals: dict[str, list[int]] = {}
        for side, lines in enumerate((came - went, went - came)):
            for line, count in lines.items():
                totals.setdefault(_graph(line), [0, 0])[side] += count
        return tuple(GraphChange(name, *counts) for name, counts in sorted(totals.items()))

    def subjects(self, properties: Collection[str]) -> set[str]:
        """The subjects of all triples with these properties, as SPARQL writes them; a blank node begins with "_:"."""
        return set().union(*(self._subjects.get(name, ()) for name in properties))

    @cached_property
    def _subjects(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in self.went | self.came:
            subject, property_, _ = line.split(b" ", 2)
            found.setdefault(property_[1:-1].decode(), set()).add(subject.decode())
        return found


def _differing(before: Store, after: Store) -> set[bytes] | None:
    """The subjects of which the two stores do not say the same; None where that is not known, or they are many."""
    lists = [it.folder / SUBJECTS for it in (before, after) if isinstance(it, EmbeddedStore) and it.folder is not None]
    if len(lists) < 2 or not all(path.is_file() for path in lists):
        return None
    with lists[0].open("rb") as old, lists[1].open("rb") as new:
        went, came = _apart(old, new)
    subjects = {line.rpartition(b" ")[0] for line in went | came}
    return None if _NAMELESS in subjects or len(subjects) > _MOST else subjects


def _apart(before: Iterable[bytes], after: Iterable[bytes]) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The lines that only one side has.

    Both are read once, side by side. Stores on disk keep equal quads in equal order, so that little more than what
    differs waits for its match; any other order gives the same answer and takes more memory.
    """
    went: set[bytes] = set()
    came: set[bytes] = set()
    for old, new in zip_longest(_blocks(before), _blocks(after), fillvalue=()):
        lost, found = set(old), set(new)
        both = lost & found
        lost -= both
        found -= both
        back, again = lost & came, found & went
        came -= back
        went -= again
        went |= lost - back
        came |= found - again
    return frozenset(went), frozenset(came)


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting = iter(lines)
    while block := list(islice(waiting, _AT_ONCE)):
        yield block


def _lines(store: Store) -> Iterator[bytes]:
    """Every quad as a line of N-Quads; a store that can write itself does so in a thread, ahead of the reader."""
    if not isinstance(store, EmbeddedStore):
        yield from map(_line, store.quads())
        return
    end, beginning = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with open(beginning, "wb") as file:
                store.dump(file)
        except BrokenPipeError:
            pass  # The reader has left.
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=write, daemon=True)
    with open(end, "rb") as file:
        writer.start()
        yield from file
    writer.join()
    if failed:
        raise failed[0]


def _said_of(subjects: Collection[bytes], store: Store) -> Iterator[bytes]:
    assert isinstance(store, EmbeddedStore)
    for subject in sorted(subjects):
        yield from map(_line, store.match(ox.NamedNode(subject[1:-1].decode()), None, None))


def _line(quad: ox.Quad) -> bytes:
    return f"{quad} .\n".encode()


def _sign(line: bytes) -> bytes:
    """A line without the names of its blank nodes, which mean nothing in another store."""
    return _BLANK.sub(rb"\1_: ", line) if _NAMELESS in line else line


def _graph(line: bytes) -> str:
    name = line.rsplit(b" ", 2)[-2].decode()
    return name[1:-1] if name.startswith("<") else ""
