"""Which edition of which document a designation of the NISP names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.ingest.sources.nisp.identity import Identity, agrees, identify, set_apart


@pytest.mark.parametrize(
    ("publisher", "number", "version", "iri", "types"),
    [
        ("nato", "STANAG 4774 Ed 1", "", "agreement-edition/STANAG-4774/1", "Stanag"),
        ("nato", "STANREC 5635 Ed. 1", "", "agreement-edition/STANREC-5635/1", "Stanrec"),
        ("nato", "STANAG 4415 Ed 2", "1", "agreement-edition/STANAG-4415/2", "Stanag"),
        ("nato-e", "STANAG FT (Study) 5516 Ed 9", "", "agreement-edition/STANAG-5516/9", "Stanag"),
        ("nato", "STANAG 4193 Ed 3 P1", "", "agreement-edition/STANAG-4193-PART-1/3", "Stanag"),
        ("nato", "AEP-76 Vol I Ed A Ver 2", "(A)(2)", "publication-edition/AEP-76-VOL-I/A-v2", "AlliedPublication"),
        ("nato", "AEDP-07 Ed 2 Ver 1", "", "publication-edition/AEDP-7/2-v1", "AlliedPublication"),
        (
            "nato",
            "AComP-5651 (Study) Ed A Ver 1 - Vol 2",
            "1",
            "publication-edition/AComP-5651-VOL-2/A-v1",
            "AlliedPublication",
        ),
        ("nato", "AMP-11 VOL 06 PART A Ver 3", "", "publication-edition/AMP-11-VOL-6-PART-A/v3", "AlliedPublication"),
        ("nmsg", "AMSP-04 (STANREC 4800)", "", "publication-edition/AMSP-4/unstated", "AlliedPublication"),
        ("cceb", "ACP 113(AJ) Change 5", "Change 5", "publication-edition/ACP-113/AJ-Change-5", "AlliedPublication"),
        ("nato", "ACP 190 NS-1(C) ", "", "publication-edition/ACP-190-NS-1/C", "AlliedPublication"),
        ("nato", "NINE-Core", "", "publication-edition/NATO-NINE-CORE/unstated", "Publication"),
        ("ietf", "RFC 8212", "", "publication-edition/IETF-RFC-8212/unstated", "CivilStandard"),
        ("iso", "32000-2", "Ed 2", "publication-edition/ISO-32000-2/2", "CivilStandard"),
        ("siso", "SISO-STD-020-2020", "1.0", "publication-edition/SISO-STD-020-2020/1.0", "CivilStandard"),
        ("xmpp", "XEP-0199 (2019/03)", "2.0.1", "publication-edition/XMPP-XEP-0199/2.0.1", "CivilStandard"),
        ("xmpp", "XEP-0004 (2020/05)", "", "publication-edition/XMPP-XEP-0004/2020-05", "CivilStandard"),
        ("us-dod", "MIL-STD-6017B", "", "national-document/MIL-STD-6017B", "NationalDocument"),
        ("nist", "SP 800-56A Rev 3", "Rev 3", "national-document/NIST-SP-800-56A-REV-3", "NationalDocument"),
    ],
)
def test_a_designation_names_one_edition(publisher: str, number: str, version: str, iri: str, types: str) -> None:
    found = identify(publisher, number, version, covered=False)
    assert found.iri.value == f"https://w3id.org/stanagraph/id/{iri}"
    assert found.types == (types,)


def test_a_publication_that_an_agreement_covers_is_allied() -> None:
    assert identify("nato", "JC3IEDM Baseline 3", "", covered=True).types == ("AlliedPublication",)


@pytest.mark.parametrize(
    ("version", "holds"), [("", True), ("(A)(1)", True), ("Ed A Ver 1", True), ("1", False), ("(A)(2)", False)]
)
def test_the_field_of_the_version_agrees_with_the_designation_or_does_not(version: str, holds: bool) -> None:
    assert agrees(identify("nato", "AEP-99 Ed A Ver 1", version, covered=False), version) is holds


def test_records_of_one_designation_are_kept_apart_but_for_the_one_that_is_no_draft() -> None:
    def stanag(draft: str = "") -> Identity:
        return Identity("agreement", ("Stanag",), "STANAG-1", "2", draft)

    keys = {name: it.key for name, it in set_apart({"a": stanag(), "b": stanag("study")}).items()}
    assert keys == {"a": "STANAG-1/2", "b": "STANAG-1/2~b"}
    keys = {name: it.key for name, it in set_apart({"a": stanag(), "b": stanag()}).items()}
    assert keys == {"a": "STANAG-1/2~a", "b": "STANAG-1/2~b"}


@given(st.sampled_from(["nato", "ietf", "nist", "cceb", "unheard-of"]), st.text(max_size=400), st.text(max_size=40))
def test_any_text_gives_an_address_or_a_reason(publisher: str, number: str, version: str) -> None:
    try:
        found = identify(publisher, number, version, covered=False)
    except ValueError:
        return
    assert found.iri.value.startswith("https://w3id.org/stanagraph/id/")
    assert " " not in found.iri.value
