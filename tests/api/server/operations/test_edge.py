"""What each request passes: its id, bounds on what it sends, pages of other sites, logs and numbers without secrets."""

from __future__ import annotations

import datetime
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.server import create_app
from stanagraph.api.server.access.keys import Keys
from stanagraph.api.server.operations import logs
from stanagraph.api.server.operations.redaction import GONE, clean, redacted
from stanagraph.api.server.operations.settings import (
    CorsSettings,
    LimitSettings,
    LogSettings,
    MetricsSettings,
    TraceSettings,
)
from stanagraph.api.server.operations.traces import tracer_of
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases

KEY = "sgk_abcdefgh_" + "s" * 43
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
GAPS = "/v1/gaps?limit=1"


@pytest.fixture
def home(public_home: Path, tmp_path: Path) -> Path:
    (tmp_path / "releases").symlink_to(public_home / "releases")
    (tmp_path / "current").write_bytes((public_home / "current").read_bytes())
    return tmp_path


def service(home: Path, **settings: Any) -> FastAPI:
    app = create_app(Releases(home), settings=ServiceSettings(**settings))

    @app.post("/v1/echo")
    async def echo(request: Request) -> dict[str, int]:
        return {"size": len(await request.body())}

    @app.get("/v1/fails")
    def fails() -> None:
        raise RuntimeError(f"somebody came with Bearer {KEY}")

    return app


# Ids.


def test_every_answer_has_the_id_of_its_request(home: Path) -> None:
    client = TestClient(service(home), raise_server_exceptions=False)
    for path, status in ((GAPS, 200), ("/nothing", 404), ("/v1/fails", 500)):
        first, second = client.get(path), client.get(path, headers={"X-Request-ID": "mine-1"})
        assert first.status_code == status
        assert len(first.headers["x-request-id"]) == 16
        assert second.headers["x-request-id"] == "mine-1"


@pytest.mark.parametrize("given", ["a b", "x" * 65, "<script>", "", "a\\nb"])
def test_an_id_that_could_do_harm_is_not_taken(client: TestClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] != given


# Bounds.


def test_a_body_that_is_too_long_is_refused(home: Path) -> None:
    client = TestClient(service(home, limits=LimitSettings(body_bytes=1000)))
    assert client.post("/v1/echo", content=b"x" * 1000).json() == {"size": 1000}
    for body in (b"x" * 1001, iter([b"x" * 600, b"x" * 600])):
        response = client.post("/v1/echo", content=body)
        assert response.status_code == 413
        assert response.json()["type"] == f"{BASE}problems/too-long"
        assert response.headers["connection"] == "close"


def test_who_may_ingest_may_send_more(home: Path) -> None:
    _, key = Keys(home).create("loader", ("read", "ingest"), "public", datetime.timedelta(days=1))
    client = TestClient(service(home, limits=LimitSettings(body_bytes=10, upload_bytes=100)))
    asked = [client.post("/v1/echo", content=b"x" * n, headers={"Authorization": f"Bearer {key}"}) for n in (100, 101)]
    assert [response.status_code for response in asked] == [200, 413]


def test_headers_and_addresses_that_are_too_long_are_refused(home: Path) -> None:
    client = TestClient(service(home, limits=LimitSettings(header_bytes=4000)))
    assert client.get("/v1/gaps", headers={"X-Long": "x" * 4000}).status_code == 431
    for path in ("/" + "x" * 4000, "/v1/gaps?class=" + "x" * 4000):
        response = client.get(path)
        assert response.status_code == 414
        assert response.headers["content-type"] == "application/problem+json"
        assert len(response.content) < 2000


# Pages of other sites.


def test_no_page_of_another_site_may_read_unless_the_settings_say_so(home: Path) -> None:
    asked = {"Origin": "https://partner.example", "Access-Control-Request-Method": "GET"}
    closed, opened = (
        TestClient(service(home)),
        TestClient(service(home, cors=CorsSettings(origins=("https://partner.example",)))),
    )
    assert "access-control-allow-origin" not in closed.get(GAPS, headers=asked).headers
    assert "access-control-allow-origin" not in closed.options(GAPS, headers=asked).headers
    answer = opened.get(GAPS, headers=asked)
    assert answer.headers["access-control-allow-origin"] == "https://partner.example"
    assert {"Accept", "Accept-Language", "Origin"} <= set(answer.headers["vary"].split(", "))
    assert "ETag" in answer.headers["access-control-expose-headers"]
    before = opened.options(GAPS, headers={**asked, "Access-Control-Request-Headers": "Authorization"})
    assert before.status_code == 200
    assert "access-control-allow-credentials" not in before.headers
    told = {**asked, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "MCP-Protocol-Version"}
    assert opened.options("/mcp", headers=told).status_code == 200
    other = opened.get(GAPS, headers={"Origin": "https://stranger.example"})
    assert "access-control-allow-origin" not in other.headers


# Logs.


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, as it would be written."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.install(LogSettings(format="json", level="debug"))
    written = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def test_one_line_of_the_log_says_what_became_of_a_request(home: Path, log: io.StringIO) -> None:
    TestClient(service(home)).get("/v1/gaps?limit=1&class=155mm", headers={"X-Request-ID": "mine-1"})
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    (line,) = [it for it in told if it["event"] == "request"]
    assert (line["path"], line["route"], line["status"], line["method"]) == ("/v1/gaps", "/v1/gaps", 200, "GET")
    assert (line["request"], line["caller"], line["level"]) == ("mine-1", "anonymous", "info")
    assert line["bytes"] > 0
    assert line["release"]
    assert "155mm" not in json.dumps(line)
    (opened,) = [it for it in told if "is open" in it["event"]]
    assert opened["request"] == "mine-1"


def test_no_secret_is_logged_wherever_it_stands(home: Path, log: io.StringIO) -> None:
    client = TestClient(service(home), raise_server_exceptions=False)
    client.get(f"/v1/gaps?access_token={TOKEN}", headers={"Authorization": f"Bearer {KEY}"})
    client.get(f"/{KEY}")
    client.get("/v1/fails")
    logging.getLogger("a.library").error("sent %s", {"Authorization": "Basic YWRtaW46YWRtaW4="})
    logging.getLogger("a.library").error("asked https://anna:geheim1@example.org/ with Bearer abcdefghijkl")
    written = log.getvalue()
    assert "RuntimeError" in written
    for secret in ("ssss", TOKEN, "YWRtaW46YWRtaW4", "geheim1", "abcdefghijkl"):
        assert secret not in written


def test_what_is_asked_for_cannot_forge_a_line_of_the_log(home: Path, log: io.StringIO) -> None:
    TestClient(service(home)).get("/x%0A%7B%22event%22:%22forged%22%7D")
    assert all(json.loads(line)["event"] != "forged" for line in log.getvalue().splitlines())


@given(st.text(), st.text(), st.sampled_from([KEY, TOKEN]))
def test_a_secret_is_found_in_any_text(before: str, after: str, secret: str) -> None:
    assert secret not in redacted(f"{before} {secret} {after}")


@given(st.text(alphabet="abcdefgh /=?&.-_:", max_size=60))
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert redacted(text) == text


def test_a_field_whose_name_gives_it_away_is_removed() -> None:
    record = {"headers": [("x", "y")], "Authorization": "z", "deep": {"api_key": "q", "n": 3}}
    assert clean("", record) == {"headers": [["x", "y"]], "Authorization": GONE, "deep": {"api_key": GONE, "n": 3}}


# Numbers and traces.


def test_numbers_are_for_who_may_see_them(home: Path) -> None:
    _, admin = Keys(home).create("prometheus", ("admin",), "public", datetime.timedelta(days=1))
    _, reader = Keys(home).create("reader", ("read",), "public", datetime.timedelta(days=1))
    client = TestClient(service(home))
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {reader}"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": f"Bearer {admin}"}).status_code == 200
    assert TestClient(service(home, metrics=MetricsSettings(access="open"))).get("/metrics").status_code == 200
    closed = TestClient(service(home, metrics=MetricsSettings(access="off")))
    assert closed.get("/metrics", headers={"Authorization": f"Bearer {admin}"}).status_code == 403


def test_numbers_name_routes_and_never_what_a_stranger_wrote(home: Path) -> None:
    client = TestClient(service(home, metrics=MetricsSettings(access="open")))
    client.get("/ns/Gap")
    client.get("/what-a-stranger-wrote")
    client.request("BREW", "/v1/gaps")
    client.head(GAPS)
    numbers = client.get("/metrics").text
    assert 'stanagraph_http_requests_total{method="GET",route="/ns/{name}",status="200"}' in numbers
    assert 'stanagraph_http_requests_total{method="GET",route="none",status="404"}' in numbers
    assert 'stanagraph_http_requests_total{method="HEAD",route="/v1/gaps",status="200"}' in numbers
    assert 'method="other"' in numbers
    assert "stranger" not in numbers
    assert "BREW" not in numbers


def test_a_request_is_traced_on_from_who_asked(home: Path) -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    from stanagraph.api.server.operations.observed import Observed

    exporter = memory.InMemorySpanExporter()
    tracer = tracer_of(TraceSettings(endpoint="http://127.0.0.1:1/v1/traces"), exporter)
    client = TestClient(Observed(service(home), LogSettings(), tracer))
    trace = "0af7651916cd43dd8448eb211c80319c"
    client.get("/ns/Gap", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    (span,) = exporter.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == trace
    assert span.name == "GET /ns/{name}"
    assert span.attributes["http.response.status_code"] == 200


def test_without_the_setting_nothing_is_traced() -> None:
    assert tracer_of(TraceSettings()) is None


def test_the_service_says_whether_it_is_ready(home: Path, tmp_path: Path) -> None:
    client = TestClient(service(home))
    first = client.get("/readyz").json()
    assert first["status"] == "ready"
    assert first["newest"] is True
    assert TestClient(create_app(Releases(tmp_path / "nothing"))).get("/readyz").status_code == 503
