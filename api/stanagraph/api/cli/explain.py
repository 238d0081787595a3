"""`stanagraph explain`: one verdict with every criterion, its ground, and the statements behind it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from stanagraph.graph.lookup import resolve
from stanagraph.graph.verdicts import Criterion, Dispute, Statement, Verdict
from stanagraph.graph.verdicts import explain as verdict_on

from ..words import message
from .app import app, examples
from .options import OLD, STALE, WEAK, Format, FormatOption
from .session import Session, session_of
from .tables import marked


@app.command(
    epilog=examples("stanagraph explain pzh-2000 m982-excalibur", "stanagraph explain m777a2 155mm-l39 --format json"),
)
def explain(
    ctx: typer.Context,
    equipment: Annotated[str, typer.Argument(metavar="EQUIPMENT", help=message("Equipment, by id or name."))],
    munition: Annotated[str, typer.Argument(metavar="MUNITION", help=message("Munition or interface, by id or name."))],
    form: FormatOption = Format.table,
) -> None:
    """Explain the verdict on one equipment and one munition: the three answers, each criterion in order, and the
    statements with their sources. The munition may be an interface: then the verdict is on its whole family.
    """
    session = session_of(ctx)
    weapon = resolve(session.store, ("equipment",), equipment)
    fired = resolve(session.store, ("munition", "interface"), munition)
    verdict = verdict_on(session.store, weapon, fired)
    from .. import explanations, formats

    said = explanations.reasons(session.store, verdict)
    if form is Format.csv:
        session.write(formats.verdict_as_csv(verdict))
    elif form is Format.turtle:
        session.write(formats.verdict_as_turtle(verdict, fired))
    else:
        sentences = explanations.explanations(session.store, verdict, session.language)
        if form is Format.json:
            session.json(formats.verdict_as_json(verdict, sentences, said))
        else:
            title = f"{session.labels.of(weapon.value)} × {session.labels.of(fired.value)}"
            session.print(_tree(session, verdict, title, sentences, said))


def _tree(session: Session, verdict: Verdict, title: str, sentences: dict[str, str], said: dict[str, str]) -> Tree:
    words = session.words
    told = verdict.reason_code if verdict.verdict != "compatible" else None
    head = Text.assemble((title, "bold"), "\n", _value(session, verdict.verdict, told))
    if verdict.disputed and verdict.documented:
        text = words(
            "disputed: documented as {documented}, derived as {derived}; the documented one counts",
            documented=session.labels("verdict-value", verdict.documented),
            derived=session.labels("verdict-value", verdict.derived),
        )
        head.append("\n").append(text, style="bold")
    if verdict.low_confidence:
        head.append("\n").append(words(WEAK), style="bold")
    for stale in verdict.stale:
        told = words(
            "{mark} {old}: {source}, last answered {since}",
            mark=STALE,
            old=words(OLD),
            source=stale.source,
            since=stale.since,
        )
        head.append("\n").append(told, style="bold")
    tree = Tree(head, guide_style="dim")
    for question, answer in (
        (words("does it fit?"), verdict.fits),
        (words("does it hit?"), verdict.hits),
        (words("is it released?"), verdict.released),
    ):
        tree.add(Text.assemble(f"{question:<18}", marked(answer, session.labels("answer", answer))))
    _findings(session, tree, verdict, said)
    found = _value(session, verdict.derived, verdict.derived_reason_code)
    derived = Text.assemble(words("derived from parameters:"), " ", found)
    branch = tree.add(derived)
    for number, criterion in enumerate(verdict.criteria, 1):
        _criterion(session, branch, number, criterion, sentences)
    return tree


def _value(session: Session, verdict: str, reason: str | None = None) -> Text:
    text = session.labels("verdict-value", verdict)
    if reason:
        text = session.words("{cause}: {reason}", cause=text, reason=session.labels("reason-code", reason))
    return marked(verdict, text)


def _findings(session: Session, tree: Tree, verdict: Verdict, said: dict[str, str]) -> None:
    words = session.words
    if not verdict.documented:
        tree.add(Text(words("documented: no finding is known"), style="dim"))
        return
    branch = tree.add(Text.assemble(words("documented:"), " ", _value(session, verdict.documented)))
    for statement in verdict.findings:
        leaf = branch.add(Text(said.get(statement.iri, statement.note or statement.source)))
        leaf.add(_evidence(session, statement))


def _criterion(session: Session, tree: Tree, number: int, criterion: Criterion, sentences: dict[str, str]) -> None:
    words = session.words
    outcome = marked(criterion.outcome, session.labels("outcome", criterion.outcome))
    name = session.labels("criterion", criterion.name)
    ground = session.labels("ground", criterion.ground)
    line = Text.assemble(f"{number:>2}  ", (name, "bold"), "  ", outcome, f"  {ground}")
    branch = tree.add(line)
    # Where a question does not arise there is nothing to explain.
    if criterion.outcome == "not-applicable":
        return
    if sentence := sentences.get(criterion.ground):
        branch.add(Text(sentence))
    if criterion.rests_on_low_confidence_alone:
        branch.add(Text(words("rests on statements of low confidence alone"), style="bold"))
    for statement in criterion.evidence:
        branch.add(_evidence(session, statement))


def _evidence(session: Session, statement: Statement) -> Text:
    words = session.words
    confidence = words("{level} confidence", level=session.labels("confidence", statement.confidence))
    parts = [statement.place, statement.publisher or statement.source, confidence]
    if statement.as_of:
        parts.append(words("as of {date}", date=statement.as_of))
    if statement.captured:
        parts.append(words("captured {date}", date=statement.captured))
    text = Text(", ".join(parts), style="dim")
    for dispute in statement.disputes:
        text.append("\n").append(_dispute(session, dispute), style="bold")
    if statement.url:
        text.append("\n").append(statement.url, style=f"dim link {statement.url}")
    return text


def _dispute(session: Session, dispute: Dispute) -> str:
    """One line on a value that other sources contradict."""
    words, labels = session.words, session.labels
    basis = labels("precedence-basis", dispute.decided_by)
    kept = words("its value was kept") if dispute.prevails else words("another value was kept")
    return words(
        "disputed: {property} of {thing} is {value} here; {kept} ({basis})",
        property=labels.of(dispute.property),
        thing=labels.of(dispute.thing),
        value=dispute.value,
        kept=kept,
        basis=basis,
    )
