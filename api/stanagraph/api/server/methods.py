"""Which methods an address takes."""

from __future__ import annotations

from fastapi import Request
from starlette.routing import Match

_KNOWN = ("GET", "POST", "PUT", "PATCH", "DELETE")


def allowed(request: Request) -> tuple[str, ...]:
    """The methods that the address of a request takes; none where there is nothing at it."""
    scope = dict(request.scope)
    found = [
        method
        for method in _KNOWN
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]
    if "GET" in found:
        found.insert(1, "HEAD")
    return (*found, "OPTIONS") if found else ()
