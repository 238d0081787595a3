"""Tables: the words for cells, marks for verdicts, numbers to the right; not known never looks like zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import pyoxigraph as ox
from rich.table import Table
from rich.text import Text

from stanagraph.graph.names import key_of, kind_of

from ..columns import header
from ..formats import NOTHING, value
from ..marks import MARKS, SAME_AS, mark
from .session import Session

_MARKED = {"verdict-value", "answer", "outcome", "response-kind", "implementation-state", "governance", "gap-cause"}
Justify = Literal["left", "right", "center"]


def marked(notation: str, text: str) -> Text:
    """A word with the mark of what it amounts to, coloured where the console can."""
    found = mark(notation)
    if found is None:
        return Text(text)
    style = "dim" if SAME_AS.get(notation, notation) == "unknown" else found.colour
    return Text.assemble((found.shape, style), " ", text)


def shape(notation: str) -> Text:
    """Only the shape of a verdict, for narrow columns under a legend."""
    found = mark(notation) or MARKS["unknown"]
    return Text(found.shape, style="dim" if found is MARKS["unknown"] else found.colour)


def legend(session: Session, kind: str, notations: Iterable[str]) -> Text:
    """What the shapes of a narrow column mean."""
    parts = [marked(notation, session.labels(kind, notation)) for notation in notations]
    return Text("   ").join(parts)


def cell(term: Any, session: Session) -> Text:
    """One cell as a reader sees it."""
    words = session.words
    if term is None:
        return Text(NOTHING, style="dim")
    if isinstance(term, ox.NamedNode):
        text = session.labels.of(term.value)
        return marked(key_of(term.value), text) if kind_of(term.value) in _MARKED else Text(text)
    plain = value(term)
    if isinstance(plain, bool):
        return Text(words("yes") if plain else words("no"))
    if isinstance(plain, int):
        return Text(words.number(plain))
    if isinstance(plain, float):
        return Text(words.percent(plain) if 0 <= plain <= 1 else f"{plain:g}")
    return Text(str(plain))


def numeric(rows: Sequence[Mapping[str, Any]], column: str) -> bool:
    """Whether a column holds numbers only."""
    cells = [value(row[column]) for row in rows if row[column] is not None]
    return bool(cells) and all(isinstance(it, int | float) and not isinstance(it, bool) for it in cells)


def empty_table(title: str = "") -> Table:
    """A table without ruling but a line under its head."""
    from rich import box

    return Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
        title=title or None,
        title_style="bold",
        title_justify="left",
    )


def table_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], session: Session, title: str = "") -> Table:
    """A table of these columns of an answer."""
    table = empty_table(title)
    for name in columns:
        justify: Justify = "right" if numeric(rows, name) else "left"
        table.add_column(header(name, session.words), justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*(cell(row[name], session) for name in columns))
    return table
