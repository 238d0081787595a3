"""`stanagraph scenario`: what if a nation accepted, bought, retired, qualified; nothing in the release changes."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stanagraph.graph.errors import BadArgument, MoveFault, ScenarioRefused
from stanagraph.graph.releases import Releases

from ..words import message
from .app import app, examples
from .consoles import console_for
from .session import Session, session_of
from .tables import empty_table

if TYPE_CHECKING:
    from stanagraph.ingest.pipeline import Scenario


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
    ask_scenario(session.view, scenario)  # what cannot be supposed is not kept
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
    from .scenario_table import drawn

    view = session.view
    store = view.open()
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
        for line in drawn(session, answer, names, whole):
            session.print(line)
