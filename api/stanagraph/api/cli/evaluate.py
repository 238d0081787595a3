"""`stanagraph evaluate`: how verdicts derived from parameters alone compare with documented findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stanagraph.graph.evaluation import Compared, Evaluation, criteria
from stanagraph.graph.evaluation import evaluate as compare
from stanagraph.graph.verdicts import VERDICTS

from ..words import Words, message
from .app import app, examples
from .evaluate_tables import criteria_table, reasons_as_csv, reasons_as_turtle, reasons_table, taken_apart
from .options import Format, FormatOption
from .session import Session, session_of
from .tables import empty_table, marked

COVERAGE, AGREEMENT = 0.90, 0.85


class By(StrEnum):
    """The tables into which an evaluation falls."""

    pair = "pair"
    reason = "reason"
    criterion = "criterion"


MISSING = {
    "calibre": message("the calibre of one side is not stated"),
    "case-geometry": message("the length or shape of case or chamber is not stated"),
    "rifling": message("the bore, or how the round is stabilised, is not stated"),
    "charge-system": message("the forms of charge that the breech takes are not stated"),
    "chamber-volume": message("the chamber volume is not stated"),
    "pressure": message("the permissible pressure or that of the round is not stated"),
    "loading": message("the limits of the loading gear are not stated"),
    "fuze-setter": message("the fuze setters fitted, or the setting that the fuze needs, are not stated"),
    "launcher-interface": message("what the launcher carries is not stated"),
    "software-integration": message("launcher or fire-control build not stated"),
    "fire-control-data": message("no public fire-control data for the combination"),
    "safety-qualification": message("no public record of the qualification"),
    "policy": message("no release decision stated"),
}


@app.command(
    epilog=examples("stanagraph evaluate", "stanagraph evaluate --by reason --format csv"),
)
def evaluate(
    ctx: typer.Context,
    by: Annotated[
        By | None, typer.Option(help=message("Only one table: each pair, each reason code, or each criterion."))
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Compare the verdicts that are derived from parameters alone with all documented findings, and explain every
    disagreement.
    """
    session = session_of(ctx)
    if form in (Format.csv, Format.turtle) and by is not By.reason:
        session.show(session.ask("evaluation-criteria" if by is By.criterion else "evaluation"), form, lambda _: None)
        return
    evaluation = compare(session.store)
    if form is Format.csv:
        session.write(reasons_as_csv(evaluation))
    elif form is Format.turtle:
        session.write(reasons_as_turtle(evaluation))
    elif form is Format.json:
        session.json(as_json(evaluation, session.words) | taken_apart(evaluation, criteria(session.store)))
    elif evaluation.compared:
        session.print(_report(session, evaluation, by))
    else:
        session.print(session.words("No finding is documented: there is nothing to compare."))


def targets(evaluation: Evaluation) -> dict[str, tuple[float, bool]]:
    """For each target its value and whether it is met."""
    flips = sum(pair.flips for pair in evaluation.compared)
    return {
        "coverage": (evaluation.coverage, evaluation.coverage >= COVERAGE),
        "agreement": (evaluation.agreement, evaluation.agreement >= AGREEMENT),
        "flips": (flips, flips == 0),
    }


def missing(pair: Compared, words: Words) -> str | None:
    """What would have to be public for the documented limit to be derived; None where it is derived."""
    limits = ("restricted", "incompatible")
    if pair.documented not in limits or pair.derived == pair.documented or pair.reason_code not in MISSING:
        return None
    return words(MISSING[pair.reason_code])


def as_json(evaluation: Evaluation, words: Words) -> dict[str, Any]:
    """The whole evaluation as one JSON object."""
    if not evaluation.compared:
        return {"pairs": 0, "confusion": [], "disagreements": []}
    confusion = [
        {"documented": documented, "derived": derived, "pairs": count}
        for (documented, derived), count in sorted(evaluation.confusion.items())
    ]
    return {
        "pairs": len(evaluation.compared),
        "coverage": round(evaluation.coverage, 4),
        "agreement": round(evaluation.agreement, 4),
        "flips": sum(pair.flips for pair in evaluation.compared),
        "targets": {name: met for name, (_, met) in targets(evaluation).items()},
        "confusion": confusion,
        "disagreements": [asdict(pair) | {"missing": missing(pair, words)} for pair in evaluation.disagreements],
    }


def _report(session: Session, evaluation: Evaluation, by: By | None) -> RenderableType:
    words = session.words
    title = words("Derived verdicts against {n} documented findings", n=words.number(len(evaluation.compared)))
    parts: list[RenderableType] = [Text(title, style="bold"), Text(""), _confusion(session, evaluation), Text("")]
    parts += [_targets(session, evaluation), Text("")]
    if by in (None, By.reason):
        parts += [Text(words("By reason code, where a pair is restricted or incompatible"), style="bold"), Text("")]
        parts += [reasons_table(session, evaluation.reasons), Text("")]
        told = words("Precision: of what is derived, the share that is documented. Recall: of what is documented,")
        parts += [Text(told, style="dim"), Text(words("the share that is derived."), style="dim"), Text("")]
    if by in (None, By.criterion):
        parts += [Text(words("By criterion, where a finding bears on it"), style="bold"), Text("")]
        parts += [criteria_table(session, criteria(session.store)), Text("")]
        told = words("What works satisfies every criterion; what does not fails that of its reason.")
        parts += [Text(told, style="dim"), Text("")]
    if by not in (None, By.pair):
        return Group(*parts[:-1])
    parts += [Text(words("Where they differ"), style="bold"), Text("")]
    parts.append(_differences(session, evaluation.disagreements))
    if not evaluation.disagreements:
        parts[-1] = Text(words("Nowhere."))
    return Group(*parts)


def _confusion(session: Session, evaluation: Evaluation) -> Table:
    words = session.words
    table = empty_table()
    table.add_column(words("documented ↓  derived →"))
    names = {name: session.labels("verdict-value", name) for name in VERDICTS}
    for name in VERDICTS:
        table.add_column(marked(name, names[name]), justify="right")
    for documented in VERDICTS[:3]:
        counts = [evaluation.confusion.get((documented, derived), 0) for derived in VERDICTS]
        cells = [Text(words.number(count), style="" if count else "dim") for count in counts]
        table.add_row(marked(documented, names[documented]), *cells)
    return table


def _targets(session: Session, evaluation: Evaluation) -> Table:
    words = session.words
    table = empty_table()
    table.show_header, table.box, table.padding = False, None, (0, 2, 0, 0)
    for way in ("left", "left", "right", "left"):
        table.add_column(justify=way)
    found = targets(evaluation)
    at_least = message("target ≥ {share}")
    told = {
        "coverage": (words("coverage: a verdict can be derived"), words(at_least, share=words.percent(COVERAGE))),
        "agreement": (words("agreement: it is the documented one"), words(at_least, share=words.percent(AGREEMENT))),
        "flips": (words("compatible against incompatible"), words("target: none")),
    }
    for name, (text, target) in told.items():
        number, met = found[name]
        shown = words.number(number) if name == "flips" else words.percent(number)
        sign = marked("yes", words("met")) if met else marked("no", words("missed"))
        table.add_row(text, shown, target, sign)
    return table


def _differences(session: Session, pairs: Sequence[Compared]) -> Table:
    words = session.words
    table = empty_table()
    for title, width in (("pair", 26), ("documented", 22), ("derived", 20), ("explanation", None)):
        heads = {"pair": words("pair"), "documented": words("documented"), "derived": words("derived")}
        table.add_column(heads.get(title, words("explanation")), max_width=width, overflow="fold")
    for pair in pairs:
        documented = marked(pair.documented, session.labels("verdict-value", pair.documented))
        documented.append(f"\n{session.labels('reason-code', pair.reason_code)}", style="dim")
        derived = marked(pair.derived, session.labels("verdict-value", pair.derived))
        if pair.derived_reason_code:
            derived.append(f"\n{session.labels('reason-code', pair.derived_reason_code)}", style="dim")
        text = Text(pair.text)
        if lacking := missing(pair, words):
            text.append("\n" + words("missing: {what}", what=lacking), style="bold")
        if pair.flips:
            text.append("\n" + words("one says compatible, the other incompatible"), style="bold")
        table.add_row(Text.assemble(pair.equipment, "\n× ", pair.munition), documented, derived, text)
        table.add_row()
    return table
