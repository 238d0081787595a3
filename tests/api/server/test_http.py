"""Negotiation, validators, HEAD and headers, on every route."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server.negotiation import FORMATS, best_media, language_of

GAPS, MATRIX = "/v1/gaps?class=155mm", "/v1/matrix?class=155mm"
VERDICT = "/v1/verdicts?equipment=pzh-2000&munition=vulcano-155-glr"
DATA = [
    GAPS, MATRIX, VERDICT, "/v1/nations?limit=2", "/v1/munitions/dm121?lang=en", "/v1/queries?limit=3",
    "/v1/search?q=pologne", "/v1/pairs?using=POL&providing=DEU", "/v1/agreements/STANAG-4187/positions?nation=USA",
]  # fmt: skip
ALL = [
    *DATA, "/", "/healthz", "/openapi.json", "/docs", "/v1/releases", "/v1/dataset", "/.well-known/void",
    "/context.jsonld", "/v1/queries/gaps",
]  # fmt: skip
OFFERED = ("application/json", "text/csv", "text/html")


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("*/*;q=0.1, text/html;q=0", "application/json"),
        ("application/json;q=0, */*", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv; header=present; q=1", "text/csv"),
        ("text/csv;q=lots", None),
        ("image/png", None),
    ],
)
def test_the_most_specific_range_decides(accept: str, media: str | None) -> None:
    assert best_media(accept, OFFERED) == media


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("de, fr;q=0.5", "fr"),
        ("en, fr", "en"),
        ("fr;q=0.3, en;q=0.7", "en"),
        ("de", "en"),
        ("en;q=0", "en"),
    ],
)
def test_the_preferred_language_that_we_speak_decides(accept: str, language: str) -> None:
    assert language_of({"accept-language": accept}) == language


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize(("name", "media"), FORMATS.items())
def test_every_representation_by_header_and_by_parameter(client: TestClient, path: str, name: str, media: str) -> None:
    by_header = client.get(path, headers={"Accept": media})
    by_name = client.get(f"{path}&format={name}")
    assert by_header.headers["content-type"].startswith(media)
    assert by_name.headers["content-type"].startswith(media)
    if media != "text/html":
        assert by_name.text == by_header.text


@pytest.mark.parametrize("path", [GAPS, MATRIX])
def test_the_question_is_asked_in_the_language_of_the_client(client: TestClient, path: str) -> None:
    french = client.get(path, headers={"Accept-Language": "fr-FR, en;q=0.5"})
    assert french.headers["content-language"] == "fr"
    assert french.json()["question"] != client.get(path).json()["question"]
    assert client.get(f"{path}&lang=fr").json() == french.json()


@pytest.mark.parametrize("path", ALL)
def test_every_answer_has_the_common_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in headers["content-security-policy"]


def of_the_resource(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without those that every request has of its own."""
    return {name: value for name, value in headers.items() if name not in ("x-request-id", "ratelimit")}


@pytest.mark.parametrize("path", ALL)
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert of_the_resource(head.headers) == of_the_resource(got.headers)


@pytest.mark.parametrize("path", [*DATA, "/"])
def test_what_the_client_has_is_not_sent_again(client: TestClient, path: str) -> None:
    client = TestClient(client.app, headers={"Accept-Encoding": "identity"})
    tag = client.get(path).headers["etag"]
    assert tag.startswith('"')
    for known in (tag, f'"other", W/{tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_etag_belongs_to_one_question_one_representation_and_one_language(client: TestClient) -> None:
    asked = [
        client.get(GAPS),
        client.get(MATRIX),
        client.get("/v1/gaps?class=155mm&limit=2"),
        client.get(GAPS, headers={"Accept": "text/csv"}),
        client.get(GAPS, headers={"Accept-Language": "fr"}),
    ]
    assert len({response.headers["etag"] for response in asked}) == len(asked)
    assert client.get("/v1/gaps?limit=2&class=155mm").headers["etag"] == asked[2].headers["etag"]


def test_a_wrong_question_is_wrong_whatever_the_client_has(client: TestClient) -> None:
    assert client.get("/v1/gaps?nation=Atlantis", headers={"If-None-Match": "*"}).status_code == 404
