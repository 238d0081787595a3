"""Pages for lists that have no page of their own: a table, in which every thing leads to what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import Request

from stanagraph.graph.names import key_of, kind_of

from ..columns import header
from ..explanations import Labels
from ..formats import shown_columns, value
from ..marks import SAME_AS, mark
from .addresses import address_of
from .paging import Page
from .rendering import render
from .representations import link_to
from .serving import Serving
from .wording import PageWords

# Documents are known by their number, not by their title.
_BY_NUMBER = {
    "agreement", "publication", "agreement-edition", "publication-edition", "national-document", "profile",
}  # fmt: skip
_MARKED = {"verdict-value", "answer", "outcome", "response-kind", "implementation-state", "governance", "gap-cause"}


@dataclass(frozen=True)
class Cell:
    """One cell: its text, where it leads, the mark of its verdict, and whether it is a number."""

    text: str
    href: str | None = None
    mark: str | None = None
    number: bool = False


def cell_of(term: Any, labels: Labels, words: PageWords) -> Cell | None:
    """A term as a reader sees it; None where there is none."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        kind, key = kind_of(term.value), key_of(term.value)
        named = labels.of(term.value)
        if kind in _BY_NUMBER:
            named = key
        return Cell(named, address_of(term.value), mark_of(key) if kind in _MARKED else None)
    plain = value(term)
    if isinstance(plain, bool):
        return Cell(words("yes") if plain else words("no"))
    if isinstance(plain, int):
        return Cell(str(plain), number=True)
    if isinstance(plain, float):
        return Cell(f"{plain:g}", number=True)
    return Cell(str(plain))


def mark_of(notation: str) -> str | None:
    """The name of the drawing that stands beside a word such as `compatible`."""
    return SAME_AS.get(notation, notation) if mark(notation) else None


def table_page(request: Request, serving: Serving, language: str, page: Page) -> str:
    """The page of a report: its question, its rows, and the query."""
    answer, words = page.answer, PageWords(language)
    labels = Labels(serving.store, language)
    labels.learn(answer.labels)
    columns = shown_columns(answer)
    rows = [[cell_of(record[name], labels, words) for name in columns] for record in answer.records()]
    question = answer.query.question.get(language) or answer.query.name
    return table(
        request, serving, language, question, [header(name, words) for name in columns], rows,
        page.offset, page.total, page.next, sparql=answer.query.text, question=question,
    )  # fmt: skip


def table(
    request: Request,
    serving: Serving,
    language: str,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell | None]],
    offset: int,
    total: int,
    following: str | None,
    **more: Any,
) -> str:
    """A page with one table; `more` is `question` and `sparql` where a query computed it."""
    return render(
        "table.html", request, language, serving,
        title=title,
        heads=heads,
        rows=rows,
        first=offset + 1,
        last=offset + len(rows),
        total=total,
        next=link_to(request, cursor=following) if following else None,
        start=link_to(request, cursor=None) if offset else None,
        links=links_of(request),
        **{"question": None, "sparql": None, **more},
    )  # fmt: skip


def links_of(request: Request, extra: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The links in the corner of a page: the page itself, and the same as files."""
    asked = {name: text for name, text in request.query_params.items() if name not in ("lang", "format") and text}
    asked |= extra or {}
    kept = f"?{urlencode(asked)}" if asked else ""
    downloads = {
        name: f"{request.url.path}?{urlencode({**asked, 'format': name})}" for name in ("json", "csv", "turtle")
    }
    return {"view": f"{request.url.path}{kept}", "downloads": downloads, "cut": None}
