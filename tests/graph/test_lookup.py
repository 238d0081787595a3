"""Names that people give are found; names that nobody gave are refused, with the nearest ones."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stanagraph.graph.errors import NameNotKnown
from stanagraph.graph.lookup import label, labels_of, resolve
from stanagraph.graph.names import thing
from stanagraph.graph.store import EmbeddedStore

GIVEN = """
@base <https://w3id.org/stanagraph/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<agreement/STANAG-4425> rdfs:label "Joint ballistics"@en , "Balistique commune"@fr .
<agreement/STANAG-4423> rdfs:label "Cannon ammunition"@en .
<agreement/STANAG-4172> rdfs:label "Small arms"@en .
<agreement-edition/STANAG-4517/1> rdfs:label "STANAG 4517 edition 1"@en .
<agreement-edition/STANAG-4172/3> rdfs:label "STANAG 4172 edition 3"@en .
<equipment/leopard-2a7> rdfs:label "Leopard 2A7" .
<equipment/pzh-2000> rdfs:label "Panzerhaubitze 2000"@de .
<equipment/k9-thunder> rdfs:label "K9" , "Tonnerre"@fr .
<munition/k9> rdfs:label "K9 charge" .
<nation/POL> rdfs:label "Poland"@en , "Pologne"@fr .
<munition-class/5.56mm> skos:prefLabel "5.56 mm ammunition"@en .
"""
STORE = EmbeddedStore()
STORE.load(ox.parse(GIVEN, ox.RdfFormat.TURTLE))
THINGS = {quad.subject for quad in STORE.quads()}


@pytest.mark.parametrize(
    ("kinds", "name", "key"),
    [
        (("agreement",), "STANAG-4425", "STANAG-4425"),
        (("agreement",), "stanag-4425", "STANAG-4425"),
        (("agreement",), "STANAG 4425", "STANAG-4425"),
        (("agreement",), "stanag4425", "STANAG-4425"),
        (("agreement",), "Balistique commune", "STANAG-4425"),
        (("equipment",), "LEOPARD 2A7", "leopard-2a7"),
        (("equipment",), "panzerhaubitze 2000", "pzh-2000"),
        (("nation",), "Pologne", "POL"),
        (("munition-class",), "5.56 mm", "5.56mm"),
        (("equipment", "munition"), "tonnerre", "k9-thunder"),
    ],
)
def test_found(kinds: tuple[str, ...], name: str, key: str) -> None:
    found = resolve(STORE, kinds, name)
    assert found in [thing(kind, key) for kind in kinds]


def test_an_exact_key_goes_before_the_label_of_another_thing() -> None:
    assert resolve(STORE, ("equipment", "munition"), "k9") == thing("munition", "k9")
    assert resolve(STORE, ("equipment",), "k9") == thing("equipment", "k9-thunder")


@pytest.mark.parametrize(
    ("kind", "name", "suggestions"),
    [
        ("agreement", "STANAG-4424", ("STANAG-4423", "STANAG-4425", "STANAG-4172")),
        ("equipment", "leopard", ("leopard-2a7",)),
        ("equipment", "pzh2001", ("pzh-2000",)),
        ("nation", "Polnad", ("POL",)),
        ("nation", "xyz", ()),
        ("nation", "", ()),
        ("munition-class", "556mm", ("5.56mm",)),
        ("equipment", "POL", ()),
    ],
)
def test_not_found_names_the_nearest(kind: str, name: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(NameNotKnown) as refused:
        resolve(STORE, (kind,), name)
    assert refused.value.name == name
    assert refused.value.suggestions == suggestions


def test_near_names_are_of_one_kind() -> None:
    with pytest.raises(NameNotKnown) as refused:
        resolve(STORE, ("agreement-edition", "agreement"), "STANAG-4171")
    assert refused.value.suggestions == ("STANAG-4172", "STANAG-4423", "STANAG-4425")


@given(st.text())
@example("POL> . ?s ?p ?o } #")
@example('"} UNION { ?s ?p ?o } #')
@example("POL/../DEU")
@example("UNDEF")
def test_any_name_gives_a_thing_of_the_graph_or_is_refused(name: str) -> None:
    try:
        found = resolve(STORE, ("nation", "equipment"), name)
    except NameNotKnown:
        return
    assert found in THINGS


@given(st.text(alphabet="<>\"'{}()\\ \n?;#|$*", min_size=1))
def test_a_name_of_syntax_alone_is_never_known(name: str) -> None:
    with pytest.raises(NameNotKnown):
        resolve(STORE, ("nation", "equipment", "agreement"), name)


@pytest.mark.parametrize(
    ("kind", "key", "language", "shown"),
    [
        ("nation", "POL", "fr", "Pologne"),
        ("nation", "POL", "en", "Poland"),
        ("nation", "POL", "de", "Poland"),
        ("agreement", "STANAG-4423", "fr", "Cannon ammunition"),
        ("equipment", "k9-thunder", "en", "K9"),
        ("equipment", "k9-thunder", "fr", "Tonnerre"),
        ("equipment", "pzh-2000", "fr", "Panzerhaubitze 2000"),
        ("munition-class", "5.56mm", "en", "5.56 mm ammunition"),
        ("nation", "ZZZ", "en", "ZZZ"),
    ],
)
def test_label_falls_back(kind: str, key: str, language: str, shown: str) -> None:
    iri = thing(kind, key).value
    assert label(labels_of(STORE, [iri]), iri, language) == shown


def test_only_what_has_a_label_is_in_the_labels() -> None:
    assert labels_of(STORE, []) == {}
    assert labels_of(STORE, [thing("nation", "ZZZ").value]) == {}
    assert labels_of(STORE, [thing("nation", "POL").value] * 2) == {
        thing("nation", "POL").value: {"en": "Poland", "fr": "Pologne"}
    }
