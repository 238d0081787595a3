"""Verdicts over the public data: explained, evaluated, and the same wherever they are worked out."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pyoxigraph as ox
import pytest

from stanagraph.graph.bench import Bench, facts_of
from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.evaluation import criteria, evaluate
from stanagraph.graph.names import DERIVED_GRAPH, key_of, term, thing
from stanagraph.graph.store import EmbeddedStore, Store
from stanagraph.graph.verdicts import (
    VERDICTS,
    Criterion,
    Dispute,
    Statement,
    Verdict,
    explain,
    statements,
)

# Where the derived verdict differs from a documented one: known limits, each for want of a public parameter.
KNOWN_LIMITS = {
    ("challenger-3", "eke-120"): "no public record of the qualification",
    ("leopard-2a7", "eke-120"): "no public record of the qualification",
    ("leopard-1a5", "105mm-brazil-stock"): "no release decision stated apart from the finding",
    ("m109a5", "dm72-dm92-esp"): "no chamber volume of the gun: which zones it bears is not stated",
    ("m777a2", "155mm-l39"): "no fire-control data by nation of the shell",
    ("pzh-2000", "vulcano-155-glr"): "no statement of what the round needs from the electronics",
}


def ask(store: EmbeddedStore, equipment: str, munition: str, kind: str = "munition") -> Verdict:
    return explain(store, thing("equipment", equipment), thing(kind, munition))


def test_evaluation_reaches_its_targets(public_store: EmbeddedStore) -> None:
    found = evaluate(public_store)
    assert len(found.compared) == 89
    assert not [pair for pair in found.compared if pair.flips]
    assert found.coverage >= 0.9
    assert found.agreement >= 0.85
    assert {(pair.equipment, pair.munition) for pair in found.disagreements} == set(KNOWN_LIMITS)
    assert sum(found.confusion.values()) == len(found.compared)


# For each reason what is documented, derived, and both: no change of rules or data may find less or cry wolf more.
REASONS = {
    "calibre": (4, 5, 4),
    "case-geometry": (5, 4, 4),
    "chamber-volume": (0, 1, 0),
    "charge-system": (2, 2, 2),
    "fire-control-data": (1, 0, 0),
    "fuze-setter": (1, 1, 1),
    "launcher-interface": (2, 2, 2),
    "policy": (1, 0, 0),
    "pressure": (2, 2, 2),
    "rifling": (2, 2, 2),
    "safety-qualification": (2, 0, 0),
    "software-integration": (1, 0, 0),
}


def test_no_reason_is_found_less_often_than_it_was(public_store: EmbeddedStore) -> None:
    found = evaluate(public_store)
    assert found.agreement >= 83 / 89
    assert found.coverage == 1
    reasons = {it.reason: it for it in found.reasons}
    assert set(reasons) == set(REASONS)
    for name, (documented, derived, both) in REASONS.items():
        it = reasons[name]
        assert it.documented == documented
        assert it.both >= both, f"{name}: fewer are found"
        assert it.derived - it.both <= derived - both, f"{name}: more are found where none is documented"
    assert reasons["calibre"].precision == 4 / 5
    assert reasons["case-geometry"].recall == 4 / 5
    assert reasons["policy"].precision is None
    assert reasons["chamber-volume"].recall is None


def test_no_criterion_fails_a_pair_that_works_or_passes_one_that_does_not(public_store: EmbeddedStore) -> None:
    rows = criteria(public_store)
    works = sum(pair.documented == "compatible" for pair in evaluate(public_store).compared)
    for name in {it.criterion for it in rows}:
        assert sum(it.pairs for it in rows if (it.criterion, it.documented) == (name, "compatible")) == works
    limited = [it for it in rows if it.documented != "compatible"]
    assert sum(it.pairs for it in limited) == len(evaluate(public_store).compared) - works
    assert not [it for it in limited if it.outcome == "satisfied"]
    alarms = {(it.criterion, it.outcome): it.pairs for it in rows if it.documented == "compatible"}
    alarms = {key: count for key, count in alarms.items() if key[1] in ("limited", "violated")}
    assert alarms == {("chamber-pressure", "limited"): 1}


def test_with_findings_the_combined_verdict_agrees_with_each(public_store: EmbeddedStore) -> None:
    for pair in evaluate(public_store).compared:
        assert pair.combined == pair.documented


def test_findings_withheld_change_no_derived_verdict(public_store: EmbeddedStore) -> None:
    """Derived verdicts come from parameters alone: take every finding away and they stay."""
    query = "SELECT ?e ?m { ?f a :CompatibilityFinding ; :equipment ?e ; :munition ?m }"
    rows = public_store.select(f"PREFIX : <https://w3id.org/stanagraph/ns/> {query}").rows
    pairs = [(e, m) for e, m in rows if isinstance(e, ox.NamedNode) and isinstance(m, ox.NamedNode)]
    facts = EmbeddedStore()
    facts.load(quad for quad in public_store.quads() if quad.graph_name != DERIVED_GRAPH and not _of_a_finding(quad))
    with_findings = {(pair.equipment, pair.munition): pair.derived for pair in evaluate(public_store).compared}
    assert len(pairs) == len(with_findings)
    with Bench(facts).of_pairs(pairs) as alone:
        for equipment, munition in pairs:
            verdict = explain(alone, equipment, munition)
            assert verdict.documented is None
            assert verdict.derived == with_findings[verdict.equipment, verdict.munition]


def _of_a_finding(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.NamedNode) and "/id/finding/" in quad.subject.value


# Pairs that nobody documented here, and what plain knowledge of the field expects of them.
PLAIN = [
    ("m777a2", "m107-he", "compatible"),
    ("leopard-2a6", "dm53", "compatible"),
    ("leopard-1a5", "ofl-105-f3", "incompatible"),
    ("challenger-2", "dm63", "incompatible"),
    ("leopard-2a6", "l27-apfsds", "incompatible"),
    ("leopard-2a6", "type-10-apfsds", "incompatible"),
    ("m120-k6", "pr14-he-120", "incompatible"),
    ("m327-efss", "120mm-us-mortar-bombs", "incompatible"),
    ("l119-light-gun", "l31-he-105", "incompatible"),
    ("hk-gmg", "m433-hedp", "incompatible"),
    ("m203", "m430-hedp", "incompatible"),
    ("puma-ifv", "rarden-he", "incompatible"),
    ("caesar-6x6", "m107-he", "compatible"),
    ("pzh-2000", "rh-erc-top-charge", "compatible"),
    ("m109a7", "rh-erc-top-charge", "incompatible"),
    ("m109a7", "dm92-mtls", "restricted"),
    ("m777", "m1156-pgk", "restricted"),
    ("osa-aka", "aim-9m-sidewinder", "restricted"),
    ("gepard", "35x228-ch-stock", "restricted"),
    ("m109a6", "m864-dpicm", "restricted"),
    ("as-90-l52", "155mm-bimodular-somchem", "restricted"),
    ("patriot-pac3-ls", "gem-t", "compatible"),
    ("patriot-pac3-ls", "pac-3-mse", "compatible"),
    ("patriot-pac2-ls", "pac-3-mse", "restricted"),
    ("bm-21", "gmlrs", "incompatible"),
    ("m-46", "ofdm-152", "incompatible"),
    ("m109a6", "dm121", "unknown"),
    ("iris-t-slm", "aim-120-amraam", "unknown"),
    ("fh77a", "m107-he", "unknown"),
    # Not of one class, so worked out on the spot.
    ("leopard-2a6", "m934-he-120", "incompatible"),
    ("m4", "m80-ball", "incompatible"),
    ("pzh-2000", "gmlrs", "incompatible"),
    ("leopard-1a5", "m1-he-105", "incompatible"),
]


@pytest.mark.parametrize(("equipment", "munition", "expected"), PLAIN, ids=str)
def test_plain_pairs(public_store: EmbeddedStore, equipment: str, munition: str, expected: str) -> None:
    assert ask(public_store, equipment, munition).derived == expected


def test_a_pair_on_the_spot_equals_the_pair_of_the_release(public_store: EmbeddedStore) -> None:
    bench = Bench(public_store)
    for equipment, munition in [("m777", "m982-excalibur"), ("challenger-2", "dm53"), ("archer", "155mm-bag-charges")]:
        stored = ask(public_store, equipment, munition)
        with bench.of_pairs([(thing("equipment", equipment), thing("munition", munition))]) as spot:
            assert ask(spot, equipment, munition) == stored


def test_pairs_that_no_report_needs_are_judged_on_one_bench(
    public_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[Store] = []

    def counted(store: Store) -> EmbeddedStore:
        copies.append(store)
        return facts_of(store)

    pairs = [(thing("equipment", "m4"), thing("munition", it)) for it in ("m80-ball", "gmlrs", "m80-ball")]
    expected = [explain(public_store, *pair) for pair in pairs]
    monkeypatch.setattr("stanagraph.graph.bench.facts_of", counted)
    bench = Bench(public_store)
    assert [explain(public_store, *pair, bench) for pair in pairs] == expected
    assert copies == [public_store]


def test_a_verdict_explains_itself(public_store: EmbeddedStore) -> None:
    verdict = ask(public_store, "m777", "m982-excalibur")
    assert (verdict.verdict, verdict.documented, verdict.derived, verdict.disputed) == (
        "restricted",
        "restricted",
        "restricted",
        False,
    )
    assert (verdict.reason_code, verdict.derived_reason_code) == ("fuze-setter", "fuze-setter")
    assert [criterion.name for criterion in verdict.criteria] == [
        "calibre-geometry",
        "bore",
        "charge-form",
        "chamber-pressure",
        "loading",
        "fuze-setting",
        "launcher",
        "fire-control-data",
        "qualification",
        "policy",
    ]
    fuze = verdict.criteria[5]
    assert (fuze.outcome, fuze.ground) == ("limited", "setting-method-lacking")
    assert {(statement.table, statement.confidence) for statement in fuze.evidence} == {
        ("capabilities.csv", "high"),
        ("capabilities.csv", "medium"),
    }
    assert [statement.table for statement in verdict.findings] == ["findings.csv"]


def test_every_violated_or_satisfied_criterion_names_statements(public_store: EmbeddedStore) -> None:
    query = (
        "PREFIX : <https://w3id.org/stanagraph/ns/> SELECT ?a { ?a a :CriterionAssessment ; :outcome ?outcome"
        " OPTIONAL { ?a :restsOn ?s } FILTER(!BOUND(?s)) VALUES ?outcome {"
        " <https://w3id.org/stanagraph/id/outcome/violated> <https://w3id.org/stanagraph/id/outcome/satisfied>"
        " <https://w3id.org/stanagraph/id/outcome/limited> } }"
    )
    assert public_store.select(query).rows == []


def test_low_confidence_is_told() -> None:
    low = Statement("s", "capabilities.csv", 2, "low", "common-knowledge", None, None, None, None, None)
    high = dataclasses.replace(low, confidence="high")
    assert Criterion("bore", "satisfied", "bore-equal", (low,)).rests_on_low_confidence_alone
    assert not Criterion("bore", "satisfied", "bore-equal", (low, high)).rests_on_low_confidence_alone
    assert not Criterion("bore", "not-known", "bore-not-stated", ()).rests_on_low_confidence_alone


def test_all_verdict_values_are_known(public_store: EmbeddedStore) -> None:
    rows = public_store.select("SELECT DISTINCT ?v { ?x <https://w3id.org/stanagraph/ns/combinedVerdict> ?v }").rows
    assert {key_of(cell.value) for (cell,) in rows if isinstance(cell, ox.NamedNode)} == set(VERDICTS)


def test_the_number_of_pairs_of_every_gap_is_the_number_of_its_rows(public_store: EmbeddedStore) -> None:
    """Of the first gaps of each cause: tests/rules compares the pairs of all gaps at once."""
    catalogue = Catalogue()
    seen: Counter[str] = Counter()
    for record in catalogue.ask(public_store, "gaps").records():
        seen[record["cause"].value] += 1
        if seen[record["cause"].value] <= 3:
            key = record["gap"].value.partition("/id/gap/")[2]
            rows = catalogue.ask(public_store, "blocked-pairs", {"gap": key}).rows
            assert len(rows) == int(record["pairs"].value), key


DISPUTED = """
@base <https://w3id.org/stanagraph/id/> .
@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<statement/book/1> :statedInSource <source/book> ; :statedInTable "book.xlsx" ; :statedInSheet "guns" ; :statedInRow 4 ;
    prov:hadPrimarySource <source/book> ; :confidence <confidence/low> .
<statement/list> :statedInSource <source/list> ; :statedInTable "list.json" ; prov:hadPrimarySource <source/page> ;
    :confidence <confidence/high> .
<statement/guns/2> :statedInSource <source/stanagraph-public-data> ; :statedInTable "guns.csv" ; :statedInRow 2 ;
    prov:hadPrimarySource <source/page> ; :confidence <confidence/high> .
<disagreement/1> :disagreementAbout <equipment/gun> ; :disagreementOn :calibre ;
    :decidedBy <precedence-basis/confidence> ;
    :hasClaim <claim/1> , <claim/2> .
<claim/1> :claimedValue 155.0 ; :claimedIn <statement/list> , <statement/guns/2> ; :prevails true .
<claim/2> :claimedValue 152.4 ; :claimedIn <statement/book/1> ; :prevails false .
"""


def test_a_statement_says_where_it_stands_and_where_other_sources_contradict_it() -> None:
    store = EmbeddedStore()
    store.load(ox.parse(DISPUTED, ox.RdfFormat.TURTLE))
    found = statements(store, {thing("statement", key) for key in ("book/1", "list", "guns/2")})
    by_key = {key_of(iri): statement for iri, statement in found.items()}
    assert {key: statement.place for key, statement in by_key.items()} == {
        "book/1": "book: book.xlsx, guns:4",
        "list": "list: list.json",
        "guns/2": "data/guns.csv:2",
    }
    gun, calibre = thing("equipment", "gun").value, term("calibre").value
    assert by_key["book/1"].disputes == (Dispute(gun, calibre, "152.4", False, "confidence"),)
    assert by_key["list"].disputes == by_key["guns/2"].disputes == (Dispute(gun, calibre, "155", True, "confidence"),)
