"""What every response has in common: security headers, `Vary`, and an answer to HEAD."""

from __future__ import annotations

from functools import lru_cache

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
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Permitted-Cross-Domain-Policies": "none",
}
VARY = ("Accept", "Accept-Language", "Accept-Encoding")


_WRITTEN = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())


def with_headers(headers: MutableHeaders) -> None:
    """Add what is missing of the headers that every response has."""
    raw = headers.raw
    said = {name for name, _ in raw}
    raw += [pair for pair in _WRITTEN if pair[0] not in said]
    if b"vary" not in said:
        raw.append((b"vary", _varies("")))
        return
    headers["Vary"] = _varies(headers["Vary"]).decode()


@lru_cache(64)
def _varies(said: str) -> bytes:
    """What all answers vary by, and what one says besides."""
    varies = [part.strip() for part in said.split(",") if part.strip()]
    return ", ".join([*(name for name in VARY if name not in varies), *varies]).encode()


def for_one_only(headers: MutableHeaders) -> None:
    """What a known caller gets is for nobody else: no cache that others use may keep it."""
    kept = headers.get("Cache-Control", "no-cache")
    if "no-store" not in kept and "private" not in kept:
        headers["Cache-Control"] = f"private, {kept}"


class Edge:
    """Answers HEAD as GET without a body, and puts the common headers on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        personal = any(name == b"authorization" for name, _ in scope["headers"])

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                with_headers(headers)
                if personal:
                    for_one_only(headers)
            elif message["type"] == "http.response.body" and head:
                message = {**message, "body": b""}
            await send(message)

        if not head:
            await self.app(scope, receive, send_on)
            return
        scope.setdefault("state", {})["head"] = True
        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send_on)
        finally:
            # Which route answered, for who counts.
            scope["route"] = as_get.get("route")
