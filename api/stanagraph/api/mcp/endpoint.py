"""The server at `/mcp` of the service, for the caller of each request: nothing is kept between two of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..server import problems
from ..server.access.caller import Forbidden, NotAuthenticated, caller_of
from ..server.negotiation import language_of
from ..server.serving import Busy, serving
from .desk import Desk
from .server import Context, server

PATH = "/mcp"
# Descriptions of systems are the longest that is sent.
_LARGEST = 1024**2


class Endpoint:
    """Takes POST of JSON-RPC. Pages of other sites are refused unless the settings allow them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        manager: StreamableHTTPSessionManager | None = getattr(request.app.state, "mcp", None)
        caller = caller_of(request)
        if not caller.scopes & {"read", "check"}:
            unread = Forbidden("read") if caller.known else NotAuthenticated("this needs a caller with the scope read")
            await problems.respond(request, problems.of(unread, {}))(scope, receive, send)
        elif not _trusted(request):
            problem = problems.Problem(403, "forbidden", "pages of this origin may not ask")
            await problems.respond(request, problem)(scope, receive, send)
        elif manager is None:
            await problems.respond(request, problems.of(Busy("the service is starting"), {}))(scope, receive, send)
        else:
            await manager.handle_request(scope, receive, send)


def install(app: FastAPI) -> None:
    """Put the endpoint among the routes; `running` makes it answer."""
    app.router.routes.append(Route(PATH, Endpoint(), methods=["POST"]))


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """While this lasts, the endpoint answers."""
    manager = StreamableHTTPSessionManager(
        server(_desk_of), json_response=True, stateless=True, max_request_body_size=_LARGEST
    )
    async with manager.run():
        app.state.mcp = manager
        try:
            yield
        finally:
            app.state.mcp = None


def _desk_of(ctx: Context) -> Desk:
    request = ctx.request
    assert isinstance(request, Request)
    return Desk(caller_of(request), language_of(request.headers, None), lambda: serving(request))


def _trusted(request: Request) -> bool:
    """Whether no page of another site is behind this: a browser names the site in `Origin`."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    allowed = request.app.state.settings.cors.origins
    return "*" in allowed or origin in allowed or urlsplit(origin).netloc == request.headers.get("host")
