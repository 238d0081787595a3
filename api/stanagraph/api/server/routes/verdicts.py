"""The verdict on one pair, with all its evidence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from stanagraph.graph.names import thing

from ... import explanations, formats
from ..negotiation import CSV, HTML, JSON, TURTLE, negotiate
from ..pages import verdict_page
from ..parameters import VerdictParameters
from ..representations import as_file, as_json, as_page, respond
from ..serving import serving

router = APIRouter()
_OFFERED = (JSON, CSV, TURTLE, HTML)


@router.get("/v1/verdicts", tags=["verdicts"], operation_id="verdict", response_class=Response)
def verdict(request: Request, parameters: Annotated[VerdictParameters, Query()]) -> Response:
    """Whether one piece of equipment can use one munition: criterion by criterion, each with its sources.

    Does it fit, does it hit, is it released: three questions, each answered on its own. A documented finding and
    the verdict derived from parameters are told apart; `disputed` says that they contradict each other.
    """
    open_release = serving(request)
    wanted = negotiate(request.headers, _OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        equipment, munition = open_release.pair(parameters.equipment, parameters.munition)
        found = open_release.explain(equipment, munition)
        name = f"verdict-{found.equipment}-{found.munition}-{open_release.identifier}"
        if wanted.media == CSV:
            return as_file(formats.verdict_as_csv(found), CSV, name)
        if wanted.media == TURTLE:
            return as_file(formats.verdict_as_turtle(found, munition), TURTLE, name)
        sentences = explanations.explanations(open_release.store, found, wanted.language)
        reasons = explanations.reasons(open_release.store, found)
        if wanted.media == HTML:
            return as_page(verdict_page(request, open_release, wanted.language, found, munition, sentences, reasons))
        iris = {
            "iri": thing("verdict", f"{found.equipment}/{found.munition}").value,
            "equipment_iri": equipment.value,
            "munition_iri": munition.value,
        }
        data = formats.verdict_as_json(found, sentences, reasons)
        return as_json({**iris, "release": open_release.identifier, "asOf": open_release.newest, **data})

    return respond(request, open_release, wanted, body)
