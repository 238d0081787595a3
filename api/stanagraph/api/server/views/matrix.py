"""The matrix as it is drawn: rows use, columns provide, and nothing is left blank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.names import key_of
from stanagraph.graph.verdicts import VERDICTS

from ...explanations import Labels
from ...formats import value
from ...words import message
from ..style import step
from ..wording import PageWords

_COUNTS = message(
    "Pairs: {compatible} compatible, {restricted} restricted, {incompatible} incompatible, {unknown} not known."
)


@dataclass(frozen=True)
class Nation:
    """A nation by its code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class Share:
    """Counts of verdicts, and the interval of what is compatible that follows from them."""

    counts: Mapping[str, int]

    @property
    def all(self) -> int:
        """How many pairs there are."""
        return sum(self.counts.values())

    @property
    def known(self) -> int:
        """How many of them have a verdict."""
        return self.all - self.counts.get("unknown", 0)

    @property
    def lower(self) -> float:
        """The share that is surely compatible."""
        return self.counts.get("compatible", 0) / self.all if self.all else 0.0

    @property
    def upper(self) -> float:
        """The share that may be compatible."""
        return self.lower + self.counts.get("unknown", 0) / self.all if self.all else 0.0

    @property
    def text(self) -> str:
        """The interval in per cent: `67–100`, or one number when nothing is unknown."""
        low, high = percent(self.lower), percent(self.upper)
        return f"{low}" if self.counts.get("unknown", 0) == 0 else f"{low}–{high}"


@dataclass(frozen=True)
class Cell:
    """One cell: a share, or the reason why there is none."""

    share: Share | None
    absence: str
    title: str
    own: bool

    @property
    def classes(self) -> str:
        """The classes of the style sheet by which the cell is drawn."""
        names = ["own"] if self.own else []
        if self.share is None:
            return " ".join([*names, self.absence])
        names.append(f"t{step(self.share.lower)}")
        unsure = step(self.share.upper - self.share.lower)
        return " ".join([*names, *([f"u{unsure}"] if unsure else [])])

    @property
    def mark(self) -> str | None:
        """Why nothing is compatible, where that is known: only restricted, or nothing at all."""
        if self.share is None or self.share.upper > 0:
            return None
        return "restricted" if self.share.counts.get("restricted", 0) else "incompatible"


@dataclass(frozen=True)
class Row:
    """A nation whose equipment is asked about, its cells, and what it can use of all other nations' stocks."""

    nation: Nation
    cells: tuple[Cell, ...]
    others: Share


@dataclass(frozen=True)
class Matrix:
    """The whole: nations with stocks first, then those of which no stock is known."""

    stocked: tuple[Nation, ...]
    unstocked: tuple[Nation, ...]
    rows: tuple[Row, ...]
    unequipped: tuple[Nation, ...]
    total: Share


def matrix_of(answer: Answer, labels: Labels, words: PageWords) -> Matrix:
    """The matrix of an answer."""
    labels.learn(answer.labels)
    cells: dict[tuple[str, str], Share] = {}
    for record in answer.records():
        pair = (record["using"].value, record["providing"].value)
        cells[pair] = Share({name: _count(record, name) for name in VERDICTS})
    using, providing = ({pair[side] for pair in cells} for side in (0, 1))

    def nations(iris: set[str]) -> list[tuple[str, Nation]]:
        known = [(iri, Nation(key_of(iri), labels.of(iri))) for iri in iris]
        return sorted(known, key=lambda pair: pair[1].code)

    stocked, unstocked = nations(providing), nations(using - providing)
    rows = []
    for iri, nation in nations(using):
        drawn = []
        for other, provider in [*stocked, *unstocked]:
            share = cells.get((iri, other))
            absence = "" if share else ("no-stock" if other not in providing else "no-pair")
            drawn.append(Cell(share, absence, _title(words, nation, provider, share, absence), iri == other))
        others = _sum([share for (user, owner), share in cells.items() if user == iri != owner])
        rows.append(Row(nation, tuple(drawn), others))
    return Matrix(
        stocked=tuple(nation for _, nation in stocked),
        unstocked=tuple(nation for _, nation in unstocked),
        rows=tuple(rows),
        unequipped=tuple(nation for _, nation in nations(providing - using)),
        total=_sum([share for (user, owner), share in cells.items() if user != owner]),
    )


def percent(share: float) -> int:
    """A share in per cent; 0 and 100 are kept for what is exactly that."""
    return min(99, max(1, round(100 * share))) if 0 < share < 1 else round(100 * share)


def _count(record: Mapping[str, Any], verdict: str) -> int:
    return int(str(value(record[verdict]) or 0))


def _sum(shares: list[Share]) -> Share:
    counts: Counter[str] = Counter()
    for share in shares:
        counts.update(share.counts)
    return Share({name: counts[name] for name in VERDICTS})


def _title(words: PageWords, user: Nation, owner: Nation, share: Share | None, absence: str) -> str:
    names = words("Equipment: {using}. Munitions: {providing}.", using=user.name, providing=owner.name)
    if share is None:
        why = words("No stock known.") if absence == "no-stock" else words("No pair to judge.")
        return f"{names} {why}"
    counts = words(_COUNTS, **share.counts)
    return f"{names} {counts}"
