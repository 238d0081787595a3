"""The documentation of the service: drawn here, from the OpenAPI document, without anything from the network."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request, Response

from stanagraph.graph.errors import ReleaseError

from ..negotiation import HTML, negotiate
from ..rendering import render
from ..representations import as_page
from ..serving import serving

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=Response)
def documentation(request: Request) -> Response:
    """Every operation with its parameters, its answers and an example that can be tried."""
    wanted = negotiate(request.headers, (HTML,), None, request.query_params.get("lang"))
    app: FastAPI = request.app
    try:
        open_release = serving(request)
    except ReleaseError:
        open_release = None  # the documentation can be read before there is anything to ask
    return as_page(render("docs.html", request, wanted.language, serving=open_release, document=app.openapi()))
