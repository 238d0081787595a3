"""Lists: one report, page by page, in the representation that the client wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from fastapi import Request, Response

from stanagraph.graph.catalogue import Answer

from .. import formats
from .negotiation import CSV, HTML, JSON, OFFERED, TURTLE, negotiate
from .paging import Page, page_of
from .parameters import AnswerParameters, Listed
from .representations import as_file, as_json, as_page, as_rdf, link_to, respond
from .serving import Serving
from .tables import table_page

Show = Callable[[Request, Serving, str, Page], str]
Iri = Callable[[Mapping[str, Any]], ox.NamedNode]


def respond_with_list(
    request: Request,
    serving: Serving,
    report: str,
    parameters: Listed | AnswerParameters,
    iri: Iri | None = None,
    show: Show = table_page,
    arguments: Callable[[], Mapping[str, str]] | None = None,
) -> Response:
    """A page of the report; `iri` names the main thing of a row, `show` draws the HTML.

    `arguments` gives those of the report where they are not simply the parameters.
    """
    wanted = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        question = dict(arguments()) if arguments is not None else parameters.question()
        answer = serving.ask(report, question.items())
        page = page_of(answer, serving.identifier, question, parameters.limit, parameters.cursor)
        name = f"{report}-{serving.identifier}"
        if wanted.media == HTML:
            response = as_page(show(request, serving, wanted.language, page))
        elif wanted.media == CSV:
            response = as_file(formats.as_csv(page.answer), CSV, name)
        elif wanted.media == TURTLE:
            response = as_file(formats.as_turtle(page.answer), TURTLE, name)
        elif wanted.media != JSON:
            response = as_rdf(triples_of(page.answer), wanted.media, name)
        else:
            response = as_json(as_list(page, serving, wanted.language, iri))
        if page.next:
            response.headers["Link"] = f'<{link_to(request, cursor=page.next)}>; rel="next"'
        return response

    return respond(request, serving, wanted, body)


def triples_of(answer: Answer) -> Iterable[ox.Triple]:
    """An answer as the triples that its Turtle has."""
    quads = ox.parse(formats.as_turtle(answer), format=ox.RdfFormat.TURTLE)
    return (quad.triple for quad in quads)


def as_list(page: Page, serving: Serving, language: str, iri: Iri | None) -> dict[str, Any]:
    """The JSON of one page: its items, and where the next page begins.

    Each item has its own IRI where `iri` tells it, and else those of the things that its columns name.
    """
    data = formats.as_json(page.answer, language, serving.identifier)
    records = list(page.answer.records())
    columns = formats.shown_columns(page.answer)
    items = []
    for record, item in zip(records, data.pop("items"), strict=True):
        if iri is not None:
            items.append({"iri": iri(record).value, **item})
        else:
            named = {column: record[column] for column in columns}
            iris = {column: cell.value for column, cell in named.items() if isinstance(cell, ox.NamedNode)}
            items.append({**item, "iris": iris})
    return {"items": items, "next": page.next, "total": page.total, "asOf": serving.newest, **data}
