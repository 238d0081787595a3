"""The evaluation taken apart: how often each reason is found, and what is found on each criterion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from stanagraph.graph.evaluation import CriterionRow, Evaluation, ReasonRow

from ..formats import NOTHING, csv_of, turtle_of
from ..words import Words
from .session import Session
from .tables import empty_table, marked

OUTCOMES = ("satisfied", "limited", "violated", "not-known", "not-applicable")
REASON_COLUMNS = ("reason", "documented", "derived", "both", "precision", "recall")


def reason_rows(evaluation: Evaluation) -> list[list[Any]]:
    """The reasons as rows of plain values; a share of nothing is nothing."""
    return [
        [it.reason, it.documented, it.derived, it.both, _rounded(it.precision), _rounded(it.recall)]
        for it in evaluation.reasons
    ]


def reasons_as_csv(evaluation: Evaluation) -> str:
    """The reasons as CSV."""
    return csv_of(REASON_COLUMNS, reason_rows(evaluation))


def reasons_as_turtle(evaluation: Evaluation) -> str:
    """The reasons as Turtle in the result-set vocabulary."""
    return turtle_of(REASON_COLUMNS, reason_rows(evaluation))


def taken_apart(evaluation: Evaluation, criteria: Sequence[CriterionRow]) -> dict[str, Any]:
    """Both tables for JSON."""
    return {
        "reasons": [dict(zip(REASON_COLUMNS, row, strict=True)) for row in reason_rows(evaluation)],
        "criteria": [
            {"criterion": it.criterion, "documented": it.documented, "outcome": it.outcome, "pairs": it.pairs}
            for it in criteria
        ],
    }


def reasons_table(session: Session, rows: Sequence[ReasonRow]) -> Table:
    """A line a reason, with precision and recall."""
    words = session.words
    table = empty_table()
    table.add_column(words("reason"))
    for name in (words("documented"), words("derived"), words("both"), words("precision"), words("recall")):
        table.add_column(name, justify="right")
    for it in rows:
        counts = (words.number(count) for count in (it.documented, it.derived, it.both))
        shares = (_share(share, words) for share in (it.precision, it.recall))
        table.add_row(session.labels("reason-code", it.reason), *counts, *shares)
    return table


def criteria_table(session: Session, rows: Sequence[CriterionRow]) -> Table:
    """A line a criterion and documented verdict, a column an outcome."""
    words = session.words
    table = empty_table()
    table.add_column(words("criterion"))
    table.add_column(words("documented"))
    for outcome in OUTCOMES:
        table.add_column(session.labels("outcome", outcome), justify="right")
    counts = {(it.criterion, it.documented, it.outcome): it.pairs for it in rows}
    before = ""
    for criterion, documented in dict.fromkeys((it.criterion, it.documented) for it in rows):
        cells = [counts.get((criterion, documented, outcome), 0) for outcome in OUTCOMES]
        shown = [Text(words.number(count), style="" if count else "dim") for count in cells]
        name = session.labels("criterion", criterion) if criterion != before else ""
        table.add_row(name, marked(documented, session.labels("verdict-value", documented)), *shown)
        before = criterion
    return table


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _share(share: float | None, words: Words) -> Text:
    return Text(NOTHING, style="dim") if share is None else Text(words.percent(share))
