"""Sets `request.state.caller` before anything else looks at a request. A bad credential is never taken for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from stanagraph.graph.errors import StanagraphError

from .. import problems
from .bearer import Verifier, credential_of, verified
from .caller import ANONYMOUS, Caller, Forbidden, NotAuthenticated
from .settings import AccessSettings

# Who watches the service needs no leave to ask whether it is well.
_OPEN = frozenset({"/healthz", "/readyz"})
# Who may only write may follow what became of it; who may only administer may read the metrics.
_OWN_SCOPES = ("/v1/jobs/", "/metrics")


class Access:
    """Finds out who asks; 401 where a credential cannot be believed."""

    def __init__(self, app: ASGIApp, settings: AccessSettings, verifiers: Sequence[Verifier] = ()) -> None:
        self.app = app
        self.verifiers = verifiers
        self.anonymous = replace(ANONYMOUS, scopes=frozenset(settings.anonymous))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            credential = credential_of(scope["headers"])
            caller = self.anonymous
            if credential is not None:
                # Keys of an issuer may have to be fetched.
                caller = await run_in_threadpool(verified, credential, self.verifiers)
            scope.setdefault("state", {})["caller"] = caller
            if "read" not in caller.scopes and scope["method"] in ("GET", "HEAD"):
                _may_read(caller, scope["path"])
        except (NotAuthenticated, Forbidden) as error:
            await refuse(error)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _may_read(caller: Caller, path: str) -> None:
    if path in _OPEN or (caller.known and path.startswith(_OWN_SCOPES)):
        return
    raise Forbidden("read") if caller.known else NotAuthenticated("this needs a caller with the scope read")


def refuse(error: StanagraphError) -> ASGIApp:
    """The answer to who is not believed, or may not; it does not say why a credential is not believed."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await problems.respond(Request(scope), problems.of(error, {}))(scope, receive, send)

    return answer
