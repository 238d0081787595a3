"""What a package leaves open: what nobody has published, or has published only in part."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .model import IN_FORCE, DocumentPart, OpenPoint, RequirementPart

NOT_KNOWN = "not-known"


def _silent(document: DocumentPart) -> bool:
    return all(it.response == NOT_KNOWN and it.implementation == NOT_KNOWN for it in document.positions)


def _unanswered(document: DocumentPart) -> bool:
    return not _silent(document) and all(it.response == NOT_KNOWN for it in document.positions)


def _other_edition(document: DocumentPart) -> bool:
    standing = {it.edition for it in document.editions if it.status == IN_FORCE}
    told = {it.edition for it in document.positions} & _numbered(document)
    return bool(standing and told and not standing & told)


def _edition_not_told(document: DocumentPart) -> bool:
    return any(it.edition not in _numbered(document) for it in document.positions)


def _numbered(document: DocumentPart) -> set[str]:
    return {it.edition for it in document.editions if it.number}


# Only nations' agreements are answered to.
_OF_AGREEMENTS: dict[str, Callable[[DocumentPart], bool]] = {
    "position-not-known": _silent,
    "response-not-known": _unanswered,
    "position-on-other-edition": _other_edition,
    "position-without-edition": _edition_not_told,
}
_OF_DOCUMENTS: dict[str, Callable[[DocumentPart], bool]] = {
    "edition-not-known": lambda it: not any(edition.number for edition in it.editions),
    "not-in-force": lambda it: bool(it.editions) and not any(edition.status == IN_FORCE for edition in it.editions),
    "obligation-not-known": lambda it: not it.obligations,
}
_OF_REQUIREMENTS: dict[str, Callable[[RequirementPart], bool]] = {
    "value-in-words": lambda it: not it.number,
    "verification-not-known": lambda it: not it.verification,
    "clause-not-known": lambda it: not it.clause,
    "low-confidence": lambda it: it.confidence not in ("high", "medium"),
}
KINDS = (*_OF_DOCUMENTS, *_OF_AGREEMENTS, "no-clauses", *_OF_REQUIREMENTS, "to-consider")


def open_points(documents: Iterable[DocumentPart], requirements: Iterable[RequirementPart]) -> tuple[OpenPoint, ...]:
    """What is not known of the documents that apply and of their clauses, a point each kind, in the order of KINDS.

    A document that only its field brings in is not asked about: that it is to be looked at is the point.
    """
    documents, requirements = tuple(documents), tuple(requirements)
    tied = [document for document in documents if document.tied]
    with_clauses = {requirement.document for requirement in requirements}
    about = {kind: [it.document for it in tied if holds(it)] for kind, holds in _OF_DOCUMENTS.items()}
    about |= {
        kind: [it.document for it in tied if it.kind == "agreement" and holds(it)]
        for kind, holds in _OF_AGREEMENTS.items()
    }
    about["no-clauses"] = [it.document for it in tied if it.document not in with_clauses]
    about |= {kind: [it.identity for it in requirements if holds(it)] for kind, holds in _OF_REQUIREMENTS.items()}
    about["to-consider"] = [it.document for it in documents if not it.tied]
    return tuple(OpenPoint(kind, tuple(about[kind])) for kind in KINDS if about[kind])
