"""Over HTTP, who may see a marked source sees it, and nobody else gets a byte, a count or an error of it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.access.keys import Keys
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, given, ingest

pytestmark = pytest.mark.long

SETTINGS = """
[audiences.allies]
sees = ["NATO RESTRICTED"]

[audiences.others]
sees = ["NATO UNCLASSIFIED"]
"""
HIDDEN = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{BASE}id/equipment/m777> rdfs:label "alpha gun" .
<{BASE}id/holding/m777/SWE/in-service> a :NationalHolding ; rdfs:label "alpha gun" ;
    :holdingOf <{BASE}id/equipment/m777> ; :byNation <{BASE}id/nation/SWE> ;
    :holdingStatus <{BASE}id/holding-status/in-service> ; :quantity 48 .
"""
PATHS = (
    "/", "/healthz", "/v1/gaps?limit=1000", "/v1/matrix?class=155mm", "/v1/verdicts?equipment=m777&munition=dm121",
    "/v1/verdicts?equipment=alpha&munition=dm121", "/v1/gaps?nation=alpha", "/docs",
)  # fmt: skip


def test_each_caller_sees_what_their_audience_may(small_home: Path, small_data: Path, tmp_path: Path) -> None:
    (small_home / "stanagraph.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "a.ttl").write_text(HIDDEN, encoding="utf-8")
    marked = given(str(tmp_path / "a.ttl"), label="NATO RESTRICTED", source_id="held")
    ingest([marked], Releases(small_home), Inputs(data=small_data))
    day = datetime.timedelta(days=1)
    keys = {name: Keys(small_home).create(name, ("read",), name, day)[1] for name in ("public", "others", "allies")}
    client = TestClient(create_app(Releases(small_home)))

    def as_(audience: str, path: str) -> tuple[int, str | None, bytes]:
        answer = client.get(path, headers={"Authorization": f"Bearer {keys[audience]}"} if audience else {})
        return answer.status_code, answer.headers.get("etag"), answer.content

    # The allies ask first and in between: nothing that was worked out for them may be handed to others.
    for path in PATHS:
        seen, nobody = as_("allies", path), as_("", path)
        assert b"alpha gun" not in nobody[2]
        assert nobody == as_("public", path) == as_("others", path)
        if "v1" in path and seen[0] == nobody[0] == 200:
            assert seen[1] != nobody[1]
    current = Releases(small_home).current()
    for audience in ("", "public", "others", "allies"):
        told = json.loads(as_(audience, "/v1/gaps?limit=1")[2])["release"]
        assert told == current.view(audience or "public").identifier
    assert current.view("allies").identifier != current.view().identifier
    # What an ally was given is no way in: a tag of theirs says nothing to others.
    tag = as_("allies", "/v1/gaps?limit=5")[1]
    assert client.get("/v1/gaps?limit=5", headers={"If-None-Match": str(tag)}).status_code == 200
