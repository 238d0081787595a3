"""The ontology over HTTP: its documents, its pages, and what each of its IRIs leads to."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from stanagraph.api.documentation.library import Library
from stanagraph.api.server import create_app
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
SUFFIXES = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}
SUFFIXES |= {"rdf": "application/rdf+xml"}
NAMES = {"turtle": "text/turtle", "jsonld": "application/ld+json", "ntriples": "application/n-triples"}
NAMES |= {"rdfxml": "application/rdf+xml", "html": "text/html"}
VERSION = Library().version
THINGS = {
    "/ns/Gap": "/ontology/gaps.{lang}.html#Gap",
    "/ns/gapCause": "/ontology/gaps.{lang}.html#gapCause",
    "/id/scheme/gap-cause": "/ontology/vocabularies/gap-cause.{lang}.html",
    "/id/gap-cause/technical": "/ontology/vocabularies/gap-cause.{lang}.html#technical",
    "/shapes/GapShape": "/ontology/shapes.{lang}.html#GapShape",
    "/ontology": "/ontology/index.{lang}.html",
    f"/ontology/{VERSION}": "/ontology/index.{lang}.html",
    "/ontology/0.1.0": "/ontology/changes.{lang}.html#v0.1.0",
    f"/ontology/gaps/{VERSION}": "/ontology/gaps.{lang}.html",
    "/ontology/findings/0.1.0": "/ontology/changes.{lang}.html#v0.1.0",
    "/ontology/shapes/gaps": "/ontology/shapes.{lang}.html",
}
DOCUMENTS = ["/ontology/", "/ontology/gaps", "/ontology/stanagraph", "/ontology/vocabularies/gap-cause"]
MISSING = [
    "/ns/Gapp", "/ns/", "/id/nothing/nothing", "/id/scheme/nothing", "/id/gap-cause/whim", "/shapes/Nothing",
    "/ontology/nothing", "/ontology/nothing.ttl", "/ontology/gaps.de.html", "/ontology/gaps.html",
    "/ontology/gaps.en.png", "/ontology/9.9.9", "/ontology/gaps/9.9.9", "/ontology/examples/world",
    "/ontology/versions/9.9.9", "/ontology/..%2fx.ttl", "/ontology/vocabularies/..%2f..%2fx.en.html",
    "/ontology/vocabularies/nothing.en.html", "/ontology/questions.en.svg",
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, site: Path, unlimited: ServiceSettings) -> TestClient:
    """A client of a service that has the pages; it needs no release to show the ontology."""
    app = create_app(Releases(tmp_path_factory.mktemp("home")), site, unlimited)
    return TestClient(app, follow_redirects=False)


@pytest.fixture(scope="module")
def without_pages(tmp_path_factory: pytest.TempPathFactory, unlimited: ServiceSettings) -> TestClient:
    """A client of a service without pages, and without a release."""
    nothing = tmp_path_factory.mktemp("nothing")
    return TestClient(create_app(Releases(nothing), nothing / "documentation", unlimited), follow_redirects=False)


@pytest.mark.parametrize("path", [*THINGS, *DOCUMENTS])
@pytest.mark.parametrize("media", FORMATS)
def test_every_iri_is_described_in_every_syntax(without_pages: TestClient, path: str, media: str) -> None:
    response = without_pages.get(path, headers={"Accept": media})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media)
    assert response.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    triples = list(ox.parse(response.content, format=FORMATS[media]))
    assert triples
    if path.startswith(("/ns/", "/id/", "/shapes/")):
        assert any(t.subject == ox.NamedNode(f"{BASE}{path[1:]}") for t in triples)


@pytest.mark.parametrize(("path", "page"), THINGS.items(), ids=list(THINGS))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_person_is_led_to_the_page(reader: TestClient, path: str, page: str, language: str) -> None:
    response = reader.get(path, headers={**HTML, "Accept-Language": language})
    assert response.status_code == 303
    assert response.headers["location"] == page.format(lang=language)
    place, _, anchor = response.headers["location"].partition("#")
    shown = reader.get(place, headers=HTML)
    assert shown.status_code == 200
    assert not anchor or f'id="{anchor}"' in shown.text
    assert reader.get(f"{path}?lang={language}&format=html").headers["location"] == page.format(lang=language)


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_document_is_a_page_for_a_person(reader: TestClient, path: str, language: str) -> None:
    response = reader.get(path, headers={**HTML, "Accept-Language": language})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-language"] == language
    assert f'<html lang="{language}">' in response.text
    place = response.headers["content-location"]
    assert place.endswith(f".{language}.html")
    assert reader.get(place).text == response.text


def test_the_policy_admits_the_style_of_a_page_and_nothing_else(reader: TestClient) -> None:
    response = reader.get("/ontology/gaps.en.html")
    style = re.search(r"<style>(.*?)</style>", response.text, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(("name", "media"), NAMES.items())
def test_the_representation_can_be_named(reader: TestClient, name: str, media: str) -> None:
    response = reader.get(f"/ontology/gaps?format={name}", headers={"Accept": "image/png"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media)


@pytest.mark.parametrize(("suffix", "media"), SUFFIXES.items())
def test_every_document_has_a_name_of_its_own(reader: TestClient, library: Library, suffix: str, media: str) -> None:
    for path in library.paths:
        response = reader.get(f"/ontology/{path}.{suffix}", headers=HTML)
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(media)
        assert response.text == library.document(path).written(media)


def test_a_diagram_is_served(reader: TestClient) -> None:
    response = reader.get("/ontology/gaps.fr.svg")
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.text.startswith("<svg")


def test_the_context_of_json_ld_stands_inside(reader: TestClient) -> None:
    found = json.loads(reader.get("/ns/Gap", headers={"Accept": "application/ld+json"}).text)
    assert isinstance(found["@context"], dict)
    assert found["@graph"][0]["@id"] == "stanagraph:Gap"


def test_a_version_is_what_it_was(reader: TestClient) -> None:
    old = reader.get("/ontology/findings/0.1.0").text
    assert ":Gap a owl:Class" in old
    assert ":Gap a owl:Class" not in reader.get(f"/ontology/findings/{VERSION}").text
    assert reader.get(f"/ontology/findings/{VERSION}").text == reader.get("/ontology/findings").text
    assert reader.get("/ontology/0.1.0").text == reader.get("/ontology/versions/0.1.0.ttl").text


@pytest.mark.parametrize("path", [*THINGS, *DOCUMENTS, "/ontology/gaps.fr.html", "/ontology/gaps.jsonld"])
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_head_is_get_without_a_body(reader: TestClient, path: str, accept: str) -> None:
    got, head = reader.get(path, headers={"Accept": accept}), reader.head(path, headers={"Accept": accept})
    assert head.status_code == got.status_code
    assert head.content == b""
    own = ("x-request-id", "ratelimit")
    for name in own:
        del head.headers[name], got.headers[name]
    assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize("path", ["/ns/Gap", "/ontology/gaps", "/ontology/gaps.fr.html", "/ontology/gaps.rdf"])
def test_what_the_client_has_is_not_sent_again(reader: TestClient, path: str) -> None:
    reader = TestClient(reader.app, follow_redirects=False, headers={"Accept-Encoding": "identity"})
    tag = reader.get(path).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = reader.get(path, headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
    assert reader.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_tag_belongs_to_one_representation(reader: TestClient) -> None:
    tags = {reader.get(f"/ns/Gap?format={name}").headers["etag"] for name in NAMES if name != "html"}
    assert len(tags) == len(NAMES) - 1


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_a_problem(reader: TestClient, path: str) -> None:
    response = reader.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] in (f"{BASE}problems/name-not-known", f"{BASE}problems/not-found")


def test_an_unknown_term_comes_with_near_ones(reader: TestClient) -> None:
    problem = reader.get("/ns/Gapp").json()
    assert "Gap" in problem["suggestions"]
    assert "technical" in reader.get("/id/gap-cause/tecnical").json()["suggestions"]
    assert "Gap" in reader.get("/ns/Gapp", headers=HTML).text


@pytest.mark.parametrize("path", [*THINGS, *DOCUMENTS])
def test_what_is_not_offered_is_not_acceptable(reader: TestClient, path: str) -> None:
    response = reader.get(path, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json()["type"] == f"{BASE}problems/not-acceptable"
    assert "text/turtle" in response.json()["detail"]


@pytest.mark.parametrize("path", ["/ns/Gap?colour=red", "/ontology/gaps?lang=de", "/ontology?format=xml"])
def test_an_unknown_parameter_is_refused(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 422


def test_without_its_pages_the_service_says_what_to_do(without_pages: TestClient) -> None:
    for path in (*THINGS, *DOCUMENTS, "/ontology/gaps.en.html", "/ontology/gaps.en.svg", "/ontology/questions"):
        response = without_pages.get(path, headers={"Accept": "text/html;q=0.9, application/problem+json"})
        shown = without_pages.get(path, headers=HTML)
        assert shown.status_code == 404
        assert "make docs" in shown.text
        assert response.status_code == 404
        assert response.json()["type"] == f"{BASE}problems/pages-not-made"


def test_behind_a_prefix_the_way_leads_there(tmp_path: Path, site: Path) -> None:
    client = TestClient(create_app(Releases(tmp_path), site), root_path="/stanagraph", follow_redirects=False)
    response = client.get("/stanagraph/ns/Gap", headers=HTML)
    assert response.headers["location"] == "/stanagraph/ontology/gaps.en.html#Gap"
