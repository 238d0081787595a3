"""SPARQL over the mutable copy of a scenario: query, update, graphs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response

from ..sparql.scenarios import ScenarioStore
from .sparql import Asked, Default, Named

router = APIRouter(prefix="/v1/scenarios/{scenario}", tags=["sparql"], default_response_class=Response)
Scenario = Annotated[str, Path(max_length=200, description="the identifier of a scenario of the caller")]
# Read from the request itself, too.
Graph = Annotated[str | None, Query(description="the IRI of a graph")]
IsDefault = Annotated[
    str | None, Query(alias="default", description="the default graph, in place of `graph`; needs no value")
]
Match = Annotated[
    str | None, Header(alias="If-Match", description="only if the graph is in this state: its ETag, or `*` for any")
]
NoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="only if it is in no such state; `*`: if it is not there")
]


@router.get("/copy", operation_id="copy")
async def copy(request: Request, scenario: Scenario) -> Response:
    """Of which release the copy was made, and whether release and scenario are still the same."""
    return await (await ScenarioStore.of(request, scenario)).described()


@router.delete("/copy", operation_id="copyForget")
async def discard(request: Request, scenario: Scenario) -> Response:
    """Forget the copy with all that was done to it; the next request makes a new one."""
    return await (await ScenarioStore.of(request, scenario)).discard()


@router.get("/sparql", operation_id="copySparqlGet")
async def query_by_get(
    request: Request, scenario: Scenario, query: Asked = None, default: Default = None, named: Named = None
) -> Response:
    """A query over the private copy of the release that the owner of a scenario has, which the first request makes."""
    return await (await ScenarioStore.of(request, scenario)).query()


@router.post("/sparql", operation_id="copySparqlPost")
async def query_by_post(request: Request, scenario: Scenario, default: Default = None, named: Named = None) -> Response:
    """The same for a query that is long: as the body, or as `query` of a form."""
    return await (await ScenarioStore.of(request, scenario)).query()


@router.post("/update", operation_id="copyUpdate")
async def update(
    request: Request,
    scenario: Scenario,
    using: Annotated[
        list[str] | None, Query(alias="using-graph-uri", description="graphs that make up the default graph")
    ] = None,
    named: Annotated[
        list[str] | None, Query(alias="using-named-graph-uri", description="graphs that may be named")
    ] = None,
) -> Response:
    """An update of the copy, as the body or as `update` of a form: all of it is done, or nothing."""
    return await (await ScenarioStore.of(request, scenario)).update()


@router.get("/graphs", operation_id="graph")
@router.get("/graphs/{path:path}", include_in_schema=False)
async def read(
    request: Request,
    scenario: Scenario,
    graph: Graph = None,
    default: IsDefault = None,
    match: Match = None,
    none_match: NoneMatch = None,
) -> Response:
    """One graph of the copy (Graph Store Protocol), with an `ETag` that tells its state."""
    return await (await ScenarioStore.of(request, scenario)).read(_below(request))


@router.put("/graphs", operation_id="graphPut")
@router.put("/graphs/{path:path}", include_in_schema=False)
async def replace(
    request: Request,
    scenario: Scenario,
    graph: Graph = None,
    default: IsDefault = None,
    match: Match = None,
    none_match: NoneMatch = None,
) -> Response:
    """A document in the place of a graph."""
    return await (await ScenarioStore.of(request, scenario)).write(_below(request), replace=True)


@router.post("/graphs", operation_id="graphPost")
@router.post("/graphs/{path:path}", include_in_schema=False)
async def add(
    request: Request,
    scenario: Scenario,
    graph: Graph = None,
    default: IsDefault = None,
    match: Match = None,
    none_match: NoneMatch = None,
) -> Response:
    """Documents into a graph; without `graph` and `default` into a new one, which `Location` names."""
    return await (await ScenarioStore.of(request, scenario)).write(_below(request), replace=False)


@router.delete("/graphs", operation_id="graphForget")
@router.delete("/graphs/{path:path}", include_in_schema=False)
async def remove(
    request: Request,
    scenario: Scenario,
    graph: Graph = None,
    default: IsDefault = None,
    match: Match = None,
    none_match: NoneMatch = None,
) -> Response:
    """A graph away; the default graph is emptied."""
    return await (await ScenarioStore.of(request, scenario)).remove(_below(request))


def _below(request: Request) -> str:
    """What stands behind /graphs/ in the address: a graph by its own address."""
    return str(request.path_params.get("path", ""))
