"""An answer that is given again is the same to the byte, and never that of another question, release or audience."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.remembered import Remembered
from stanagraph.api.server.serving import Serving
from stanagraph.graph.releases import Releases

OWN = ("x-request-id", "ratelimit")
PATHS = [
    "/", "/v1/gaps?limit=3", "/v1/gaps?limit=3&format=csv", "/v1/gaps?limit=3&format=turtle",
    "/v1/gaps?limit=3&lang=fr", "/v1/matrix?class=155mm&limit=3",
    "/v1/verdicts?equipment=pzh-2000&munition=vulcano-155-glr",
]  # fmt: skip


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
    remembered = Remembered(each=100, together=250)
    for name in "abc":
        remembered.keep(name, Response(b"x" * 100))
        assert remembered.get("a") is not None or name == "c"
    # The one that was not asked for lately has gone.
    assert remembered.get("b") is None
    assert remembered.get("a") is not None
    assert remembered.get("c") is not None
    remembered.keep("long", Response(b"x" * 101))
    remembered.keep("wrong", Response(b"x", 404))
    remembered.keep("flowing", StreamingResponse(iter([b"x"])))
    assert [remembered.get(name) for name in ("long", "wrong", "flowing")] == [None, None, None]


def test_who_changes_an_answer_changes_no_other() -> None:
    remembered = Remembered()
    remembered.keep("a", Response(b"x", headers={"Link": "one"}))
    first = remembered.get("a")
    assert first is not None
    first.headers["Link"] = "two"
    second = remembered.get("a")
    assert second is not None
    assert second.headers["Link"] == "one"
