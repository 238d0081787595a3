"""Who may ask at all: nobody credible is never taken for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.access.settings import AccessSettings
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases

BAD = [
    "Bearer nothing-known",
    "Bearer ",
    "Bearer",
    "Basic YWRtaW46YWRtaW4=",
    "nonsense",
    "Bearer " + "x" * 9000,
]


@pytest.mark.parametrize("credential", BAD, ids=[credential[:15] for credential in BAD])
@pytest.mark.parametrize("path", ["/v1/gaps?limit=1", "/healthz", "/nothing"])
def test_a_bad_credential_is_refused_and_not_taken_for_none(client: TestClient, path: str, credential: str) -> None:
    response = client.get(path, headers={"Authorization": credential})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json()["type"] == f"{BASE}problems/not-authenticated"
    assert response.json()["detail"] == "the credential is not valid"


def test_two_credentials_are_none(client: TestClient) -> None:
    response = client.get("/v1/gaps", headers=[("Authorization", "Bearer a"), ("Authorization", "Bearer b")])
    assert response.status_code == 401


def test_where_nobody_may_read_without_a_name_only_health_is_told(public_home: Path) -> None:
    settings = ServiceSettings(access=AccessSettings(anonymous=()))
    client = TestClient(create_app(Releases(public_home), settings=settings))
    assert client.get("/healthz").status_code == 200
    for path in ("/", "/v1/gaps", "/docs", "/openapi.json", "/ns/Gap", "/nothing", "/v1/jobs/1"):
        assert client.get(path).status_code == client.head(path).status_code == 401, path
