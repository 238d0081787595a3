"""The root of the command line: its global options, its language, and how errors end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from stanagraph.graph.errors import StanagraphError
from stanagraph.graph.labels import PUBLIC

from ..words import LANGUAGES, Words, language_of_the_machine, message
from .errors import report
from .session import Session

_GLOBAL = ("--lang", "--release", "--audience", "--store")
ORDER = (
    "gaps", "plan", "matrix", "pairs", "recipient", "substitutes", "supply", "interfaces", "editions", "positions",
    "impact", "explain", "scenario", "trace", "query", "evaluate", "check", "package", "init", "template",
    "ingest", "sources", "disagreements", "candidates", "release", "backup", "restore", "store", "ontology", "serve",
    "mcp", "keys", "audit",
)  # fmt: skip
EXAMPLES = message("Examples:")


class Group(TyperGroup):
    """A group that understands its global options anywhere, and shows its help in their language."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        args = hoist(args)
        language = language_of(args)
        if language != "en":
            _translate(self, Words(language))
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands in the order of a first look: reports before upkeep."""
        return sorted(self.commands, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except StanagraphError as error:
            session = ctx.find_object(Session)
            report(error, session.words if session else Words("en"))
            raise typer.Exit(error.exit_code) from None


def hoist(args: Sequence[str]) -> list[str]:
    """The arguments with the global options in front, wherever they stood; after `--` nothing is moved."""
    front: list[str] = []
    rest: list[str] = []
    pending = list(args)
    while pending:
        word = pending.pop(0)
        if word == "--":
            return [*front, *rest, word, *pending]
        if word in _GLOBAL:
            front += [word, *pending[:1]]
            pending = pending[1:]
        elif word.startswith(tuple(f"{name}=" for name in _GLOBAL)):
            front.append(word)
        else:
            rest.append(word)
    return [*front, *rest]


def language_of(args: Sequence[str]) -> str:
    """The language that these arguments ask for, else that of the machine."""
    for at, word in enumerate(args):
        name, _, value = word.partition("=")
        if name == "--lang":
            return value or "".join(args[at + 1 : at + 2])
    return language_of_the_machine()


def _translate(command: Any, words: Words) -> None:
    if command.help:
        command.help = "\n\n".join(words(" ".join(part.split())) for part in command.help.split("\n\n"))
    if command.epilog:
        command.epilog = command.epilog.replace(EXAMPLES, words(EXAMPLES))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = words(parameter.help)
    for below in getattr(command, "commands", {}).values():
        _translate(below, words)


def examples(*lines: str) -> str:
    """The end of a help text: one or two commands to copy."""
    return "\b\n" + "\n".join([EXAMPLES, *(f"  {line}" for line in lines)])


def _version(wanted: bool) -> None:
    if wanted:
        from stanagraph.graph import __version__

        typer.echo(f"stanagraph {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("stanagraph gaps --class 155mm", "stanagraph explain pzh-2000 m982-excalibur"),
)


@app.callback()
def root(
    ctx: typer.Context,
    lang: Annotated[
        str, typer.Option(metavar="en|fr", help=message("Language of what is shown; that of the machine if left out."))
    ] = "",
    release: Annotated[
        str, typer.Option(metavar="ID", help=message("Release that answers; the current one if left out."))
    ] = "",
    audience: Annotated[
        str, typer.Option(metavar="NAME", help=message("Audience whose view answers, as stanagraph.toml names it."))
    ] = PUBLIC,
    store: Annotated[
        str,
        typer.Option(
            metavar="URL|here",
            envvar="STANAGRAPH_STORE",
            show_envvar=False,
            help=message("Store on another machine that answers; “here”: the releases of this workspace."),
        ),
    ] = "",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=message("Show the version and stop."))
    ] = False,
) -> None:
    """Where interchangeability of munitions fails among allies, why, and what would mend it. Public facts only."""
    if lang and lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r}: en | fr", param_hint="--lang")
    ctx.obj = Session(lang or language_of_the_machine(), release or None, audience, store)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a mark shows a question mark instead of failing.
        if callable(reconfigure := getattr(stream, "reconfigure", None)):
            reconfigure(errors="replace")
    app(prog_name="stanagraph")
