"""The audit log: every write, failed login and export, in lines that are only ever added."""

from __future__ import annotations

import datetime
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from stanagraph.api.cli import app as command_line
from stanagraph.api.server import create_app
from stanagraph.api.server.access import Caller, needs
from stanagraph.api.server.access.audit import AuditLog, NotRecorded
from stanagraph.api.server.access.keys import Keys
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases

ANNA = Caller("key:anna:1", "allies", frozenset({"read", "ingest"}))


def lines(home: Path) -> list[dict[str, Any]]:
    path = home / "audit" / "audit.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.fixture
def home(public_home: Path, tmp_path: Path) -> Path:
    (tmp_path / "releases").symlink_to(public_home / "releases")
    (tmp_path / "current").write_bytes((public_home / "current").read_bytes())
    return tmp_path


@pytest.fixture
def loader(home: Path) -> dict[str, str]:
    _, text = Keys(home).create("loader", ("read", "ingest"), "public", datetime.timedelta(days=1))
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def service(home: Path) -> FastAPI:
    """The service with one route that writes."""
    app = create_app(Releases(home))
    app.state.written = 0

    @app.post("/v1/writes")
    def write(_: Annotated[Caller, needs("ingest")]) -> Response:
        app.state.written += 1
        return Response(status_code=201)

    return app


def test_a_line_says_who_what_when_and_on_which_release(tmp_path: Path) -> None:
    AuditLog(tmp_path).write("publish", ANNA, "abc", sources=["one"])
    (line,) = lines(tmp_path)
    assert line["event"] == "publish"
    assert (line["caller"], line["audience"], line["release"]) == ("key:anna:1", "allies", "abc")
    assert line["sources"] == ["one"]
    assert datetime.datetime.fromisoformat(line["at"]).tzinfo is not None
    assert stat.S_IMODE((tmp_path / "audit" / "audit.jsonl").stat().st_mode) == 0o600


def test_a_write_is_recorded_before_it_is_done_and_after(service: FastAPI, loader: dict[str, str], home: Path) -> None:
    assert TestClient(service).post("/v1/writes", headers=loader).status_code == 201
    asked, done = lines(home)
    assert (asked["event"], done["event"], done["status"]) == ("write-asked", "write", 201)
    assert asked["caller"].startswith("key:loader:")
    assert asked["path"] == done["path"] == "/v1/writes"
    assert asked["request"] == done["request"]


def test_a_write_that_cannot_be_recorded_is_not_done(
    service: FastAPI, loader: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stanagraph.api.server.access.audit.os.write", full)
    response = TestClient(service).post("/v1/writes", headers=loader)
    assert response.status_code == 503
    assert response.json()["type"] == f"{BASE}problems/not-recorded"
    assert service.state.written == 0
    # What only reads goes on, even where it would have been recorded.
    assert TestClient(service).get("/v1/gaps?limit=1&format=csv", headers=loader).status_code == 200


def test_who_may_not_write_is_refused_and_known_ones_are_recorded(service: FastAPI, home: Path) -> None:
    client = TestClient(service)
    assert client.post("/v1/writes").status_code == 401
    assert lines(home) == []
    _, text = Keys(home).create("reader", ("read",), "public", datetime.timedelta(days=1))
    assert client.post("/v1/writes", headers={"Authorization": f"Bearer {text}"}).status_code == 403
    assert [(it["event"], it.get("status")) for it in lines(home)] == [("write-asked", None), ("write", 403)]
    assert service.state.written == 0


def test_a_failed_login_is_recorded_without_the_credential(service: FastAPI, home: Path) -> None:
    secret = "sgk_abcdefgh_" + "s" * 43
    assert TestClient(service).get("/v1/gaps", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    (line,) = lines(home)
    assert line["event"] == "login-failed"
    assert line["why"] == "no such key"
    assert line["path"] == "/v1/gaps"
    assert "ssss" not in json.dumps(line)


def test_an_export_is_recorded_with_its_release_and_caller(
    service: FastAPI, loader: dict[str, str], home: Path
) -> None:
    client = TestClient(service)
    release = client.get("/v1/gaps?limit=1").json()["release"]
    assert lines(home) == []
    client.head("/v1/gaps?limit=1&format=csv")
    assert lines(home) == []
    tag = client.get("/v1/gaps?limit=1&format=csv", headers=loader).headers["etag"]
    client.get("/v1/gaps?limit=1&format=csv", headers={**loader, "If-None-Match": tag})
    client.get("/v1/gaps?limit=1&format=turtle")
    first, second = lines(home)
    assert (first["event"], first["release"], first["query"]) == ("export", release, "limit=1&format=csv")
    assert first["caller"].startswith("key:loader:")
    assert second["caller"] == "anonymous"


def test_a_secret_in_an_address_is_not_kept(service: FastAPI, home: Path) -> None:
    secret = "sgk_abcdefgh_" + "s" * 43
    TestClient(service).get(f"/v1/gaps/{secret}", headers={"Authorization": "Bearer wrong"})
    assert "/v1/gaps/[removed]" in (home / "audit" / "audit.jsonl").read_text()
    assert "ssss" not in (home / "audit" / "audit.jsonl").read_text()


def damage_nothing(path: Path) -> None:
    """As it was."""


def change(path: Path) -> None:
    path.write_text(path.read_text().replace('"number": 2', '"number": 9'))


def take_out(path: Path) -> None:
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join(rows[:2] + rows[3:]))


def put_in(path: Path) -> None:
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*rows[:2], rows[0], *rows[2:]]))


def break_off(path: Path) -> None:
    path.write_text(path.read_text() + '{"at": "20')


@pytest.mark.parametrize(
    ("damage", "shown"),
    [
        (damage_nothing, []),
        (change, ["audit.jsonl:4"]),
        (take_out, ["audit.jsonl:3"]),
        (put_in, ["audit.jsonl:3", "audit.jsonl:4"]),
        (break_off, ["audit.jsonl:6"]),
    ],
)
def test_a_line_that_was_changed_or_taken_out_shows(
    tmp_path: Path, damage: Callable[[Path], None], shown: list[str]
) -> None:
    log = AuditLog(tmp_path)
    for number in range(5):
        log.write("event", ANNA, None, sure=False, number=number)
    damage(log.path)
    assert list(log.check()) == shown


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_command_line_checks_the_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str) -> None:
    monkeypatch.setenv("STANAGRAPH_HOME", str(tmp_path))
    log = AuditLog(tmp_path)
    for number in range(5):
        log.write("event", ANNA, None, sure=False, number=number)
    whole = CliRunner().invoke(command_line, ["--lang", language, "audit"])
    assert whole.exit_code == 0
    assert "5" in whole.output
    take_out(log.path)
    damaged = CliRunner().invoke(command_line, ["--lang", language, "audit"])
    assert damaged.exit_code == 1
    assert "audit.jsonl:3" in damaged.output


def test_a_full_file_is_put_aside_and_the_next_goes_on_from_it(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, largest=1000)
    for number in range(30):
        log.write("event", ANNA, None, sure=False, number=number)
    assert len(log.files()) > 3
    assert list(log.check()) == []
    kept = [json.loads(line)["number"] for path in log.files() for line in path.read_text().splitlines()]
    assert kept == list(range(30))
    log.files()[1].unlink()
    assert len(list(log.check())) == 1


_WRITER = """
import sys
from pathlib import Path
from stanagraph.api.server.access import Caller
from stanagraph.api.server.access.audit import AuditLog
log = AuditLog(Path(sys.argv[1]), largest=4000)
print("ready", flush=True)
sys.stdin.readline()
for number in range(300):
    log.write("event", Caller(f"process {sys.argv[2]}"), None, sure=False, number=number)
"""


def together(commands: list[list[str]]) -> None:
    """Run processes that begin at the same moment, when all of them are ready."""
    running = [subprocess.Popen(it, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for it in commands]
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


def test_many_processes_write_to_one_log(tmp_path: Path) -> None:
    together([[sys.executable, "-c", _WRITER, str(tmp_path), str(who)] for who in range(3)])
    log = AuditLog(tmp_path)
    assert list(log.check()) == []
    kept = [json.loads(line) for path in log.files() for line in path.read_text().splitlines()]
    for who in range(3):
        assert [line["number"] for line in kept if line["caller"] == f"process {who}"] == list(range(300))


def test_half_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path)
    log.write("event", ANNA)
    whole = log.path.read_bytes()
    write = os.write
    monkeypatch.setattr(
        "stanagraph.api.server.access.audit.os.write", lambda file, data: write(file, data[: len(data) // 2])
    )
    with pytest.raises(NotRecorded):
        log.write("event", ANNA)
    assert log.path.read_bytes() == whole


def test_nothing_long_is_kept_whole(tmp_path: Path) -> None:
    AuditLog(tmp_path).write("event", Caller("x" * 5000), None, said="y" * 5000)
    assert len((tmp_path / "audit" / "audit.jsonl").read_bytes()) < 2000
