"""The answer to a scenario as people read it: what is supposed, gaps with their reasons, verdicts, and the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ..columns import header
from .session import Session
from .tables import empty_table

if TYPE_CHECKING:
    from stanagraph.graph.changes import Change, SectionChanges
    from stanagraph.ingest.pipeline import Answer

    from ..release_changes import Names

SHOWN = 10


def drawn(session: Session, answer: Answer, names: Names, whole: bool) -> list[Any]:
    """The answer as a table: what is supposed, gaps with their reasons, verdicts, the index of classes and cells."""
    from .. import scenario_answers as told

    words = session.words
    title = words("What if: {name}", name=answer.scenario.description or answer.scenario.name)
    over = words("over the release {release}, as the audience {audience} sees it; nothing in it changes",
                 release=answer.release, audience=answer.audience)  # fmt: skip
    lines: list[Any] = [Text(title, style="bold"), Text(over, style="dim"), ""]
    for it in answer.deeds:
        text = f"  {it.number}  {told.deed(it, words, names)}"
        if it.number in answer.idle:
            text += f" {words('(changes no gap, verdict or index)')}"
        lines.append(Text(text))
    if not answer:
        return [*lines, "", words("Nothing that is derived would change.")]
    for part in (answer.gaps, answer.verdicts):
        if part.changes:
            lines += ["", *_section(session, answer, part, names, whole)]
    if answer.classes.changes:
        lines += ["", *_classes(session, answer, names)]
    if answer.cells:
        lines += ["", *_cells(session, answer, whole)]
    source = words("What is supposed stands in {graph}, and in no source.", graph=answer.graph)
    return [*lines, "", Text(source, style="dim")]


def _section(session: Session, answer: Answer, part: SectionChanges, names: Names, whole: bool) -> list[Any]:
    from ..release_changes import SIGNS, counts, entry, heading

    words = session.words
    # What opens and closes is told before what only changes.
    ranked = sorted(part.changes, key=lambda change: ("new", "gone", "changed").index(change.kind))
    shown = ranked if whole else ranked[:SHOWN]
    table = empty_table()
    table.show_header = False
    table.add_column(width=1)
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for change in shown:
        it = entry(part, change, words, names)
        style = {"new": "green", "gone": "red", "changed": ""}[it.kind]
        table.add_row(Text(SIGNS[it.kind], style=style), it.name, _parts(session, answer, part, change, names))
    title = f"{heading(part, words)} ({counts(part, words)})"
    return [Text(title, style="bold"), table, *_more(session, len(ranked), len(shown))]


def _parts(session: Session, answer: Answer, part: SectionChanges, change: Change, names: Names) -> Text:
    from ..release_changes import entry
    from ..scenario_answers import reason

    words, lines = session.words, []
    for it in entry(part, change, words, names).parts:
        text = Text.assemble((f"{it.column if it.detail else header(it.column, words)}{words(': ')}", "dim"))
        plain = str(it.before if it.after is None else it.after)
        lines.append(text.append(f"{it.before} → {it.after}" if it.moved else plain))
    for why in answer.reasons.get(str(getattr(change.key[0], "value", "")), ())[:3]:
        lines.append(Text(f"← {reason(why, words, names)}", style="italic"))
    return Text("\n").join(lines)


def _classes(session: Session, answer: Answer, names: Names) -> list[Any]:
    """The index of each class between different nations, before and after."""
    words, table = session.words, empty_table()
    for column in (header("class", words), words("before"), words("after")):
        table.add_column(column, justify="left" if column == header("class", words) else "right")
    for change in answer.classes.changes:
        sides = [
            _share(session, [cells[name][0] for name in ("lower", "upper")] if cells else None)
            for cells in (change.before, change.after)
        ]
        table.add_row(names(change.key[0]), *sides)
    return [Text(words("Index by class, between different nations"), style="bold"), table]


def _cells(session: Session, answer: Answer, whole: bool) -> list[Any]:
    from stanagraph.graph.names import key_of

    words, table = session.words, empty_table()
    # What moves the index comes first, and own stocks last.
    ranked = sorted(answer.cells, key=lambda it: (_bounds(it.before) == _bounds(it.after), it.using == it.providing))
    shown = ranked if whole else ranked[:SHOWN]
    for column in (header("using", words), header("providing", words), header("class", words)):
        table.add_column(column)
    for column in (words("before"), words("after")):
        table.add_column(column, justify="right")
    for it in shown:
        sides = [_share(session, _bounds(side)) for side in (it.before, it.after)]
        table.add_row(*(key_of(one.value) for one in (it.using, it.providing, it.munition_class)), *sides)
    title = words("Cells of the matrix: {count} differ", count=words.number(len(ranked)))
    return [Text(title, style="bold"), table, *_more(session, len(ranked), len(shown))]


def _bounds(figures: Mapping[str, float] | None) -> list[float] | None:
    return None if figures is None else [figures["lower"], figures["upper"]]


def _share(session: Session, bounds: Sequence[Any] | None) -> str:
    """An index as people read it: one share where all is known, else from what is sure to what may be."""
    if not bounds:
        return session.words("no pair")
    low, high = (float(getattr(it, "value", it)) for it in bounds)
    percent = session.words.percent
    return percent(low) if low == high else f"{percent(low)} – {percent(high)}"


def _more(session: Session, count: int, shown: int) -> list[Any]:
    if shown >= count:
        return []
    left = session.words.number(count - shown)
    return [Text(session.words("… and {count} more; --all shows them", count=left), style="dim")]
