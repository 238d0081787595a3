"""Who sent a request: what stands behind `Authorization: Bearer`, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .caller import Caller, NotAuthenticated

# Gives the caller of a credential, None where the credential is of another kind; raises NotAuthenticated.
Verifier = Callable[[str], Caller | None]
_LONGEST = 8192


class BadCredential(NotAuthenticated):
    """Somebody said who they are, and it cannot be believed: `why` is for the audit log, never for the answer."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__("the credential is not valid")


def credential_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The bearer credential of a request; None where there is none. Raises BadCredential."""
    found = [value for name, value in headers if name == b"authorization"]
    if not found:
        return None
    scheme, _, text = found[0].decode("latin-1").partition(" ")
    credential = text.strip()
    if len(found) > 1 or scheme.lower() != "bearer" or not credential or len(credential) > _LONGEST:
        raise BadCredential("not one bearer credential")
    return credential


def verified(credential: str, verifiers: Iterable[Verifier]) -> Caller:
    """The caller of a credential; raises BadCredential where nobody can tell."""
    for verify in verifiers:
        caller = verify(credential)
        if caller is not None:
            return caller
    raise BadCredential("of no kind that is believed here")
