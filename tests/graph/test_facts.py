"""What is told of a thing, and where it stands: the same as the report `trace` says."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.facts import Columns, columns_of, facts_of, triples_of
from stanagraph.graph.names import RDF_TYPE, key_of, kind_of, term, thing
from stanagraph.graph.store import EmbeddedStore

RESTATED = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?thing { ?again a rdf:Statement ; rdf:subject ?thing } ORDER BY ?thing LIMIT 6
"""
SPOKEN_OF = "SELECT DISTINCT ?thing { ?statement <https://w3id.org/stanagraph/ns/about> ?thing } ORDER BY ?thing"


@pytest.fixture(scope="module")
def columns(public_store: EmbeddedStore) -> Columns:
    return columns_of(public_store)


def some(store: EmbeddedStore) -> list[ox.NamedNode]:
    """Things that several sources state, and two of each kind."""
    found = [row[0] for row in store.select(RESTATED).rows]
    by_kind: dict[str, list[ox.NamedNode]] = {}
    for (it,) in store.select(SPOKEN_OF).rows:
        assert isinstance(it, ox.NamedNode)
        by_kind.setdefault(kind_of(it.value), []).append(it)
    return [it for it in found if isinstance(it, ox.NamedNode)] + [
        it for things in by_kind.values() for it in (things[0], things[-1])
    ]


def test_each_fact_stands_where_the_report_says(public_store: EmbeddedStore, columns: Columns) -> None:
    trace, checked = Catalogue()["trace"], 0
    for it in some(public_store):
        mine = sorted(
            (
                fact.property.value, str(fact.value), at.statement.source, at.statement.file,
                str(at.statement.sheet), str(at.statement.row), str(at.column.name if at.column else None),
                str(at.column.position if at.column else None), at.statement.cites, at.statement.confidence,
                str(at.statement.as_of), str(at.statement.retrieved),
            )
            for fact in facts_of(public_store, it, columns)
            for at in fact.origins
        )  # fmt: skip
        rows = public_store.select(trace.with_terms({"thing": it})).rows
        theirs = sorted(
            (
                row[1].value if isinstance(row[1], ox.NamedNode) else "",
                str(row[2]),
                *(key_of(cell.value) if isinstance(cell, ox.NamedNode | ox.Literal) else "None" for cell in row[3:]),
            )
            for row in rows
        )
        assert mine == theirs, it
        checked += len(rows)
    assert checked > 200


def test_what_no_source_states_says_what_it_follows_from(public_store: EmbeddedStore, columns: Columns) -> None:
    facts = facts_of(public_store, thing("nation", "POL"), columns)
    bases = {fact.property: fact.basis for fact in facts}
    assert bases[term("fires")] == "derived"
    assert bases[term("allianceSince")] == "stated"
    assert bases[RDF_TYPE] == "defined"
    assert all(fact.origins == () for fact in facts if fact.basis != "stated")


def test_nothing_is_told_of_what_is_not_there(public_store: EmbeddedStore, columns: Columns) -> None:
    assert facts_of(public_store, thing("munition", "nothing-like-it"), columns) == ()


def test_the_graph_of_a_thing_has_its_records_and_their_sources(public_store: EmbeddedStore) -> None:
    dm121 = thing("munition", "dm121")
    triples = list(triples_of(public_store, [dm121]))
    kinds = {kind_of(it.subject.value) for it in triples if isinstance(it.subject, ox.NamedNode)}
    assert kinds == {"munition", "statement", "source"}
    assert {it.object for it in triples if it.predicate == term("about")} == {dm121}
