"""Releases over HTTP: what there is for the caller, and what has changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, build


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, _small: Path, _small_home: Path) -> Releases:
    """A home with two small releases, the later of which has one piece of equipment less in a nation's hands."""
    place = tmp_path_factory.mktemp("two")
    home = Path(shutil.copytree(_small_home, place / "home"))
    data = Path(shutil.copytree(_small, place / "data"))
    holdings = data / "holdings.csv"
    lines = holdings.read_text(encoding="utf-8").splitlines(keepends=True)
    holdings.write_text("".join(lines[:-1]), encoding="utf-8")
    build(Releases(home), Inputs(data=data))
    return Releases(home)


@pytest.fixture(scope="module")
def reader(two: Releases) -> TestClient:
    return TestClient(create_app(two))


def test_the_newest_comes_first_and_one_is_current(reader: TestClient, two: Releases) -> None:
    items = reader.get("/v1/releases").json()["items"]
    assert [item["id"] for item in items] == [release.identifier for release in reversed(two.list())]
    assert [item["current"] for item in items] == [True, False]
    assert reader.get(items[0]["links"]["self"]).json()["id"] == items[0]["id"]
    assert reader.get("/v1/releases/current").json()["id"] == items[0]["id"]
    assert reader.get("/v1/releases", headers={"Accept": "text/html"}).text.count("/changes") == 2


def test_one_release_tells_its_inputs_and_its_size(reader: TestClient) -> None:
    body = reader.get("/v1/releases/current").json()
    assert body["triples"] > 10_000
    assert body["inputs"]["data/holdings.csv"]
    assert body["things"]
    graph = list(ox.parse(reader.get("/v1/releases/current?format=turtle").content, ox.RdfFormat.TURTLE))
    assert any(it.predicate.value.endswith("void#triples") for it in graph)


def test_what_has_changed_is_told_section_by_section(reader: TestClient) -> None:
    body = reader.get("/v1/releases/current/changes").json()
    counts = {it["section"]: it["counts"] for it in body["sections"]}
    assert counts["holdings"] == {"new": 0, "gone": 1, "changed": 0}
    assert body["graphs"]
    back = reader.get(f"/v1/releases/{body['from']}/changes", params={"since": body["to"]}).json()
    assert {it["section"]: it["counts"] for it in back["sections"]}["holdings"]["new"] == 1
    assert (back["from"], back["to"]) == (body["to"], body["from"])
    alone = reader.get(body["links"]["holdings"]).json()
    assert [it["changes"] for it in alone["sections"]] == [
        it["changes"] for it in body["sections"] if it["section"] == "holdings"
    ]


def test_long_sections_go_on(reader: TestClient) -> None:
    whole = reader.get("/v1/releases/current/changes?section=matrix&limit=1000").json()["sections"][0]
    found, url = [], "/v1/releases/current/changes?section=matrix&limit=1"
    while url:
        response = reader.get(url)
        (section,) = response.json()["sections"]
        assert section["counts"] == whole["counts"]
        found += section["changes"]
        url = response.links.get("next", {}).get("url", "")
    assert found == whole["changes"]
    assert len(found) > 1


@pytest.mark.parametrize("media", ["text/turtle", "text/html"])
def test_changes_come_as_a_page_and_as_change_sets(reader: TestClient, media: str) -> None:
    response = reader.get("/v1/releases/current/changes", headers={"Accept": media, "Accept-Language": "fr"})
    assert response.headers["content-type"].startswith(media)
    assert response.text


def test_a_release_is_not_compared_with_what_is_not_there(reader: TestClient) -> None:
    first = reader.get("/v1/releases").json()["items"][-1]["id"]
    for path, status, code in (
        ("/v1/releases/nothing", 404, "release-not-found"),
        ("/v1/releases/current/changes?since=nothing", 404, "release-not-found"),
        ("/v1/releases/current/changes?section=colours", 404, "name-not-known"),
        ("/v1/releases/current/changes?cursor=abc", 422, "bad-argument"),
        (f"/v1/releases/{first}/changes", 422, "bad-argument"),
    ):
        response = reader.get(path)
        assert response.status_code == status, path
        assert response.json()["type"].endswith(code)


def test_nobody_hears_of_releases_for_others(two: Releases, tmp_path: Path) -> None:
    """A release of which only others see more is none of its own; one that has nothing for the public is not there."""
    home = Path(shutil.copytree(two.home, tmp_path / "home"))
    old, new = (release.identifier for release in two.list())
    folder = home / "releases"
    shutil.copytree(folder / new, folder / "for-others-too")
    shutil.copytree(folder / new, folder / "for-others-only")
    manifest = folder / "for-others-only" / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["audiences"] = {"restricted": told["audiences"]["public"]}
    manifest.write_text(json.dumps(told), encoding="utf-8")
    client = TestClient(create_app(Releases(home)))
    response = client.get("/v1/releases")
    assert [item["id"] for item in response.json()["items"]] == [new, old]
    for name in ("for-others-too", "for-others-only", "restricted"):
        assert name not in response.text
        refused = client.get(f"/v1/releases/{name}")
        assert refused.status_code == 404
        assert "others" not in refused.json()["detail"].replace(name, "")


def test_what_has_not_changed_is_not_sent_again(reader: TestClient) -> None:
    for path in ("/v1/releases", "/v1/releases/current", "/v1/releases/current/changes?section=holdings"):
        tag = reader.get(path).headers["etag"]
        assert reader.get(path, headers={"If-None-Match": tag}).status_code == 304
