"""Whom a described system would work with: the same as a release says of the same type, by the same rules."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from stanagraph.api.conformance.description import Description
from stanagraph.api.conformance.partners import partners
from stanagraph.api.conformance.prepared import Prepared
from stanagraph.graph import bench
from stanagraph.graph.bench import facts_of
from stanagraph.graph.names import key_of, thing
from stanagraph.graph.store import EmbeddedStore, Store

_KNOWN = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?thing ?verdict ?fits ?reason WHERE {{
  ?pair a :Verdict ; {mine} {it} ; {theirs} ?thing ; :derivedVerdict ?verdict ; :derivedFits ?fits .
  OPTIONAL {{ ?pair :derivedReasonCode ?reason }}
  OPTIONAL {{ ?pair :documentedVerdict ?documented }}
  FILTER(!BOUND(?documented))
}}
"""
WHOLE = {"confidence": "high", "evidence": [{"title": "Data sheet"}]}


@pytest.fixture(scope="module")
def known(public_store: EmbeddedStore) -> Prepared:
    return Prepared(public_store)


def release_says(store: EmbeddedStore, kind: str, key: str) -> dict[str, tuple[str, str, str | None]]:
    mine, theirs = (":munition", ":equipment") if kind == "munition" else (":equipment", ":munition")
    rows = store.select(_KNOWN.format(mine=mine, theirs=theirs, it=thing(kind, key))).rows
    keys = [[key_of(it.value) if isinstance(it, ox.NamedNode) else None for it in row] for row in rows]
    return {str(row[0]): (str(row[1]), str(row[2]), row[3]) for row in keys}


def described(store: EmbeddedStore, kind: str, key: str) -> Description:
    """A type of the release under another name."""

    def cells(query: str) -> list[list[str]]:
        head = "PREFIX : <https://w3id.org/stanagraph/ns/> SELECT DISTINCT"
        rows = store.select(f"{head} {query}").rows
        return [[key_of(it.value) if isinstance(it, ox.NamedNode | ox.Literal) else "" for it in row] for row in rows]

    it = thing(kind, key)
    joined = ":needsInterface" if kind == "munition" else ":offersInterface"
    values = cells(
        f"?p ?low ?high ?unit {{ ?v :parameterOf {it} ; :aboutParameter ?p ; :unit ?unit ; "
        ":lowNumber ?low ; :highNumber ?high }"
    )
    told = {
        "id": "another",
        "name": "another",
        "kind": kind,
        "interfaces": [row[0] for row in cells(f"?i {{ {it} {joined} ?i }}")],
        "capabilities": [
            {"capability": name, "value": value}
            for name, value in cells(f"?k ?v {{ ?c :capabilityOf {it} ; :capabilityKind ?k ; :capabilityValue ?v }}")
        ],
        "values": [
            {"parameter": name, "low": low, "high": high, "unit": unit.rpartition("/")[2]}
            for name, low, high, unit in values
        ],
    }
    if kind == "munition":
        told["munition_kind"] = cells(f"?k {{ {it} :munitionKind ?k }}")[0][0]
    return Description.model_validate(told | WHOLE)


@pytest.mark.parametrize(
    ("kind", "key"), [("munition", "m795-he"), ("munition", "155mm-bag-charges"), ("equipment", "k9-thunder")]
)
def test_the_same_type_has_the_same_verdicts(public_store: EmbeddedStore, known: Prepared, kind: str, key: str) -> None:
    expected = release_says(public_store, kind, key)
    found = {
        it.thing: (it.verdict, it.fits, it.reason_code) for it in partners(known, described(public_store, kind, key))
    }
    assert expected
    differing = {name: (found.get(name), said) for name, said in expected.items() if found.get(name) != said}
    assert differing == {}


def test_what_was_judged_leaves_nothing_for_the_next(public_store: EmbeddedStore, known: Prepared) -> None:
    first, other = described(public_store, "munition", "m795-he"), described(public_store, "equipment", "k9-thunder")
    alone = partners(Prepared(public_store), first)
    assert alone
    for _ in range(2):
        assert partners(known, other) != alone
        assert partners(known, first) == alone
    bare = first.model_copy(update={"values": (), "capabilities": ()})
    assert partners(known, bare) == partners(Prepared(public_store), bare)


def test_facts_are_laid_out_once(public_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[Store] = []

    def counted(store: Store) -> EmbeddedStore:
        copies.append(store)
        return facts_of(store)

    monkeypatch.setattr(bench, "facts_of", counted)
    monkeypatch.setattr(bench, "_USES", 3)
    prepared, description = Prepared(public_store), described(public_store, "munition", "m795-he")
    for _ in range(3):
        partners(prepared, description)
    assert len(copies) == 1
    partners(prepared, description)
    assert len(copies) == 2, "laid out anew"


def test_nations_are_those_that_have_the_type(public_store: EmbeddedStore, known: Prepared) -> None:
    told = {"id": "a", "name": "a", "kind": "munition", "interfaces": ["5.56x45"], "munition_kind": "cartridge"}
    found = partners(known, Description.model_validate(told))
    m4 = next(it for it in found if it.thing == "m4")
    assert (m4.verdict, m4.fits, m4.hits, m4.released) == ("compatible", "yes", "not-known", "not-known")
    assert m4.nations
    assert m4.low_confidence, "nobody tells how far the description is to be trusted"
    sure = partners(known, Description.model_validate(told | WHOLE))
    assert not next(it for it in sure if it.thing == "m4").low_confidence


def test_without_an_interface_nothing_is_known(public_store: EmbeddedStore, known: Prepared) -> None:
    told = {"id": "a", "name": "a", "kind": "munition"}
    assert partners(known, Description.model_validate(told)) == ()


@pytest.mark.long
def test_what_is_not_trusted_enough_decides_nothing(public_store: EmbeddedStore, known: Prepared) -> None:
    told = {
        "id": "a", "name": "a", "kind": "munition", "interfaces": ["155mm-l39"], "munition_kind": "projectile-HE",
        "capabilities": [{"capability": "fuze-setting", "value": "inductive", "confidence": "low"}],
        "evidence": [{"title": "Leaflet"}],
    }  # fmt: skip
    description = Description.model_validate(told)
    weak = {it.thing: it.verdict for it in partners(known, description, "low")}
    strong = {it.thing: it.verdict for it in partners(known, description, "medium")}
    bare = Description.model_validate({name: said for name, said in told.items() if name != "capabilities"})
    assert strong == {it.thing: it.verdict for it in partners(known, bare, "medium")}
    assert set(weak) == set(strong)
