"""Scenarios over HTTP: kept for their owner, answered as on the command line, each with a copy of the release."""

from __future__ import annotations

import csv
import datetime
import html
import io
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.access.caller import Caller, Scope
from stanagraph.api.server.access.keys import Keys
from stanagraph.api.server.examples.scenarios import SCENARIO
from stanagraph.api.server.scenarios import CallersScenario, KeptScenarios
from stanagraph.api.server.scenarios.asked import TooManyScenarios
from stanagraph.api.server.scenarios.settings import ScenarioSettings
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.api.server.sparql.install import close
from stanagraph.graph.errors import ScenarioNotFound
from stanagraph.graph.names import TERMS
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Scenarios, ask_scenario, scenario_of

pytestmark = pytest.mark.long
Who = Callable[..., TestClient]
ANN, BOB = Caller("ann"), Caller("bob")
ROOT = "/v1/scenarios"


@pytest.fixture(scope="module")
def home(public_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the public release, whose files never change."""
    target = tmp_path_factory.mktemp("scenarios") / "home"
    return Path(shutil.copytree(public_home, target, copy_function=os.link))


@pytest.fixture
def who(home: Path) -> Iterator[Who]:
    """Somebody with these scopes, each of a name of their own, at a service that has just begun."""
    apps = []

    def made(*scopes: Scope, **settings: int) -> TestClient:
        found = ServiceSettings(scenarios=ScenarioSettings(**settings))
        app = create_app(Releases(home), settings=found)
        apps.append(app)
        if not scopes:
            return TestClient(app)
        _, key = Keys(home).create("somebody", scopes, "public", datetime.timedelta(days=1))
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    yield made
    for app in apps:
        close(app)


@pytest.fixture
def ann(who: Who) -> TestClient:
    return who("read", "ingest")


def code(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def kept(client: TestClient, told: dict[str, Any] = SCENARIO) -> str:
    answer = client.post(ROOT, json=told)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def test_a_scenario_is_kept_answered_and_forgotten(home: Path, ann: TestClient) -> None:
    answer = ann.post(ROOT, json=SCENARIO)
    told, where = answer.json(), answer.headers["location"]
    assert (answer.status_code, told["links"]["self"]) == (201, where)
    assert (told["name"], told["move"]) == (SCENARIO["name"], SCENARIO["move"])
    release = Releases(home).current()
    assert told["release"] == release.view().identifier
    assert {name: ann.get(where).json()[name] for name in ("id", "move", "owner")} == {
        name: told[name] for name in ("id", "move", "owner")
    }
    assert [it["id"] for it in ann.get(ROOT).json()["items"]] == [told["id"]]

    expected = ask_scenario(release.view(), scenario_of(SCENARIO))
    changes = ann.get(f"{where}/changes").json()
    assert "audience" not in changes
    assert (changes["scenario"]["id"], changes["scenario"]["name"]) == (told["id"], "france-buys")
    for section in ("gaps", "verdicts", "classes"):
        counts = {kind: getattr(expected, section).count(kind) for kind in ("new", "gone", "changed")}
        assert changes[section]["counts"] == told["counts"][section] == counts
    assert len(changes["cells"]) == len(expected.cells) > 0
    assert all(it["reasons"][0]["move"] == 1 for it in changes["gaps"]["changes"])

    assert ann.delete(where).status_code == 204
    assert code(ann.get(where)) == code(ann.get(f"{where}/changes")) == code(ann.delete(where))
    assert code(ann.get(where)) == (404, "scenario-not-found")
    assert ann.get(ROOT).json() == {"items": [], "next": None, "total": 0}


def test_the_changes_come_in_every_form(ann: TestClient) -> None:
    where = kept(ann)
    changes = ann.get(f"{where}/changes").json()
    rows = list(csv.DictReader(io.StringIO(ann.get(f"{where}/changes?format=csv").text)))
    counted = sum(len(changes[section]["changes"]) for section in ("gaps", "verdicts", "classes"))
    assert len(rows) == counted + len(changes["cells"])
    assert {row["section"] for row in rows} >= {"gaps", "cells"}
    graphs = {}
    for name, form in (("turtle", ox.RdfFormat.TURTLE), ("ntriples", ox.RdfFormat.N_TRIPLES)):
        answer = ann.get(f"{where}/changes", params={"format": name})
        graphs[name] = {quad.triple for quad in ox.parse(answer.content, form)}
        assert ann.get(f"{where}/changes", params={"format": name}).headers["etag"] == answer.headers["etag"]
    assert graphs["turtle"] == graphs["ntriples"]
    iri = ox.NamedNode(ann.get(where).json()["iri"])
    assert {t.subject for t in graphs["turtle"] if t.object == ox.NamedNode(f"{TERMS}Scenario")} == {iri}
    assert ann.get(f"{where}/changes?format=jsonld").headers["content-type"] == "application/ld+json"
    english, french = (ann.get(f"{where}/changes", headers={"Accept": "text/html"}, params={"lang": it}).text
                       for it in ("en", "fr"))  # fmt: skip
    for page, words in (
        (english, ("What if: ", "France buys ", "move 1, by ")),
        (french, ("Et si", "France achète ", "mesure 1, par ")),
    ):
        assert all(it in page for it in words), words
    first = changes["gaps"]["changes"][0]
    assert html.escape(first["name"]) in english
    tag = ann.get(f"{where}/changes").headers["etag"]
    assert ann.get(f"{where}/changes", headers={"If-None-Match": tag}).status_code == 304


def test_toml_is_read_as_the_command_line_reads_it(ann: TestClient) -> None:
    text = scenario_of({**SCENARIO, "name": "from-toml"}).as_toml()
    answer = ann.post(ROOT, content=text, headers={"Content-Type": "application/toml"})
    assert (answer.status_code, answer.json()["move"]) == (201, SCENARIO["move"])


BUY = SCENARIO["move"][0]


@pytest.mark.parametrize(
    ("move", "pointer", "detail"),
    [
        ([{**BUY, "quantity": 0}], "/move/0/quantity", "whole number"),
        ([{**BUY, "nation": "Frankonia"}], "/move/0/nation", "Frankonia"),
        ([BUY, {"do": "buy", "nation": "FRA"}], "/move/1/thing", "missing"),
        ([{**BUY, "colour": "green"}], "/move/0/colour", "no such field"),
        ([{"do": "sell"}], "/move/0/do", "expected one of"),
        ([BUY, {**BUY, "do": "retire"}], "/move/1/do", "contradicts move 1"),
        ([BUY, {**BUY, "do": "retire", "nation": "France"}], "/move/1/do", "contradicts move 1"),
        ([{**BUY, "quantity": 1}, {**BUY, "quantity": 2}], "/move/1/quantity", "contradicts move 1"),
        ([BUY, BUY], "/move/1", "the same as move 1"),
        ([], "/move", "one move"),
        ([BUY] * 101, "/move", "at most 100"),
    ],
)
def test_each_fault_has_the_pointer_of_its_field(ann: TestClient, move: list[Any], pointer: str, detail: str) -> None:
    answer = ann.post(ROOT, json={"name": "faulty", "move": move})
    assert code(answer) == (422, "scenario-refused")
    assert (answer.json()["errors"][0]["pointer"]) == pointer
    assert detail in answer.json()["errors"][0]["detail"]
    assert ann.get(ROOT).json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "media", "problem"),
    [
        (b"{", "application/json", (422, "scenario-refused")),
        (b"[" * 100_000, "application/json", (422, "scenario-refused")),
        (b"[]", "application/json", (422, "scenario-refused")),
        (b'{"name": "\\ud800", "move": []}', "application/json", (422, "scenario-refused")),
        (json.dumps({**SCENARIO, "name": "../up"}).encode(), "application/json", (422, "scenario-refused")),
        (json.dumps({**SCENARIO, "description": "x" * 2001}).encode(), "application/json", (422, "scenario-refused")),
        (b"name = ", "application/toml", (422, "scenario-refused")),
        (b"a", "text/plain", (415, "unsupported-media-type")),
        (b" " * (1 << 20) + b"{}", "application/json", (413, "too-large")),
    ],
)
def test_what_is_no_scenario_is_refused(ann: TestClient, body: bytes, media: str, problem: tuple[int, str]) -> None:
    assert code(ann.post(ROOT, content=body, headers={"Content-Type": media})) == problem


def test_only_the_owner_and_who_administers_see_it(home: Path, who: Who, ann: TestClient) -> None:
    where = kept(ann)
    bob, reader, admin, nobody = who("read", "ingest"), who("read"), who("read", "ingest", "admin"), who()
    below = ("", "/changes", "/sparql?query=ASK%7B%7D", "/graphs?default", "/copy")
    for path in below:
        assert code(bob.get(f"{where}{path}")) == (404, "scenario-not-found"), path
        assert code(nobody.get(f"{where}{path}")) == (401, "not-authenticated"), path
    assert code(bob.delete(where)) == (404, "scenario-not-found")
    assert code(reader.delete(where)) == code(reader.post(ROOT, json=SCENARIO)) == (403, "forbidden")
    assert code(nobody.delete(where)) == code(nobody.post(ROOT, json=SCENARIO)) == (401, "not-authenticated")
    assert code(nobody.get(ROOT)) == (401, "not-authenticated")
    assert bob.get(ROOT).json()["total"] == reader.get(ROOT).json()["total"] == 0
    # Two of one name are two.
    assert kept(bob) != where
    assert admin.get(ROOT).json()["total"] >= 2
    assert admin.get(where).json()["owner"] == ann.get(where).json()["owner"]
    first = admin.get(ROOT, params={"limit": 1}).json()
    second = admin.get(ROOT, params={"limit": 1, "cursor": first["next"]}).json()
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert admin.delete(where).status_code == 204
    assert ann.get(where).status_code == 404


def test_the_copy_belongs_to_a_real_scenario_and_goes_with_it(home: Path, ann: TestClient) -> None:
    where = kept(ann)
    told = ann.get(where).json()
    ask = "ASK { GRAPH ?g { ?h <%sholdingOf> <https://w3id.org/stanagraph/id/equipment/pzh-2000> ; <%sbyNation> "
    ask = (ask % (TERMS, TERMS)) + "<https://w3id.org/stanagraph/id/nation/FRA> } }"
    assert ann.get("/sparql", params={"query": ask}).json()["boolean"] is False
    assert ann.get(f"{where}/sparql", params={"query": ask}).json()["boolean"] is True
    text = "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }"
    media = {"Content-Type": "application/sparql-update"}
    assert ann.post(f"{where}/update", content=text, headers=media).status_code == 204
    assert ann.get(f"{where}/graphs", params={"graph": "urn:g"}).status_code == 200
    assert ann.get(f"{where}/copy").json()["current"] is True
    assert list((home / "copies").glob("*/*/*/copy.json"))
    # Another worker has it, too; and it is gone for both.
    assert ann.delete(where).status_code == 204
    assert not list((home / "copies").glob("*/*/*/copy.json"))
    assert code(ann.get(f"{where}/sparql", params={"query": ask})) == (404, "scenario-not-found")
    assert kept(ann) == told["links"]["self"]
    assert code(ann.get(f"{where}/graphs", params={"graph": "urn:g"})) == (404, "graph-not-found")


def test_those_of_the_command_line_are_for_who_administers(home: Path, who: Who, ann: TestClient) -> None:
    Scenarios(home).keep(scenario_of({**SCENARIO, "name": "of-the-workspace"}))
    where = f"{ROOT}/of-the-workspace/sparql?query=ASK%7B%7D"
    assert code(ann.get(where)) == (404, "scenario-not-found")
    assert who("read", "admin").get(where).json()["boolean"] is True


def test_another_worker_knows_them(who: Who, ann: TestClient) -> None:
    where = kept(ann)
    other = TestClient(who().app, headers=dict(ann.headers))
    assert other.get(where).json() == ann.get(where).json()


def test_one_caller_keeps_only_so_many(tmp_path: Path, who: Who) -> None:
    ann = who("read", "ingest", per_caller=1)
    kept(ann)
    assert code(ann.post(ROOT, json={**SCENARIO, "name": "one-more"})) == (409, "too-many-scenarios")
    kept(ann)  # one of the same name is replaced
    some = KeptScenarios(tmp_path, 3)
    refused: list[Exception] = []

    def keep(number: int) -> None:
        try:
            some.keep(CallersScenario.by(ANN, scenario_of({**SCENARIO, "name": f"s{number}"})))
        except TooManyScenarios as error:
            refused.append(error)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(refused), len(some.of("ann"))) == (7, 3)
    some.keep(CallersScenario.by(BOB, scenario_of(SCENARIO)))
    assert (len(some.of("bob")), len(some.of(None))) == (1, 4)


@pytest.mark.parametrize("identifier", ["../access/keys", "..", "", "a/b", "lock", "%2e%2e", "é"])
def test_an_identifier_is_no_path(tmp_path: Path, identifier: str) -> None:
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "keys.json").write_text('{"owner": "ann", "made": "", "scenario": ""}', encoding="utf-8")
    (tmp_path / "what-ifs").mkdir()
    with pytest.raises(ScenarioNotFound):
        KeptScenarios(tmp_path, 3).get(identifier, ANN)


def test_what_takes_too_long_is_ended(who: Who) -> None:
    assert code(who("read", "ingest", seconds=0.1).post(ROOT, json=SCENARIO)) == (503, "busy")


def test_the_last_answers_are_remembered(ann: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    where = kept(ann)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: pytest.fail("it is known already"))
    assert ann.get(f"{where}/changes").status_code == 200
