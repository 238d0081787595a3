"""Descriptions judged over HTTP: each form of them, each form of the report, its address, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema  # type: ignore[import-untyped]
import pytest
import rdflib
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from rdflib.namespace import RDF

from stanagraph.api.conformance import description, graph_form, report, sheet
from stanagraph.api.conformance.names import Names
from stanagraph.api.conformance.trl import TRL
from stanagraph.api.server import create_app
from stanagraph.api.server.access.caller import Caller
from stanagraph.api.server.checks import Checks
from stanagraph.api.server.checks.asked import WORKBOOK
from stanagraph.api.server.checks.kept import Kept
from stanagraph.api.server.checks.settings import CheckSettings
from stanagraph.api.server.examples.checks import CARTRIDGE
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.releases import Releases
from stanagraph.graph.store import EmbeddedStore

ASK = "/v1/conformance-checks?against=STANAG-4172"
EARL, SH = rdflib.Namespace("http://www.w3.org/ns/earl#"), rdflib.Namespace("http://www.w3.org/ns/shacl#")
OTHER = {**CARTRIDGE, "id": "other", "values": [{"parameter": "case_length_mm", "number": "46", "unit": "mm"}]}


@pytest.fixture(scope="module")
def found(client: TestClient) -> dict[str, Any]:
    """The report on the cartridge of the examples."""
    answer = client.post(ASK, json=CARTRIDGE)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def bodies(store: EmbeddedStore, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The same cartridge in every form."""
    cartridge = description.Description.model_validate(CARTRIDGE)
    triples = list(graph_form.to_triples(cartridge, Names(store).find))
    document = graph_form.as_json_ld(triples)
    sheet.write(folder / "a.xlsx", cartridge)
    yield "application/json", json.dumps(CARTRIDGE).encode()
    yield "application/ld+json", json.dumps(document).encode()
    yield "text/turtle", graph_form.as_turtle(triples).encode()
    yield WORKBOOK, (folder / "a.xlsx").read_bytes()


def test_every_form_of_a_description_has_the_same_report(
    client: TestClient, found: dict[str, Any], public_store: EmbeddedStore, tmp_path: Path
) -> None:
    for media, body in bodies(public_store, tmp_path):
        answer = client.post(ASK, content=body, headers={"Content-Type": media})
        assert (answer.status_code, answer.json()) == (200, found), media


def test_what_it_works_with_can_be_left_out(client: TestClient, found: dict[str, Any]) -> None:
    answer = client.post(f"{ASK}&worksWith=false", json=CARTRIDGE)
    told = answer.json()
    assert (told["works_with"], told["nations"]) == (None, None)
    assert found["works_with"]
    assert found["nations"]
    assert told["iri"] != found["iri"], "another question has another report"
    left_out = ("iri", "works_with", "nations")
    assert {k: v for k, v in told.items() if k not in left_out} == {k: v for k, v in found.items() if k not in left_out}
    jsonschema.Draft202012Validator(client.get("/schemas/conformance-report.json").json()).validate(told)
    page = client.get(f"{answer.headers['content-location']}?format=html&lang=fr").text
    assert "ce n’était pas demandé" in page
    assert "Nothing is known" not in client.get(f"{answer.headers['content-location']}?format=html").text
    many = client.post(f"{ASK}&worksWith=false", json=[CARTRIDGE, OTHER]).json()["items"]
    assert [it["works_with"] for it in many] == [None, None]


def test_the_report_keeps_its_schema_and_the_release(
    client: TestClient, found: dict[str, Any], identifier: str
) -> None:
    schema = client.get("/schemas/conformance-report.json").json()
    assert schema == report.schema()
    jsonschema.Draft202012Validator(schema).validate(found)
    assert found["release"] == identifier
    assert client.get("/schemas/description.json").json() == description.schema()
    assert client.get("/schemas/other.json").status_code == 422


def test_the_address_follows_from_what_was_asked(client: TestClient, found: dict[str, Any]) -> None:
    again = {**CARTRIDGE, "values": list(CARTRIDGE["values"])}
    assert client.post(ASK, json=again).json()["iri"] == found["iri"]
    others = {
        client.post(ASK, json=OTHER).json()["iri"],
        client.post(f"{ASK}&confidence=high", json=CARTRIDGE).json()["iri"],
        client.post(ASK.replace("STANAG-4172", "5.56x45"), json=CARTRIDGE).json()["iri"],
    }
    assert len({found["iri"], *others}) == 4


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("form", ["json", "turtle", "jsonld", "ntriples", "html", "pdf", "junit", "gitb"])
def test_the_address_answers_the_same(client: TestClient, form: str, lang: str) -> None:
    answer = client.post(f"{ASK}&format={form}&lang={lang}", json=CARTRIDGE)
    assert answer.status_code == 200
    kept = client.get(answer.headers["content-location"], params={"format": form, "lang": lang})
    assert (kept.content, kept.headers["content-type"]) == (answer.content, answer.headers["content-type"])
    tag = kept.headers["etag"]
    same = client.get(kept.request.url, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")


def test_its_iri_leads_to_its_address(client: TestClient, found: dict[str, Any]) -> None:
    path = found["iri"].removeprefix("https://w3id.org/stanagraph")
    assert client.get(path).json() == found


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("text/html,*/*;q=0.1", "text/html"),
        ("application/pdf", "application/pdf"),
        ("application/junit+xml", "application/junit+xml"),
        ("application/xml", "application/xml"),
        ("text/xml", "application/xml"),
        ("*/*", "application/json"),
    ],
)
def test_accept_decides(client: TestClient, accept: str, media: str) -> None:
    answer = client.post(ASK, json=CARTRIDGE, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)


def test_what_cannot_be_had_is_refused_before_it_is_made(client: TestClient) -> None:
    assert client.post(ASK, json=CARTRIDGE, headers={"Accept": "image/png"}).status_code == 406
    for form in ("html", "pdf"):
        assert client.post(f"{ASK}&format={form}", json=[CARTRIDGE]).status_code == 406


def test_graphs_are_of_earl_or_shacl(client: TestClient, found: dict[str, Any]) -> None:
    answer = client.post(f"{ASK}&format=turtle", json=CARTRIDGE)
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    assert len(set(graph.subjects(RDF.type, EARL.Assertion))) == len(found["results"])
    # Nothing has to be fetched to read it.
    linked = client.post(f"{ASK}&format=jsonld", json=CARTRIDGE)
    assert isinstance(linked.json()["@context"], dict)
    same = rdflib.Graph().parse(data=linked.text, format="json-ld")
    assert set(same.subjects(RDF.type, EARL.Assertion)) == set(graph.subjects(RDF.type, EARL.Assertion))
    profile = 'text/turtle; profile="http://www.w3.org/ns/shacl#"'
    for said in ({"headers": {"Accept": profile}}, {"params": {"against": "STANAG-4172", "profile": "shacl"}}):
        headers = {"Accept": "text/turtle", **said.get("headers", {})}
        answer = client.post(ASK, json=CARTRIDGE, headers=headers, params=said.get("params"))
        graph = rdflib.Graph().parse(data=answer.text, format="turtle")
        assert len(set(graph.subjects(RDF.type, SH.ValidationReport))) == 1
        assert "shacl" in answer.headers["link"]


def test_junit_and_trl_tell_what_failed(client: TestClient, tmp_path: Path) -> None:
    failing = client.post(ASK, json=OTHER).json()["counts"]
    assert failing["failed"] == 1
    (tmp_path / "a.xml").write_bytes(client.post(f"{ASK}&format=junit", json=OTHER).content)
    assert JUnitXml.fromfile(str(tmp_path / "a.xml")).failures == 1
    root = ElementTree.fromstring(client.post(f"{ASK}&format=gitb", json=OTHER).content)
    assert [it.tag.rpartition("}")[2] for it in root] == ["date", "result", "overview", "counters", "reports"]
    assert root.findtext(f"{{{TRL}}}result") == "FAILURE"
    assert len(root.findall(f"{{{TRL}}}reports/{{{TRL}}}error")) == 1
    assert int(root.findtext(f"{{{TRL}}}counters/{{{TRL}}}nrOfErrors") or 0) == 1
    warned = int(root.findtext(f"{{{TRL}}}counters/{{{TRL}}}nrOfWarnings") or 0)
    assert (
        warned == len(root.findall(f"{{{TRL}}}reports/{{{TRL}}}warning")) == failing["cantTell"] + failing["untested"]
    )
    # What is not known is never a success.
    root = ElementTree.fromstring(client.post(f"{ASK}&format=gitb", json=CARTRIDGE).content)
    assert root.findtext(f"{{{TRL}}}result") == "WARNING"


def test_many_descriptions_have_many_reports(client: TestClient, found: dict[str, Any]) -> None:
    answer = client.post(ASK, json=[CARTRIDGE, OTHER])
    told = answer.json()
    assert told["total"] == 2
    assert told["items"][0] == found
    assert told["items"][1]["system"]["id"] == "other"
    assert "content-location" not in answer.headers
    for it in told["items"]:
        assert client.get(f"/v1/conformance-checks/{it['iri'].rpartition('/')[2]}").json() == it
    root = ElementTree.fromstring(client.post(f"{ASK}&format=gitb", json=[CARTRIDGE, OTHER]).content)
    assert root.findtext(f"{{{TRL}}}result") == "FAILURE"
    inside = root.findall(f"{{{TRL}}}reports/{{{TRL}}}reports")
    assert [it.get("name") for it in inside] == ["my-cartridge", "other"]


def test_files_of_several_forms_come_together(
    client: TestClient, found: dict[str, Any], public_store: EmbeddedStore, tmp_path: Path
) -> None:
    files = [
        ("file", (f"{number}.any", body, media)) for number, (media, body) in enumerate(bodies(public_store, tmp_path))
    ]
    assert client.post(ASK, files=files).json()["items"] == [found] * len(files)
    wrong = [*files[:1], ("file", ("../../b.json", b'{"id": "b"}', "application/octet-stream"))]
    answer = client.post(ASK, files=wrong)
    assert answer.status_code == 422
    assert {it["pointer"] for it in answer.json()["errors"]} == {"/name", "/kind"}
    assert {it["file"] for it in answer.json()["errors"]} == {"b.json"}


def changed(**told: Any) -> dict[str, Any]:
    return {**CARTRIDGE, **told}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (changed(colour="red"), ["/colour"]),
        (changed(kind="gun"), ["/kind"]),
        (changed(values=[{"parameter": "case_length_mm", "number": "x"}]), ["/values/0/number"]),
        (changed(values=[{"parameter": "case_lenght_mm", "number": 1}]), ["/values/0/parameter"]),
        (changed(values=[{"parameter": "case_length_mm", "number": 1, "unit": "kg"}]), ["/values/0/unit"]),
        (changed(standards=[{"document": "STANAG-4172"}, {"document": "no such"}]), ["/standards/1/document"]),
        (changed(interfaces=["5.56x45", "no such"], subjects=["nothing"]), ["/interfaces/1", "/subjects/0"]),
        ([CARTRIDGE, changed(kind="gun"), 3], ["/1/kind", "/2"]),
        ([], [""]),
        (3, [""]),
        ([CARTRIDGE] * 51, [""]),
        (changed(values=[{"parameter": "case_length_mm", "number": n} for n in range(1001)]), ["/values"]),
    ],
)
def test_each_fault_has_its_pointer(client: TestClient, body: Any, pointers: list[str]) -> None:
    answer = client.post(ASK, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    told = answer.json()
    assert told["type"].endswith("/description-refused")
    assert sorted(it["pointer"] for it in told["errors"]) == sorted(pointers)
    assert all(it["detail"] for it in told["errors"])


def test_a_fault_in_a_sheet_or_a_graph_has_its_place_and_its_pointer(
    client: TestClient, public_store: EmbeddedStore, tmp_path: Path
) -> None:
    for media, body in bodies(public_store, tmp_path):
        if media == WORKBOOK:
            from openpyxl import load_workbook

            book = load_workbook(tmp_path / "a.xlsx")
            cell = next(cell for row in book["description"] for cell in row if cell.value == "mm")
            cell.value = "kg"
            book.save(tmp_path / "b.xlsx")
            wrong, place = (tmp_path / "b.xlsx").read_bytes(), f"description!{cell.coordinate}"
        elif media == "text/turtle":
            wrong, place = body.replace(b"MilliM", b"KiloGM"), None
        else:
            continue
        answer = client.post(ASK, content=wrong, headers={"Content-Type": media})
        (fault,) = answer.json()["errors"]
        assert fault["pointer"] == "/values/0/unit"
        assert fault["place"]
        assert place in (None, fault["place"])


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [
        ("application/json", b"{", 422),
        ("application/json", b'{"id": 1, "id": 2}', 422),
        ("application/json", b"[" * 100_000, 422),
        ("application/json", b"[{}], 1", 422),
        ("application/json", b"\xff", 422),
        ("application/json", b"", 422),
        ("application/ld+json", b'{"@context": "http://127.0.0.1:1/c", "a": "b"}', 422),
        ("text/turtle", b"a b", 422),
        ("text/turtle", b"", 422),
        ("application/rdf+xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 422),
        (WORKBOOK, b"PK\x03\x04", 422),
        ("multipart/form-data; boundary=a", b"--b", 422),
        ("multipart/form-data", b"", 422),
        ("text/plain", b"{}", 415),
        ("application/json; charset=utf-16", b"{}", 415),
    ],
)
def test_what_is_no_description_is_refused(client: TestClient, media: str, body: bytes, status: int) -> None:
    answer = client.post(ASK, content=body, headers={"Content-Type": media})
    assert answer.status_code == status, answer.text
    assert "/tmp" not in answer.text


def test_a_formula_is_refused_with_its_cell(client: TestClient, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    sheet.write(tmp_path / "a.xlsx", description.Description.model_validate(CARTRIDGE))
    book = load_workbook(tmp_path / "a.xlsx")
    book["description"]["C3"].value = '=HYPERLINK("http://127.0.0.1")'
    book.save(tmp_path / "a.xlsx")
    answer = client.post(ASK, content=(tmp_path / "a.xlsx").read_bytes(), headers={"Content-Type": WORKBOOK})
    assert answer.status_code == 422
    assert [it["place"] for it in answer.json()["errors"]] == ["description!C3"]


def test_what_is_too_long_is_not_read(public_home: Path, unlimited: ServiceSettings) -> None:
    narrow = unlimited.model_copy(update={"checks": CheckSettings(megabytes=1)})
    client = TestClient(create_app(Releases(public_home), settings=narrow))
    assert client.post(ASK, content=b" " * (2 << 20), headers={"Content-Type": "application/json"}).status_code == 413


def test_who_may_not_check_is_refused(public_home: Path, unlimited: ServiceSettings) -> None:
    closed = unlimited.model_copy(update={"access": unlimited.access.model_copy(update={"anonymous": ("read",)})})
    client = TestClient(create_app(Releases(public_home), settings=closed))
    assert client.post(ASK, json=CARTRIDGE).status_code == 401


def test_a_target_that_is_not_known_has_near_names(client: TestClient) -> None:
    answer = client.post("/v1/conformance-checks?against=5.56x54", json=CARTRIDGE)
    assert answer.status_code == 404
    assert "5.56x45" in answer.json()["suggestions"]


def test_another_audience_does_not_get_a_report(app: FastAPI, client: TestClient, found: dict[str, Any]) -> None:
    checks: Checks = app.state.checks
    identifier = found["iri"].rpartition("/")[2]
    assert checks.kept.get(Caller("a").audience, identifier)[0].iri == found["iri"]
    with pytest.raises(Exception, match="no such report"):
        checks.kept.get("allies", identifier)
    for wrong in ("..", "0" * 32, identifier.upper(), f"{identifier}.json", "%2e%2e%2f"):
        assert client.get(f"/v1/conformance-checks/{wrong}").status_code == 404


def test_the_oldest_reports_go_first(found: dict[str, Any], tmp_path: Path) -> None:
    kept = Kept(tmp_path, 3, 1)
    made = report.Report.model_validate(found)
    many = [made.model_copy(update={"iri": f"https://example.org/{number:032x}"}) for number in range(5)]
    for it in many:
        assert kept.put("public", it)
    assert len(list(tmp_path.rglob("*.json"))) == 3
    assert kept.get("public", f"{4:032x}")[0] == many[4]
    with pytest.raises(Exception, match="no such report"):
        kept.get("public", f"{0:032x}")
    # Where many are kept, the folder is looked through now and then: never more than a few too many.
    larger = Kept(tmp_path / "larger", 64, 1)
    for number in range(200):
        assert larger.put(
            "public", made.model_copy(update={"iri": f"https://example.org/{number:032x}", "results": ()})
        )
        assert len(list((tmp_path / "larger").rglob("*.json"))) <= 64 + 2
    # Another audience does not push them out.
    for it in many:
        assert kept.put("allies", it)
    assert kept.get("public", f"{4:032x}")[0] == many[4]


def test_a_report_that_cannot_be_kept_is_answered_without_an_address(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "reports").write_text("no folder", encoding="utf-8")
    monkeypatch.setattr(app.state.checks, "kept", Kept(tmp_path, 3, 1))
    answer = client.post(ASK, json=CARTRIDGE)
    assert answer.status_code == 200
    assert "content-location" not in answer.headers


def test_a_page_of_hostile_text_has_no_markup_of_it(client: TestClient) -> None:
    hostile = "<script>alert(1)</script> ]]> & \u202e"
    body = changed(name=hostile, evidence=[{"title": hostile}])
    answer = client.post(f"{ASK}&format=html", json=body)
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    for form in ("pdf", "junit", "gitb", "turtle", "jsonld"):
        assert client.post(f"{ASK}&format={form}", json=body).status_code == 200


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), database=None)
@given(name=st.sampled_from([*CARTRIDGE, "tests", "capabilities", "not_concerned", "x"]), said=ANY)
def test_whatever_is_said_is_judged_or_refused_with_pointers(client: TestClient, name: str, said: Any) -> None:
    answer = client.post(f"{ASK}&confidence=high", json={**CARTRIDGE, "interfaces": [], name: said})
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert all(it["pointer"].startswith(f"/{name.replace('~', '~0')}") for it in answer.json()["errors"])
