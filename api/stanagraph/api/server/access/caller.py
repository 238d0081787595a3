"""The caller of a request: its audience decides what it sees, its scopes what it may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastapi import Depends, Request

from stanagraph.graph.errors import StanagraphError
from stanagraph.graph.labels import PUBLIC

Scope = Literal["read", "check", "ingest", "publish", "admin"]


class NotAuthenticated(StanagraphError):
    """This needs a caller who is known, and nobody, or nobody credible, has said who asks."""

    status = 401
    problem = "not-authenticated"


class Forbidden(StanagraphError):
    """The caller is known, and may not do this."""

    status = 403
    problem = "forbidden"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(f"this needs the scope {scope}")


@dataclass(frozen=True)
class Caller:
    """Somebody who asks. `name` stands in the audit log: it is never a secret."""

    name: str
    audience: str = PUBLIC
    scopes: frozenset[Scope] = frozenset({"read", "check"})

    @property
    def known(self) -> bool:
        """Whether somebody has said, credibly, who this is."""
        return self.name != ANONYMOUS.name


# Everybody may read what is public, and check a description against it.
ANONYMOUS = Caller("anonymous")


def caller_of(request: Request) -> Caller:
    """Who asks; anonymous where nobody said."""
    found: Caller = getattr(request.state, "caller", ANONYMOUS)
    return found


def needs(scope: Scope) -> Callable[[Request], Caller]:
    """A dependency that gives the caller, who must have the scope; raises NotAuthenticated or Forbidden."""

    def check(request: Request) -> Caller:
        caller = caller_of(request)
        if scope in caller.scopes:
            return caller
        if not caller.known:
            raise NotAuthenticated(f"this needs a caller with the scope {scope}")
        raise Forbidden(scope)

    return Depends(check)  # type: ignore[no-any-return]
