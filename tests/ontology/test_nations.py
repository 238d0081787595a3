"""Nations are one SKOS scheme: each has its code, its names and its place there, and nowhere else."""

from __future__ import annotations

import csv
from collections import defaultdict

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import DERIVED_GRAPH, term, thing
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SCHEME = "https://w3id.org/stanagraph/id/scheme/nation"

Facts = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


@pytest.fixture(scope="module")
def nations(triples: list[ox.Triple]) -> Facts:
    """What is said of each nation of the scheme, by predicate."""
    said: Facts = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            said[triple.subject.value][triple.predicate.value].append(triple.object)
    return {iri: facts for iri, facts in said.items() if ox.NamedNode(SCHEME) in facts[SKOS + "inScheme"]}


def test_every_nation_of_the_table_is_in_the_scheme_and_the_other_way_round(nations: Facts) -> None:
    with (folder("data") / "nations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {thing("nation", row["id"]).value for row in rows} == set(nations)
    # No second copy of a name.
    assert [column for column in rows[0] if column.startswith("name")] == []


def test_a_nation_is_a_concept_and_a_nation(nations: Facts) -> None:
    for iri, facts in nations.items():
        kinds = {kind.value for kind in facts[RDF_TYPE]}
        assert kinds == {term("Nation").value, SKOS + "Concept"}, iri


def test_code_notation_and_address_agree(nations: Facts) -> None:
    for iri, facts in nations.items():
        code = iri.rpartition("/")[2]
        assert [value.value for value in facts[SKOS + "notation"]] == [code]
        assert [value.value for value in facts[term("isoCode").value]] == [code]
        assert len(code) == 3
        assert all(code in value.value for value in facts[SKOS + "definition"])


def test_each_nation_has_one_name_in_each_language(nations: Facts) -> None:
    for iri, facts in nations.items():
        languages = [getattr(name, "language", None) for name in facts[SKOS + "prefLabel"]]
        assert sorted(str(language) for language in languages) == ["en", "fr"], iri


@pytest.mark.parametrize(
    ("given", "is_member"),
    [
        (":membershipKind <https://w3id.org/stanagraph/id/membership-kind/member>", True),
        (":membershipKind <https://w3id.org/stanagraph/id/membership-kind/partner>", False),
        (':membershipKind <https://w3id.org/stanagraph/id/membership-kind/member> ; :validUntil "1966"', False),
    ],
)
def test_who_has_a_membership_without_end_is_a_member(given: str, is_member: bool) -> None:
    store = EmbeddedStore()
    turtle = f"""
        @prefix : <https://w3id.org/stanagraph/ns/> . @base <https://w3id.org/stanagraph/id/> .
        <membership/NATO/FRA> a :Membership ; :member <nation/FRA> ; :inBody <body/NATO> ; {given} ."""
    store.load(ox.parse(turtle, ox.RdfFormat.TURTLE))
    rule = (folder("queries") / "derive" / "51-members.rq").read_text(encoding="utf-8")
    store.load(ox.Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in list(store.construct(rule)))
    derived = ox.Triple(thing("nation", "FRA"), term("memberOf"), thing("body", "NATO"))
    assert ([quad.triple for quad in store.quads(DERIVED_GRAPH)] == [derived]) is is_member
