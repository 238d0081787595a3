"""What one line of a list says, whichever way the list is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from stanagraph.ingest.designations import document_key, edition_key

from .. import Place

ALL_CURRENT, DOWNLOADABLE = "all current standards", "downloadable documents only"
OPEN, CLOSED = "open to all", "behind a login"  # tallies of lists that tell which documents they give out
LONGEST_KEY = 120
LONGEST_NAME, LONGEST_TITLE = 300, 2000  # in characters; the longest that were ever listed have 40 and 400
ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_DESIGNATION = re.compile(
    r"(?P<name>.+?)(?:\s+Ed[.:]\s*(?P<edition>.+?))?(?:\s+Ver\.\s*(?P<version>\S+?))?(?:\s+Vol\.\s+(?P<volume>.+))?"
)


class Kind(StrEnum):
    """The types of the list, as its own introduction explains them."""

    COVER = "Cov"
    COVER_AND_STANDARD = "Cov + Std"  # the standard is still inside the cover
    STANDARD = "Std"
    NO_COVER = "No Cov"  # stands in the place of a cover, above a standard that has none
    RELATED = "Srd"

    @classmethod
    def of(cls, text: str) -> Kind | None:
        """The kind that a text names, whatever its blanks; None if the list explains no such type."""
        return _KINDS.get("".join(text.split()).casefold())

    @property
    def is_cover(self) -> bool:
        return self in {Kind.COVER, Kind.COVER_AND_STANDARD}


_KINDS = {"".join(kind.split()).casefold(): kind for kind in Kind}


@dataclass(frozen=True)
class Told:
    """What a file says of itself: the day of the list, and its address."""

    captured: str | None
    url: str | None


@dataclass(frozen=True)
class Columns:
    """The names of the columns or keys that state each part."""

    kind: str
    name: str
    edition: str
    title: str
    languages: str
    day: str
    promulgated: str = ""


@dataclass(frozen=True)
class Designation:
    """A designation taken apart: the document as the list writes it, its edition, version and volume."""

    name: str
    edition: str | None = None
    version: str | None = None
    volume: str | None = None

    @classmethod
    def of(cls, text: str) -> Designation | None:
        """From a text as "AOP-29 Part 1 Ed. 3 Ver. 1" or "STANAG 1008 Ed: 9"."""
        plain = " ".join(text.split())
        found = _DESIGNATION.fullmatch(plain) if len(plain) <= LONGEST_NAME else None
        return cls(**found.groupdict()) if found else None


@dataclass(frozen=True)
class Listed:
    """One line of a list: a document, in most cases one edition of it.

    `edition` is None where the line gives no edition though it has a place for one, and `names_edition` is False where
    the list has no such place: then the line is about the document alone. `cover` is the key of the edition of the
    agreement under which the line stands. `titles` and `languages` are by language tag.
    """

    place: Place
    kind: Kind
    document: str
    edition: str | None
    columns: Columns
    names_edition: bool = True
    titles: dict[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    page: str | None = None
    as_of: str | None = None
    promulgated: str | None = None
    cover: str | None = None
    note: str | None = None

    @property
    def key(self) -> str:
        """The key of what is listed: an edition, or a document where the list names no edition."""
        return edition_key(self.document, self.edition) if self.names_edition else self.document

    @property
    def series(self) -> str:
        return self.document.partition("-")[0]


def key_of(name: str) -> str | None:
    """The key of a document, or None where its designation makes none that can be used."""
    if len(name) > LONGEST_NAME:
        return None
    try:
        key = document_key(name)
    except ValueError:
        return None
    return key if len(key) <= LONGEST_KEY and any(map(str.isalnum, key)) else None
