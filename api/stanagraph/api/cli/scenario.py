"""`stanagraph scenario`: what if a nation accepted, bought, retired, qualified; nothing in the release changes."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from stanagraph.graph.errors import BadArgument, MoveFault, ScenarioRefused
from stanagraph.graph.releases import Releases

from ..words import message
from .app import app, examples
from .consoles import console_for
from .session import Session, session_of
from .tables import empty_table, header

if TYPE_CHECKING:
    from stanagraph.graph.changes import Change, SectionChanges
    from stanagraph.ingest.pipeline import Answer, Scenario

    from ..release_changes import Names

SHOWN = 10
group = typer.Typer(no_args_is_help=True, help="Ask what would change if …, over a release that stays as it is.")
app.add_typer(group, name="scenario")


class ScenarioFormat(StrEnum):
    """The forms in which the answer to a scenario can be written."""

    table = "table"
    json = "json"
    turtle = "turtle"


FormatOption = Annotated[ScenarioFormat, typer.Option("--format", "-f", help=message("How the answer is written."))]
AllOption = Annotated[bool, typer.Option("--all", help=message("Show every row of long sections."))]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=message("Name of a scenario that is kept."))]


def _moves(metavar: str, help_: str) -> Any:
    return typer.Option(metavar=metavar, help=help_)


Stand = "NATION:AGREEMENT:EDITION"
Moves = list[str] | None


@group.command(
    epilog=examples("stanagraph scenario run what-if.toml", "stanagraph scenario run portugal-follows --format json")
)
def run(
    ctx: typer.Context,
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help=message("Name of a scenario that is kept, or a file."))
    ],
    form: FormatOption = ScenarioFormat.table,
    whole: AllOption = False,
) -> None:
    """Answer a scenario: gaps opened and closed, verdicts, and the index before and after.

    The release stays as it is. Only what the moves reach is derived again, by the same rules.
    """
    _answer(session_of(ctx), _found(scenario), form, whole)


@group.command(
    "try",
    epilog=examples(
        "stanagraph scenario try --buy FRA:pzh-2000",
        "stanagraph scenario try --accept FRA:STANAG-4425:2 --implement FRA:STANAG-4425:2",
        "stanagraph scenario try --change pzh-2000:loading_length_max_mm:900:mm",
    ),
)
def try_(
    ctx: typer.Context,
    accept: Annotated[Moves, _moves(f"{Stand}[:RESERVATION]", message("A nation accepts an edition."))] = None,
    implement: Annotated[Moves, _moves(Stand, message("A nation puts an edition into effect."))] = None,
    lift: Annotated[Moves, _moves(Stand, message("A nation gives up its reservation."))] = None,
    withdraw: Annotated[Moves, _moves(Stand, message("A nation no longer accepts an edition."))] = None,
    buy: Annotated[
        Moves, _moves("NATION:THING[:COUNT]", message("A nation has an equipment, or stocks a munition."))
    ] = None,
    retire: Annotated[Moves, _moves("NATION:THING", message("A nation has it no more."))] = None,
    qualify: Annotated[
        Moves, _moves("NATION:EQUIPMENT:MUNITION", message("An authority qualifies a combination."))
    ] = None,
    change: Annotated[Moves, _moves("THING:PARAMETER:VALUE[:UNIT]", message("A parameter has another value."))] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help=message("Name of the scenario."))] = "try",
    keep: Annotated[bool, typer.Option("--keep", help=message("Keep the scenario under its name."))] = False,
    form: FormatOption = ScenarioFormat.table,
    whole: AllOption = False,
) -> None:
    """Answer a scenario whose moves are given here; each option may be repeated."""
    from stanagraph.ingest.pipeline import Scenarios, move_of, scenario_of

    given = {
        "accept": accept,
        "implement": implement,
        "lift": lift,
        "withdraw": withdraw,
        "buy": buy,
        "retire": retire,
        "qualify": qualify,
        "change": change,
    }
    lines = [(do, line) for do, several in given.items() for line in several or ()]
    if not lines:
        raise BadArgument("scenario try", message("give one move at least, as --buy FRA:pzh-2000"))
    moves: list[dict[str, Any]] = []
    faults: list[MoveFault] = []
    for number, (do, line) in enumerate(lines, 1):
        try:
            moves.append(move_of(do, line, number).model_dump(exclude_none=True))
        except ScenarioRefused as refused:
            faults += refused.faults
    if faults:
        raise ScenarioRefused(name, faults)
    scenario = scenario_of({"name": name, "move": moves}, name)
    session = session_of(ctx)
    _answer(session, scenario, form, whole)
    if keep:
        Scenarios(Releases().home).keep(scenario)


@group.command("list", epilog=examples("stanagraph scenario list"))
def list_(ctx: typer.Context) -> None:
    """List the scenarios that are kept in the workspace."""
    from stanagraph.ingest.pipeline import Scenarios

    session, kept = session_of(ctx), Scenarios(Releases().home)
    names = kept.names()
    if not names:
        session.print(session.words("No scenario is kept here."))
        return
    table = empty_table()
    for column in (message("scenario"), message("moves"), message("description")):
        table.add_column(session.words(column))
    for name in names:
        it = kept.get(name)
        table.add_row(name, session.words.number(len(it.move)), it.description)
    session.print(table)


@group.command(epilog=examples("stanagraph scenario show portugal-follows"))
def show(ctx: typer.Context, name: NameArgument) -> None:
    """Show a scenario as the file that it is."""
    from stanagraph.ingest.pipeline import Scenarios

    session_of(ctx).write(Scenarios(Releases().home).get(name).as_toml())


@group.command(epilog=examples("stanagraph scenario save what-if.toml"))
def save(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=message("File of a scenario, TOML or JSON."))],
) -> None:
    """Keep the scenario of a file in the workspace, under the name that it bears."""
    from stanagraph.ingest.pipeline import Scenarios, ask_scenario, read_scenario

    session, scenario = session_of(ctx), read_scenario(file)
    ask_scenario(session.view, scenario, session.store)  # what cannot be supposed is not kept
    replaced = Scenarios(Releases().home).keep(scenario)
    text = session.words("Replaced: {name}") if replaced else session.words("Kept: {name}")
    session.print(text.format(name=scenario.name))


@group.command(epilog=examples("stanagraph scenario remove portugal-follows"))
def remove(ctx: typer.Context, name: NameArgument) -> None:
    """Forget a scenario that is kept."""
    from stanagraph.ingest.pipeline import Scenarios

    session = session_of(ctx)
    Scenarios(Releases().home).remove(name)
    session.print(session.words("Removed: {name}", name=name))


def _found(name: str) -> Scenario:
    from stanagraph.ingest.pipeline import Scenarios, read_scenario

    path = Path(name)
    return read_scenario(path) if path.suffix in (".toml", ".json") else Scenarios(Releases().home).get(name)


def _answer(session: Session, scenario: Scenario, form: ScenarioFormat, whole: bool) -> None:
    from stanagraph.ingest.pipeline import ask_scenario

    from .. import scenario_answers as told
    from ..release_changes import Names

    view, store = session.view, session.store
    console = console_for(sys.stderr)
    status = console.status("") if console.is_terminal else None
    shown: AbstractContextManager[Any] = status if status is not None else nullcontext()

    def observe(step: str, detail: str) -> None:
        if status is not None:
            status.update(f"{step} {detail}")

    with shown:
        answer = ask_scenario(view, scenario, store, observe)
    names = Names([store], session.language)
    if form is ScenarioFormat.json:
        session.json(told.as_document(answer, names, session.words))
    elif form is ScenarioFormat.turtle:
        session.write(told.as_turtle(answer))
    else:
        for line in _drawn(session, answer, names, whole):
            session.print(line)


def _drawn(session: Session, answer: Answer, names: Names, whole: bool) -> list[Any]:
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
