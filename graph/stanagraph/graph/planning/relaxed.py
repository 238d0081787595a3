"""A limit from the relaxation of a problem, in which actions may be done in part: near the best, and quick to find."""

from __future__ import annotations

import math

from .model import Count
from .problem import Problem

# What the solver may be wrong by in its own arithmetic.
SLACK = 1e-6


def relaxed(problem: Problem, count: Count, budget: int, seconds: float) -> int | None:
    """A number of gaps or pairs that no plan within this budget passes; None where time runs out."""
    from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.SetTimeLimit(max(1, int(1000 * seconds)))
    doing = [solver.NumVar(0, 1, "") for _ in problem.actions]
    closed = []
    for group in problem.groups:
        if len(group.needs) == 1 and not group.instead:
            closed.append(doing[group.needs[0]])
            continue
        variable = solver.NumVar(0, 1, "")
        closed.append(variable)
        for need in group.needs:
            row = solver.Constraint(-solver.infinity(), 0)
            row.SetCoefficient(variable, 1)
            for action in {need, *group.instead}:
                row.SetCoefficient(doing[action], -1)
    row = solver.Constraint(-solver.infinity(), budget)
    for variable, effort in zip(doing, problem.efforts, strict=True):
        row.SetCoefficient(variable, effort)
    aim = solver.Objective()
    aim.SetMaximization()
    values: dict[int, float] = {}

    def worth(variable: pywraplp.Variable, value: int) -> None:
        values[variable.index()] = values.get(variable.index(), 0) + value
        aim.SetCoefficient(variable, values[variable.index()])

    if count == "gaps":
        for variable, group in zip(closed, problem.groups, strict=True):
            worth(variable, group.gaps + group.questions)
    else:
        for pair in problem.pairs:
            freed = solver.NumVar(0, 1, "")
            for place in pair.groups:
                row = solver.Constraint(-solver.infinity(), 0)
                row.SetCoefficient(freed, 1)
                row.SetCoefficient(closed[place], -1)
            worth(freed, pair.pairs)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    best = float(aim.Value())
    return math.floor(best + SLACK * max(1.0, best))
