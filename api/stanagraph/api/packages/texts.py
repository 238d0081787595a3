"""A package for people to read: what applies, how the nation stands to it, what is required, what is open."""

from __future__ import annotations

from datetime import datetime

from .. import documents as written
from ..documents import Block, Document, Heading, List, Note, Paragraph, Table
from ..words import Words, sentence
from . import records
from .model import DocumentTold, PackageFile, RequirementTold

NONE = "–"


def pdf(package: PackageFile) -> bytes:
    """The package as PDF."""
    return written.pdf(document_of(package))


def docx(package: PackageFile) -> bytes:
    """The package as DOCX."""
    return written.docx(document_of(package))


def html(package: PackageFile) -> str:
    """The package as one HTML page."""
    return written.html(document_of(package))


def document_of(package: PackageFile) -> Document:
    """The package as a document."""
    words = Words(package.language)
    applies = [it for it in package.documents if it.applies]
    consider = [it for it in package.documents if not it.applies]
    numbers = {source.id: str(at) for at, source in enumerate(package.sources, 1)}
    blocks: list[Block] = [
        Note(words("What is not known is shown as not known: it never means no."), words("Reading")),
        Heading(words("Documents that apply")),
        *_applying(applies, numbers, words),
        Heading(words("Position of {nation}", nation=package.nation.label)),
        *_positions(applies, words),
        Heading(words("Requirements, clause by clause")),
        *_clauses(package, numbers, words),
        Heading(words("Open points")),
        *_open(package, words),
        Heading(words("Documents to be considered")),
        *_consider(consider, words),
        Heading(words("Sources")),
        _sources(package, words),
    ]
    return Document(
        title=words("Requirements package: {scope}", scope=package.scope.label),
        subtitle=package.nation.label,
        language=package.language,
        properties=(
            (sentence(words("scope")), f"{package.scope.label} ({package.scope.id})"),
            (sentence(words("nation")), package.nation.label),
            (sentence(words("as of")), package.as_of or words("no date was asked for")),
            (sentence(words("release")), f"{package.release}, {package.made[:10]}"),
            (
                sentence(words("contents")),
                words(
                    "{documents} documents that apply, {clauses} requirements, {open} kinds of open points, "
                    "{consider} documents to be considered",
                    documents=words.number(len(applies)),
                    clauses=words.number(len(package.requirements)),
                    open=words.number(len(package.open_points)),
                    consider=words.number(len(consider)),
                ),
            ),
        ),
        footer=package.disclaimer,
        blocks=tuple(blocks),
        made=datetime.fromisoformat(package.made),
        landscape=True,
    )


def _head(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(sentence(words(name)) for name in names)


def _marks(ids: list[str], numbers: dict[str, str]) -> str:
    found = sorted({int(numbers[it]) for it in ids if it in numbers})
    return ", ".join(map(str, found)) or NONE


def _editions(document: DocumentTold, words: Words) -> str:
    lines = []
    for edition in records.standing(document):
        status = edition.status.label if edition.status else words("status not known")
        dated = (
            words("{status} as of {date}", status=status, date=edition.status_as_of) if edition.status_as_of else status
        )
        lines.append(f"{edition.number or words('not known')} ({dated})")
    return "\n".join(lines) or words("not known")


def _applying(documents: list[DocumentTold], numbers: dict[str, str], words: Words) -> list[Block]:
    if not documents:
        return [Paragraph(words("No document is known to apply."))]
    rows = []
    for it in documents:
        reasons: dict[str, list[str]] = {}
        for reason in it.reasons:
            if reason.because.id != "field":
                reasons.setdefault(reason.because.label, []).append(reason.through.label)
        rows.append(
            (
                it.designation,
                it.title if it.title != it.designation else NONE,
                _editions(it, words),
                records.joined(
                    (f"{o.obligation.label} ({o.profile.label})" for o in it.obligations), words("not known")
                ),
                "\n".join(f"{why}{words(': ')}{', '.join(dict.fromkeys(through))}" for why, through in reasons.items()),
                _marks([e.source for edition in it.editions for e in edition.evidence], numbers),
            )
        )
    head = _head(words, "document", "title", "edition", "obligation", "because", "sources")
    return [Table(words("Documents that apply, and why"), head, tuple(rows), (2, 4.2, 2.4, 1.6, 4.2, 0.9))]


def _positions(documents: list[DocumentTold], words: Words) -> list[Block]:
    agreements = [it for it in documents if it.kind == "agreement"]
    rows = [
        (
            it.designation,
            position.edition.rpartition("/")[2],
            position.response.label,
            position.implementation.label,
            position.reservation or NONE,
            position.since or NONE,
            position.statement,
        )
        for it in documents
        for position in it.positions
    ]
    silent = [it.designation for it in agreements if not it.positions]
    blocks: list[Block] = []
    if rows:
        head = _head(words, "document", "edition", "response", "implementation", "reservation", "since", "statement")
        blocks.append(Table(words("What the nation has told"), head, tuple(rows), (2, 1.2, 1.4, 1.6, 4, 1.2, 3)))
    if silent:
        text = words("On {n} of {all} agreements nothing is known:", n=len(silent), all=len(agreements))
        blocks.append(Paragraph(f"{text} {', '.join(silent)}."))
    return blocks or [Paragraph(words("No agreement applies."))]


def _clauses(package: PackageFile, numbers: dict[str, str], words: Words) -> list[Block]:
    by_document: dict[str, list[RequirementTold]] = {}
    for it in package.requirements:
        by_document.setdefault(it.document, []).append(it)
    blocks: list[Block] = []
    head = _head(words, "clause", "subject", "parameter", "condition", "verification", "confidence", "note", "sources")
    for document in package.documents:
        if clauses := by_document.get(document.id):
            blocks.append(Heading(document.designation, 2))
            rows = tuple(_clause(it, numbers, words) for it in sorted(clauses, key=_order))
            blocks.append(Table(document.title, head, rows, (1.5, 1.8, 2.6, 2.8, 1.5, 1.2, 4, 0.9)))
    without = [it.designation for it in package.documents if it.applies and it.id not in by_document]
    if without:
        text = words("No requirement of a clause is public for:")
        blocks.append(Paragraph(f"{text} {', '.join(without)}."))
    return blocks or [Paragraph(words("No requirement of a clause is public."))]


def _order(it: RequirementTold) -> tuple[tuple[tuple[int, str], ...], str]:
    """Clause 4.10 stands behind 4.9."""
    parts = (it.clause or "").replace(" ", ".").split(".")
    return tuple((int(part), "") if part.isdecimal() else (10**9, part) for part in parts), it.id


def _clause(it: RequirementTold, numbers: dict[str, str], words: Words) -> tuple[str, ...]:
    unknown = words("not known")
    return (
        it.clause or unknown,
        it.subject.label,
        it.parameter.label,
        it.condition,
        it.verification.label if it.verification else unknown,
        it.confidence.label if it.confidence else unknown,
        records.joined((e.note for e in it.evidence), NONE),
        _marks([e.source for e in it.evidence], numbers),
    )


def _open(package: PackageFile, words: Words) -> list[Block]:
    if not package.open_points:
        return [Paragraph(words("None."))]
    names = {it.id: it.designation for it in package.documents}
    names |= {
        it.id: f"{names.get(it.document, it.document)} {it.clause or it.parameter.label}" for it in package.requirements
    }
    rows = []
    for point in package.open_points:
        about = list(dict.fromkeys(names.get(it, it) for it in point.about))
        shown = ", ".join(about) if point.kind != "to-consider" else words("see below")
        rows.append((point.text, words.number(len(point.about)), shown))
    head = _head(words, "open point", "number", "of")
    return [Table(words("What is not known"), head, tuple(rows), (4, 1, 8))]


def _consider(documents: list[DocumentTold], words: Words) -> list[Block]:
    if not documents:
        return [Paragraph(words("None."))]
    rows = tuple(
        (
            it.designation,
            it.title if it.title != it.designation else NONE,
            _editions(it, words),
            records.joined(reason.through.label for reason in it.reasons),
            _stand(it, words),
        )
        for it in documents
    )
    head = _head(words, "document", "title", "edition", "field", "position")
    text = words("Only its field ties the document to the scope: a person has to say whether it applies.")
    return [Paragraph(text), Table(words("Documents of the same fields"), head, rows, (2, 5.5, 2.6, 2.2, 2.2))]


def _stand(document: DocumentTold, words: Words) -> str:
    answers = records.told(answer for it in document.positions for answer in (it.response, it.implementation))
    return records.joined((it.label for it in answers), words("not known"))


def _sources(package: PackageFile, words: Words) -> Block:
    if not package.sources:
        return Paragraph(words("None."))
    lines = []
    for it in package.sources:
        captured = words("captured {date}", date=it.captured) if it.captured else ""
        lines.append(", ".join(part for part in (it.publisher, it.url or it.id, captured) if part))
    return List(tuple(lines), ordered=True)
