"""The graph holds what the tables hold: nothing lost, nothing invented, every fact with its source."""

from __future__ import annotations

import csv
from collections import Counter

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import DERIVED_GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH, key_of
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.tables import TABLES, Row

# What the compilation of public facts had; a table that grows says so here.
FACTS = {
    "agreements": 189,
    "publications": 167,
    "national_documents": 32,
    "requirements": 222,
    "parameters": 364,
    "national_positions": 19,
    "interfaces": 70,
    "equipment": 154,
    "equipment_interfaces": 155,
    "munitions": 208,
    "holdings": 460,
    "munition_uses": 213,
    "findings": 89,
    "production_sites": 42,
    "frameworks": 24,
    "bodies": 134,
    "nations": 45,
}
PREFIX = "PREFIX : <https://w3id.org/stanagraph/ns/> PREFIX prov: <http://www.w3.org/ns/prov#> "


def rows_of(table: str) -> list[dict[str, str]]:
    with (folder("data") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def count(store: EmbeddedStore, query: str) -> int:
    ((cell,),) = store.select(PREFIX + query).rows
    assert isinstance(cell, ox.Literal)
    return int(cell.value)


@pytest.mark.parametrize("table", FACTS)
def test_no_fact_was_lost(table: str) -> None:
    assert len(rows_of(table)) == FACTS[table]


def test_every_row_is_exactly_one_statement(public_store: EmbeddedStore) -> None:
    query = PREFIX + "SELECT ?table ?row { ?s a :Statement ; :statedInTable ?table ; :statedInRow ?row }"
    placed = Counter(tuple(str(cell) for cell in row) for row in public_store.select(query).rows)
    assert max(placed.values()) == 1
    stated = sum(len(rows_of(name)) for name, model in TABLES.items() if issubclass(model, Row))
    assert len(placed) == stated


@pytest.mark.parametrize(
    ("class_", "tables"),
    [
        ("Agreement", ["agreements"]),
        ("Publication", ["publications"]),
        ("NationalDocument", ["national_documents"]),
        ("Requirement", ["requirements"]),
        ("InterfaceType", ["interfaces"]),
        ("EquipmentType", ["equipment"]),
        ("MunitionType", ["munitions"]),
        ("ParameterValue", ["parameters"]),
        ("Capability", ["capabilities"]),
        ("Acceptance", ["acceptances"]),
        ("Holding", ["holdings"]),
        ("MunitionUse", ["munition_uses"]),
        ("CompatibilityFinding", ["findings"]),
        ("ProductionSite", ["production_sites"]),
        ("ProcurementFramework", ["frameworks"]),
        ("PolicyRestriction", ["policy_restrictions"]),
        ("Nation", ["nations"]),
        ("Source", ["sources"]),
        ("PublicationEdition", ["publication_editions"]),
        ("Body", ["bodies"]),
    ],
)
def test_every_row_is_a_thing_of_its_class(public_store: EmbeddedStore, class_: str, tables: list[str]) -> None:
    things = count(public_store, f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ ?thing a :{class_} }}")
    # The tables as a whole are a source too, and stand in no table.
    assert things == sum(len(rows_of(table)) for table in tables) + (class_ == "Source")


def test_positions_become_responses_and_implementations(public_store: EmbeddedStore) -> None:
    rows = rows_of("national_positions")
    editions = [len(row["editions"].split(";")) for row in rows]
    responses = sum(
        n for row, n in zip(rows, editions, strict=True) if row["response"] != "not-known" or row["reservation"]
    )
    carried = sum(
        n for row, n in zip(rows, editions, strict=True) if row["implementation"] != "not-known" or row["document"]
    )
    assert count(public_store, "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a :NationalResponse }") == responses
    assert count(public_store, "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a :NationalImplementation }") == carried


def test_every_statement_has_one_source_confidence_and_something_that_it_is_about(public_store: EmbeddedStore) -> None:
    query = PREFIX + (
        "SELECT ?s (COUNT(DISTINCT ?source) AS ?a) (COUNT(DISTINCT ?confidence) AS ?b) (COUNT(DISTINCT ?about) AS ?c)"
        " { ?s a :Statement OPTIONAL { ?s prov:hadPrimarySource ?source } OPTIONAL { ?s :confidence ?confidence }"
        " OPTIONAL { ?s :about ?about } } GROUP BY ?s"
    )
    for statement, sources, confidences, about in public_store.select(query).rows:
        assert isinstance(sources, ox.Literal)
        assert isinstance(confidences, ox.Literal)
        assert isinstance(about, ox.Literal)
        assert (sources.value, confidences.value, int(about.value) > 0) == ("1", "1", True), statement


def test_each_triple_stands_in_one_graph_and_each_source_has_one(public_store: EmbeddedStore) -> None:
    seen: Counter[ox.Triple] = Counter()
    graphs = set()
    for quad in public_store.quads():
        seen[quad.triple] += 1
        graphs.add(quad.graph_name)
    assert max(seen.values()) == 1
    assert ox.DefaultGraph() not in graphs
    steps = {ONTOLOGY_GRAPH, INFERRED_GRAPH, DERIVED_GRAPH}
    named = {str(graph.value).rpartition("/")[2] for graph in graphs - steps if isinstance(graph, ox.NamedNode)}
    used = {row["source"] for name, model in TABLES.items() if issubclass(model, Row) for row in rows_of(name)}
    assert named == used | {"catalogue"}


def test_deliveries_are_not_inventories(public_store: EmbeddedStore) -> None:
    for row in rows_of("holdings"):
        assert row["basis"] == ("Delivery" if row["source"].startswith("sipri-") else "NationalHolding")
    both = "SELECT (COUNT(*) AS ?n) { ?x a :Delivery , :NationalHolding }"
    assert count(public_store, both) == 0


def test_common_knowledge_is_of_low_confidence() -> None:
    low = {
        row["confidence"]
        for name in TABLES
        if name != "sources"
        for row in rows_of(name)
        if row.get("source") == "common-knowledge"
    }
    assert low == {"low"}
    kinds = {row["capability"] for row in rows_of("capabilities") if row["source"] == "common-knowledge"}
    assert kinds == {"loading", "charge-form"}


def test_allies_and_partners_have_a_membership_and_only_allies_are_members(public_store: EmbeddedStore) -> None:
    groups = Counter(row["alliance_group"] for row in rows_of("nations"))
    nato = "<https://w3id.org/stanagraph/id/body/NATO>"
    kinds = "<https://w3id.org/stanagraph/id/membership-kind/"
    for kind, group in (("member", "ally"), ("partner", "partner")):
        query = f"SELECT (COUNT(DISTINCT ?m) AS ?n) {{ ?m :inBody {nato} ; :membershipKind {kinds}{kind}> }}"
        assert count(public_store, query) == groups[group]
    assert count(public_store, f"SELECT (COUNT(DISTINCT ?n) AS ?c) {{ ?n :memberOf {nato} }}") == groups["ally"] == 32
    dated = "SELECT (COUNT(*) AS ?n) { ?m a :Membership ; :validFrom ?from }"
    assert count(public_store, dated) == groups["ally"]


def test_every_capability_of_the_table_is_stated(public_store: EmbeddedStore) -> None:
    stated = "SELECT (COUNT(*) AS ?n) { ?c :knowledge <https://w3id.org/stanagraph/id/knowledge/stated> }"
    assert count(public_store, stated) == len(rows_of("capabilities"))


def test_critical_inputs_are_read_only_from_the_words_of_the_source() -> None:
    for row in rows_of("production_sites"):
        assert row["critical_inputs"] or not row["inputs"]


def test_ids_of_equipment_munitions_and_interfaces_are_disjoint() -> None:
    ids = [row["id"] for table in ("equipment", "munitions", "interfaces") for row in rows_of(table)]
    assert len(ids) == len(set(ids))


def test_unknown_stays_unsaid(public_store: EmbeddedStore) -> None:
    """An empty cell makes no triple: a gun whose fuze setter is not stated has no capability of that kind."""
    query = PREFIX + (
        "SELECT ?value { ?c :capabilityOf <https://w3id.org/stanagraph/id/equipment/as-90> ;"
        " :capabilityKind <https://w3id.org/stanagraph/id/capability-kind/fuze-setting> ; :capabilityValue ?value }"
    )
    assert public_store.select(query).rows == []
    empty = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isLiteral(?o) && STR(?o) = '') }"
    assert count(public_store, empty) == 0


def test_concepts_used_exist(public_store: EmbeddedStore) -> None:
    query = """
        SELECT DISTINCT ?used {
          ?s ?p ?used .
          FILTER(REGEX(STR(?used), "^https://w3id.org/stanagraph/(id|ns)/"))
          OPTIONAL { ?used ?q ?any }
          FILTER(isIRI(?used) && !BOUND(?any))
        }
    """
    assert [key_of(cell.value) for (cell,) in public_store.select(query).rows if isinstance(cell, ox.NamedNode)] == []
