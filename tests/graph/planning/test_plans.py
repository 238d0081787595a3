"""Plans against brute force on small random situations: both objectives, ties, several deeds together, alternatives."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stanagraph.graph.errors import BudgetTooSmall
from stanagraph.graph.planning import (
    Action,
    Count,
    Gap,
    Pairs,
    Plan,
    Situation,
    Weights,
    frontier,
    make_plan,
)
from stanagraph.graph.planning.greedy import limit as limit_of
from stanagraph.graph.planning.problem import problem_of

NAMES = "abcdefg"
Chosen = frozenset[str]


def action(name: str, kind: str = "qualify", nation: str | None = None) -> Action:
    return Action(name, f"https://example.org/{name}", kind, "https://example.org/target", nation)


ACTIONS = {name: action(name) for name in NAMES}


def weights(**efforts: float | str) -> Weights:
    return Weights(Decimal(1), actions={name: Decimal(str(effort)) for name, effort in efforts.items()})


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    some = st.frozensets(st.sampled_from(NAMES), min_size=1, max_size=3)
    few = st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(NAMES), max_size=2))
    causes = st.sampled_from(["technical", "technical", "policy", "not-known"])
    gaps = [
        Gap(f"gap/{number}", draw(causes), needs, draw(few))
        for number, needs in enumerate(draw(st.lists(some, min_size=1, max_size=7)))
    ]
    beside = [Gap(f"beside/{number}", draw(causes), draw(some)) for number in range(draw(st.integers(0, 2)))]
    keys = [gap.key for gap in [*gaps, *beside]]
    blocked = draw(
        st.lists(st.tuples(st.frozensets(st.sampled_from(keys), min_size=1, max_size=3), st.integers(1, 4)), max_size=6)
    )
    pairs = [Pairs("NOR", f"gun-{at}", "round", count, some) for at, (some, count) in enumerate(blocked)]
    return Situation(ACTIONS, tuple(gaps), tuple(beside), tuple(pairs))


efforts = st.fixed_dictionaries({name: st.sampled_from(["0.5", "1", "1", "2", "3"]) for name in NAMES})


def closed(gap: Gap, chosen: Chosen) -> bool:
    return gap.needs <= chosen or bool(gap.instead & chosen)


def value(situation: Situation, chosen: Chosen, count: Count) -> int:
    """By the definitions: gaps and questions closed, or pairs of which every gap that has to be closed is."""
    if count == "gaps":
        return sum(closed(gap, chosen) for gap in situation.gaps)
    asked = {gap.key for gap in situation.gaps}
    every = {gap.key: gap for gap in [*situation.gaps, *situation.beside]}
    found = 0
    for pair in situation.pairs:
        if not pair.gaps & asked:
            continue
        needed = [every[key] for key in pair.gaps if key in asked or not every[key].is_question]
        found += pair.count * all(closed(gap, chosen) for gap in needed)
    return found


def able(situation: Situation) -> list[str]:
    return sorted({key for gap in situation.gaps for key in gap.needs | gap.instead})


def subsets(names: Sequence[str]) -> Iterable[Chosen]:
    return (frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size))


def effort(chosen: Chosen, paid: Weights) -> Decimal:
    return sum((paid.of(ACTIONS[name]) for name in chosen), Decimal(0))


def by_name(names: Sequence[str], chosen: Chosen) -> list[bool]:
    return [name not in chosen for name in names]


def chosen_by(plan: Plan) -> Chosen:
    return frozenset(step.action.key for step in plan.steps)


@given(situations(), efforts)
@settings(max_examples=120)
def test_the_least_effort_that_closes_all(situation: Situation, given_efforts: dict[str, str]) -> None:
    paid, names = weights(**given_efforts), able(situation)
    best = min(
        (some for some in subsets(names) if value(situation, some, "gaps") == len(situation.gaps)),
        key=lambda some: (effort(some, paid), len(some), by_name(names, some)),
    )
    plan = make_plan(situation, paid.of)
    assert plan.optimal
    assert plan.bound == plan.effort == effort(best, paid)
    assert chosen_by(plan) == best
    greedy = make_plan(situation, paid.of, seconds=0)
    assert greedy.achieved.gaps + greedy.achieved.questions == len(situation.gaps)
    assert greedy.bound <= plan.effort <= greedy.effort
    if greedy.guarantee:
        assert float(plan.effort) >= float(greedy.effort) * greedy.guarantee - 1e-9


def test_a_greedy_plan_finds_the_one_thing_that_a_budget_reaches_for() -> None:
    # The gap that `d` closes for less is closed by `a` too, which the other gap needs anyway.
    gaps = Gap("one", "technical", frozenset("d"), frozenset("a")), Gap("other", "technical", frozenset("abc"))
    situation = Situation(ACTIONS, gaps, (), (Pairs("NOR", "gun", "round", 1, frozenset({"one", "other"})),))
    paid = weights(a=1, b=0.5, c=0.5, d=0.5)
    plan = make_plan(situation, paid.of, budget=Decimal(2), count="pairs", seconds=0)
    assert chosen_by(plan) == frozenset("abc")
    assert (plan.value, plan.effort) == (Decimal(1), Decimal(2))
    with pytest.raises(BudgetTooSmall, match="the least that does takes an effort of 2"):
        make_plan(situation, paid.of, budget=Decimal("1.5"), count="pairs", seconds=0)


@given(
    situations(), efforts, st.sampled_from(["0.5", "1.5", "2", "3", "4.5", "100"]), st.sampled_from(["gaps", "pairs"])
)
@settings(max_examples=200)
def test_the_most_within_a_budget(
    situation: Situation, given_efforts: dict[str, str], budget: str, count: Count
) -> None:
    paid, names, limit = weights(**given_efforts), able(situation), Decimal(budget)
    other: Count = "pairs" if count == "gaps" else "gaps"
    within = [some for some in subsets(names) if effort(some, paid) <= limit]
    best = min(
        within,
        key=lambda some: (
            -value(situation, some, count),
            -value(situation, some, other),
            effort(some, paid),
            len(some),
            by_name(names, some),
        ),
    )
    most = value(situation, best, count)
    anything = [some for some in subsets(names) if value(situation, some, count)]
    if not most and anything:
        with pytest.raises(BudgetTooSmall) as refused:
            make_plan(situation, paid.of, budget=limit, count=count)
        assert Decimal(refused.value.least) == min(effort(some, paid) for some in anything)
        return
    plan = make_plan(situation, paid.of, budget=limit, count=count)
    assert plan.optimal
    assert plan.bound == plan.value == most
    assert chosen_by(plan) == best
    if not most:
        return
    try:
        greedy = make_plan(situation, paid.of, budget=limit, count=count, seconds=0)
    except BudgetTooSmall:
        pytest.fail("the greedy plan finds something wherever there is something")
    assert greedy.effort <= limit
    assert greedy.value <= most <= greedy.bound
    problem = problem_of(situation, paid.of)
    assert most <= limit_of(problem, count, problem.units(limit))
    if greedy.guarantee:
        assert float(greedy.value) >= greedy.guarantee * most


@given(situations(), efforts, st.sampled_from([None, "2", "100"]), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_what_is_given_does_not_matter(
    situation: Situation, given_efforts: dict[str, str], budget: str | None, shuffle: random.Random
) -> None:
    paid, limit = weights(**given_efforts), Decimal(budget) if budget else None
    names = list(situation.actions)
    gaps, beside, pairs = list(situation.gaps), list(situation.beside), list(situation.pairs)
    for some in (names, gaps, beside, pairs):
        shuffle.shuffle(some)
    other = Situation({name: ACTIONS[name] for name in names}, tuple(gaps), tuple(beside), tuple(pairs))
    try:
        plan = make_plan(situation, paid.of, budget=limit)
    except BudgetTooSmall:
        with pytest.raises(BudgetTooSmall):
            make_plan(other, paid.of, budget=limit)
        return
    assert make_plan(other, paid.of, budget=limit) == plan
    assert make_plan(other, paid.of, budget=Decimal(100), seconds=0) == make_plan(
        situation, paid.of, budget=Decimal(100), seconds=0
    )


@given(situations(), efforts)
@settings(max_examples=60)
def test_each_step_tells_what_it_achieves_alone_and_together(
    situation: Situation, given_efforts: dict[str, str]
) -> None:
    paid = weights(**given_efforts)
    plan = make_plan(situation, paid.of)
    chosen, before = chosen_by(plan), frozenset[str]()
    for step in plan.steps:
        one = frozenset({step.action.key})
        for count in ("gaps", "pairs"):
            tell = [it.pairs if count == "pairs" else it.gaps + it.questions for it in (step.alone, step.together)]
            assert tell[0] == value(situation, one, count) - value(situation, frozenset(), count)
            assert tell[1] == value(situation, chosen, count) - value(situation, chosen - one, count)
        now = before | one
        new = {gap.key for gap in situation.gaps if closed(gap, now) and not closed(gap, before)}
        assert set(step.closes) == new
        assert step.effort_so_far == effort(now, paid)
        before = now


@given(situations(), efforts, st.sampled_from(["gaps", "pairs"]))
@settings(max_examples=15)
def test_no_plan_lies_above_the_curve(situation: Situation, given_efforts: dict[str, str], count: Count) -> None:
    paid = weights(**given_efforts)
    points = frontier(situation, paid.of, count=count, points=6, through=[Decimal(2)])
    assert points[0].effort == 0
    for some in subsets(able(situation)):
        spent, reached = effort(some, paid), value(situation, some, count)
        best = max(
            it.achieved.pairs if count == "pairs" else it.achieved.gaps + it.achieved.questions
            for it in points
            if it.effort <= max(spent, Decimal(0))
        )
        if spent in {it.effort for it in points} or spent == 2:
            assert reached <= best


TOGETHER = Gap("g", "not-accepted", frozenset("ab"))
EITHER = Gap("h", "technical", frozenset("c"), frozenset("d"))
QUESTION = Gap("q", "not-known", frozenset("e"))


def test_a_gap_takes_all_that_it_needs_or_one_deed_instead() -> None:
    situation = Situation(ACTIONS, (TOGETHER, EITHER))
    assert chosen_by(make_plan(situation, weights(c=5, d=2).of)) == {"a", "b", "d"}
    assert chosen_by(make_plan(situation, weights(c=1, d=2).of)) == {"a", "b", "c"}
    plan = make_plan(situation, weights(c=5, d=5).of, budget=Decimal(2))
    assert [(step.action.key, step.alone.gaps, step.together.gaps, step.so_far.gaps) for step in plan.steps] == [
        ("a", 0, 1, 0),
        ("b", 0, 1, 1),
    ]


def test_a_pair_is_freed_once_all_that_block_it_are_closed() -> None:
    pairs = (Pairs("NOR", "gun", "round", 4, frozenset("gh")), Pairs("NOR", "gun", "shell", 3, frozenset("h")))
    situation = Situation(ACTIONS, (TOGETHER, EITHER), (), pairs)
    plan = make_plan(situation, weights().of, budget=Decimal(2), count="pairs")
    assert chosen_by(plan) == {"c"}
    assert plan.achieved.pairs == 3
    assert make_plan(situation, weights().of, budget=Decimal(3), count="pairs").achieved.pairs == 7


def test_a_gap_beside_keeps_its_pairs_blocked() -> None:
    pairs = (Pairs("NOR", "gun", "round", 4, frozenset("gh")),)
    plan = make_plan(Situation(ACTIONS, (EITHER,), (TOGETHER,), pairs), weights().of)
    assert (plan.achieved.gaps, plan.achieved.pairs, plan.whole.pairs) == (1, 0, 4)


def test_a_question_leaves_its_pairs_uncertain_even_when_it_is_answered() -> None:
    pairs = (Pairs("NOR", "gun", "round", 4, frozenset("hq")), Pairs("NOR", "gun", "shell", 2, frozenset("h")))
    without = make_plan(Situation(ACTIONS, (EITHER,), (QUESTION,), pairs), weights().of)
    assert (without.achieved.gaps, without.achieved.questions) == (1, 0)
    assert (without.achieved.surely, without.achieved.pairs) == (2, 6)
    with_it = make_plan(Situation(ACTIONS, (EITHER, QUESTION), (), pairs), weights().of)
    assert (with_it.achieved.gaps, with_it.achieved.questions) == (1, 1)
    assert (with_it.achieved.surely, with_it.achieved.pairs) == (2, 6)


def test_nothing_to_do_is_a_plan() -> None:
    plan = make_plan(Situation({}, ()), weights().of)
    assert not plan.steps
    assert plan.effort == 0
    assert plan.optimal


def test_an_action_without_effort_is_taken_where_it_helps_and_only_there() -> None:
    situation = Situation(ACTIONS, (EITHER,))
    assert chosen_by(make_plan(situation, weights(c=0, d=0).of)) == {"c"}
    assert chosen_by(make_plan(situation, weights(c=0, d=0).of, budget=Decimal(0))) == {"c"}


@pytest.mark.parametrize("count", ["gaps", "pairs"])
@pytest.mark.parametrize("seconds", [0.0, 30.0])
def test_a_middling_size_ends_with_a_limit_that_holds(count: Count, seconds: float) -> None:
    drawn = random.Random(3)
    actions = {f"{number:03}": action(f"{number:03}") for number in range(150)}
    names = list(actions)
    gaps = tuple(
        Gap(f"g{number}", "technical", frozenset(drawn.choices(names, k=drawn.choice((1, 1, 2)))))
        for number in range(900)
    )
    pairs = tuple(
        Pairs("NOR", f"e{at}", "m", drawn.randrange(1, 9), frozenset(drawn.choice(gaps).key for _ in range(2)))
        for at in range(200)
    )
    plan = make_plan(
        Situation(actions, gaps, (), pairs), weights().of, budget=Decimal(40), count=count, seconds=seconds
    )
    assert plan.value <= plan.bound
    assert plan.effort <= 40
    assert plan.optimal is (seconds > 0)
