"""Finding things by what people type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from stanagraph.graph.lookup import label, labels_of
from stanagraph.graph.names import RDFS_LABEL, key_of
from stanagraph.graph.search import KINDS, Hit, Index

from ... import formats
from ..addresses import address_of
from ..negotiation import CSV, HTML, JSON, OFFERED, negotiate
from ..parameters import LONGEST, Common
from ..rendering import render
from ..representations import as_file, as_json, as_page, as_rdf, respond
from ..serving import Serving, serving
from ..tables import links_of

router = APIRouter()
_COLUMNS = ("iri", "id", "kind", "label", "score", "matched", "how")
_Kind = Literal[*KINDS]  # type: ignore[valid-type]


class SearchParameters(Common):
    """What is looked for."""

    q: str = Field(
        min_length=1, max_length=LONGEST, description="id, name or alias, in English or French; slips are forgiven"
    )
    kind: _Kind | None = Field(None, description="only things of this kind")
    limit: int = Field(20, ge=1, le=100, description="how many at most")


@router.get("/v1/search", tags=["search"], operation_id="search", response_class=Response)
def search(request: Request, parameters: Annotated[SearchParameters, Query()]) -> Response:
    """The things that are called something like this, the best first.

    `score` is 100 where an id, a name or an alias is just what was asked, up to case, accents and punctuation; below
    that, what begins with it (98) or has it inside (96) comes before what only looks like it. `matched` is the text
    that was found, and `how` whether that is an id, a name or an alias.
    """
    open_release = serving(request)
    wanted = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)

    def body() -> Response:
        index = open_release.kept("search", lambda: Index.of(open_release.store))
        hits = index.find(parameters.q, (parameters.kind,) if parameters.kind else (), parameters.limit)
        items = _items(open_release, hits, wanted.language)
        if wanted.media == JSON:
            head = {"total": len(items), "q": parameters.q, "release": open_release.identifier}
            return as_json({"items": items, **head})
        if wanted.media == CSV:
            return as_file(formats.csv_of(_COLUMNS, [[it[name] for name in _COLUMNS] for it in items]), CSV, "search")
        if wanted.media == HTML:
            return as_page(
                render(
                    "search.html", request, wanted.language, open_release, items=items, asked=parameters,
                    links=links_of(request), address_of=address_of,
                )
            )  # fmt: skip
        return as_rdf(_triples(open_release, hits), wanted.media, "search")

    return respond(request, open_release, wanted, body)


def _items(serving: Serving, hits: list[Hit], language: str) -> list[dict[str, Any]]:
    labels = labels_of(serving.store, (hit.iri for hit in hits))
    return [
        {
            "iri": hit.iri,
            "id": key_of(hit.iri),
            "kind": hit.kind,
            "label": label(labels, hit.iri, language),
            "score": hit.score,
            "matched": hit.matched,
            "how": hit.how,
            "links": {"self": address_of(hit.iri)},
        }
        for hit in hits
    ]


def _triples(serving: Serving, hits: list[Hit]) -> Iterator[ox.Triple]:
    """What was found, by its classes and labels; the order is lost."""
    labels = labels_of(serving.store, (hit.iri for hit in hits))
    for hit in hits:
        for language, text in labels.get(hit.iri, {}).items():
            yield ox.Triple(ox.NamedNode(hit.iri), RDFS_LABEL, ox.Literal(text, language=language or None))
