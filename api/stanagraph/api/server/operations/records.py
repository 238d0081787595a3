"""What goes into the audit log by itself: writes, failed logins, exports."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import problems
from ..access.audit import AuditLog, NotRecorded
from ..access.caller import ANONYMOUS
from ..paths import path_of
from .rates import address_of

# What is asked with POST because it is long, and changes nothing.
READ_BY_POST = re.compile(r"/sparql|/mcp|/v1/conformance-checks|/v1/scenarios/[^/]+/sparql")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Recorded:
    """A write of a known caller is recorded before it is done, or it is not done; then how it ended. Exports too."""

    def __init__(self, app: ASGIApp, audit: AuditLog) -> None:
        self.app, self.audit = app, audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        caller = state.get("caller", ANONYMOUS)
        said = {
            "method": scope["method"],
            "path": scope["path"],
            "address": address_of(scope),
            "request": state.get("request_id"),
        }
        # Nobody who is not known may write, so what they send is refused further on.
        writes = scope["method"] not in _SAFE and caller.known and READ_BY_POST.fullmatch(path_of(scope)) is None
        if writes:
            try:
                await run_in_threadpool(self.audit.write, "write-asked", caller, None, **said)
            except NotRecorded as error:
                await problems.respond(Request(scope), problems.of(error, {}))(scope, receive, send)
                return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                release = state.get("release")
                if writes:
                    ended = {**said, "status": message["status"]}
                    await run_in_threadpool(self.audit.attempt, "write", caller, release, **ended)
                elif message["status"] == 200 and not state.get("head") and _saved(message):
                    asked = {**said, "query": scope["query_string"].decode("latin-1")}
                    self.audit.attempt("export", caller, release, **asked)
            await send(message)

        await self.app(scope, receive, send_on)


def _saved(message: Message) -> bool:
    """Whether the answer is meant to be kept as a file."""
    return any(name == b"content-disposition" and value.startswith(b"attachment") for name, value in message["headers"])
