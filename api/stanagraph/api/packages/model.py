"""A requirements package as it is written: notations and ids for programs, words of one language for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from stanagraph.graph.lookup import label
from stanagraph.graph.packages import DocumentPart, Edition, Package, RequirementPart

from ..words import Words, message

SCHEMA = "https://w3id.org/stanagraph/schemas/requirements-package.json"

DISCLAIMER = message("Not affiliated with NATO. Nothing here is an authorisation, and no text of a standard is in it.")
OPEN = {
    "edition-not-known": message("The number of the edition is not known."),
    "not-in-force": message("No edition is known to be in force."),
    "obligation-not-known": message("No profile says how binding the document is."),
    "position-not-known": message("The nation has not told publicly how it stands to the agreement."),
    "response-not-known": message("The nation puts the agreement into effect; whether it accepts it is not known."),
    "position-on-other-edition": message("What the nation has told is about another edition than the one in force."),
    "position-without-edition": message("Of which edition the nation has told is not known."),
    "no-clauses": message("No requirement of a clause is public."),
    "value-in-words": message("The value is stated in words: checking it takes judgement."),
    "verification-not-known": message("How it is verified is not known."),
    "clause-not-known": message("The number of the clause is not known."),
    "low-confidence": message("It rests on statements of low confidence alone."),
    "to-consider": message("Only its field ties the document to the scope: a person has to say whether it applies."),
}
# The units of the tables, as people write them; another is shown as QUDT names it.
_UNITS = {
    "UNITLESS": "", "MilliM": "mm", "M": "m", "KiloM": "km", "M3": "m³", "L": "L", "MilliL": "mL", "GM": "g",
    "KiloGM": "kg", "MegaPA": "MPa", "M-PER-SEC": "m/s", "V": "V", "KiloV-A": "kVA", "DEG": "°", "HR": "h", "YR": "a",
    "PER-MIN": "/min", "PER-HR": "/h",
}  # fmt: skip
_SIGNS = {"eq": "=", "ge": "≥", "le": "≤", "gt": ">", "lt": "<"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Part):
    """A thing or concept: its id or notation, and its name in the language of the package."""

    id: str
    label: str


class Evidence(_Part):
    """A statement, its source, its confidence, and what it notes."""

    statement: str
    source: str
    confidence: str
    note: str | None = None


class ReasonTold(_Part):
    """Why a document is in, and through what."""

    because: Named
    through: Named


class EditionTold(_Part):
    """An edition; null is not known."""

    id: str
    number: str | None
    status: Named | None
    status_as_of: str | None
    promulgated: str | None
    evidence: tuple[Evidence, ...]


class ObligationTold(_Part):
    """What a profile asks."""

    profile: Named
    obligation: Named


class PositionTold(_Part):
    """What one statement says of the nation and one edition."""

    edition: str
    response: Named
    implementation: Named
    reservation: str | None
    since: str | None
    statement: str


class DocumentTold(_Part):
    """A document; `applies` is false where only its field brings it in."""

    id: str
    kind: Literal["agreement", "publication", "national-document"] | str
    designation: str
    title: str
    applies: bool
    reasons: tuple[ReasonTold, ...]
    editions: tuple[EditionTold, ...]
    obligations: tuple[ObligationTold, ...]
    positions: tuple[PositionTold, ...]


class RequirementTold(_Part):
    """A requirement. `id` stays the same across releases also when its value is corrected; `iri` does not."""

    id: str
    iri: str
    document: str
    clause: str | None
    subject: Named
    parameter: Named
    comparator: Named
    value: str
    number: str | None
    high: str | None
    unit: str | None
    condition: str
    verification: Named | None
    confidence: Named | None
    evidence: tuple[Evidence, ...]


class OpenTold(_Part):
    """What is not known, in words, and of what."""

    kind: str
    text: str
    about: tuple[str, ...]


class SourceTold(_Part):
    """Where statements come from."""

    id: str
    url: str | None
    publisher: str | None
    captured: str | None


class PackageFile(_Part):
    """A requirements package for one interface, class or equipment and one nation."""

    format: Literal["stanagraph-requirements-package"] = "stanagraph-requirements-package"
    version: Literal[1] = 1
    language: str
    release: str
    made: str
    scope: Named
    nation: Named
    as_of: str | None
    disclaimer: str
    documents: tuple[DocumentTold, ...]
    requirements: tuple[RequirementTold, ...]
    open_points: tuple[OpenTold, ...]
    sources: tuple[SourceTold, ...]


def schema() -> dict[str, Any]:
    """The JSON Schema of a package."""
    own = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA}
    return own | PackageFile.model_json_schema()


def told(package: Package, language: str, made: str) -> PackageFile:
    """The package in one language; `made` is the moment of its release, which all files bear."""
    words = Words(language)

    def named(name: str, kind: str = "") -> Named:
        full = f"{kind}/{name}" if kind else name
        return Named(
            id=name, label=label(package.labels, full, words.language) if full in package.labels else _id(name)
        )

    return PackageFile(
        language=words.language,
        release=package.release,
        made=made,
        scope=named(package.scope),
        nation=named(package.nation),
        as_of=package.as_of or None,
        disclaimer=words(DISCLAIMER),
        documents=tuple(_document(it, named) for it in package.documents),
        requirements=tuple(_requirement(it, named, words) for it in package.requirements),
        open_points=tuple(
            OpenTold(kind=it.kind, text=words(OPEN[it.kind]), about=it.about) for it in package.open_points
        ),
        sources=tuple(
            SourceTold(id=it.source, url=it.url or None, publisher=it.publisher or None, captured=it.captured or None)
            for it in package.sources
        ),
    )


def _id(name: str) -> str:
    return name.partition("/")[2] or name


def _document(part: DocumentPart, named: Callable[..., Named]) -> DocumentTold:
    return DocumentTold(
        id=part.document,
        kind=part.kind,
        designation=_id(part.document),
        title=named(part.document).label,
        applies=part.tied,
        reasons=tuple(
            ReasonTold(because=named(it.because, "application-reason"), through=named(it.through))
            for it in part.reasons
        ),
        editions=tuple(_edition(it, named) for it in part.editions),
        obligations=tuple(
            ObligationTold(profile=named(it.profile), obligation=named(it.obligation, "obligation"))
            for it in part.obligations
        ),
        positions=tuple(
            PositionTold(
                edition=it.edition,
                response=named(it.response, "response-kind"),
                implementation=named(it.implementation, "implementation-state"),
                reservation=it.reservation or None,
                since=it.since or None,
                statement=it.statement,
            )
            for it in part.positions
        ),
    )


def _edition(edition: Edition, named: Callable[..., Named]) -> EditionTold:
    return EditionTold(
        id=edition.edition,
        number=edition.number or None,
        status=named(edition.status, "document-status") if edition.status else None,
        status_as_of=edition.status_as_of or None,
        promulgated=edition.promulgated or None,
        evidence=tuple(
            Evidence(statement=it.statement, source=it.source, confidence=it.confidence, note=it.note or None)
            for it in edition.bases
        ),
    )


def _requirement(part: RequirementPart, named: Callable[..., Named], words: Words) -> RequirementTold:
    unit = part.unit.rpartition("/")[2]
    symbol = _UNITS.get(unit, unit)
    return RequirementTold(
        id=part.identity,
        iri=part.requirement,
        document=part.document,
        clause=part.clause or None,
        subject=named(part.subject),
        parameter=named(part.parameter, "parameter"),
        comparator=named(part.comparator, "comparator"),
        value=part.value,
        number=part.number or None,
        high=part.high or None,
        unit=symbol or None,
        condition=_condition(part, symbol, words),
        verification=named(part.verification, "verification-method") if part.verification else None,
        confidence=named(part.confidence, "confidence") if part.confidence else None,
        evidence=tuple(
            Evidence(statement=it.statement, source=it.source, confidence=it.confidence, note=it.note or None)
            for it in part.bases
        ),
    )


def _condition(part: RequirementPart, symbol: str, words: Words) -> str:
    unit = f"\u00a0{symbol}" if symbol and symbol != "°" else symbol
    if part.comparator == "between":
        return words("{low} to {high}", low=part.value, high=part.high or "?") + unit
    if not part.number and part.comparator == "eq":
        return part.value
    return f"{_SIGNS.get(part.comparator, part.comparator)} {part.value}{unit}"
