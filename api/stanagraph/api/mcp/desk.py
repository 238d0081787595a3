"""Who asks, in which language, and what they see: one desk a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..server.access.caller import Caller, Forbidden, NotAuthenticated, Scope
from ..server.serving import Serving


@dataclass(frozen=True)
class Desk:
    """`open` gives what the caller sees of the release; it is called only for who may see it."""

    caller: Caller
    language: str
    open: Callable[[], Serving]

    def serving(self, scope: Scope) -> Serving:
        """What the caller sees; raises NotAuthenticated or Forbidden without the scope."""
        if scope not in self.caller.scopes:
            raise Forbidden(scope) if self.caller.known else NotAuthenticated(f"this needs a caller with {scope}")
        return self.open()
