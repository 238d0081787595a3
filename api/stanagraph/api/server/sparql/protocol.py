"""SPARQL 1.1 Protocol: from an HTTP request to the text of a query or an update and its data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from .errors import BadQuery, TooLarge, UnsupportedMedia
from .syntax import Dataset

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_FIELDS = 2000
_DATASETS = {"query": ("default-graph-uri", "named-graph-uri"), "update": ("using-graph-uri", "using-named-graph-uri")}
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Operation:
    """A query or an update, and the data set that the request gives it."""

    text: str
    dataset: Dataset


async def query_of(request: Request, characters: int) -> Operation | None:
    """The query that a request asks, by GET or POST; None where it asks none, and wants the description."""
    given = pairs(request.scope["query_string"], characters)
    if request.method == "GET":
        if not any(name in ("query", *_DATASETS["query"], "update") for name, _ in given):
            return None
        return _operation("query", given, None)
    return await _posted(request, "query", QUERY, given, characters)


async def update_of(request: Request, characters: int) -> Operation:
    """The update that a POST asks for."""
    return await _posted(request, "update", UPDATE, pairs(request.scope["query_string"], characters), characters)


async def _posted(request: Request, kind: str, direct: str, given: Pairs, characters: int) -> Operation:
    media = media_type(request)
    if media not in (FORM, direct):
        raise UnsupportedMedia(f"a POST with {FORM} or {direct} was expected, not {media or 'a body of no type'}")
    body = await read_body(request, characters * 4)
    if media == direct:
        return _operation(kind, given, _decoded(body))
    return _operation(kind, [*given, *pairs(body, characters)], None)


def _operation(kind: str, given: Pairs, text: str | None) -> Operation:
    texts = [value for name, value in given if name == kind] + ([] if text is None else [text])
    if len(texts) != 1:
        much = f"has more than one {kind}" if texts else f"has no {kind}"
        raise BadQuery(f"the request {much}; one was expected", kind)
    other = "update" if kind == "query" else "query"
    if any(name == other for name, _ in given):
        raise BadQuery(f"a {kind} is carried out here, and no {other}", other)
    default, named = ([value for name, value in given if name == wanted] for wanted in _DATASETS[kind])
    whole = Dataset(tuple(default), tuple(named)) if default or named else Dataset()
    return Operation(texts[0], whole)


def pairs(text: bytes, characters: int) -> Pairs:
    """The names and values of a form or of what stands behind the question mark."""
    if len(text) > characters * 4:
        raise TooLarge(f"more than {characters} characters are not read")
    try:
        found = parse_qsl(text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise BadQuery("the parameters are not encoded in UTF-8, or there are too many") from None
    if any(len(value) > characters for _, value in found):
        raise TooLarge(f"more than {characters} characters are not read")
    return found


def media_type(request: Request) -> str:
    """The media type of the body in small letters; raises UnsupportedMedia for any encoding but UTF-8."""
    media, *parameters = (part.strip() for part in request.headers.get("content-type", "").lower().split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMedia(f"the body is in {value}; UTF-8 was expected")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("a body with a Content-Encoding is not read")
    return media


async def read_body(request: Request, size: int) -> bytes:
    """The body; raises TooLarge without reading more than so many bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > size:
            raise TooLarge(f"a body of more than {size} bytes is not read")
    return bytes(body)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadQuery("the body is not encoded in UTF-8") from None


def address(request: Request) -> str:
    """The address that the client used, as it wrote it, without what stands behind the question mark."""
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    return f"{request.url.scheme}://{request.url.netloc}{path.decode('latin-1').partition('?')[0]}"
