"""Reports as a response, in the form that a request wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import pyoxigraph as ox
from fastapi import Request, Response

from ...conformance import graphs
from ...conformance.junit import junit
from ...conformance.page import page
from ...conformance.report import Report
from ...conformance.trl import trl
from ...conformance.wording import ReportWords
from ...documentation.syntaxes import WRITERS
from ...documents import html, pdf
from ..negotiation import HTML, JSON, JSON_LD, N_TRIPLES, TURTLE, NotAcceptable, Wanted, best_media, language_of
from ..representations import PREFIXES, as_file, as_json, as_page

PDF, JUNIT, XML = "application/pdf", "application/junit+xml", "application/xml"
FORMATS = {
    "json": JSON, "turtle": TURTLE, "jsonld": JSON_LD, "ntriples": N_TRIPLES, "html": HTML, "pdf": PDF,
    "junit": JUNIT, "gitb": XML,
}  # fmt: skip
Format = Literal["json", "turtle", "jsonld", "ntriples", "html", "pdf", "junit", "gitb"]
Profile = Literal["earl", "shacl"]
PROFILES = {"earl": "http://www.w3.org/ns/earl#", "shacl": "http://www.w3.org/ns/shacl#"}
ONE = (JSON, TURTLE, JSON_LD, N_TRIPLES, HTML, PDF, JUNIT, XML)
MANY = tuple(media for media in ONE if media not in (HTML, PDF))
_RDF = (TURTLE, JSON_LD, N_TRIPLES)
# These pages are made to be kept, with their style inside; they have no script, and none would run.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PREFIXES = PREFIXES | {"doap": "http://usefulinc.com/ns/doap#", "earl": PROFILES["earl"]}


def wanted_of(request: Request, chosen: str | None, lang: str | None, *, many: bool) -> Wanted:
    """The form and the language that a request wants; raises NotAcceptable."""
    offered = MANY if many else ONE
    accept = request.headers.get("accept", "").replace("text/xml", XML)
    media = FORMATS[chosen] if chosen else best_media(accept, offered)
    if media not in offered:
        raise NotAcceptable(offered)
    return Wanted(media or JSON, language_of(request.headers, lang))


def profile_of(request: Request, chosen: Profile | None) -> str:
    """Which vocabulary a graph is in: `profile`, else the profile that `Accept` names, else EARL."""
    if chosen:
        return chosen
    accept = request.headers.get("accept", "").lower()
    return "shacl" if f'profile="{PROFILES["shacl"]}"' in accept.replace(" ", "") else "earl"


def written(reports: Sequence[Report], wanted: Wanted, profile: str, *, many: bool) -> Response:
    """The reports; `many` says that a list was asked for, however many there are."""
    words = ReportWords(wanted.language)
    if wanted.media == JSON:
        told = [it.model_dump(mode="json") for it in reports]
        return as_json({"items": told, "next": None, "total": len(told)} if many else told[0])
    headers = {}
    if wanted.media in _RDF:
        text = WRITERS[wanted.media](dict.fromkeys(_triples(reports, profile)), _PREFIXES)
        response = as_file(text, wanted.media, f"conformance-{reports[0].iri[-8:]}")
        response.headers["Link"] = f'<{PROFILES[profile]}>; rel="profile"'
        return response
    if wanted.media == HTML:
        response = as_page(html(page(reports[0], words)))
        response.headers["Content-Security-Policy"] = POLICY
        return response
    if wanted.media == PDF:
        body = pdf(page(reports[0], words))
        headers["Content-Disposition"] = f'attachment; filename="conformance-{reports[0].iri[-8:]}.pdf"'
    else:
        body = (junit if wanted.media == JUNIT else trl)(reports, words).encode()
    return Response(body, headers=headers, media_type=wanted.media)


def _triples(reports: Sequence[Report], profile: str) -> Iterator[ox.Triple]:
    each = graphs.shacl_triples if profile == "shacl" else graphs.earl_triples
    return (triple for report in reports for triple in each(report))
