"""Whether a request wants its answer later (RFC 7240), and what it gets meanwhile."""

from __future__ import annotations

from fastapi import Request, Response

from ..representations import as_json
from .log import Job


def wants_to_wait(prefer: str | None) -> bool:
    """Whether `Prefer` asks not to be kept waiting."""
    wishes = {part.partition(";")[0].strip().lower() for part in (prefer or "").split(",")}
    return "respond-async" in wishes


def accepted(request: Request, job: Job) -> Response:
    """202, with the address of the job."""
    told = job.as_json(request.scope.get("root_path", ""))
    response = as_json(told)
    response.status_code = 202
    response.headers.update(
        {
            "Location": told["links"]["self"],
            "Preference-Applied": "respond-async",
            "Retry-After": "1",
            "Cache-Control": "no-store",
        }
    )
    return response
