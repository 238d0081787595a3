"""Queries over a release or a copy, all together: who asks, what it may cost, and in which form it is answered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from fastapi import Request, Response

from ..access import Caller, Forbidden, NotAuthenticated, caller_of
from ..operations.places import Places
from ..operations.rates import address_of
from ..serving import Serving, serving_soon
from . import formats
from .answering import Exchange, Lender
from .description import describe
from .errors import TooManyQueries
from .pool import Pool
from .protocol import Operation, address, query_of
from .settings import SparqlSettings
from .syntax import graphs_of, refuse_what_reaches_out
from .worker import Worker

# What gives another answer each time, or names what it made itself.
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)


class Sparql:
    """What the process of the service knows of queries: its limits, its confined processes, and who has some."""

    def __init__(self, settings: SparqlSettings, places: Places) -> None:
        self.settings = settings
        self.pool = Pool(settings)
        self._places = places

    async def query_release(self, request: Request) -> Response:
        """A query over what the caller sees of the current release, or the description of the service."""
        must_read(request)
        open_release: Serving = await serving_soon(request)
        asked = await query_of(request, self.settings.characters)
        if asked is None:
            media = formats.graph_form(request.headers)
            names = [graph.value for graph in open_release.store.graphs()]
            body = describe(address(request), names, media, updates=False)
            return Response(body, headers={"Cache-Control": "no-cache"}, media_type=formats.content_type(media))
        headers = {"Cache-Control": "no-cache"}
        if request.method == "GET" and not _CHANGING.search(asked.text):
            headers["ETag"] = _tag(request, open_release.identifier)
            known = {part.strip() for part in request.headers.get("if-none-match", "").split(",")}
            if headers["ETag"] in known:
                return Response(status_code=304, headers=headers)
        return await self.answer(request, asked, lambda: self.pool.worker(open_release.view.path), headers)

    async def answer(self, request: Request, asked: Operation, lent: Lender, headers: dict[str, str]) -> Response:
        """The answer to a query by a process that is lent."""
        question = question_of(request, asked)
        # The turn of the caller ends with the loan of the process.
        return await Exchange(request, lambda: self.counted(request, lent), self.settings).respond(question, headers)

    def close(self) -> None:
        """End all confined processes."""
        self.pool.close()

    @asynccontextmanager
    async def counted(self, request: Request, lent: Lender) -> AsyncIterator[Worker]:
        """A process, as one of those that the caller may have at once."""
        with self._turn(name_of(request)):
            async with lent() as worker:
                yield worker

    @contextmanager
    def _turn(self, caller: str) -> Iterator[None]:
        place = self._places.take(f"queries {caller}", self.settings.per_caller)
        if place is None:
            raise TooManyQueries(self.settings.per_caller)
        try:
            yield
        finally:
            self._places.give(place)


def must_read(request: Request) -> Caller:
    """The caller, who may read: a query by POST is reading, too. Raises NotAuthenticated, Forbidden."""
    caller = caller_of(request)
    if "read" in caller.scopes:
        return caller
    raise Forbidden("read") if caller.known else NotAuthenticated("this needs a caller with the scope read")


def question_of(request: Request, asked: Operation) -> dict[str, Any]:
    """What a confined process is to be asked; raises QueryRefused."""
    text = asked.text
    refuse_what_reaches_out(text, "SERVICE")
    prologue, named = graphs_of(text) if "FROM" in text.upper() else ("", [])
    dataset = {"default": asked.dataset.default, "named": asked.dataset.named, "from": named, "prologue": prologue}
    return {"action": "query", "text": text, "base": address(request), **dataset, **formats.chosen(request.headers)}


def name_of(request: Request) -> str:
    """Whose queries are counted together: a known caller's, or those from one address."""
    caller = caller_of(request)
    return caller.name if caller.known else f"from {address_of(request.scope)}"


def sparql_of(request: Request) -> Sparql:
    """The queries of this process."""
    found: Sparql = request.app.state.sparql
    return found


def _tag(request: Request, identifier: str) -> str:
    """A weak validator: rows may come in another order, and triples under other prefixes."""
    chosen = formats.chosen(request.headers)
    parts = [address(request), request.url.query, *(str(chosen[kind]) for kind in sorted(chosen))]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f'W/"{identifier}-{digest[:20]}"'
