"""How concentrated supply is: an interval a class, once over nations and once over producers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.lookup import label

from ..formats import value
from ..words import Words, message, sentence
from .canvas import Align, Canvas
from .shared import QUIET, SOLID, title

if TYPE_CHECKING:
    import altair as alt

NAMES, PANEL, BETWEEN, ROW, BAR, HEAD = 275.0, 230.0, 216.0, 24.0, 14.0, 44.0
TOLD = 98.0
HOLDERS = {"nation": message("by nation"), "producer": message("by producer")}


def supply_chart(answer: Answer, language: str, release: str) -> alt.LayerChart:
    """The rows of `supply-concentration`: solid up to what is sure, hatched up to what may be."""
    words = Words(language)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for record in answer.records():
        found.setdefault(record["class"].value, {})[str(value(record["holder"]))] = record
    # Least is known of what stands last.
    order = sorted(found, key=lambda iri: (-max(_known(it) for it in found[iri].values()), iri))
    canvas = Canvas(NAMES + 2 * PANEL + 2 * BETWEEN, HEAD + ROW * len(order) + 8)
    for at, (holder, text) in enumerate(HOLDERS.items()):
        left = NAMES + at * (PANEL + BETWEEN)
        canvas.text(left, 8, sentence(words(text)), weight="bold")
        canvas.text(left + PANEL + TOLD, 30, words("capacities known"), size=11, colour=QUIET)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            x = left + PANEL * share
            canvas.grid(x, HEAD - 4, x, canvas.height)
            align: Align = "right" if share == 1 else "center" if share else "left"
            canvas.text(x, 30, words.percent(share), align=align, size=11, colour=QUIET)
        for row, iri in enumerate(order):
            if holder in found[iri]:
                _interval(canvas, left, HEAD + ROW * row, found[iri][holder], words)
    for row, iri in enumerate(order):
        canvas.text(0, HEAD + ROW * (row + 0.5), sentence(label(answer.labels, iri, language)), room=NAMES - 10)
    text = words("How concentrated the known capacity is")
    reading = [
        words("Herfindahl index: 100 % is all in one hand. Solid: what it surely is. Hatched: what it may be as well,"),
        words("as capacities are not known: spread evenly at best, all in one hand at worst."),
    ]
    return canvas.chart(title(text, reading, words, release))


def _known(record: dict[str, Any]) -> float:
    known, unknown = (int(str(value(record[name]))) for name in ("known", "unknown"))
    return known / (known + unknown) + known / 1000


def _interval(canvas: Canvas, left: float, y: float, record: dict[str, Any], words: Words) -> None:
    lower, upper = (float(str(value(record[name]))) for name in ("lower", "upper"))
    known, unknown = (int(str(value(record[name]))) for name in ("known", "unknown"))
    top, middle = y + (ROW - BAR) / 2, y + ROW / 2
    shown = (
        words.percent(lower)
        if lower == upper
        else words("{low} to {high}", low=words.percent(lower), high=words.percent(upper))
    )
    told = words("{known} of {all} known", known=known, all=known + unknown)
    if known:
        canvas.box(left, top, PANEL * lower, BAR, SOLID, shown)
        if upper > lower:
            canvas.unknown(left + PANEL * lower, top, PANEL * (upper - lower), BAR, shown)
    else:
        # Where no capacity is known at all the bounds follow from the count of holders alone: nothing here is a figure.
        canvas.unknown(left, top, PANEL, BAR, told)
    canvas.text(left + PANEL + 8, middle, shown if known else words("not known"), size=11.5)
    canvas.text(left + PANEL + TOLD, middle, told, size=11.5)
