"""Which actions close gaps at least effort, or most gaps within a budget."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from stanagraph.graph.planning import Weights, make_plan, read_situation

from ... import formats
from ...plans import COLUMNS, as_json, row
from ..negotiation import CSV, JSON, TURTLE, negotiate
from ..parameters import Common, Name
from ..representations import as_file, by_content
from ..representations import as_json as told
from ..serving import Serving, serving_soon
from ..sparql.turns import Turns

router = APIRouter()
# The search for the best takes a processor for itself.
_TURNS = Turns(1, 8)
_PATIENCE = 20.0


class PlanParameters(Common):
    """What is to be closed, with what, and how long the best is looked for."""

    class_: Name = Field("", alias="class", description="munition class: id or name")
    nation: Name = Field("", description="nation that the gap affects: ISO 3166 code or name")
    cause: Name = Field("", description="cause: id or name")
    asOf: Name = Field("", description="only gaps known to exist on this day, or without a date (year-month-day)")
    budget: Annotated[Decimal, Field(ge=0, le=10**9, max_digits=18)] | None = Field(
        None, description="effort to spend at most; all gaps are closed if left out"
    )
    count: Literal["gaps", "pairs"] = Field("gaps", description="what a budget is to make most of")
    withUnknown: bool = Field(False, description="plan to find out what is not known, too")
    seconds: float = Field(5, ge=0, le=15, description="how long the best is looked for; 0 for a quick plan")


@router.get("/v1/plan", tags=["plan"], operation_id="plan", response_class=Response)
async def plan(request: Request, parameters: Annotated[PlanParameters, Query()]) -> Response:
    """The actions that close the chosen gaps at least effort, or with a budget as many as it can, in order.

    A gap is closed once all that it takes is done; a pair is freed once all its gaps are closed. To find out what is
    not known closes no gap, and is counted apart. Efforts compare kinds of action and have no unit. `optimal` says that
    nothing better exists; otherwise `bound` is what nothing can be better than.
    """
    wanted = negotiate(request.headers, (JSON, CSV, TURTLE), parameters.format, parameters.lang)
    open_release = await serving_soon(request)
    await _TURNS.take(_PATIENCE)
    try:
        found, questions = await run_in_threadpool(_solved, open_release, parameters)
    finally:
        _TURNS.give()
    if wanted.media == JSON:
        response = told(as_json(found, found.steps, questions, open_release.identifier))
    else:
        rows = [row(*each) for each in enumerate(found.steps, 1)]
        cells = ([formats.value(it) for it in cells] for cells in rows)
        text = formats.csv_of(COLUMNS, cells) if wanted.media == CSV else formats.turtle_of(COLUMNS, rows)
        response = as_file(text, wanted.media, f"plan-{open_release.identifier}")
    response = by_content(request, response)
    response.headers["Content-Language"] = wanted.language
    return response


def _solved(open_release: Serving, parameters: PlanParameters) -> tuple[Any, Any]:
    asked = {name: getattr(parameters, field) for name, field in _CHOICE.items()}
    situation, questions = read_situation(open_release.store, asked, with_unknown=parameters.withUnknown)
    found = make_plan(
        situation, Weights().of, budget=parameters.budget, count=parameters.count, seconds=parameters.seconds
    )
    return found, questions


_CHOICE = {"class": "class_", "nation": "nation", "cause": "cause", "asOf": "asOf"}
