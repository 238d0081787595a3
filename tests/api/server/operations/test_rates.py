"""How often a caller may ask, counted by all workers together in a table that cannot grow."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.server import create_app
from stanagraph.api.server.access.keys import Keys
from stanagraph.api.server.operations.counters import SharedCounters
from stanagraph.api.server.operations.rates import address_of
from stanagraph.api.server.operations.settings import LimitSettings
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def home(public_home: Path, tmp_path: Path) -> Path:
    (tmp_path / "releases").symlink_to(public_home / "releases")
    (tmp_path / "current").write_bytes((public_home / "current").read_bytes())
    return tmp_path


def service(home: Path, **limits: str) -> FastAPI:
    return create_app(Releases(home), settings=ServiceSettings(limits=LimitSettings(**limits)))  # type: ignore[arg-type]


def test_too_many_requests_are_put_off_and_every_answer_says_how_many_are_left(home: Path) -> None:
    client = TestClient(service(home, requests="3/minute"))
    for left in (2, 1, 0):
        response = client.get("/v1/nothing")
        assert response.status_code == 404
        assert response.headers["ratelimit-policy"] == '"requests";q=3;w=60'
        assert response.headers["ratelimit"].startswith(f'"requests";r={left};t=')
    response = client.get("/v1/gaps")
    assert response.status_code == 429
    assert response.json()["type"] == f"{BASE}problems/too-many-requests"
    assert 0 < int(response.headers["retry-after"]) <= 60
    assert response.headers["ratelimit"].startswith('"requests";r=0;t=')
    assert client.get("/healthz").status_code == 200


def test_each_caller_has_their_own_count(home: Path) -> None:
    keys = [Keys(home).create(name, ("read",), "public", datetime.timedelta(days=1))[1] for name in "ab"]
    app = service(home, requests="1/minute", known_requests="2/minute")
    client = TestClient(app)
    asked = [client.get("/v1/nothing", headers={"Authorization": f"Bearer {key}"}) for key in keys * 3]
    assert [response.status_code for response in asked] == [404, 404, 404, 404, 429, 429]
    assert [client.get("/v1/nothing").status_code for _ in range(2)] == [404, 429]
    assert TestClient(app, client=("10.1.2.3", 1)).get("/v1/nothing").status_code == 404


def test_who_guesses_keys_is_soon_not_listened_to(home: Path) -> None:
    _, key = Keys(home).create("somebody", ("read",), "public", datetime.timedelta(days=1))
    client = TestClient(service(home, failures="3/minute"))
    for _ in range(3):
        assert client.get("/v1/gaps", headers={"Authorization": "Bearer sgk_a_b"}).status_code == 401
    # Not even the right one: otherwise guessing would go on.
    assert client.get("/v1/gaps", headers={"Authorization": f"Bearer {key}"}).status_code == 429
    assert client.get("/v1/gaps?limit=1").status_code == 200


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("10.0.0.1", 5), "10.0.0.1"),
        (("::ffff:10.0.0.1", 5), "10.0.0.1"),
        (("2001:db8:1:2:3:4:5:6", 5), "2001:db8:1:2::/64"),
        (None, "local"),
        (("testclient", 5), "testclient"),
    ],
)
def test_whoever_has_a_network_is_one(client: tuple[str, int] | None, address: str) -> None:
    assert address_of({"type": "http", "client": client}) == address


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(1, 3)), max_size=40))
def test_the_table_counts_as_a_dictionary_does(hits: list[tuple[str, int]]) -> None:
    counters, expected = SharedCounters(clock=Clock()), Counter[str]()
    for key, amount in hits:
        expected[key] += amount
        assert counters.incr(key, 60, amount) == expected[key]
    assert {key: counters.get(key) for key in "abcdefg"} == {key: expected[key] for key in "abcdefg"}
    counters.clear("a")
    assert counters.get("a") == 0
    assert counters.get("b") == expected["b"]
    counters.reset()
    assert counters.get("b") == 0


def test_counting_begins_anew_when_its_time_is_over() -> None:
    clock = Clock()
    counters = SharedCounters(clock=clock)
    counters.incr("a", 60, 5)
    clock.now += 59
    assert (counters.incr("a", 60), counters.get_expiry("a")) == (6, 1060.0)
    clock.now += 1
    assert (counters.get("a"), counters.incr("a", 60)) == (0, 1)


def test_a_flood_of_addresses_takes_nobody_who_asks_much_out_of_the_table() -> None:
    counters = SharedCounters(clock=Clock())
    counters.incr("much", 60, 500)
    for number in range(200_000):
        counters.incr(f"address {number}", 60)
    assert counters.get("much") == 500


_COUNT = """
import sys
from pathlib import Path
from stanagraph.api.server.operations.counters import SharedCounters
counters = SharedCounters(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(20000):
    counters.incr("a", 600)
"""


def test_all_workers_count_together(tmp_path: Path) -> None:
    path = tmp_path / "counters"
    command = [sys.executable, "-c", _COUNT, str(path)]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate()
        assert process.returncode == 0
    assert SharedCounters(path).get("a") == 60_000
    assert path.stat().st_mode & 0o077 == 0
