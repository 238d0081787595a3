"""From a request to a confined process, and from its frames to a response that is streamed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from stanagraph.graph.errors import BadInput, StanagraphError

from ...confined.frames import DATA, END, FAILURE, HEADER
from ..serving import Busy
from . import errors
from .formats import content_type, not_acceptable, tag_of
from .settings import SparqlSettings
from .worker import Gone, Worker

_LOG = logging.getLogger(__name__)
_LEFT = 499  # nobody reads it
_T = TypeVar("_T")
Loan = AbstractAsyncContextManager[Worker]
Lender = Callable[[], Loan]


class Failed(StanagraphError):
    """The store could not answer; the log says why."""

    status = 503
    problem = "store-failed"


class ClientLeft(Exception):
    """The client has gone before its answer came."""


def nobody() -> Response:
    """What a client gets that has left."""
    return Response(status_code=_LEFT)


class CutOff(Exception):
    """An answer that had begun cannot be finished: the connection is closed, so that nobody takes it for whole."""


class _Streamed(StreamingResponse):
    """An answer that is sent while it is computed. However that ends, its process goes back or is ended."""

    def __init__(self, parts: AsyncIterator[bytes], lent: Loan, headers: dict[str, str], media: str) -> None:
        self._lent, self._whole = lent, False
        super().__init__(self._until_whole(parts), headers=headers, media_type=media)

    async def _until_whole(self, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for part in parts:
            yield part
        self._whole = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; raises CutOff where it cannot be finished."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            left = None if self._whole else ClientLeft()
            with contextlib.suppress(ClientLeft):
                await self._lent.__aexit__(type(left) if left else None, left, None)


@dataclass(frozen=True)
class Begun:
    """The form of an answer, its beginning and, where that is all of it, what the process tells at its end.

    `state` is the digest of the graph that it gives, where it gives one.
    """

    media: str
    body: bytes
    end: dict[str, Any] | None
    state: str | None = None


class Exchange:
    """One request to one process, until the time that it may take is over or its client has left."""

    def __init__(self, request: Request, lent: Lender, settings: SparqlSettings, seconds: float | None = None) -> None:
        self._request, self._lent, self._settings = request, lent, settings
        self._seconds = seconds if seconds is not None else settings.seconds

    async def respond(self, asked: dict[str, Any], headers: dict[str, str]) -> Response:
        """The answer as a response; what goes wrong before it has begun is raised as a problem."""
        try:
            lent, worker, begun, until = await self._begin(asked, ())
        except ClientLeft:
            return nobody()
        media = content_type(begun.media)
        if begun.state is not None:
            headers = {**headers, "ETag": tag_of(begun.state, begun.media)}
        if begun.end is not None:
            await lent.__aexit__(None, None, None)
            return Response(begun.body, headers=headers, media_type=media)
        return _Streamed(self._rest(worker, begun.body, until), lent, headers, media)

    async def result(self, asked: dict[str, Any], documents: Sequence[bytes] = ()) -> dict[str, Any]:
        """What the process tells when it has done what it was asked; raises ClientLeft."""
        lent, _, begun, _ = await self._begin(asked, documents)
        await lent.__aexit__(None, None, None)
        return begun.end or {}

    async def _begin(self, asked: dict[str, Any], documents: Sequence[bytes]) -> tuple[Loan, Worker, Begun, float]:
        """The process, what it answers first, and when its time is over; the process goes back where that fails."""
        while True:
            lent = self._lent()
            worker = await lent.__aenter__()
            until = asyncio.get_running_loop().time() + self._seconds
            try:
                work = self._while_wanted(self._first(worker, asked, documents))
                return lent, worker, await self._in_time(work, until), until
            except (BadInput, ClientLeft, Failed) as error:
                # What the process says itself it has survived, unless it was ended for it.
                survived = isinstance(error, BadInput) and not isinstance(error, errors.QueryStopped)
                await lent.__aexit__(*((None, None, None) if survived else (type(error), error, None)))
                raise
            except Gone as gone:
                await lent.__aexit__(Gone, gone, None)
                if gone.code != 0:
                    raise Failed("the store could not answer") from None
                # It had been idle for so long that it left, and had not read the request: another one will.
            except BaseException as error:
                await lent.__aexit__(type(error), error, None)
                raise

    async def _first(self, worker: Worker, asked: dict[str, Any], documents: Sequence[bytes]) -> Begun:
        limits = {"seconds": self._seconds, "rows": self._settings.rows, "size": self._settings.megabytes << 20}
        await worker.ask({**asked, **limits, "room": self._settings.copy_megabytes << 20}, documents)
        header = json.loads(await self._frame(worker, HEADER))
        state = header.get("state")
        body = b""
        kind, payload = await self._either(worker)
        if kind == DATA:
            body = payload
            if not header["whole"]:
                return Begun(header["media"], body, None, state)
            kind, payload = await self._either(worker)
        return Begun(header["media"], body, json.loads(payload), state)

    async def _frame(self, worker: Worker, wanted: bytes) -> bytes:
        kind, payload = await self._either(worker)
        assert kind == wanted
        return payload

    async def _either(self, worker: Worker) -> tuple[bytes, bytes]:
        """The next frame; a failure is raised."""
        kind, payload = await worker.frame()
        if kind == FAILURE:
            raise self._problem(json.loads(payload))
        return kind, payload

    async def _rest(self, worker: Worker, begun: bytes, until: float) -> AsyncIterator[bytes]:
        yield begun
        try:
            while True:
                kind, data = await self._in_time(self._either(worker), until)
                if kind == END:
                    return
                yield data
                # Where both sides are quick nothing above ever waits, and others want to be answered meanwhile.
                await asyncio.sleep(0)
        except (StanagraphError, Gone) as error:
            raise CutOff(str(error)) from None

    async def _in_time(self, work: Awaitable[_T], until: float) -> _T:
        try:
            async with asyncio.timeout_at(until):
                return await work
        except TimeoutError:
            raise errors.QueryStopped("seconds", self._seconds) from None
        except Gone as gone:
            if gone.code == -signal.SIGALRM:
                raise errors.QueryStopped("seconds", self._seconds) from None
            if gone.code in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV):
                raise errors.QueryStopped("memory", self._settings.memory) from None
            raise

    async def _while_wanted(self, work: Awaitable[_T]) -> _T:
        """The result of `work`; raises ClientLeft as soon as the client has left, and gives up the work."""
        working = asyncio.ensure_future(work)
        working.add_done_callback(_heard)
        leaving = asyncio.ensure_future(self._left())
        try:
            await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            raise ClientLeft
        finally:
            leaving.cancel()
            if not working.done():
                working.cancel()

    async def _left(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass

    def _problem(self, failure: dict[str, Any]) -> StanagraphError:
        code, detail = failure["code"], failure.get("detail", "")
        if code == "query-stopped":
            allowed = failure["allowed"] or self._settings.memory
            return errors.QueryStopped(failure["limit"], allowed)
        if code == "not-acceptable":
            return not_acceptable(detail)
        if code == "bad-query":
            return errors.BadQuery(detail, failure.get("parameter", "query"))
        if code == "busy":
            return Busy("another request is at work on this copy")
        known: dict[str, type[BadInput]] = {
            "query-refused": errors.QueryRefused,
            "graph-not-found": errors.GraphNotFound,
            "copy-full": errors.CopyFull,
            "precondition-failed": errors.PreconditionFailed,
            "bad-input": errors.BadDocument,
        }
        if code in known:
            return known[code](detail)
        _LOG.error("a query failed: %s", detail)
        return Failed("the store could not answer")


def _heard(task: asyncio.Future[Any]) -> None:
    """Nobody need be told how a piece of work ended that was given up just then."""
    if not task.cancelled():
        task.exception()
