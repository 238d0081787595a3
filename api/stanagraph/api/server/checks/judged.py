"""From descriptions to reports: a few at a time, and no further when the client has left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pyoxigraph as ox
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from ...conformance.demands import target
from ...conformance.description import Description, Level
from ...conformance.names import Names
from ...conformance.report import Report, check
from ..access import caller_of
from ..serving import Serving
from ..sparql.answering import ClientLeft
from ..sparql.turns import Turns
from .asked import Sent, descriptions_of, forms_of
from .kept import Kept
from .settings import CheckSettings


class Checks:
    """What the application knows of checks."""

    def __init__(self, home: Path, settings: CheckSettings) -> None:
        self.settings = settings
        self.kept = Kept(home, settings.kept, settings.kept_megabytes)
        self._turns = Turns(settings.at_once, settings.waiting)

    async def reports(
        self, request: Request, open_release: Serving, documents: list[Sent], against: str, asked: Level
    ) -> tuple[list[Report], bool]:
        """The reports on all that was sent, and whether they are kept; raises what is wrong with a request."""
        wanted: ox.NamedNode = await run_in_threadpool(target, open_release.store, against)
        names = open_release.kept("names of descriptions", lambda: Names(open_release.store))
        async with self._turn():
            forms = await run_in_threadpool(forms_of, documents, self.settings)
            descriptions = await run_in_threadpool(descriptions_of, forms, names)
        found, kept = [], True
        for description in descriptions:
            if await request.is_disconnected():
                raise ClientLeft
            async with self._turn():
                judged = partial(self._judged, open_release, wanted, asked, names)
                found.append(await run_in_threadpool(judged, description))
            kept = await run_in_threadpool(self.kept.put, caller_of(request).audience, found[-1]) and kept
        return found, kept

    @staticmethod
    def _judged(
        open_release: Serving, wanted: ox.NamedNode, asked: Level, names: Names, description: Description
    ) -> Report:
        made = str(open_release.view.manifest["built"])
        return check(open_release.store, open_release.identifier, made, description, wanted, asked, names)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        await self._turns.take(self.settings.patience_seconds)
        try:
            yield
        finally:
            self._turns.give()
