"""The embedded store: one union graph, literals as they were, and many readers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.names import graph, term, thing, xsd
from stanagraph.graph.store import EmbeddedStore

POL = thing("nation", "POL")


def quad(predicate: str, value: ox.NamedNode | ox.Literal, source: str) -> ox.Quad:
    return ox.Quad(POL, term(predicate), value, graph(source))


def test_the_default_graph_is_the_union_of_all_graphs() -> None:
    store = EmbeddedStore()
    store.load([quad("operates", thing("equipment", "k9"), "a"), quad("stocks", thing("munition", "dm121"), "b")])
    joined = f"SELECT ?e ?m {{ ?n {term('operates')} ?e ; {term('stocks')} ?m }}"
    assert store.select(joined).rows == [(thing("equipment", "k9"), thing("munition", "dm121"))]
    constructed = list(store.construct(f"CONSTRUCT {{ ?m {term('of')} ?n }} {{ ?n {term('stocks')} ?m }}"))
    assert constructed == [ox.Triple(thing("munition", "dm121"), term("of"), POL)]


def test_graphs_stay_apart_for_those_who_ask() -> None:
    store = EmbeddedStore()
    both = [quad("operates", thing("equipment", "k9"), source) for source in ("a", "b")]
    store.load([*both, *both])
    assert sorted(store.quads(), key=str) == sorted(both, key=str)
    assert len(store) == 2
    assert store.select("SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").rows == [(graph("a"),), (graph("b"),)]


def test_columns_and_rows_come_in_the_order_of_the_query() -> None:
    store = EmbeddedStore()
    store.load(quad("operates", thing("equipment", key), "a") for key in ("m109", "k9"))
    table = store.select(f"SELECT ?e ?missing ?n {{ ?n {term('operates')} ?e }} ORDER BY ?e")
    assert table.columns == ("e", "missing", "n")
    assert table.rows == [(thing("equipment", "k9"), None, POL), (thing("equipment", "m109"), None, POL)]


def test_the_wrong_kind_of_query_is_refused() -> None:
    store = EmbeddedStore()
    with pytest.raises(TypeError, match="SELECT"):
        store.select("ASK { ?s ?p ?o }")
    with pytest.raises(TypeError, match="CONSTRUCT"):
        store.construct("SELECT * { ?s ?p ?o }")


@given(st.text())
def test_text_comes_back(text: str) -> None:
    store = EmbeddedStore()
    store.load([quad("designation", ox.Literal(text), "a")])
    assert store.select("SELECT ?o { ?s ?p ?o }").rows == [(ox.Literal(text),)]


@pytest.mark.parametrize(
    "literal",
    [
        ox.Literal("Pologne", language="fr"),
        ox.Literal("2016-05", datatype=xsd("gYearMonth")),
        ox.Literal("2016", datatype=xsd("gYear")),
        ox.Literal("2016-05-09", datatype=xsd("date")),
        ox.Literal("0.25", datatype=xsd("decimal")),
        ox.Literal("true", datatype=xsd("boolean")),
    ],
    ids=str,
)
def test_literals_keep_language_type_and_precision(literal: ox.Literal, tmp_path: Path) -> None:
    store = EmbeddedStore.create(tmp_path / "store")
    store.load([quad("says", literal, "a")])
    store.finish()
    del store
    assert EmbeddedStore.open(tmp_path / "store").select("SELECT ?o { ?s ?p ?o }").rows == [(literal,)]


def test_a_copy_on_disk_keeps_the_names_of_blank_nodes(tmp_path: Path) -> None:
    text = b"""<urn:a> <urn:p> _:x <urn:g> .
_:x <urn:q> "looks _: like one" <urn:g> .
<urn:b> <urn:p> "so _:y does this" <urn:g> .
<urn:b> <urn:p> "plain" <urn:g> .
"""
    store = EmbeddedStore()
    store.load(ox.parse(text, ox.RdfFormat.N_QUADS))
    assert set(store.copy_to(tmp_path / "store").quads()) == set(ox.parse(text, ox.RdfFormat.N_QUADS))
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


READER = """
import sys
from pathlib import Path
from stanagraph.graph.store import EmbeddedStore
store = EmbeddedStore.open(Path(sys.argv[1]))
print(len(store), flush=True)
sys.stdin.readline()
print(store.select("SELECT ?o { ?s ?p ?o }").rows[0][0].value)
"""


def test_processes_read_at_once_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "store"
    store = EmbeddedStore.create(path)
    store.load([quad("operates", thing("equipment", "k9"), "a")])
    store.finish()
    del store
    here = EmbeddedStore.open(path)
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "1\n"  # it has the store open, and so have we
        assert len(here) == 1
        out, _ = other.communicate("\n", timeout=60)
        assert out == f"{thing('equipment', 'k9').value}\n"
    assert other.returncode == 0
    with pytest.raises(RuntimeError, match="read-write"):
        here.load([quad("operates", thing("equipment", "m109"), "a")])


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        EmbeddedStore.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()
