"""Requirements packages over HTTP: the same as those of the command line, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from fastapi.testclient import TestClient

from stanagraph.api import packages
from stanagraph.api.server.routes.packages import FORMATS
from stanagraph.graph.packages import build
from stanagraph.graph.releases import Releases

ASK = "/v1/requirements-packages?interface=5.56x45&nation=ESP"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_form_is_that_of_the_command_line(client: TestClient, public_home: Path, lang: str) -> None:
    release = Releases(public_home).current()
    found = build(release.open(), "interface", "5.56x45", "ESP", release=release.identifier)
    told = packages.told(found, lang, str(release.view().manifest["built"]))
    for form, media in FORMATS.items():
        answer = client.get(f"{ASK}&format={form}&lang={lang}")
        wanted = packages.WRITERS[form](told)
        assert answer.status_code == 200, form
        assert answer.headers["content-type"].partition(";")[0] == media
        assert answer.content == (wanted if isinstance(wanted, bytes) else wanted.encode()), form
        assert answer.headers["content-language"] == lang
        again = client.get(f"{ASK}&lang={lang}", headers={"Accept": media, "If-None-Match": answer.headers["etag"]})
        # The question is another one where it is asked by a header; the form is the same.
        assert again.headers["content-type"] == answer.headers["content-type"]


def test_what_the_client_has_is_not_sent_again(client: TestClient) -> None:
    answer = client.get(ASK)
    assert client.get(ASK, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_it_keeps_its_schema(client: TestClient, identifier: str) -> None:
    schema = client.get("/schemas/requirements-package.json").json()
    assert schema["$id"].endswith("/schemas/requirements-package.json")
    told = client.get(ASK).json()
    jsonschema.Draft202012Validator(schema).validate(told)
    assert told["release"] == identifier
    assert told["open_points"], "what is not known is told"
    assert json.dumps(told["documents"])


def test_a_file_has_a_name_that_tells_what_it_is(client: TestClient) -> None:
    told = client.get("/v1/requirements-packages?class=155mm&nation=POL&format=reqif").headers["content-disposition"]
    assert told == 'attachment; filename="stanagraph-package-155mm-POL.reqif"'
    policy = client.get(f"{ASK}&format=html").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("nation=ESP", 422, "interface"),
        ("interface=5.56x45", 422, "nation"),
        ("interface=5.56x45&class=155mm&nation=ESP", 422, "interface"),
        ("interface=5.56x54&nation=ESP", 404, "interface"),
        ("interface=5.56x45&nation=ESX", 404, "nation"),
        ("interface=5.56x45&nation=ESP&asOf=yesterday", 422, "asOf"),
        ("interface=5.56x45&nation=ESP&colour=red", 422, "colour"),
        ("interface=5.56x45&nation=ESP&format=odt", 422, "format"),
    ],
)
def test_what_cannot_be_asked_is_told(client: TestClient, query: str, status: int, parameter: str) -> None:
    answer = client.get(f"/v1/requirements-packages?{query}")
    assert answer.status_code == status
    assert [it["parameter"] for it in answer.json()["errors"]] == [parameter]


def test_a_form_that_there_is_not_is_refused(client: TestClient) -> None:
    assert client.get(ASK, headers={"Accept": "image/png"}).status_code == 406
