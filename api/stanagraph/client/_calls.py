"""What can be asked, without a network: each function gives the request and how to read its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import quote

from ._errors import Details, Fault, NotReached, NotUnderstood, Problem, problem_of
from ._kept import Kept
from ._models import Gap, Hit, Job, Page, Question, Release, Report, Row, Table, Term, Thing, Verdict
from ._reading import read, reader
from ._retries import retry_after

T = TypeVar("T")
JSON = "application/json"
_RESULTS = "application/sparql-results+json"
_QUERY = "application/sparql-query"
_CHECKS = "/v1/conformance-checks"
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.1, 1.5, 5.0
Description: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request that changes nothing, and how its body is read; `status` is that of a good answer."""

    path: str
    read: Callable[[bytes], T]
    parameters: Mapping[str, str] = field(default_factory=dict)
    accept: str = JSON
    body: bytes | None = None
    content: str | None = None
    prefer: str | None = None
    status: int = 200

    def asked(self, language: str) -> str:
        """What is asked, as the key under which the answer is kept."""
        return json.dumps([self.path, sorted(self.parameters.items()), self.accept, language])

    def at(self, cursor: str) -> Call[T]:
        """The same for the page at a cursor."""
        return replace(self, parameters={**self.parameters, "cursor": cursor})


def page(path: str, item: Callable[[object], T], limit: int | None, arguments: Mapping[str, object]) -> Call[Page[T]]:
    """A page of a list."""

    def listed(body: bytes) -> Page[T]:
        data = loaded(body)
        items = data.get("items")
        if not isinstance(items, list):
            raise NotUnderstood("/items: a list was expected")
        total = data.get("total", len(items))
        return Page(
            tuple(map(item, items)), data.get("next"), int(total), str(data.get("release", "")), data.get("asOf")
        )

    return Call(path, listed, _said({**arguments, "limit": limit}))


def row(data: object) -> Row:
    """One row of a list."""
    if not isinstance(data, dict):
        raise NotUnderstood("/items: objects were expected")
    return Row(data)


def gaps(limit: int | None, **arguments: object) -> Call[Page[Gap]]:
    """Where interchangeability fails."""
    return page("/v1/gaps", reader(Gap), limit, arguments)


def verdict(equipment: str, munition: str) -> Call[Verdict]:
    """The verdict on a pair."""
    return Call("/v1/verdicts", _one(Verdict), {"equipment": equipment, "munition": munition})


def questions(limit: int | None) -> Call[Page[Question]]:
    """The catalogue."""
    return page("/v1/queries", reader(Question), limit, {})


def question(name: str) -> Call[Question]:
    """One question of the catalogue."""
    return Call(f"/v1/queries/{segment(name)}", _one(Question))


def answer(name: str, limit: int | None, arguments: Mapping[str, object]) -> Call[Page[Row]]:
    """The answer to a question of the catalogue."""
    return page(f"/v1/queries/{segment(name)}/answer", row, limit, arguments)


def things(kind: str, limit: int | None, arguments: Mapping[str, object]) -> Call[Page[Row]]:
    """A list of things of one kind."""
    return page(f"/v1/{segment(kind)}", row, limit, arguments)


def thing(kind: str, name: str) -> Call[Thing]:
    """One thing with its facts."""
    return Call(f"/v1/{segment(kind)}/{segments(name)}", _one(Thing))


def about(kind: str, name: str, question: str, limit: int | None, arguments: Mapping[str, object]) -> Call[Page[Row]]:
    """What is asked about one thing."""
    return page(f"/v1/{segment(kind)}/{segments(name)}/{segment(question)}", row, limit, arguments)


def search(text: str, kind: str | None, limit: int | None) -> Call[tuple[Hit, ...]]:
    """Things that are called like this."""

    def found(body: bytes) -> tuple[Hit, ...]:
        return tuple(read(Hit, it, "/items") for it in loaded(body).get("items", ()))

    return Call("/v1/search", found, _said({"q": text, "kind": kind, "limit": limit}))


def releases() -> Call[tuple[Release, ...]]:
    """The releases that the caller has seen."""

    def found(body: bytes) -> tuple[Release, ...]:
        return tuple(read(Release, it, "/items") for it in loaded(body).get("items", ()))

    return Call("/v1/releases", found)


def release(name: str) -> Call[Release]:
    """One release."""
    return Call(f"/v1/releases/{segment(name)}", _one(Release))


def select(query: str) -> Call[Table]:
    """A SELECT of SPARQL."""

    def table(body: bytes) -> Table:
        data = loaded(body)
        try:
            rows = data["results"]["bindings"]
            names = tuple(map(str, data["head"]["vars"]))
        except (KeyError, TypeError):
            raise NotUnderstood("/results/bindings: is missing; is the query a SELECT?") from None
        return Table(names, tuple({name: read(Term, it, f"/{name}") for name, it in one.items()} for one in rows))

    return _sparql(query, table, _RESULTS)


def ask(query: str) -> Call[bool]:
    """An ASK of SPARQL."""

    def truth(body: bytes) -> bool:
        found = loaded(body).get("boolean")
        if not isinstance(found, bool):
            raise NotUnderstood("/boolean: is missing; is the query an ASK?")
        return found

    return _sparql(query, truth, _RESULTS)


def graph(query: str, media: str) -> Call[str]:
    """A CONSTRUCT or DESCRIBE of SPARQL, as text of this media type."""
    return _sparql(query, bytes.decode, media)


def asked(against: str, confidence: str | None, works_with: bool) -> dict[str, object]:
    """The parameters of a check."""
    return {"against": against, "confidence": confidence, "worksWith": None if works_with else "false"}


def check(described: Description, arguments: Mapping[str, object]) -> Call[Report]:
    """One description, judged at once."""
    return Call(_CHECKS, _one(Report), _said(arguments), body=json.dumps(described).encode(), content=JSON)


def check_later(described: Sequence[Description], arguments: Mapping[str, object]) -> Call[Job]:
    """Descriptions, judged behind the request."""
    body = json.dumps(list(described)).encode()
    return Call(_CHECKS, _one(Job), _said(arguments), body=body, content=JSON, prefer="respond-async", status=202)


def job(before: Job) -> Call[Job]:
    """How a job stands."""
    return Call(f"/v1/jobs/{segment(before.id)}", _one(Job))


def reports(done: Job) -> list[Call[Report]]:
    """The reports that a job has made; raises the problem by which it failed."""
    if done.state != "done" or done.result is None:
        told = dict(done.problem or {"detail": f"the job is {done.state}"})
        status = told.get("status")
        raise problem(status if isinstance(status, int) else 500, {}, json.dumps(told).encode())
    found = done.result.get("items")
    if not isinstance(found, list) or not all(isinstance(it, dict) and "iri" in it for it in found):
        raise NotUnderstood("/result/items: the reports were expected")
    return [Call(f"{_CHECKS}/{segment(str(it['iri']).rpartition('/')[2])}", _one(Report)) for it in found]


def pauses(seconds: float) -> Iterator[float]:
    """How long to wait between one look at a job and the next: more each time, and so many seconds together at most."""
    pause, waited = _FIRST_PAUSE, 0.0
    while waited < seconds:
        yield pause
        waited, pause = waited + pause, min(pause * _GROWTH, _LONGEST_PAUSE)


def too_slow(waiting: Job, seconds: float) -> NotReached:
    """The exception for a job that takes longer than somebody waits."""
    return NotReached(f"job {waiting.id} is {waiting.state} after {seconds:g} seconds")


def anything(path: str, arguments: Mapping[str, object]) -> Call[Any]:
    """The JSON at a path of the service."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a path begins with one slash")
    return Call(path, parsed, _said(arguments))


def problem(status: int, headers: Mapping[str, str], body: bytes) -> Problem:
    """The exception for an answer that is none."""
    data = _members(body)
    kind = str(data.get("type", "about:blank"))
    faults = data.get("errors", ())
    return problem_of(
        Details(
            status=status,
            code=kind.rstrip("/").rpartition("/")[2] if kind != "about:blank" else "error",
            type=kind,
            title=str(data.get("title", "")),
            detail=str(data.get("detail", "")),
            errors=tuple(
                Fault(str(it.get("detail", "")), it.get("parameter"), it.get("pointer"))
                for it in (faults if isinstance(faults, list) else ())
                if isinstance(it, dict)
            ),
            suggestions=tuple(map(str, data.get("suggestions") or ())),
            request_id=headers.get("X-Request-ID"),
            retry_after=retry_after(headers),
            members=data,
        )
    )


def understood(call: Call[T], status: int, headers: Mapping[str, str], body: bytes, had: Kept | None) -> T:
    """What the answer says; raises the exception that it amounts to."""
    if status == 304 and had is not None:
        return call.read(had.body)
    if status >= 400:
        raise problem(status, headers, body)
    given = headers.get("Content-Type", "").partition(";")[0].strip()
    if status != call.status or given != call.accept:
        raise NotUnderstood(f"{status} with {given or 'nothing'}, where {call.status} with {call.accept} was expected")
    return call.read(body)


def parsed(body: bytes) -> Any:
    """The JSON of a body, whatever it is."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(f"no JSON: {error}") from None


def loaded(body: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    data = parsed(body)
    if not isinstance(data, dict):
        raise NotUnderstood("/: an object was expected")
    return data


def segment(text: str) -> str:
    """A name as one segment of a path; ValueError for what would be another path."""
    if not text or text in (".", ".."):
        raise ValueError(f"{text!r} is no name")
    return quote(text, safe="")


def segments(text: str) -> str:
    """An id as segments of a path: some have slashes."""
    return "/".join(map(segment, text.split("/")))


def _one(kind: type[T]) -> Callable[[bytes], T]:
    return lambda body: read(kind, loaded(body))


def _sparql(query: str, reads: Callable[[bytes], T], accept: str) -> Call[T]:
    return Call("/sparql", reads, accept=accept, body=query.encode(), content=_QUERY)


def _said(arguments: Mapping[str, object]) -> dict[str, str]:
    """What is given, as the service reads it: `class_` stands for `class`, and None for nothing."""
    return {name.rstrip("_"): str(value) for name, value in arguments.items() if value is not None}


def _members(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
