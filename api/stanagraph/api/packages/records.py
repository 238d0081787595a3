"""A package as flat records of text: what tables hold, what ReqIF holds, and what two packages are compared by."""

from __future__ import annotations

from collections.abc import Iterable

from .model import DocumentTold, EditionTold, Named, PackageFile, RequirementTold

Record = dict[str, str]
# In order. What stands under LONG may be text of any length, in several lines.
DOCUMENT = (
    "title", "kind", "applies", "because", "through", "edition", "status", "status_as_of", "promulgated", "obligation",
    "response", "implementation", "reservation", "since", "sources",
)  # fmt: skip
REQUIREMENT = (
    "document", "clause", "subject", "parameter", "comparator", "value", "number", "high", "unit", "verification",
    "confidence", "note", "sources", "iri",
)  # fmt: skip
LONG = ("title", "reservation", "value", "note")
POSITION = ("response", "implementation", "reservation", "since")
# Words of one language, and where a fact comes from, are no part of what is required.
NOT_COMPARED = ("title", "sources", "iri", "through")
CURRENT = "current"
NOT_KNOWN = "not-known"


def documents(package: PackageFile) -> dict[str, Record]:
    """Each document by its id."""
    return {document.id: _document(document) for document in package.documents}


def requirements(package: PackageFile) -> dict[str, Record]:
    """Each requirement by its id."""
    return {requirement.id: _requirement(requirement) for requirement in package.requirements}


def standing(document: DocumentTold) -> tuple[EditionTold, ...]:
    """The editions in force; where none is known to be, all that are known."""
    current = tuple(it for it in document.editions if it.status is not None and it.status.id == CURRENT)
    return current or document.editions


def joined(parts: Iterable[str | None], otherwise: str = "") -> str:
    """The different parts, in their order."""
    return "; ".join(dict.fromkeys(part for part in parts if part)) or otherwise


def told(answers: Iterable[Named]) -> list[Named]:
    """The answers that say something: what one statement leaves open takes nothing from what another tells."""
    return [answer for answer in answers if answer.id != NOT_KNOWN]


def _document(document: DocumentTold) -> Record:
    editions = standing(document)
    return {
        "title": document.title,
        "kind": document.kind,
        "applies": "yes" if document.applies else "to-consider",
        "because": joined(it.because.id for it in document.reasons),
        "through": joined(it.through.id for it in document.reasons),
        "edition": joined((it.number for it in editions), NOT_KNOWN),
        "status": joined((it.status.id if it.status else None for it in editions), NOT_KNOWN),
        "status_as_of": joined(it.status_as_of for it in editions),
        "promulgated": joined(it.promulgated for it in editions),
        "obligation": joined((f"{it.obligation.id} ({it.profile.id})" for it in document.obligations), NOT_KNOWN),
        "response": joined((it.id for it in told(it.response for it in document.positions)), NOT_KNOWN),
        "implementation": joined((it.id for it in told(it.implementation for it in document.positions)), NOT_KNOWN),
        "reservation": joined(it.reservation for it in document.positions),
        "since": joined(it.since for it in document.positions),
        "sources": joined(it.source for edition in document.editions for it in edition.evidence),
    }


def _requirement(requirement: RequirementTold) -> Record:
    return {
        "document": requirement.document,
        "clause": requirement.clause or "",
        "subject": requirement.subject.id,
        "parameter": requirement.parameter.id,
        "comparator": requirement.comparator.id,
        "value": requirement.value,
        "number": requirement.number or "",
        "high": requirement.high or "",
        "unit": requirement.unit or "",
        "verification": requirement.verification.id if requirement.verification else NOT_KNOWN,
        "confidence": requirement.confidence.id if requirement.confidence else NOT_KNOWN,
        "note": joined(it.note for it in requirement.evidence),
        "sources": joined(it.source for it in requirement.evidence),
        "iri": requirement.iri,
    }
