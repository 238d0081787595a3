"""A report as a document for people, to be written as HTML or PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..documents import Block, Document, Facts, Heading, List, Note, Paragraph, Table
from ..words import Words, message, sentence
from .judging import Outcome
from .reasons import OBLIGATIONS, OUTCOMES, with_notes
from .report import Report, Result, WorksWith

FOOTER = message("Not an authorisation to fire, and no certificate. Not affiliated with NATO.")
NOT_KNOWN = message("What the description leaves out is not known: it is neither failed nor without concern.")

NOT_ASKED = message("not known: it was not asked for")


def page(report: Report, words: Words) -> Document:
    """The document of a report in the language of the words."""
    language = words.language
    facts = (
        (words("system"), f"{report.system.label[language]} ({report.system.id})"),
        (words("against"), f"{report.against.id}, {report.against.label[language]}"),
        (words("confidence asked for"), words(report.confidence)),
        (words("release"), report.release),
        (words("report"), report.iri),
    )
    return Document(
        title=words("Conformance report"),
        subtitle=report.system.label[language],
        language=language,
        properties=facts,
        blocks=tuple(_blocks(report, words)),
        footer=words(FOOTER),
        made=datetime.fromisoformat(report.made),
        landscape=True,
    )


def _blocks(report: Report, words: Words) -> Iterator[Block]:
    yield Facts(tuple((words(text), words.number(report.counts[name])) for name, text in OUTCOMES.items()))
    yield Note(words(NOT_KNOWN))
    for outcome in (Outcome.FAILED, Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.PASSED, Outcome.INAPPLICABLE):
        results = [it for it in report.results if it.outcome == outcome]
        if results:
            yield Heading(sentence(words(OUTCOMES[outcome])))
            yield _table(results, words)
    if report.lacking:
        by_test = {it.test: it for it in report.results}
        yield Heading(words("Standards that are not shown to be kept"))
        yield List(tuple(_lacking(by_test[test], words) for test in report.lacking))
    yield Heading(words("Works with"))
    if report.works_with is None:
        yield Paragraph(sentence(words(NOT_ASKED)))
    else:
        yield from _beside(report.works_with, words)
    yield Heading(words("Sources"))
    cited = {
        f"{source.place}: {source.publisher or source.source}{f', {source.url}' if source.url else ''}"
        for it in report.results
        for source in it.sources
    }
    told = {
        " ".join(part for part in (evidence.title, evidence.url) if part)
        for it in report.results
        for stated in it.stated
        for evidence in stated.evidence
    }
    yield Heading(sentence(words("of the demands")), 2)
    yield List(tuple(sorted(cited)) or ("–",))
    yield Heading(sentence(words("of the description")), 2)
    yield List(tuple(sorted(told)) or ("–",))


def _table(results: list[Result], words: Words) -> Table:
    language = words.language
    rows = [
        (
            " ".join(part for part in (it.document, it.edition, it.clause) if part) or (it.subject or ""),
            it.label[language]
            if it.parameter
            else words(OBLIGATIONS.get(it.obligation or "none", it.obligation or "")),
            it.required[language],
            "; ".join(stated.text for stated in it.stated) or "–",
            it.reason[language]
            if it.outcome == Outcome.PASSED
            else with_notes(it.reason[language], (source.note for source in it.sources), words),
            "; ".join(source.place for source in it.sources) or "–",
        )
        for it in results
    ]
    names = (words("clause"), words("what"), words("asked for"), words("stated"), words("reason"), words("source"))
    return Table("", names, tuple(rows), (2, 2, 2, 2, 4, 2))


def _lacking(it: Result, words: Words) -> str:
    parts = (it.document, it.edition, words(OBLIGATIONS.get(it.obligation or "none", it.obligation or "")), it.part)
    return f"{', '.join(part for part in parts if part)}: {it.reason[words.language]}"


def _beside(found: tuple[WorksWith, ...], words: Words) -> Iterator[Block]:
    yield Paragraph(words("Derived by the rules of the release. Whether it hits and is released are other questions."))
    if found:
        yield _partners(found, words)
    else:
        yield Paragraph(words("Nothing is known: the description names no interface that any type of the release has."))


def _partners(beside: tuple[WorksWith, ...], words: Words) -> Table:
    rows = tuple(
        (it.thing.label[words.language], _verdict(it.verdict, words), ", ".join(it.nations) or "–") for it in beside
    )
    return Table("", (words("type"), words("verdict"), words("nations")), rows, (3, 2, 5))


_VERDICTS = {
    "compatible": message("compatible"),
    "restricted": message("restricted"),
    "unknown": message("not known"),
    "incompatible": message("incompatible"),
}


def _verdict(name: str, words: Words) -> str:
    return words(_VERDICTS.get(name, name))
