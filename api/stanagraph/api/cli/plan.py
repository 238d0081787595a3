"""`stanagraph plan`: which actions close given gaps at least effort, or most gaps within a budget."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stanagraph.graph.errors import BadArgument

from ..words import message
from .app import app, examples
from .charting import ChartOption, check_chart, write_chart
from .options import AsOfOption, ClassOption, Format, FormatOption
from .session import Session, session_of

if TYPE_CHECKING:
    from stanagraph.graph.planning import Plan, Situation, Weights

SECONDS = 20.0


class CountChoice(StrEnum):
    """What a budget is to make most of."""

    gaps = "gaps"
    pairs = "pairs"


@app.command(
    epilog=examples("stanagraph plan --class 155mm --budget 10", "stanagraph plan --nation POL --weights w.toml"),
)
def plan(
    ctx: typer.Context,
    klass: ClassOption = None,
    nation: Annotated[
        str | None, typer.Option("--nation", "-n", metavar="NATION", help=message("Nation that the gap concerns."))
    ] = None,
    cause: Annotated[
        str | None,
        typer.Option("--cause", metavar="CAUSE", help=message("Cause of the gap, such as technical or no-standard.")),
    ] = None,
    gap: Annotated[
        list[str] | None, typer.Option("--gap", metavar="GAP", help=message("One gap by its id; may be repeated."))
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(metavar="EFFORT", help=message("Effort to spend at most; all gaps are closed if left out.")),
    ] = None,
    count: Annotated[
        CountChoice, typer.Option(help=message("What a budget is to make most of: gaps closed or pairs freed."))
    ] = CountChoice.gaps,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=message("TOML file with the effort of kinds, nations and actions.")),
    ] = None,
    with_unknown: Annotated[
        bool, typer.Option("--with-unknown", help=message("Plan to find out what is not known, too."))
    ] = False,
    as_of: AsOfOption = None,
    time_limit: Annotated[
        float,
        typer.Option(
            min=0, max=3600, metavar="SECONDS", help=message("Time to search for the best; 0 for a quick plan.")
        ),
    ] = SECONDS,
    chart: ChartOption = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-l", min=0, metavar="N", help=message("Rows at most; 0 means all. Tables show 20 if left out.")
        ),
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Show which actions close the chosen gaps at least effort, or with a budget as many as it can.

    A gap is closed once all that it takes is done; a pair is freed once all its gaps are closed. To find out what is
    not known closes no gap, and is counted apart. The efforts compare kinds of action and have no unit.
    """
    from stanagraph.graph.planning import Weights, known_names, read_situation, read_weights

    session = session_of(ctx)
    spent = _number(budget)
    check_chart(chart)
    paid = Weights() if weights is None else read_weights(weights, *known_names(session.store))
    choice = {"class": klass, "nation": nation, "cause": cause, "asOf": as_of}
    situation, questions = read_situation(session.store, choice, gap or (), with_unknown=with_unknown)
    found = _solved(session, situation, paid, spent, count, time_limit)
    if chart is not None:
        _chart(session, situation, found, paid, time_limit, chart)
        return
    from . import plan_shown

    plan_shown.show(session, found, questions, form, limit)


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise BadArgument("--budget", message("expected a number that is not negative, such as 10 or 2.5"))
    return number


def _solved(
    session: Session,
    situation: Situation,
    paid: Weights,
    budget: Decimal | None,
    count: CountChoice,
    seconds: float,
) -> Plan:
    from stanagraph.graph.planning import make_plan

    from .progress import Searching

    with Searching(session.words) as searching:
        return make_plan(
            situation, paid.of, budget=budget, count=count.value, seconds=seconds, observe=searching.better
        )


def _chart(session: Session, situation: Situation, found: Plan, paid: Weights, seconds: float, path: Path) -> None:
    from stanagraph.graph.planning import frontier

    from .. import charts

    if not situation.gaps:
        raise BadArgument("--class", message("no gap is known for this choice: there is nothing to draw"))
    points = frontier(situation, paid.of, count=found.count, seconds=seconds, through=[found.effort])
    write_chart(session, charts.plan_chart(found, points, session.language, session.identifier), path)
