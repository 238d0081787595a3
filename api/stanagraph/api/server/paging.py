"""Pages of a list, and the opaque cursors that lead from one to the next."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument, StanagraphError


class CursorExpired(StanagraphError):
    """The cursor belongs to a release that is no longer the current one."""

    status = 410
    problem = "cursor-expired"

    def __init__(self, release: str) -> None:
        self.release = release
        super().__init__(f"the cursor belongs to release {release}, which no longer answers: begin again without it")


@dataclass(frozen=True)
class Page:
    """Part of an answer: where it begins, how long the whole is, and the cursor of what follows."""

    answer: Answer
    offset: int
    total: int
    next: str | None


@dataclass(frozen=True)
class Span:
    """Where a page begins and ends in the whole, and the cursor of what follows."""

    offset: int
    end: int
    total: int
    next: str | None


def span_of(
    name: str, release: str, question: Mapping[str, str], total: int, limit: int, cursor: str | None = None
) -> Span:
    """The page at a cursor; `name` and `question` are what was asked, which a cursor must have been given for."""
    asked = _digest(name, question)
    offset = _read(cursor, release, asked) if cursor else 0
    end = offset + limit
    return Span(offset, end, total, _write(release, asked, end) if end < total else None)


def page_of(
    answer: Answer,
    release: str,
    question: Mapping[str, str],
    limit: int,
    cursor: str | None,
    name: str | None = None,
) -> Page:
    """The page of an answer at a cursor; `name` is that of the list, where it is not that of its query."""
    span = span_of(name or answer.query.name, release, question, len(answer.rows), limit, cursor)
    part = dataclasses.replace(answer, rows=answer.rows[span.offset : span.end])
    return Page(part, span.offset, span.total, span.next)


def _digest(query: str, question: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([query, sorted(question.items())]).encode()).hexdigest()[:8]


def _write(release: str, asked: str, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{release}.{asked}.{offset}".encode()).decode().rstrip("=")


def _read(cursor: str, release: str, asked: str) -> int:
    wrong = BadArgument("cursor", "is none that this service gave for this question; begin again without it")
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise wrong from None
    given, _, rest = text.partition(".")
    question, _, offset = rest.partition(".")
    if not offset.isdecimal() or len(offset) > 9:
        raise wrong
    if given != release:
        raise CursorExpired(given)
    if question != asked:
        raise wrong
    return int(offset)
