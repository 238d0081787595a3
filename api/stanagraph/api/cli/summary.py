"""The summary that ends `stanagraph gaps`: one page for whoever has to decide what to mend first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from stanagraph.graph.names import key_of

from ..formats import value
from ..words import message, sentence
from .matrix import READING, grid, marks
from .session import Session
from .tables import empty_table

CLASS = "155mm"
BAR = 30
ASIDE = ("find-out", "adapt-or-replace")
KNOWN = {
    "verdict": message("verdicts on equipment and munition"),
    "fits": message("does it fit?"),
    "hits": message("does it hit?"),
    "released": message("is it released?"),
    "position": message("positions of nations on governing agreements"),
}


def summarise(session: Session) -> None:
    """Write the summary of the release."""
    _contents(session)
    _matrix(session)
    _causes(session)
    _actions(session)
    _knowledge(session)
    _origins(session)
    _next(session)


def _records(session: Session, query: str, **arguments: str) -> list[dict[str, Any]]:
    rows = list(session.ask(query, **arguments).records())
    session.learn(rows)
    return rows


def _number(row: dict[str, Any], column: str) -> int:
    return int(str(value(row[column])))


def _title(session: Session, text: str) -> None:
    session.print()
    session.print(Text(text, style="bold"))


def _line(session: Session, text: str | Text) -> None:
    session.print(Padding(text, (0, 0, 0, 2)))


def _contents(session: Session) -> None:
    words = session.words
    counts = {row["class"].value.rpartition("/")[2]: _number(row, "count") for row in _records(session, "contents")}
    _title(session, words("The release {id} at a glance", id=session.identifier))
    text = words(
        "{nations} nations, {equipment} equipment types, {munitions} munition types, {verdicts} verdicts",
        nations=words.number(counts.get("Nation", 0)),
        equipment=words.number(counts.get("EquipmentType", 0)),
        munitions=words.number(counts.get("MunitionType", 0)),
        verdicts=words.number(counts.get("Verdict", 0)),
    )
    _line(session, text)
    pair = words("A pair is a nation, its equipment, another nation, and a munition that the other nation stocks.")
    _line(session, Text(pair, style="dim"))


def _matrix(session: Session) -> None:
    words = session.words
    rows = _records(session, "matrix", klass=CLASS)
    if not rows:
        return
    name = session.labels("munition-class", CLASS)
    _title(session, words("{class_name}: share of pairs that are compatible, in percent", class_name=sentence(name)))
    _line(session, Text(words(READING), style="dim"))
    for block in grid(rows, session.console.width - 2):
        session.print()
        session.print(Padding(block, (0, 0, 0, 2)))
    session.print()
    _line(session, marks(session))


def _plain_table(*justify: str) -> Table:
    table = empty_table()
    table.show_header = False
    table.box = None
    table.padding = (0, 2, 0, 0)
    for way in justify:
        table.add_column(justify=way)  # type: ignore[arg-type]
    return table


def _bar(part: int, whole: int) -> Text:
    """A bar of the part; the least part shows, and only the whole fills it."""
    width = min(round(BAR * part / whole), BAR - 1) if 0 < part < whole else BAR * (part >= whole > 0)
    return Text("█" * width if width or not part else "▏")


def _causes(session: Session) -> None:
    words = session.words
    rows = _records(session, "gap-causes")
    _title(session, words("Gaps by cause, and the pairs that they block"))
    known = [row for row in rows if key_of(row["cause"].value) != "not-known"]
    most = max((_number(row, "pairs") for row in known), default=0)
    table = _plain_table("left", "right", "right", "left")
    for row in known:
        gaps, pairs = _number(row, "gaps"), _number(row, "pairs")
        told = words.plural(gaps, "{n} gap", "{n} gaps")
        blocked = words.plural(pairs, "{n} pair", "{n} pairs")
        table.add_row(session.labels.of(row["cause"].value), told, blocked, _bar(pairs, most))
    _line(session, Text(""))
    session.print(Padding(table, (0, 0, 0, 2)))
    for row in rows:
        if key_of(row["cause"].value) == "not-known":
            text = words(
                "▨ Apart from these: {n} where it is not known whether there is a gap, with {pairs}",
                n=words.number(_number(row, "gaps")),
                pairs=words.plural(_number(row, "pairs"), "{n} pair", "{n} pairs"),
            )
            _line(session, Text(text, style="dim"))


def _actions(session: Session) -> None:
    words = session.words
    rows = _records(session, "actions")
    _title(session, words("The three actions that would close most"))
    _line(session, Text(""))
    table = _plain_table("right", "left", "right")
    agreed = [row for row in rows if key_of(row["kind"].value) not in ASIDE]
    for place, row in enumerate(agreed[:3], 1):
        pairs = words("{n} pairs", n=words.number(_number(row, "pairs")))
        table.add_row(str(place), _action(session, row), pairs)
    session.print(Padding(table, (0, 0, 0, 2)))
    told = {
        "adapt-or-replace": message("No signature closes a physical gap; other equipment would have to change: {what}"),
        "find-out": message("To find out first: {what}"),
    }
    for kind, text in told.items():
        first = [row for row in rows if key_of(row["kind"].value) == kind]
        if first:
            told_of = (
                _by_target(first) if kind == "adapt-or-replace" else [(row, _number(row, "pairs")) for row in first]
            )
            _line(session, Text(words(text, what=_targets(session, told_of[:3])), style="dim"))


def _action(session: Session, row: dict[str, Any]) -> str:
    words = session.words
    kind, target = session.labels.of(row["kind"].value), session.labels.of(row["target"].value)
    if row["nation"] is None:
        return words("{action}: {target}", action=kind, target=target)
    nation = session.labels.of(row["nation"].value)
    return words("{nation}: {action}, {target}", nation=nation, action=kind, target=target)


def _by_target(rows: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    """The rows without their nation, each target once with the pairs of all nations, most pairs first."""
    pairs: dict[str, int] = {}
    for row in rows:
        pairs[row["target"].value] = pairs.get(row["target"].value, 0) + _number(row, "pairs")
    first = {row["target"].value: {**row, "nation": None} for row in reversed(rows)}
    return [(first[target], count) for target, count in sorted(pairs.items(), key=lambda it: (-it[1], it[0]))]


def _targets(session: Session, rows: Sequence[tuple[dict[str, Any], int]]) -> str:
    words = session.words
    shown = []
    for row, count in rows:
        target = session.labels.of(row["target"].value)
        if row["nation"] is not None:
            target = words("{target} for {nation}", target=target, nation=session.labels.of(row["nation"].value))
        shown.append(words("{target} ({pairs})", target=target, pairs=words.plural(count, "{n} pair", "{n} pairs")))
    return words("; ").join(shown)


def _knowledge(session: Session) -> None:
    words = session.words
    _title(session, words("How much is known"))
    _line(session, Text(""))
    table = _plain_table("left", "right", "left")
    rows = {str(value(row["what"])): row for row in _records(session, "knowledge")}
    for what, text in KNOWN.items():
        if what in rows:
            known, whole = _number(rows[what], "known"), _number(rows[what], "all")
            told = words("{known} of {all} known", known=words.number(known), all=words.number(whole))
            solid = _bar(known, whole)
            table.add_row(words(text), told, Text.assemble(solid, ("░" * (BAR - len(solid)), "dim")))
    session.print(Padding(table, (0, 0, 0, 2)))


def _origins(session: Session) -> None:
    words = session.words
    rows = _records(session, "origins")
    _title(session, words("Where the data comes from"))
    text = words(
        "{statements} statements from {sources} sources, {low} of them with low confidence",
        statements=words.number(sum(_number(row, "statements") for row in rows)),
        sources=words.number(sum(_number(row, "sources") for row in rows)),
        low=words.number(sum(_number(row, "low") for row in rows)),
    )
    _line(session, text)
    kinds = ", ".join(
        f"{session.labels.of(row['kind'].value)} {words.number(_number(row, 'statements'))}" for row in rows
    )
    _line(session, words("By kind of source: {kinds}", kinds=kinds))
    _line(
        session,
        words("Status of agreements as of the public list captures of 2020-12, 2021-06 and 2021-07, not of today."),
    )
    _line(session, words("Deliveries recorded by SIPRI are not inventory: who received a munition may hold none now."))
    _line(session, words("Not affiliated with NATO. No answer is an authorisation to fire."))


def _next(session: Session) -> None:
    words = session.words
    _title(session, words("What to try next"))
    tries = [
        ("stanagraph explain pzh-2000 vulcano-155-glr", words("why one verdict is as it is")),
        ("stanagraph pairs --from DEU --to POL", words("what Poland can fire from German stocks")),
        ("stanagraph matrix --class 155mm --chart matrix.html", words("the matrix as a chart")),
        ("stanagraph query", words("all reports")),
    ]
    table = _plain_table("left", "left")
    table.columns[0].no_wrap = True
    for command, what in tries:
        table.add_row(command, Text(what, style="dim"))
    session.print(Padding(table, (0, 0, 0, 2)))
