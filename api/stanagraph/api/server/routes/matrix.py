"""The nation-by-nation matrix of one munition class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pyoxigraph import NamedNode

from stanagraph.graph.names import key_of, thing

from ..lists import respond_with_list
from ..pages import matrix_page
from ..parameters import MatrixParameters
from ..serving import serving

router = APIRouter()


@router.get("/v1/matrix", tags=["matrix"], operation_id="matrix", response_class=Response)
def matrix(request: Request, parameters: Annotated[MatrixParameters, Query()]) -> Response:
    """How much of each nation's munitions of a class each other nation's equipment can use.

    `lower` is the share of pairs that are surely compatible, `upper` the share that may be, once what is not known
    is known. A pair of nations that is not listed has no pair of equipment and munition to judge.
    With `asOf` the cells count what was held on that day, and `undated` what cannot be told of it.
    """
    if parameters.asOf:
        return respond_with_list(request, serving(request), "matrix-as-of", parameters, _iri)
    return respond_with_list(request, serving(request), "matrix", parameters, _iri, matrix_page)


def _iri(record: Mapping[str, Any]) -> NamedNode:
    return thing("matrix-cell", "/".join(key_of(record[name].value) for name in ("class", "using", "providing")))
