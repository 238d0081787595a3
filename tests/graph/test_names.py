"""IRIs are made and read in one place, and keep whatever key they are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from stanagraph.graph import names

KINDS = st.from_regex(r"[a-z]+(-[a-z]+)*", fullmatch=True)


@given(KINDS, st.text())
def test_key_and_kind_come_back(kind: str, key: str) -> None:
    iri = names.thing(kind, key).value
    assert (names.kind_of(iri), names.key_of(iri)) == (kind, key)


@given(KINDS, st.text(), st.text())
def test_two_keys_never_share_an_iri(kind: str, one: str, other: str) -> None:
    assert (names.thing(kind, one) == names.thing(kind, other)) == (one == other)


@given(KINDS, st.text())
def test_iris_hold_nothing_that_ends_an_iri(kind: str, key: str) -> None:
    iri = names.thing(kind, key).value
    assert iri.isascii()
    assert not set(iri) & set('<>"{}|\\^` \n')
    assert str(NamedNode(iri)) == f"<{iri}>"


@pytest.mark.parametrize(
    ("kind", "key", "iri"),
    [
        ("nation", "POL", "https://w3id.org/stanagraph/id/nation/POL"),
        ("agreement-edition", "STANAG-4425/2", "https://w3id.org/stanagraph/id/agreement-edition/STANAG-4425/2"),
        ("munition-class", "5.56mm", "https://w3id.org/stanagraph/id/munition-class/5.56mm"),
        (
            "agreement-edition",
            "STANAG-4517/1-(RD-1)",
            "https://w3id.org/stanagraph/id/agreement-edition/STANAG-4517/1-(RD-1)",
        ),
        ("equipment", "čos 1%", "https://w3id.org/stanagraph/id/equipment/%C4%8Dos%201%25"),
    ],
)
def test_iris_read_well(kind: str, key: str, iri: str) -> None:
    assert names.thing(kind, key).value == iri


def test_what_is_no_thing_comes_back_whole() -> None:
    term = names.term("Gap").value
    assert term == "https://w3id.org/stanagraph/ns/Gap"
    assert (names.kind_of(term), names.key_of(term)) == ("", term)
