"""What one run of the command line knows: its language, its consoles, and the release that answers."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import typer
from rich.console import Console, RenderableType
from rich.text import Text

from stanagraph.graph.catalogue import Answer, Catalogue
from stanagraph.graph.errors import BadArgument, NoRelease
from stanagraph.graph.labels import PUBLIC
from stanagraph.graph.releases import Release, Releases, View
from stanagraph.graph.resources import folder, home, in_checkout
from stanagraph.graph.store import Store
from stanagraph.graph.workspace import Settings

from ..explanations import Labels
from ..words import Words, message
from .consoles import console_for
from .options import LATER, Format

if TYPE_CHECKING:
    from stanagraph.graph.remote import Service


# Commands that work on the releases of the workspace, whoever answers questions.
KEEPING = ("ingest", "sources", "release", "backup", "restore")
ELSEWHERE = message("this works on the releases of this workspace, not on a store elsewhere: --store here")
CHOSEN = message("a store elsewhere holds one release for one audience: leave this out, or add --store here")


class Session:
    """One run: everything is opened when it is first needed."""

    def __init__(
        self, language: str, release: str | None = None, audience: str = PUBLIC, store: str | None = None
    ) -> None:
        self.words = Words(language)
        self._wanted = release
        self.audience = audience
        # Where to ask, as it was given for this run.
        self.where = store

    @property
    def language(self) -> str:
        """The language of what is shown."""
        return self.words.language

    @cached_property
    def console(self) -> Console:
        """Where answers go: colour only on a terminal, never wider than a page."""
        return console_for(sys.stdout)

    @cached_property
    def release(self) -> Release:
        """The release that answers; where there is none yet, the first is built."""
        releases = Releases()
        if self._wanted:
            return releases.get(self._wanted)
        try:
            release = releases.current()
        except NoRelease:
            from .progress import build_visibly

            return build_visibly(self.words, releases)
        if in_checkout() and outdated(release):
            text = self.words("note: the tables, rules or ontology have changed since this release was built")
            hint = self.words("try: {command}", command="stanagraph release build")
            console_for(sys.stderr).print(f"{text}\n{hint}", style="dim")
        return release

    @cached_property
    def service(self) -> Service | None:
        """The store on another machine that answers, if one does."""
        settings = Settings.read(home())
        if not self.where and settings.store is None:
            return None
        from stanagraph.graph.elsewhere import service_of

        try:
            return service_of(settings, self.where or "")
        except ValueError as error:
            raise BadArgument("--store", str(error)) from None

    @cached_property
    def view(self) -> View:
        """What the audience of this run gets of the release; raises BadArgument where another machine answers."""
        if self.service is not None:
            raise BadArgument("--store", ELSEWHERE)
        return self.release.view(self.audience)

    @cached_property
    def held(self) -> tuple[str, str]:
        """Which release answers, and the moment at which it was built."""
        if self.service is None:
            return self.view.identifier, str(self.view.manifest["built"])
        from stanagraph.graph.elsewhere import held
        from stanagraph.graph.remote import RemoteStore

        found = held(RemoteStore(self.service))
        return found.identifier, found.built

    @property
    def identifier(self) -> str:
        """Which release answers."""
        return self.held[0]

    @cached_property
    def store(self) -> Store:
        """The store that answers: that of the view, or one on another machine."""
        if self.service is None:
            return self.view.open()
        for name, given in (("--release", self._wanted), ("--audience", self.audience != PUBLIC)):
            if given:
                raise BadArgument(name, CHOSEN)
        from stanagraph.graph.remote import RemoteStore

        self.held  # noqa: B018 - one that is being filled does not answer
        return RemoteStore(self.service)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The reports."""
        return Catalogue()

    @cached_property
    def labels(self) -> Labels:
        """The names by which things are shown."""
        return Labels(self.store, self.language)

    def ask(self, query: str, **arguments: str | None) -> Answer:
        """The answer of one report; arguments that are None are left out, `klass` stands for `class`."""
        given = {name.replace("klass", "class"): value for name, value in arguments.items() if value}
        return self.catalogue.ask(self.store, query, given)

    def learn(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Look up the labels of all things in these rows at once."""
        self.labels.learn({cell.value for row in rows for cell in row.values() if isinstance(cell, ox.NamedNode)})

    def show(self, answer: Answer, form: Format, draw: Callable[[Answer], RenderableType | None]) -> None:
        """Write an answer in the form that was asked for; `draw` makes the table."""
        if form is Format.table:
            self.learn(answer.records())
            if (drawn := draw(answer)) is not None:
                self.print(drawn)
            return
        from .. import formats

        if form is Format.json:
            self.json(formats.as_json(answer, self.language, self.identifier))
        else:
            self.write(formats.as_csv(answer) if form is Format.csv else formats.as_turtle(answer))

    def print(self, shown: RenderableType = "", *, whole: bool = False) -> None:
        """Write text, a table or a tree without blanks at the ends of lines; `whole` never breaks a line."""
        with self.console.capture() as captured:
            self.console.print(shown, soft_wrap=whole)
        self.write("\n".join(line.rstrip() for line in captured.get().split("\n")))

    def json(self, value: Any) -> None:
        """Write one JSON document."""
        import json

        self.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def write(self, text: str) -> None:
        """Write text as it is."""
        sys.stdout.write(text)


def outdated(release: Release) -> bool:
    """Whether a file that the release was made from has another content now."""
    for name, digest in release.manifest.get("inputs", {}).items():
        place, _, rest = name.partition("/")
        try:
            if hashlib.sha256((folder(place) / rest).read_bytes()).hexdigest() != digest:
                return True
        except OSError:
            return True
    return False


def session_of(ctx: typer.Context) -> Session:
    """The session of a command; raises BadArgument where one that keeps the workspace is sent to another machine."""
    session = ctx.find_object(Session)
    if session is None:
        raise LookupError("the root of the command line makes the session")
    if session.where not in (None, "", "here") and ctx.find_root().invoked_subcommand in KEEPING:
        raise BadArgument("--store", ELSEWHERE)
    return session


def later(session: Session, as_of: str | None, form: Format) -> None:
    """Say under a table that was asked for as of a date what was left out."""
    if as_of and form is Format.table:
        session.print(Text(session.words(LATER), style="dim"))
