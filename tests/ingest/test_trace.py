"""Every fact of the public tables leads back to the file, the row and the column in which it stands."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import (
    DERIVED_GRAPH,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    RDF_TYPE,
    RDFS_LABEL,
    dcterms,
    graph,
    term,
    thing,
)
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.columns import letters, stated_by
from stanagraph.ingest.identity import Precedence, Reconciler, SingleValued
from stanagraph.ingest.tables import TABLES

NO_FACTS = {ONTOLOGY_GRAPH, INFERRED_GRAPH, DERIVED_GRAPH, graph("catalogue")}
# What a row says as a whole, where no cell of it says so: of what class its thing is, by which id it goes, which is
# made of several cells where the table has no column `id`, and what it is called where it has no name of its own.
WHOLE_ROW = {RDF_TYPE, RDFS_LABEL, dcterms("identifier")}
TABLE, SHEET, SOURCE = term("statedInTable"), term("statedInSheet"), term("statedInSource")


def test_every_fact_has_a_statement_and_a_column(public_store: EmbeddedStore) -> None:
    told: dict[object, dict[ox.NamedNode, list[object]]] = defaultdict(lambda: defaultdict(list))
    for quad in public_store.quads():
        told[quad.subject][quad.predicate].append(quad.object)
    columns = {subject: said for subject, said in told.items() if term("columnOf") in said}
    states = {
        (said[term("columnOf")][0], said[TABLE][0], stated)
        for said in columns.values()
        for stated in said[term("statesProperty")]
    }
    places: dict[object, set[tuple[object, object]]] = defaultdict(set)
    for said in told.values():
        for described in said.get(term("about"), ()):
            places[described].add((said[SOURCE][0], said[TABLE][0]))
    restated = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject")
    statements = {subject for subject, said in told.items() if term("about") in said or restated in said}
    facts = [
        quad for quad in public_store.quads() if quad.graph_name not in NO_FACTS and quad.subject not in statements
    ]
    assert len(facts) > 10_000
    assert {quad.subject for quad in facts} - set(places) == set()
    nowhere = {
        (quad.predicate.value, place[1])
        for quad in facts
        if quad.predicate not in WHOLE_ROW
        for place in list(places[quad.subject])[:1]
        if not any((*it, quad.predicate) in states for it in places[quad.subject])
    }
    assert nowhere == set()
    # Where the file stands it stands to be opened.
    assert {str(getattr(table, "value", "")) for _, table in set().union(*places.values())} <= {
        path.name for path in folder("data").glob("*.csv")
    }


SAID = """
@base <https://w3id.org/stanagraph/id/> . @prefix : <https://w3id.org/stanagraph/ns/> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<../graph/{name}> {{
  <equipment/gun> a :EquipmentType ; rdfs:label "Gun" ; :mass {mass} .
  <statement/{name}/1> :about <equipment/gun> ; :statedInSource <source/{name}> ; :statedInTable "{name}.csv" ;
    :statedInRow 2 ; prov:hadPrimarySource <source/{name}> ; :confidence <confidence/{confidence}> .
  <column/{name}/mass> :columnOf <source/{name}> ; :columnPosition "C" ; :statesProperty :mass .
  <column/{name}/name> :columnOf <source/{name}> ; :columnPosition "B" ; :statesProperty rdfs:label .
}}
"""


def test_all_sources_of_a_fact_are_named() -> None:
    gun = thing("equipment", "gun").value
    reconciler = Reconciler(frozenset({gun}), SingleValued(frozenset({term("mass").value}), {}), Precedence())
    store = EmbeddedStore()
    for order, (name, mass, confidence) in enumerate([("a", 40, "high"), ("b", 40, "low"), ("c", 41, "low")]):
        quads = ox.parse(SAID.format(name=name, mass=mass, confidence=confidence), ox.RdfFormat.TRIG)
        store.load(reconciler.sift(quads, order))
    store.load(reconciler.settle())
    answer = Catalogue().ask(store, "trace", {"thing": gun})
    shown = ("property", "value", "source", "column")
    told = [[getattr(row[name], "value", "").rpartition("/")[2] for name in shown] for row in answer.records()]
    assert told == [
        *(["22-rdf-syntax-ns#type", "EquipmentType", name, ""] for name in "abc"),
        *(["rdf-schema#label", "Gun", name, "name"] for name in "abc"),
        ["mass", "40", "a", "mass"],
        ["mass", "40", "b", "mass"],
    ]


def test_a_column_is_found_where_it_says(public_store: EmbeddedStore) -> None:
    query = "SELECT ?table ?name ?position {{ ?c a {} ; {} ?table ; {} ?name ; {} ?position }} ORDER BY ?c".format(
        term("Column"), TABLE, RDFS_LABEL, term("columnPosition"),
    )  # fmt: skip
    rows = [[getattr(cell, "value", "") for cell in row] for row in public_store.select(query).rows]
    assert len(rows) > 100
    for table, name, position in rows:
        heading = (folder("data") / table).read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        assert letters(heading.index(name) + 1) == position, (table, name)


def test_letters_are_those_of_a_spreadsheet() -> None:
    assert [letters(number) for number in (1, 26, 27, 52, 53, 702, 703)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_a_column_states_what_its_annotation_says_and_what_is_worked_out_of_it() -> None:
    assert stated_by("munitions", TABLES["munitions"], "interface") == (term("needsInterface"),)
    assert stated_by("parameters", TABLES["parameters"], "unit") == (term("unit"),)
    assert dcterms("identifier") in stated_by("equipment", TABLES["equipment"], "id")
    assert stated_by("capabilities", TABLES["capabilities"], "read_from") == ()


def test_every_property_that_is_worked_out_of_cells_is_one_of_a_column_that_exists() -> None:
    from stanagraph.ingest.columns import _WORKED_OUT

    assert {(table, column) for table, column in _WORKED_OUT if column not in TABLES[table].model_fields} == set()
