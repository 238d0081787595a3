"""Jobs: begun by a request, seen by who began them, from every worker, to their end."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from stanagraph.api.server.access.caller import ANONYMOUS, Caller
from stanagraph.api.server.examples.checks import CARTRIDGE
from stanagraph.api.server.jobs import Job, JobNotFound, Jobs, Progress
from stanagraph.api.server.jobs.running import Runner, TooManyJobs
from stanagraph.api.server.jobs.settings import JobSettings
from stanagraph.api.server.operations.places import Places
from stanagraph.api.server.serving import Busy
from stanagraph.graph.errors import BadArgument

ASK = "/v1/conformance-checks?against=STANAG-4172"
LATER = {"Prefer": "wait=1, respond-async"}
ANN, BOB = Caller("ann"), Caller("bob")


def until(ended: Callable[[], Any]) -> Any:
    for _ in range(600):
        if found := ended():
            return found
        time.sleep(0.05)
    raise AssertionError("it took too long")


def end_of(jobs: Jobs, job: Job, caller: Caller = ANN) -> Job:
    def ended() -> Job | None:
        found = jobs.get(job.id, caller)
        return found if found.state in ("done", "failed") else None

    found: Job = until(ended)
    return found


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path, JobSettings())


@pytest.fixture
def runner(jobs: Jobs) -> Runner:
    return Runner(jobs, JobSettings(at_once=1, waiting=1, per_caller=2), Places())


def events_of(text: str) -> list[dict[str, str]]:
    blocks = text.replace("\r\n", "\n").split("\n\n")
    pairs = [[line.partition(": ")[::2] for line in block.split("\n") if not line.startswith(":")] for block in blocks]
    return [dict(pair) for pair in pairs if any(name == "data" for name, _ in pair)]


def test_a_check_is_done_later(client: TestClient) -> None:
    now = client.post(ASK, json=CARTRIDGE).json()
    other = {**CARTRIDGE, "id": "other"}
    answer = client.post(ASK, json=[CARTRIDGE, other], headers=LATER)
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    assert answer.headers["retry-after"] == "1"
    where = answer.headers["location"]
    assert answer.json()["links"]["self"] == where
    told = until(lambda: (it := client.get(where).json())["state"] == "done" and it)
    assert told["kind"] == "conformance-check"
    assert told["progress"] == {"done": 2, "total": 2, "what": ""}
    first, second = told["result"]["items"]
    assert (first["iri"], first["counts"]) == (now["iri"], now["counts"])
    assert client.get(first["links"]["self"]).json() == now
    assert client.get(second["links"]["self"]).json()["system"]["id"] == "other"
    assert "retry-after" not in client.get(where).headers


def test_what_cannot_be_used_is_refused_at_once(client: TestClient) -> None:
    assert client.post(ASK, json={**CARTRIDGE, "kind": "gun"}, headers=LATER).status_code == 422
    assert client.post(ASK, json=CARTRIDGE, headers={"Prefer": "respond-asynchronously"}).status_code == 200


def test_events_are_told_in_order_to_the_end(client: TestClient) -> None:
    where = client.post(ASK, json=[CARTRIDGE] * 2, headers=LATER).headers["location"]
    answer = client.get(f"{where}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    told = events_of(answer.text)
    assert [it["id"] for it in told] == [str(number) for number in range(1, len(told) + 1)]
    assert told[0]["event"] == "running"
    assert told[-1]["event"] == "done"
    assert len(json.loads(told[-1]["data"])["result"]["items"]) == 2
    # Who was cut off goes on where it was.
    rest = events_of(client.get(f"{where}/events", headers={"Last-Event-ID": told[-2]["id"]}).text)
    assert rest == told[-1:]
    assert client.get("/v1/jobs/" + "0" * 32 + "/events").status_code == 404


def test_what_goes_wrong_is_told_without_its_trace(runner: Runner, jobs: Jobs) -> None:
    def refused(told: Progress) -> dict[str, Any]:
        raise BadArgument("against", "is wrong")

    def broken(told: Progress) -> dict[str, Any]:
        raise RuntimeError("/secret/path")

    problem = end_of(jobs, runner.start("test", ANN, refused)).as_json("")["problem"]
    assert (problem["code"], problem["status"]) == ("bad-argument", 422)
    assert problem["errors"] == [{"parameter": "against", "detail": "is wrong"}]
    found = end_of(jobs, runner.start("test", ANN, broken))
    assert found.as_json("")["problem"]["code"] == "error"
    assert "secret" not in json.dumps(found.as_json(""))


def test_only_its_owner_sees_a_job(runner: Runner, jobs: Jobs) -> None:
    job = runner.start("test", ANN, lambda told: {})
    assert end_of(jobs, job).state == "done"
    for other in (BOB, ANONYMOUS, Caller("ann", "allies")):
        with pytest.raises(JobNotFound):
            jobs.get(job.id, other)
    for wrong in ("../x", job.id.upper(), "", f".{job.id}"):
        with pytest.raises(JobNotFound):
            jobs.get(wrong, ANN)


def test_few_run_few_wait_and_one_caller_has_only_so_many(runner: Runner, jobs: Jobs) -> None:
    go = threading.Event()

    def work(told: Progress) -> dict[str, Any]:
        go.wait(30)
        return {}

    first = runner.start("test", ANN, work)
    second = runner.start("test", ANN, work)
    try:
        until(lambda: jobs.get(first.id, ANN).state == "running")
        assert jobs.get(second.id, ANN).state == "waiting"
        with pytest.raises(Busy):
            runner.start("test", BOB, work)
    finally:
        go.set()
    assert {end_of(jobs, it).state for it in (first, second)} == {"done"}
    wide = Runner(jobs, JobSettings(at_once=2, waiting=10, per_caller=1), Places())
    go.clear()
    try:
        held = wide.start("test", ANONYMOUS, work, "192.0.2.1")
        with pytest.raises(TooManyJobs):
            wide.start("test", ANONYMOUS, work, "192.0.2.1")
        other = wide.start("test", ANONYMOUS, work, "192.0.2.2")
    finally:
        go.set()
    for it in (held, other):
        assert end_of(jobs, it, ANONYMOUS).state == "done"
    assert end_of(jobs, wide.start("test", ANONYMOUS, work, "192.0.2.1"), ANONYMOUS).state == "done"


def test_a_job_whose_process_died_says_so(jobs: Jobs) -> None:
    job, writer = jobs.new("test", ANN)
    writer.add("running", progress={"done": 1, "total": 3, "what": "a"})
    assert jobs.get(job.id, ANN).state == "running"
    writer.close()  # as the kernel does when a process ends
    found = jobs.get(job.id, ANN).as_json("")
    assert (found["state"], found["problem"]["code"]) == ("failed", "interrupted")
    assert found["progress"]["done"] == 1


def test_a_service_that_ends_ends_its_jobs(runner: Runner, jobs: Jobs) -> None:
    going = threading.Event()

    def work(told: Progress) -> dict[str, Any]:
        for number in range(10_000):
            told(number, 10_000, "")
            going.set()
            time.sleep(0.01)
        return {}

    job, waiting = runner.start("test", ANN, work), runner.start("test", ANN, work)
    going.wait(30)
    runner.close()
    assert end_of(jobs, job).as_json("")["problem"]["code"] == "interrupted"
    assert end_of(jobs, waiting).as_json("")["problem"]["code"] == "interrupted"
    with pytest.raises(Busy):
        runner.start("test", BOB, work)


def test_what_came_of_old_jobs_is_forgotten_and_what_runs_is_not(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, JobSettings(kept=2))
    running, held = jobs.new("test", ANN)
    ended = []
    for _ in range(4):
        job, writer = jobs.new("test", ANN)
        writer.add("done", result={})
        writer.close()
        ended.append(job)
        time.sleep(0.01)
    jobs.new("test", ANN)[1].close()
    assert jobs.get(running.id, ANN).state == "waiting"
    assert jobs.get(ended[-1].id, ANN).state == "done"
    with pytest.raises(JobNotFound):
        jobs.get(ended[0].id, ANN)
    held.close()


def test_a_job_whose_reports_cannot_be_kept_fails(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.checks.kept, "put", lambda audience, report: False)
    where = client.post(ASK, json=CARTRIDGE, headers=LATER).headers["location"]
    told = until(lambda: (it := client.get(where).json())["state"] == "failed" and it)
    assert told["problem"]["code"] == "not-kept"
    assert told["problem"]["status"] == 503
