"""Each cause of a gap on a graph of two nations: when it opens, what it blocks, what would close it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import key_of
from stanagraph.graph.store import EmbeddedStore

Judge = Callable[[dict[str, Any]], EmbeddedStore]

# AAA operates the gun, BBB stocks the round: one pair, and whatever the case adds.
TWO_NATIONS = """
    <https://w3id.org/stanagraph/id/nation/AAA> a :Nation ; :isoCode "AAA" .
    <https://w3id.org/stanagraph/id/nation/BBB> a :Nation ; :isoCode "BBB" .
    <https://w3id.org/stanagraph/id/holding/1> :holdingOf e:gun ; :byNation <https://w3id.org/stanagraph/id/nation/AAA> ;
        :holdingStatus <https://w3id.org/stanagraph/id/holding-status/in-service> .
    <https://w3id.org/stanagraph/id/statement/holdings/1> a :Statement ; :about <https://w3id.org/stanagraph/id/holding/1> ;
        :asOf "2021"^^<http://www.w3.org/2001/XMLSchema#gYear> .
    <https://w3id.org/stanagraph/id/munition-use/1> :useOf m:round ; :byNation <https://w3id.org/stanagraph/id/nation/BBB> ;
        :useStatus <https://w3id.org/stanagraph/id/use-status/in-service> .
"""
AGREED = """
    i:offered :governance <https://w3id.org/stanagraph/id/governance/agreement> ; :governedBy <https://w3id.org/stanagraph/id/agreement/S> .
    <https://w3id.org/stanagraph/id/agreement/S> a :Agreement .
    <https://w3id.org/stanagraph/id/agreement-edition/S/2> a :AgreementEdition ; :editionNumber "2" ;
        :editionOf <https://w3id.org/stanagraph/id/agreement/S> ; :documentStatus <https://w3id.org/stanagraph/id/document-status/current> .
"""
BORE = "i:needed :boreKind bore:smoothbore . i:offered :boreKind bore:rifled ."


def finding(verdict: str, reason: str) -> str:
    return f"f:one a :CompatibilityFinding ; :equipment e:gun ; :munition m:round ; :documentedVerdict value:{verdict} ; :reasonCode reason:{reason} ."


def stand(kind: str, more: str, edition: str = "2") -> str:
    link = "toEdition" if kind == "NationalResponse" else "implementsEdition"
    return (
        f"<https://w3id.org/stanagraph/id/stand/{kind}> a :{kind} ; :byNation <https://w3id.org/stanagraph/id/nation/AAA> ;"
        f" :{link} <https://w3id.org/stanagraph/id/agreement-edition/S/{edition}> ; {more} ."
        f"<https://w3id.org/stanagraph/id/statement/{kind}> a :Statement ; :about <https://w3id.org/stanagraph/id/stand/{kind}> ."
    )


ACCEPTED = ":responseKind <https://w3id.org/stanagraph/id/response-kind/accepted>"
REFUSED = ":responseKind <https://w3id.org/stanagraph/id/response-kind/not-accepted>"
IMPLEMENTED = ":implementationState <https://w3id.org/stanagraph/id/implementation-state/implemented>"
NOT_IMPLEMENTED = ":implementationState <https://w3id.org/stanagraph/id/implementation-state/not-implemented>"
RESERVED = f"{ACCEPTED} ; :hasReservation <https://w3id.org/stanagraph/id/reservation/1>"
FIRST_EDITION = (
    '<https://w3id.org/stanagraph/id/agreement-edition/S/1> a :AgreementEdition ; :editionNumber "1" ;'
    " :editionOf <https://w3id.org/stanagraph/id/agreement/S> ."
)
SECOND_USER = (
    "<https://w3id.org/stanagraph/id/holding/2> :holdingOf e:gun ; :byNation <https://w3id.org/stanagraph/id/nation/BBB> ;"
    " :holdingStatus <https://w3id.org/stanagraph/id/holding-status/in-service> ."
)
INTERFACE_ROW = (
    "<https://w3id.org/stanagraph/id/statement/i> a :Statement ; :about i:offered ; :states :inMunitionClass ."
)
MUNITION_ROW = "<https://w3id.org/stanagraph/id/statement/m> a :Statement ; :about m:round ; :states :needsInterface ."
MADE_BY_AAA = "m:round :producedIn <https://w3id.org/stanagraph/id/nation/AAA> ."

CASES: list[tuple[str, dict[str, Any], str, int, str]] = [
    ("bores differ", {"given": BORE}, "technical/AAA/gun/needed/rifling", 1, "adapt-or-replace/AAA/gun"),
    (
        "a launcher that takes the missile after conversion",
        {
            "weapons": ["missile-canister", "missile-canister"],
            "given": "a:after a :Acceptance ; :acceptingParty e:gun ; :acceptedParty i:needed ;"
            " :acceptanceCondition condition:after-conversion .",
        },
        "technical/AAA/gun/needed/launcher-interface",
        1,
        "adapt-or-replace/AAA/gun",
    ),
    ("nothing is stated", {}, "not-known/AAA/gun/needed", 1, "find-out/gun/needed"),
    (
        "documented, not yet qualified",
        {"same": True, "given": finding("restricted", "safety-qualification")},
        "not-qualified/AAA/gun/offered/safety-qualification",
        1,
        "qualify/AAA/gun/round",
    ),
    (
        "documented, data lacking",
        {"same": True, "given": finding("restricted", "fire-control-data")},
        "no-fire-control-data/AAA/gun/offered/fire-control-data",
        1,
        "obtain-fire-control-data/AAA/gun/round",
    ),
    (
        "documented, software lacking",
        {"same": True, "given": finding("restricted", "software-integration")},
        "technical/AAA/gun/offered/software-integration",
        1,
        "integrate-software/gun/round",
    ),
    (
        "release refused",
        {
            "same": True,
            "given": "<https://w3id.org/stanagraph/id/policy-restriction/1> a :PolicyRestriction ; :restrictsMunition m:round .",
        },
        "policy/AAA/gun/offered/policy",
        1,
        "lift-policy/round",
    ),
    (
        "two nations, no agreement",
        {
            "same": True,
            "given": f"{SECOND_USER} {INTERFACE_ROW} i:offered :governance <https://w3id.org/stanagraph/id/governance/none> .",
        },
        "no-standard/interface/offered",
        1,
        "agree-standard/offered",
    ),
    (
        "two nations, and no source says who governs",
        {
            "same": True,
            "given": f"{SECOND_USER} {INTERFACE_ROW} i:offered :governance <https://w3id.org/stanagraph/id/governance/not-known> .",
        },
        "not-known/interface/offered",
        1,
        "find-out/offered",
    ),
    (
        "one producing nation",
        {"same": True, "given": f"{MUNITION_ROW} {MADE_BY_AAA}"},
        "single-source/round",
        1,
        "second-source/round",
    ),
    (
        "refused",
        {"same": True, "given": AGREED + stand("NationalResponse", REFUSED)},
        "not-accepted/AAA/agreement/S/2",
        1,
        "accept-edition/AAA/S/2",
    ),
    (
        "accepted, stated not to be implemented",
        {
            "same": True,
            "given": AGREED + stand("NationalResponse", ACCEPTED) + stand("NationalImplementation", NOT_IMPLEMENTED),
        },
        "accepted-not-implemented/AAA/agreement/S/2",
        1,
        "implement/AAA/S/2",
    ),
    (
        "accepted with a reservation",
        {"same": True, "given": AGREED + stand("NationalResponse", RESERVED)},
        "reservation/AAA/agreement/S/2",
        1,
        "lift-reservation/AAA/S/2",
    ),
    (
        "implements the edition before the current one",
        {"same": True, "given": AGREED + FIRST_EDITION + stand("NationalImplementation", IMPLEMENTED, "1")},
        "edition-mismatch/AAA/agreement/S/1",
        1,
        "adopt-current-edition/AAA/S/1",
    ),
    (
        "uses the interface and has told nothing",
        {"same": True, "given": AGREED},
        "not-known/AAA/agreement/S/2",
        1,
        "find-out/AAA/S/2",
    ),
]


def gaps(judge: Judge, case: dict[str, Any]) -> dict[str, tuple[int, str]]:
    store = judge({**case, "given": case.get("given", "") + TWO_NATIONS, "before": "99"})
    found = {}
    for record in Catalogue().ask(store, "gaps").records():
        gap, pairs, action = record["gap"], record["pairs"], record["action"]
        assert isinstance(gap, ox.NamedNode)
        assert isinstance(pairs, ox.Literal)
        assert isinstance(action, ox.NamedNode)
        found[key_of(gap.value)] = (int(pairs.value), key_of(action.value))
    return found


@pytest.mark.parametrize(("why", "case", "gap", "pairs", "action"), CASES, ids=[case[0] for case in CASES])
def test_a_gap_opens_with_its_pairs_and_its_action(
    judge: Judge, why: str, case: dict[str, Any], gap: str, pairs: int, action: str
) -> None:
    assert gaps(judge, case) == {gap: (pairs, action)}


@pytest.mark.parametrize(
    ("why", "case"),
    [
        ("it fits", {"same": True}),
        ("another launcher does not take a guided missile", {"weapons": ["missile-canister", "missile-rail"]}),
        ("nor is it known to", {"weapons": ["missile-canister", "missile-canister"]}),
        (
            "a nation may rest on two editions",
            {
                "same": True,
                "given": AGREED
                + FIRST_EDITION
                + stand("NationalImplementation", IMPLEMENTED, "1")
                + stand("NationalResponse", ACCEPTED),
            },
        ),
        (
            "a nation's own product is no dependence",
            {
                "same": True,
                "given": f"{MUNITION_ROW} m:round :producedIn <https://w3id.org/stanagraph/id/nation/BBB> .",
            },
        ),
        (
            "two producers",
            {
                "same": True,
                "given": f"{MUNITION_ROW} {MADE_BY_AAA} m:round :producedIn <https://w3id.org/stanagraph/id/nation/CCC> .",
            },
        ),
        (
            "one nation alone needs no agreement",
            {
                "same": True,
                "given": f"{INTERFACE_ROW} i:offered :governance <https://w3id.org/stanagraph/id/governance/none> .",
            },
        ),
        (
            "accepted, and of the implementation nothing is known",
            {
                "same": True,
                "given": AGREED + stand("NationalResponse", ACCEPTED),
            },
        ),
    ],
)
def test_no_gap_without_its_cause(judge: Judge, why: str, case: dict[str, Any]) -> None:
    assert gaps(judge, case) == {}


def test_the_pairs_behind_the_number_can_be_listed(judge: Judge) -> None:
    store = judge({"given": BORE + TWO_NATIONS, "before": "99"})
    rows = list(Catalogue().ask(store, "blocked-pairs", {"gap": "technical/AAA/gun/needed/rifling"}).records())
    assert [(key_of(row["using"].value), key_of(row["munition"].value)) for row in rows] == [("AAA", "round")]


def test_a_gap_is_held_since_the_first_dated_statement_of_the_equipment(judge: Judge) -> None:
    store = judge({"given": BORE + TWO_NATIONS, "before": "99"})
    (record,) = Catalogue().ask(store, "gaps").records()
    assert record["since"].value == "2021-01-01"
    assert Catalogue().ask(store, "gaps", {"asOf": "2020-12-31"}).rows == []
    assert len(Catalogue().ask(store, "gaps", {"asOf": "2021-01-01"}).rows) == 1


def closing(store: EmbeddedStore) -> list[tuple[str, bool, str | None]]:
    return [
        (key_of(row["action"].value), row["instead"].value == "true", row["nation"] and key_of(row["nation"].value))
        for row in Catalogue().ask(store, "closing-actions").records()
    ]


def test_who_replaces_a_launcher_has_no_software_left_to_integrate(judge: Judge) -> None:
    store = judge({"same": True, "given": finding("restricted", "software-integration") + TWO_NATIONS, "before": "99"})
    assert closing(store) == [
        ("integrate-software/gun/round", False, None),
        ("adapt-or-replace/AAA/gun", True, "AAA"),
    ]


def test_who_refused_an_edition_and_does_not_implement_it_has_both_to_do(judge: Judge) -> None:
    given = AGREED + stand("NationalResponse", REFUSED) + stand("NationalImplementation", NOT_IMPLEMENTED)
    store = judge({"same": True, "given": given + TWO_NATIONS, "before": "99"})
    assert closing(store) == [("accept-edition/AAA/S/2", False, "AAA"), ("implement/AAA/S/2", False, "AAA")]


def test_the_pairs_of_all_gaps_are_the_pairs_of_each(public_store: EmbeddedStore) -> None:
    catalogue = Catalogue()
    totals: dict[str, int] = {}
    for row in catalogue.ask(public_store, "gap-pairs").records():
        gap = row["gap"].value
        totals[gap] = totals.get(gap, 0) + int(row["pairs"].value)
    told = {row["gap"].value: int(row["pairs"].value) for row in catalogue.ask(public_store, "gaps").records()}
    assert {gap: count for gap, count in told.items() if count} == totals
