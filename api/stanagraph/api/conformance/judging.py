"""Demand against description: one outcome, in the words of EARL, and its reason. What is not known is never a no.

The order of the questions, and what decides each, stands in docs/decisions/0016.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .demands import Demand, folded
from .description import LEVELS, Capability, Claim, Description, Evidence, Exclusion, Level, Test, Value
from .units import convert, unit_of

Backed = Value | Capability | Claim | Test | Exclusion


class Outcome(StrEnum):
    """The outcomes of EARL 1.0."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    UNTESTED = "untested"
    INAPPLICABLE = "inapplicable"


class Code(StrEnum):
    """Why an outcome is what it is."""

    MET = "met"
    TEST_PASSED = "test-passed"
    CLAIMED = "claimed"
    NOT_MET = "not-met"
    TEST_FAILED = "test-failed"
    DENIED = "denied"
    NOT_CONCERNED = "not-concerned"
    LEFT_OPEN = "left-open"
    UNVERIFIED = "unverified"
    SUBJECT_NOT_TOLD = "subject-not-told"
    NOT_STATED = "not-stated"
    NO_EVIDENCE = "no-evidence"
    WEAK_EVIDENCE = "weak-evidence"
    WEAK_CLAUSE = "weak-clause"
    STRADDLES = "straddles"
    WITHIN_FIGURES = "within-figures"
    UNIT_MISSING = "unit-missing"
    UNITS_DIFFER = "units-differ"
    OTHER_WORDS = "other-words"
    OTHER_CASE = "other-case"
    NOT_CLAIMED = "not-claimed"
    OTHER_EDITION = "other-edition"
    CONDITIONAL = "conditional"
    NO_CLAUSE = "no-clause"


_OUTCOMES = {
    Outcome.PASSED: (Code.MET, Code.TEST_PASSED, Code.CLAIMED),
    Outcome.FAILED: (Code.NOT_MET, Code.TEST_FAILED, Code.DENIED),
    Outcome.INAPPLICABLE: (Code.NOT_CONCERNED, Code.LEFT_OPEN),
    Outcome.UNTESTED: (Code.UNVERIFIED,),
}
OUTCOME_OF = dict.fromkeys(Code, Outcome.CANT_TELL) | {
    code: outcome for outcome, codes in _OUTCOMES.items() for code in codes
}


@dataclass(frozen=True)
class Judged:
    """The outcome of one demand, its reason, and what of the description it rests on."""

    demand: Demand
    code: Code
    rests_on: tuple[Value | Claim | Test | Exclusion, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """In the words of EARL."""
        return OUTCOME_OF[self.code]


def judge(demands: Sequence[Demand], description: Description, asked: Level = "low") -> tuple[Judged, ...]:
    """The outcome of each demand; only what is trusted at least as far as asked decides anything."""
    cases = Counter(map(_case, demands))
    judging = _Judging(
        description, LEVELS.index(asked), frozenset(case for case, number in cases.items() if number > 1)
    )
    found = [judging.of(demand) for demand in demands]
    met = {_case(it.demand) for it in found if it.code in (Code.MET, Code.UNVERIFIED)}
    # A clause that sets several figures for different cases cannot be failed while one of them is met.
    return tuple(
        Judged(it.demand, Code.OTHER_CASE, it.rests_on) if it.code is Code.NOT_MET and _case(it.demand) in met else it
        for it in found
    )


Case = tuple[object, ...]


def _case(it: Demand) -> Case:
    """What demands have in common that one clause makes for different cases."""
    return it.document, it.clause, it.subject, it.parameter, it.comparator, it.low is None


class _Judging:
    def __init__(self, description: Description, asked: int, several: frozenset[Case]) -> None:
        self.it, self.asked, self.several = description, asked, several

    def of(self, demand: Demand) -> Judged:
        return self.standard(demand) if demand.kind == "standard" else self.clause(demand)

    def clause(self, demand: Demand) -> Judged:
        for exclusion in self.it.not_concerned:
            if demand.subject == exclusion.subject if exclusion.subject else demand.parameter == exclusion.parameter:
                return Judged(demand, self.support(exclusion) or Code.NOT_CONCERNED, (exclusion,))
        if not self.concerned(demand):
            return Judged(demand, Code.SUBJECT_NOT_TOLD)
        if self.weak(demand):
            return Judged(demand, Code.WEAK_CLAUSE)
        tests = [test for test in self.it.tests if _is_about(test, demand) and not self.support(test)]
        if failed := [test for test in tests if test.outcome == "failed"]:
            return Judged(demand, Code.TEST_FAILED, tuple(failed))
        stated = [value for value in self.it.values if value.parameter == demand.parameter]
        compared = [(self.support(value) or compare(demand, value), value) for value in stated]
        # Of several cases a system may have more than one; otherwise what breaks the demand decides.
        order = (Code.NOT_MET, Code.MET)
        for code in reversed(order) if _case(demand) in self.several else order:
            if decisive := tuple(value for found, value in compared if found is code):
                shown = tuple(test for test in tests if shows(test, demand.method))
                if code is Code.MET and demand.method in _TO_SHOW and not shown:
                    return Judged(demand, Code.UNVERIFIED, decisive)
                return Judged(demand, code, (*decisive, *(shown if code is Code.MET else ())))
        passed = tuple(test for test in tests if _settles(test, demand))
        if passed:
            return Judged(demand, Code.TEST_PASSED, passed)
        if compared:
            # What comes nearest to an answer is told.
            code, value = max(compared, key=lambda pair: _NEARNESS.index(pair[0]) if pair[0] in _NEARNESS else -1)
            return Judged(demand, code, (value,))
        return Judged(demand, Code.NOT_STATED)

    def standard(self, demand: Demand) -> Judged:
        claims = [claim for claim in self.it.standards if claim.document == demand.document]
        if self.weak(demand):
            return Judged(demand, Code.WEAK_CLAUSE)
        supported = [claim for claim in claims if not self.support(claim)]
        edition = demand.edition

        def covers(claim: Claim) -> bool:
            return edition is None or _same(claim.edition, edition)

        kept = tuple(claim for claim in supported if claim.claimed and covers(claim))
        denied = tuple(
            claim
            for claim in supported
            if not claim.claimed and (claim.edition is None or _same(claim.edition, edition))
        )
        if denied:
            open_ = demand.obligation in ("optional", "recommended") or _later(demand)
            binding = demand.obligation in ("mandatory", "governing")
            code = Code.LEFT_OPEN if open_ else Code.DENIED if binding else Code.CONDITIONAL
            return Judged(demand, code, denied)
        if kept:
            return Judged(demand, Code.CLAIMED, kept)
        if supported:
            return Judged(demand, Code.OTHER_EDITION, tuple(supported))
        if claims:
            return Judged(demand, self.support(claims[0]) or Code.NOT_CLAIMED, (claims[0],))
        return Judged(demand, Code.NOT_CLAIMED)

    def concerned(self, demand: Demand) -> bool:
        """Whether the description says that it is, or has, what the demand is about."""
        told = {*self.it.subjects, *self.it.interfaces} | ({"munition"} if self.it.kind == "munition" else set())
        return demand.subject in told

    def weak(self, demand: Demand) -> bool:
        """Whether what tells the demand is trusted less than asked for."""
        levels = [LEVELS.index(it.confidence) for it in demand.sources if it.confidence in LEVELS]
        return max(levels, default=0) < self.asked

    def support(self, told: Backed) -> Code | None:
        """What is missing for a statement to count: evidence, or trust in it; None where nothing is."""
        if not evidence_of(self.it, told):
            return Code.NO_EVIDENCE
        return Code.WEAK_EVIDENCE if LEVELS.index(confidence_of(self.it, told)) < self.asked else None


_NEARNESS = (
    Code.NO_EVIDENCE, Code.WEAK_EVIDENCE, Code.OTHER_WORDS, Code.UNITS_DIFFER, Code.UNIT_MISSING, Code.STRADDLES,
    Code.WITHIN_FIGURES,
)  # fmt: skip
# Looking and reading is what evidence of a value is made for; these ask for more than a value.
_TO_SHOW = ("test", "analysis", "demonstration")


def evidence_of(description: Description, told: Backed) -> tuple[Evidence, ...]:
    """What a statement rests on: its own evidence, else that of the description as a whole."""
    return told.evidence or description.evidence


def confidence_of(description: Description, told: Backed) -> Level:
    """How far a statement is to be trusted; what nobody tells is low."""
    return told.confidence or description.confidence or "low"


def shows(test: Test, method: str | None) -> bool:
    """Whether a verification shows what a method asks for; to measure in operation is more than to watch it."""
    return method in (None, "inspection", test.method) or (method == "demonstration" and test.method == "test")


def _settles(test: Test, demand: Demand) -> bool:
    """Whether a verification was passed against this document, by a method that shows what is asked."""
    return test.outcome == "passed" and test.document is not None and shows(test, demand.method)


def _is_about(test: Test, demand: Demand) -> bool:
    if test.parameter is not None and test.parameter != demand.parameter:
        return False
    if test.document is not None and test.document not in demand.documents | {demand.document}:
        return False
    return test.clause is None or test.clause == demand.clause


def compare(demand: Demand, value: Value) -> Code:
    """How a stated value stands to a demand: met, not met, or why that cannot be told."""
    span = value.span
    if demand.low is None:
        return _compare_words(demand, value.text if value.text is not None else f"{value.number}")
    if span is None:
        return Code.OTHER_WORDS
    if demand.unit and demand.measure is None:
        return Code.UNITS_DIFFER
    wanted = demand.measure or unit_of("1")
    given = unit_of(value.unit) if value.unit else None
    assert wanted is not None
    if given is None:
        if wanted.quantity != "number":
            return Code.UNIT_MISSING
        given = unit_of("1")
    assert given is not None
    if given.quantity != wanted.quantity:
        return Code.UNITS_DIFFER
    low, high = (convert(end, given, wanted) for end in span)
    return _compare_numbers(demand, low, high, counted=wanted.quantity == "number")


def _compare_numbers(demand: Demand, low: Fraction, high: Fraction, *, counted: bool) -> Code:
    assert demand.low is not None
    wanted = Fraction(demand.low)
    if demand.comparator == "ge":
        return Code.MET if low >= wanted else Code.NOT_MET if high < wanted else Code.STRADDLES
    if demand.comparator == "le":
        return Code.MET if high <= wanted else Code.NOT_MET if low > wanted else Code.STRADDLES
    if demand.comparator == "between" and demand.high is not None:
        upper = Fraction(demand.high)
        inside = wanted <= low and high <= upper
        return Code.MET if inside else Code.NOT_MET if high < wanted or low > upper else Code.STRADDLES
    if low == high == wanted:
        return Code.MET
    if low <= wanted <= high:
        return Code.STRADDLES
    away = wanted - high if high < wanted else low - wanted
    # A measure without a tolerance is known as far as it is written, and no further.
    return Code.WITHIN_FIGURES if not counted and away <= _half_figure(demand) else Code.NOT_MET


def _half_figure(demand: Demand) -> Fraction:
    """Half a unit in the last place in which the source writes the number."""
    written = Decimal(demand.value) if _is_number(demand.value) else demand.low
    assert written is not None
    exponent = written.as_tuple().exponent
    return Fraction(10) ** int(exponent) / 2


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).replace("-", "", 1).isdigit()


def _compare_words(demand: Demand, text: str) -> Code:
    said = folded(text)
    if said == folded(demand.value):
        return Code.MET
    return Code.NOT_MET if said in demand.others else Code.OTHER_WORDS


def _same(one: str | None, other: str | None) -> bool:
    """Whether two numbers of editions are one: an address has A-v1 for what people write as A v1."""
    return bool(one and other) and edition_key(one) == edition_key(other)


def edition_key(edition: str | None) -> str:
    """The number of an edition without what does not tell it from another."""
    return "".join(it for it in (edition or "").casefold() if it.isalnum() or it == ".")


def lacking(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """The standards that are asked for and not shown to be kept (question 27): each edition once, as strongly as it is
    asked for anywhere, the binding ones first.
    """
    missing = [it for it in judged if it.demand.kind == "standard" and it.outcome is not Outcome.PASSED]
    missing.sort(key=lambda it: (_BINDING.get((it.demand.obligation, _later(it.demand)), 99), it.demand.document or ""))
    found: dict[tuple[str | None, str | None], Judged] = {}
    for it in missing:
        found.setdefault((it.demand.document, it.demand.edition), it)
    return tuple(found.values())


def _later(it: Demand) -> bool:
    """Whether it is asked for later, or no longer."""
    return it.life_cycle in ("candidate", "retired")


_STRENGTH = ("mandatory", "governing", "conditional", None, "none", "recommended", "optional")
_BINDING = {(name, later): at + later * len(_STRENGTH) for later in (False, True) for at, name in enumerate(_STRENGTH)}
