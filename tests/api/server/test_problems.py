"""Every error has the one shape of RFC 9457, and tells nothing about the machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from stanagraph.api.server.examples import operations
from stanagraph.api.server.examples.recording import address
from stanagraph.graph.names import BASE

PAIR = "/v1/verdicts?equipment=pzh-2000&munition"
WRONG = [
    ("/nothing", 404, "not-found", None),
    ("/v1/gaps?nation=Polnd", 404, "name-not-known", "nation"),
    ("/v1/gaps?class=154mm", 404, "name-not-known", "class"),
    ("/v1/gaps?cause=whim", 404, "name-not-known", "cause"),
    ("/v1/gaps?asOf=yesterday", 422, "bad-argument", "asOf"),
    ("/v1/gaps?limit=0", 422, "bad-argument", "limit"),
    ("/v1/gaps?limit=1001", 422, "bad-argument", "limit"),
    ("/v1/gaps?limit=many", 422, "bad-argument", "limit"),
    ("/v1/gaps?cursor=nonsense", 422, "bad-argument", "cursor"),
    ("/v1/gaps?cursor=%00%ff", 422, "bad-argument", "cursor"),
    ("/v1/gaps?colour=red", 422, "bad-argument", "colour"),
    ("/v1/gaps?lang=de", 422, "bad-argument", "lang"),
    ("/v1/gaps?format=xml", 422, "bad-argument", "format"),
    ("/v1/gaps?nation=" + "x" * 500, 422, "bad-argument", "nation"),
    ("/v1/matrix", 422, "bad-argument", "class"),
    ("/v1/matrix?class=", 422, "bad-argument", "class"),
    ("/v1/matrix?class=155mm&using=Polnd", 404, "name-not-known", "using"),
    ("/v1/verdicts", 422, "bad-argument", "equipment"),
    (f"{PAIR}=nothing-like-it", 404, "name-not-known", "munition"),
    ("/v1/verdicts?equipment=%22%3E%3C&munition=m795", 404, "name-not-known", "equipment"),
    ("/v1/queries/gasp", 404, "query-not-found", None),
    ("/v1/queries/gasp/answer", 404, "query-not-found", None),
    ("/v1/queries/gaps/answer?nation=Polnd", 404, "name-not-known", "nation"),
    ("/v1/queries/gaps/answer?colour=red", 422, "bad-argument", "colour"),
    ("/v1/queries/gaps/answer?nation=POL&nation=DEU", 422, "bad-argument", "nation"),
    ("/v1/queries/gaps/answer?nation=" + "x" * 500, 422, "bad-argument", "nation"),
    ("/v1/queries/positions/answer", 422, "bad-argument", "agreement"),
    ("/?class=154mm", 404, "name-not-known", "class"),
    ("/?lang=de", 422, "bad-argument", "lang"),
]


@pytest.mark.parametrize(("path", "status", "code", "parameter"), WRONG, ids=[path[:40] for path, *_ in WRONG])
def test_every_error_is_a_problem(client: TestClient, path: str, status: int, code: str, parameter: str | None) -> None:
    response = client.get(path)
    problem = response.json()
    assert response.status_code == problem["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"{BASE}problems/{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == path.partition("?")[0]
    assert all(set(error) <= {"parameter", "pointer", "detail"} for error in problem["errors"])
    if parameter:
        assert problem["errors"][0]["parameter"] == parameter


def routes(app: FastAPI) -> Iterator[tuple[str, set[str]]]:
    """Every address that is documented, with an example in its places, and what it takes; and some that are not."""
    for path, methods in app.openapi()["paths"].items():
        filled = address(path, dict(operations()[next(iter(methods.values()))["operationId"]].path))
        yield filled, {method.upper() for method in methods}
    # The routes of the ontology are the paths of its IRIs: too many to list, and not of the interface for programs.
    ontology = ["/ontology", "/ontology/", "/ontology/gaps", "/ns/Gap", "/id/scheme/nation", "/shapes/GapShape"]
    for path in ("/", "/docs", "/openapi.json", *ontology):
        yield path, {"GET"}


def test_every_route_says_what_it_takes_and_refuses_the_rest(app: FastAPI, client: TestClient) -> None:
    for path, methods in routes(app):
        takes = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        options = client.options(path)
        assert options.status_code == 204, path
        assert options.content == b""
        assert set(options.headers["allow"].split(", ")) == takes
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            response = client.request(method, path)
            assert response.status_code == 405, (method, path)
            assert response.headers["content-type"] == "application/problem+json"
            assert set(response.headers["allow"].split(", ")) == takes
            assert response.json()["type"] == f"{BASE}problems/method-not-allowed"
    assert client.options("/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/gaps", "/v1/matrix?class=155mm", f"{PAIR}=vulcano-155-glr"])
def test_what_is_not_offered_is_not_acceptable(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json()["type"] == f"{BASE}problems/not-acceptable"
    assert "text/html" in response.json()["detail"]


def test_an_unknown_name_comes_with_near_ones(client: TestClient) -> None:
    problem = client.get("/v1/gaps?nation=Polnd").json()
    assert "POL" in problem["suggestions"]
    assert "POL" in problem["errors"][0]["detail"]


def test_a_cursor_belongs_to_its_question(client: TestClient) -> None:
    cursor = client.get("/v1/gaps?limit=5").json()["next"]
    assert client.get("/v1/gaps", params={"cursor": cursor}).status_code == 200
    assert client.get("/v1/gaps", params={"cursor": cursor, "class": "155mm"}).status_code == 422
    assert client.get("/v1/matrix", params={"cursor": cursor, "class": "155mm"}).status_code == 422


def test_a_browser_gets_its_problem_as_a_page(client: TestClient) -> None:
    response = client.get("/?nation=Polnd", headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": "fr"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-language"] == "fr"
    assert "Noms proches" in response.text
    assert "POL" in response.text


def test_a_fault_of_ours_tells_nothing(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("/a/secret/place")

    monkeypatch.setattr("stanagraph.api.server.serving.Serving.ask", fail)
    # A question that nobody has asked: what was answered already is remembered.
    response = TestClient(app, raise_server_exceptions=False).get("/v1/gaps?limit=997")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-security-policy"]
    assert response.json()["type"] == f"{BASE}problems/error"
    assert "secret" not in response.text
    assert "Traceback" not in response.text
