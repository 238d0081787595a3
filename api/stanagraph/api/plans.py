"""A plan as JSON, and as rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import key_of, thing, xsd
from stanagraph.graph.planning import Plan, Situation, Step, Tally

COLUMNS = (
    "step", "action", "kind", "target", "nation", "effort", "gapsAlone", "pairsAlone", "gapsTogether", "pairsTogether",
    "effortSoFar", "gapsSoFar", "questionsSoFar", "pairsSurelySoFar", "pairsSoFar",
)  # fmt: skip


def as_json(plan: Plan, steps: tuple[Step, ...], questions: Situation, release: str) -> dict[str, Any]:
    """A plan as one JSON object; ids are those of data/, efforts have no unit."""
    return {
        "release": release,
        "count": plan.count,
        "budget": plain(plan.budget),
        "effort": plain(plan.effort),
        "method": plan.method,
        "optimal": plan.optimal,
        "bound": plain(plan.bound),
        "distance": round(plan.distance, 6),
        "guarantee": plan.guarantee,
        "achieved": _tally(plan.achieved),
        "whole": _tally(plan.whole),
        "questionsApart": {"gaps": len(questions.gaps), "pairs": sum(it.count for it in questions.pairs)},
        "actions": len(plan.steps),
        "steps": [
            {
                "step": place,
                "action": step.action.key,
                "kind": step.action.kind,
                "target": key_of(step.action.target),
                "nation": step.action.nation,
                "effort": plain(step.effort),
                "alone": _tally(step.alone),
                "together": _tally(step.together),
                "effortSoFar": plain(step.effort_so_far),
                "soFar": _tally(step.so_far),
                "closes": list(step.closes),
            }
            for place, step in enumerate(steps, 1)
        ],
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {"gaps": tally.gaps, "questions": tally.questions, "pairsSurely": tally.surely, "pairs": tally.pairs}


def plain(number: Decimal | None) -> int | float | None:
    """A number of JSON."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def row(place: int, step: Step) -> list[Any]:
    """The cells of one step, as COLUMNS names them."""
    nation = None if step.action.nation is None else thing("nation", step.action.nation)
    named = [ox.NamedNode(step.action.iri), thing("action-kind", step.action.kind), ox.NamedNode(step.action.target)]
    sums = [step.so_far.gaps, step.so_far.questions, step.so_far.surely, step.so_far.pairs]
    counts = [step.alone.gaps, step.alone.pairs, step.together.gaps, step.together.pairs]
    return [
        ox.Literal(place),
        *named,
        nation,
        _literal(step.effort),
        *map(ox.Literal, counts),
        _literal(step.effort_so_far),
        *map(ox.Literal, sums),
    ]


def _literal(number: Decimal) -> ox.Literal:
    return ox.Literal(f"{number:f}", datatype=xsd("decimal"))
