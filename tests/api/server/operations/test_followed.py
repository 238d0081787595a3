"""Jobs of a service with several workers: each knows of all, and tells of them as they go on."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest

from stanagraph.api.server.examples.checks import CARTRIDGE

from .conftest import Start

pytestmark = pytest.mark.long
ASK = "/v1/conformance-checks?against=STANAG-4172"


def test_every_worker_knows_of_every_job(public_home: Path, start: Start) -> None:
    service = start(public_home, "--workers", "2")
    # Each its own: what one works with is worked out anew, and that takes a while.
    many = [CARTRIDGE | {"id": f"my-cartridge-{number}"} for number in range(50)]
    answer = httpx2.post(f"{service.url}{ASK}", json=many, headers={"Prefer": "respond-async"}, timeout=60)
    assert answer.status_code == 202
    where = answer.headers["location"]
    # Connections of their own, so that both workers are asked.
    states = {service.get(where).json()["state"] for _ in range(20)}
    assert states <= {"waiting", "running", "done"}
    came = []
    with httpx2.stream("GET", f"{service.url}{where}/events", timeout=60) as stream:
        for line in stream.iter_lines():
            came.append((time.monotonic(), line))
    ends = [at for at, line in came if line.startswith("event:")]
    assert any(line == "event: done" for _, line in came)
    assert ends[-1] - ends[0] > 0.2, "events come as they happen, not all at the end"
    assert {service.get(where).json()["state"] for _ in range(10)} == {"done"}
