"""Sets `request.state.caller` before anything else looks at a request. A bad credential is never taken for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from stanagraph.graph.errors import StanagraphError

from .. import problems
from ..operations import metrics
from ..operations.rates import Rates, address_of, too_many
from ..paths import path_of
from .audit import AuditLog
from .bearer import BadCredential, Verifier, credential_of, verified
from .caller import ANONYMOUS, Caller, Forbidden, NotAuthenticated
from .settings import AccessSettings

# Who watches the service needs no leave to ask whether it is well.
_OPEN = frozenset({"/healthz", "/readyz"})
# Who may only write may follow what became of it; who may only administer may read the metrics.
_OWN_SCOPES = ("/v1/jobs/", "/metrics")


class Access:
    """Finds out who asks; 401 where a credential cannot be believed, 429 where too many could not."""

    def __init__(
        self, app: ASGIApp, settings: AccessSettings, verifiers: Sequence[Verifier], rates: Rates, audit: AuditLog
    ) -> None:
        self.app = app
        self.verifiers, self.rates, self.audit = verifiers, rates, audit
        self.anonymous = replace(ANONYMOUS, scopes=frozenset(settings.anonymous))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            caller = await self._caller(scope)
        except BadCredential as error:
            self._failed(scope, error)
            await refuse(scope, error)(scope, receive, send)
            return
        except StanagraphError as error:
            await refuse(scope, error)(scope, receive, send)
            return
        if caller is None:
            await too_many(scope, self.rates.failures.get_expiry())(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        if "read" not in caller.scopes and scope["method"] in ("GET", "HEAD") and not _open(caller, path_of(scope)):
            unread = Forbidden("read") if caller.known else NotAuthenticated("this needs a caller with the scope read")
            await refuse(scope, unread)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller | None:
        """Who asks; None where so many credentials failed that no more are looked at. Raises BadCredential."""
        if not any(name == b"authorization" for name, _ in scope["headers"]):
            return self.anonymous
        if not self.rates.may_try(address_of(scope)):
            return None
        credential = credential_of(scope["headers"])
        # Keys of an issuer may have to be fetched.
        return await run_in_threadpool(verified, credential, self.verifiers) if credential else self.anonymous

    def _failed(self, scope: Scope, error: BadCredential) -> None:
        metrics.FAILURES.inc()
        self.rates.failed(address_of(scope))
        said = {"path": scope["path"], "address": address_of(scope), "why": error.why}
        self.audit.attempt("login-failed", ANONYMOUS, request=scope.get("state", {}).get("request_id"), **said)


def _open(caller: Caller, path: str) -> bool:
    return path in _OPEN or (caller.known and path.startswith(_OWN_SCOPES))


def refuse(scope: Scope, error: StanagraphError) -> ASGIApp:
    """The answer to who is not believed, or may not; it does not say why a credential is not believed."""
    return problems.respond(Request(scope), problems.of(error, {}))
