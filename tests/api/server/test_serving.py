"""Which release answers: none, the current one, another one, and the last good one."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.serving import Busy, Serving
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases

ANOTHER = "another-view"


@pytest.fixture
def two(public_home: Path, tmp_path: Path, identifier: str) -> Releases:
    """A home with two releases, equal but for their names."""
    shutil.copytree(public_home / "releases" / identifier, tmp_path / "releases" / identifier)
    shutil.copytree(public_home / "releases" / identifier, tmp_path / "releases" / "another")
    described = tmp_path / "releases" / "another" / "public.json"
    described.write_text(json.dumps({**json.loads(described.read_text(encoding="utf-8")), "digest": ANOTHER * 5}))
    releases = Releases(tmp_path)
    releases.use(identifier)
    return releases


def test_without_a_release_the_service_is_not_healthy(tmp_path: Path) -> None:
    client = TestClient(create_app(Releases(tmp_path)))
    for path in ("/healthz", "/", "/v1/gaps", "/v1/matrix?class=155mm", "/v1/verdicts?equipment=a&munition=b"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["retry-after"]
        assert response.json()["type"] == f"{BASE}problems/release-unavailable"
    assert client.get("/docs").status_code == client.get("/openapi.json").status_code == 200


def test_health_names_the_release(client: TestClient, identifier: str) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "release": identifier}


def test_the_service_follows_the_switch_and_back(two: Releases, identifier: str) -> None:
    client = TestClient(create_app(two))
    first = client.get("/v1/gaps?limit=5")
    assert first.json()["release"] == identifier
    two.use("another")
    second = client.get("/v1/gaps?limit=5", headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.json()["release"] == ANOTHER
    two.use(identifier)
    assert client.get("/v1/gaps?limit=5").json() == first.json()


def test_a_release_that_differs_only_for_others_changes_nothing(two: Releases, identifier: str, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "releases" / identifier, tmp_path / "releases" / "others")
    client = TestClient(create_app(two))
    first = client.get("/v1/gaps?limit=5")
    two.use("others")
    assert client.get("/v1/gaps?limit=5", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get("/v1/gaps", params={"cursor": first.json()["next"]}).status_code == 200
    assert client.get("/healthz").json()["release"] == identifier


def test_a_cursor_ends_with_its_release(two: Releases) -> None:
    client = TestClient(create_app(two))
    cursor = client.get("/v1/gaps?limit=5").json()["next"]
    two.use("another")
    response = client.get("/v1/gaps", params={"cursor": cursor})
    assert response.status_code == 410
    assert response.json()["type"] == f"{BASE}problems/cursor-expired"


def test_the_last_good_release_goes_on_answering(two: Releases, identifier: str, tmp_path: Path) -> None:
    client = TestClient(create_app(two))
    assert client.get("/healthz").json()["release"] == identifier
    shutil.rmtree(tmp_path / "releases" / "another" / "public")
    two.use("another")
    assert client.get("/v1/gaps").json()["release"] == identifier


def test_a_damaged_release_tells_no_path(two: Releases, identifier: str, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "releases" / identifier / "public")
    response = TestClient(create_app(two)).get("/v1/gaps")
    assert response.status_code == 503
    assert str(tmp_path) not in json.dumps(response.json())


def test_too_many_verdicts_at_once_are_put_off(
    client: TestClient, public_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stanagraph.api.server.serving._PATIENCE", 0.0)
    monkeypatch.setattr("stanagraph.api.server.serving._JUDGES", 0)
    serving = Serving(Releases(public_home).current().view())
    with pytest.raises(Busy):
        serving.explain(*serving.pair("pzh-2000", "vulcano-155-glr"))


def test_answers_are_kept_as_far_as_they_are_not_too_large(public_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = Serving(Releases(public_home).current().view())
    first = serving.ask("origins")
    assert serving.ask("origins") is first
    monkeypatch.setattr("stanagraph.api.server.serving._CELLS", 100)
    assert serving.ask("gaps") is not serving.ask("gaps")
    assert serving.ask("origins") is not first
    assert serving.ask("origins") is serving.ask("origins")


def test_what_is_made_of_a_release_is_made_once(public_home: Path) -> None:
    serving, made = Serving(Releases(public_home).current().view()), []

    def make() -> object:
        made.append(1)
        return object()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: serving.kept("it", make), range(40)))
    assert len(made) == len(set(map(id, found))) == 1
