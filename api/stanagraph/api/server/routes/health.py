"""Whether the service lives, whether it can answer, and its numbers. They answer even when every thread is taken."""

from __future__ import annotations

from functools import cache

import anyio.to_thread
from fastapi import APIRouter, Request, Response

from stanagraph.graph.labels import PUBLIC

from ..access import Forbidden, NotAuthenticated, caller_of
from ..operations import metrics
from ..operations.draining import BEGUN, Draining
from ..representations import as_json
from ..serving import Current, Serving
from ..settings import ServiceSettings

router = APIRouter()
_FRESH = {"Cache-Control": "no-store"}


@router.get("/healthz", tags=["service"], operation_id="health", response_class=Response)
async def health(request: Request) -> Response:
    """Whether a release is open, and which; a problem with status 503 when there is none."""
    response = as_json({"status": "ok", "release": (await _public(request)).identifier})
    response.headers.update(_FRESH)
    return response


@router.get("/readyz", include_in_schema=False, response_class=Response)
async def ready(request: Request) -> Response:
    """Whether requests may be sent here: the current release is open, and it is the newest that there is.

    A problem with status 503 when there is none, or when this process is about to end.
    """
    if BEGUN.is_set():
        raise Draining
    current: Current = request.app.state.current
    found = await _public(request)
    response = as_json({"status": "ready", "release": found.identifier, "newest": current.newest(PUBLIC) is not None})
    response.headers.update(_FRESH)
    return response


@router.get("/metrics", include_in_schema=False, response_class=Response)
def numbers(request: Request) -> Response:
    """All numbers in the format of Prometheus, for who may see them."""
    settings: ServiceSettings = request.app.state.settings
    caller = caller_of(request)
    if settings.metrics.access == "off" or (settings.metrics.access == "admin" and "admin" not in caller.scopes):
        if caller.known:
            raise Forbidden("admin")
        raise NotAuthenticated("this needs a caller with the scope admin")
    return Response(metrics.written(), headers={"Content-Type": metrics.MEDIA, **_FRESH})


async def _public(request: Request) -> Serving:
    """The current release as everybody sees it: at once where it is open, else by a thread that opens it."""
    current: Current = request.app.state.current
    found = current.newest(PUBLIC)
    if found is not None:
        return found
    # On threads of its own: all others may be taken.
    return await anyio.to_thread.run_sync(current.get, PUBLIC, limiter=_threads())


@cache
def _threads() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(2)
