"""Tables: the words for cells, marks for verdicts, numbers to the right; not known never looks like zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import pyoxigraph as ox
from rich.table import Table
from rich.text import Text

from stanagraph.graph.names import key_of, kind_of

from ..formats import NOTHING, value
from ..marks import MARKS, SAME_AS, mark
from ..words import Words, message
from .session import Session

_MARKED = {"verdict-value", "answer", "outcome", "response-kind", "implementation-state", "governance", "gap-cause"}
Justify = Literal["left", "right", "center"]

COLUMNS = {
    "accepted": message("accepted"),
    "action": message("action"),
    "affected": message("touched"),
    "against": message("against"),
    "agreement": message("agreement"),
    "all": message("all"),
    "asOf": message("as of"),
    "basis": message("basis"),
    "because": message("because"),
    "by": message("by"),
    "came": message("came"),
    "captured": message("captured"),
    "cause": message("cause"),
    "certain": message("certain"),
    "change": message("change"),
    "citation": message("citation"),
    "cites": message("cites"),
    "class": message("class"),
    "clause": message("clause"),
    "column": message("column"),
    "comparator": message("comparator"),
    "compatible": message("compatible"),
    "component": message("component"),
    "confidence": message("confidence"),
    "count": message("count"),
    "coveredBy": message("covered by"),
    "criterion": message("criterion"),
    "date": message("date"),
    "decidedBy": message("decided by"),
    "disputed": message("disputed"),
    "disputedOn": message("disputed on"),
    "document": message("document"),
    "documented": message("documented"),
    "edition": message("edition"),
    "equipment": message("equipment"),
    "file": message("file"),
    "fits": message("fits"),
    "gap": message("gap"),
    "gaps": message("gaps"),
    "governance": message("governed by"),
    "graph": message("graph"),
    "ground": message("ground"),
    "group": message("group"),
    "guidance": message("guidance"),
    "held": message("held since"),
    "highNumber": message("upper end"),
    "high": message("up to"),
    "hits": message("hits"),
    "implementation": message("implementation"),
    "implemented": message("implemented"),
    "incompatible": message("incompatible"),
    "inForce": message("in force"),
    "interface": message("interface"),
    "kind": message("kind"),
    "known": message("known"),
    "label": message("label"),
    "lag": message("lag"),
    "least": message("days at least"),
    "licence": message("licence"),
    "lifeCycle": message("life cycle"),
    "low": message("low confidence"),
    "lowConfidence": message("low confidence"),
    "lower": message("at least"),
    "method": message("method"),
    "most": message("days at most"),
    "munition": message("munition"),
    "munitions": message("munitions"),
    "nation": message("nation"),
    "nations": message("nations"),
    "needed": message("needed"),
    "note": message("note"),
    "number": message("number"),
    "obligation": message("obligation"),
    "of": message("what"),
    "offered": message("offered"),
    "order": message("order"),
    "origin": message("origin"),
    "other": message("other thing"),
    "otherEdition": message("other edition"),
    "otherNation": message("other nation"),
    "outcome": message("outcome"),
    "pairs": message("pairs"),
    "parameter": message("parameter"),
    "part": message("part"),
    "position": message("position"),
    "prevails": message("prevails"),
    "profile": message("profile"),
    "promulgated": message("promulgated"),
    "property": message("property"),
    "provider": message("provider"),
    "providing": message("providing"),
    "publisher": message("publisher"),
    "quantity": message("quantity"),
    "readBy": message("read by"),
    "reason": message("reason"),
    "recipient": message("recipient"),
    "released": message("released"),
    "requirement": message("requirement"),
    "remaining": message("remaining"),
    "reservation": message("reservation"),
    "response": message("response"),
    "restricted": message("restricted"),
    "retiredOn": message("retired on"),
    "retirement": message("how it ended"),
    "retrieved": message("retrieved"),
    "revised": message("revised"),
    "role": message("role"),
    "row": message("row"),
    "scope": message("scope"),
    "service": message("service"),
    "sheet": message("sheet"),
    "side": message("side"),
    "since": message("since"),
    "source": message("source"),
    "sources": message("sources"),
    "stale": message("stale"),
    "staleSince": message("stale since"),
    "standard": message("standard"),
    "standing": message("standing"),
    "standingAsOf": message("standing as of"),
    "state": message("state"),
    "statement": message("statement"),
    "statements": message("statements"),
    "status": message("status"),
    "statusAsOf": message("status as of"),
    "subject": message("subject"),
    "successor": message("successor"),
    "supersededBy": message("superseded by"),
    "table": message("table"),
    "target": message("target"),
    "thing": message("thing"),
    "through": message("through"),
    "title": message("title"),
    "told": message("told by"),
    "undated": message("undated pairs"),
    "unit": message("unit"),
    "unknown": message("not known"),
    "upper": message("at most"),
    "using": message("using"),
    "value": message("value"),
    "verdict": message("verdict"),
    "verification": message("verification"),
    "went": message("went"),
    "what": message("what"),
}

# Planning, supply and the state of the facts.
COLUMNS |= {
    "about": message("question"),
    "atMost": message("level at most"),
    "capacity": message("a year"),
    "charge": message("charge form"),
    "figure": message("figure"),
    "framework": message("framework"),
    "fuze": message("fuze set"),
    "fuzeSetting": message("fuze set"),
    "guideline": message("guideline"),
    "holder": message("held"),
    "holding": message("holding"),
    "indicator": message("pledge"),
    "inputs": message("inputs"),
    "largest": message("largest holder"),
    "lengthDifference": message("length difference, mm"),
    "level": message("level at least"),
    "location": message("lies in"),
    "locations": message("lies in"),
    "massDifference": message("mass difference, kg"),
    "months": message("age in months"),
    "newest": message("newest"),
    "notKnown": message("not known whether a gap"),
    "oldest": message("oldest"),
    "otherEquipment": message("other types"),
    "otherFrameworks": message("other frameworks"),
    "otherInterface": message("other interface"),
    "otherPieces": message("other pieces"),
    "otherUncounted": message("other types without number"),
    "otherVerdict": message("the reverse"),
    "partner": message("partner"),
    "partnerEquipment": message("its types"),
    "partnerPieces": message("its pieces"),
    "partnerUncounted": message("its types without number"),
    "pieces": message("pieces"),
    "planned": message("planned"),
    "point": message("single point"),
    "producer": message("producer"),
    "producers": message("producers"),
    "product": message("product"),
    "site": message("site"),
    "stage": message("stage"),
    "stocking": message("nations that stock"),
    "substitute": message("substitute"),
    "task": message("task"),
    "total": message("total of several"),
    "uncounted": message("types without number"),
    "undated": message("undated"),
    "users": message("users"),
    "weakness": message("weakness"),
    "within": message("within"),
    "accepting": message("accepting"),
    "condition": message("condition"),
    "mutual": message("both ways"),
    "year": message("year"),
}


def header(name: str, words: Words) -> str:
    """The heading of a column of this name."""
    return words(COLUMNS[name]) if name in COLUMNS else name


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
