"""Gaps by cause per class: a bar and a number for each, so that nothing hangs on telling ten colours apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.lookup import label
from stanagraph.graph.names import key_of

from ..formats import value
from ..words import Words, sentence
from .canvas import Canvas, Weight
from .shared import QUIET, SOLID, title

if TYPE_CHECKING:
    import altair as alt

NAMES, COLUMN, ROW, BAR, HEAD, ROOM = 275.0, 96.0, 20.0, 13.0, 44.0, 34.0
UNKNOWN = "not-known"


@dataclass
class _Class:
    """A class with its gaps and blocked pairs by cause; `narrower` are the classes that it is made of."""

    name: str
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    narrower: list[_Class] = field(default_factory=list)

    @property
    def order(self) -> tuple[int, str]:
        """Most gaps first, those counted apart where it is not known whether there is one."""
        return -sum(gaps for cause, (gaps, _) in self.counts.items() if cause != UNKNOWN), self.name


def gaps_chart(answer: Answer, language: str, release: str) -> alt.LayerChart:
    """The rows of `gap-classes`: a line a class, a column a cause, and what is not known hatched at the end."""
    words = Words(language)
    causes, named = _causes(answer, language)
    lines = list(_lines(_classes(answer, words)))
    most = max(gaps for it, _ in lines for gaps, _ in it.counts.values())
    canvas = Canvas(NAMES + COLUMN * len(causes), HEAD + ROW * len(lines))
    for at, cause in enumerate(causes):
        for down, part in enumerate(_broken(sentence(named[cause]), 15)):
            canvas.text(NAMES + COLUMN * at, 8 + 14 * down, part, size=11.5, colour=QUIET)
    for row, (it, wide) in enumerate(lines):
        y = HEAD + ROW * row
        if wide:
            canvas.grid(0, y, canvas.width, y)
        weight: Weight = "bold" if wide else "normal"
        indent = 0 if wide else 14
        canvas.text(indent, y + ROW / 2, it.name, size=12, weight=weight, room=NAMES - indent - 10)
        for at, cause in enumerate(causes):
            _bar(canvas, NAMES + COLUMN * at, y, it, cause, most, f"{it.name}, {named[cause]}", words)
    text = words("Gaps by cause in each munition class")
    reading = [
        words("Bar and number: gaps. Hatched: it is not known whether there is a gap. Empty: no gap is known."),
        words("A gap of several classes counts in each of them; bold: a class with all that belong to it."),
    ]
    return canvas.chart(title(text, reading, words, release))


def _bar(
    canvas: Canvas, x: float, y: float, it: _Class, cause: str, most: int, subject: str, words: Words
) -> None:  # fmt: skip
    gaps, pairs = it.counts.get(cause, (0, 0))
    if not gaps:
        return
    told = words(
        "{subject}: {gaps}, {pairs}",
        subject=subject,
        gaps=words.plural(gaps, "{n} gap", "{n} gaps"),
        pairs=words.plural(pairs, "{n} pair", "{n} pairs"),
    )
    long = max(2.0, (COLUMN - ROOM) * gaps / most)
    top = y + (ROW - BAR) / 2
    if cause == UNKNOWN:
        canvas.unknown(x, top, long, BAR, told)
    else:
        canvas.box(x, top, long, BAR, SOLID, told)
    canvas.text(x + long + 4, y + ROW / 2, words.number(gaps), size=11.5)


def _causes(answer: Answer, language: str) -> tuple[list[str], dict[str, str]]:
    """The causes that occur, those with most gaps first, and their names."""
    gaps: dict[str, int] = {}
    named: dict[str, str] = {}
    for record in answer.records():
        cause = key_of(record["cause"].value)
        named[cause] = label(answer.labels, record["cause"].value, language)
        gaps[cause] = gaps.get(cause, 0) + int(str(value(record["gaps"])))
    return sorted(gaps, key=lambda cause: (cause == UNKNOWN, -gaps[cause], cause)), named


def _classes(answer: Answer, words: Words) -> list[_Class]:
    """The widest classes, each with those that it is made of; gaps of no class stand at the end."""
    classes: dict[str | None, _Class] = {}
    within: dict[str, str] = {}
    for record in answer.records():
        iri = record["class"].value if record["class"] is not None else None
        name = sentence(label(answer.labels, iri, words.language)) if iri else words("Of no class")
        held = classes.setdefault(iri, _Class(name))
        held.counts[key_of(record["cause"].value)] = (int(str(value(record["gaps"]))), int(str(value(record["pairs"]))))
        if iri is not None and record["within"] is not None:
            within[iri] = record["within"].value
    for iri, wider in within.items():
        if wider in classes:
            classes[wider].narrower.append(classes[iri])
    none = classes.pop(None, None)
    widest = sorted((it for iri, it in classes.items() if within.get(str(iri)) not in classes), key=lambda it: it.order)
    return [*widest, *([none] if none else [])]


def _lines(classes: Sequence[_Class]) -> list[tuple[_Class, bool]]:
    """Classes in the order in which they are drawn, and whether each is one of the widest."""
    return [
        line
        for it in classes
        for line in [(it, True), *((narrow, False) for narrow in sorted(it.narrower, key=lambda that: that.order))]
    ]


def _broken(text: str, room: int) -> list[str]:
    """A heading in lines of at most so many letters, where its words allow it."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
