"""Plans: the least effort that closes given gaps, or the most that a budget closes, and the curve between the two."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from ..errors import BudgetTooSmall
from . import exact, greedy
from .model import Action, Count, Method, Plan, Point, Situation, Step, Tally
from .problem import Problem, Progress, problem_of

# Beyond these the exact solver would not come near a proof in the time that a person waits.
MOST_ACTIONS, MOST_ARCS = 10_000, 400_000
# With reading, putting in order and starting, an answer takes no more than thirty.
SECONDS = 20.0
POINTS = 24


def make_plan(
    situation: Situation,
    effort: Callable[[Action], Decimal],
    *,
    budget: Decimal | None = None,
    count: Count = "gaps",
    seconds: float = SECONDS,
    observe: exact.Observer | None = None,
) -> Plan:
    """The actions of least effort that close all gaps; with a budget those that close most gaps or free most pairs.

    `seconds` bounds the search; with 0 it is greedy. `observe` hears the value and the limit of each better plan.
    BudgetTooSmall if the budget does not reach for anything.
    """
    began = time.monotonic()
    problem = problem_of(situation, effort)
    units = None if budget is None else problem.units(budget)
    method: Method = "exact"
    if seconds <= 0 or len(problem.actions) > MOST_ACTIONS or problem.arcs > MOST_ARCS:
        method = "greedy"
    first = greedy.least(problem) if units is None else greedy.most(problem, count, units)
    chosen, bound, optimal = first.chosen, first.bound, False
    if method == "exact":
        # What was taken so far will be taken once more, to put the plan in order.
        left = seconds - 2 * (time.monotonic() - began)
        solver = exact.Solver(problem, left, observe)
        found = solver.least(chosen) if units is None else solver.most(count, units, chosen)
        if found.optimal or _better(problem, found.chosen, chosen, count, units):
            chosen = found.chosen
        bound = max(bound, found.bound) if units is None else min(bound, found.bound)
        optimal = found.optimal
    plan = _told(problem, count, budget, chosen, method, bound, optimal, first.guarantee)
    if budget is None or plan.value or not (least := _cheapest(problem, count, seconds)):
        return plan
    if problem.effort(least) > problem.units(budget):
        raise BudgetTooSmall(str(budget), str(problem.told(problem.effort(least))), count)
    # A search that takes one step after the other may not see what several actions achieve only together.
    return _told(problem, count, budget, least, method, bound, optimal, first.guarantee)


def _better(problem: Problem, one: Sequence[int], other: Sequence[int], count: Count, units: int | None) -> bool:
    if units is None:
        return problem.effort(one) < problem.effort(other)
    values = []
    for chosen in (one, other):
        progress = Progress(problem)
        for action in chosen:
            progress.add(action)
        values.append(progress.value(count))
    return values[0] > values[1]


def _cheapest(problem: Problem, count: Count, seconds: float) -> tuple[int, ...]:
    """The actions of least effort that achieve anything at all; none where nothing does or time ran out."""
    everything = Progress(problem)
    for action in range(len(problem.actions)):
        everything.add(action)
    return exact.Solver(problem, max(seconds, 1.0)).cheapest(count) if everything.value(count) else ()


def _told(
    problem: Problem,
    count: Count,
    budget: Decimal | None,
    chosen: Sequence[int],
    method: Method,
    bound: int,
    optimal: bool,
    guarantee: float | None,
) -> Plan:
    whole, steps = Progress(problem), []
    for action in chosen:
        whole.add(action)
    so_far, alone, spent = Progress(problem), Progress(problem), 0
    # The least effort that proves itself is the best, by whatever method it was found.
    optimal = optimal or bound == (problem.effort(chosen) if budget is None else whole.value(count))
    names: dict[int, list[str]] = {}
    for gap, place in problem.group_of.items():
        names.setdefault(place, []).append(gap)
    for action in greedy.in_order(problem, count, chosen):
        whole.remove(action)
        without = whole.tally
        whole.add(action)
        alone.add(action)
        single = alone.tally
        alone.remove(action)
        was = {place for place in problem.groups_of[action] if so_far.closed(place)}
        so_far.add(action)
        spent += problem.efforts[action]
        closed = [place for place in problem.groups_of[action] if so_far.closed(place) and place not in was]
        step = Step(
            problem.actions[action],
            problem.told(problem.efforts[action]),
            single,
            _less(whole.tally, without),
            problem.told(spent),
            so_far.tally,
            tuple(sorted(gap for place in closed for gap in names.get(place, ()))),
        )
        steps.append(step)
    limit = problem.told(bound) if budget is None else Decimal(bound)
    effort = problem.told(problem.effort(chosen))
    said = None if method == "exact" and optimal else guarantee
    return Plan(count, budget, tuple(steps), effort, whole.tally, problem.whole, method, optimal, limit, said)


def _less(one: Tally, other: Tally) -> Tally:
    return Tally(
        one.gaps - other.gaps,
        one.questions - other.questions,
        one.surely - other.surely,
        one.pairs - other.pairs,
    )


def frontier(
    situation: Situation,
    effort: Callable[[Action], Decimal],
    *,
    count: Count = "gaps",
    seconds: float = SECONDS,
    points: int = POINTS,
    through: Sequence[Decimal] = (),
) -> tuple[Point, ...]:
    """What each effort buys, up to all that can be had: the best plans for some budgets, `through` among them.

    A problem that is too large for the exact solver, or has no time left for it, gets the greedy curve instead.
    """
    problem = problem_of(situation, effort)
    progress, spent, curve = Progress(problem), 0, [(0, Tally())]
    for action in greedy.in_order(problem, count, range(len(problem.actions))):
        before = progress.tally
        progress.add(action)
        spent += problem.efforts[action]
        if progress.tally != before:
            curve.append((spent, progress.tally))
    budgets = sorted({*_some(problem, [units for units, _ in curve], points), *map(problem.units, through)})
    large = len(problem.actions) > MOST_ACTIONS or problem.arcs > MOST_ARCS
    found = {units: Point(problem.told(units), tally, units == 0) for units, tally in curve if units in budgets}
    for budget in budgets if seconds > 0 and not large else ():
        hint = greedy.most(problem, count, budget, limited=False).chosen
        solved = exact.Solver(problem, seconds / len(budgets)).most(count, budget, hint)
        units = problem.effort(solved.chosen)
        point = Point(problem.told(units), problem.achieved(solved.chosen), solved.optimal)
        if units not in found or _worth(point, count) > _worth(found[units], count) or solved.optimal:
            found[units] = point
    rising: list[Point] = []
    for _, point in sorted(found.items()):
        if not rising or _worth(point, count) > _worth(rising[-1], count):
            rising.append(point)
        elif point.effort == rising[-1].effort:
            rising[-1] = replace(point, optimal=point.optimal)
    return tuple(rising)


def _some(problem: Problem, efforts: Sequence[int], points: int) -> list[int]:
    """Some of these efforts, spread evenly from the first to the last."""
    if len(efforts) <= points:
        return list(efforts)
    return [efforts[round(at * (len(efforts) - 1) / (points - 1))] for at in range(points)]


def _worth(point: Point, count: Count) -> int:
    return point.achieved.pairs if count == "pairs" else point.achieved.gaps + point.achieved.questions
