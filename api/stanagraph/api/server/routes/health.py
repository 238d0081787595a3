"""Whether the service can answer."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..representations import as_json
from ..serving import serving

router = APIRouter()


@router.get("/healthz", tags=["service"], operation_id="health", response_class=Response)
def health(request: Request) -> Response:
    """Whether a release is open, and which; a problem with status 503 when there is none."""
    response = as_json({"status": "ok", "release": serving(request).identifier})
    response.headers["Cache-Control"] = "no-store"
    return response
