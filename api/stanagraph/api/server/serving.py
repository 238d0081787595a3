"""The release that a process serves: opened once, and anew when another one becomes current."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import pyoxigraph as ox
from fastapi import Request

from stanagraph.graph.catalogue import Answer, Catalogue
from stanagraph.graph.errors import ReleaseError, StanagraphError
from stanagraph.graph.labels import PUBLIC
from stanagraph.graph.names import term
from stanagraph.graph.releases import Releases, View
from stanagraph.graph.verdicts import Verdict, explain

from .access import caller_of

_LOG = logging.getLogger(__name__)
_REMEMBERED = 64
# Cells of all answers that are kept together: about a hundred bytes each.
_CELLS = 1_000_000
_JUDGES = 2
_PATIENCE = 10.0
T = TypeVar("T")


class Busy(StanagraphError):
    """As many verdicts are being worked out as the service does at once; try again shortly."""

    status = 503
    problem = "busy"


class Serving:
    """One open release, with the answers that were asked of it last."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.identifier = view.identifier
        self.store = view.open()
        self.catalogue = Catalogue()
        # A pair that the release does not hold is judged over a copy of its facts, which takes memory and time.
        self._judges = threading.BoundedSemaphore(_JUDGES)
        self._answers: OrderedDict[tuple[str, tuple[tuple[str, str], ...]], Answer] = OrderedDict()
        self._answering = threading.Lock()
        self._kept: dict[str, Any] = {}
        self._keeping = threading.RLock()
        self._verdict = lru_cache(_REMEMBERED)(self._explain)

    def ask(self, report: str, arguments: Iterable[tuple[str, str]] = ()) -> Answer:
        """The whole answer of one report. Those that were asked for last are kept, as far as they are not too large."""
        key = (report, tuple(sorted(arguments)))
        with self._answering:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        found = self._ask(*key)
        with self._answering:
            self._answers[key] = found
            while len(self._answers) > _REMEMBERED or sum(map(_size, self._answers.values())) > _CELLS:
                self._answers.popitem(last=False)
        return found

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What `make` made of this release when it was first asked for under this name."""
        if name not in self._kept:
            with self._keeping:
                if name not in self._kept:
                    self._kept[name] = make()
        found: T = self._kept[name]
        return found

    def pair(self, equipment: str, munition: str) -> tuple[ox.NamedNode, ox.NamedNode]:
        """The equipment, and the munition or interface, that a person means by these names."""
        parameters = self.catalogue["evidence"].parameters
        bound = [
            parameters[name].bind(text, self.store) for name, text in (("equipment", equipment), ("munition", munition))
        ]
        return ox.NamedNode(bound[0].value), ox.NamedNode(bound[1].value)

    def explain(self, equipment: ox.NamedNode, munition: ox.NamedNode) -> Verdict:
        """The verdict on a pair, with its evidence."""
        return self._verdict(equipment, munition)

    @cached_property
    def newest(self) -> str:
        """When the newest source was captured, to the day or month: the date that the whole release is as of."""
        rows = self.store.select(f"SELECT (MAX(STR(?on)) AS ?newest) {{ ?source {term('capturedOn')} ?on }}").rows
        newest = rows[0][0] if rows else None
        return newest.value if isinstance(newest, ox.Literal) else str(self.view.manifest["built"])[:10]

    def _ask(self, report: str, arguments: tuple[tuple[str, str], ...]) -> Answer:
        return self.catalogue.ask(self.store, report, dict(arguments))

    def _explain(self, equipment: ox.NamedNode, munition: ox.NamedNode) -> Verdict:
        with self._judging():
            return explain(self.store, equipment, munition)

    @contextmanager
    def _judging(self) -> Iterator[None]:
        if not self._judges.acquire(timeout=_PATIENCE):
            raise Busy("too many verdicts are being worked out at once")
        try:
            yield
        finally:
            self._judges.release()


def _size(answer: Answer) -> int:
    return len(answer.rows) * len(answer.columns)


class Current:
    """The current release for each audience, opened when it is first asked for and whenever the switch has moved."""

    def __init__(self, releases: Releases) -> None:
        self.releases = releases
        self._lock = threading.Lock()
        self._open: dict[str, Serving] = {}
        # For each audience the release that the switch pointed at when it was looked at last.
        self._seen: dict[str, str] = {}

    def get(self, audience: str = PUBLIC) -> Serving:
        """What an audience sees of the current release. If the newest cannot be read, the last good one answers."""
        last = self._open.get(audience)
        try:
            release = self.releases.current()
            if last is not None and self._seen[audience] == release.identifier:
                return last
            with self._lock:
                view = release.view(audience)
                found = self._open.get(audience)
                # Another release may hold the same for this audience: then nothing has changed for it.
                if found is None or found.identifier != view.identifier:
                    found = self._open[audience] = Serving(view)
                self._seen[audience] = release.identifier
                return found
        except ReleaseError:
            if last is None:
                raise
            _LOG.exception("the current release cannot be opened; %s goes on answering", last.identifier)
            return last


def serving(request: Request) -> Serving:
    """What the caller of this request sees of the current release."""
    current: Current = request.app.state.current
    return current.get(caller_of(request).audience)
