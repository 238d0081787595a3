"""From a request to a response: validators first (RFC 9110, section 13), then the body."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import Request, Response
from pydantic_core import to_json

from stanagraph.graph import __version__
from stanagraph.graph.names import TERMS

from ..documentation.syntaxes import WRITERS, numbered
from .negotiation import CSV, HTML, JSON, JSON_LD, N_TRIPLES, TURTLE, Wanted
from .remembered import lasting
from .serving import Serving
from .style import LOOK

_SUFFIX = {JSON: "json", CSV: "csv", TURTLE: "ttl", JSON_LD: "jsonld", N_TRIPLES: "nt"}
PREFIXES = {
    "": TERMS,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rs": "http://www.w3.org/2001/sw/DataAccess/tests/result-set#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def respond(request: Request, serving: Serving, wanted: Wanted, body: Callable[[], Response]) -> Response:
    """The response of `body`, or 304 when the client has it already; `body` is not run for that, nor twice."""
    tag = etag(request, serving, wanted)
    asked = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Language": wanted.language}
    if tag in asked:
        return Response(status_code=304, headers=headers)
    response = body()
    if "*" in asked:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    lasting(request.scope, serving)
    return response


def etag(request: Request, serving: Serving, wanted: Wanted) -> str:
    """A strong validator: the release, the software, the question, the representation and the language."""
    parts = [serving.identifier, __version__, LOOK, request.url.path, wanted.media, wanted.language]
    parts += [f"{name}={value}" for name, value in sorted(request.query_params.multi_items())]
    digest = hashlib.sha256("\n".join(json.dumps(part) for part in parts).encode()).hexdigest()
    return f'"{serving.identifier}-{digest[:20]}"'


def by_content(request: Request, response: Response) -> Response:
    """The response with a validator made of its bytes, or 304: for what does not follow from a release alone."""
    body = bytes(response.body)
    tag = f'"{hashlib.sha256((response.media_type or "").encode() + body).hexdigest()[:32]}"'
    asked = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if asked & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def as_json(data: Any) -> Response:
    """A JSON response, in UTF-8 and readable."""
    return Response(to_json(data, indent=1) + b"\n", media_type=JSON)


def as_file(text: str, media: str, name: str) -> Response:
    """A response that a browser saves under a name that tells what it is."""
    plain = re.sub(r"[^A-Za-z0-9.]+", "-", name)
    disposition = f'attachment; filename="stanagraph-{plain}.{_SUFFIX[media]}"'
    return Response(text, media_type=media, headers={"Content-Disposition": disposition})


def as_rdf(triples: Iterable[ox.Triple], media: str, name: str) -> Response:
    """Triples in one of the syntaxes of RDF; what has to be known to read JSON-LD stands inside.

    The same triples in the same order give the same bytes, whatever their blank nodes are called.
    """
    return as_file(WRITERS[media](numbered(triples, "b"), PREFIXES), media, name)


def as_page(text: str) -> Response:
    """An HTML response."""
    return Response(text, media_type=HTML)


def link_to(request: Request, **changes: str | None) -> str:
    """The request's own address with some parameters changed; None takes one away."""
    parameters = {**request.query_params, **changes}
    kept = {name: value for name, value in sorted(parameters.items()) if value}
    return f"{request.url.path}?{urlencode(kept)}"
