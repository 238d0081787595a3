"""What every response has in common: security headers, `Vary`, and an answer to HEAD."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .style import STYLE_HASH

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
VARY = "Accept, Accept-Language, Accept-Encoding"


def with_headers(headers: MutableHeaders) -> None:
    """Add what is missing of the headers that every response has."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    # What an answer depends on of itself stands before what every answer does.
    own = [name for part in headers.getlist("vary") for it in part.split(",") if (name := it.strip())]
    headers["Vary"] = ", ".join([*(name for name in own if name.lower() not in VARY.lower()), VARY])


class Edge:
    """Answers HEAD as GET without a body, and puts the common headers on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                with_headers(MutableHeaders(scope=message))
            elif message["type"] == "http.response.body" and head:
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"} if head else scope, receive, send_on)
