"""An answer that is given again is the same to the byte, and never that of another question, release or audience."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.access.settings import AccessSettings
from stanagraph.api.server.remembered import Given, Remembered
from stanagraph.api.server.serving import Serving
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.releases import Releases

OWN = ("x-request-id", "ratelimit")
PATHS = [
    "/", "/v1/gaps?limit=3", "/v1/gaps?limit=3&format=csv", "/v1/gaps?limit=3&format=turtle",
    "/v1/gaps?limit=3&lang=fr", "/v1/matrix?class=155mm&limit=3",
    "/v1/verdicts?equipment=pzh-2000&munition=vulcano-155-glr",
]  # fmt: skip

FORMS = [
    {"Accept-Encoding": "identity"},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "gzip", "Accept-Language": "fr"},
]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_is_given_again_is_the_same(public_home: Path, path: str) -> None:
    client = TestClient(create_app(Releases(public_home)))
    first, again = client.get(path), client.get(path)
    for answer in (first, again):
        for name in OWN:
            del answer.headers[name]
    assert again.content == first.content
    assert again.headers == first.headers
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304


def test_nothing_is_worked_out_twice_and_every_question_is_its_own(
    public_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = Serving.ask

    def counted(self: Serving, report: str, arguments: object = ()) -> object:
        asked.append(report)
        return ask(self, report, arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Serving, "ask", counted)
    client = TestClient(create_app(Releases(public_home)))
    answers = [client.get(path).content for path in (*PATHS[1:5], *PATHS[1:5])]
    assert len(asked) == 4
    assert answers[:4] == answers[4:]
    assert len(set(answers)) == 4


def test_what_goes_wrong_is_not_remembered(public_home: Path) -> None:
    client = TestClient(create_app(Releases(public_home)))
    for _ in range(2):
        assert client.get("/v1/gaps?nation=Atlantis").status_code == 404


def test_what_is_remembered_has_an_end() -> None:
    remembered = Remembered(each=100, together=2500)
    for name in "abc":
        remembered.keep(name, given(b"x" * 100))
        assert remembered.get("a") is not None or name == "c"
    # The one that was not asked for lately has gone.
    assert remembered.get("b") is None
    assert remembered.get("a") is not None
    assert remembered.get("c") is not None
    remembered.keep("long", given(b"x" * 101))
    assert remembered.get("long") is None


def test_short_answers_to_many_or_long_questions_have_an_end_too() -> None:
    many = Remembered(each=100, together=100_000)
    for number in range(1000):
        many.keep(("/", str(number).encode()), given(b""))
    assert sum(many.get(("/", str(number).encode())) is not None for number in range(1000)) < 100
    few = Remembered(each=100, together=100_000)
    for name in "abcde":
        few.keep(("/", name.encode() * 30_000), given(b""))
    assert [few.get(("/", name.encode() * 30_000)) is not None for name in "abcde"] == [False, False, True, True, True]


def given(body: bytes) -> Given:
    return Given(b'"tag"', (), body)


def test_the_routes_are_not_asked_again(public_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(create_app(Releases(public_home)))
    answers = [client.get(path, headers=headers) for path in PATHS for headers in FORMS]
    monkeypatch.setattr("stanagraph.api.server.representations.etag", None)
    monkeypatch.setattr("stanagraph.api.server.routes.overview.serving", None)
    again = [client.get(path, headers=headers) for path in PATHS for headers in FORMS]
    assert [it.content for it in again] == [it.content for it in answers]
    assert [it.headers["etag"] for it in again] == [it.headers["etag"] for it in answers]
    for answer in answers:
        known = client.get(
            answer.request.url, headers={**answer.request.headers, "If-None-Match": answer.headers["etag"]}
        )
        assert (known.status_code, known.content) == (304, b"")
        for name in ("etag", "cache-control", "content-language", "vary", "content-security-policy", "ratelimit"):
            assert known.headers[name].partition(";")[0] == answer.headers[name].partition(";")[0]
        head = client.head(answer.request.url, headers=answer.request.headers)
        assert (head.content, head.headers["etag"]) == (b"", answer.headers["etag"])


@pytest.mark.parametrize("said", ['"another"', '"a", "b"', 'W/"another"'])
def test_who_has_another_answer_gets_this_one(public_home: Path, said: str) -> None:
    client = TestClient(create_app(Releases(public_home)))
    first = client.get(PATHS[1])
    again = client.get(PATHS[1], headers={"If-None-Match": said})
    assert (again.status_code, again.content) == (200, first.content)
    both = client.get(PATHS[1], headers={"If-None-Match": f"{said}, {first.headers['etag']}"})
    assert both.status_code == 304


def test_who_may_not_read_gets_nothing_that_is_remembered(public_home: Path) -> None:
    settings = ServiceSettings.read(public_home)
    app = create_app(Releases(public_home), settings=settings)
    assert TestClient(app).get(PATHS[1]).status_code == 200
    for middleware in app.user_middleware:
        if "settings" in middleware.kwargs and isinstance(middleware.kwargs["settings"], AccessSettings):
            middleware.kwargs["settings"] = AccessSettings(anonymous=())
    app.middleware_stack = None
    assert TestClient(app).get(PATHS[1]).status_code == 401
