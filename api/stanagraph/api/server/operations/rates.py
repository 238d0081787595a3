"""How often a caller may ask: `RateLimit` on every answer, 429 when it was too often."""

from __future__ import annotations

import ipaddress
import math
import time
from dataclasses import dataclass
from functools import lru_cache

import limits
from fastapi import Request
from limits.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import problems
from ..access.caller import ANONYMOUS, Caller
from ..paths import path_of
from .counters import SharedCounters
from .settings import LimitSettings

# Who watches the service may look as often as they like.
_FREE = frozenset({"/healthz", "/readyz", "/metrics"})


@dataclass(frozen=True)
class Count:
    """How a caller stands: what is left, and for how many seconds this holds."""

    allowed: bool
    left: int
    seconds: int


class Rates:
    """Counts what callers ask, and where they fail to say who they are."""

    def __init__(self, settings: LimitSettings, counters: SharedCounters) -> None:
        self._counters = counters
        self._limiter = FixedWindowRateLimiter(counters)
        self.anonymous, self.known = limits.parse(settings.requests), limits.parse(settings.known_requests)
        self.failures = limits.parse(settings.failures)

    def count(self, caller: Caller, address: str) -> tuple[limits.RateLimitItem, Count]:
        """Count one request."""
        item, who = (self.known, caller.name) if caller.known else (self.anonymous, address)
        key = item.key_for("asks", who)
        count = self._counters.incr(key, item.get_expiry())
        seconds = max(1, math.ceil(self._counters.get_expiry(key) - time.time()))
        return item, Count(count <= item.amount, max(0, item.amount - count), seconds)

    def failed(self, address: str) -> None:
        """Count one credential that was not believed."""
        self._limiter.hit(self.failures, "fails", address)

    def may_try(self, address: str) -> bool:
        """Whether a credential from this address is looked at."""
        return self._limiter.test(self.failures, "fails", address)


def address_of(scope: Scope) -> str:
    """Whose the other end is: an address, or for IPv6 the network that one customer has."""
    client = scope.get("client")
    return "local" if client is None else _network(str(client[0]))


@lru_cache(1024)
def _network(text: str) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class RateLimited:
    """Lets a request pass, or answers 429."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self.app, self.rates = app, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or path_of(scope) in _FREE:
            await self.app(scope, receive, send)
            return
        caller = scope.get("state", {}).get("caller", ANONYMOUS)
        item, stands = self.rates.count(caller, address_of(scope))
        policy, told = (
            f'"requests";q={item.amount};w={item.get_expiry()}'.encode(),
            f'"requests";r={stands.left};t={stands.seconds}'.encode(),
        )

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"ratelimit-policy", policy), (b"ratelimit", told)]
            await send(message)

        if stands.allowed:
            await self.app(scope, receive, send_on)
            return
        await too_many(scope, stands.seconds)(scope, receive, send_on)


def too_many(scope: Scope, seconds: int) -> ASGIApp:
    """The answer to who asks too often."""
    problem = problems.Problem(
        429, "too-many-requests", f"too many requests; go on in {seconds} s", headers={"Retry-After": str(seconds)}
    )
    return problems.respond(Request(scope), problem)
