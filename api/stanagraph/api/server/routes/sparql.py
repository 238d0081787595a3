"""SPARQL over the current release, read-only."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..sparql import sparql_of

router = APIRouter()


@router.api_route("/sparql", methods=["GET", "POST"], include_in_schema=False, response_class=Response)
async def sparql(request: Request) -> Response:
    """A query of SPARQL 1.1, or without one what the service says of itself."""
    return await sparql_of(request).query_release(request)
