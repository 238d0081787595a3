"""How much a request may be, and how long it may take to come."""

from __future__ import annotations

import asyncio

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import problems
from ..access.caller import ANONYMOUS
from .settings import LimitSettings

# Beyond the time that any body may take, one that is long may take longer, at this pace.
_PACE = 64 * 1024


class Bounded:
    """Refuses headers and bodies that are too long or too slow; what is not read to its end closes the connection."""

    def __init__(self, app: ASGIApp, settings: LimitSettings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope)
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"")
        whole = declared in (b"", b"0") and b"transfer-encoding" not in headers
        received = 0
        began = asyncio.get_running_loop().time()

        async def receive_on() -> Message:
            nonlocal whole, received
            if whole:
                return await receive()
            until = began + self.settings.body_seconds + received / _PACE
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, "the body took too long to come") from None
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                whole = not message.get("more_body", False)
                if received > limit:
                    whole = False
                    raise HTTPException(413, _too_long(limit))
            return message

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and not whole:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        if declared.isdigit() and int(declared[:20]) > limit:
            problem = problems.Problem(413, "too-long", _too_long(limit))
            await problems.respond(Request(scope), problem)(scope, receive, send_on)
            return
        await self.app(scope, receive_on, send_on)

    def _limit(self, scope: Scope) -> int:
        caller = scope.get("state", {}).get("caller", ANONYMOUS)
        return self.settings.upload_bytes if "ingest" in caller.scopes else self.settings.body_bytes


class BoundedHeaders:
    """Refuses a request line or headers that are too long, before anything is done with them."""

    def __init__(self, app: ASGIApp, settings: LimitSettings) -> None:
        self.app, self.limit = app, settings.header_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            line = len(scope.get("raw_path") or b"") + len(scope["query_string"])
            size = line + sum(len(name) + len(value) + 4 for name, value in scope["headers"])
            if size > self.limit:
                status, code = (414, "too-long") if line > self.limit // 2 else (431, "too-long")
                problem = problems.Problem(
                    status, code, f"the request line and headers have more than {self.limit} bytes"
                )
                # What is too long is not shown again.
                short = {**scope, "query_string": b"", "path": scope["path"][:200]}
                await problems.respond(Request(short), problem)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _too_long(limit: int) -> str:
    return f"the body has more than {limit} bytes"
