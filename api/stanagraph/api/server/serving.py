"""The release that a process serves: opened once, and anew when another one becomes current."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import pyoxigraph as ox
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from stanagraph.graph.bench import Bench
from stanagraph.graph.catalogue import Answer, Catalogue
from stanagraph.graph.errors import AudienceNotFound, ReleaseError, StanagraphError
from stanagraph.graph.labels import PUBLIC
from stanagraph.graph.names import term
from stanagraph.graph.releases import Releases, Switch, View
from stanagraph.graph.verdicts import Verdict, explain

from .access import caller_of
from .elsewhere import Elsewhere
from .operations import metrics
from .remembered import Remembered

_LOG = logging.getLogger(__name__)
_REMEMBERED = 64
# Cells of all answers that are kept together: about a hundred bytes each.
_CELLS = 1_000_000
_JUDGES = 2
_PATIENCE = 10.0
_AGAIN = 5.0
T = TypeVar("T")


class Busy(StanagraphError):
    """As many verdicts are being worked out as the service does at once; try again shortly."""

    status = 503
    problem = "busy"


class Serving:
    """One open release, with the answers that were asked of it last."""

    def __init__(self, view: View, elsewhere: Elsewhere | None = None) -> None:
        self.view, self._elsewhere = view, elsewhere
        self.identifier = view.identifier
        self.store = view.open()
        self.catalogue = Catalogue()
        self.remembered = Remembered()
        # Requirements packages, and pairs that the release does not hold, take memory and time.
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

    @cached_property
    def bench(self) -> Bench:
        """Where what the release does not hold is judged: pairs that no report needs, and described types."""
        return Bench(self.store)

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
        query = self.catalogue[report]
        text, table = query.bound(dict(arguments), self.store), None
        if self._elsewhere is not None:
            table = self._elsewhere.select(self.identifier, text, query.columns)
        table = query.told(table) if table is not None else self.store.answer(text)
        return Answer(query, self.store, table.columns, table.rows)

    def _explain(self, equipment: ox.NamedNode, munition: ox.NamedNode) -> Verdict:
        with self.judging():
            return explain(self.store, equipment, munition, self.bench)

    @contextmanager
    def judging(self) -> Iterator[None]:
        """A turn at work that takes memory and time; raises Busy where none comes in time."""
        if not self._judges.acquire(timeout=_PATIENCE):
            raise Busy("too many verdicts are being worked out at once")
        try:
            yield
        finally:
            self._judges.release()


def _size(answer: Answer) -> int:
    return len(answer.rows) * len(answer.columns)


class Current:
    """The current release for each audience, opened when it is first asked for and whenever the switch has moved.

    Who asks first after a switch opens the new release; whoever asks meanwhile is answered from the one before.
    """

    def __init__(self, releases: Releases, elsewhere: Elsewhere | None = None) -> None:
        self.releases, self._elsewhere = releases, elsewhere
        self._opening: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        # For each audience what is open, and how the switch looked when it was opened.
        self._open: dict[str, tuple[Serving, Switch]] = {}
        # How the switch looked when opening failed, and when.
        self._failed: dict[str, tuple[Switch, float]] = {}

    def newest(self, audience: str = PUBLIC) -> Serving | None:
        """What is open, if it is what the switch points at; nothing is opened for it."""
        found = self._open.get(audience)
        return found[0] if found is not None and found[1] == self.releases.switch() else None

    def get(self, audience: str = PUBLIC) -> Serving:
        """What an audience sees of the current release. If the newest cannot be read, the last good one answers."""
        last, switch = self._open.get(audience), self.releases.switch()
        if last is not None and (last[1] == switch or self._just_failed(audience, switch)):
            return last[0]
        opening = self._of(audience)
        if not opening.acquire(blocking=last is None):
            return last[0] if last is not None else self.get(audience)
        try:
            return self._opened(audience, switch)
        except (ReleaseError, OSError):
            self._failed[audience] = (switch, time.monotonic())
            metrics.NOT_OPENED.inc()
            if last is None:
                raise
            _LOG.exception("the current release cannot be opened; %s goes on answering", last[0].identifier)
            return last[0]
        finally:
            opening.release()

    def _opened(self, audience: str, switch: Switch) -> Serving:
        found = self._open.get(audience)
        if found is not None and found[1] == switch:
            return found[0]  # somebody else has opened it while we waited
        view = self.releases.current().view(audience)
        # Another release may hold the same for this audience: then nothing has changed for it.
        if found is not None and found[0].identifier == view.identifier:
            served = found[0]
        else:
            served = Serving(view, self._elsewhere)
            metrics.OPENED.inc()
            _LOG.info("release %s is open", view.identifier)
        self._open[audience] = (served, switch)
        return served

    def _just_failed(self, audience: str, switch: Switch) -> bool:
        failed = self._failed.get(audience)
        return failed is not None and failed[0] == switch and time.monotonic() - failed[1] < _AGAIN

    def _of(self, audience: str) -> threading.Lock:
        with self._lock:
            return self._opening.setdefault(audience, threading.Lock())


def serving(request: Request) -> Serving:
    """What the caller of this request sees of the current release."""
    current: Current = request.app.state.current
    try:
        found = current.get(caller_of(request).audience)
    except AudienceNotFound:
        # Which audiences there are is nobody's business.
        raise ReleaseError("no release can answer this caller") from None
    # For the log, and the audit log.
    request.state.release = found.identifier
    return found


async def serving_soon(request: Request) -> Serving:
    """The same for who must not hold up others: at once where it is open, else by a thread that opens it."""
    current: Current = request.app.state.current
    if current.newest(caller_of(request).audience) is not None:
        return serving(request)
    return await run_in_threadpool(serving, request)
