"""Plans by taking again and again what closes most for its effort, and limits that no plan can pass.

Where every gap needs one action only, this is the greedy rule of weighted coverage: with a budget it closes at least
1 - 1/e of the best where all efforts are equal, and half of that otherwise (Khuller, Moss and Naor 1999); without a
budget it takes at most 1 + 1/2 + ... + 1/d times the least effort (Chvatal 1979), d being the most that one action
helps to close. Where gaps need several actions together no such promise holds, and only the limit computed for the very
case does.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .model import Count
from .problem import Group, Problem, Progress
from .relaxed import relaxed

ROUNDS = 60
RELAXING = 20.0


@dataclass(frozen=True)
class Found:
    """Actions in the order in which they were taken, and a limit that no plan passes."""

    chosen: tuple[int, ...]
    bound: int
    guarantee: float | None


def most(problem: Problem, count: Count, budget: int, *, limited: bool = True) -> Found:
    """Actions within a budget that close much; without `limited` the limit is only that there is no more to close."""
    order = in_order(problem, count, range(len(problem.actions)), budget)
    progress = Progress(problem)
    for action in order:
        progress.add(action)
    single = _best_single(problem, count, budget)
    if single and Progress(problem).gain(single, count) > progress.value(count):
        order = single
    kept = _needed(problem, count, order)
    guarantee = None
    if count == "gaps" and all(len(group.needs) == 1 for group in problem.groups):
        share = 1 - math.exp(-1)
        guarantee = share if len(set(problem.efforts)) < 2 else share / 2
    whole = sum(value for value, _, _ in _goals(problem, count))
    if not limited:
        return Found(kept, whole, guarantee)
    bound = relaxed(problem, count, budget, RELAXING)
    return Found(kept, limit(problem, count, budget) if bound is None else bound, guarantee)


def least(problem: Problem) -> Found:
    """Actions that close all gaps with little effort."""
    uncovered = {(place, need) for place, group in _asked(problem) for need in group.needs}
    helps: list[list[tuple[int, int]]] = [[] for _ in problem.actions]
    for place, group in _asked(problem):
        for need in group.needs:
            for action in {need, *group.instead}:
                helps[action].append((place, need))
    widest = max((len(parts) for parts in helps), default=0)
    harmonic = sum(1 / at for at in range(1, widest + 1)) or 1.0
    heap = [(problem.efforts[it] / len(parts), it) for it, parts in enumerate(helps) if parts]
    heapq.heapify(heap)
    chosen: list[int] = []
    while uncovered:
        price, action = heapq.heappop(heap)
        new = [part for part in helps[action] if part in uncovered]
        if not new:
            continue
        if (now := problem.efforts[action] / len(new)) > price:
            heapq.heappush(heap, (now, action))
            continue
        chosen.append(action)
        uncovered.difference_update(new)
    paid = problem.effort(chosen)
    # What nothing else can do has to be done; the rest takes at least its greedy price by the promise above.
    forced = {need for _, group in _asked(problem) if not group.instead for need in group.needs}
    bound = max(problem.effort(forced), math.ceil(paid / harmonic - 1e-6))
    kept = _needed(problem, "gaps", tuple(chosen), everything=True)
    return Found(kept, min(bound, problem.effort(kept)), 1 / harmonic)


def _asked(problem: Problem) -> Iterator[tuple[int, Group]]:
    return ((place, group) for place, group in enumerate(problem.groups) if group.gaps or group.questions)


def in_order(problem: Problem, count: Count, allowed: Collection[int], budget: int | None = None) -> tuple[int, ...]:
    """The allowed actions in the order in which they achieve most for their effort, as far as a budget goes.

    Without a budget all of them come, those that achieve nothing at the end.
    """
    progress, within = Progress(problem), frozenset(allowed)
    left = problem.effort(within) if budget is None else budget
    order: list[int] = []
    heap: list[tuple[float, int, tuple[int, ...]]] = []

    def offer(actions: tuple[int, ...]) -> None:
        gain = progress.gain(actions, count)
        effort = problem.effort(actions)
        if gain and effort <= left:
            heapq.heappush(heap, (-gain / effort if effort else -math.inf, effort, actions))

    for bundle in sorted(set(_bundles(problem, count, progress, within, None))):
        offer(bundle)
    while heap:
        price, effort, bundle = heapq.heappop(heap)
        actions = tuple(action for action in bundle if action not in progress.done)
        if not actions or problem.effort(actions) > left:
            continue
        gain, effort = progress.gain(actions, count), problem.effort(actions)
        now = (-gain / effort if effort else -math.inf) if gain else 0.0
        if now > price or not gain:
            # Others have closed some of it meanwhile: it waits for its turn at its new price.
            if gain:
                heapq.heappush(heap, (now, effort, actions))
            continue
        for action in actions:
            progress.add(action)
        order += actions
        left -= effort
        touched = {place for action in actions for place in problem.groups_of[action]}
        for bundle in sorted(set(_bundles(problem, count, progress, within, touched))):
            offer(bundle)
    if budget is None:
        order += sorted(within - progress.done)
    return tuple(order)


def _bundles(
    problem: Problem, count: Count, progress: Progress, within: Collection[int], touched: Collection[int] | None
) -> Iterator[tuple[int, ...]]:
    """What may be worth doing together: single actions, and what is missing to close a group or to free its pairs."""
    places = range(len(problem.groups)) if touched is None else sorted(touched)
    if touched is None:
        yield from ((action,) for action in within)
    pairs: set[int] = set()
    for place in places:
        if count == "pairs":
            pairs.update(which for which in problem.pairs_of[place] if not progress.freed(which))
        elif not progress.closed(place) and (missing := _missing(problem, progress, place, within)):
            yield missing
    for which in pairs:
        parts = [
            _missing(problem, progress, place, within)
            for place in problem.pairs[which].groups
            if not progress.closed(place)
        ]
        if all(parts):
            yield tuple(sorted({action for part in parts for action in part}))


def _missing(problem: Problem, progress: Progress, place: int, within: Collection[int]) -> tuple[int, ...]:
    """The least that closes a group, of the actions that are not done; nothing where they may not be done."""
    group = problem.groups[place]
    ways = [tuple(action for action in group.needs if action not in progress.done), *((it,) for it in group.instead)]
    able = [way for way in ways if all(action in within for action in way)]
    return min(able, key=lambda way: (problem.effort(way), way), default=())


def _best_single(problem: Problem, count: Count, budget: int) -> tuple[int, ...]:
    progress = Progress(problem)
    able = [(it,) for it in range(len(problem.actions)) if problem.efforts[it] <= budget]
    return max(able, key=lambda it: (progress.gain(it, count), -it[0]), default=())


def _needed(problem: Problem, count: Count, order: tuple[int, ...], *, everything: bool = False) -> tuple[int, ...]:
    """These actions without those that nothing is lost without, the dearest tried first."""
    progress = Progress(problem)
    for action in order:
        progress.add(action)
    whole = progress.value(count)
    for action in sorted(order, key=lambda it: (-problem.efforts[it], -it)):
        progress.remove(action)
        if progress.value(count) < whole:
            progress.add(action)
    return tuple(action for action in order if action in progress.done)


def limit(problem: Problem, count: Count, budget: int) -> int:
    """A number of gaps or pairs that no plan within this budget passes.

    The value of each group is shared out among the actions that it needs, in full to each that does instead. No set of
    actions is worth more than its shares, and none within the budget more than the best fractions of them. Shares move
    from actions that the fractions take to those that they leave, and the least limit met counts.
    """
    goals = list(_goals(problem, count))
    shares = [{action: value / len(needs) for action in needs} for value, needs, _ in goals]
    best = float(sum(value for value, _, _ in goals))
    base = [0.0] * len(problem.actions)
    for value, _, others in goals:
        for action in others:
            base[action] += value
    for turn in range(ROUNDS):
        worth = base.copy()
        for part in shares:
            for action, share in part.items():
                worth[action] += share
        taken, total = _fractions(problem, worth, budget)
        best = min(best, total)
        step = 2 / (turn + 3)
        for (value, _, _), part in zip(goals, shares, strict=True):
            if len(part) > 1 and value:
                for action in part:
                    part[action] *= math.exp(-step * taken[action])
                norm = value / sum(part.values())
                for action in part:
                    part[action] *= norm
    return math.floor(best + 1e-6 * max(1.0, best))


def _goals(problem: Problem, count: Count) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...]]]:
    """What counts: its value, the actions that it needs together, and those of which one may do."""
    if count == "gaps":
        yield from ((group.gaps + group.questions, group.needs, group.instead) for _, group in _asked(problem))
        return
    for pair in problem.pairs:
        groups = [problem.groups[place] for place in pair.groups]
        # Pairs need one way for each of their groups; where one has alternatives the firm ones alone still bound them.
        firm = tuple(sorted({need for group in groups if not group.instead for need in group.needs}))
        if firm:
            yield pair.pairs, firm, ()
        else:
            first = min(groups, key=lambda group: len(group.instead))
            yield pair.pairs, first.needs, first.instead


def _fractions(problem: Problem, worth: list[float], budget: int) -> tuple[list[float], float]:
    """How much of each action the best fractions within the budget take, and what they are worth."""
    taken, total, left = [0.0] * len(worth), 0.0, float(budget)
    efforts = problem.efforts
    ranked = sorted(
        (it for it in range(len(worth)) if worth[it] > 0),
        key=lambda it: (-worth[it] / efforts[it] if efforts[it] else -math.inf, it),
    )
    for action in ranked:
        part = 1.0 if efforts[action] <= left else left / efforts[action]
        if part <= 0:
            break
        taken[action], total, left = part, total + part * worth[action], left - part * efforts[action]
    return taken, total
