"""What a document is made of, whatever it is written as. All text is text: nothing in it is ever markup."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

# What XML 1.0 cannot hold, and the marks that would turn the direction of the text around them.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Heading:
    """A heading; `level` is from 1 (beneath the title) to 4."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Note:
    """A remark that is set apart; `label` is a word in front of it, such as "Caution"."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class Facts:
    """Pairs of a term and what is said of it."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class List:
    """Items, numbered where they are `ordered`."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under a header that is repeated on each page; `widths` are shares of the width, equal where not given."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"the table {self.caption!r} has no columns")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of the table {self.caption!r} has not as many cells as there are columns")
        if self.widths and len(self.widths) != len(self.columns):
            raise ValueError(f"the table {self.caption!r} has {len(self.widths)} widths")


Block = Heading | Paragraph | Note | Facts | List | Table


@dataclass(frozen=True)
class Document:
    """A whole document.

    `made` is the moment that it bears: take that of the release, so that the same release gives the same bytes.
    `properties` are the facts beneath the title, `footer` stands on each page, `landscape` turns the pages.
    """

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    language: str = "en"
    properties: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    made: datetime = field(default=EPOCH)
    landscape: bool = False


def printable(text: str) -> str:
    """The text with U+FFFD for each character that a document cannot hold, such as control characters."""
    return _UNPRINTABLE.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
