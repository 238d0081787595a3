"""What both clients share: how a request is made, and what becomes of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import httpx2

from ._calls import Call, understood
from ._errors import NotReached, NotUnderstood
from ._kept import Kept, Store
from ._retries import Attempts, Retries

T = TypeVar("T")
AGENT = "stanagraph-client"


class Sender:
    """Makes requests and reads answers; sending and waiting is what a client does."""

    def __init__(self, key: str | None, language: str, retries: Retries, keep: int) -> None:
        self._key, self._language, self._retries = key, language, retries
        self._store = Store(keep) if keep else None

    def attempts(self) -> Attempts:
        """The attempts of one request."""
        return Attempts(self._retries)

    def had(self, call: Call[T]) -> Kept | None:
        """The answer that is there already."""
        return self._store.get(call.asked(self._language)) if self._store is not None and call.body is None else None

    def headers(self, call: Call[T], had: Kept | None) -> dict[str, str]:
        """The headers of a request."""
        headers = {"Accept": call.accept, "Accept-Language": self._language, "User-Agent": AGENT}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        if call.content is not None:
            headers["Content-Type"] = call.content
        if call.prefer is not None:
            headers["Prefer"] = call.prefer
        if had is not None:
            headers["If-None-Match"] = had.tag
        return headers

    def taken(self, call: Call[T], answer: httpx2.Response, had: Kept | None) -> T:
        """What an answer says; it is remembered if it has a validator."""
        result = understood(call, answer.status_code, answer.headers, answer.content, had)
        tag = answer.headers.get("ETag")
        if self._store is not None and call.body is None and answer.status_code == 200 and tag:
            self._store.put(call.asked(self._language), Kept(tag, answer.content))
        return result


def given_up(error: httpx2.RequestError) -> NotReached | NotUnderstood:
    """The exception for a request that has no answer."""
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return NotReached(told) if isinstance(error, httpx2.TransportError) else NotUnderstood(told)


def checked(url: str) -> str:
    """The address of the service; ValueError if it is none."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("the address of the service begins with https:// or http://")
    return url.rstrip("/")


def parameters(call: Call[T]) -> Mapping[str, str] | None:
    """What stands behind the question mark."""
    return call.parameters or None
