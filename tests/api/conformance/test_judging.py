"""What a demand and a description come to: by hand, and at random for what must hold always."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.conformance.demands import Demand, demands, target
from stanagraph.api.conformance.description import Description, Level
from stanagraph.api.conformance.judging import Code, Outcome, judge, lacking
from stanagraph.graph.store import EmbeddedStore
from stanagraph.graph.verdicts import Statement

WHOLE: dict[str, Any] = {"evidence": [{"title": "Drawing"}], "confidence": "high"}


def description(**said: Any) -> Description:
    told = {"id": "m", "name": "n", "kind": "munition", "interfaces": ["x"], "subjects": ["cartridge"]} | said
    return Description.model_validate(told)


def source(confidence: str = "high") -> Statement:
    return Statement("https://example.org/s", "t", 1, confidence, "a", None, None, None, None, None)


def demand(comparator: str = "eq", value: str = "44.70", high: str | None = None, **more: Any) -> Demand:
    number = None if value[0].isalpha() else Decimal(value)
    told: dict[str, Any] = {"unit": "http://qudt.org/vocab/unit/MilliM", "clause": "1"} | more
    return Demand(
        "https://example.org/r", "clause", document="P", subject="x", parameter="length", comparator=comparator,
        value=value, low=number, high=Decimal(high) if high else None, sources=(source(),), **told,
    )  # fmt: skip


def code(it: Demand, asked: Level = "low", **said: Any) -> Code:
    (judged,) = judge([it], description(**said), asked)
    return judged.code


def stated(**value: Any) -> dict[str, Any]:
    return WHOLE | {"values": [{"parameter": "length"} | value]}


@pytest.mark.parametrize(
    ("asked", "value", "found"),
    [
        (demand("eq"), {"number": "44.7", "unit": "mm"}, Code.MET),
        (demand("eq"), {"number": "0.0447", "unit": "m"}, Code.MET),
        (demand("eq"), {"number": "44.704", "unit": "mm"}, Code.WITHIN_FIGURES),
        (demand("eq"), {"number": "44.71", "unit": "mm"}, Code.NOT_MET),
        (demand("eq"), {"low": "44.6", "high": "44.8", "unit": "mm"}, Code.STRADDLES),
        (demand("eq"), {"low": "44.8", "high": "44.9", "unit": "mm"}, Code.NOT_MET),
        (demand("eq"), {"number": "44.7"}, Code.UNIT_MISSING),
        (demand("eq"), {"number": "44.7", "unit": "kg"}, Code.UNITS_DIFFER),
        (demand("eq"), {"text": "about 45"}, Code.OTHER_WORDS),
        (demand("ge", "2"), {"number": "2", "unit": "mm"}, Code.MET),
        (demand("ge", "2"), {"low": "1", "high": "3", "unit": "mm"}, Code.STRADDLES),
        (demand("ge", "2"), {"number": "1.99", "unit": "mm"}, Code.NOT_MET),
        (demand("le", "2"), {"number": "2", "unit": "mm"}, Code.MET),
        (demand("le", "2"), {"low": "1", "high": "3", "unit": "mm"}, Code.STRADDLES),
        (demand("le", "2"), {"low": "2.1", "high": "3", "unit": "mm"}, Code.NOT_MET),
        (demand("between", "1", "2"), {"low": "1", "high": "2", "unit": "mm"}, Code.MET),
        (demand("between", "1", "2"), {"low": "1", "high": "2.1", "unit": "mm"}, Code.STRADDLES),
        (demand("between", "1", "2"), {"number": "0.5", "unit": "mm"}, Code.NOT_MET),
        (demand("eq", "3", unit="http://qudt.org/vocab/unit/UNITLESS"), {"number": "3"}, Code.MET),
        (demand("eq", "3", unit="http://qudt.org/vocab/unit/UNITLESS"), {"number": "3.2"}, Code.NOT_MET),
        (demand("between", "1", "640", unit=None), {"number": "320"}, Code.MET),
        (
            demand("eq", "7", unit="http://qudt.org/vocab/unit/FURLONG"),
            {"number": "7", "unit": "mm"},
            Code.UNITS_DIFFER,
        ),
        (demand("eq", "electric"), {"text": " Electric"}, Code.MET),
        (demand("eq", "electric"), {"text": "by spark"}, Code.OTHER_WORDS),
        (demand("eq", "electric", others=frozenset(["percussion"])), {"text": "Percussion"}, Code.NOT_MET),
    ],
)
def test_a_value_beside_a_demand(asked: Demand, value: dict[str, Any], found: Code) -> None:
    assert code(asked, **stated(**value)) is found


GOOD = {"number": "44.7", "unit": "mm"}


def test_what_is_not_there_cannot_be_told() -> None:
    assert code(demand()) is Code.NOT_STATED
    assert code(demand(), values=[{"parameter": "length"} | GOOD]) is Code.NO_EVIDENCE
    assert code(demand(), **stated(**GOOD), interfaces=[]) is Code.SUBJECT_NOT_TOLD
    assert code(demand(), **stated(**GOOD), interfaces=["y"]) is Code.SUBJECT_NOT_TOLD


def test_trust_counts_on_both_sides() -> None:
    low = stated(**GOOD) | {"confidence": "low"}
    assert code(demand(), "medium", **low) is Code.WEAK_EVIDENCE
    assert code(demand(), "low", **low) is Code.MET
    weak = dataclasses.replace(demand(), sources=(source("low"),))
    assert code(weak, "medium", **stated(**GOOD)) is Code.WEAK_CLAUSE
    both = dataclasses.replace(demand(), sources=(source("low"), source("high")))
    assert code(both, "high", **stated(**GOOD)) is Code.MET
    untold = stated(**GOOD) | {"confidence": None}
    assert code(demand(), "low", **untold) is Code.MET
    assert code(demand(), "medium", **untold) is Code.WEAK_EVIDENCE


def test_what_does_not_concern_has_to_be_said() -> None:
    for said in ({"subject": "x"}, {"parameter": "length"}):
        assert code(demand(), **WHOLE, not_concerned=[said]) is Code.NOT_CONCERNED
        assert code(demand(), not_concerned=[said]) is Code.NO_EVIDENCE
        assert code(demand(), "high", **(WHOLE | {"confidence": "low"}), not_concerned=[said]) is Code.WEAK_EVIDENCE
    assert code(demand(), **WHOLE, not_concerned=[{"subject": "fuze"}]) is Code.NOT_STATED


def test_a_demanded_verification_has_to_be_told() -> None:
    asked = demand("le", "430", method="test")
    met = stated(number="400", unit="mm")
    assert code(asked, **met) is Code.UNVERIFIED
    test = {"method": "test", "parameter": "length"}
    assert code(asked, **met, tests=[test]) is Code.MET
    assert code(asked, **met, tests=[test | {"method": "analysis"}]) is Code.UNVERIFIED
    assert code(asked, **met, tests=[test | {"outcome": "failed"}]) is Code.TEST_FAILED
    assert code(asked, **met, tests=[{"method": "test", "document": "Q", "clause": "1"}]) is Code.UNVERIFIED
    assert code(asked, **met, tests=[{"method": "test", "document": "P", "clause": "1"}]) is Code.MET
    assert code(asked, **stated(number="440", unit="mm"), tests=[test | {"outcome": "passed"}]) is Code.NOT_MET
    passed = {"method": "test", "document": "P", "clause": "1", "outcome": "passed"}
    assert code(asked, **WHOLE, tests=[passed]) is Code.TEST_PASSED
    assert code(asked, **WHOLE, tests=[passed | {"method": "inspection"}]) is Code.NOT_STATED
    assert code(asked, tests=[passed]) is Code.NOT_STATED, "a test without evidence is no evidence"
    seen = demand("le", "430", method="demonstration")
    assert code(seen, **met, tests=[test]) is Code.MET


def test_of_several_figures_of_one_clause_one_is_enough() -> None:
    several = [demand("eq", "355.6"), demand("eq", "762"), demand("le", "800")]
    found = judge(several, description(**stated(number="355.6", unit="mm")))
    assert [it.code for it in found] == [Code.MET, Code.OTHER_CASE, Code.MET]
    none = judge(several, description(**stated(number="900", unit="mm")))
    assert [it.code for it in none] == [Code.NOT_MET] * 3
    span = [demand("ge", "5"), demand("le", "10")]
    outside = judge(span, description(**stated(number="12", unit="mm")))
    assert [it.code for it in outside] == [Code.MET, Code.NOT_MET]


CLAIM = Demand("https://example.org/c", "standard", document="S", edition="2", sources=(source(),))


@pytest.mark.parametrize(
    ("obligation", "claims", "found"),
    [
        ("mandatory", [], Code.NOT_CLAIMED),
        ("mandatory", [{"document": "S", "edition": "2"}], Code.CLAIMED),
        ("mandatory", [{"document": "S", "edition": " 2-"}], Code.CLAIMED),
        ("mandatory", [{"document": "S"}], Code.OTHER_EDITION),
        ("mandatory", [{"document": "S", "edition": "1"}], Code.OTHER_EDITION),
        ("mandatory", [{"document": "S", "claimed": False}], Code.DENIED),
        ("mandatory", [{"document": "S", "edition": "1", "claimed": False}], Code.OTHER_EDITION),
        ("governing", [{"document": "S", "claimed": False}], Code.DENIED),
        ("conditional", [{"document": "S", "claimed": False}], Code.CONDITIONAL),
        (None, [{"document": "S", "claimed": False}], Code.CONDITIONAL),
        ("optional", [{"document": "S", "claimed": False}], Code.LEFT_OPEN),
        ("recommended", [{"document": "S", "claimed": False}], Code.LEFT_OPEN),
    ],
)
def test_a_claim_beside_an_obligation(obligation: str | None, claims: list[dict[str, Any]], found: Code) -> None:
    assert code(dataclasses.replace(CLAIM, obligation=obligation), **WHOLE, standards=claims) is found


def test_a_claim_needs_evidence_and_only_what_is_current_binds() -> None:
    assert code(CLAIM, standards=[{"document": "S", "edition": "2"}]) is Code.NO_EVIDENCE
    for life_cycle in ("candidate", "retired"):
        asked = dataclasses.replace(CLAIM, obligation="mandatory", life_cycle=life_cycle)
        assert code(asked, **WHOLE, standards=[{"document": "S", "claimed": False}]) is Code.LEFT_OPEN


# What must hold always

DEMANDS = st.one_of(
    st.builds(
        lambda comparator, low, wide, method: demand(comparator, str(low), str(low + wide), method=method),
        st.sampled_from(["eq", "ge", "le", "between"]),
        st.integers(0, 5),
        st.integers(0, 3),
        st.sampled_from([None, "inspection", "test", "analysis", "demonstration"]),
    ),
    st.sampled_from(["electric", "percussion"]).map(lambda word: demand("eq", word, others=frozenset(["percussion"]))),
    st.sampled_from(["mandatory", "conditional", "optional", None]).map(
        lambda name: dataclasses.replace(CLAIM, obligation=name)
    ),
)
LEVELS = st.sampled_from(["low", "medium", "high"])
BACKED = {"confidence": LEVELS, "evidence": st.just([{"title": "Report"}])}
NUMBERS = st.integers(0, 8).map(str)
VALUES = st.one_of(
    st.fixed_dictionaries({"parameter": st.just("length"), "number": NUMBERS, "unit": st.just("mm")}, optional=BACKED),
    st.fixed_dictionaries({"parameter": st.just("length"), "number": NUMBERS}, optional=BACKED),
    st.fixed_dictionaries(
        {"parameter": st.just("length"), "text": st.sampled_from(["electric", "percussion"])}, optional=BACKED
    ),
    st.builds(
        lambda ends, more: {"parameter": "length", "low": min(ends), "high": max(ends), "unit": "mm"} | more,
        st.tuples(st.integers(0, 8), st.integers(0, 8)),
        st.fixed_dictionaries({}, optional=BACKED),
    ),
)
TESTS = st.fixed_dictionaries(
    {"method": st.sampled_from(["test", "analysis"]), "document": st.just("P"), "clause": st.just("1")},
    optional=BACKED | {"outcome": st.sampled_from(["passed", "failed"])},
)
CLAIMS = st.fixed_dictionaries(
    {"document": st.just("S"), "claimed": st.booleans()}, optional=BACKED | {"edition": st.sampled_from(["1", "2"])}
)
SAID = st.fixed_dictionaries(
    {},
    optional=BACKED
    | {
        "interfaces": st.sampled_from([["x"], ["y"], []]),
        "values": st.lists(VALUES, max_size=3),
        "tests": st.lists(TESTS, max_size=2),
        "standards": st.lists(CLAIMS, max_size=2),
    },
)


@given(st.lists(DEMANDS, min_size=1, max_size=4), LEVELS, st.booleans())
def test_what_is_missing_is_neither_failed_nor_without_concern(asked: list[Demand], level: Level, backed: bool) -> None:
    found = judge(asked, description(**(WHOLE if backed else {})), level)
    assert {it.outcome for it in found} == {Outcome.CANT_TELL}


@given(st.lists(DEMANDS, min_size=1, max_size=4), SAID, LEVELS, st.data())
def test_leaving_out_makes_nothing_fail_and_nothing_inapplicable(
    asked: list[Demand], said: dict[str, Any], level: Level, data: st.DataObject
) -> None:
    whole = judge(asked, description(**said), level)
    left_out = data.draw(st.sampled_from(sorted(said) or ["values"]))
    less = judge(asked, description(**{name: told for name, told in said.items() if name != left_out}), level)
    for before, after in zip(whole, less, strict=True):
        if after.outcome is Outcome.FAILED:
            # A clause for several cases may be met in another one, by a value that has its evidence from what went.
            assert before.outcome is Outcome.FAILED or before.code in (Code.OTHER_CASE, Code.MET, Code.UNVERIFIED)
        assert after.outcome is not Outcome.INAPPLICABLE or before.outcome in (Outcome.INAPPLICABLE, Outcome.FAILED)


@given(st.lists(DEMANDS, min_size=1, max_size=4), SAID, SAID, LEVELS)
def test_more_evidence_never_turns_passed_into_cannot_tell(
    asked: list[Demand], said: dict[str, Any], more: dict[str, Any], level: Level
) -> None:
    before = judge(asked, description(**said), level)
    said = {"interfaces": ["x"]} | said
    lists = {
        name: [*said.get(name, []), *more.get(name, [])]
        for name in ("values", "tests", "standards", "interfaces")
        if name in said or name in more
    }
    after = judge(asked, description(**(said | lists)), level)
    for old, new in zip(before, after, strict=True):
        if old.outcome is Outcome.PASSED:
            assert new.outcome not in (Outcome.CANT_TELL, Outcome.UNTESTED)


@given(st.lists(DEMANDS, min_size=1, max_size=4), SAID)
def test_asking_for_more_trust_never_turns_an_answer_round(asked: list[Demand], said: dict[str, Any]) -> None:
    weak = judge(asked, description(**said), "low")
    strong = judge(asked, description(**said), "high")
    for low, high in zip(weak, strong, strict=True):
        if low.outcome is Outcome.CANT_TELL and low.code is not Code.OTHER_CASE:
            assert high.outcome is not Outcome.FAILED


# What is asked for, in the small world


def asked_of(store: EmbeddedStore, name: str) -> list[tuple[str, str | None, str | None]]:
    return [(it.kind, it.document, it.clause or it.parameter) for it in demands(store, target(store, name))]


def test_a_standard_asks_what_it_covers_asks(store: EmbeddedStore) -> None:
    clauses = [("clause", "P", number) for number in "1234"]
    assert asked_of(store, "S") == asked_of(store, "P") == asked_of(store, "S/2") == clauses
    assert asked_of(store, "T") == [("clause", "T", "primer"), ("clause", "T", "tolerance")]


def test_an_interface_asks_its_figures_its_agreements_and_the_clauses_about_it(store: EmbeddedStore) -> None:
    found = asked_of(store, "x")
    assert found[:2] == [("figure", None, "calibre_mm"), ("standard", "S", None)]
    assert sorted(found[2:], key=str) == sorted((*asked_of(store, "S"), *asked_of(store, "T")), key=str)


def test_a_profile_asks_for_standards_of_its_parts_too(store: EmbeddedStore) -> None:
    found = demands(store, target(store, "F"))
    standards = [(it.document, it.edition, it.obligation, it.part) for it in found if it.kind == "standard"]
    assert standards == [
        ("S", "2", "mandatory", "F"),
        ("T", None, "mandatory", "F"),
        ("P", None, "optional", "F"),
        ("T", None, "conditional", "G"),
    ]
    assert len([it for it in found if it.kind == "clause"]) == 6


def test_the_standards_that_a_system_lacks_for_a_profile(store: EmbeddedStore) -> None:
    found = demands(store, target(store, "F"))
    system = description(**WHOLE, standards=[{"document": "S", "edition": "2"}, {"document": "T", "claimed": False}])
    told = [(it.demand.document, it.demand.obligation, it.outcome) for it in lacking(judge(found, system))]
    assert told == [
        ("T", "mandatory", Outcome.FAILED),
        ("P", "optional", Outcome.CANT_TELL),
    ]


def test_another_wording_is_a_no_only_where_it_is_one_that_is_known(store: EmbeddedStore) -> None:
    found = [it for it in demands(store, target(store, "S")) if it.parameter == "primer"]
    for text, code_ in {"electric": Code.MET, "percussion": Code.NOT_MET, "by spark": Code.OTHER_WORDS}.items():
        system = description(**WHOLE, values=[{"parameter": "primer", "text": text}])
        assert [it.code for it in judge(found, system)] == [code_]
