"""The client over a network that the test makes up: retries, validators, pages, problems, and what it refuses."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.client import (
    NEVER,
    AsyncClient,
    BadRequest,
    Client,
    Conflict,
    Forbidden,
    Gone,
    NotAuthenticated,
    NotFound,
    NotReached,
    NotUnderstood,
    Problem,
    Retries,
    ServiceFailed,
    TooManyRequests,
    Unavailable,
)
from stanagraph.client._calls import segments
from stanagraph.client._kept import Kept, Store
from stanagraph.client._retries import Attempts, retry_after

Handler = Callable[[httpx2.Request], httpx2.Response]
RELEASE = {
    "iri": "https://w3id.org/stanagraph/id/release/1", "id": "1", "built": "2026-01-01T00:00:00+00:00",
    "current": True, "triples": 1, "digest": "1", "software": None,
}  # fmt: skip


class Network:
    """Answers one after another, and remembers what was asked and how long was waited."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers, self.asked, self.waits = list(answers), list[httpx2.Request](), list[float]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def client(self, **more: Any) -> Client:
        return Client(transport=httpx2.MockTransport(self), sleep=self.waits.append, **more)

    def later(self, **more: Any) -> AsyncClient:
        async def wait(seconds: float) -> None:
            self.waits.append(seconds)

        return AsyncClient(transport=httpx2.MockTransport(self), sleep=wait, **more)


def good(data: object = RELEASE, **headers: str) -> httpx2.Response:
    return httpx2.Response(200, json=data, headers={name.replace("_", "-"): it for name, it in headers.items()})


def bad(status: int, code: str = "error", headers: dict[str, str] | None = None, **members: Any) -> httpx2.Response:
    data = {"type": f"https://w3id.org/stanagraph/problems/{code}", "title": "t", "status": status, "detail": "d"}
    content = json.dumps({**data, "instance": "/", "errors": [], **members})
    return httpx2.Response(
        status, content=content, headers={"Content-Type": "application/problem+json"} | (headers or {})
    )


@pytest.mark.parametrize("status", [429, 503])
def test_who_is_asked_to_come_later_comes_then(status: int) -> None:
    network = Network(bad(status, headers={"Retry-After": "7"}), good())
    assert network.client().release().id == "1"
    assert network.waits == [7]


def test_the_client_that_awaits_does_the_same() -> None:
    network = Network(bad(503, headers={"Retry-After": "7"}), httpx2.ConnectError("no"), good())

    async def ask() -> str:
        async with network.later() as client:
            return (await client.release()).id

    assert asyncio.run(ask()) == "1"
    assert network.waits[0] == 7
    assert 0 <= network.waits[1] <= 1


def test_nobody_waits_longer_than_was_said() -> None:
    network = Network(bad(429, headers={"Retry-After": "31"}))
    with pytest.raises(TooManyRequests) as caught:
        network.client().release()
    assert caught.value.retry_after == 31
    assert network.waits == []


def test_after_the_last_attempt_the_problem_is_raised() -> None:
    network = Network(*[bad(503, headers={"Retry-After": "1"}) for _ in range(3)])
    with pytest.raises(Unavailable):
        network.client(retries=Retries(attempts=3)).release()
    assert network.waits == [1, 1]


def test_silence_is_asked_again_and_then_told() -> None:
    network = Network(*[httpx2.ReadTimeout("slow") for _ in range(4)])
    with pytest.raises(NotReached, match="ReadTimeout"):
        network.client().release()
    assert len(network.asked) == 4


@pytest.mark.parametrize("status", [400, 404, 500, 502])
def test_what_will_be_the_same_again_is_not_asked_again(status: int) -> None:
    network = Network(bad(status))
    with pytest.raises(Problem):
        network.client().release()
    assert len(network.asked) == 1


@given(st.integers(0, 20), st.floats(0, 1), st.floats(0, 5), st.floats(0, 60))
def test_waits_grow_and_stay_below_the_longest(number: int, chance: float, first: float, longest: float) -> None:
    attempts = Attempts(Retries(100, first, longest), lambda: chance)
    wait: float | None = 0.0
    for _ in range(number + 1):
        wait = attempts.after(503, {})
    assert wait is not None
    assert 0 <= wait <= longest
    assert wait <= first * 2**number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5), ("0", 0), ("", None), ("soon", None), ("-3", None), ("٣", None),
        ("Fri, 02 Jan 2026 00:00:30 GMT", 30), ("Fri, 02 Jan 2026 00:00:30 -0000", 30),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 0),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float | None) -> None:
    now = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    assert retry_after({"Retry-After": text}, lambda: now) == seconds


def test_what_was_had_is_not_sent_again() -> None:
    network = Network(good(ETag='"1"'), httpx2.Response(304), good({**RELEASE, "id": "2"}, ETag='"2"'))
    client = network.client()
    assert [client.release().id for _ in range(3)] == ["1", "1", "2"]
    assert [it.headers.get("If-None-Match") for it in network.asked] == [None, '"1"', '"1"']


def test_nothing_is_kept_where_nothing_shall_be() -> None:
    network = Network(good(ETag='"1"'), good(ETag='"1"'))
    client = network.client(keep=0)
    client.release()
    client.release()
    assert "If-None-Match" not in network.asked[1].headers


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), max_size=30))
def test_what_is_kept_never_grows_above_its_limit(puts: list[tuple[str, int]]) -> None:
    store = Store(60)
    last: dict[str, int] = {}
    for name, size in puts:
        store.put(name, Kept("t", b"x" * size))
        last[name] = size
        kept = {it: store.get(it) for it in "abc"}
        assert sum(len(it.body) for it in kept.values() if it is not None) <= 60
        assert all(len(it.body) == last[key] for key, it in kept.items() if it is not None)
    if puts:
        assert store.get(puts[-1][0]) is not None


def test_a_list_goes_on_until_it_ends() -> None:
    pages = [
        good({"items": [{"a": it}], "next": after, "total": 3, "release": "1"}) for it, after in ((1, "x"), (2, "y"))
    ]
    network = Network(*pages, good({"items": [{"a": 3}], "next": None, "total": 3, "release": "1"}))
    assert [row["a"] for row in network.client().answer("gaps", class_="155mm")] == [1, 2, 3]
    assert [dict(it.url.params) for it in network.asked] == [
        {"class": "155mm"}, {"class": "155mm", "cursor": "x"}, {"class": "155mm", "cursor": "y"},
    ]  # fmt: skip


def test_a_list_that_never_ends_is_not_followed() -> None:
    network = Network(*[good({"items": [], "next": "x", "total": 3, "release": "1"}) for _ in range(3)])
    with pytest.raises(NotUnderstood, match="/next"):
        list(network.client().answer("gaps"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest), (401, NotAuthenticated), (403, Forbidden), (404, NotFound), (409, Conflict), (410, Gone),
        (412, Conflict), (422, BadRequest), (429, TooManyRequests), (500, ServiceFailed), (503, Unavailable),
    ],
)  # fmt: skip
def test_each_status_has_its_exception(status: int, kind: type[Problem]) -> None:
    members = {"errors": [{"pointer": "/a", "detail": "wrong"}], "suggestions": ["near"]}
    network = Network(bad(status, "some-code", {"X-Request-ID": "r1"}, **members))
    with pytest.raises(Problem) as caught:
        network.client(retries=NEVER).release()
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.code, error.request_id) == (status, "some-code", "r1")
    assert (error.errors[0].pointer, error.errors[0].detail, error.suggestions) == ("/a", "wrong", ("near",))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"errors": 3, "suggestions": null}'])
def test_a_problem_of_another_program_is_one_too(body: bytes) -> None:
    with pytest.raises(ServiceFailed):
        Network(httpx2.Response(502, content=body)).client().release()


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, text="<html>", headers={"Content-Type": "text/html"}),
        httpx2.Response(200, content=b"{", headers={"Content-Type": "application/json"}),
        httpx2.Response(200, json=RELEASE, headers={"Content-Type": "text/html"}),
        httpx2.Response(302, headers={"Location": "https://elsewhere.example/"}),
        httpx2.Response(304),
        good([]), good({}), good({**RELEASE, "triples": "1"}), good({**RELEASE, "triples": True}),
        good({**RELEASE, "id": None}),
    ],
)  # fmt: skip
def test_another_answer_is_not_taken_for_one(answer: httpx2.Response) -> None:
    network = Network(answer)
    with pytest.raises(NotUnderstood):
        network.client().release()
    assert len(network.asked) == 1


def test_what_a_newer_service_adds_is_passed_over() -> None:
    assert Network(good({**RELEASE, "new": 1})).client().release().id == "1"


def test_the_key_is_sent_and_shown_nowhere() -> None:
    network = Network(good())
    client = network.client(key="sgk_secret")
    client.release()
    assert network.asked[0].headers["Authorization"] == "Bearer sgk_secret"
    assert "secret" not in repr(client) + repr(vars(client))


@given(st.text(min_size=1).filter(lambda it: not {"", ".", ".."} & set(it.split("/"))))
def test_a_name_never_becomes_another_path(name: str) -> None:
    seen = httpx2.Request("GET", f"http://h/v1/things/{segments(name)}").url.raw_path.decode()
    assert seen == f"/v1/things/{segments(name)}"
    assert set(segments(name)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~%/")


@pytest.mark.parametrize("name", ["", ".", "..", "a/../b", "a//b", "/a"])
def test_what_would_be_another_path_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        Network().client().thing("equipment", name)


def test_a_name_with_a_slash_is_one_name_where_names_have_none() -> None:
    network = Network(bad(404))
    with pytest.raises(NotFound):
        network.client().question("a/b?c")
    assert network.asked[0].url.raw_path == b"/v1/queries/a%2Fb%3Fc"


NAMED = {"id": "a", "kind": "munition", "iri": "urn:a", "label": {"en": "a", "fr": "a"}}
REPORT: dict[str, Any] = {
    "iri": "https://w3id.org/stanagraph/id/conformance-report/abc", "release": "1", "against": NAMED, "system": NAMED,
    "confidence": "low", "counts": {"passed": 0}, "results": [], "lacking": [], "works_with": None, "nations": None,
}  # fmt: skip
PROBLEM = {"type": "https://w3id.org/stanagraph/problems/interrupted", "title": "t", "status": 503, "detail": "d"}


def job(state: str, **said: Any) -> httpx2.Response:
    data = {"id": "j/1", "state": state, "progress": None, "result": None, "problem": None, **said}
    return httpx2.Response(202 if state == "waiting" else 200, json=data)


def test_a_job_is_waited_for_and_its_reports_are_read() -> None:
    result = {"items": [{"iri": REPORT["iri"]}]}
    network = Network(job("waiting"), job("running"), job("running"), job("done", result=result), good(REPORT))
    (found,) = network.client().check_many([{"id": "a"}], "S", works_with=False)
    assert (found.iri, found.works_with) == (REPORT["iri"], None)
    assert network.waits == pytest.approx([0.1, 0.15, 0.225])
    first, *looks, last = network.asked
    assert (first.method, first.headers["prefer"]) == ("POST", "respond-async")
    assert json.loads(first.content) == [{"id": "a"}]
    assert dict(first.url.params) == {"against": "S", "worksWith": "false"}
    assert {it.url.raw_path for it in looks} == {b"/v1/jobs/j%2F1"}
    assert last.url.path == "/v1/conformance-checks/abc"

    async def later() -> str:
        async with Network(job("waiting"), job("done", result=result), good(REPORT)).later() as client:
            return (await client.check_many([{"id": "a"}], "S"))[0].iri

    assert asyncio.run(later()) == REPORT["iri"]


def test_a_job_that_fails_or_never_ends_is_told() -> None:
    with pytest.raises(Unavailable, match="interrupted") as caught:
        Network(job("waiting"), job("failed", problem=PROBLEM)).client().check_many([], "S")
    assert caught.value.code == "interrupted"
    with pytest.raises(ServiceFailed, match="cancelled"):
        Network(job("waiting"), job("cancelled")).client().check_many([], "S")
    network = Network(job("waiting"), *[job("running") for _ in range(100)])
    with pytest.raises(NotReached, match="running after 20 seconds"):
        network.client().check_many([], "S", seconds=20)
    assert 20 <= sum(network.waits) < 25
    assert max(network.waits) <= 5
    with pytest.raises(NotUnderstood, match="200 with"):
        Network(good(REPORT)).client().check_many([], "S")


def test_both_clients_offer_the_same() -> None:
    offered = [{name for name in vars(it) if not name.startswith("_")} for it in (Client, AsyncClient)]
    assert offered[0] == offered[1]
