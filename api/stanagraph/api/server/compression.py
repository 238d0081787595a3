"""Bodies in fewer bytes (gzip, Brotli, Zstandard), each with an ETag of its own, as RFC 9110 asks of strong ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

# What the library does not know to be text.
_TEXTS = (
    "text/turtle", "text/csv", "text/tab-separated-values", "application/n-triples", "application/n-quads",
    "application/trig", "application/problem+json", "application/schema+json", "application/sparql-results+json",
    "application/sparql-results+xml",
)  # fmt: skip
_CODED = re.compile(r'-(?:gzip|br|zstd)"$')
_CONDITIONS = (b"if-none-match", b"if-match")

for _text in _TEXTS:
    add_compress_type(_text)


class Compression:
    """Compresses what a client takes compressed. Inside of it nobody has to know."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = [tag.strip() for tag in Headers(scope=scope).get("if-none-match", "").split(",")]

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                _tag(MutableHeaders(scope=message), message["status"], known)
            await send(message)

        # The scope stays the one that everybody outside has: which route answered is written into it.
        scope["headers"] = [_plain(*pair) for pair in scope["headers"]]
        await self.app(scope, receive, send_on)


def _plain(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header in which the tags of compressed bodies are those of the bodies."""
    if name.lower() not in _CONDITIONS:
        return name, value
    tags = (_CODED.sub('"', tag.strip()) for tag in value.decode("latin-1").split(","))
    return name, ", ".join(tags).encode("latin-1")


def _tag(headers: MutableHeaders, status: int, known: Iterable[str]) -> None:
    tag, coding = headers.get("etag"), headers.get("content-encoding")
    if tag is None:
        return
    if coding is not None:
        headers["etag"] = f'{tag[:-1]}-{coding}"'
    elif status == 304:
        # What the client has is what it is told to keep.
        strong = (it.removeprefix("W/") for it in known)
        headers["etag"] = next((it for it in strong if _CODED.sub('"', it) == tag), tag)
