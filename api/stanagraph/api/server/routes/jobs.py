"""What has become of work that was asked for before; only for who asked."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from ..access import Caller, caller_of
from ..access.caller import needs
from ..checks.asked import WORKBOOK
from ..jobs.log import ENDED, Job
from ..jobs.running import Runner
from ..representations import as_json

router = APIRouter()
Identifier = Annotated[str, Path(max_length=64, description="identifier of a job")]
_STEP = 0.2
# For which an answer waits for a job to end.
_PATIENCE = 5.0


@router.get("/v1/jobs/{id}", tags=["jobs"], operation_id="job", response_class=Response)
def job(request: Request, id: Identifier) -> Response:
    """Whether a job waits, runs, is done or has failed, how far it is, and what came of it.

    A job is seen by the caller who began it and by nobody else; one that nobody known began, by who knows its
    identifier.
    """
    found = _get(request, id)
    response = as_json(found.as_json(request.scope.get("root_path", "")))
    response.headers["Cache-Control"] = "no-store"
    if found.state not in ENDED:
        response.headers["Retry-After"] = "1"
    return response


@router.delete("/v1/jobs/{id}", tags=["jobs"], operation_id="jobCancel", response_class=Response)
async def cancel(request: Request, id: Identifier) -> Response:
    """End a job: what it has done so far is undone, and its processes are gone.

    The answer is the job as it has become: `cancelled`, or with 202 not yet. A job that has ended already, or is just
    making its release current, is not cancelled any more, and says how it ended.
    """
    runner: Runner = request.app.state.jobs
    found = await run_in_threadpool(runner.jobs.cancel, id, caller_of(request))
    until = time.monotonic() + _PATIENCE
    while found.state not in ENDED and time.monotonic() < until:
        await asyncio.sleep(_STEP / 4)
        found = await run_in_threadpool(_get, request, id)
    response = as_json(found.as_json(request.scope.get("root_path", "")))
    response.status_code = 200 if found.state in ENDED else 202
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/v1/jobs/{id}/events", tags=["jobs"], operation_id="jobEvents", response_class=Response)
async def events(
    request: Request,
    id: Identifier,
    after: Annotated[
        str | None,
        Header(alias="Last-Event-ID", max_length=20, description="number of the last event that the client has"),
    ] = None,
) -> Response:
    """What happens to a job, as it happens: server-sent events, from the beginning or after the last that is known.

    Each event is called by the state of the job (`running`, `done`, `failed`, `cancelled`) and has the time, the
    progress, the result or the problem. The stream ends with the job.
    """
    from sse_starlette import EventSourceResponse

    found = await run_in_threadpool(_get, request, id)
    seen = int(after) if after and after.isascii() and after.isdigit() else 0
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventSourceResponse(_followed(request, found, seen), headers=headers, ping=15, send_timeout=30)


async def _followed(request: Request, found: Job, seen: int) -> AsyncIterator[dict[str, Any]]:
    while True:
        for number, event in enumerate(found.events[seen:], seen + 1):
            yield {"id": str(number), "event": event["state"], "data": json.dumps(event, ensure_ascii=False)}
        seen = max(seen, len(found.events))
        if found.state in ENDED or await request.is_disconnected():
            return
        await asyncio.sleep(_STEP)
        found = await run_in_threadpool(_get, request, found.id)


@router.get("/v1/jobs/{id}/marked", tags=["jobs"], operation_id="jobMarked", response_class=Response)
def marked(request: Request, id: Identifier, caller: Annotated[Caller, needs("ingest")]) -> Response:
    """The workbook that was sent, with every cell that cannot be used marked and explained: of a failed `ingest`.

    Only for who sent it, as long as it is kept.
    """
    runner: Runner = request.app.state.jobs
    body = runner.jobs.marked(_get(request, id))
    disposition = f'attachment; filename="stanagraph-marked-{id[:8]}.xlsx"'
    return Response(
        body, media_type=WORKBOOK, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )


def _get(request: Request, identifier: str) -> Job:
    runner: Runner = request.app.state.jobs
    return runner.jobs.get(identifier, caller_of(request))
