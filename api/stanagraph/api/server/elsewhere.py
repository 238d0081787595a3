"""Questions put to a store on another machine, as long as it answers in time and holds what is served here.

The release here answers in its place otherwise, so that a store that is slow, gone or wrong costs time and no answer.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from stanagraph.graph.elsewhere import held, service_of
from stanagraph.graph.errors import StoreFailed
from stanagraph.graph.remote import RemoteStore, Service
from stanagraph.graph.store import Table
from stanagraph.graph.workspace import Settings

from .operations import metrics

_LOG = logging.getLogger(__name__)
_AGAIN = 30.0


class Elsewhere:
    """A store on another machine. After it has not answered it is left alone for a while."""

    def __init__(self, service: Service, seconds: float) -> None:
        self._store = RemoteStore(replace(service, seconds=min(service.seconds, seconds)))
        self._rests_until = 0.0

    @classmethod
    def of(cls, settings: Settings, seconds: float) -> Elsewhere | None:
        """The store that the settings name, with so many seconds for each exchange; None where they name none."""
        service = service_of(settings)
        return cls(service, seconds) if service is not None else None

    def select(self, identifier: str, query: str, columns: tuple[str, ...]) -> Table | None:
        """The answer of that store from this release; None where the release here has to answer.

        It may be filled with another release meanwhile, and is asked before and after which one it holds.
        """
        if time.monotonic() < self._rests_until:
            return None
        try:
            if held(self._store).identifier == identifier:
                found = self._store.select(query)
                if found.columns != columns:
                    raise self._store.failed("it answered another question")
                if held(self._store).identifier == identifier:
                    metrics.ELSEWHERE.labels("answered").inc()
                    return found
            metrics.ELSEWHERE.labels("other-release").inc()
        except StoreFailed as failed:
            _LOG.warning("the store elsewhere did not answer: %s", failed)
            metrics.ELSEWHERE.labels("failed").inc()
        self._rests_until = time.monotonic() + _AGAIN
        return None
