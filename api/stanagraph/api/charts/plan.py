"""The chart of a plan: what each effort buys, and where the plan lies on that curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stanagraph.graph.planning import Plan, Point, Tally

from ..words import Words
from .shared import SOLID, styled, title

if TYPE_CHECKING:
    import altair as alt

CHOSEN, UNSURE = "#D55E00", "#BBBBBB"
WIDTH, HEIGHT = 720, 380


def plan_chart(plan: Plan, points: Sequence[Point], language: str, release: str) -> alt.LayerChart:
    """Gaps closed (or pairs freed) against effort as steps; the plan is a marked point, what is unsure a light band."""
    import altair as alt

    words = Words(language)
    pairs = plan.count == "pairs"
    counted = words("pairs freed") if pairs else words("gaps closed")
    if not pairs and plan.whole.questions:
        counted = words("gaps closed and questions answered")
    rows = [_row(float(it.effort), it.achieved, pairs) for it in points]
    here = _row(float(plan.effort), plan.achieved, pairs)
    most = plan.whole.pairs if pairs else plan.whole.gaps + plan.whole.questions
    last = max([here["effort"], *(row["effort"] for row in rows)])
    axis: dict[str, Any] = {
        "gridColor": "#e6e6e6",
        "domainColor": "#999999",
        "tickColor": "#999999",
        "labelFontSize": 12,
    }
    x = alt.X(
        "effort:Q", title=words("effort, without a unit"), scale=alt.Scale(domain=[0, last]), axis=alt.Axis(**axis)
    )
    scale = alt.Scale(domain=[0, max(most, 1)])
    y = alt.Y("count:Q", title=counted, scale=scale, axis=alt.Axis(tickMinStep=1, **axis))
    tooltip = [alt.Tooltip("effort:Q", title=words("effort")), alt.Tooltip("told:N", title=counted)]
    curve = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    layers: list[Any] = []
    if pairs:
        # Between the two lies what still depends on what is not known.
        layers.append(curve.mark_area(interpolate="step-after", color=UNSURE, opacity=0.5).encode(y2="low:Q"))
    layers += [
        alt.Chart(alt.InlineData(values=[{"count": most}])).mark_rule(strokeDash=[4, 4], color="#777777").encode(y=y),
        curve.mark_line(interpolate="step-after", color=SOLID, strokeWidth=2.5),
        curve.mark_point(filled=True, size=36, color=SOLID, opacity=1).encode(tooltip=tooltip),
    ]
    chosen = alt.Chart(alt.InlineData(values=[here])).encode(x=x, y=y)
    place: dict[str, Any] = {"align": "right", "dx": -12} if here["effort"] > last / 2 else {"align": "left", "dx": 12}
    layers += [
        chosen.mark_point(shape="diamond", filled=True, size=170, color=CHOSEN, opacity=1).encode(tooltip=tooltip),
        chosen.mark_text(fontSize=13, dy=14, fontWeight="bold", **place).encode(text="told:N"),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=_title(plan, words, release))
    return styled(chart, titleFontSize=12)


def _row(effort: float, tally: Tally, pairs: bool) -> dict[str, Any]:
    count, low = (tally.pairs, tally.surely) if pairs else (tally.gaps + tally.questions,) * 2
    return {"effort": effort, "count": count, "low": low, "told": str(count) if count == low else f"{low}–{count}"}


def _title(plan: Plan, words: Words, release: str) -> alt.TitleParams:
    lines = [words("Points: the most that such an effort reaches. Diamond: the plan. Dashed: all that were chosen.")]
    if plan.count == "pairs":
        lines.append(words("Grey: pairs that still depend on what is not known."))
    text = words("What effort buys: pairs freed") if plan.count == "pairs" else words("What effort buys: gaps closed")
    return title(text, lines, words, release)
