"""SPARQL 1.1 Graph Store HTTP Protocol: which graph a request means, and which documents it brings."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from .errors import BadQuery, UnsupportedMedia
from .formats import GRAPHS, tag_of
from .protocol import address, media_type, pairs, read_body
from .syntax import safe

_PARTS = 100
_TAG = re.compile(r'(W/)?"([^"]*)"')


@dataclass(frozen=True)
class Target:
    """A graph: by its IRI, or the default one; `new` where the service is to name it itself."""

    iri: str | None
    new: bool = False


def target_of(request: Request, path: str) -> Target:
    """The graph that a request means, by `graph`, by `default` or by its own address; raises BadQuery."""
    given = pairs(request.scope["query_string"], 10_000)
    graphs = [value for name, value in given if name == "graph"]
    default = [value for name, value in given if name == "default"]
    if len(graphs) + len(default) + bool(path) > 1:
        raise BadQuery("a request means one graph: by graph, by default or by its own address", "graph")
    if graphs:
        return Target(safe(graphs[0]))
    if default:
        return Target(None)
    if path:
        return Target(address(request))
    if request.method == "POST":
        return Target(f"{address(request).rstrip('/')}/{uuid.uuid4().hex}", new=True)
    raise BadQuery("which graph is meant: graph=<IRI>, default, or an address below this one", "graph")


def conditions_of(headers: Mapping[str, str], media: str = "") -> dict[str, list[str] | None]:
    """The states of a graph that `If-Match` and `If-None-Match` name, as digests; None where a header is missing.

    The tag of any form of a graph names its state, unless one form is asked for. If-Match takes strong tags alone.
    """
    found: dict[str, list[str] | None] = {}
    for name, header, strong in (("match", "if-match", True), ("none_match", "if-none-match", False)):
        said = headers.get(header)
        tags = _TAG.findall(said or "")
        said_of = {tag: tag.partition("-")[0] for weak, tag in tags if not (weak and strong)}
        states = [state for tag, state in said_of.items() if not media or tag_of(state, media) == f'"{tag}"']
        found[name] = None if said is None else ["*"] if said.strip() == "*" else states
    return found


async def documents_of(request: Request, target: Target, megabytes: int) -> list[tuple[str, str, bytes]]:
    """The documents that a request brings: media type, base and text of each; raises UnsupportedMedia, TooLarge."""
    base = target.iri if target.iri is not None else address(request)
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        body = await read_body(request, megabytes << 20)
        return [(_graph_media(media), base, text) for media, text in await _parts(request, body)]
    media = _graph_media(media_type(request))
    return [(media, base, await read_body(request, megabytes << 20))]


async def _parts(request: Request, body: bytes) -> list[tuple[str, bytes]]:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    found = []
    try:
        parser = MultiPartParser(
            request.headers, whole(), max_files=_PARTS, max_fields=_PARTS, max_part_size=len(body) + 1
        )
        form = await parser.parse()
        try:
            for name, part in form.multi_items():
                if not isinstance(part, UploadFile):
                    raise UnsupportedMedia(f"the part {name} is no file with a media type")
                found.append((part.content_type or "", await part.read()))
        finally:
            await form.close()
    except MultiPartException as error:
        raise BadQuery(f"the parts of the body cannot be read: {error.message}") from None
    return found


def _graph_media(media: str) -> str:
    plain, _, rest = media.lower().partition(";")
    if "charset" in rest and "utf-8" not in rest.replace("utf8", "utf-8") and "us-ascii" not in rest:
        raise UnsupportedMedia(f"{media}: UTF-8 was expected")
    if plain.strip() not in GRAPHS:
        raise UnsupportedMedia(f"a graph as {', '.join(GRAPHS)} was expected, not {plain.strip() or 'one of no type'}")
    return plain.strip()
