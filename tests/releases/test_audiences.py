"""Audiences: what one may not see has no part in anything that it gets, down to the last byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.access import Caller
from stanagraph.api.server.examples import operations
from stanagraph.api.server.examples.recording import address
from stanagraph.api.server.operations.settings import LimitSettings
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.errors import AudienceNotFound, BadArgument, NameNotKnown, StanagraphError
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases, View
from stanagraph.ingest.pipeline import Inputs, Result, given, ingest

pytestmark = pytest.mark.long

SETTINGS = """
[audiences.allies]
sees = ["NATO RESTRICTED"]
belongs-to = ["NATO", "SWE"]

[audiences.others]
sees = ["NATO UNCLASSIFIED"]
"""
# A hidden source adds a nation's holding, contradicts a public figure and names a munition that nobody else names.
HIDDEN = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <{BASE}id/> .
<{BASE}id/equipment/m777> rdfs:label "%s" .
<{BASE}id/holding/m777/%s/in-service> a :NationalHolding ; rdfs:label "%s" ;
    :holdingOf <{BASE}id/equipment/m777> ; :byNation <{BASE}id/nation/%s> ;
    :holdingStatus <{BASE}id/holding-status/in-service> ; :quantity %s .
"""


def hidden(path: Path, name: str, nation: str, quantity: int) -> Path:
    path.write_text(HIDDEN % (name, nation, name, nation, quantity), encoding="utf-8")
    return path


def take(home: Path, data: Path, file: Path, label: str) -> Result:
    return ingest([given(str(file), label=label, source_id="held")], Releases(home), Inputs(data=data))


@pytest.fixture
def two(small_home: Path, small_data: Path, tmp_path: Path) -> tuple[Releases, Releases]:
    """Two workspaces whose releases differ in a hidden source alone."""
    (small_home / "stanagraph.toml").write_text(SETTINGS, encoding="utf-8")
    other = Path(shutil.copytree(small_home, tmp_path / "other"))
    take(small_home, small_data, hidden(tmp_path / "a.ttl", "alpha gun", "SWE", 48), "NATO RESTRICTED REL NATO, SWE")
    take(other, small_data, hidden(tmp_path / "b.ttl", "beta gun", "NOR", 7), "NATO RESTRICTED REL NATO, SWE")
    return Releases(small_home), Releases(other)


def all_answers(view: View) -> dict[str, object]:
    """What every report says that needs no parameter, and what is said of a name that is not known."""
    store, catalogue = view.open(), Catalogue()
    told: dict[str, object] = {}
    for name in catalogue.names():
        try:
            told[name] = catalogue.ask(store, name).rows
        except StanagraphError as error:
            told[name] = str(error)
    with pytest.raises(NameNotKnown) as unknown:
        catalogue.ask(store, "positions", {"agreement": "alpha"})
    return {**told, "unknown": str(unknown.value)}


def test_a_hidden_source_leaves_no_trace(two: tuple[Releases, Releases]) -> None:
    one, other = (releases.current() for releases in two)
    assert one.identifier != other.identifier
    for audience in ("public", "others"):
        first, second = one.view(audience), other.view(audience)
        assert first.identifier == second.identifier
        assert first.manifest == {**second.manifest, "built": first.manifest["built"]}
        assert "held" not in json.dumps(first.manifest)
        assert sorted(map(str, first.open().quads())) == sorted(map(str, second.open().quads()))
        assert all_answers(first) == all_answers(second)
    # Whoever may see it sees it, and what follows from it.
    seen, also = one.view("allies"), other.view("allies")
    assert seen.identifier not in (one.view().identifier, also.identifier)
    assert "alpha gun" in str(list(seen.open().quads()))
    assert any("disagreement" in str(quad.graph_name) for quad in seen.open().quads())
    assert not any("disagreement" in str(quad.graph_name) for quad in one.view().open().quads())


def test_a_hidden_source_changes_no_byte_of_a_store(
    two: tuple[Releases, Releases], small_data: Path, tmp_path: Path
) -> None:
    releases = two[0]
    before = releases.current()
    take(releases.home, small_data, hidden(tmp_path / "a.ttl", "gamma gun", "FIN", 3), "NATO RESTRICTED")
    after = releases.current()
    assert after.identifier != before.identifier
    for audience in ("public", "others"):
        names = sorted(path.name for path in (before.path / audience).iterdir())
        assert names == sorted(path.name for path in (after.path / audience).iterdir())
        for name in (*(f"{audience}/{name}" for name in names), f"{audience}.json"):
            assert (before.path / name).read_bytes() == (after.path / name).read_bytes()


def test_a_hidden_source_changes_no_answer_of_the_service(
    two: tuple[Releases, Releases], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = (
        "/", "/healthz", "/v1/gaps?limit=5", "/v1/matrix?class=155mm", "/v1/verdicts?equipment=m777&munition=dm121",
        "/v1/verdicts?equipment=alpha&munition=dm121", "/v1/gaps?cause=nothing", "/v1/nothing",
        "/v1/search?q=alpha%20gun", "/v1/search?q=m777&format=html", "/v1/equipment/m777", "/v1/equipment?limit=1000",
        "/v1/nations/SWE", "/v1/things/holding/m777/SWE/in-service", "/v1/things/source/held", "/v1/sources/held",
        "/v1/sources?limit=1000", "/v1/releases", "/v1/releases/allies", "/v1/releases/current/changes", "/v1/dataset",
        "/.well-known/void", *examples(),
    )  # fmt: skip
    unlimited = ServiceSettings(limits=LimitSettings(requests="1000000/minute"))
    clients = [TestClient(create_app(releases, settings=unlimited)) for releases in two]
    # Each was built at a moment of its own.
    built = [releases.current().view().manifest["built"] for releases in two]
    for path in paths:
        first, second = (client.get(path) for client in clients)
        assert first.status_code == second.status_code < 500
        assert first.text.replace(built[0], built[1]) == second.text, path
        if built[0] not in first.text:
            assert first.headers.get("etag") == second.headers.get("etag")
    # Whoever may see it finds it.
    monkeypatch.setattr("stanagraph.api.server.serving.caller_of", lambda request: Caller("ally", "allies"))
    assert clients[0].get("/v1/things/holding/m777/SWE/in-service").status_code == 200
    assert clients[1].get("/v1/things/holding/m777/SWE/in-service").status_code == 404


def examples() -> Iterator[str]:
    """The example of every address that our OpenAPI document has."""
    for path, methods in create_app().openapi()["paths"].items():
        if "get" in methods:
            said = operations()[methods["get"]["operationId"]]
            yield f"{address(path, dict(said.path))}?{urlencode(said.query)}"


def test_a_label_is_needed_where_there_are_several_audiences(
    small_home: Path, small_data: Path, tmp_path: Path
) -> None:
    file = hidden(tmp_path / "a.ttl", "alpha gun", "SWE", 48)
    (small_home / "stanagraph.toml").write_text(SETTINGS, encoding="utf-8")
    before = Releases(small_home).current().identifier
    with pytest.raises(BadArgument, match="several audiences"):
        ingest([given(str(file))], Releases(small_home), Inputs(data=small_data))
    with pytest.raises(BadArgument, match="may see this label"):
        take(small_home, small_data, file, "NATO SECRET")
    with pytest.raises(BadArgument, match="may see this label"):
        take(small_home, small_data, file, "NATO RESTRICTED REL FIN")
    with pytest.raises(BadArgument, match="expected a label"):
        take(small_home, small_data, file, "secret!")
    assert Releases(small_home).current().identifier == before
    with pytest.raises(AudienceNotFound, match="there are public"):
        Releases(small_home).current().view("allies")
