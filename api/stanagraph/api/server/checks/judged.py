"""From descriptions to reports: a few at a time, and no further when the client has left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from stanagraph.graph.errors import StanagraphError

from ...conformance.demands import target
from ...conformance.description import Description, Level
from ...conformance.prepared import Prepared
from ...conformance.report import Report, check
from ..access import caller_of
from ..jobs import Progress, Work
from ..serving import Serving
from ..sparql.answering import ClientLeft
from ..sparql.turns import Turns
from .asked import Sent, descriptions_of, forms_of
from .kept import Kept
from .settings import CheckSettings


class NotKept(StanagraphError):
    """The reports cannot be kept now."""

    status = 503
    problem = "not-kept"

    def __init__(self) -> None:
        super().__init__("the report cannot be kept now; ask for it without respond-async")


@dataclass(frozen=True)
class Question:
    """One description, what it is judged against, and by what."""

    open_release: Serving
    description: Description
    against: ox.NamedNode
    confidence: Level
    prepared: Prepared
    works_with: bool = True

    def report(self) -> Report:
        """The report on it."""
        it, made = self.open_release, str(self.open_release.view.manifest["built"])
        return check(
            it.store, it.identifier, made, self.description, self.against, self.confidence, self.prepared,
            works_with=self.works_with,
        )  # fmt: skip


def prepared_of(open_release: Serving) -> Prepared:
    """What checks need of a release as one audience sees it; all its checks share it."""
    return open_release.kept("checks", lambda: Prepared(open_release.store, open_release.bench))


def address_of(report: Report, root: str) -> str:
    """Where a report is, below the path under which the service is offered."""
    return f"{root}/v1/conformance-checks/{report.iri.rpartition('/')[2]}"


class Checks:
    """What the application knows of checks."""

    def __init__(self, home: Path, settings: CheckSettings) -> None:
        self.settings = settings
        self.kept = Kept(home, settings.kept, settings.kept_megabytes)
        self._turns = Turns(settings.at_once, settings.waiting)

    async def asked(
        self, open_release: Serving, documents: list[Sent], against: str, confidence: Level, *, works_with: bool
    ) -> list[Question]:
        """What is to be judged; raises what is wrong with it."""

        def understood() -> list[Question]:
            wanted = target(open_release.store, against)
            prepared = prepared_of(open_release)
            descriptions = descriptions_of(forms_of(documents, self.settings), prepared.names)
            return [Question(open_release, it, wanted, confidence, prepared, works_with) for it in descriptions]

        async with self._turn():
            return await run_in_threadpool(understood)

    async def answered(
        self, request: Request, questions: list[Question], write: Callable[[list[Report]], Response]
    ) -> tuple[Response, list[Report], bool]:
        """The reports, what is written of them, and whether they are kept; raises ClientLeft where nobody waits."""
        found: list[Report] = []
        kept = True
        audience = caller_of(request).audience

        def judged(question: Question) -> tuple[bool, Response | None]:
            found.append(question.report())
            stays = self.kept.put(audience, found[-1])
            # To go to another thread and back takes about as long as to write one report.
            return stays, write(found) if len(found) == len(questions) else None

        response = None
        for question in questions:
            # Whoever has just sent one is still there.
            if found and await request.is_disconnected():
                raise ClientLeft
            async with self._turn():
                stays, response = await run_in_threadpool(judged, question)
            kept = kept and stays
        assert response is not None, "there is at least one question"
        return response, found, kept

    def work(self, questions: list[Question], audience: str, root: str) -> Work:
        """The same as the work of a job: its result names the reports, which are kept."""

        def work(told: Progress) -> dict[str, Any]:
            items: list[dict[str, Any]] = []
            for question in questions:
                told(len(items), len(questions), question.description.id)
                report = question.report()
                if not self.kept.put(audience, report):
                    raise NotKept
                here = address_of(report, root)
                items.append(
                    {
                        "iri": report.iri,
                        "system": report.system.id,
                        "counts": dict(report.counts),
                        "links": {"self": here},
                    }
                )
            told(len(items), len(items), "")
            return {"items": items, "release": questions[0].open_release.identifier}

        return work

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        await self._turns.take(self.settings.patience_seconds)
        try:
            yield
        finally:
            self._turns.give()
