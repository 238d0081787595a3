"""The routes of all kinds of thing, made from their descriptions: a list, one thing, and questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field, create_model

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.errors import NameNotKnown
from stanagraph.graph.lookup import KINDS, resolve
from stanagraph.graph.names import key_of
from stanagraph.graph.names import thing as thing_of

from ... import formats
from ...columns import header
from ...explanations import Labels
from ...words import sentence
from ..addresses import address_of
from ..lists import respond_with_list
from ..negotiation import CSV, HTML, JSON, OFFERED, negotiate
from ..pages_of_things import thing_page
from ..paging import span_of
from ..parameters import Listed, Name, ThingParameters, parameters_of
from ..representations import as_file, as_json, as_page, as_rdf, link_to, respond
from ..resources import BY_PLURAL, RESOURCES, Resource, operation_of
from ..serving import Serving, serving
from ..tables import Cell, cell_of, table
from ..things import FACT_COLUMNS, Item, item_as_json, item_triples, narrowed, rows_of, told_as_json, told_of
from ..wording import PageWords

router = APIRouter()
Identifier = Annotated[str, Path(max_length=200, description="id or name")]
Kind = Annotated[str, Path(max_length=60, pattern="^[a-z][a-z-]*$", description="kind of thing, as in its IRI")]
Handler = Callable[..., Response]


def filters_of(resource: Resource) -> type[Listed]:
    """What a list can be narrowed by."""
    fields: dict[str, Any] = {
        name: (Name, Field("", description=f"{' or '.join(column.kinds).replace('-', ' ')}: id or name"))
        for name, column in resource.columns.items()
        if column.kinds
    }
    return create_model(f"Filters of {resource.plural}", __base__=Listed, **fields)


def _list(resource: Resource) -> Handler:
    def handler(request: Request, parameters: Listed) -> Response:
        return respond_with_things(request, resource, parameters, parameters.question)

    handler.__annotations__ |= {"request": Request, "parameters": Annotated[filters_of(resource), Query()]}
    return handler


def _one(resource: Resource) -> Handler:
    def handler(request: Request, id: Identifier, parameters: Annotated[ThingParameters, Query()]) -> Response:
        open_release = serving(request)
        return respond_with_thing(request, resource, lambda: _found(open_release, resource, id), parameters)

    return handler


def _report(resource: Resource, report: str, parameter: str) -> Handler:
    model = parameters_of(Catalogue()[report], (parameter,))

    def handler(request: Request, id: Identifier, parameters: Listed) -> Response:
        open_release = serving(request)

        def arguments() -> dict[str, str]:
            return {parameter: key_of(_found(open_release, resource, id).value), **parameters.question()}

        return respond_with_list(request, open_release, report, parameters, arguments=arguments)

    handler.__annotations__ |= {"request": Request, "id": Identifier, "parameters": Annotated[model, Query()]}
    return handler


def _narrower(resource: Resource, listed: Resource, column: str) -> Handler:
    def handler(request: Request, id: Identifier, parameters: Annotated[Listed, Query()]) -> Response:
        open_release = serving(request)
        return respond_with_things(
            request, listed, parameters, lambda: {column: key_of(_found(open_release, resource, id).value)}
        )

    return handler


def _add(path: str, name: str, tag: str, handler: Handler, description: str) -> None:
    router.add_api_route(
        path, handler, tags=[tag], operation_id=name, name=name, response_class=Response, description=description
    )


for _resource in RESOURCES:
    _at, _kind = f"/v1/{_resource.plural}", _resource.kind
    if _resource.listed:
        _add(
            _at, f"{operation_of(_resource.plural)}List", _resource.plural, _list(_resource),
            f"The {_resource.about}, in the order of their ids.",
        )  # fmt: skip
    # What is asked about a thing stands before the thing, whose id may have slashes in it.
    for _name, (_about, _parameter) in _resource.reports.items():
        _question = Catalogue()[_about].question["en"]
        _add(
            f"{_at}/{{id:path}}/{_name}", operation_of(_kind, _name), _resource.plural,
            _report(_resource, _about, _parameter),
            f"{_question} Asked of one {_kind.replace('-', ' ')}: the query `{_about}` with its `{_parameter}` given.",
        )  # fmt: skip
    for _name, (_plural, _column) in _resource.lists.items():
        _add(
            f"{_at}/{{id:path}}/{_name}", operation_of(_kind, _name), _resource.plural,
            _narrower(_resource, BY_PLURAL[_plural], _column),
            f"The {BY_PLURAL[_plural].about} of one {_kind}.",
        )  # fmt: skip
    _add(
        f"{_at}/{{id:path}}", operation_of(_kind, "facts"), _resource.plural, _one(_resource),
        f"All that the release says of one {_kind.replace('-', ' ')}: each fact with its basis and the places where it "
        "is stated, its parts with theirs, and links to what is asked about it.",
    )  # fmt: skip


@router.get("/v1/things/{kind}/{id:path}", tags=["things"], operation_id="thing", response_class=Response)
def thing(request: Request, kind: Kind, id: Identifier, parameters: Annotated[ThingParameters, Query()]) -> Response:
    """All that the release says of a thing of any kind, by the kind and the id that stand in its IRI."""
    open_release = serving(request)

    def found() -> ox.NamedNode:
        iri = thing_of(kind, id)
        if next(open_release.store.match(iri, None, None), None) is None:
            if kind in KINDS:
                return resolve(open_release.store, (kind,), id)
            raise NameNotKnown(id, (kind,), ())
        return iri

    return respond_with_thing(request, None, found, parameters)


def respond_with_things(
    request: Request, resource: Resource, parameters: Listed, wanted: Callable[[], Mapping[str, str]]
) -> Response:
    """A page of the things of a kind, narrowed by values of columns."""
    open_release = serving(request)
    chosen = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        question = dict(wanted())
        items = narrowed(open_release, resource, question)
        release, name = open_release.identifier, resource.plural
        span = span_of(name, release, question, len(items), parameters.limit, parameters.cursor)
        shown = items[span.offset : span.end]
        if chosen.media == JSON:
            listed = [item_as_json(resource, item, chosen.language) for item in shown]
            head = {"next": span.next, "total": span.total, "release": release, "asOf": open_release.newest}
            response = as_json({"items": listed, **head})
        elif chosen.media == CSV:
            response = as_file(_csv(resource, shown, chosen.language), CSV, f"{name}-{release}")
        elif chosen.media == HTML:
            response = as_page(
                table(
                    request, open_release, chosen.language, _title(resource, chosen.language),
                    *_table(open_release, resource, shown, chosen.language), span.offset, span.total, span.next,
                )
            )  # fmt: skip
        else:
            triples = (triple for item in shown for triple in item_triples(resource, item))
            response = as_rdf(triples, chosen.media, f"{name}-{release}")
        if span.next:
            response.headers["Link"] = f'<{link_to(request, cursor=span.next)}>; rel="next"'
        return response

    return respond(request, open_release, chosen, body)


def respond_with_thing(
    request: Request, resource: Resource | None, found: Callable[[], ox.NamedNode], parameters: ThingParameters
) -> Response:
    """One thing, in the representation that the client wants."""
    open_release = serving(request)
    chosen = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        iri = found()
        told = told_of(open_release, iri, resource, parameters.day)
        name = f"{key_of(iri.value)}-{open_release.identifier}"
        if chosen.media == JSON:
            response = as_json(told_as_json(open_release, told, resource, chosen.language))
        elif chosen.media == CSV:
            response = as_file(formats.csv_of(FACT_COLUMNS, rows_of(told)), CSV, name)
        elif chosen.media == HTML:
            data = told_as_json(open_release, told, resource, chosen.language)
            response = as_page(thing_page(request, open_release, chosen.language, data))
        else:
            response = as_rdf(told.triples(open_release.store), chosen.media, name)
        # A thing may be asked for by its name; this is where it is.
        root = request.scope.get("root_path", "")
        response.headers["Content-Location"] = f"{root}{address_of(iri.value)}"
        return response

    return respond(request, open_release, chosen, body)


def _found(serving: Serving, resource: Resource, name: str) -> ox.NamedNode:
    iri = thing_of(resource.kind, name)
    if next(serving.store.match(iri, None, None), None) is not None:
        return iri
    return resolve(serving.store, (resource.kind,), name)


def _title(resource: Resource, language: str) -> str:
    return sentence(PageWords(language)(resource.about))


def _csv(resource: Resource, shown: tuple[Item, ...], language: str) -> str:
    rows = []
    for item in shown:
        cells = [" ".join(str(formats.value(it)) for it in item.values.get(name, ())) for name in resource.columns]
        rows.append([item.iri.value, item.id, item.name(language), *cells])
    return formats.csv_of(("iri", "id", "label", *resource.columns), rows)


def _table(
    serving: Serving, resource: Resource, shown: tuple[Item, ...], language: str
) -> tuple[list[str], list[list[Cell | None]]]:
    words = PageWords(language)
    labels = Labels(serving.store, language)
    labels.learn(
        it.value for item in shown for cells in item.values.values() for it in cells if isinstance(it, ox.NamedNode)
    )
    rows = []
    for item in shown:
        cells: list[Cell | None] = [Cell(item.id, address_of(item.iri.value)), Cell(item.name(language))]
        for name in resource.columns:
            several = [found for it in item.values.get(name, ()) if (found := cell_of(it, labels, words))]
            alone = several[0] if len(several) == 1 else None
            cells.append(alone or (Cell(", ".join(it.text for it in several)) if several else None))
        rows.append(cells)
    return [words("id"), words("name"), *(header(name, words) for name in resource.columns)], rows
