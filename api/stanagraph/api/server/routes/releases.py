"""Releases: which there are for the caller, what is in one, and what has changed between two."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from stanagraph.graph.errors import BadArgument, BuildRunning
from stanagraph.graph.names import RDF_TYPE, dcterms, thing
from stanagraph.graph.releases import View

from ... import formats, release_changes
from ...words import Words
from ..access import Caller, caller_of
from ..access.caller import needs
from ..ingestion.errors import holder_told
from ..negotiation import CSV, HTML, JSON, OFFERED, TURTLE, negotiate
from ..paging import span_of
from ..parameters import Common, Listed, Name
from ..releases_seen import Comparison, before, one, seen, used
from ..representations import as_file, as_json, as_page, as_rdf, by_content, link_to
from ..serving import Current, serving
from ..tables import Cell, table
from ..wording import PageWords

router = APIRouter()
Identifier = Annotated[str, Path(max_length=64, description="identifier of a release, or `current`")]
_COLUMNS = ("iri", "id", "built", "current", "triples", "digest", "software")
_DCAT, _VOID = "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#"


class ChangeParameters(Listed):
    """What is compared, and how much of it is told."""

    since: Name = Field("", description="the earlier release; the one before where it is left out")
    section: Name = Field("", description="only one section, such as verdicts, page by page")
    limit: int = Field(100, ge=1, le=1000, description="changes of each section")


@router.get("/v1/releases", tags=["releases"], operation_id="releases", response_class=Response)
def releases(request: Request, parameters: Annotated[Common, Query()]) -> Response:
    """The releases, newest first. A release that differs only in what others may see is not listed apart."""
    current = serving(request).identifier
    wanted = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)
    views = list(reversed(_views(request)))
    items = [described(view, current) for view in views]
    if wanted.media == JSON:
        return by_content(request, as_json({"items": items}))
    if wanted.media == CSV:
        rows = [[it[name] for name in _COLUMNS] for it in items]
        return by_content(request, as_file(formats.csv_of(_COLUMNS, rows), CSV, "releases"))
    if wanted.media == HTML:
        return by_content(request, as_page(_page(request, items, wanted.language)))
    triples = (triple for view in views for triple in triples_of(view))
    return by_content(request, as_rdf(triples, wanted.media, "releases"))


@router.get("/v1/releases/{id}", tags=["releases"], operation_id="release", response_class=Response)
def release(request: Request, id: Identifier, parameters: Annotated[Common, Query()]) -> Response:
    """One release: when it was built, by which software, from which inputs, and how much is in it."""
    current = serving(request).identifier
    offered = tuple(media for media in OFFERED if media not in (CSV, HTML))
    wanted = negotiate(request.headers, offered, parameters.format, parameters.lang)
    view = one(_views(request), id, current)
    if wanted.media != JSON:
        return by_content(request, as_rdf(triples_of(view), wanted.media, f"release-{view.identifier}"))
    told = {name: view.manifest.get(name) for name in ("things", "rows", "inputs", "checks", "disagreements", "merged")}
    return by_content(request, as_json({**described(view, current), **told}))


@router.get("/v1/releases/{id}/changes", tags=["releases"], operation_id="changes", response_class=Response)
def changes(request: Request, id: Identifier, parameters: Annotated[ChangeParameters, Query()]) -> Response:
    """What has changed since an earlier release: in standards, positions, holdings, verdicts, gaps, and triples.

    Each section tells its first changes and how many there are; one that is asked for alone goes on behind `next`. Each
    change has what was known `before` and is known `after`, and `moved` names what differs.
    """
    current = serving(request).identifier
    wanted = negotiate(request.headers, (JSON, TURTLE, HTML), parameters.format, parameters.lang)
    views = _views(request)
    after = one(views, id, current)
    earlier = one(views, parameters.since, current) if parameters.since else before(views, after)
    if earlier is None:
        raise BadArgument("since", "there is no release before this one")
    sections = (parameters.section,) if parameters.section else ()
    compared = request.app.state.comparisons.between(earlier, after, sections)
    return by_content(request, _told(request, compared, earlier, after, parameters, wanted.media, wanted.language))


@router.post("/v1/releases/{id}/use", tags=["releases"], operation_id="releaseUse", response_class=Response)
def use(request: Request, id: Identifier, caller: Annotated[Caller, needs("publish")]) -> Response:
    """Make a release the current one, which is also the way back to an older one: one switch, for all who read.

    Requests that run end on the release with which they began. While somebody makes a release it is refused with 503
    (`build-running`), because that one would become current next.
    """
    current: Current = request.app.state.current
    try:
        release = used(current.releases, caller.audience, id)
    except BuildRunning as error:
        raise BuildRunning(holder_told(error.holder)) from None
    request.app.state.audit.attempt("published", caller, release.identifier)
    view = release.view(caller.audience)
    response = as_json(described(view, view.identifier))
    response.headers["Cache-Control"] = "no-store"
    return response


def described(view: View, current: str) -> dict[str, Any]:
    """What is said of a release in a list."""
    return {
        "iri": thing("release", view.identifier).value,
        "id": view.identifier,
        "built": view.manifest["built"],
        "current": view.identifier == current,
        "triples": view.manifest["total"],
        "digest": view.manifest["digest"],
        "software": view.manifest.get("software"),
        "links": {
            "self": f"/v1/releases/{view.identifier}",
            "changes": f"/v1/releases/{view.identifier}/changes",
        },
    }


def triples_of(view: View) -> Iterator[ox.Triple]:
    """A release as DCAT and VoID describe a version of a data set."""
    me, xsd = thing("release", view.identifier), "http://www.w3.org/2001/XMLSchema#"
    when = ox.Literal(view.manifest["built"], datatype=ox.NamedNode(f"{xsd}dateTime"))
    yield ox.Triple(me, RDF_TYPE, ox.NamedNode(f"{_DCAT}Dataset"))
    yield ox.Triple(me, RDF_TYPE, ox.NamedNode(f"{_VOID}Dataset"))
    yield ox.Triple(me, dcterms("identifier"), ox.Literal(view.identifier))
    yield ox.Triple(me, ox.NamedNode(f"{_DCAT}version"), ox.Literal(view.identifier))
    yield ox.Triple(me, dcterms("issued"), when)
    yield ox.Triple(me, ox.NamedNode(f"{_VOID}triples"), ox.Literal(int(view.manifest["total"])))


def _views(request: Request) -> list[View]:
    return seen(request.app.state.current.releases, caller_of(request).audience)


def _told(
    request: Request, compared: Comparison, earlier: View, after: View, parameters: ChangeParameters, media: str,
    language: str,
) -> Response:  # fmt: skip
    question, found = parameters.question(), compared.found
    span = None
    if parameters.section:
        total = len(found.sections[0].changes)
        name = f"changes/{earlier.identifier}/{after.identifier}"
        span = span_of(name, after.identifier, question, total, parameters.limit, parameters.cursor)
    elif parameters.cursor:
        raise BadArgument("cursor", "goes with a section")
    begin = span.offset if span else 0
    part = dataclasses.replace(
        found,
        sections=tuple(
            dataclasses.replace(it, changes=it.changes[begin : begin + parameters.limit]) for it in found.sections
        ),
    )
    told = release_changes.Compared(earlier.identifier, after.identifier, caller_of(request).audience, part)
    if media == TURTLE:
        response = as_file(release_changes.as_turtle(told), TURTLE, f"changes-{earlier.identifier}-{after.identifier}")
    else:
        words = Words(language)
        names = release_changes.Names(reversed(compared.stores), language)
        if media == HTML:
            response = as_page(release_changes.as_html(told, names, words))
        else:
            data = release_changes.as_json(told, names, words)
            for section, whole in zip(data["sections"], found.sections, strict=True):
                section["counts"] = {kind: whole.count(kind) for kind in section["counts"]}
            here = f"/v1/releases/{after.identifier}/changes?since={earlier.identifier}"
            links = {it.section.name: f"{here}&section={it.section.name}" for it in found.sections}
            data |= {"next": span.next if span else None, "links": {"self": here, **links}}
            response = as_json(data)
    if span and span.next:
        response.headers["Link"] = f'<{link_to(request, cursor=span.next)}>; rel="next"'
    return response


def _page(request: Request, items: list[dict[str, Any]], language: str) -> str:
    words = PageWords(language)
    rows: list[list[Cell | None]] = []
    for it in items:
        now = words("yes") if it["current"] else words("no")
        name = Cell(it["id"], it["links"]["changes"])
        rows.append([name, Cell(it["built"]), Cell(now), Cell(words.number(it["triples"]), number=True)])
    heads = [words("release"), words("built"), words("current"), words("facts")]
    return table(request, serving(request), language, words("Releases"), heads, rows, 0, len(rows), None)
