"""All captured sources and the public tables in one release, with every entry accounted for."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import graph, key_of
from stanagraph.graph.releases import Release, Releases
from stanagraph.graph.sources import ACCOUNT, Sources
from stanagraph.graph.store import EmbeddedStore
from stanagraph.graph.upkeep import verify
from stanagraph.ingest.pipeline import given, ingest

pytestmark = pytest.mark.long

SOURCES = Path(os.environ.get("STANAGRAPH_SOURCES", Path(__file__).parents[3] / "shared" / "sources"))
FILES = {
    "nso-2020-12": ("nso/current-standards-2020-12.html", 1157),
    "nso-2021-06": ("nso/current-standards-2021-06.jsonl", 2102),
    "nso-2021-07": ("nso/current-standards-2021-07.jsonl", 735),
    "nisp": ("nisp/nisp-yaml-2023-01-29.tar.gz", None),
}


@pytest.fixture(scope="module")
def everything(once: object) -> Release:
    if not SOURCES.is_dir():
        pytest.skip("needs the captured files, which are not shipped")

    def fill(home: Path) -> None:
        files = [
            given(str(SOURCES / name), source_id=source, captured="2020-12" if source == "nso-2020-12" else None)
            for source, (name, _) in FILES.items()
        ]
        ingest(files, Releases(home))

    return Releases(once("everything", fill)).current()  # type: ignore[operator]


@pytest.fixture(scope="module")
def store(everything: Release) -> EmbeddedStore:
    return everything.open()


@pytest.fixture(scope="module")
def accounts(everything: Release) -> dict[str, Any]:
    """What each reader told of its file, by source."""
    kept = Sources(everything.path.parents[1]).of(everything)
    return {it.state.id: json.loads((it.path / ACCOUNT).read_text(encoding="utf-8")) for it in kept}


@pytest.fixture(scope="module")
def statements(store: EmbeddedStore) -> Counter[str]:
    """How many statements about entries the release holds, by source."""
    found = store.rows("""
        PREFIX : <https://w3id.org/stanagraph/ns/>
        SELECT ?source WHERE { ?statement a :Statement ; :statedInSource ?source ; :statedInTable ?file
                               FILTER NOT EXISTS { ?statement :about ?source } }""")
    return Counter(key_of(cast(ox.NamedNode, source).value) for (source,) in found)


def test_every_source_is_in_the_release(accounts: dict[str, Any], store: EmbeddedStore) -> None:
    assert set(accounts) == set(FILES)
    assert {graph(name) for name in FILES} <= set(store.graphs())


@pytest.mark.parametrize("name", [name for name, (_, entries) in FILES.items() if entries])
def test_every_entry_of_a_list_is_loaded_or_merged(
    name: str, accounts: dict[str, Any], statements: Counter[str]
) -> None:
    counts, outcomes = accounts[name]["counts"], outcomes_of(accounts[name])
    assert counts["entries"] == FILES[name][1]
    # A page lists the related documents of an entry in rows of their own.
    assert counts.get("rows", counts["entries"]) == statements[name] + outcomes["merged"]
    assert not outcomes["not-loaded"]


def test_every_member_of_the_nisp_is_loaded_or_listed(accounts: dict[str, Any], statements: Counter[str]) -> None:
    counts = accounts["nisp"]["counts"]
    assert counts["members"] == counts["records"] + counts["pages of the web site"] + counts["folders"]
    assert statements["nisp"] == counts["records"]
    told = ("standards", "cover documents", "profiles", "service profiles", "capability profiles", "obligations")
    assert [counts[it] for it in told] == [1257, 92, 95, 413, 35, 1951]
    assert counts["taxonomy nodes"] == 632


def outcomes_of(account: dict[str, Any]) -> Counter[str]:
    return Counter(remark["outcome"] for remark in account["remarks"])


def test_what_is_not_simply_loaded_has_a_place_and_a_reason(accounts: dict[str, Any]) -> None:
    remarks = [remark for account in accounts.values() for remark in account["remarks"]]
    assert len(remarks) > 500
    assert all(remark["file"] and remark["code"] and len(remark["text"]) > 10 for remark in remarks)


def test_a_later_list_is_told_as_changes_of_the_earlier_one(store: EmbeddedStore) -> None:
    asked = {"earlier": "nso-2020-12", "later": "nso-2021-06"}
    rows = Catalogue().ask(store, "list-changes", asked).rows
    assert Counter(row[0].value for row in rows if isinstance(row[0], ox.Literal)) == {
        "new": 51,
        "new-edition": 26,
        "gone": 62,
    }
    cancelled = store.rows("""
        PREFIX : <https://w3id.org/stanagraph/ns/>
        SELECT ?edition WHERE { GRAPH <https://w3id.org/stanagraph/graph/nso-2021-06> {
          ?edition :documentStatus <https://w3id.org/stanagraph/id/document-status/cancelled> } }""")
    assert not list(cancelled), "not on the list is not cancelled"


def test_standards_of_both_worlds_are_one_and_their_disagreements_are_shown(store: EmbeddedStore) -> None:
    both = list(
        store.rows("""
        PREFIX : <https://w3id.org/stanagraph/ns/>
        PREFIX source: <https://w3id.org/stanagraph/id/source/>
        SELECT DISTINCT ?edition WHERE { ?edition :editionOf ?document .
          ?here :about ?edition ; :statedInSource source:nisp .
          ?there :about ?edition ; :statedInSource ?list . ?list :listScope ?scope }""")
    )
    assert len(both) > 200
    claims: dict[str, list[tuple[str, str]]] = {}
    answer = Catalogue().ask(store, "disagreements")
    for thing, property_, value, prevails, _, source, *_ in answer.rows:
        assert source is not None
        claims.setdefault(f"{thing} {property_}", []).append((str(value), str(prevails)))
    assert len(claims) > 100
    for told in claims.values():
        assert len({value for value, _ in told}) > 1
        assert any("true" in prevails for _, prevails in told)


def test_the_release_and_its_sources_are_whole(everything: Release) -> None:
    verify(Releases(everything.path.parents[1]))
