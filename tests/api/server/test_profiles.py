"""Profiles, which the public data have none of: listed, told, and asked about, once a source brings some."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, given, ingest

pytestmark = pytest.mark.long
PROFILE = f"""
@base <{BASE}id/> .
@prefix : <{BASE}ns/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<profile/mine> a :Profile ; rdfs:label "routing of mine" ; dcterms:identifier "mine" ;
    :profileKind <profile-kind/profile> ; :specifiedIn <profile-specification/mine> ;
    :hasGroup <standards-group/mine/1> .
<profile-specification/mine> a :ProfileSpecification ; rdfs:label "my specification" ; dcterms:identifier "mine" .
<standards-group/mine/1> a :StandardsGroup ; rdfs:label "routing of mine, 1" ; :groupOf <profile/mine> ;
    :obligation <obligation/mandatory> ; :profileLifeCycle <profile-life-cycle/current> ;
    :referencesDocument <agreement/STANAG-4425> .
"""


def test_a_profile_is_listed_and_leads_to_its_standards(small_home: Path, small_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "profile.ttl"
    file.write_text(PROFILE, encoding="utf-8")
    ingest([given(str(file), source_id="mine")], Releases(small_home), Inputs(data=small_data))
    client = TestClient(create_app(Releases(small_home)))
    (item,) = client.get("/v1/profiles").json()["items"]
    assert item["label"] == "routing of mine"
    body = client.get(item["links"]["self"]).json()
    assert [fact["origins"][0]["source"] for fact in body["facts"] if fact["property"] == "specifiedIn"] == ["mine"]
    (standard,) = client.get(body["links"]["standards"]).json()["items"]
    assert (standard["document"], standard["obligation"], standard["source"]) == ("STANAG-4425", "mandatory", "mine")
    assert client.get("/v1/search?q=routing&kind=profile").json()["items"][0]["id"] == "mine"
