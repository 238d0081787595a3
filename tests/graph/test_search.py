"""Search: what is meant is found, by id, name or alias, in both languages, and with slips of the pen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.names import THINGS
from stanagraph.graph.search import KINDS, Index, likeness, plain
from stanagraph.graph.store import EmbeddedStore


@pytest.fixture(scope="module")
def index(public_store: EmbeddedStore) -> Index:
    return Index.of(public_store)


@pytest.mark.parametrize(
    ("asked", "first", "how"),
    [
        ("pzh-2000", "equipment/pzh-2000", "id"),
        ("PZH 2000", "equipment/pzh-2000", "id"),
        ("pzh2000", "equipment/pzh-2000", "id"),
        ("Panzerhaubitze 2000", "equipment/pzh-2000", "name"),
        ("panzerhaubize", "equipment/pzh-2000", "name"),
        ("stanag4425", "agreement/STANAG-4425", "id"),
        ("Stanag 4425", "agreement/STANAG-4425", "id"),
        ("Poland", "nation/POL", "name"),
        ("Pologne", "nation/POL", "name"),
        ("Poalnd", "nation/POL", "name"),
        ("ALLEMAGNE", "nation/DEU", "name"),
        ("DM 121", "munition/dm121", "id"),
        ("excalibr", "munition/m982-excalibur", "id"),
        ("M61 Vulcan", "equipment/m61-vads", "name"),
    ],
)
def test_what_is_meant_comes_first(index: Index, asked: str, first: str, how: str) -> None:
    hit = index.find(asked)[0]
    assert (hit.iri, hit.how) == (THINGS + first, how)
    assert 72 <= hit.score <= 100


def test_what_is_exact_comes_before_what_is_near(index: Index) -> None:
    hits = index.find("leopard 2a7")
    assert hits[0].score == 100
    assert all(hit.score < 100 for hit in hits[1:])
    assert len({hit.iri for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_words_of_a_french_name_find_it(index: Index) -> None:
    assert "interface/155mm-l52-jbmou" in {hit.iri.removeprefix(THINGS) for hit in index.find("obusier 155 joint")} | {
        hit.iri.removeprefix(THINGS) for hit in index.find("obusier 155")
    }


def test_only_the_kinds_that_are_wanted(index: Index) -> None:
    assert {hit.kind for hit in index.find("155mm", ("interface",), 50)} == {"interface"}
    assert len(index.find("155", limit=7)) == 7


@pytest.mark.parametrize("asked", ["zzzzqq", "!!!", "", "   ", "\x00", "💣"])
def test_nothing_is_like_nothing(index: Index, asked: str) -> None:
    assert index.find(asked) == []


@given(st.text(max_size=120))
def test_nothing_that_is_typed_fails(index: Index, asked: str) -> None:
    assert all(72 <= hit.score <= 100 and hit.kind in KINDS for hit in index.find(asked))


@given(st.text(max_size=40))
def test_a_plain_text_is_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text.upper()) == plain(text.upper().lower())


def test_every_thing_is_found_by_its_id(index: Index, public_store: EmbeddedStore) -> None:
    query = "SELECT ?it { ?it a <https://w3id.org/stanagraph/ns/EquipmentType> }"
    for (it,) in public_store.select(query).rows:
        iri = getattr(it, "value", "")
        assert index.find(iri.rpartition("/")[2], ("equipment",), 1)[0].iri == iri


def test_likeness_is_none_of_chance() -> None:
    assert likeness("vulcano", "can") < 72
    assert likeness("excalibr", "m 982 excalibur") > likeness("excalibr", "calibre")
