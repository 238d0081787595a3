"""Sorting statements by what they are about, in little memory and in an order that does not depend on the file.

The statements are spread over files by a digest of their subject; each file is then small enough to be grouped in
memory. (A store on disk does the same five times slower: it looks up each name on the way out.)

Blank nodes get an address that is drawn from what is said of them, so that a later edition of the file gives the same
address to the same node. The exact algorithm for that (RDFC-1.0) takes time that can grow exponentially with a file
made to that end; this one takes a fixed number of rounds. Nodes of which the same is said are numbered in the order
of the file, and never taken for one.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import pyoxigraph as ox

Subject = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal
Group = tuple[ox.NamedNode, list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]]

_FILES = 64
_AT_ONCE = 200_000  # statements in memory
_ROUNDS = 32
_MASK = (1 << 64) - 1


class TooMany(Exception):
    """More statements or blank nodes than a source may have."""

    def __init__(self, what: str, limit: int) -> None:
        self.what, self.limit = what, limit
        super().__init__(f"more than {limit} {what}")


class Subjects:
    """Takes statements in any order and gives them back by subject; works in a folder that its owner removes."""

    def __init__(self, folder: Path, genid: str, statements: int, blank_nodes: int = 1_000_000) -> None:
        self._folder, self._genid = folder, genid
        self._most, self._most_blank = statements, blank_nodes
        self._files: dict[int, TextIO] = {}
        self._blank: TextIO | None = None
        self._numbers: dict[str, int] = {}
        self.statements = 0

    @property
    def blank_nodes(self) -> int:
        """How many blank nodes have been seen."""
        return len(self._numbers)

    def add(self, subject: Subject, predicate: ox.NamedNode, value: Value, scope: str = "") -> None:
        """Take one statement; blank nodes of the same name are one within a scope."""
        self.statements += 1
        if self.statements > self._most:
            raise TooMany("statements", self._most)
        if isinstance(subject, ox.NamedNode) and not isinstance(value, ox.BlankNode):
            self._put(subject, f"{subject} {predicate} {value} .\n")
            return
        if self._blank is None:
            self._blank = (self._folder / "blank.nt").open("w", encoding="utf-8", newline="\n")
        parts = [self._numbered(part, scope) if isinstance(part, ox.BlankNode) else part for part in (subject, value)]
        self._blank.write(f"{parts[0]} {predicate} {parts[1]} .\n")

    def _put(self, subject: ox.NamedNode, line: str) -> None:
        number = zlib.crc32(subject.value.encode()) % _FILES
        file = self._files.get(number)
        if file is None:
            file = self._files[number] = (self._folder / f"{number:02}.nt").open("w", encoding="utf-8", newline="\n")
        file.write(line)

    def _numbered(self, node: ox.BlankNode, scope: str) -> ox.BlankNode:
        number = self._numbers.setdefault(f"{scope} {node.value}", len(self._numbers))
        if number >= self._most_blank:
            raise TooMany("blank nodes", self._most_blank)
        return ox.BlankNode(f"b{number}")

    def groups(self) -> Iterator[Group]:
        """Each subject with what is said of it, once each and in order. One with very much comes in several parts."""
        if self._blank is not None:
            self._blank.close()
            self._name_blank_nodes()
        for file in self._files.values():
            file.close()
        for number in sorted(self._files):
            statements = ox.parse(path=self._folder / f"{number:02}.nt", format=ox.RdfFormat.N_TRIPLES, lenient=True)
            while part := list(islice(statements, _AT_ONCE)):
                yield from _grouped(part)

    def _name_blank_nodes(self) -> None:
        path = self._folder / "blank.nt"
        names = [ox.NamedNode(self._genid + label) for label in _labels(path, len(self._numbers))]
        for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES, lenient=True):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.BlankNode):
                subject = names[int(subject.value[1:])]
            if isinstance(value, ox.BlankNode):
                value = names[int(value.value[1:])]
            if isinstance(subject, ox.NamedNode):
                self._put(subject, f"{subject} {quad.predicate} {value} .\n")

    def close(self) -> None:
        """Close what is open, also when nothing was read back."""
        for file in [*self._files.values(), *([self._blank] if self._blank else [])]:
            file.close()


def _grouped(part: list[ox.Quad]) -> Iterator[Group]:
    said: dict[str, dict[tuple[ox.NamedNode, ox.NamedNode | ox.Literal], None]] = {}
    for quad in part:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            said.setdefault(quad.subject.value, {})[quad.predicate, quad.object] = None
    for iri in sorted(said):
        yield ox.NamedNode(iri), sorted(said[iri], key=lambda fact: (fact[0].value, str(fact[1])))


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def _mix(*numbers: int) -> int:
    mixed = 0x9E3779B97F4A7C15
    for number in numbers:
        mixed = ((mixed ^ number) * 0xBF58476D1CE4E5B9) & _MASK
        mixed ^= mixed >> 29
    return mixed


def _labels(path: Path, count: int) -> list[str]:
    """A label for each blank node, from what is said of it and of its neighbours, and theirs, in so many rounds."""
    subjects, values, predicates, others = array("q"), array("q"), array("Q"), array("Q")
    known: dict[str, int] = {}
    for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES, lenient=True):
        blank = [int(end.value[1:]) if isinstance(end, ox.BlankNode) else -1 for end in (quad.subject, quad.object)]
        subjects.append(blank[0])
        values.append(blank[1])
        predicate = quad.predicate.value
        predicates.append(known.setdefault(predicate, _digest(predicate)))
        others.append(_digest(str(quad.object if blank[1] < 0 else quad.subject)) if min(blank) < 0 else 0)
    colours, before = [0] * count, 0
    for _ in range(_ROUNDS):
        sums = [0] * count
        for subject, value, predicate_digest, other in zip(subjects, values, predicates, others, strict=True):
            if subject >= 0:
                sums[subject] += _mix(1, predicate_digest, colours[value] if value >= 0 else other)
            if value >= 0:
                sums[value] += _mix(2, predicate_digest, colours[subject] if subject >= 0 else other)
        colours = [_mix(3, colour, total & _MASK) for colour, total in zip(colours, sums, strict=True)]
        different = len(set(colours))
        if different in (before, count):
            break
        before = different
    seen: Counter[int] = Counter()
    labels = []
    for colour in colours:
        seen[colour] += 1
        labels.append(f"{colour:016x}" + (f"-{seen[colour]}" if seen[colour] > 1 else ""))
    return labels
