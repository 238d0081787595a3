"""SPARQL over the current release, read-only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ..sparql import sparql_of

router = APIRouter(tags=["sparql"], default_response_class=Response)
# What a request says is read from it as it came: the protocol decides what is given twice, and in which encoding. These
# describe it.
Asked = Annotated[str | None, Query(description="a query of SPARQL 1.1; without one the service describes itself")]
Default = Annotated[
    list[str] | None, Query(alias="default-graph-uri", description="graphs that make up the default graph")
]
Named = Annotated[list[str] | None, Query(alias="named-graph-uri", description="graphs that may be named")]


@router.get("/sparql", operation_id="sparqlGet")
async def query_by_get(request: Request, query: Asked = None, default: Default = None, named: Named = None) -> Response:
    """A query of SPARQL 1.1 over what the caller sees of the current release, or what the service says of itself.

    Nothing can be changed, and nothing is read from elsewhere: `SERVICE`, `LOAD` and `FROM` of anything outside are
    refused. Each query has limits on time, memory, rows and bytes. The union of all graphs is the default graph unless
    the request or the query chooses some.
    """
    return await sparql_of(request).query_release(request)


@router.post("/sparql", operation_id="sparqlPost")
async def query_by_post(request: Request, default: Default = None, named: Named = None) -> Response:
    """The same for a query that is long: as the body, or as `query` of a form."""
    return await sparql_of(request).query_release(request)
