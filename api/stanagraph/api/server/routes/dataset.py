"""The whole as a data set: `/.well-known/void`, `/v1/dataset`, and the context of our JSON-LD."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.routing import Match

from stanagraph.graph.context import context as terms
from stanagraph.graph.names import key_of

from ..dataset import DATASET, statistics, triples
from ..negotiation import JSON, JSON_LD, RDF, negotiate
from ..parameters import Common
from ..representations import as_json, as_rdf, by_content
from ..serving import serving

router = APIRouter()


@router.get("/.well-known/void", tags=["service"], operation_id="void", response_class=Response)
def void(request: Request, parameters: Annotated[Common, Query()]) -> Response:
    """The data set that the caller sees, as VoID and DCAT say it, with how often each class and property occurs."""
    wanted = negotiate(request.headers, RDF, parameters.format, parameters.lang)
    return _described(request, wanted.media)


@router.get("/v1/dataset", tags=["service"], operation_id="dataset", response_class=Response)
def dataset(request: Request, parameters: Annotated[Common, Query()]) -> Response:
    """The data set that the caller sees: its release, its size by class and property, and its sources."""
    wanted = negotiate(request.headers, (JSON, *RDF), parameters.format, parameters.lang)
    if wanted.media != JSON:
        return _described(request, wanted.media)
    open_release = serving(request)
    found, manifest = statistics(open_release), open_release.view.manifest
    data = {
        "iri": DATASET.value,
        "release": open_release.identifier,
        "asOf": open_release.newest,
        "built": manifest["built"],
        "triples": manifest["total"],
        "classes": [{"iri": iri, "things": count} for iri, count in found.classes.items()],
        "properties": [{"iri": iri, "triples": count} for iri, count in found.properties.items()],
        "sources": [{"iri": iri, "id": key_of(iri), "licences": list(it)} for iri, it in found.sources.items()],
        "links": {"openapi": "/openapi.json", "void": "/.well-known/void", "context": "/context.jsonld"},
    }
    return by_content(request, as_json(data))


@router.get("/context.jsonld", tags=["service"], operation_id="context", response_class=Response)
def context(request: Request) -> Response:
    """The context of JSON-LD that names every term of the ontology, as descriptions of systems may use it."""
    text = json.dumps({"@context": terms()}, ensure_ascii=False, indent=1) + "\n"
    return by_content(request, Response(text, media_type=JSON_LD))


def _described(request: Request, media: str) -> Response:
    root = str(request.base_url).rstrip("/")
    return by_content(request, as_rdf(triples(serving(request), root, _has(request, "/sparql")), media, "dataset"))


def _has(request: Request, path: str) -> bool:
    scope = {**request.scope, "path": path, "method": "GET"}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in request.app.routes)
