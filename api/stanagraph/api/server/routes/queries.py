"""The catalogue of questions: which there are, what one takes and gives, and its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import APIRouter, Path, Query, Request, Response

from stanagraph.graph.catalogue import Query as Report
from stanagraph.graph.names import BASE, RDF_TYPE, RDFS_LABEL

from ... import formats
from ...columns import header
from ..lists import respond_with_list
from ..negotiation import CSV, HTML, JSON, OFFERED, RDF, Wanted, negotiate
from ..paging import Span, span_of
from ..parameters import AnswerParameters, Common, Listed, meaning
from ..rendering import render
from ..representations import as_file, as_json, as_page, as_rdf, link_to, respond
from ..serving import Serving, serving
from ..tables import Cell, links_of, table
from ..wording import PageWords

router = APIRouter()
Name = Annotated[str, Path(max_length=120, description="name of the query")]
_SH = "http://www.w3.org/ns/shacl#"
_COLUMNS = ("name", "question", "parameters", "columns")


def reports_of(serving: Serving) -> dict[str, Report]:
    """All queries of the catalogue by name."""
    return serving.kept("reports", lambda: {name: serving.catalogue[name] for name in serving.catalogue.names()})


@router.get("/v1/queries", tags=["queries"], operation_id="queries", response_class=Response)
def queries(request: Request, parameters: Annotated[Listed, Query()]) -> Response:
    """Which questions can be asked by name, in plain words, and what each takes.

    As RDF each is a `sh:SPARQLSelectExecutable`, with its text and its question in both languages.
    """
    open_release = serving(request)
    wanted = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        every = list(reports_of(open_release).values())
        span = span_of("queries", open_release.identifier, {}, len(every), parameters.limit, parameters.cursor)
        response = _listed(request, open_release, every[span.offset : span.end], span, wanted)
        if span.next:
            response.headers["Link"] = f'<{link_to(request, cursor=span.next)}>; rel="next"'
        return response

    return respond(request, open_release, wanted, body)


@router.get("/v1/queries/{name}", tags=["queries"], operation_id="query", response_class=Response)
def query(request: Request, name: Name, parameters: Annotated[Common, Query()]) -> Response:
    """One question: its parameters with what each may be, its columns, and its SPARQL."""
    open_release = serving(request)
    wanted = negotiate(request.headers, (JSON, HTML, *RDF), parameters.format, parameters.lang)

    def body() -> Response:
        found = open_release.catalogue[name]
        if wanted.media == JSON:
            return as_json({**described(found), "release": open_release.identifier, "sparql": found.text})
        if wanted.media == HTML:
            return as_page(_page(request, open_release, found, wanted.language))
        return as_rdf(executable(found), wanted.media, f"query-{name}")

    return respond(request, open_release, wanted, body)


@router.get("/v1/queries/{name}/answer", tags=["queries"], operation_id="queryAnswer", response_class=Response)
def answer(request: Request, name: Name, parameters: Annotated[AnswerParameters, Query()]) -> Response:
    """The answer to one question. Its own parameters, as its description lists them, stand beside these.

    Each item has the columns of the query, things by their ids, and in `iris` the IRIs of the things. Columns `source`
    and `statement` tell what a row rests on.
    """
    return respond_with_list(request, serving(request), name, parameters)


def described(found: Report) -> dict[str, Any]:
    """What is said of a query, without its text."""
    return {
        "iri": iri_of(found).value,
        "name": found.name,
        "question": dict(found.question),
        "parameters": [
            {"name": it.name, "kinds": list(it.kinds), "required": it.required, "description": meaning(it)}
            for it in found.parameters.values()
        ],
        "columns": list(found.columns),
        "links": {"self": f"/v1/queries/{found.name}", "answer": f"/v1/queries/{found.name}/answer"},
    }


def iri_of(found: Report) -> ox.NamedNode:
    """The IRI of a query of the catalogue."""
    return ox.NamedNode(f"{BASE}query/reports/{found.name}")


def executable(found: Report) -> Iterator[ox.Triple]:
    """A query as SHACL describes one that can be run."""
    me = iri_of(found)
    yield ox.Triple(me, RDF_TYPE, ox.NamedNode(f"{_SH}SPARQLExecutable"))
    yield ox.Triple(me, RDF_TYPE, ox.NamedNode(f"{_SH}SPARQLSelectExecutable"))
    for language, text in sorted(found.question.items()):
        yield ox.Triple(me, RDFS_LABEL, ox.Literal(text, language=language))
    yield ox.Triple(me, ox.NamedNode(f"{_SH}select"), ox.Literal(found.text))


def _listed(request: Request, serving: Serving, shown: list[Report], span: Span, wanted: Wanted) -> Response:
    media, language = wanted.media, wanted.language
    if media == JSON:
        items = [described(it) for it in shown]
        return as_json({"items": items, "next": span.next, "total": span.total, "release": serving.identifier})
    if media not in (CSV, HTML):
        return as_rdf((triple for it in shown for triple in executable(it)), media, "queries")
    rows = [(it.name, it.question.get(language, ""), " ".join(it.parameters), " ".join(it.columns)) for it in shown]
    if media == CSV:
        return as_file(formats.csv_of(_COLUMNS, rows), CSV, "queries")
    words = PageWords(language)
    cells = [
        [Cell(name, f"/v1/queries/{name}"), Cell(question), Cell(takes.replace(" ", ", ")) if takes else None]
        for name, question, takes, _ in rows
    ]
    heads = [words("Query"), words("Question"), words("Parameters")]
    title = words("Questions that can be asked")
    return as_page(table(request, serving, language, title, heads, cells, span.offset, span.total, span.next))


def _page(request: Request, serving: Serving, found: Report, language: str) -> str:
    words = PageWords(language)
    return render(
        "query.html", request, language, serving,
        query=found,
        title=found.question.get(language) or found.name,
        parameters=[(it, header(it.name, words)) for it in found.parameters.values()],
        columns=[header(name, words) for name in found.columns],
        links={**links_of(request), "downloads": {}},
    )  # fmt: skip
