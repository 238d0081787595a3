"""The client for programs that wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from . import _calls
from ._calls import Call
from ._errors import NotUnderstood
from ._models import Gap, Hit, Page, Question, Release, Report, Row, Table, Thing, Verdict
from ._retries import Retries
from ._sending import Sender, checked, given_up, parameters

T = TypeVar("T")
ADDRESS = "http://127.0.0.1:8000"


class Client:
    """The service at an address, asked by one caller; use it in a `with`, or close it. Threads may share it.

    `key` is an API key or a token of an issuer; without one you get what is public. `language` (en or fr) is that of
    labels and sentences. Answers that were had already are asked for again with `If-None-Match`, and kept up to `keep`
    bytes together (0: not at all).

    `transport` and `sleep` are the seams to the network and to the clock.
    """

    def __init__(
        self,
        url: str = ADDRESS,
        *,
        key: str | None = None,
        language: str = "en",
        timeout: float = 30.0,
        retries: Retries | None = None,
        keep: int = 16_000_000,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._sender = Sender(key, language, retries if retries is not None else Retries(), keep)
        self._http = httpx2.Client(base_url=checked(url), timeout=timeout, transport=transport)
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def gaps(
        self,
        class_: str | None = None,
        nation: str | None = None,
        cause: str | None = None,
        as_of: str | None = None,
        page: int | None = None,
    ) -> Iterator[Gap]:
        """Where interchangeability fails, and why; `page` is how many come at once."""
        return self._every(_calls.gaps(page, class_=class_, nation=nation, cause=cause, asOf=as_of))

    def matrix(
        self, class_: str, using: str | None = None, providing: str | None = None, as_of: str | None = None
    ) -> Iterator[Row]:
        """Nation by nation, how much of one's munitions the other's equipment can use: from `lower` to `upper`."""
        return self._every(
            _calls.page(
                "/v1/matrix", _calls.row, None, {"class": class_, "using": using, "providing": providing, "asOf": as_of}
            )
        )

    def pairs(self, using: str, providing: str, class_: str | None = None, as_of: str | None = None) -> Iterator[Row]:
        """What one nation can fire of what another one holds."""
        return self._every(
            _calls.page(
                "/v1/pairs", _calls.row, None, {"using": using, "providing": providing, "class": class_, "asOf": as_of}
            )
        )

    def verdict(self, equipment: str, munition: str) -> Verdict:
        """Whether one piece of equipment can use one munition, with all the evidence."""
        return self._do(_calls.verdict(equipment, munition))

    def questions(self) -> Iterator[Question]:
        """Which questions can be asked by name."""
        return self._every(_calls.questions(None))

    def question(self, name: str) -> Question:
        """One question: its parameters, columns and SPARQL."""
        return self._do(_calls.question(name))

    def answer(self, name: str, /, page: int | None = None, **arguments: str | None) -> Iterator[Row]:
        """The rows that answer a question of the catalogue, all pages of them; `class_` stands for `class`."""
        return self._every(_calls.answer(name, page, arguments))

    def answer_page(
        self, name: str, /, page: int | None = None, cursor: str | None = None, **arguments: str | None
    ) -> Page[Row]:
        """One page of that answer, with its release and how many rows there are."""
        return self._do(_calls.answer(name, page, {**arguments, "cursor": cursor}))

    def things(self, kind: str, /, page: int | None = None, **narrowed: str | None) -> Iterator[Row]:
        """The things of a kind, by the name of their list: `nations`, `agreements`, `equipment`, …"""
        return self._every(_calls.things(kind, page, narrowed))

    def thing(self, kind: str, name: str) -> Thing:
        """One thing, by id or name, with the place of every fact."""
        return self._do(_calls.thing(kind, name))

    def about(
        self, kind: str, name: str, question: str, /, page: int | None = None, **arguments: str | None
    ) -> Iterator[Row]:
        """What is asked about one thing, as its `links` name it: `positions`, `impact`, …"""
        return self._every(_calls.about(kind, name, question, page, arguments))

    def search(self, text: str, kind: str | None = None, limit: int | None = None) -> tuple[Hit, ...]:
        """Things that are called something like this, the best first."""
        return self._do(_calls.search(text, kind, limit))

    def releases(self) -> tuple[Release, ...]:
        """The releases that the caller has seen, and which answers now."""
        return self._do(_calls.releases())

    def release(self, name: str = "current") -> Release:
        """One release."""
        return self._do(_calls.release(name))

    def select(self, query: str) -> Table:
        """The table that a SELECT of SPARQL gives."""
        return self._do(_calls.select(query))

    def ask(self, query: str) -> bool:
        """Whether an ASK of SPARQL is true."""
        return self._do(_calls.ask(query))

    def graph(self, query: str, media: str = "text/turtle") -> str:
        """The graph that a CONSTRUCT or DESCRIBE of SPARQL gives, as text."""
        return self._do(_calls.graph(query, media))

    def check(
        self, description: Mapping[str, Any], against: str, confidence: str | None = None, works_with: bool = True
    ) -> Report:
        """Whether a described system does what a standard, an edition, a profile or an interface asks.

        Without `works_with` the report does not tell whose equipment or munitions it would work with, and comes sooner.
        """
        return self._do(_calls.check(description, _calls.asked(against, confidence, works_with)))

    def check_many(
        self,
        descriptions: Sequence[Mapping[str, Any]],
        against: str,
        confidence: str | None = None,
        works_with: bool = True,
        seconds: float = 600,
    ) -> tuple[Report, ...]:
        """The same of many, judged behind the request: waits until all are, looking at it less and less often.

        Raises NotReached where that takes longer than so many seconds, and the Problem by which it failed.
        """
        job = self._do(_calls.check_later(descriptions, _calls.asked(against, confidence, works_with)))
        for pause in _calls.pauses(seconds):
            if job.ended:
                break
            self._sleep(pause)
            job = self._do(_calls.job(job))
        if not job.ended:
            raise _calls.too_slow(job, seconds)
        return tuple(self._do(it) for it in _calls.reports(job))

    def read(self, path: str, **arguments: str | None) -> Any:
        """The JSON at any path of the service."""
        return self._do(_calls.anything(path, arguments))

    def _every(self, call: Call[Page[T]]) -> Iterator[T]:
        page = self._do(call)
        yield from page.items
        while (cursor := page.next) is not None:
            page = self._do(call.at(cursor))
            if page.next == cursor:
                raise NotUnderstood("/next: leads to the same page again")
            yield from page.items

    def _do(self, call: Call[T]) -> T:
        had, attempts = self._sender.had(call), self._sender.attempts()
        headers = self._sender.headers(call, had)
        while True:
            try:
                answer = self._http.request(
                    "GET" if call.body is None else "POST",
                    call.path, params=parameters(call), content=call.body, headers=headers,
                )  # fmt: skip
            except httpx2.RequestError as error:
                wait = attempts.after_silence() if isinstance(error, httpx2.TransportError) else None
                if wait is None:
                    raise given_up(error) from error
            else:
                wait = attempts.after(answer.status_code, answer.headers)
                if wait is None:
                    return self._sender.taken(call, answer, had)
            self._sleep(wait)
