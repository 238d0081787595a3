"""From criteria to derived verdicts, and from those and findings to combined ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stanagraph.graph.names import thing
from stanagraph.graph.store import EmbeddedStore
from stanagraph.graph.verdicts import Stale, Verdict, explain

Judge = Callable[[dict[str, Any]], EmbeddedStore]
PROJECTILES = "a:s a :Acceptance ; :acceptingParty i:offered ; :acceptedParty i:needed ; :acceptedComponent component:projectile ."
DIFFERENT_BORE = "i:needed :boreKind bore:smoothbore ; :calibre 120 . i:offered :boreKind bore:rifled ; :calibre 120 ."
LACKS_SETTER = [
    ["munition/round", "fuze-setting", "fuze-setting-method/inductive"],
    ["equipment/gun", "fuze-setting", "fuze-setting-method/manual"],
]


def finding(verdict: str, reason: str) -> str:
    return f"f:one a :CompatibilityFinding ; :equipment e:gun ; :munition m:round ; :documentedVerdict value:{verdict} ; :reasonCode reason:{reason} ."


def ask(store: EmbeddedStore, munition: tuple[str, str] = ("munition", "round")) -> Verdict:
    return explain(store, thing("equipment", "gun"), thing(*munition))


@pytest.mark.parametrize(
    ("case", "derived", "reason", "fits"),
    [
        ({"same": True}, "compatible", None, "yes"),
        ({}, "unknown", None, "not-known"),
        ({"given": DIFFERENT_BORE}, "incompatible", "rifling", "no"),
        ({"same": True, "capabilities": LACKS_SETTER}, "restricted", "fuze-setter", "limited"),
        # What cannot work is not also restricted.
        ({"given": DIFFERENT_BORE, "capabilities": LACKS_SETTER}, "incompatible", "rifling", "no"),
        # The first failing criterion in the order of the criteria gives the reason.
        (
            {"given": f"{DIFFERENT_BORE} i:offered :caseLength 1 . i:needed :caseLength 2 ."},
            "incompatible",
            "case-geometry",
            "no",
        ),
    ],
)
def test_derived_verdict(judge: Judge, case: dict[str, Any], derived: str, reason: str | None, fits: str) -> None:
    found = ask(judge(case))
    assert (found.derived, found.derived_reason_code, found.fits) == (derived, reason, fits)
    assert (found.verdict, found.documented, found.disputed) == (derived, None, False)
    # Neither a hit nor a release is ever assumed.
    assert (found.hits, found.released) == ("not-known", "not-known")


def test_a_family_of_which_only_projectiles_are_accepted_is_restricted(judge: Judge) -> None:
    store = judge({"given": f"{PROJECTILES} i:needed :roundAssembly assembly:separate ."})
    family = ask(store, ("interface", "needed"))
    assert (family.derived, family.derived_reason_code) == ("restricted", "charge-system")
    assert family.criteria[0].ground == "projectile-only"


@pytest.mark.parametrize(
    ("case", "documented", "disputed", "answers"),
    [
        ({"same": True}, ("compatible", "calibre"), False, ("yes", "not-known", "not-known")),
        ({"same": True}, ("incompatible", "pressure"), True, ("no", "not-known", "not-known")),
        ({}, ("compatible", "calibre"), False, ("yes", "not-known", "not-known")),
        ({"given": DIFFERENT_BORE}, ("compatible", "calibre"), True, ("yes", "not-known", "not-known")),
        # A finding about use says nothing about the fit, and a fit says nothing about use.
        ({"same": True}, ("restricted", "fire-control-data"), True, ("yes", "limited", "not-known")),
        ({"same": True}, ("restricted", "safety-qualification"), True, ("yes", "not-known", "not-known")),
        ({"same": True}, ("compatible", "safety-qualification"), False, ("yes", "not-known", "not-known")),
        ({}, ("restricted", "policy"), False, ("not-known", "not-known", "not-known")),
        # Only a finding that tells of release answers for it.
        ({"same": True, "told": "yes"}, ("compatible", "safety-qualification"), False, ("yes", "not-known", "yes")),
        ({"same": True, "told": "no"}, ("restricted", "safety-qualification"), True, ("yes", "not-known", "no")),
        ({"told": "limited"}, ("restricted", "policy"), False, ("not-known", "not-known", "limited")),
    ],
)
def test_a_documented_finding_wins_and_a_contradiction_is_told(
    judge: Judge, case: dict[str, Any], documented: tuple[str, str], disputed: bool, answers: tuple[str, str, str]
) -> None:
    told = (
        f"f:one :documentedRelease <https://w3id.org/stanagraph/id/answer/{case['told']}> ." if "told" in case else ""
    )
    found = ask(judge({**case, "given": case.get("given", "") + finding(*documented) + told}))
    assert (found.verdict, found.reason_code) == documented
    assert (found.documented, found.disputed) == (documented[0], disputed)
    assert (found.fits, found.hits, found.released) == answers


def test_a_finding_changes_nothing_of_what_is_derived(judge: Judge) -> None:
    without = ask(judge({"given": DIFFERENT_BORE}))
    with_finding = ask(judge({"given": DIFFERENT_BORE + finding("compatible", "rifling")}))
    assert (without.derived, without.criteria) == (with_finding.derived, with_finding.criteria)


def test_no_rule_names_an_equipment_or_a_munition() -> None:
    from stanagraph.graph.resources import folder

    for path in (folder("queries") / "derive").glob("*.rq"):
        text = path.read_text(encoding="utf-8")
        assert "/id/equipment/" not in text, path.name
        assert "/id/munition/" not in text, path.name
        assert "/id/interface/" not in text, path.name


def offered(confidence: str) -> str:
    return (
        "<https://w3id.org/stanagraph/id/statement/offers> a :Statement ; :about e:gun , i:offered ;"
        ' :states :offersInterface ; :statedInTable "equipment_interfaces.csv" ; :statedInRow 2 ;'
        f" :confidence <https://w3id.org/stanagraph/id/confidence/{confidence}> ."
        "<https://w3id.org/stanagraph/id/statement/needs> a :Statement ; :about m:round ;"
        ' :states :needsInterface ; :statedInTable "munitions.csv" ; :statedInRow 2 ; :confidence <https://w3id.org/stanagraph/id/confidence/high> .'
    )


def found(confidence: str) -> str:
    return (
        "<https://w3id.org/stanagraph/id/statement/found> a :Statement ; :about f:one ; :statedInRow 2 ;"
        f' :statedInTable "findings.csv" ; :confidence <https://w3id.org/stanagraph/id/confidence/{confidence}> .'
    )


@pytest.mark.parametrize(
    ("case", "weak"),
    [
        ({"same": True, "given": offered("high")}, False),
        # A yes needs every statement that it rests on.
        ({"same": True, "given": offered("low")}, True),
        ({"given": offered("high") + DIFFERENT_BORE}, False),
        ({"given": offered("low") + DIFFERENT_BORE}, True),
        # Nothing is claimed, so nothing can fall.
        ({"given": offered("low")}, False),
        # A documented verdict rests on its finding.
        ({"same": True, "given": offered("low") + finding("compatible", "calibre") + found("high")}, False),
        ({"same": True, "given": offered("high") + finding("compatible", "calibre") + found("low")}, True),
    ],
)
def test_a_verdict_that_would_fall_with_a_statement_of_low_confidence_says_so(
    judge: Judge, case: dict[str, Any], weak: bool
) -> None:
    assert ask(judge(case)).low_confidence is weak


def test_a_verdict_that_a_failed_service_decides_says_so(judge: Judge) -> None:
    given = offered("high") + (
        "<https://w3id.org/stanagraph/id/statement/offers> :statedInSource <https://w3id.org/stanagraph/id/source/old> ."
        "<https://w3id.org/stanagraph/id/source/old> :staleSince"
        ' "2026-01-15T09:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .'
    )
    assert ask(judge({"same": True, "given": given})).stale == (Stale("old", "2026-01-15T09:00:00Z"),)
    assert ask(judge({"same": True, "given": offered("high")})).stale == ()
    # A finding decides before all that is derived.
    documented = given + finding("compatible", "calibre") + found("high")
    assert ask(judge({"same": True, "given": documented})).stale == ()
