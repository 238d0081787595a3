"""Why a demand has its outcome, in a sentence; and what it asks for, in a few words."""

from __future__ import annotations

from collections.abc import Iterable

from ..words import Words, message
from .demands import Demand
from .judging import Code, Judged

_SENTENCES = {
    Code.MET: message("stated: {stated}; that meets “{required}”"),
    Code.TEST_PASSED: message("a verification against this document was passed: {stated}"),
    Code.CLAIMED: message("the description claims it: {stated}"),
    Code.NOT_MET: message("stated: {stated}; that does not meet “{required}”"),
    Code.TEST_FAILED: message("a verification was failed: {stated}"),
    Code.DENIED: message("the description says that it is not kept"),
    Code.NOT_CONCERNED: message("the description says that this does not concern the system: {stated}"),
    Code.LEFT_OPEN: message("the description says that it is not kept, and it is not demanded ({obligation})"),
    Code.UNVERIFIED: message("stated: {stated}; that would meet “{required}”, but no {method} that shows it is told"),
    Code.SUBJECT_NOT_TOLD: message("the description does not say whether this is about {subject}"),
    Code.NOT_STATED: message("the description states no value"),
    Code.NO_EVIDENCE: message("stated: {stated}, but without any evidence"),
    Code.WEAK_EVIDENCE: message("stated: {stated}, but trusted less than asked for"),
    Code.WEAK_CLAUSE: message("what is known of this demand is trusted less than asked for: {confidence}"),
    Code.STRADDLES: message("stated: {stated}; a part of that meets “{required}” and a part does not"),
    Code.WITHIN_FIGURES: message(
        "stated: {stated}; as far as the source writes it that is the same as “{required}”, and no tolerance is known"
    ),
    Code.UNIT_MISSING: message("stated: {stated}, without a unit"),
    Code.UNITS_DIFFER: message("stated: {stated}; the units of statement and demand cannot be compared"),
    Code.OTHER_WORDS: message("stated: {stated}; whether that means “{required}” a person has to say"),
    Code.OTHER_CASE: message("stated: {stated}; that does not meet “{required}”, but another figure of the clause"),
    Code.NOT_CLAIMED: message("the description does not tell whether it is kept"),
    Code.OTHER_EDITION: message("the description tells of another edition, or of none: {stated}; asked for: {edition}"),
    Code.CONDITIONAL: message(
        "the description says that it is not kept; whether it is demanded depends on a condition or is not told"
    ),
    Code.NO_CLAUSE: message("this release knows nothing that it asks for, so nothing can be judged"),
}
_METHODS = {
    "test": message("test"),
    "analysis": message("analysis"),
    "demonstration": message("demonstration"),
    "inspection": message("inspection"),
}
_LEVELS = {"low": message("low"), "medium": message("medium"), "high": message("high")}
OBLIGATIONS = {
    "mandatory": message("mandatory"),
    "governing": message("governing"),
    "conditional": message("conditional"),
    "recommended": message("recommended"),
    "optional": message("optional"),
    "none": message("none told"),
}
OUTCOMES = {
    "passed": message("passed"),
    "failed": message("failed"),
    "cantTell": message("cannot tell"),
    "untested": message("untested"),
    "inapplicable": message("inapplicable"),
}


def reason(judged: Judged, stated: str, words: Words) -> str:
    """The sentence that tells why."""
    it = judged.demand
    best = max((source.confidence for source in it.sources), key=("low", "medium", "high").index, default="low")
    values = {
        "stated": stated,
        "required": required(it, words),
        "method": words(_METHODS.get(it.method or "", it.method or "")),
        "subject": it.subject or "",
        "edition": it.edition or "",
        "confidence": words(_LEVELS[best]),
        "obligation": words(OBLIGATIONS.get(it.obligation or "none", it.obligation or "")),
    }
    return words(_SENTENCES[judged.code], **values)


def required(it: Demand, words: Words) -> str:
    """What a demand asks for: at most 430 MPa, between 178 and 229 mm, a wording, or that a standard is kept."""
    if it.kind == "standard":
        if it.edition:
            return words("keep {document}, edition {edition}", document=it.document, edition=it.edition)
        return words("keep {document}", document=it.document)
    unit = f" {it.measure.code}" if it.measure and it.measure.code != "1" else ""
    if it.low is None:
        return it.value
    value = f"{figure(it.value, words.language)}{unit}"
    if it.comparator == "ge":
        return words("at least {value}", value=value)
    if it.comparator == "le":
        return words("at most {value}", value=value)
    if it.comparator == "between":
        high = f"{figure(f'{it.high:f}', words.language)}{unit}" if it.high is not None else ""
        return words("between {low} and {high}", low=figure(f"{it.low:f}", words.language), high=high)
    return value


def figure(number: str, language: str) -> str:
    """A number with the decimal sign of the language, and no digit more or less."""
    return number.replace(".", ",") if language == "fr" else number


NOTED = message("note of the source: {note}")


def with_notes(sentence: str, notes: Iterable[str | None], words: Words) -> str:
    """A reason with what the sources of a demand remark on it, such as that a figure is a greatest one."""
    told = dict.fromkeys(note for note in notes if note)
    return "; ".join([sentence, *(words(NOTED, note=note) for note in told)])
