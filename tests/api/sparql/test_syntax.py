"""What is seen of a query before it is worked out: what would reach out, and what it says of its data set."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.server.sparql.errors import BadQuery, QueryRefused
from stanagraph.api.server.sparql.syntax import Dataset, graphs_of, refuse_what_reaches_out, tokens, with_dataset

REACHING = [
    "SELECT * { SERVICE <http://x> { ?a ?b ?c } }",
    "SELECT * { ?s ?p ?o.service#x\n silent ?u {} }",
    "SELECT * { ?s ?p 1SERVICE<http://x>{} }",
    "SELECT * { SERVICEex:x{} }",
    r"SELECT * { \u0053ERVICE <http://x> {} }",
    # What looks like an IRI is a comparison and a comment, and what looks like a text is none.
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)#>'''\n SERVICE <http://x> {} #'''\n}",
]
HARMLESS = [
    "SELECT ?service { ?service <http://x/service> ?y }",
    "PREFIX dcat: <urn:d> SELECT * { ?s dcat:service ?x { ?x ?y ?z } }",
    "# the service: x\nASK {}",
    'SELECT * { ?s ?p "in service" }',
    "PREFIX service: <urn:s> SELECT * { ?s a service:x }",
]


@pytest.mark.parametrize("text", REACHING)
def test_service_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        refuse_what_reaches_out(text, "SERVICE")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    refuse_what_reaches_out(text, "SERVICE")
    ox.Store().query(text)


@pytest.mark.parametrize("text", ["LOAD <x>", "CLEAR ALL ; load silent\n<http://x>", "PREFIX e: <urn:e> LOAD e:x"])
def test_load_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="LOAD"):
        refuse_what_reaches_out(text, "LOAD")


def test_the_word_load_in_a_text_is_not() -> None:
    refuse_what_reaches_out("INSERT DATA { <urn:a> <urn:load> 'load: 5 t', 'LOAD e:x' }", "LOAD")


@pytest.mark.parametrize(
    "text", ["SERVICE" * 14_000, "SERVICE#" * 12_000, "a." * 50_000, "<a" * 50_000, '"\\' * 50_000]
)
def test_hostile_texts_take_no_time(text: str) -> None:
    begun = time.perf_counter()
    refuse_what_reaches_out(text, "SERVICE")
    list(tokens(text))
    assert time.perf_counter() - begun < 3


@given(st.text(alphabet="<>?$@:;.#'\"\\{}ab \n", max_size=60))
def test_tokens_leave_out_nothing_but_gaps(text: str) -> None:
    found = list(tokens(text))
    assert all(text[token.start :].startswith(token.text) for token in found)
    ends = [0, *(token.start + len(token.text) for token in found)]
    gaps = [text[end:begin] for end, begin in zip(ends, [*(token.start for token in found), len(text)], strict=True)]
    assert all(not line.strip() or line.lstrip().startswith("#") for gap in gaps for line in gap.split("\n"))


def test_from_is_found_where_it_is_said() -> None:
    query = (
        "PREFIX ex: <urn:e:> SELECT * FROM <urn:a> FROM NAMED ex:b { ?from ex:FROM 'FROM <urn:x>' # FROM <urn:y>\n }"
    )
    assert graphs_of(query) == ("PREFIX ex: <urn:e:> ", ["<urn:a>", "ex:b"])


DATASET = Dataset(("urn:g1",), ("urn:g2",))
UPDATES = [
    ("INSERT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o }", {"<urn:one>"}),
    ("DELETE WHERE { ?s <urn:p> ?o }", set()),
    ("INSERT { ?s <urn:q> ?o } WHERE { GRAPH ?g { ?s <urn:p> ?o } }", {"<urn:two>"}),
    ("PREFIX : <urn:> CLEAR DEFAULT ; INSERT { ?s :q 'WHERE ; {' } WHERE { ?s :p ?o } ;", {"<urn:one>"}),
    ("INSERT DATA { <urn:five> <urn:q> 'WHERE' }", {"<urn:five>"}),
]


@pytest.mark.parametrize(("update", "changed"), UPDATES)
def test_an_update_reads_the_graphs_that_it_is_given(update: str, changed: set[str]) -> None:
    store = ox.Store()
    for number, name in enumerate(("one", "two", "three"), 1):
        store.update(f"INSERT DATA {{ GRAPH <urn:g{number}> {{ <urn:{name}> <urn:p> 1 }} }}")
    store.update(with_dataset(update, DATASET))
    rows = store.query("SELECT ?s { ?s <urn:q> ?o }")
    assert isinstance(rows, ox.QuerySolutions)
    assert {str(row[0]) for row in rows} == changed


@pytest.mark.parametrize("update", ["WITH <urn:g> DELETE {} WHERE {}", "DELETE {} USING <urn:g> WHERE {}"])
def test_an_update_and_its_request_do_not_both_say_what_it_reads(update: str) -> None:
    assert with_dataset(update, Dataset()) == update
    with pytest.raises(BadQuery, match="USING"):
        with_dataset(update, DATASET)


@pytest.mark.parametrize("iri", ["urn:a> {} ; CLEAR ALL ; INSERT {} USING <urn:b", "relative", ""])
def test_the_name_of_a_graph_is_a_name_and_no_more(iri: str) -> None:
    with pytest.raises(BadQuery, match="absolute IRI"):
        with_dataset("INSERT {} WHERE {}", Dataset((iri,), None))
