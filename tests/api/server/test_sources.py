"""Sources sent over HTTP: who may, what comes of it, and that whatever is wrong changes nothing."""

from __future__ import annotations

import datetime
import io
import json
import os
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from stanagraph.api.server import create_app
from stanagraph.api.server.access.audit import AuditLog
from stanagraph.api.server.access.caller import Scope
from stanagraph.api.server.access.keys import Keys
from stanagraph.api.server.ingestion.settings import IngestSettings
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases
from stanagraph.graph.sources import Sources
from stanagraph.ingest.pipeline import build

pytestmark = pytest.mark.long
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TURTLE = {"Content-Type": "text/turtle"}
CSV_OF_HOLDINGS = "equipment;nation;status;quantity;as_of;basis\n{}\n"
SETTINGS = """
tables = "none"
[network]
allow = ["partner.example"]
"""
AUDIENCES = """
[audiences.allies]
sees = ["NATO RESTRICTED"]
"""
GUN = f"""@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<{BASE}id/equipment/alpha> a :EquipmentType ; rdfs:label "alpha gun"@en ; dcterms:identifier "alpha" ;
    :equipmentRole <{BASE}id/equipment-role/mortar> .
"""


@pytest.fixture
def home(once: Callable[..., Path], tmp_path: Path) -> Path:
    """A workspace whose release holds the ontology alone: a new one is made in a second or two."""

    def make(target: Path) -> None:
        (target / "stanagraph.toml").write_text(SETTINGS, encoding="utf-8")
        build(Releases(target))

    return Path(shutil.copytree(once("bare-home", make), tmp_path / "home"))


def state_of(home: Path) -> tuple[Any, ...]:
    """All that a write might change."""
    current = Releases(home).current()
    return (
        current.identifier,
        [(it.state.id, it.key) for it in Sources(home).of(current)],
        sorted(path.name for path in (home / "releases").iterdir()),
        sorted(path.name for path in home.glob(".incoming-*")),
    )


def client_of(home: Path, *scopes: Scope, audience: str = "public") -> TestClient:
    app = create_app(Releases(home))
    return as_(TestClient(app), home, *scopes, audience=audience) if scopes else TestClient(app)


def as_(client: TestClient, home: Path, *scopes: Scope, audience: str = "public") -> TestClient:
    _, key = Keys(home).create("ann", scopes, audience, datetime.timedelta(days=1))
    return TestClient(client.app, headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def ann(home: Path) -> TestClient:
    """Somebody who may read, ingest and publish."""
    return client_of(home, "read", "ingest", "publish")


def send(client: TestClient, text: str | bytes, name: str = "finland.ttl", **asked: Any) -> Any:
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{name}"'}
    return client.post("/v1/sources", content=text, params=asked, headers=headers)


def code(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def until(ended: Callable[[], Any]) -> Any:
    for _ in range(1200):
        if found := ended():
            return found
        time.sleep(0.05)
    raise AssertionError("it took too long")


def test_a_source_comes_is_seen_and_goes(home: Path, ann: TestClient) -> None:
    before = state_of(home)
    would = send(ann, GUN, "guns.ttl", dryRun=True).json()
    assert state_of(home) == before
    assert (would["dryRun"], would["release"], would["previous"]) == (True, before[0], before[0])
    counts = {it["section"]: it["counts"] for it in would["changes"]["sections"]}
    assert (counts["equipment"]["new"], counts["sources"]["new"], counts["gaps"]["new"]) == (1, 1, 0)
    assert would["would"] not in (None, before[0])

    done = send(ann, GUN, "guns.ttl", captured="2024-01", confidence="high", publisher="A publisher").json()
    assert (done["previous"], done["release"]) == (before[0], Releases(home).current().identifier)
    assert done["release"] != before[0]
    (taken,) = done["taken"]
    assert (taken["id"], taken["kind"], taken["captured"], taken["confidence"]) == ("guns", "rdf", "2024-01", "high")
    # The service answers from it without a restart.
    assert ann.get("/v1/equipment/alpha").json()["label"] == "alpha gun"
    assert ann.get("/healthz").json()["release"] == done["release"]

    again = send(ann, GUN, "guns.ttl", captured="2024-01", confidence="high", publisher="A publisher").json()
    assert (again["taken"], again["unchanged"], again["release"]) == ([], ["guns"], done["release"])

    assert ann.delete("/v1/sources/guns", params={"dryRun": True}).json()["would"] == before[0]
    assert state_of(home)[0] == done["release"]
    assert ann.delete("/v1/sources/guns").json()["release"] == before[0]
    assert ann.get("/v1/equipment/alpha").status_code == 404
    assert code(ann.delete("/v1/sources/guns")) == (404, "source-not-found")


def test_a_release_is_used_again(home: Path, ann: TestClient) -> None:
    first = state_of(home)[0]
    second = send(ann, GUN, "guns.ttl").json()["release"]
    told = ann.post(f"/v1/releases/{first}/use").json()
    assert (told["id"], told["current"]) == (first, True)
    assert ann.get("/v1/releases/current").json()["id"] == first
    assert ann.post(f"/v1/releases/{second}/use").status_code == 200
    assert ann.get("/v1/equipment/alpha").status_code == 200
    assert code(ann.post("/v1/releases/nothing/use")) == (404, "release-not-found")
    log = [json.loads(line) for line in AuditLog(home).path.read_text(encoding="utf-8").splitlines()]
    assert [it["release"] for it in log if it["event"] == "published"] == [second, first, second]
    asked = [(it["method"], it["path"]) for it in log if it["event"] == "write-asked"]
    assert asked == [
        ("POST", "/v1/sources"),
        *(("POST", f"/v1/releases/{it}/use") for it in (first, second, "nothing")),
    ]


def test_a_release_that_is_damaged_is_not_made_current(home: Path, ann: TestClient) -> None:
    second = send(ann, GUN, "guns.ttl").json()["release"]
    first = ann.get("/v1/releases").json()["items"][-1]["id"]
    shutil.rmtree(home / "releases" / first / "public")
    answer = ann.post(f"/v1/releases/{first}/use")
    assert answer.status_code == 503
    assert str(home) not in answer.text
    assert Releases(home).current().identifier == second


WRITES = [
    ("POST", "/v1/sources"), ("POST", "/v1/sources?dryRun=true"), ("DELETE", "/v1/sources/none"),
    ("DELETE", "/v1/sources/none?dryRun=true"), ("POST", "/v1/releases/current/use"),
]  # fmt: skip
MATRIX: list[tuple[tuple[Scope, ...], list[int]]] = [
    ((), [401, 401, 401, 401, 401]),
    (("read", "check", "admin"), [403, 403, 403, 403, 403]),
    (("read", "ingest"), [403, 422, 403, 404, 403]),
    (("read", "publish"), [403, 403, 403, 403, 200]),
    (("ingest", "publish"), [422, 422, 404, 404, 200]),
]


@pytest.mark.parametrize(("scopes", "expected"), MATRIX, ids=[" ".join(scopes) or "nobody" for scopes, _ in MATRIX])
def test_who_may_do_what(home: Path, scopes: tuple[Scope, ...], expected: list[int]) -> None:
    client, before = client_of(home, *scopes), state_of(home)
    # What may be done goes on to say that this is no Turtle, and that there is no such source.
    got = [client.request(*it, content=b"nonsense", headers=TURTLE).status_code for it in WRITES]
    assert got == expected
    assert state_of(home) == before


def test_several_files_come_at_once(home: Path, ann: TestClient) -> None:
    parts = [("file", ("guns.ttl", GUN, "text/turtle")), ("file", ("more.ttl", GUN.replace("alpha", "beta"), ""))]
    done = ann.post("/v1/sources", files=parts)
    assert [it["id"] for it in done.json()["taken"]] == ["guns", "more"]
    assert len(state_of(home)[1]) == 2
    assert not list(home.glob(".incoming-*"))
    assert code(ann.post("/v1/sources", files=parts * 11)) == (422, "source-refused")
    assert code(ann.post("/v1/sources", files=parts, params={"sourceId": "one"})) == (422, "bad-argument")
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert code(ann.post("/v1/sources", content=b"--x\r\nnothing", headers=broken)) == (422, "source-refused")


def test_a_wrong_cell_is_told_by_file_sheet_row_and_cell(home: Path, ann: TestClient) -> None:
    before = state_of(home)
    answer = send(ann, bad_workbook(), "holdings.xlsx")
    assert code(answer) == (422, "data-refused")
    fault = next(it for it in answer.json()["errors"] if it["cell"] == "quantity")
    place = {name: fault[name] for name in ("file", "sheet", "row", "cell", "place", "pointer")}
    assert place == {
        "file": "holdings.xlsx", "sheet": "holdings", "row": 2, "cell": "quantity", "place": "holdings!2: quantity",
        "pointer": "/holdings.xlsx/holdings/2/quantity",
    }  # fmt: skip
    assert "'many'" in fault["detail"]

    answer = send(ann, CSV_OF_HOLDINGS.format("alpha;DEU;in-service;many;2024-01;NationalHolding"), "holdings.csv")
    fault = next(it for it in answer.json()["errors"] if it["cell"] == "quantity")
    assert (fault["row"], fault["pointer"], "sheet" in fault) == (2, "/holdings.csv/2/quantity", False)

    answer = send(ann, "@prefix : <a:> .\n:b :c .", "b.ttl")
    assert code(answer) == (422, "turtle-refused")
    assert answer.json()["errors"][0]["place"].startswith("2:")
    assert state_of(home) == before


def bad_workbook() -> bytes:
    book, sent = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "holdings"
    sheet.append(["equipment", "nation", "status", "quantity", "as_of", "basis"])
    sheet.append(["alpha", "DEU", "in-service", "many", "2024-01", "NationalHolding"])
    book.save(sent)
    return sent.getvalue()


def test_a_bad_workbook_comes_back_with_its_cells_marked(home: Path, ann: TestClient) -> None:
    answer = send(ann, bad_workbook(), "holdings.xlsx")
    assert code(answer) == (422, "data-refused")
    where = answer.links["related"]["url"]
    told = ann.get(where.removesuffix("/marked")).json()
    assert (told["state"], told["links"]["marked"]) == ("failed", where)
    marked = ann.get(where)
    assert marked.status_code == 200
    assert marked.headers["content-type"].endswith("spreadsheetml.sheet")
    assert marked.headers["content-disposition"].startswith("attachment")
    assert "no-store" in marked.headers["cache-control"]
    sheet = load_workbook(io.BytesIO(marked.content))["holdings"]
    cell = next(it for row in sheet.iter_rows() for it in row if it.value == "many")
    assert cell.comment is not None
    assert "many" in cell.comment.text or "expected" in cell.comment.text
    # It is nobody else's, and takes the scope.
    assert client_of(home, "read", "ingest", "publish").get(where).status_code == 404
    assert TestClient(ann.app).get(where).status_code == 401
    assert code(client_of(home, "read").get(where)) == (403, "forbidden")
    # What was sent is gone, and the copy is kept with the job alone.
    assert not list(home.glob(".incoming-*/*"))
    assert [it.name for it in (home / "jobs").glob("*.xlsx")] == [f"{told['id']}.marked.xlsx"]
    (audit,) = [it for it in (home / "audit" / "audit.jsonl").read_text().splitlines() if '"export"' in it]
    assert where in audit


def test_only_what_can_be_marked_is(ann: TestClient) -> None:
    answer = send(ann, "@prefix : <a:> .\n:b :c .", "b.ttl")
    assert "link" not in answer.headers
    job = send_later(ann, "@prefix : <a:> .\n:b :c .", "b.ttl")
    assert "marked" not in job["links"]
    assert code(ann.get(f"{job['links']['self']}/marked")) == (404, "job-not-found")


def send_later(ann: TestClient, text: str, name: str) -> dict[str, Any]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Prefer": "respond-async"}
    place = ann.post("/v1/sources", content=text, headers=headers).headers["location"]
    return dict(until(lambda: found if (found := ann.get(place).json())["ended"] else None))


def test_marked_copies_have_an_end(ann: TestClient, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("stanagraph.api.server.jobs.log._MOST_MARKED", 2)
    places = [send(ann, bad_workbook(), "holdings.xlsx").links["related"]["url"] for _ in range(3)]
    assert [ann.get(it).status_code for it in places] == [404, 200, 200]
    monkeypatch.setattr("stanagraph.api.server.jobs.log._LONGEST_MARKED", 10)
    assert "link" not in send(ann, bad_workbook(), "holdings.xlsx").headers


@pytest.mark.parametrize(
    "name",
    [
        "../../guns.ttl",
        "..\\..\\guns.ttl",
        "/etc/cron.d/guns.ttl",
        "guns\x00.ttl",
        ".ttl",
        "..",
        "g" * 300 + ".ttl",
        "砲" * 110 + ".ttl",
    ],
)
def test_the_name_of_a_file_leads_nowhere(home: Path, ann: TestClient, name: str) -> None:
    outside = sorted(path.name for path in home.parent.iterdir())
    asked = {"sourceId": "guns", "dryRun": "true"}
    said = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", **TURTLE}
    for answer in (
        ann.post("/v1/sources", files=[("file", (name, GUN, "text/turtle"))], params=asked),
        ann.post("/v1/sources", content=GUN, headers=said, params=asked),
        ann.post("/v1/sources", content=GUN, headers=said, params={"sourceId": "guns"}),
    ):
        assert answer.status_code == 200, answer.text
        (taken,) = answer.json()["taken"]
        assert taken["name"].endswith(".ttl")
        assert not set("/\\\0") & set(taken["name"])
    assert sorted(path.name for path in home.parent.iterdir()) == outside
    (kept,) = (home / "sources").rglob("original/*")
    assert kept.resolve().parents[3] == home / "sources"
    assert not list(home.glob(".incoming-*"))


def bomb() -> bytes:
    """A workbook that unpacks to gigabytes."""
    book, good, bad = Workbook(), io.BytesIO(), io.BytesIO()
    book.save(good)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != "xl/worksheets/sheet1.xml":
                new.writestr(member, old.read(member))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(bytes(1 << 20))
    return bad.getvalue()


@pytest.mark.parametrize(
    ("sent", "name", "problem"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.png", (422, "source-refused")),
        (b"", "a.ttl", (422, "source-refused")),
        (b"MZ" + bytes(999), "a.exe", (422, "source-refused")),
        (bomb(), "a.xlsx", (422, "source-refused")),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><rdf:RDF/>", "a.rdf", (422, "source-refused")),
        (b'{"@context": "http://127.0.0.1/c"}', "a.jsonld", (422, "source-refused")),
    ],
    ids=["picture", "empty", "program", "bomb", "document type", "remote context"],
)
def test_what_is_no_source_is_refused(
    home: Path, ann: TestClient, sent: bytes, name: str, problem: tuple[int, str]
) -> None:
    before = state_of(home)
    answer = send(ann, sent, name)
    assert code(answer) in (problem, (422, "turtle-refused"))
    assert str(home) not in answer.text
    assert state_of(home) == before


def test_a_body_of_no_type_that_is_read_is_refused(home: Path, ann: TestClient) -> None:
    for headers in (
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "image/png"},
        {},
        {**TURTLE, "Content-Encoding": "gzip"},
    ):
        assert code(ann.post("/v1/sources", content=b"a", headers=headers)) == (415, "unsupported-media-type")
    assert not list(home.glob(".incoming-*"))


def test_a_body_that_is_too_long_is_not_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANAGRAPH_SERVICE__LIMITS__UPLOAD_BYTES", "1000")
    ann, before = client_of(home, "ingest", "publish"), state_of(home)

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"#" * 100

    assert code(ann.post("/v1/sources", content=b"#" * 1001, headers=TURTLE)) == (413, "too-long")
    assert code(ann.post("/v1/sources", content=endless(), headers=TURTLE)) == (413, "too-long")
    assert code(ann.post("/v1/sources", files=[("file", ("a.ttl", "#" * 1001, ""))])) == (413, "too-long")
    assert state_of(home) == before


@pytest.mark.parametrize(
    "source",
    ["http://127.0.0.1:9/a.ttl", "http://[::1]/a", "https://elsewhere.example/a.ttl", "http://169.254.169.254/latest",
     "endpoint:none", "/etc/passwd", "file:///etc/passwd", "ftp://partner.example/a"],
)  # fmt: skip
def test_only_what_the_settings_allow_is_fetched(home: Path, ann: TestClient, source: str) -> None:
    before = state_of(home)
    answer = ann.post("/v1/sources", params={"source": source})
    remote = source.startswith(("http", "endpoint:"))
    assert code(answer) == (422, "source-refused" if remote else "bad-argument")
    assert "root:" not in answer.text
    assert state_of(home) == before
    assert code(ann.post("/v1/sources", params={"source": source}, content=b"a", headers=TURTLE))[0] == 422


@contextmanager
def building(home: Path, by: str = "") -> Iterator[None]:
    """Somebody builds in this workspace."""
    with Releases(home, by).locked():
        yield


def test_who_does_not_want_to_wait_is_told_who_builds(home: Path, ann: TestClient) -> None:
    with building(home, "bob over HTTP"):
        for answer in (send(ann, GUN, wait=False), ann.delete("/v1/sources/a", params={"wait": False})):
            assert code(answer) == (503, "build-running")
            assert "bob over HTTP, since 2" in answer.json()["detail"]
            assert answer.headers["retry-after"]
        assert code(ann.post("/v1/releases/current/use")) == (503, "build-running")
    with building(home):
        # The machine is nobody's business.
        assert "by the command line" in send(ann, GUN, wait=False).json()["detail"].replace("here: ", "by ")
        assert os.uname().nodename not in send(ann, GUN, wait=False).json()["detail"]
    assert not list(home.glob(".incoming-*"))


def test_who_waits_says_for_whom_and_goes_on(home: Path, ann: TestClient) -> None:
    with building(home, "bob over HTTP"):
        where = ann.post("/v1/sources", content=GUN, headers={**TURTLE, "Prefer": "respond-async"}).headers["location"]
        told = until(lambda: (it := ann.get(where).json())["progress"] and it)
        assert told["progress"]["what"].startswith("waiting for bob over HTTP, since 2")
    told = until(lambda: (it := ann.get(where).json())["state"] == "done" and it)
    assert told["kind"] == "ingest"
    assert told["result"]["release"] == Releases(home).current().identifier
    events = ann.get(f"{where}/events").text
    assert "event: running" in events
    assert "event: done" in events
    assert "derive" in events


def test_a_job_that_is_cancelled_leaves_all_as_it_was(home: Path, ann: TestClient) -> None:
    before = state_of(home)
    later = {**TURTLE, "Prefer": "respond-async"}
    with building(home):
        first = ann.post("/v1/sources", content=GUN, headers=later).headers["location"]
        second = ann.post("/v1/sources", content=GUN, headers=later).headers["location"]
        until(lambda: ann.get(first).json()["progress"])
        other = as_(ann, home, "read", "ingest", "publish")
        assert code(other.delete(first)) == (404, "job-not-found")
        # One waits for a release to be made, the other for the first.
        for where in (second, first):
            answer = ann.delete(where)
            until(lambda where=where: ann.get(str(where)).json()["state"] == "cancelled")  # type: ignore[misc]
            assert answer.status_code in (200, 202)
            assert ann.get(where).json()["problem"]["code"] == "cancelled"
    assert state_of(home) == before
    # In the middle of the work.
    where = ann.post("/v1/sources", content=GUN, headers=later).headers["location"]
    until(lambda: (ann.get(where).json()["progress"] or {}).get("done", 0) >= 1)
    told = ann.delete(where)
    assert (told.status_code, told.json()["state"]) == (200, "cancelled")
    assert state_of(home) == before
    assert ann.delete(where).json()["state"] == "cancelled"
    assert send(ann, GUN).status_code == 200, "nothing is left that stands in the way"


def test_what_others_see_is_not_replaced_removed_or_told(home: Path) -> None:
    (home / "stanagraph.toml").write_text(SETTINGS + AUDIENCES, encoding="utf-8")
    scopes: tuple[Scope, ...] = ("read", "ingest", "publish")
    ally = client_of(home, *scopes, audience="allies")
    anyone = as_(ally, home, *scopes)
    assert send(ally, GUN, "held.ttl", label="NATO RESTRICTED").status_code == 200
    before = state_of(home)

    assert send(anyone, GUN, "held.ttl", label="unmarked").json()["errors"][0]["parameter"] == "sourceId"
    assert send(anyone, GUN, "mine.ttl", label="NATO RESTRICTED").json()["errors"][0]["parameter"] == "label"
    assert send(anyone, GUN, "mine.ttl").json()["errors"][0]["parameter"] == "label"
    gone = anyone.delete("/v1/sources/held")
    assert code(gone) == (404, "source-not-found")
    row = "alpha;DEU;in-service;1;2024-01;NationalHolding"
    unknown = send(anyone, CSV_OF_HOLDINGS.format(row), "holdings.csv", label="unmarked", dryRun=True)
    assert code(unknown) == (422, "data-refused"), "what is hidden is not known"
    known = send(ally, CSV_OF_HOLDINGS.format(row), "holdings.csv", label="NATO RESTRICTED", dryRun=True)
    assert known.status_code == 200
    told = send(anyone, GUN.replace("alpha", "beta"), "mine.ttl", label="unmarked", dryRun=True)
    assert told.status_code == 200
    for answer in (gone, unknown, told):
        assert "held" not in answer.text.replace("/v1/sources/held", "").replace("called 'held'", "")
        assert "alpha gun" not in answer.text
    assert state_of(home) == before


def test_one_caller_has_only_so_many_and_files_of_those_refused_are_gone(home: Path) -> None:
    settings = ServiceSettings(ingest=IngestSettings(per_caller=1))
    ann = as_(TestClient(create_app(Releases(home), settings=settings)), home, "read", "ingest", "publish")
    with building(home):
        first = ann.post("/v1/sources", content=GUN, headers={**TURTLE, "Prefer": "respond-async"}).headers["location"]
        assert code(send(ann, GUN)) == (429, "too-many-jobs")
        assert len(list(home.glob(".incoming-*"))) == 1
    until(lambda: ann.get(first).json()["state"] == "done")
    assert not list(home.glob(".incoming-*"))


def test_what_a_process_that_was_killed_left_is_cleared_away(home: Path, ann: TestClient) -> None:
    left, running = home / ".incoming-left", home / ".incoming-other"
    for folder in (left, running):
        folder.mkdir()
    (left / "held").touch()
    send(ann, GUN, dryRun=True)
    assert not left.exists()
    assert running.exists(), "what has no lock belongs to somebody else"


def test_two_at_once_come_one_after_the_other(home: Path, ann: TestClient) -> None:
    got: list[Any] = []

    def run(name: str) -> None:
        got.append(send(ann, GUN.replace("alpha", name), f"{name}.ttl"))

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [it.status_code for it in got] == [200, 200]
    assert {name for name, _ in state_of(home)[1]} == {"one", "two"}
