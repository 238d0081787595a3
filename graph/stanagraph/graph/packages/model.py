"""What a requirements package holds. Things are named by kind and id, as in `agreement/STANAG-4425`, or by notation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Reasons that tie a document to what was asked about, and the one that only makes it worth a look.
FIELD = "field"
IN_FORCE = "current"


@dataclass(frozen=True, order=True)
class Basis:
    """A statement that something rests on, with its source and how far that is trusted."""

    statement: str
    source: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, order=True)
class Reason:
    """Why a document is in: a notation of application-reason, and through what (an interface, a kind of item ...)."""

    because: str
    through: str


@dataclass(frozen=True, order=True)
class Edition:
    """An edition of a document; an empty `status` is not known. A national document is its own edition."""

    edition: str
    number: str
    status: str
    status_as_of: str
    promulgated: str
    bases: tuple[Basis, ...] = ()


@dataclass(frozen=True, order=True)
class Obligation:
    """What a profile asks of those who follow it about a document."""

    profile: str
    obligation: str


@dataclass(frozen=True, order=True)
class Position:
    """What one statement says of the nation's stand on one edition."""

    edition: str
    response: str
    implementation: str
    reservation: str
    since: str
    statement: str


@dataclass(frozen=True)
class DocumentPart:
    """A document that applies, or (for no other reason than its field) may apply."""

    document: str
    kind: str
    reasons: tuple[Reason, ...]
    editions: tuple[Edition, ...]
    obligations: tuple[Obligation, ...]
    positions: tuple[Position, ...]

    @property
    def tied(self) -> bool:
        """Whether anything but its field ties it to what was asked about."""
        return any(reason.because != FIELD for reason in self.reasons)

    @property
    def standing(self) -> tuple[Edition, ...]:
        """The editions in force; where none is known to be, all that are known."""
        return tuple(it for it in self.editions if it.status == IN_FORCE) or self.editions


@dataclass(frozen=True)
class RequirementPart:
    """One clause. `identity` names it across releases, also when its value is corrected; `requirement` does not."""

    identity: str
    requirement: str
    document: str
    edition: str
    clause: str
    subject: str
    parameter: str
    comparator: str
    value: str
    number: str
    high: str
    unit: str
    verification: str
    bases: tuple[Basis, ...]

    @property
    def confidence(self) -> str:
        """The highest confidence of its statements, or nothing where none states one."""
        ranks = {"high": 0, "medium": 1, "low": 2}
        return min((it.confidence for it in self.bases), key=lambda name: ranks.get(name, 3), default="")


@dataclass(frozen=True, order=True)
class OpenPoint:
    """Something that is not known, and the documents or requirements of which that is so."""

    kind: str
    about: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where statements of the package come from."""

    source: str
    url: str
    publisher: str
    captured: str


@dataclass(frozen=True)
class Package:
    """A requirements package: the same release, scope, nation and date give the same package.

    `labels` holds for each thing and concept named its label by language (the empty string: no language).
    """

    release: str
    scope: str
    nation: str
    as_of: str
    documents: tuple[DocumentPart, ...]
    requirements: tuple[RequirementPart, ...]
    open_points: tuple[OpenPoint, ...]
    sources: tuple[Source, ...]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
