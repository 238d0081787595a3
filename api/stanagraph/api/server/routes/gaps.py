"""The list of gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pyoxigraph import NamedNode

from ..lists import respond_with_list
from ..pages import gaps_page
from ..parameters import GapParameters
from ..serving import serving

router = APIRouter()


@router.get("/v1/gaps", tags=["gaps"], operation_id="gaps", response_class=Response)
def gaps(request: Request, parameters: Annotated[GapParameters, Query()]) -> Response:
    """Where interchangeability fails, why, and what would mend it, ranked by the pairs that each gap blocks.

    Gaps of the cause `not-known` are those that nobody has told about; they are no statement that something fails.
    """
    return respond_with_list(request, serving(request), "gaps", parameters, _iri, gaps_page)


def _iri(record: Mapping[str, Any]) -> NamedNode:
    return NamedNode(record["gap"].value)
