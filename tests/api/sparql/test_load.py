"""The service under strangers who mean harm: it stays responsive, and is whole again afterwards."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

RUNAWAYS = 50
ALLOWED = 0.1
# What runs away in different ways: a product without end, one that fills the memory, one whose answer has no end.
ATTACKER = """
import asyncio, json, sys
import httpx2

QUERIES = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT (COUNT(DISTINCT *) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT ?a { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(?c, ?f), '(x+x+)+y')) }",
]

async def run_away(client, number):
    parts = []
    try:
        async with client.stream("GET", "/sparql", params={"query": QUERIES[number % len(QUERIES)]}) as response:
            async for part in response.aiter_raw():
                parts = [part]
        return json.loads(parts[0])["type"].rpartition("/")[2]
    except httpx2.RemoteProtocolError:
        return "cut off"

async def attack(url, runaways):
    limits = httpx2.Limits(max_connections=runaways)
    async with httpx2.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        return await asyncio.gather(*(run_away(client, number) for number in range(runaways)))

print(json.dumps(asyncio.run(attack(sys.argv[1], int(sys.argv[2])))))
"""


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_fifty_runaway_queries_do_not_slow_the_service(serve: Any, wide_home: Path) -> None:
    settings = {"workers": 4, "per_caller": RUNAWAYS, "waiting": RUNAWAYS, "patience": 60, "seconds": 2, "memory": 256}
    # Where the machine has enough to do without us, a single check may wait for others than our queries.
    alone = os.getloadavg()[0] < (os.cpu_count() or 1)
    with serve(wide_home, **settings) as server:
        command = [sys.executable, "-c", ATTACKER, server.url, str(RUNAWAYS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attacker:
            times = probe(server.url, attacker)
            assert attacker.stdout is not None
            answers = json.loads(attacker.stdout.read())
        median = statistics.median(times) * 1000
        print(f"{len(times)} health checks: median {median:.1f} ms, longest {max(times) * 1000:.1f} ms")
        # Every query got an answer that says what became of it, or one that is seen to be cut off.
        assert len(answers) == RUNAWAYS
        assert set(answers) == {"query-stopped", "cut off"}
        assert httpx2.get(f"{server.url}/sparql", params={"query": "ASK {}"}, timeout=30).json()["boolean"]
        assert len(server.workers()) <= settings["workers"]
        slow = sum(time > ALLOWED for time in times)
        assert slow == 0 if alone else slow <= len(times) * 0.05


def probe(url: str, attacker: subprocess.Popen[str]) -> list[float]:
    """How long health checks take while an attacker is at work, each over a connection of its own."""
    times = []
    while attacker.poll() is None:
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert response.status == 200
        assert json.loads(response.read())["status"] == "ok"
        connection.close()
        times.append(time.perf_counter() - begun)
        time.sleep(0.05)
    return times
