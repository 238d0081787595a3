"""The captured lists: every entry adds up, and what they say is what the public tables say."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import dcterms, kind_of, term, thing
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.designations import edition_key
from stanagraph.ingest.record import record
from stanagraph.ingest.sources import Work
from stanagraph.ingest.sources.nso import NsoListReader

# Of each list: its rows or records, how many of them are loaded and merged, and what they are.
SAYS = {
    "2020-12": (2250, 2125, {"no-cover": 95, "repeated": 30}, {"Cov": 754, "Cov + Std": 308, "Std": 979, "Srd": 114}),
    "2021-06": (2102, 2102, {}, {"Cov": 746, "Cov + Std": 290, "Std": 959, "Srd": 107}),
    "2021-07": (735, 735, {}, {"Cov": 285, "Cov + Std": 36, "Std": 335, "Srd": 79}),
}
# Editions that the tables know from titles of covers, which name no document of the list.
FROM_TITLES = {"AOP-53", "AOP-53/A", "AArtyP-1/D"}


@pytest.mark.parametrize("name", SAYS)
def test_every_entry_is_loaded_merged_or_listed(listed: dict[str, Any], name: str) -> None:
    found = listed[name]
    rows, loaded, merged, kinds = SAYS[name]
    counts = found.work.account.counts
    assert counts["rows" if name == "2020-12" else "entries"] == rows
    assert len(found.lines) == loaded
    assert {code: n for (what, code), n in found.outcomes.items() if what == "merged"} == merged
    assert not any(what == "not-loaded" for what, _ in found.outcomes)
    assert rows == loaded + sum(merged.values())
    assert {kind: counts[f"listed {kind}"] for kind in kinds} == kinds
    assert not found.work.faults
    # Each row is spoken of once: by the entry that it became, or by the remark that says with which it was merged.
    spoken = [entry.place.row for entry in found.lines]
    spoken += [it.place.row for it in found.work.account.remarks if it.outcome == "merged"]
    assert sorted(spoken) == list(range(1, rows + 1))


def test_the_page_counts_as_its_head_says(listed: dict[str, Any]) -> None:
    found = listed["2020-12"]
    counts = found.work.account.counts
    covers = counts["listed Cov"] + counts["listed Cov + Std"]
    assert (counts["entries"], covers, counts["listed Std"], counts["listed Srd"]) == (1157, 1062, 979, 114)
    assert counts["entries"] == covers + found.outcomes["merged", "no-cover"]
    assert ("remark", "count") not in found.outcomes


def test_the_stamp_of_a_file_is_no_date_of_promulgation(listed: dict[str, Any]) -> None:
    stated = {
        name: {
            (said.subject.value, said.value.value)
            for entry in found.entries
            for said in entry.facts
            if said.predicate == term("promulgatedOn")
        }
        for name, found in listed.items()
    }
    assert {name: len(dates) for name, dates in stated.items()} == {"2020-12": 0, "2021-06": 0, "2021-07": 321}
    with (folder("data") / "agreement_editions.csv").open(encoding="utf-8", newline="") as file:
        dated = [
            (thing("agreement-edition", edition_key(row["agreement"], row["edition"])).value, row["promulgated"])
            for row in csv.DictReader(file)
            if row["promulgated"] and "nato-spider-json-70c2750" in row["source"]
        ]
    assert len(dated) == 79
    assert set(dated) <= stated["2021-07"]


@pytest.mark.parametrize(
    ("kind", "documents", "editions"),
    [("agreement", 179, 179), ("publication", 152, 151)],
    ids=["agreements", "publications"],
)
def test_the_ids_are_those_of_the_tables(listed: dict[str, Any], kind: str, documents: int, editions: int) -> None:
    things = {about for found in listed.values() for entry in found.entries for about in entry.about}
    tables: list[tuple[str, int]] = [("", documents), ("_editions", editions)]
    for suffix, expected in tables:
        name = f"{kind}{suffix}" if suffix else f"{kind}s"
        with (folder("data") / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if "gamechanger-crawlers-nato" in row["source"]]
        keys = [edition_key(row[kind], row["edition"]) if suffix else row["id"] for row in rows]
        same = [key for key in keys if thing(f"{kind}-edition" if suffix else kind, key) in things]
        assert set(keys) - set(same) <= FROM_TITLES
        assert len(same) == expected


@pytest.fixture(scope="module")
def store(captures: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """The three lists as they are recorded, in one graph each."""
    whole = EmbeddedStore()
    for name, path in captures.items():
        into = tmp_path_factory.mktemp(name)
        recorded = record(NsoListReader(), path, Work(f"nso-{name}", "high", None, {}, {}), into)
        whole.load(ox.parse(path=recorded.facts, format=ox.RdfFormat.N_QUADS))
    return whole


def changes(store: EmbeddedStore, earlier: str, later: str) -> dict[str, set[str]]:
    """The documents of each change between two lists."""
    query = Catalogue()["list-changes"]
    terms: dict[str, Any] = {"earlier": thing("source", f"nso-{earlier}"), "later": thing("source", f"nso-{later}")}
    found: dict[str, set[str]] = {}
    for change, document, *_ in store.select(query.with_terms(terms)).rows:
        assert isinstance(change, ox.Literal)
        assert isinstance(document, ox.NamedNode)
        found.setdefault(change.value, set()).add(document.value)
    return found


def test_what_changed_in_half_a_year(store: EmbeddedStore, listed: dict[str, Any]) -> None:
    found = changes(store, "2020-12", "2021-06")
    assert {change: len(documents) for change, documents in found.items()} == {"new": 47, "new-edition": 25, "gone": 59}
    then, now = (
        {
            it.value
            for entry in listed[name].lines
            for it in entry.about
            if kind_of(it.value) in {"agreement", "publication"}
        }
        for name in ("2020-12", "2021-06")
    )
    assert found["new"] == now - then
    # Of two agreements one edition left the list, and another one stayed.
    both = {thing("agreement", key).value for key in ("STANAG-1175", "STANAG-4294")}
    assert found["gone"] == (then - now) | both
    assert thing("agreement", "STANAG-4396").value in found["new-edition"]


def test_a_list_of_what_can_be_downloaded_makes_nothing_gone(store: EmbeddedStore) -> None:
    found = changes(store, "2021-06", "2021-07")
    assert {change: len(documents) for change, documents in found.items()} == {"new": 5, "only-in-earlier": 1372}
    assert set(changes(store, "2021-07", "2021-06")) == {"gone", "only-in-later"}


def test_a_document_under_another_designation_is_pointed_out(store: EmbeddedStore) -> None:
    query = Catalogue()["list-changes"]
    terms: dict[str, Any] = {"earlier": thing("source", "nso-2020-12"), "later": thing("source", "nso-2021-06")}
    table = store.select(query.with_terms(terms))
    records = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    part = [it for it in records if it["document"] == thing("publication", "AOP-29-PART-1")]
    assert [(it["change"].value, it["sameTitle"]) for it in part] == [("gone", thing("publication", "AOP-29"))]  # type: ignore[union-attr]


def test_languages_and_titles(store: EmbeddedStore) -> None:
    languages = Counter(quad.object.value for quad in store.quads() if quad.predicate == dcterms("language"))  # type: ignore[union-attr]
    assert set(languages) == {"en", "fr"}
