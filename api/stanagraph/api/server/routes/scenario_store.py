"""SPARQL over the mutable copy of a scenario: query, update, graphs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..sparql.scenarios import ScenarioStore

router = APIRouter(prefix="/v1/scenarios/{scenario}", include_in_schema=False, default_response_class=Response)


@router.get("/copy")
async def copy(request: Request, scenario: str) -> Response:
    """Of which release the copy was made."""
    return await (await ScenarioStore.of(request, scenario)).described()


@router.delete("/copy")
async def discard(request: Request, scenario: str) -> Response:
    """Forget the copy with all that was done to it."""
    return await (await ScenarioStore.of(request, scenario)).discard()


@router.api_route("/sparql", methods=["GET", "POST"])
async def query(request: Request, scenario: str) -> Response:
    """A query over the copy, or without one what the service says of itself."""
    return await (await ScenarioStore.of(request, scenario)).query()


@router.post("/update")
async def update(request: Request, scenario: str) -> Response:
    """An update of the copy."""
    return await (await ScenarioStore.of(request, scenario)).update()


@router.get("/graphs")
@router.get("/graphs/{path:path}")
async def read(request: Request, scenario: str, path: str = "") -> Response:
    """A graph of the copy."""
    return await (await ScenarioStore.of(request, scenario)).read(path)


@router.put("/graphs")
@router.put("/graphs/{path:path}")
async def replace(request: Request, scenario: str, path: str = "") -> Response:
    """A document in the place of a graph."""
    return await (await ScenarioStore.of(request, scenario)).write(path, replace=True)


@router.post("/graphs")
@router.post("/graphs/{path:path}")
async def add(request: Request, scenario: str, path: str = "") -> Response:
    """Documents into a graph, or into a new one."""
    return await (await ScenarioStore.of(request, scenario)).write(path, replace=False)


@router.delete("/graphs")
@router.delete("/graphs/{path:path}")
async def remove(request: Request, scenario: str, path: str = "") -> Response:
    """A graph away."""
    return await (await ScenarioStore.of(request, scenario)).remove(path)
