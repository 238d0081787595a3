"""The verdict on one pair, with all its evidence."""

from __future__ import annotations

from typing import Annotated

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response

from stanagraph.graph.names import thing

from ... import explanations, formats
from ..negotiation import CSV, HTML, OFFERED, RDF, TURTLE, negotiate
from ..pages import verdict_page
from ..parameters import VerdictParameters
from ..representations import as_file, as_json, as_page, as_rdf, respond
from ..serving import serving

router = APIRouter()


@router.get("/v1/verdicts", tags=["verdicts"], operation_id="verdict", response_class=Response)
def verdict(request: Request, parameters: Annotated[VerdictParameters, Query()]) -> Response:
    """Whether one piece of equipment can use one munition: criterion by criterion, each with its sources.

    Does it fit, does it hit, is it released: three questions, each answered on its own. A documented finding and
    the verdict derived from parameters are told apart; `disputed` says that they contradict each other.
    """
    open_release = serving(request)
    wanted = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        equipment, munition = open_release.pair(parameters.equipment, parameters.munition)
        found = open_release.explain(equipment, munition)
        name = f"verdict-{found.equipment}-{found.munition}-{open_release.identifier}"
        if wanted.media == CSV:
            return as_file(formats.verdict_as_csv(found), CSV, name)
        if wanted.media in RDF:
            turtle = formats.verdict_as_turtle(found, munition)
            if wanted.media == TURTLE:
                return as_file(turtle, TURTLE, name)
            return as_rdf((quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)), wanted.media, name)
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
