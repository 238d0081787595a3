"""Keys: shown once, kept as a hash, good for what they say and until they say it."""

from __future__ import annotations

import datetime
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import Result

from stanagraph.api.server import create_app
from stanagraph.api.server.access.bearer import BadCredential
from stanagraph.api.server.access.keys import Keys
from stanagraph.graph.errors import NameNotKnown
from stanagraph.graph.releases import Releases

Run = Callable[..., Result]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def home(public_home: Path, tmp_path: Path) -> Path:
    """A workspace of its own with the public release."""
    (tmp_path / "releases").symlink_to(public_home / "releases")
    (tmp_path / "current").write_bytes((public_home / "current").read_bytes())
    return tmp_path


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_only_the_hash_is_kept_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    key, text = Keys(tmp_path).create("somebody", ("read",), "public", DAY)
    file = tmp_path / "access" / "keys.json"
    kept = file.read_text(encoding="utf-8")
    assert text not in kept
    assert text.split("_", 2)[2] not in kept
    assert key.sha256 in kept
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(text.split("_", 2)[2]) >= 43


def test_a_key_says_who_comes_and_what_they_may(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    key, text = keys.create("somebody", ("ingest", "read"), "allies", DAY)
    caller = keys.verify(text)
    assert caller is not None
    assert caller.name == f"key:somebody:{key.id}"
    assert caller.audience == "allies"
    assert caller.scopes == {"ingest", "read"}
    assert caller.known


def test_what_is_nearly_a_key_is_none(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    _, text = keys.create("somebody", ("read",), "public", DAY)
    for wrong in (text[:-1], f"{text}x", text.replace(text[-1], "!"), "sgk_", "sgk_a", "sgk__"):
        with pytest.raises(BadCredential):
            keys.verify(wrong)
    assert keys.verify("a.b.c") is None


def test_an_expired_key_is_refused(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    _, text = keys.create("somebody", ("read",), "public", datetime.timedelta(0))
    with pytest.raises(BadCredential, match="not valid"):
        keys.verify(text)


def test_a_key_that_is_revoked_elsewhere_is_refused_from_the_next_request_on(home: Path) -> None:
    key, text = Keys(home).create("somebody", ("read", "check"), "public", DAY)
    client = TestClient(create_app(Releases(home)))
    assert client.get("/v1/gaps?limit=1", headers=bearer(text)).status_code == 200
    Keys(home).revoke(key.id)
    assert client.get("/v1/gaps?limit=1", headers=bearer(text)).status_code == 401
    assert client.get("/v1/gaps?limit=1").status_code == 200


def test_where_the_keys_cannot_be_read_none_is_believed(home: Path) -> None:
    _, text = Keys(home).create("somebody", ("read",), "public", DAY)
    (home / "access" / "keys.json").write_text("{", encoding="utf-8")
    client = TestClient(create_app(Releases(home)))
    response = client.get("/v1/gaps?limit=1", headers=bearer(text))
    assert response.status_code == 503
    assert str(home) not in response.text
    assert client.get("/v1/gaps?limit=1").status_code == 200


def test_a_key_without_read_reads_nothing(home: Path) -> None:
    _, text = Keys(home).create("loader", ("ingest",), "public", DAY)
    client = TestClient(create_app(Releases(home)))
    response = client.get("/v1/gaps?limit=1", headers=bearer(text))
    assert response.status_code == 403
    assert "read" in response.json()["detail"]
    assert client.get("/v1/jobs/none", headers=bearer(text)).status_code == 404


def test_what_a_known_caller_gets_is_for_no_shared_cache(home: Path) -> None:
    _, text = Keys(home).create("somebody", ("read",), "public", DAY)
    client = TestClient(create_app(Releases(home)))
    assert client.get("/v1/gaps?limit=1", headers=bearer(text)).headers["cache-control"] == "private, no-cache"
    assert client.get("/v1/gaps?limit=1").headers["cache-control"] == "no-cache"


def test_an_audience_that_the_release_does_not_have_gets_nothing_and_learns_nothing(home: Path) -> None:
    _, text = Keys(home).create("somebody", ("read",), "of-tomorrow", DAY)
    response = TestClient(create_app(Releases(home))).get("/v1/gaps?limit=1", headers=bearer(text))
    assert response.status_code == 503
    assert "public" not in response.text
    assert "of-tomorrow" not in response.text


def test_keys_of_many_makers_are_all_kept(tmp_path: Path) -> None:
    made = [Keys(tmp_path).create(f"number {number}", ("read",), "public", DAY)[0].id for number in range(20)]
    assert sorted(made) == sorted(key.id for key in Keys(tmp_path).list())
    with pytest.raises(NameNotKnown):
        Keys(tmp_path).revoke("nothing")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_command_line_makes_lists_and_revokes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    from typer.testing import CliRunner

    from stanagraph.api.cli import app

    monkeypatch.setenv("STANAGRAPH_HOME", str(tmp_path))

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["--lang", language, "keys", *arguments])
        assert result.exit_code == code, result.output
        return result.output

    assert "stanagraph keys create" in run("list")
    text = run("create", "planning cell", "--days", "3").splitlines()[-1]
    assert Keys(tmp_path).verify(text) is not None
    (listed,) = json.loads(run("list", "--format", "json"))["items"]
    assert (listed["name"], listed["state"], listed["scopes"]) == ("planning cell", "valid", "check read")
    assert text not in run("list") + run("list", "--format", "csv")
    assert listed["id"] in run("revoke", listed["id"])
    assert ("revoked" if language == "en" else "révoquée") in run("list")
    with pytest.raises(BadCredential):
        Keys(tmp_path).verify(text)
    lines = [json.loads(line) for line in (tmp_path / "audit" / "audit.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["key-created", "key-revoked"]
    assert text not in (tmp_path / "audit" / "audit.jsonl").read_text()


def test_a_key_for_an_audience_or_scope_that_there_is_not_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from typer.testing import CliRunner

    from stanagraph.api.cli import app

    monkeypatch.setenv("STANAGRAPH_HOME", str(tmp_path))
    for wrong in (["a", "--audience", "allies"], ["a", "--scope", "everything"], [" "], ["a", "--days", "0"]):
        assert CliRunner().invoke(app, ["keys", "create", *wrong]).exit_code == 2
    assert Keys(tmp_path).list() == []
