"""Answers that were given lately, as they went out: the same question need not be worked out, or written, again."""

from __future__ import annotations

import threading
from collections import OrderedDict

from fastapi import Response

_EACH = 256 * 1024
_ALL = 32 * 1024**2


class Remembered:
    """The answers of one open release, by their tags; the longest unused go first, and nothing long is kept."""

    def __init__(self, each: int = _EACH, together: int = _ALL) -> None:
        self._each, self._together = each, together
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[bytes, list[tuple[bytes, bytes]]]] = OrderedDict()
        self._size = 0

    def get(self, tag: str) -> Response | None:
        """The answer with this tag, as a response of its own."""
        with self._lock:
            found = self._known.get(tag)
            if found is None:
                return None
            self._known.move_to_end(tag)
        response = Response(status_code=200)
        response.body, response.raw_headers = found[0], list(found[1])
        return response

    def keep(self, tag: str, response: Response) -> None:
        """Remember an answer that is whole and not long."""
        if type(response) is not Response or response.status_code != 200 or len(response.body) > self._each:
            return
        body = bytes(response.body)
        with self._lock:
            if tag in self._known:
                return
            self._known[tag] = (body, list(response.raw_headers))
            self._size += len(body)
            while self._size > self._together:
                _, (gone, _headers) = self._known.popitem(last=False)
                self._size -= len(gone)
