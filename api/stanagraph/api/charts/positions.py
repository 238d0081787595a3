"""The positions on an agreement: a line a nation, a column an edition, and silence drawn as silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.lookup import label
from stanagraph.graph.names import key_of

from ..formats import value
from ..marks import mark
from ..words import Words, sentence
from .canvas import Canvas
from .shared import DARK, LIGHT, QUIET, title

if TYPE_CHECKING:
    import altair as alt

NAMES, ROW, HEAD, PART, MARK = 210.0, 22.0, 42.0, 225.0, 12.0
UNKNOWN = "not-known"
ASPECTS = ("response", "implementation")
# Answers of nations use the marks of the verdicts that they amount to.
AMOUNTS_TO = {
    "accepted": "compatible",
    "accepted-with-reservation": "restricted",
    "not-accepted": "incompatible",
    "implemented": "compatible",
    "implementing": "restricted",
    "not-implemented": "incompatible",
}


def positions_chart(answer: Answer, language: str, release: str) -> alt.LayerChart:
    """The rows of `positions`: each edition has what a nation answered and whether it implements it."""
    words = Words(language)
    rows = list(answer.records())
    names = {it: label(answer.labels, it, language) for it in {row["nation"].value for row in rows}}
    editions = sorted({row["edition"].value for row in rows}, key=lambda it: _order(key_of(it)))
    said: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["statement"] is not None:
            said.setdefault((row["nation"].value, row["edition"].value), []).append(row)
    told = {nation for nation, _ in said}
    nations = sorted(names, key=lambda it: (it not in told, key_of(it)))
    canvas = Canvas(NAMES + 2 * PART * len(editions), HEAD + ROW * len(nations))
    status = {row["edition"].value: row["status"] for row in rows if row["status"] is not None}
    for at, edition in enumerate(editions):
        left = NAMES + 2 * PART * at
        number = key_of(edition).rpartition("/")[2]
        head = words("Edition not stated") if number == "unstated" else words("Edition {number}", number=number)
        if edition in status and key_of(status[edition].value) != UNKNOWN:
            head = f"{head} ({label(answer.labels, status[edition].value, language)})"
        canvas.text(left, 8, head, weight="bold", room=2 * PART - 10)
        for part, heading in enumerate((words("response"), words("implementation"))):
            canvas.text(left + PART * part, 28, sentence(heading), size=11, colour=QUIET)
    for line, nation in enumerate(nations):
        y = HEAD + ROW * line
        canvas.text(0, y + ROW / 2, key_of(nation), weight="bold", size=11.5)
        canvas.text(38, y + ROW / 2, names[nation], room=NAMES - 46)
        for at, edition in enumerate(editions):
            for part, aspect in enumerate(ASPECTS):
                left = NAMES + 2 * PART * at + PART * part
                _cell(canvas, left, y, said.get((nation, edition), ()), aspect, answer, words)
    agreement = rows[0]["agreement"].value
    text = words("Positions of nations on {agreement}", agreement=key_of(agreement))
    reading = [
        *([name] if (name := label(answer.labels, agreement, language)) != key_of(agreement) else []),
        words("Told publicly: {told} of {all} nations listed.", told=len(told), all=len(nations)),
        words("Hatched: not known. Silence is no answer: not known never means not accepted."),
    ]
    return canvas.chart(title(text, reading, words, release))


def _order(edition: str) -> tuple[int, str]:
    number = edition.rpartition("/")[2]
    digits = "".join(it for it in number if it.isdigit())
    return (int(digits) if number[:1].isdigit() and digits else 0, edition)


def _cell(
    canvas: Canvas, x: float, y: float, rows: Sequence[Mapping[str, Any]], aspect: str, answer: Answer, words: Words
) -> None:
    """One mark for each answer that differs, with its word; hatched where there is none."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row[aspect] is not None and key_of(row[aspect].value) != UNKNOWN:
            by_kind.setdefault(row[aspect].value, []).append(row)
    wide, top, high = PART - 6, y + 2, ROW - 4
    if not by_kind:
        canvas.unknown(x, top, wide, high, words("not known"))
        return
    canvas.box(x, top, wide, high, "#fafafa", edge="#d5d8d6")
    room = wide / len(by_kind)
    for at, (kind, stated) in enumerate(sorted(by_kind.items())):
        left = x + at * room
        name = label(answer.labels, kind, words.language)
        services = sorted(
            {label(answer.labels, row["service"].value, words.language) for row in stated if row["service"]}
        )
        years = sorted({str(value(row["since"]))[:4] for row in stated if row["since"] is not None})
        _mark(canvas, left + 5, y + (ROW - MARK) / 2, key_of(kind), f"{name} {', '.join(services)}".strip())
        more = f", {years[0]}" if years and aspect == "response" else ""
        canvas.text(left + MARK + 11, y + ROW / 2, f"{name}{more}", size=11.5, room=room - MARK - 14)


def _mark(canvas: Canvas, x: float, y: float, kind: str, told: str) -> None:
    """The mark of a verdict that amounts to the same: full, half, or a cross; never by colour alone."""
    found = mark(AMOUNTS_TO.get(kind, kind))
    colour = found.colour if found else DARK
    shape = found.shape if found else "■"
    if shape == "■":
        canvas.box(x, y, MARK, MARK, colour, told, colour)
    elif shape == "◧":
        canvas.box(x, y, MARK, MARK, LIGHT, told, colour)
        canvas.box(x, y, MARK / 2, MARK, colour, told, colour)
    else:
        canvas.line(x, y, x + MARK, y + MARK, colour, 3)
        canvas.line(x, y + MARK, x + MARK, y, colour, 3)
