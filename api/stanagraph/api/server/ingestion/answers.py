"""The answer to a request that waits for a job: its result, or the problem; who leaves ends the job."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from .. import problems
from ..access import Caller
from ..jobs import Job, Jobs
from ..jobs.log import ENDED
from ..representations import as_json
from ..sparql.answering import nobody

_STEP = 0.1


def _marked(request: Request, job: Job) -> dict[str, str]:
    """Where the workbook is that was sent, with what is wrong marked in it."""
    root = request.scope.get("root_path", "")
    return {"Link": f'<{root}/v1/jobs/{job.id}/marked>; rel="related"'} if job.marked else {}


async def waited_for(request: Request, jobs: Jobs, job: Job, caller: Caller) -> Response:
    """What has come of a job when it ends."""
    try:
        while job.state not in ENDED:
            if await request.is_disconnected():
                await run_in_threadpool(jobs.cancel, job.id, caller)
                return nobody()
            await asyncio.sleep(_STEP)
            job = await run_in_threadpool(jobs.get, job.id, caller)
    except asyncio.CancelledError:
        jobs.cancel(job.id, caller)
        raise
    told = job.events[-1]
    if job.state == "done":
        response = as_json(told["result"])
        response.headers["Cache-Control"] = "no-store"
        return response
    problem = told["problem"]
    found = problems.Problem(
        problem["status"], problem["code"], problem["detail"], problem.get("errors", ()),
        problem.get("suggestions", ()), {**problems.retry(problem["status"]), **_marked(request, job)},
    )  # fmt: skip
    return problems.respond(request, found)
