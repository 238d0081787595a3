"""Sources sent to real processes: what is killed leaves all as it was, and two at once do not meet."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stanagraph.api.server.access.keys import Keys
from stanagraph.api.server.examples.sources import HOLDING
from stanagraph.graph.releases import Releases
from stanagraph.graph.sources import Sources

pytestmark = pytest.mark.long
Start = Callable[..., Any]
LATER = {"Prefer": "respond-async", "Content-Type": "text/turtle"}
_WORK = "stanagraph.api.server.ingestion.process"


@pytest.fixture
def home(public_home: Path, tmp_path: Path) -> Path:
    """A workspace of its own with the public release, whose files never change."""
    return Path(shutil.copytree(public_home, tmp_path / "home", copy_function=os.link))


@pytest.fixture
def ann(home: Path) -> dict[str, str]:
    _, key = Keys(home).create("ann", ("read", "ingest", "publish"), "public", datetime.timedelta(days=1))
    return {"Authorization": f"Bearer {key}"}


def state_of(home: Path) -> tuple[Any, ...]:
    current = Releases(home).current()
    kept = [(it.state.id, it.key) for it in Sources(home).of(current)]
    return current.identifier, kept, sorted(path.name for path in (home / "releases").iterdir() if path.name[0] != ".")


def until(ended: Callable[[], Any], seconds: float = 120) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ended():
            return found
        time.sleep(0.05)
    raise AssertionError("it took too long")


def workers_at_it(home: Path) -> list[int]:
    """The processes that make a release in this workspace: those that hold its lock or wait for it."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                command = (place / "cmdline").read_bytes()
                environment = (place / "environ").read_bytes()
            except OSError:
                continue
            if _WORK.encode() in command and str(home).encode() in environment:
                found.append(int(place.name))
    return found


def begun(service: Any, ann: dict[str, str], text: str = HOLDING, least: int = 1, **asked: Any) -> str:
    """An ingest that is in the middle of its work; the address of its job."""
    answer = httpx2.post(f"{service.url}/v1/sources", content=text, headers={**LATER, **ann}, params=asked, timeout=30)
    assert answer.status_code == 202, answer.text
    where = str(answer.headers["location"])
    until(lambda: (told(service, ann, where)["progress"] or {}).get("done", 0) >= least)
    return where


def told(service: Any, ann: dict[str, str], where: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx2.get(f"{service.url}{where}", headers=ann, timeout=30).json()
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_service_that_is_killed_leaves_all_as_it_was_and_says_so(
    start: Start, home: Path, ann: dict[str, str], workers: str
) -> None:
    before = state_of(home)
    service = start(home, "--workers", workers)
    where = begun(service, ann)
    (at_it,) = workers_at_it(home)
    for number in {*service.workers(), service.process.pid}:
        os.kill(number, signal.SIGKILL)
    service.process.wait()
    until(lambda: not Path(f"/proc/{at_it}").exists() or not workers_at_it(home), 20)
    assert state_of(home) == before

    again = start(home, "--workers", workers)
    job = told(again, ann, where)
    assert (job["state"], job["problem"]["code"]) == ("failed", "interrupted")
    done = httpx2.post(
        f"{again.url}/v1/sources", content=HOLDING, headers={"Content-Type": "text/turtle", **ann}, timeout=300
    )
    assert done.status_code == 200, done.text
    assert state_of(home)[0] == done.json()["release"] != before[0]
    left = [*home.glob(".incoming-*"), *(home / "releases").glob(".building-*")]
    assert not left, "what the one that was killed left is cleared away"


def test_what_waits_for_others_ends_with_the_service(start: Start, home: Path, ann: dict[str, str]) -> None:
    service = start(home)
    with Releases(home).locked():
        where = begun(service, ann, least=0)
        until(lambda: told(service, ann, where)["progress"])
        assert workers_at_it(home)
        service.process.kill()
        service.process.wait()
        until(lambda: not workers_at_it(home), 20)


def test_a_worker_that_is_killed_says_so_in_the_others(start: Start, home: Path, ann: dict[str, str]) -> None:
    before, service = state_of(home), start(home, "--workers", "2")
    where = begun(service, ann)
    (at_it,) = workers_at_it(home)
    status = Path(f"/proc/{at_it}/status").read_text()
    parent = int(re.findall(r"PPid:\s+(\d+)", status)[0])
    assert parent in service.workers()
    os.kill(parent, signal.SIGKILL)
    job = until(lambda: (it := told(service, ann, where))["state"] == "failed" and it)
    assert job["problem"]["code"] == "interrupted"
    until(lambda: not workers_at_it(home), 20)
    assert state_of(home) == before


def test_a_process_at_work_that_is_killed_changes_nothing(start: Start, home: Path, ann: dict[str, str]) -> None:
    before, service = state_of(home), start(home)
    where = begun(service, ann)
    os.kill(workers_at_it(home)[0], signal.SIGKILL)
    job = until(lambda: (it := told(service, ann, where))["state"] == "failed" and it)
    assert (job["problem"]["code"], job["problem"]["status"]) == ("interrupted", 503)
    assert state_of(home) == before
    assert not list((home / "releases").glob(".building-*"))


def test_a_job_is_cancelled_by_whichever_worker_hears_of_it(start: Start, home: Path, ann: dict[str, str]) -> None:
    before, service = state_of(home), start(home, "--workers", "2")
    where = begun(service, ann)
    answer = httpx2.delete(f"{service.url}{where}", headers=ann, timeout=30)
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert not workers_at_it(home)
    assert state_of(home) == before


def test_who_leaves_ends_what_was_asked_for(start: Start, home: Path, ann: dict[str, str]) -> None:
    before, service = state_of(home), start(home)
    headers = {"Content-Type": "text/turtle", **ann}
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.post(f"{service.url}/v1/sources", content=HOLDING, headers=headers, timeout=4)
    until(lambda: not workers_at_it(home), 20)
    assert state_of(home) == before


def test_two_at_once_come_one_after_the_other_while_others_read(start: Start, home: Path, ann: dict[str, str]) -> None:
    service = start(home, "--workers", "2", limits__known_requests="1000000/minute")
    texts = {"finland": HOLDING, "norway": HOLDING.replace("FIN", "NOR").replace("Finland", "Norway")}
    seen: set[tuple[int, str]] = set()

    def send(name: str) -> Any:
        asked = {"sourceId": name}
        headers = {"Content-Type": "text/turtle", **ann}
        return httpx2.post(f"{service.url}/v1/sources", content=texts[name], headers=headers, params=asked, timeout=300)

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(send, name) for name in texts]
        while not all(it.done() for it in running):
            answer = httpx2.get(f"{service.url}/v1/gaps?limit=1", headers=ann, timeout=30)
            seen.add((answer.status_code, answer.json()["release"]))
            time.sleep(0.05)
    done = [it.result() for it in running]
    assert [it.status_code for it in done] == [200, 200], [it.text for it in done]
    assert {name for name, _ in state_of(home)[1]} == set(texts)
    assert {status for status, _ in seen} == {200}
    # Every worker answers from the last release.
    last = Releases(home).current().identifier
    until(
        lambda: {httpx2.get(f"{service.url}/v1/gaps?limit=1", timeout=30).json()["release"] for _ in range(8)} == {last}
    )


def test_a_long_file_goes_to_the_disk_and_not_into_memory(start: Start, home: Path, ann: dict[str, str]) -> None:
    service = start(home)
    megabytes = 200

    def used() -> int:
        text = Path(f"/proc/{service.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", text)[0]) >> 10

    def endless() -> Iterator[bytes]:
        line = b"# " + b"x" * 1021 + b"\n"
        for _ in range(megabytes):
            yield line * 1024

    httpx2.get(f"{service.url}/v1/gaps?limit=1", timeout=30)
    before, current = used(), state_of(home)
    answer = httpx2.post(
        f"{service.url}/v1/sources?dryRun=true", content=endless(), headers={"Content-Type": "text/turtle", **ann},
        timeout=300,
    )  # fmt: skip
    assert answer.status_code in (200, 422), answer.text
    assert used() - before < megabytes / 2
    assert state_of(home) == current
    assert not list(home.glob(".incoming-*"))
