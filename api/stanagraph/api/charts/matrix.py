"""The matrix as a heat map in which what is not known can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.lookup import label
from stanagraph.graph.names import key_of

from ..formats import value
from ..words import Words, sentence
from .shared import DARK, HATCH, LIGHT, styled, title

if TYPE_CHECKING:
    import altair as alt

# From pale to dark in one hue, so that grey print keeps the order: the darker, the more is surely usable.
COLOURS = ["#eef4f2", "#c6e3da", "#8fcdb9", "#4fb295", "#087a5c", "#00513c"]
HATCH_ON_DARK = "#b9d6cc"
FROM_DARK = "datum.lower > 0.74"
WIDE, HIGH, SPACING = 58, 27, 0.16


def matrix_chart(answer: Answer, language: str, release: str) -> alt.LayerChart:
    """The matrix of one class: colour is the lower bound, the hatched corner has the area of what is not known."""
    import altair as alt

    words = Words(language)
    using = sorted({key_of(record["using"].value) for record in answer.records()})
    providing = sorted({key_of(record["providing"].value) for record in answer.records()})
    rows = list(_cells(answer, language, using, providing))
    axis: dict[str, Any] = {
        "ticks": False,
        "domain": False,
        "grid": False,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelOverlap": False,
    }

    def along(names: Sequence[str], **more: Any) -> alt.Axis:
        places = [at + 0.5 for at in range(len(names))]
        return alt.Axis(values=places, labelExpr=f"{list(names)}[floor(datum.value)]", **axis, **more)

    across = alt.Scale(domain=[0, len(providing)], nice=False, zero=False)
    down = alt.Scale(domain=[len(using), 0], nice=False, zero=False)
    top_axis = along(providing, orient="top", title=words("from whose stocks"))
    left_axis = along(using, title=words("who fires"))
    x, y = alt.X("x:Q", scale=across, axis=top_axis), alt.Y("y:Q", scale=down, axis=left_axis)
    # Every layer names the same axes: where one leaves them out, Vega-Lite drops labels that it finds crowded.
    cx, cy = alt.X("cx:Q", scale=across, axis=top_axis), alt.Y("cy:Q", scale=down, axis=left_axis)
    shading: dict[str, Any] = {"domain": [0, 1], "range": COLOURS, "interpolate": "lab"}
    space = words.percent(0).removeprefix("0").removesuffix("%")
    percent = f"format(100 * datum.value, '.0f') + '{space}%'"
    legend = alt.Legend(title=words("surely compatible"), labelExpr=percent, gradientLength=150, titleLimit=200)
    base = alt.Chart(alt.InlineData(values=rows))
    middle = base.encode(x=cx, y=cy, text="interval:N")
    cells = base.mark_rect(stroke=LIGHT, strokeWidth=2).encode(
        x=x,
        x2="x2:Q",
        y=y,
        y2="y2:Q",
        color=alt.Color("lower:Q", scale=alt.Scale(**shading), legend=legend),
        tooltip=_tooltip(words),
    )
    lines = alt.Chart(alt.InlineData(values=[line for row in rows for line in _hatching(row)]))
    line = alt.condition(FROM_DARK, alt.value(HATCH_ON_DARK), alt.value(HATCH))
    hatched = lines.mark_rule(strokeWidth=0.9, tooltip=False).encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=line)
    halo = middle.mark_text(fontSize=11.5, strokeWidth=4, strokeJoin="round", tooltip=False).encode(
        stroke=alt.Stroke("lower:Q", scale=alt.Scale(**shading), legend=None)
    )
    ink = alt.condition(FROM_DARK, alt.value(LIGHT), alt.value(DARK))
    text = middle.mark_text(fontSize=11.5, tooltip=False).encode(color=ink)
    chart = alt.layer(cells, hatched, halo, text).properties(
        width=WIDE * len(providing), height=HIGH * len(using), title=_title(answer, words, release)
    )
    return styled(chart, fill="#fafafa")


def _title(answer: Answer, words: Words, release: str) -> alt.TitleParams:
    first = next(answer.records())
    name = label(answer.labels, first["class"].value, words.language)
    text = words("{class_name}: share of pairs that are compatible, in percent", class_name=sentence(name))
    reading = words(
        "Colour: what is surely compatible. Hatched area: the share that is not known. Empty: no stock known."
    )
    return title(text, [reading], words, release)


def _tooltip(words: Words) -> list[alt.Tooltip]:
    import altair as alt

    titles = {
        "using:N": words("who fires"),
        "providing:N": words("from whose stocks"),
        "interval:N": words("compatible, in percent"),
        "compatible:Q": words("compatible"),
        "restricted:Q": words("restricted"),
        "incompatible:Q": words("incompatible"),
        "unknown:Q": words("not known"),
    }
    return [alt.Tooltip(field, title=title) for field, title in titles.items()]


def _cells(answer: Answer, language: str, using: Sequence[str], providing: Sequence[str]) -> Iterator[dict[str, Any]]:
    for record in answer.records():
        x, y = providing.index(key_of(record["providing"].value)), using.index(key_of(record["using"].value))
        lower, upper = (float(str(value(record[name]))) for name in ("lower", "upper"))
        exact, shown = lower == upper, [f"{100 * bound:.0f}" for bound in (lower, upper)]
        yield {
            "x": x, "x2": x + 1, "cx": x + 0.5, "y": y, "y2": y + 1, "cy": y + 0.5,
            "lower": lower, "upper": upper, "interval": shown[0] if exact else "–".join(shown),
            **{name: _named(answer, record[name], language) for name in ("using", "providing")},
            **{name: value(record[name]) for name in ("compatible", "restricted", "incompatible", "unknown")},
        }  # fmt: skip


def _named(answer: Answer, term: ox.NamedNode, language: str) -> str:
    return f"{key_of(term.value)}  {label(answer.labels, term.value, language)}"


def _hatching(cell: Mapping[str, Any]) -> Iterator[dict[str, float]]:
    """Diagonal lines over the upper right part of a cell; that part has the area of the unknown share."""
    share = cell["upper"] - cell["lower"]
    # The part lies above the line u + v = edge of the unit square.
    edge = 2 - (2 * share) ** 0.5 if share <= 0.5 else (2 * (1 - share)) ** 0.5
    at = edge
    while share > 0 and at < 2:
        u1, v1, u2, v2 = (0.0, at, at, 0.0) if at <= 1 else (at - 1, 1.0, 1.0, at - 1)
        yield {
            "lower": cell["lower"],
            "x": cell["x"] + u1,
            "y": cell["y"] + 1 - v1,
            "x2": cell["x"] + u2,
            "y2": cell["y"] + 1 - v2,
        }
        at += SPACING
