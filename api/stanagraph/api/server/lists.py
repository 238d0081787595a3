"""Lists: one report, page by page, in the representation that the client wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request, Response
from pyoxigraph import NamedNode

from .. import formats
from .negotiation import CSV, HTML, JSON, TURTLE, negotiate
from .paging import Page, page_of
from .parameters import GapParameters, MatrixParameters
from .representations import as_file, as_json, as_page, link_to, respond
from .serving import Serving

OFFERED = (JSON, CSV, TURTLE, HTML)
Show = Callable[[Request, Serving, str, Page], str]
Iri = Callable[[Mapping[str, Any]], NamedNode]


def respond_with_list(
    request: Request, serving: Serving, report: str, parameters: GapParameters | MatrixParameters, iri: Iri, show: Show
) -> Response:
    """A page of the report; `iri` names the main thing of a row, `show` draws the HTML."""
    wanted = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        question = parameters.question()
        answer = serving.ask(report, question.items())
        page = page_of(answer, serving.identifier, question, parameters.limit, parameters.cursor)
        name = f"{report}-{serving.identifier}"
        if wanted.media == HTML:
            response = as_page(show(request, serving, wanted.language, page))
        elif wanted.media == CSV:
            response = as_file(formats.as_csv(page.answer), CSV, name)
        elif wanted.media == TURTLE:
            response = as_file(formats.as_turtle(page.answer), TURTLE, name)
        else:
            response = as_json(as_list(page, serving, wanted.language, iri))
        if page.next:
            response.headers["Link"] = f'<{link_to(request, cursor=page.next)}>; rel="next"'
        return response

    return respond(request, serving, wanted, body)


def as_list(page: Page, serving: Serving, language: str, iri: Iri) -> dict[str, Any]:
    """The JSON of one page: its items, each with its IRI, and where the next page begins."""
    data = formats.as_json(page.answer, language, serving.identifier)
    iris = [iri(record).value for record in page.answer.records()]
    items = [{"iri": name, **item} for name, item in zip(iris, data.pop("items"), strict=True)]
    return {"items": items, "next": page.next, "total": page.total, "asOf": serving.newest, **data}
