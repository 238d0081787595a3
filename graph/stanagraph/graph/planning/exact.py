"""The best plan by OR-Tools CP-SAT: with one worker and a fixed seed the same input gives the same plan.

Of plans that are equally good, first the one that frees more pairs (or closes more gaps, where pairs count), then the
one of less effort, then of fewer actions, then the one whose actions come first by name.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .model import Count
from .problem import Problem

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

# Up to this many actions ties end with the names; beyond, with what the solver, which repeats itself, finds first.
BY_NAME = 400
_AT_ONCE = 40
HINTED = 5_000
Observer = Callable[[int, int], None]


@dataclass(frozen=True)
class Solved:
    """Actions, a limit that no plan passes, and whether the actions reach it."""

    chosen: tuple[int, ...]
    bound: int
    optimal: bool


class Solver:
    """A problem in the terms of the solver, asked again and again."""

    def __init__(self, problem: Problem, seconds: float, observe: Observer | None = None) -> None:
        from ortools.sat.python import cp_model

        self._cp, self._problem, self._observe = cp_model, problem, observe
        self._until = time.monotonic() + seconds
        self._model = cp_model.CpModel()
        self._doing = [self._model.new_bool_var("") for _ in problem.actions]
        self._closed = [self._group(place) for place in range(len(problem.groups))]

    def most(self, count: Count, budget: int, hint: Sequence[int]) -> Solved:
        """The actions within this budget that achieve most."""
        self._within(budget)
        wanted, other = (self._pairs, self._gaps) if count == "pairs" else (self._gaps, self._pairs)
        value_of = wanted()
        first = self._best(value_of, maximise=True, hint=hint)
        if first is None:
            return Solved(tuple(hint), sum(factor for _, factor in value_of), False)
        chosen, value, bound, proven = first
        if proven:
            self._keep(value_of, value)
            beside = other()
            second = self._best(beside, maximise=True, hint=chosen)
            if second and second[3]:
                chosen = second[0]
                self._keep(beside, second[1])
                chosen = self._lightest(chosen)
            elif second:
                chosen = second[0]
        return Solved(chosen, bound, proven)

    def least(self, hint: Sequence[int]) -> Solved:
        """The actions of least effort that close all gaps which were asked for."""
        for place, group in enumerate(self._problem.groups):
            if group.gaps or group.questions:
                self._model.add(self._closed[place] == 1)
        many = len(self._doing) + 1
        found = self._best(self._efforts(), maximise=False, hint=hint)
        if found is None:
            return Solved(tuple(hint), 0, False)
        chosen, value, bound, proven = found
        if proven:
            self._model.add(self._sum(self._efforts()) <= value)
            chosen = self._by_name(chosen)
        return Solved(chosen, -(-bound // many) if not proven else self._problem.effort(chosen), proven)

    def cheapest(self, count: Count) -> tuple[int, ...]:
        """The actions of least effort that achieve anything at all; none where nothing does or time ran out."""
        self._model.add(self._sum(self._gaps() if count == "gaps" else self._pairs()) >= 1)
        found = self._best(self._efforts(), maximise=False, hint=())
        return tuple(found[0]) if found and found[3] else ()

    def _group(self, place: int) -> cp_model.IntVar:
        group = self._problem.groups[place]
        if len(group.needs) == 1 and not group.instead:
            return self._doing[group.needs[0]]
        closed = self._model.new_bool_var("")
        for need in group.needs:
            ways = [self._doing[action] for action in {need: None, **dict.fromkeys(group.instead)}]
            self._model.add_bool_or([closed.negated(), *ways])
        return closed

    def _gaps(self) -> list[tuple[cp_model.IntVar, int]]:
        groups = zip(self._closed, self._problem.groups, strict=True)
        return _added((closed, group.gaps + group.questions) for closed, group in groups)

    def _pairs(self) -> list[tuple[cp_model.IntVar, int]]:
        parts = []
        for pair in self._problem.pairs:
            if len(pair.groups) == 1:
                parts.append((self._closed[pair.groups[0]], pair.pairs))
                continue
            freed = self._model.new_bool_var("")
            for place in pair.groups:
                self._model.add_implication(freed, self._closed[place])
            parts.append((freed, pair.pairs))
        return _added(parts)

    def _efforts(self) -> list[tuple[cp_model.IntVar, int]]:
        """Effort first, then how many actions."""
        many = len(self._doing) + 1
        return [(doing, effort * many + 1) for doing, effort in zip(self._doing, self._problem.efforts, strict=True)]

    def _within(self, budget: int) -> None:
        # Small numbers make short proofs.
        step = math.gcd(*self._problem.efforts) or 1
        efforts = [effort // step for effort in self._problem.efforts]
        self._model.add(self._sum(zip(self._doing, efforts, strict=True)) <= budget // step)

    def _keep(self, terms: Sequence[tuple[cp_model.IntVar, int]], value: int) -> None:
        self._model.add(self._sum(terms) >= value)

    def _lightest(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        found = self._best(self._efforts(), maximise=False, hint=chosen)
        if not found or not found[3]:
            return found[0] if found else chosen
        self._model.add(self._sum(self._efforts()) <= found[1])
        return self._by_name(found[0])

    def _by_name(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """The first by name of the plans that are still allowed: some names after the others are settled."""
        if len(self._doing) > BY_NAME:
            return chosen
        for at in range(0, len(self._doing), _AT_ONCE):
            some = self._doing[at : at + _AT_ONCE]
            terms = [(doing, 1 << (len(some) - 1 - place)) for place, doing in enumerate(some)]
            found = self._best(terms, maximise=True, hint=chosen)
            if not found or not found[3]:
                return chosen
            chosen = found[0]
            for place, doing in enumerate(some, at):
                self._model.add(doing == (place in chosen))
        return tuple(sorted(chosen))

    def _sum(self, terms: object) -> cp_model.LinearExpr:
        listed = list(terms)  # type: ignore[call-overload]
        return self._cp.LinearExpr.weighted_sum([variable for variable, _ in listed], [factor for _, factor in listed])

    def _best(
        self, terms: Sequence[tuple[cp_model.IntVar, int]], *, maximise: bool, hint: Collection[int]
    ) -> tuple[tuple[int, ...], int, int, bool] | None:
        """The actions, the value and its limit, and whether it is proven; None where nothing was found in time."""
        left = self._until - time.monotonic()
        if left <= 0:
            return None
        cp, solver = self._cp, self._cp.CpSolver()
        solver.parameters.max_time_in_seconds = left
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        # The relaxation decides such problems: with it in full a proof takes seconds instead of hours.
        solver.parameters.linearization_level = 2
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        # A hint saves time on small problems; on large ones its repair takes more than the proof.
        known = set(hint) if self._problem.arcs <= HINTED else set()
        if known:
            for place, doing in enumerate(self._doing):
                self._model.add_hint(doing, place in known)
        (self._model.maximize if maximise else self._model.minimize)(self._sum(terms))
        status = solver.solve(self._model, _heard(cp, self._observe) if self._observe else None)
        if status not in (cp.OPTIMAL, cp.FEASIBLE):
            return None
        chosen = tuple(place for place, doing in enumerate(self._doing) if solver.boolean_value(doing))
        value, bound = round(solver.objective_value), round(solver.best_objective_bound)
        return chosen, value, bound, status == cp.OPTIMAL


def _added(terms: Iterable[tuple[cp_model.IntVar, int]]) -> list[tuple[cp_model.IntVar, int]]:
    """The same sum with each variable once."""
    variables: dict[int, cp_model.IntVar] = {}
    factors: dict[int, int] = {}
    for variable, factor in terms:
        variables[variable.index] = variable
        factors[variable.index] = factors.get(variable.index, 0) + factor
    return [(variables[index], factor) for index, factor in sorted(factors.items()) if factor]


def _heard(cp: Any, observe: Observer) -> Any:
    """What tells an observer of each better plan and the limit known by then."""

    class Heard(cp.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            observe(round(self.objective_value), round(self.best_objective_bound))

    return Heard()
