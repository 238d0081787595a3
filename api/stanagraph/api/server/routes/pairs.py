"""What one nation can fire from another's stocks: the verdict on each pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pyoxigraph import NamedNode

from stanagraph.graph.names import key_of, thing

from ..lists import respond_with_list
from ..parameters import PairParameters
from ..serving import serving

router = APIRouter()


@router.get("/v1/pairs", tags=["verdicts"], operation_id="pairs", response_class=Response)
def pairs(request: Request, parameters: Annotated[PairParameters, Query()]) -> Response:
    """What one nation can fire from another nation's stocks, and with which restriction.

    Each item has the IRI of its verdict; `/v1/verdicts` gives that with all its evidence.
    """
    return respond_with_list(request, serving(request), "pairs", parameters, _iri)


def _iri(record: Mapping[str, Any]) -> NamedNode:
    return thing("verdict", f"{key_of(record['equipment'].value)}/{key_of(record['munition'].value)}")
