"""SPARQL for a scenario: query, update and graphs of the mutable copy that its owner has."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from stanagraph.graph.errors import NameNotKnown
from stanagraph.ingest.pipeline import Scenario

from ..access import Caller, NotAuthenticated, caller_of
from ..representations import as_json
from ..serving import Serving, serving_soon
from . import formats
from .answering import ClientLeft, Exchange, Lender, nobody
from .copies import Copies, Wanted
from .description import describe
from .endpoint import Sparql, must_read, sparql_of
from .errors import PreconditionFailed
from .graph_store import conditions_of, documents_of, target_of
from .protocol import address, query_of, update_of
from .syntax import refuse_what_reaches_out, with_dataset

_NOT_KEPT = {"Cache-Control": "no-store"}
_CHECKED = {"Cache-Control": "private, no-cache"}


class ScenarioStore:
    """The mutable copy of one scenario, for one request of its owner."""

    def __init__(self, request: Request, wanted: Wanted, open_release: Serving) -> None:
        self._request, self._wanted, self._release = request, wanted, open_release
        self._sparql: Sparql = sparql_of(request)
        self._copies: Copies = request.app.state.copies

    @classmethod
    async def of(cls, request: Request, scenario: str) -> ScenarioStore:
        """The copy that a request means, before anything of its body is read; raises NotAuthenticated and the like."""
        caller: Caller = caller_of(request)
        if not caller.known:
            raise NotAuthenticated("a scenario has an owner, and nobody has said who asks")
        must_read(request)
        found: Scenario = await run_in_threadpool(request.app.state.scenario_of, request, scenario)
        supposed = found.as_toml() if found.move else None
        open_release: Serving = await serving_soon(request)
        return cls(request, Wanted(caller.name, scenario, caller.audience, supposed), open_release)

    async def query(self) -> Response:
        """A query, or the description of the service."""
        asked = await query_of(self._request, self._sparql.settings.characters)
        if asked is None:
            media = formats.graph_form(self._request.headers)
            told = await self._do({"action": "graphs"})
            if isinstance(told, Response):
                return told
            body = describe(address(self._request), told["graphs"], media, updates=True)
            return Response(body, headers=_NOT_KEPT, media_type=formats.content_type(media))
        return await self._sparql.answer(self._request, asked, await self._lender(), _NOT_KEPT)

    async def update(self) -> Response:
        """An update: all of it, or nothing."""
        asked = await update_of(self._request, self._sparql.settings.characters)
        refuse_what_reaches_out(asked.text, "SERVICE", "LOAD")
        text = with_dataset(asked.text, asked.dataset)
        told = await self._do({"action": "update", "text": text, "base": address(self._request)})
        return told if isinstance(told, Response) else Response(status_code=204)

    async def read(self, path: str) -> Response:
        """One graph."""
        graph = target_of(self._request, path).iri
        media = formats.graph_form(self._request.headers)
        conditions = conditions_of(self._request.headers, media)
        asked = {"action": "read", "graph": graph, "media": media, **conditions}
        lent = await self._lender()
        exchange = Exchange(self._request, lambda: self._sparql.counted(self._request, lent), self._sparql.settings)
        try:
            return await exchange.respond(asked, _CHECKED)
        except PreconditionFailed:
            if conditions["match"] is not None:
                raise
            (state, *others) = conditions["none_match"] or ["*"]
            tag = {"ETag": formats.tag_of(state, media)} if state != "*" and not others else {}
            return Response(status_code=304, headers={**_CHECKED, **tag})

    async def write(self, path: str, *, replace: bool) -> Response:
        """Documents into a graph or, to `replace` it, in its place: 201 where the graph is new, else 204."""
        target = target_of(self._request, path)
        documents = await documents_of(self._request, target, self._sparql.settings.upload)
        heads = [{"media": media, "base": base} for media, base, _ in documents]
        conditions = conditions_of(self._request.headers)
        asked = {"action": "write", "graph": target.iri, "replace": replace, "documents": heads, **conditions}
        told = await self._do(asked, [text for *_, text in documents])
        if isinstance(told, Response):
            return told
        headers = {"Location": target.iri} if target.new and target.iri else {}
        return Response(status_code=201 if told["created"] else 204, headers=headers)

    async def remove(self, path: str) -> Response:
        """One graph away."""
        conditions = conditions_of(self._request.headers)
        told = await self._do({"action": "remove", "graph": target_of(self._request, path).iri, **conditions})
        return told if isinstance(told, Response) else Response(status_code=204)

    async def described(self) -> Response:
        """Of which release the copy was made, and whether release and scenario are still the same."""
        copy = self._copies.told(self._wanted)
        if copy is None:
            raise self._no_copy()
        current = copy.release == self._release.identifier and copy.supposed == self._wanted.supposed
        told = {"release": copy.release, "made": copy.made, "current": current}
        response = as_json({"iri": address(self._request), "scenario": self._wanted.scenario, **told})
        response.headers.update(_NOT_KEPT)
        return response

    async def discard(self) -> Response:
        """The copy away; the next request makes a new one, of the current release."""
        if not await self._copies.remove(self._wanted):
            raise self._no_copy()
        return Response(status_code=204)

    def _no_copy(self) -> NameNotKnown:
        return NameNotKnown(self._wanted.scenario, ["mutable copy of a scenario"], [])

    async def _do(self, asked: dict[str, Any], documents: list[bytes] | None = None) -> dict[str, Any] | Response:
        lent = await self._lender()
        exchange = Exchange(self._request, lambda: self._sparql.counted(self._request, lent), self._sparql.settings)
        try:
            return await exchange.result(asked, documents or ())
        except ClientLeft:
            return nobody()

    async def _lender(self) -> Lender:
        await self._copies.made(self._wanted, self._release.view)
        return lambda: self._copies.worker(self._wanted)
