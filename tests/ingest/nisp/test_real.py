"""The real archive: what its README counts is found, every oddity is counted, and the shapes accept what it states."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import RDF_TYPE, dcterms, graph, term
from stanagraph.graph.ontology.check import rules_over
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest import facts
from stanagraph.ingest.read import read as read_tables
from stanagraph.ingest.sources import nisp
from stanagraph.ingest.validate import validate

PAGE = Path(__file__).parents[3] / "docs" / "nisp-mapping.md"
COUNTS = {
    "standards": 1257,
    "cover documents": 92,
    "service profiles": 413,
    "profiles": 95,
    "capability profiles": 35,
    "obligations": 1951,
    "taxonomy nodes": 632,
    "organizations": 73,
    "responsible parties": 50,
    "profile specifications": 28,
    "groups of standards": 651,
    "changes of records": 4981,
    "records": 2675,
    "pages of the web site": 12,
    "folders": 10,
    "members": 2697,
}
LEADING_NOWHERE = {
    "publication/XMPP-XEP-0128",
    "publication/XMPP-XEP-0131",
    "publication/MIP-V4.2",
    "profile/sip-rest-rest-security",
    "profile/sip-rest-msg-rest-messaging",
}
# Editions that the tables have too, at the same address.
SHARED = {
    "agreement-edition/STANAG-1059/8",
    "agreement-edition/STANAG-4329/5",
    "agreement-edition/STANAG-4586/4",
    "agreement-edition/STANAG-4774/1",
    "agreement-edition/STANAG-4778/1",
    "agreement-edition/STANAG-6014/4",
    "agreement-edition/STANAG-6015/5",
    "publication-edition/AAITP-9/A-v1",
    "publication-edition/ADatP-4774/A-v1",
    "publication-edition/ADatP-4778/A-v1",
    "publication-edition/AEP-84-VOL-I/A-v1",
    "publication-edition/AEP-84-VOL-II/A-v1",
    "publication-edition/AMETOCP-4-VOL-I/A-v1",
    "publication-edition/AMETOCP-4-VOL-II/A-v1",
    "agreement-edition/ASCA-012/07-02-amended",
}


@pytest.fixture(scope="module")
def reading(archive: Path, reads: Callable[..., Any]) -> Any:
    return reads(archive, known={"agreement": {"ASCA-012"}})


@pytest.fixture(scope="module")
def tables(notations: dict[str, frozenset[str]]) -> list[ox.Quad]:
    """The facts of the public tables."""
    return list(facts.quads(read_tables(folder("data"), notations, lambda table: None)))


def test_the_archive_holds_what_its_readme_counts(reading: Any) -> None:
    assert reading.work.account.counts == COUNTS
    assert len(reading.entries) == COUNTS["records"]
    assert COUNTS["members"] == sum(COUNTS[it] for it in ("records", "pages of the web site", "folders"))
    assert reading.work.faults == []


def test_each_kind_of_oddity_is_documented_with_its_number(reading: Any) -> None:
    text = PAGE.read_text(encoding="utf-8").partition("\n## What is remarked\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", text, re.MULTILINE)
    found = Counter(remark.code for remark in reading.remarks)
    assert found == {code: int(number) for code, number in rows if int(number)}
    source = "".join(path.read_text(encoding="utf-8") for path in folder_of_the_reader().glob("*.py"))
    said = set(re.findall(r'(?:remark|lost|not_loaded|_not_loaded)\(\s*(?:[\w.]+, )*"([a-z-]+)"', source))
    said |= set(re.findall(r'fault=\("([a-z-]+)"', source))
    assert sorted(said - {code for code, _ in rows}) == []


def folder_of_the_reader() -> Path:
    return Path(nisp.__file__).parent


def test_what_leads_nowhere_is_a_thing_with_its_name(reading: Any) -> None:
    said = {remark.text.split()[-1] for remark in reading.remarks if remark.code.startswith("dangling")}
    assert said == {"xmpp-xep-0128", "xmpp-xep-0131", "mip-v4.2"} | {
        name.removeprefix("profile/") for name in LEADING_NOWHERE if name.startswith("profile/")
    }
    for name in LEADING_NOWHERE:
        assert len(reading.of(name)["label"]) == 1


def test_every_record_is_a_thing_of_its_own(reading: Any) -> None:
    notations: dict[str, set[str]] = {}
    documents = [e for e in reading.entries if e.place.sheet in ("standard", "coverdoc")]
    for entry in documents:
        notations.setdefault(entry.about[0].value, set()).add(entry.key)
    assert len(notations) == len(documents) == COUNTS["standards"] + COUNTS["cover documents"]


def test_editions_meet_those_of_the_tables_at_one_address(reading: Any, tables: list[ox.Quad]) -> None:
    editions = {term("AgreementEdition"), term("PublicationEdition")}
    here = {said.subject for e in reading.entries for said in e.facts if said.value in editions}
    there = {quad.subject for quad in tables if quad.object in editions}
    assert {node.value.partition("/id/")[2] for node in here & there} == SHARED
    # The key of a thing is its identifier in either.
    key = dcterms("identifier")
    ours = {(said.subject, said.value) for e in reading.entries for said in e.facts if said.predicate == key}
    theirs = {quad.subject: quad.object for quad in tables if quad.predicate == key}
    assert [subject for subject, value in ours if theirs.get(subject, value) != value] == []


def quads(reading: Any) -> Iterator[ox.Quad]:
    where = graph("nisp")
    for entry in reading.entries:
        for said in entry.facts:
            yield ox.Quad(said.subject, said.predicate, said.value, where)


def ontology() -> Iterator[ox.Quad]:
    for triple in triples_of(Ontology.read(folder("ontology")).core):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, graph("ontology"))


def test_the_rules_over_a_release_find_nothing(reading: Any, tables: list[ox.Quad]) -> None:
    store = EmbeddedStore()
    store.load([*ontology(), *tables, *quads(reading)])
    for rule in rules_over("release", folder("queries") / "checks"):
        assert store.select(rule.text).rows == [], rule.name


def test_the_shapes_accept_the_small_archive(small: SimpleNamespace, read: Callable[..., Any]) -> None:
    faults, _ = validate([*ontology(), *quads(read(small.pages))], folder("ontology") / "shapes")
    assert faults == []


@pytest.mark.long
def test_the_shapes_accept_the_whole(reading: Any, tables: list[ox.Quad]) -> None:
    faults, _ = validate([*ontology(), *tables, *quads(reading)], folder("ontology") / "shapes")
    assert faults == []
    assert (term("Profile")) in {quad.object for quad in quads(reading) if quad.predicate == RDF_TYPE}
