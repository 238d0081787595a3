"""What the service answers, as immutable values. *Not known* is a text of its own, never None and never no.

Fields that a newer service adds are passed over; one that is missing raises NotUnderstood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

Cell: TypeAlias = str | int | float | bool | None
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its items, how many all pages have, and the cursor of the page that follows."""

    items: tuple[T, ...]
    next: str | None
    total: int
    release: str
    as_of: str | None = None


class Row(dict[str, Any]):
    """One row of an answer: a value by column, things by their ids.

    `iris` has the IRIs of the things by column, `iri` that of the main thing where the list has one.
    """

    @property
    def iri(self) -> str | None:
        """The IRI of the thing that the row is about."""
        found = self.get("iri")
        return found if isinstance(found, str) else None

    @property
    def iris(self) -> Mapping[str, str]:
        """The IRIs of the things in the row, by column."""
        found = self.get("iris")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Gap:
    """A place where interchangeability fails, with its cause and what would mend it."""

    iri: str
    gap: str
    cause: str
    nations: int
    nation: str | None
    equipment: str | None
    interface: str | None
    munition: str | None
    edition: str | None
    reason: str | None
    pairs: int
    since: str | None
    action: str | None
    stale: bool


@dataclass(frozen=True)
class Evidence:
    """A record that states something: where it was read, what it cites, and how sure it is."""

    statement: str
    source: str
    confidence: str
    table: str | None = None
    sheet: str | None = None
    row: int | None = None
    read: str | None = None
    url: str | None = None
    publisher: str | None = None
    captured: str | None = None
    as_of: str | None = None
    note: str | None = None
    reason: str | None = None
    disputes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Criterion:
    """One criterion of a verdict: its outcome, the ground of it in words, and the records that it rests on."""

    criterion: str
    outcome: str
    ground: str
    explanation: str | None
    low_confidence_alone: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Verdict:
    """Whether one piece of equipment can use one munition.

    `derived` follows from parameters, `documented` was found by somebody; `disputed` where they contradict each other.
    """

    iri: str
    equipment_iri: str
    munition_iri: str
    equipment: str
    munition: str
    verdict: str
    fits: str
    hits: str
    released: str
    derived: str | None
    documented: str | None
    disputed: bool
    low_confidence: bool
    reason_code: str | None
    criteria: tuple[Criterion, ...]
    findings: tuple[Evidence, ...]
    release: str
    as_of: str = field(metadata={"json": "asOf"})

    @property
    def sources(self) -> tuple[str, ...]:
        """All sources that the verdict rests on, each once."""
        every = [it for criterion in self.criteria for it in criterion.evidence]
        return tuple(dict.fromkeys(it.source for it in (*every, *self.findings)))


@dataclass(frozen=True)
class Parameter:
    """What a question can be asked with: of which kinds a value may be, and whether it must be given."""

    name: str
    kinds: tuple[str, ...]
    required: bool
    description: str


@dataclass(frozen=True)
class Question:
    """A question of the catalogue; `question` is its text by language, `sparql` the query where one was asked for."""

    iri: str
    name: str
    question: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    sparql: str | None = None


@dataclass(frozen=True)
class Hit:
    """A thing that a search found; `score` is 100 where it is called just that."""

    iri: str
    id: str
    kind: str
    label: str
    score: float
    matched: str
    how: str


@dataclass(frozen=True)
class Origin:
    """Where a source states a fact."""

    statement: str
    source: str
    file: str
    cites: str
    confidence: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    url: str | None = None
    publisher: str | None = None
    as_of: str | None = field(default=None, metadata={"json": "asOf"})
    retrieved: str | None = None


@dataclass(frozen=True)
class Fact:
    """One fact about a thing. `basis`: stated, defined, inferred or derived; `origins` where it is stated."""

    property: str
    property_iri: str
    value: Cell
    basis: str
    origins: tuple[Origin, ...]
    property_label: str | None = None
    iri: str | None = None
    label: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Part:
    """Something that belongs to a thing, with its own facts."""

    iri: str
    id: str
    kind: str
    types: tuple[str, ...]
    label: str
    labels: Mapping[str, str]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Thing:
    """A thing with all its facts; `links` leads to what else can be asked about it."""

    iri: str
    id: str
    kind: str
    types: tuple[str, ...]
    label: str
    labels: Mapping[str, str]
    facts: tuple[Fact, ...]
    parts: Mapping[str, tuple[Part, ...]]
    links: Mapping[str, str]
    release: str
    as_of: str = field(metadata={"json": "asOf"})


@dataclass(frozen=True)
class Release:
    """A release: what it is called, when it was built, how much it holds, and whether it answers now."""

    iri: str
    id: str
    built: str
    current: bool
    triples: int
    digest: str
    software: str | None


@dataclass(frozen=True)
class Term:
    """A value of a SPARQL answer: an IRI, a blank node or a literal."""

    type: str
    value: str
    datatype: str | None = None
    language: str | None = field(default=None, metadata={"json": "xml:lang"})


@dataclass(frozen=True)
class Table:
    """The answer to a SELECT: its variables, and for each row what is bound."""

    variables: tuple[str, ...]
    rows: tuple[Mapping[str, Term], ...]


@dataclass(frozen=True)
class Named:
    """A thing of the release, or a described system: its id, its kind and its names by language."""

    id: str
    kind: str
    iri: str
    label: Mapping[str, str]


@dataclass(frozen=True)
class Cited:
    """Where a demand was read: a record of the release, with the page that it cites."""

    statement: str
    place: str
    source: str
    confidence: str
    publisher: str | None = None
    url: str | None = None
    as_of: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Result:
    """The outcome of one demand: passed, failed, cantTell, untested or inapplicable; texts by language."""

    test: str
    kind: str
    document: str | None
    edition: str | None
    clause: str | None
    parameter: str | None
    label: Mapping[str, str]
    required: Mapping[str, str]
    obligation: str | None
    outcome: str
    code: str
    reason: Mapping[str, str]
    stated: tuple[Mapping[str, Any], ...]
    sources: tuple[Cited, ...]


@dataclass(frozen=True)
class WorksWith:
    """One equipment type or munition beside the described system, and the nations that have it."""

    thing: Named
    verdict: str
    fits: str
    hits: str
    released: str
    reason_code: str | None
    low_confidence: bool
    nations: tuple[str, ...]


@dataclass(frozen=True)
class NationWorksWith:
    """What of one nation the described system would work with, by verdict; the ids of types."""

    nation: str
    label: Mapping[str, str]
    compatible: tuple[str, ...]
    restricted: tuple[str, ...]
    unknown: tuple[str, ...]
    incompatible: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """All that a check of a description found.

    `counts` are of results by outcome, `lacking` the IRIs of standards that are not shown to be kept. `works_with` and
    `nations` are None where they were not asked for.
    """

    iri: str
    release: str
    against: Named
    confidence: str
    system: Named
    counts: Mapping[str, int]
    results: tuple[Result, ...]
    lacking: tuple[str, ...]
    works_with: tuple[WorksWith, ...] | None
    nations: tuple[NationWorksWith, ...] | None

    @property
    def failed(self) -> tuple[Result, ...]:
        """What is surely not met."""
        return tuple(it for it in self.results if it.outcome == "failed")

    @property
    def open(self) -> tuple[Result, ...]:
        """What cannot be told, or was not shown by the verification that is asked for: not known, never failed."""
        return tuple(it for it in self.results if it.outcome in ("cantTell", "untested"))


@dataclass(frozen=True)
class Job:
    """Work that goes on behind a request: waiting, running, done, failed or cancelled."""

    id: str
    state: str
    progress: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    problem: Mapping[str, Any] | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in ("waiting", "running")
