"""Strangers' queries in processes that can be killed: every limit, and what is left after it."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stanagraph.api.confined.frames import DATA, FAILURE, HEADER
from stanagraph.api.server.sparql.worker import Worker

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GREEDY = "SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
WIDE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


def get(server: Any, query: str, **more: Any) -> httpx2.Response:
    return httpx2.get(f"{server.url}/sparql", params={"query": query}, timeout=30, **more)


def code(response: httpx2.Response) -> str:
    return str(response.json()["type"]).rpartition("/")[2]


def wait_for(condition: Any, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def at_work(server: Any) -> set[int]:
    """The confined processes that have used more than a little of a processor."""
    return {pid for pid in server.workers() if ticks(pid) > 30}


def ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[11]) + int(fields[12])


def test_a_query_ends_at_its_time_and_its_process_with_it(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1, seconds=1.0) as server:
        assert get(server, "ASK {}").json()["boolean"]
        (first,) = server.workers()
        begun = time.monotonic()
        response = get(server, ENDLESS)
        taken = time.monotonic() - begun
        assert (response.status_code, code(response)) == (422, "query-stopped")
        assert "1 seconds" in response.json()["detail"]
        assert 1.0 <= taken < 2.0
        assert wait_for(lambda: first not in server.workers(), 1.0 - (taken - 1.0))
        # The pool has filled up again, and answers.
        assert wait_for(lambda: len(server.workers()) == 1, 1.0)
        assert get(server, "ASK {}").json()["boolean"]


def test_a_query_ends_when_its_client_leaves(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1, seconds=30) as server:
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.get(f"{server.url}/sparql", params={"query": ENDLESS}, timeout=1.5)
        assert wait_for(lambda: not at_work(server), 1.0)
        assert get(server, "ASK {}").json()["boolean"]


def test_a_stream_ends_when_its_client_leaves(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1, seconds=30) as server:
        with httpx2.stream("GET", f"{server.url}/sparql", params={"query": WIDE}, timeout=10) as response:
            assert response.status_code == 200
            parts = response.iter_bytes()  # whose end closes the connection: kept until the worker is seen
            assert next(parts).startswith(b'{"head"')
            (worker,) = server.workers()
        assert wait_for(lambda: worker not in server.workers(), 1.0)


def test_a_query_gets_no_more_memory_than_it_may_have(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1, seconds=30, memory=128) as server:
        response = get(server, GREEDY)
        assert (response.status_code, code(response)) == (422, "query-stopped")
        assert "128 megabytes of memory" in response.json()["detail"]
        assert get(server, "ASK {}").json()["boolean"]


@pytest.mark.parametrize("accept", ["application/json", "application/sparql-results+xml", "text/csv",
                                    "text/tab-separated-values"])  # fmt: skip
def test_rows_are_counted(serve: Any, wide_home: Path, accept: str) -> None:
    with serve(wide_home, workers=1, rows=100) as server:
        headers = {"Accept": accept}
        assert get(server, "SELECT * { ?s ?p ?o } LIMIT 100", headers=headers).status_code == 200
        response = get(server, "SELECT * { ?s ?p ?o } LIMIT 101", headers=headers)
        assert (response.status_code, code(response)) == (422, "query-stopped")
        assert "100 rows" in response.json()["detail"]


def test_triples_are_counted(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1, rows=100) as server:
        assert get(server, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 100").status_code == 200
        assert get(server, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 101").status_code == 422


@pytest.mark.parametrize("limit", [{"megabytes": 1}, {"seconds": 1}], ids=str)
def test_an_answer_that_is_cut_off_is_never_taken_for_whole(serve: Any, wide_home: Path, limit: Any) -> None:
    with serve(wide_home, workers=1, **limit) as server:
        with pytest.raises(httpx2.RemoteProtocolError):
            get(server, WIDE)
        assert get(server, "ASK {}").json()["boolean"]


def test_a_caller_has_so_many_queries_and_no_more(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=3, per_caller=1, seconds=2) as server:
        running = threading.Thread(target=get, args=(server, ENDLESS))
        running.start()
        assert wait_for(lambda: at_work(server), 2)
        response = get(server, "ASK {}")
        assert (response.status_code, code(response)) == (429, "too-many-queries")
        assert response.headers["retry-after"]
        running.join()
        assert get(server, "ASK {}").json()["boolean"]


def test_who_waits_too_long_is_told(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1, per_caller=5, seconds=3, patience=0.2) as server:
        running = threading.Thread(target=get, args=(server, ENDLESS))
        running.start()
        assert wait_for(lambda: at_work(server), 2)
        response = get(server, "ASK {}")
        assert (response.status_code, code(response)) == (503, "busy")
        assert "no turn" in response.json()["detail"]
        assert response.headers["retry-after"]
        running.join()


def test_a_process_that_dies_is_replaced(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1) as server:
        get(server, "ASK {}")
        (worker,) = server.workers()
        os.kill(worker, 9)
        assert wait_for(lambda: ticks(worker) == 0, 1)
        assert get(server, "ASK {}").json()["boolean"]
        assert worker not in server.workers()


def test_a_process_that_hangs_is_replaced(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1, seconds=1) as server:
        get(server, "ASK {}")
        (worker,) = server.workers()
        os.kill(worker, signal.SIGSTOP)
        assert code(get(server, "ASK {}")) == "query-stopped"
        assert get(server, "ASK {}").json()["boolean"]
        assert worker not in server.workers()


def confined(home: Path, asked: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """What a process answers to a request that no check has seen."""
    worker = Worker(home / "releases" / "madebyhand01" / "public", memory=256)

    async def ask() -> tuple[bytes, dict[str, Any]]:
        limits = {"seconds": 20, "rows": 100, "size": 1 << 20, "room": 0}
        await worker.ask({**asked, **limits})
        kind, payload = await worker.frame()
        if kind == HEADER:
            kind, payload = await worker.frame()
        return kind, json.loads(payload)

    try:
        return asyncio.run(ask())
    finally:
        worker.kill()


def question(text: str) -> dict[str, Any]:
    media = "application/sparql-results+json"
    return {"action": "query", "text": text, "base": "http://x/", "default": None, "named": None, "from": [],
            "select": media, "ask": media, "graph": "text/turtle"}  # fmt: skip


def test_what_gets_past_the_check_still_reaches_nothing(tiny_home: Path) -> None:
    import http.server

    asked = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        do_GET = do_POST

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = f"SELECT * {{ SERVICE <http://127.0.0.1:{server.server_port}/> {{ ?s ?p ?o }} }}"
        kind, told = confined(tiny_home, question(text))
        server.shutdown()
    assert kind == FAILURE
    assert told["code"] == "failed"
    assert not asked


def test_a_process_knows_no_secret_of_the_service(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=1) as server:
        get(server, "ASK {}")
        (worker,) = server.workers()
        assert b"hush" in Path(f"/proc/{server.pid}/environ").read_bytes()
        assert b"hush" not in Path(f"/proc/{worker}/environ").read_bytes()


def test_processes_end_with_the_service(serve: Any, wide_home: Path) -> None:
    with serve(wide_home, workers=2) as server:
        get(server, "ASK {}")
        workers = server.workers()
        assert workers
    assert wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), 2)


def test_a_query_that_nobody_watches_ends_by_itself(wide_home: Path) -> None:
    worker = Worker(wide_home / "releases" / "madebyhand01" / "public", memory=256)
    limits = {"seconds": 0.5, "rows": 100, "size": 1 << 20, "room": 0}
    asyncio.run(worker.ask({**question(ENDLESS), **limits}))
    try:
        assert wait_for(lambda: not worker.alive, 3)
    finally:
        worker.kill()


def test_answers_come_as_they_were_computed(tiny_home: Path) -> None:
    kind, told = confined(tiny_home, question("ASK { <urn:a> ?p ?o }"))
    assert (kind, told) == (DATA, {"head": {}, "boolean": True})


def test_a_process_ends_with_whoever_has_it(wide_home: Path) -> None:
    (store,) = (path for path in (wide_home / "releases").glob("*/public"))
    worker = Worker(store, memory=256)
    pid = worker.pid
    assert Path(f"/proc/{pid}").exists()
    del worker
    gc.collect()
    assert wait_for(lambda: not Path(f"/proc/{pid}").exists(), 2)
