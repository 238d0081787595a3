"""Answers that were given lately, as they went out: the same question need not be worked out, or written, again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .access.caller import ANONYMOUS

if TYPE_CHECKING:
    from .serving import Current, Serving

_EACH = 256 * 1024
_ALL = 32 * 1024**2
# What an answer takes in memory beside its bytes, about.
_BESIDE = 1024
_CHOOSING = (b"accept", b"accept-encoding", b"accept-language")
_TOLD_OF_304 = (b"cache-control", b"content-language", b"etag")


@dataclass(frozen=True)
class Given:
    """An answer as it goes out: its tag, its headers, its bytes, and the route that gave it."""

    tag: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    route: Any = None

    @property
    def short(self) -> tuple[tuple[bytes, bytes], ...]:
        """The headers for who has it already."""
        return tuple(pair for pair in self.headers if pair[0] in _TOLD_OF_304)


class Remembered:
    """The answers of one open release, by their questions; the longest unused go first, and nothing long is kept."""

    def __init__(self, each: int = _EACH, together: int = _ALL) -> None:
        self._each, self._together = each, together
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Given] = OrderedDict()
        self._size = 0

    def get(self, question: Hashable) -> Given | None:
        """The answer to this question."""
        with self._lock:
            found = self._known.get(question)
            if found is not None:
                self._known.move_to_end(question)
        return found

    def keep(self, question: Hashable, given: Given) -> None:
        """Remember an answer that is not long."""
        if len(given.body) > self._each:
            return
        with self._lock:
            if question in self._known:
                return
            self._known[question] = given
            self._size += _size(question, given)
            while self._size > self._together:
                self._size -= _size(*self._known.popitem(last=False))


def _size(question: Hashable, given: Given) -> int:
    """How much memory an answer takes: short answers to long questions count, too."""
    asked = sum(len(part) for part in question if isinstance(part, str | bytes)) if isinstance(question, tuple) else 0
    return _BESIDE + asked + sum(len(name) + len(value) for name, value in given.headers) + len(given.body)


class Recalls:
    """Gives an answer that was given lately again, without asking the routes.

    It stands behind all that looks at who asks, how often, and how; only answers that follow from the release of the
    caller's audience and from the question alone are remembered, which `lasting` says of them.
    """

    def __init__(self, app: ASGIApp, current: Current) -> None:
        self.app, self._current = app, current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        caller = state.get("caller", ANONYMOUS)
        chosen, known = _conditions(scope)
        question = (
            scope.get("root_path"), scope["path"], scope["query_string"], *chosen, caller.known, caller.scopes,
        )  # fmt: skip
        serving = self._current.newest(caller.audience)
        found = serving.remembered.get(question) if serving is not None else None
        if serving is not None and found is not None and known in (b"", found.tag):
            state["release"], scope["route"] = serving.identifier, found.route
            told = (200, found.headers, found.body) if not known else (304, found.short, b"")
            await send({"type": "http.response.start", "status": told[0], "headers": list(told[1])})
            await send({"type": "http.response.body", "body": told[2]})
            return
        begun: list[tuple[bytes, bytes]] | None = None

        async def send_on(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = list(message["headers"]) if message["status"] == 200 and "lasting" in state else None
            elif begun is not None and not message.get("more_body"):
                _keep(state["lasting"], question, Given(_tag(begun), tuple(begun), message["body"], scope.get("route")))
            else:
                begun = None  # in several pieces: long
            await send(message)

        await self.app(scope, receive, send_on)


def lasting(scope: Scope, serving: Serving) -> None:
    """Say of the answer to a request that the same question will have the same answer of this release."""
    scope["state"]["lasting"] = serving


def _keep(serving: Serving, question: Hashable, given: Given) -> None:
    if given.tag:
        serving.remembered.keep(question, given)


def _conditions(scope: Scope) -> tuple[tuple[bytes, ...], bytes]:
    """What a request says of the form that it wants, and the tag of what it has."""
    chosen, known = dict.fromkeys(_CHOOSING, b""), b""
    for name, value in scope["headers"]:
        if name in chosen:
            chosen[name] += b"," + value
        elif name == b"if-none-match":
            known += value
    return tuple(chosen.values()), known


def _tag(headers: list[tuple[bytes, bytes]]) -> bytes:
    return next((value for name, value in headers if name == b"etag"), b"")
