"""Errors as RFC 9457 problem details; a browser gets the same as a page. Never a stack trace, never a path."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from stanagraph.graph.errors import BadArgument, NameNotKnown, NoRelease, StanagraphError
from stanagraph.graph.names import BASE

from ..words import message
from .edge import with_headers
from .methods import allowed
from .negotiation import HTML, JSON, best_media, language_of
from .rendering import render

PROBLEMS = f"{BASE}problems/"
MEDIA = "application/problem+json"
# What an answer with status 401 must name: how to say who asks.
CHALLENGE = 'Bearer realm="stanagraph"'
TITLES = {
    "bad-argument": message("A parameter is missing, unknown or of the wrong form"),
    "bad-input": message("The request cannot be used"),
    "name-not-known": message("Nothing of this name is in the release"),
    "pages-not-made": message("The pages of the ontology have not been made"),
    "query-not-found": message("No report of this name exists"),
    "not-found": message("There is nothing here"),
    "method-not-allowed": message("This resource does not take this method"),
    "not-acceptable": message("No acceptable representation"),
    "cursor-expired": message("The list has changed since the cursor was given"),
    "release-unavailable": message("No release can answer"),
    "release-not-found": message("No release of this identifier exists"),
    "not-authenticated": message("It is not known who asks"),
    "forbidden": message("The caller may not do this"),
    "bad-query": message("The query cannot be read"),
    "query-refused": message("The query asks for what is not done here"),
    "query-stopped": message("The query has reached a limit"),
    "too-many-queries": message("The caller has too many queries running"),
    "unsupported-media-type": message("The body is of a type that is not read"),
    "too-large": message("The request is too large"),
    "scenario-refused": message("A scenario cannot be supposed"),
    "too-many-scenarios": message("The caller keeps too many scenarios"),
    "scenario-not-found": message("No scenario of this name is kept"),
    "graph-not-found": message("There is no graph of this name"),
    "precondition-failed": message("The graph is in another state"),
    "too-many-copies": message("The owner has as many copies as one may have"),
    "copy-full": message("The copy has grown to its limit"),
    "description-refused": message("A description cannot be used"),
    "not-kept": message("What is asked for cannot be kept"),
    "job-not-found": message("The caller has no such job"),
    "too-many-jobs": message("The caller has too many jobs running"),
    "data-refused": message("Rows of a source cannot be used"),
    "source-refused": message("A source cannot be read"),
    "turtle-refused": message("A source cannot be parsed"),
    "source-not-found": message("The release was made from no source of this name"),
    "build-running": message("Somebody else makes a release"),
    "no-room": message("The files cannot be kept"),
    "interrupted": message("The work was interrupted"),
    "cancelled": message("The work was cancelled"),
    "report-not-found": message("No report is kept at this address"),
    "budget-too-small": message("The budget reaches for nothing"),
    "draining": message("The service is about to end"),
    "store-failed": message("The store could not answer"),
    "busy": message("The service is busy"),
    "too-many-requests": message("Too many requests"),
    "too-long": message("The request is too long"),
    "too-slow": message("The request took too long to come"),
    "not-recorded": message("What is asked for cannot be recorded"),
    "error": message("Something went wrong here"),
}
_STATUS_CODES = {
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "too-slow",
    413: "too-long",
    414: "too-long",
    429: "too-many-requests",
    431: "too-long",
}
# Of the errors on our side, those that tell the client something, and nothing about the machine.
_TOLD = frozenset({"build-running", "busy", "copy-full", "draining", "interrupted", "no-room", "not-kept"})
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """One problem: a type by its code, what is wrong this time, and where."""

    status: int
    code: str
    detail: str
    errors: Sequence[Mapping[str, Any]] = ()
    suggestions: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self, title: str, instance: str) -> dict[str, Any]:
        """The members of RFC 9457, and two of our own: `errors` and `suggestions`."""
        return {
            "type": f"{PROBLEMS}{self.code}",
            "title": title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "errors": [dict(error) for error in self.errors],
            **({"suggestions": list(self.suggestions)} if self.suggestions else {}),
        }


def respond(request: Request, problem: Problem) -> Response:
    """The problem as the client can show it: a page for who prefers HTML, problem details for everybody else."""
    language = language_of(request.headers, request.query_params.get("lang"))
    page = best_media(request.headers.get("accept", ""), (JSON, MEDIA, HTML)) == HTML
    if page:
        body = render("problem.html", request, language, problem=problem, title=TITLES[problem.code])
    else:
        body = json.dumps(problem.as_json(TITLES[problem.code], request.url.path), ensure_ascii=False)
    headers = {"Cache-Control": "no-store", "Content-Language": language if page else "en", **problem.headers}
    response = Response(body, problem.status, headers, HTML if page else MEDIA)
    if identifier := getattr(request.state, "request_id", None):
        response.headers["X-Request-ID"] = identifier
    with_headers(response.headers)
    return response


def of(error: StanagraphError, asked: Mapping[str, str]) -> Problem:
    """The problem that an error of ours amounts to; `asked` are the parameters of the request."""
    code = error.problem if error.problem in TITLES else "error"
    if isinstance(error, NameNotKnown):
        where = [name for name, value in asked.items() if value == error.name]
        errors = [{"parameter": name, "detail": str(error)} for name in where[:1]]
        return Problem(error.status, code, str(error), errors, error.suggestions)
    if isinstance(error, BadArgument):
        return Problem(error.status, code, str(error), [{"parameter": error.argument, "detail": error.why}])
    if faults := getattr(error, "errors", None):
        return Problem(error.status, code, str(error), faults)
    if (parameter := getattr(error, "parameter", None)) is not None:
        return Problem(error.status, code, str(error), [{"parameter": parameter, "detail": str(error)}])
    if error.status < 500 or isinstance(error, NoRelease) or code in _TOLD:
        near = getattr(error, "suggestions", ())
        return Problem(error.status, code, str(error), suggestions=near, headers=retry(error.status))
    _LOG.error("%s: %s", type(error).__name__, error)
    return Problem(error.status, code, "the service cannot answer now; its log says why", headers=retry(error.status))


def retry(status: int) -> dict[str, str]:
    """How to try again: with a credential, or later."""
    if status == 401:
        return {"WWW-Authenticate": CHALLENGE}
    return {"Retry-After": "5"} if status in (429, 503) else {}


def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, StanagraphError)
    return respond(request, of(error, {**request.path_params, **request.query_params}))


def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [_located(fault["loc"], str(fault["msg"])) for fault in error.errors()]
    detail = "; ".join(f"{next(iter(found.values()))}: {found['detail']}" for found in errors)
    return respond(request, Problem(422, "bad-argument", detail, errors))


def _located(place: Sequence[str | int], detail: str) -> dict[str, str]:
    where, *path = place
    if where == "body":
        return {"pointer": "".join(f"/{part}" for part in path), "detail": detail}
    return {"parameter": ".".join(str(part) for part in path), "detail": detail}


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        methods = allowed(request)
        headers["Allow"] = ", ".join(methods)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": headers["Allow"]})
    code = _STATUS_CODES.get(error.status_code, "bad-input" if error.status_code < 500 else "error")
    detail = {
        "not-found": f"there is nothing at {request.url.path}; / lists what there is, and /docs explains it",
        "method-not-allowed": f"{request.method} is not possible here; use {' or '.join(allowed(request))}",
    }.get(code, str(error.detail))
    return respond(request, Problem(error.status_code, code, detail, headers=headers))


def _on_anything(request: Request, error: Exception) -> Response:
    return respond(request, Problem(500, "error", "an unexpected error; the log of the service says which"))


def install(app: FastAPI) -> None:
    """Have every error of the application answered here."""
    app.add_exception_handler(StanagraphError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_anything)
