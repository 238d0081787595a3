"""A package says what applies, why, and what is not known; its identities hold when a value is corrected."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.errors import BadArgument, NameNotKnown
from stanagraph.graph.names import graph
from stanagraph.graph.packages import DocumentPart, Package, build
from stanagraph.graph.store import EmbeddedStore

HERE = Path(__file__).parents[1] / "competency"


def store_of(name: str, more: str = "", instead: tuple[str, str] = ("", "")) -> EmbeddedStore:
    text = (HERE / name / "given.ttl").read_text(encoding="utf-8")
    if instead[0]:
        assert instead[0] in text
        text = text.replace(*instead)
    store = EmbeddedStore()
    store.load(
        ox.Quad(t.subject, t.predicate, t.object, graph("given"))
        for t in ox.parse(text + more, format=ox.RdfFormat.TURTLE)
    )
    return store


def package(store: EmbeddedStore, kind: str = "interface", scope: str = "own", as_of: str | None = None) -> Package:
    return build(store, kind, scope, "CZE", release="r", as_of=as_of)


def document(found: Package, key: str) -> DocumentPart:
    return next(it for it in found.documents if it.document == key)


def points(found: Package) -> dict[str, tuple[str, ...]]:
    return {it.kind: it.about for it in found.open_points}


@pytest.fixture(scope="module")
def found() -> Package:
    return package(store_of("requirements-package"))


def test_documents_stand_in_the_order_of_their_firmest_reason(found: Package) -> None:
    assert [it.document for it in found.documents] == [
        "agreement/A", "agreement/B", "publication/B-1", "agreement/D", "publication/P", "agreement/C", "agreement/F",
        "national-document/COS", "agreement/G",
    ]  # fmt: skip
    assert [it.because for it in document(found, "agreement/B").reasons] == ["governs", "covered"]
    assert [it.document for it in found.documents if not it.tied] == ["agreement/G"]


def test_editions_positions_and_obligations_are_those_of_the_graph(found: Package) -> None:
    a = document(found, "agreement/A")
    assert [(it.edition, it.status) for it in a.editions] == [
        ("agreement-edition/A/1", "superseded"), ("agreement-edition/A/2", "current"),
    ]  # fmt: skip
    assert [it.edition for it in a.standing] == ["agreement-edition/A/2"]
    (position,) = a.positions
    assert (position.edition, position.response, position.reservation) == (
        "agreement-edition/A/1", "accepted-with-reservations", "not by night",
    )  # fmt: skip
    assert [(it.profile, it.obligation) for it in a.obligations] == [("profile/X", "mandatory")]


def test_what_is_not_known_is_told_and_only_of_what_applies(found: Package) -> None:
    told = points(found)
    assert "agreement/A" not in told["position-not-known"]
    assert "agreement/B" in told["position-not-known"]
    assert "publication/P" not in told["position-not-known"], "nobody answers to a publication"
    assert "agreement/A" not in told["obligation-not-known"]
    assert told["to-consider"] == ("agreement/G",)
    assert all("agreement/G" not in about for kind, about in told.items() if kind != "to-consider")


def test_as_of_a_day_the_younger_is_left_out() -> None:
    a = document(package(store_of("requirements-package"), as_of="2016-01-01"), "agreement/A")
    assert [it.edition for it in a.editions] == ["agreement-edition/A/1"]
    assert a.positions == ()


def test_a_corrected_value_keeps_the_identity_and_another_clause_has_its_own() -> None:
    before = package(store_of("requirements"))
    corrected = package(store_of("requirements", instead=('"by hand"', '"by contact"')))
    assert [it.identity for it in before.requirements] == [it.identity for it in corrected.requirements]
    assert before.requirements != corrected.requirements
    more = """
    <requirement/COS/2> :requirementSubject <requirement-subject/fuze> ; :requirementOf <national-document/COS> ;
      :setBy <national-document/COS> ; :aboutParameter <parameter/setting> ; :comparator <comparator/eq> ;
      :requiredValue "z" .
    <statement/F> :about <requirement/COS/2> .
    """
    twice = {it.identity for it in package(store_of("requirements", more)).requirements}
    assert {it.identity for it in before.requirements} < twice
    assert len(twice) == len(before.requirements) + 1


def test_a_scope_that_is_none_is_refused_with_near_names(found: Package) -> None:
    store = store_of("requirements-package")
    with pytest.raises(NameNotKnown) as error:
        build(store, "equipment", "gunn", "CZE", release="r")
    assert error.value.suggestions == ("gun",)
    with pytest.raises(BadArgument, match="kind of scope"):
        build(store, "munition", "gun", "CZE", release="r")
    with pytest.raises(BadArgument, match="asOf"):
        build(store, "equipment", "gun", "CZE", release="r", as_of="yesterday")


def test_public_data_apply_what_governs_and_not_what_is_for_another_calibre(public_store: EmbeddedStore) -> None:
    found = build(public_store, "munition-class", "155mm", "POL", release="r")
    tied = {it.document for it in found.documents if it.tied}
    assert {"agreement/STANAG-4425", "publication/AOP-29-PART-1", "agreement/STANAG-4439"} <= tied
    every = {it.document for it in found.documents}
    assert not every & {"publication/AOP-29-PART-2", "publication/AOP-29-PART-3", "agreement/STANAG-4172"}
    assert all(it.kind != "national-document" for it in found.documents), "Poland has no such document"
    assert {it.source for it in found.sources} >= {base.source for it in found.requirements for base in it.bases}
