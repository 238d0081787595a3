"""A plan as a table with what it means below, and as JSON, CSV and Turtle."""

from __future__ import annotations

from decimal import Decimal

from rich.table import Table
from rich.text import Text

from stanagraph.graph.names import key_of, thing
from stanagraph.graph.planning import Action, Plan, Situation, Step

from ..formats import NOTHING
from ..plans import COLUMNS, as_json, row
from ..words import Words, message
from .options import Format
from .session import Session
from .tables import empty_table

SHOWN = 20


def show(session: Session, plan: Plan, questions: Situation, form: Format, limit: int | None) -> None:
    """Write a plan in the form that was asked for; `questions` are those that were left out of it."""
    from .. import formats

    steps = plan.steps[: (SHOWN if limit is None and form is Format.table else limit) or None]
    if form is Format.table:
        _table(session, plan, steps, questions)
    elif form is Format.json:
        session.json(as_json(plan, steps, questions, session.identifier))
    elif form is Format.csv:
        session.write(
            formats.csv_of(COLUMNS, ([formats.value(it) for it in row(*each)] for each in enumerate(steps, 1)))
        )
    else:
        session.write(formats.turtle_of(COLUMNS, (row(*each) for each in enumerate(steps, 1))))


def _table(session: Session, plan: Plan, steps: tuple[Step, ...], questions: Situation) -> None:
    words = session.words
    if not plan.whole.gaps and not plan.whole.questions:
        session.print(words("No gap is known for this choice."))
        _apart(session, questions)
        return
    titles = {
        None: message("The least effort that closes all gaps"),
        "gaps": message("What closes most gaps within the budget"),
        "pairs": message("What frees most pairs within the budget"),
    }
    session.print(Text(words(titles[plan.count if plan.budget is not None else None]), style="bold"))
    session.print()
    session.print(_steps(session, steps))
    session.print()
    if len(steps) < len(plan.steps):
        text = words("shown {n} of {m}", n=words.number(len(steps)), m=words.number(len(plan.steps)))
        session.print(Text(words("{shown}; --limit 0 shows all", shown=text), style="dim"))
    for line in _outcome(plan, words):
        session.print(line)
    session.print(Text(_proof(plan, words), style="dim"))
    _apart(session, questions)
    session.print(Text(words("Efforts compare kinds of action and have no unit; --weights sets others."), style="dim"))


def _steps(session: Session, steps: tuple[Step, ...]) -> Table:
    words = session.words
    iris = {thing("action-kind", step.action.kind).value for step in steps} | {step.action.target for step in steps}
    session.labels.learn(iris | {thing("nation", it.action.nation).value for it in steps if it.action.nation})
    table = empty_table()
    table.add_column(words("action"), max_width=46)
    for title in (
        message("effort"),
        message("gaps alone"),
        message("in the plan"),
        message("pairs"),
        message("effort so far"),
        message("gaps so far"),
    ):
        table.add_column(words(title), justify="right", max_width=9)
    for step in steps:
        alone, together = (it.gaps + it.questions for it in (step.alone, step.together))
        cells = [words.number(it) if it else NOTHING for it in (alone, together, step.together.pairs)]
        spent = [_effort(it, words) for it in (step.effort, step.effort_so_far)]
        reached = words.number(step.so_far.gaps + step.so_far.questions)
        table.add_row(_named(session, step.action), spent[0], *cells, spent[1], reached)
    return table


def _named(session: Session, action: Action) -> str:
    words, labels = session.words, session.labels
    target = labels.of(action.target)
    # What a combination is qualified or made ready with stands at the end of the key.
    rest = action.key.rpartition(f"{key_of(action.target)}/")[2]
    if rest != action.key:
        found = [labels.of(thing(kind, rest).value) for kind in ("munition", "interface")]
        target = f"{target} × {next((it for it in found if it != rest), rest)}"
    kind = labels.of(thing("action-kind", action.kind).value)
    if action.nation is None:
        return words("{action}: {target}", action=kind, target=target)
    nation = labels.of(thing("nation", action.nation).value)
    return words("{nation}: {action}, {target}", nation=nation, action=kind, target=target)


def _effort(number: Decimal, words: Words) -> str:
    if number == number.to_integral_value():
        return words.number(int(number))
    text = f"{number:f}"
    return text.replace(".", ",") if words.language == "fr" else text


def _outcome(plan: Plan, words: Words) -> list[str]:
    spent = _effort(plan.effort, words)
    if plan.budget is not None:
        spent = words("{effort} of {budget}", effort=spent, budget=_effort(plan.budget, words))
    lines = [
        words(
            "Closes {n} of {m} gaps with an effort of {effort}.",
            n=words.number(plan.achieved.gaps),
            m=words.number(plan.whole.gaps),
            effort=spent,
        )
    ]
    if plan.whole.questions:
        text = message("Answers {n} of {m} questions; an answer may be that there is a gap.")
        lines.append(
            words(text, n=words.number(plan.achieved.questions), m=words.number(plan.whole.questions)),
        )
    lines.append(
        words(
            "Frees {low} to {high} of {m} pairs: what lies between still depends on what is not known.",
            low=words.number(plan.achieved.surely),
            high=words.number(plan.achieved.pairs),
            m=words.number(plan.whole.pairs),
        )
        if plan.achieved.surely != plan.achieved.pairs
        else words("Frees {n} of {m} pairs.", n=words.number(plan.achieved.pairs), m=words.number(plan.whole.pairs))
    )
    return lines


def _proof(plan: Plan, words: Words) -> str:
    if plan.optimal:
        return words("Proven to be the best.")
    bound = _effort(plan.bound, words)
    if plan.budget is None:
        text = message("At most {share} above the least effort, which is {bound} or more.")
        over = float((plan.effort - plan.bound) / plan.bound) if plan.bound else 1.0
        return words(text, share=words.percent(over), bound=bound)
    text = message("At most {share} short of the best, which is {bound} or less.")
    return words(text, share=words.percent(plan.distance), bound=bound)


def _apart(session: Session, questions: Situation) -> None:
    if not questions.gaps:
        return
    words = session.words
    text = words(
        "▨ {n} more where it is not known whether there is a gap ({pairs}): --with-unknown",
        n=words.number(len(questions.gaps)),
        pairs=words.plural(sum(it.count for it in questions.pairs), "{n} pair", "{n} pairs"),
    )
    session.print(Text(text, style="dim"))
