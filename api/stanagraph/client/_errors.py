"""What can go wrong, as exceptions.

StanagraphClientError
├── NotReached              nobody answered, or not in time
├── NotUnderstood           the answer is none that this client knows
└── Problem                 the service says what is wrong: problem details of RFC 9457
    ├── BadRequest          400, 406, 413, 422, …: `errors` says which field
    ├── NotAuthenticated    401
    ├── Forbidden           403
    ├── NotFound            404: `suggestions` has names that are near
    ├── Conflict            409, 412
    ├── Gone                410: a list goes on from a release that no longer answers
    ├── TooManyRequests     429: `retry_after` says when to come again
    └── ServiceFailed       5xx
        └── Unavailable     503: `retry_after` says when to come again
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class StanagraphClientError(Exception):
    """Anything that this client raises of its own."""


class NotReached(StanagraphClientError):
    """Nobody answered, or not in time, and further attempts did not help; `__cause__` says more."""


class NotUnderstood(StanagraphClientError):
    """The answer is none that this client knows: another program answers there, or another version."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a request: the parameter, or a JSON Pointer to the field."""

    detail: str
    parameter: str | None = None
    pointer: str | None = None


@dataclass(frozen=True)
class Details:
    """What the service says of a problem (RFC 9457); `code` is the last part of `type`."""

    status: int
    code: str = "error"
    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    errors: tuple[Fault, ...] = ()
    suggestions: tuple[str, ...] = ()
    request_id: str | None = None
    retry_after: float | None = None
    members: Mapping[str, object] = field(default_factory=dict)


class Problem(StanagraphClientError):
    """The service has refused the request, or failed, and says why."""

    def __init__(self, details: Details) -> None:
        self.details = details
        super().__init__(f"{details.status} {details.code}: {details.detail or details.title}")

    @property
    def status(self) -> int:
        """The status code of HTTP."""
        return self.details.status

    @property
    def code(self) -> str:
        """Which problem, in a word: `name-not-known`, `bad-argument`, `too-many-requests`, …"""
        return self.details.code

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What exactly is wrong, field by field."""
        return self.details.errors

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Names that are near the one that is not known."""
        return self.details.suggestions

    @property
    def retry_after(self) -> float | None:
        """For how many seconds the service wants to be left alone; None where it did not say."""
        return self.details.retry_after

    @property
    def request_id(self) -> str | None:
        """By which name the log of the service knows the request."""
        return self.details.request_id


class BadRequest(Problem):
    """The request is wrong; the same one will be wrong again."""


class NotAuthenticated(Problem):
    """It is not known, or not believed, who asks."""


class Forbidden(Problem):
    """The caller may not do this."""


class NotFound(Problem):
    """There is nothing of this name."""


class Conflict(Problem):
    """What is there does not go with the request."""


class Gone(Problem):
    """What was there no longer answers; a list begins again without its cursor."""


class TooManyRequests(Problem):
    """The caller has asked too often."""


class ServiceFailed(Problem):
    """Something went wrong at the service."""


class Unavailable(ServiceFailed):
    """The service cannot answer now."""


_BY_STATUS: Mapping[int, type[Problem]] = {
    401: NotAuthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Conflict,
    429: TooManyRequests,
    503: Unavailable,
}


def problem_of(details: Details) -> Problem:
    """The exception for a problem, by its status."""
    kind = _BY_STATUS.get(details.status, ServiceFailed if details.status >= 500 else BadRequest)
    return kind(details)
