"""What is known of each request once it is over: its id, one line of log, its numbers, its span."""

from __future__ import annotations

import logging
import re
import secrets
import time
from contextlib import nullcontext
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import metrics
from .rates import address_of
from .settings import LogSettings
from .traces import Tracer

_LOG = logging.getLogger("stanagraph.requests")
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observed:
    """Gives every request an id, which every line of the log has that is written for it, and counts it."""

    def __init__(self, app: ASGIApp, settings: LogSettings, tracer: Tracer | None = None) -> None:
        self.app, self.settings, self.tracer = app, settings, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        identifier = given.decode() if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = identifier
        began = time.perf_counter()
        status, sent = 0, 0

        async def send_on(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = identifier
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        metrics.RUNNING.inc()
        with structlog.contextvars.bound_contextvars(request=identifier), self._span(scope, headers) as span:
            try:
                await self.app(scope, receive, send_on)
                # Nothing was answered to who had left.
                status = status or 499
            except Exception:
                status = 500
                _LOG.exception("an unexpected error")
                raise
            finally:
                metrics.RUNNING.dec()
                self._told(scope, span, status, sent, time.perf_counter() - began)

    def _span(self, scope: Scope, headers: dict[bytes, bytes]) -> Any:
        if self.tracer is None:
            return nullcontext()
        carried = {name: headers[name.encode()].decode("latin-1") for name in ("traceparent", "tracestate")
                   if name.encode() in headers}  # fmt: skip
        return self.tracer(_method(scope), carried)

    def _told(self, scope: Scope, span: Any, status: int, sent: int, seconds: float) -> None:
        route, method = route_of(scope), _method(scope)
        metrics.REQUESTS.labels(method, route, str(status)).inc()
        metrics.SECONDS.labels(route).observe(seconds)
        if status == 429:
            metrics.LIMITED.inc()
        if span is not None:
            span.update_name(f"{method} {route}")
            span.set_attribute("http.request.method", method)
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", status)
        if self.settings.requests:
            caller = scope["state"].get("caller")
            fields = {
                "method": method,
                # Without what stands behind the question mark: people put secrets there.
                "path": scope["path"][:200],
                "route": route,
                "status": status,
                "bytes": sent,
                "ms": round(seconds * 1000, 2),
                "caller": caller.name if caller is not None else None,
                "release": scope["state"].get("release"),
                "address": address_of(scope),
            }
            _LOG.info("request", extra={"fields": fields})


def route_of(scope: Scope) -> str:
    """The path of the route that answered, with the names of its parameters."""
    return str(getattr(scope.get("route"), "path", None) or "none")


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"
