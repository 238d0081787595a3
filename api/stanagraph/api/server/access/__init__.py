"""Who asks, what they may do, and which release they see."""

from __future__ import annotations

from .caller import ANONYMOUS, Caller, Forbidden, NotAuthenticated, Scope, caller_of, needs

__all__ = ["ANONYMOUS", "Caller", "Forbidden", "NotAuthenticated", "Scope", "caller_of", "needs"]
