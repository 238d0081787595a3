"""The overview page: the matrix and the gaps of one munition class."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ..negotiation import HTML, negotiate
from ..pages import overview_page
from ..parameters import PageParameters
from ..representations import as_page, respond
from ..serving import serving

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=Response)
def overview(request: Request, parameters: Annotated[PageParameters, Query()]) -> Response:
    """The matrix and the gaps, for people."""
    open_release = serving(request)
    wanted = negotiate(request.headers, (HTML,), None, parameters.lang)
    return respond(
        request,
        open_release,
        wanted,
        lambda: as_page(overview_page(request, open_release, wanted.language, parameters)),
    )
