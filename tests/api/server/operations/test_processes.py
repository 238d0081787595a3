"""Real processes: who dawdles is cut off, who was begun with is answered, and a switch of releases drops nobody."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stanagraph.api.server.access.keys import Keys
from stanagraph.api.server.examples.checks import CARTRIDGE
from stanagraph.graph.backup import save
from stanagraph.graph.releases import Releases
from stanagraph.graph.restore import restore

pytestmark = pytest.mark.long
Start = Callable[..., Any]
GAPS = "/v1/gaps?limit=1"
ASK = "/v1/conformance-checks?against=STANAG-4172"


@pytest.fixture
def home(public_home: Path, tmp_path: Path) -> Path:
    """A workspace with the public release and another of the same content, for switches between them."""
    releases = Releases(public_home)
    first = releases.current()
    where = tmp_path / "home"
    for name in (first.identifier, "another"):
        shutil.copytree(first.path, where / "releases" / name)
    described = where / "releases" / "another" / "public.json"
    described.write_text(
        json.dumps({**json.loads(described.read_text(encoding="utf-8")), "digest": "another-view" * 5})
    )
    Releases(where).use(first.identifier)
    return where


def closed_after(connection: socket.socket, patience: float) -> float | None:
    """After how many seconds the other end has closed the connection; None where it has not."""
    began = time.monotonic()
    connection.settimeout(patience)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return None
    except ConnectionResetError:
        pass
    return time.monotonic() - began


def test_headers_that_do_not_come_cost_a_connection_for_so_long(start: Start, home: Path) -> None:
    service = start(home, limits__header_seconds="1")
    silent, partial = socket.create_connection(service.place), socket.create_connection(service.place)
    partial.sendall(b"GET /v1/gaps HTTP/1.1\r\nHost: a\r\n")
    dripping = socket.create_connection(service.place)

    def drip() -> None:
        try:
            for letter in b"GET /v1/gaps HTTP/1.1\r\nHost: a\r\nX-Slow: " + b"x" * 100:
                dripping.sendall(bytes([letter]))
                time.sleep(0.05)
        except OSError:
            pass

    thread = threading.Thread(target=drip)
    thread.start()
    for connection in (silent, partial, dripping):
        after = closed_after(connection, 5)
        assert after is not None
        connection.close()
    thread.join()
    # The second request of a connection has no longer time either.
    again = socket.create_connection(service.place)
    again.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /heal")
    assert closed_after(again, 10) is not None
    again.close()


def test_an_answer_that_is_not_read_costs_a_connection_for_so_long(start: Start, home: Path) -> None:
    service = start(home, limits__stall_seconds="1", limits__requests="100000/minute")
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(service.place)
    # As much as fits into no buffer between us.
    reader.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 400)
    time.sleep(6)
    reader.settimeout(10)
    received = 0
    try:
        while part := reader.recv(65536):
            received += len(part)
    except (ConnectionResetError, BrokenPipeError):
        pass
    reader.close()
    whole = len(service.get("/openapi.json").content) * 400
    assert received < whole


def test_more_connections_than_may_be_are_put_off(start: Start, home: Path) -> None:
    service = start(home, limits__connections="5", limits__header_seconds="5")
    held = [socket.create_connection(service.place) for _ in range(6)]
    time.sleep(0.3)
    assert service.get("/healthz").status_code == 503
    for connection in held:
        connection.close()
    time.sleep(0.3)
    assert service.get("/healthz").status_code == 200


def test_one_address_cannot_take_all_connections(start: Start, home: Path) -> None:
    service = start(home, limits__address_connections="3")
    held = [socket.create_connection(service.place) for _ in range(3)]
    for connection in held:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    with socket.create_connection(service.place) as more:
        assert closed_after(more, 3) is not None
    held.pop().close()
    time.sleep(0.3)
    assert service.get("/healthz").status_code == 200
    for connection in held:
        connection.close()


def test_what_is_no_http_or_too_long_is_refused_by_the_server_itself(start: Start, home: Path) -> None:
    service = start(home)
    for sent in (b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n"):
        with socket.create_connection(service.place) as connection:
            connection.sendall(sent)
            answer = connection.recv(65536)
            assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431")), answer
            assert b"uvicorn" not in answer.lower()
            assert b"Traceback" not in answer


def test_who_was_begun_with_is_answered_before_the_service_ends(start: Start, home: Path) -> None:
    service = start(home)
    with socket.create_connection(service.place) as begun, socket.create_connection(service.place) as idle:
        # The whole matrix takes a while: the signal comes meanwhile.
        begun.sendall(b"GET /v1/matrix?class=155mm HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.05)
        service.process.send_signal(signal.SIGTERM)
        received = b""
        while part := begun.recv(65536):
            received += part
        assert received.startswith(b"HTTP/1.1 200")
        assert received.rstrip().endswith(b"}")
        assert idle.recv(10) == b""
    assert service.stop() == 0
    assert not list(home.parent.glob("stanagraph-*")), "what the service shared while it ran is cleared away"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_who_ends_is_not_ready_until_what_was_begun_is_done(start: Start, home: Path, workers: str) -> None:
    service = start(home, "--workers", workers)
    body = json.dumps(CARTRIDGE).encode()
    with socket.create_connection(service.place) as begun:
        head = (
            f"POST {ASK} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        begun.sendall(head.encode() + body[:10])
        time.sleep(0.5)
        service.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 20
        while (told := service.get("/readyz")).status_code == 200:
            assert time.monotonic() < until
        assert told.status_code == 503
        assert told.json()["type"].endswith("/draining")
        assert told.headers["retry-after"]
        # Who comes meanwhile is answered, and the process lives.
        assert service.get("/healthz").status_code == service.get("/v1/gaps?limit=1").status_code == 200
        assert service.get("/readyz").status_code == 503
        begun.sendall(body[10:])
        received = b""
        while part := begun.recv(65536):
            received += part
        assert received.startswith(b"HTTP/1.1 200")
        assert received.rstrip().endswith(b"}")
    assert service.stop() == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(service.place)


def test_what_does_not_end_is_ended(start: Start, home: Path) -> None:
    service = start(home, drain_seconds="1")
    with socket.create_connection(service.place) as begun:
        begun.sendall(f"POST {ASK} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n".encode())
        time.sleep(0.3)
        asked = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - asked < 10


def test_workers_share_counts_and_numbers_and_one_that_dies_is_replaced(start: Start, home: Path) -> None:
    _, admin = Keys(home).create("prometheus", ("admin", "read"), "public", datetime.timedelta(days=1))
    service = start(home, "--workers", "3", limits__requests="60/minute")
    assert len(service.workers()) == 3
    # Each on a new connection, so that all workers take part.
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: service.get(GAPS).status_code, range(80)))
    assert (codes.count(200), codes.count(429)) == (60, 20)
    numbers = service.get("/metrics", Authorization=f"Bearer {admin}").text
    assert 'stanagraph_http_requests_total{method="GET",route="/v1/gaps",status="200"} 60.0' in numbers
    victim = service.workers()[0]
    os.kill(victim, signal.SIGKILL)
    until = time.monotonic() + 30
    while victim in service.workers() or len(service.workers()) < 3:
        assert time.monotonic() < until
        assert service.get("/healthz").status_code == 200
        time.sleep(0.2)
    assert service.stop() == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_switching_releases_under_load_drops_no_request(start: Start, home: Path, workers: str) -> None:
    service = start(home, "--workers", workers, limits__requests="1000000/minute")
    releases, first = Releases(home), Releases(home).current().identifier
    stop = threading.Event()
    seen: list[tuple[int, str]] = []
    slow: list[float] = []

    def ask() -> None:
        with httpx2.Client(base_url=service.url, timeout=30) as client:
            while not stop.is_set():
                began = time.monotonic()
                answer = client.get(GAPS)
                slow.append(time.monotonic() - began)
                told = answer.json()
                # An answer belongs to one release: its tag and its body say the same.
                assert answer.headers["etag"].startswith(f'"{told["release"]}-')
                seen.append((answer.status_code, told["release"]))

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for _ in range(6):
            for name, shown in (("another", "another-view"), (first, first)):
                time.sleep(0.5)
                releases.use(name)
                time.sleep(0.5)
                assert service.get(GAPS).json()["release"][:12] in (shown, first)
        stop.set()
        for it in asking:
            it.result()
    assert {code for code, _ in seen} == {200}
    assert {release for _, release in seen} == {"another-view", first}
    assert len(seen) > 100


def test_a_release_that_cannot_be_opened_changes_nothing_for_who_asks(start: Start, home: Path) -> None:
    service, first = start(home), Releases(home).current().identifier
    shutil.rmtree(home / "releases" / "another" / "public")
    Releases(home).use("another")
    for _ in range(5):
        assert service.get(GAPS).json()["release"] == first
    assert service.get("/readyz").json()["newest"] is False
    assert service.log.read_text().count("cannot be opened") == 1


def test_an_answer_does_not_wait_for_its_headers_to_be_acknowledged(start: Start, home: Path) -> None:
    service = start(home)
    with httpx2.Client(base_url=service.url) as client:
        asked = sorted(client.get("/healthz").elapsed.total_seconds() for _ in range(60))
    # Acknowledgements are held back for 40 ms, after the first few of a connection.
    assert asked[20] < 0.035


def test_a_backup_of_a_running_service_answers_the_same_elsewhere(
    start: Start, small_home: Path, tmp_path: Path
) -> None:
    _, key = Keys(small_home).create("somebody", ("read",), "public", datetime.timedelta(days=1))
    service = start(small_home)
    (saved, target), elsewhere = (Releases(small_home), tmp_path / "saved.tar.gz"), Releases(tmp_path / "elsewhere")
    before = service.get("/v1/gaps?limit=1000")
    save(saved, target)
    assert service.get("/v1/gaps?limit=1000").content == before.content
    restore(target, elsewhere)
    # Keys belong to the machine: whoever gets the backup has none.
    assert not (elsewhere.home / "access").exists()
    other = start(elsewhere.home)
    after = other.get("/v1/gaps?limit=1000")
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert other.get(GAPS, Authorization=f"Bearer {key}").status_code == 401
    # Restored over a workspace that is in use, what belongs to it stays, and so does the service.
    restore(target, saved, force=True)
    assert service.get(GAPS, Authorization=f"Bearer {key}").status_code == 200


def test_an_address_that_is_taken_is_said_in_one_line(start: Start, home: Path) -> None:
    service = start(home)
    with pytest.raises(AssertionError, match="--port") as told:
        start(home, "--port", str(service.place[1]))
    assert "Traceback" not in str(told.value)


def test_only_trusted_proxies_say_for_whom_they_ask(start: Start, home: Path) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    plain, behind = (
        start(home, limits__requests="2/minute"),
        start(home, limits__requests="2/minute", trusted_proxies='["127.0.0.1"]'),
    )
    for service, expected in ((plain, [200, 200, 429, 429]), (behind, [200, 200, 429, 200])):
        codes = [service.get(GAPS, **forwarded).status_code for _ in range(3)]
        assert [*codes, service.get(GAPS).status_code] == expected
    assert "203.0.113.9" in behind.log.read_text()
    assert "203.0.113.9" not in plain.log.read_text()


def test_the_log_of_a_service_is_json_and_names_no_secret(start: Start, home: Path) -> None:
    _, key = Keys(home).create("somebody", ("read",), "public", datetime.timedelta(days=1))
    service = start(home)
    service.get(f"{GAPS}&token={key}", Authorization=f"Bearer {key}")
    service.get(GAPS, Authorization=f"Bearer {key}x")
    service.stop()
    lines = [json.loads(line) for line in service.log.read_text().splitlines()]
    assert {"request", "audit: login-failed"} <= {line["event"] for line in lines}
    assert key.rsplit("_", maxsplit=1)[-1] not in service.log.read_text()
