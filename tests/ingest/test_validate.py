"""Shapes over parts of a graph say exactly what they say over the whole of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import DERIVED_GRAPH, INFERRED_GRAPH, graph, key_of
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.shapes.judge import Judge, Told
from stanagraph.ingest.shapes.likeness import Likeness
from stanagraph.ingest.shapes.reach import NotLocal, Reach
from stanagraph.ingest.validate import validate

SHAPES = folder("ontology") / "shapes"
PREFIXES = """
@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix x: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPE = "x:Shape a sh:NodeShape ; sh:targetClass x:Thing ; "


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, ox.RdfFormat.TURTLE)]


def store_of(*graphs: Iterable[ox.Triple]) -> EmbeddedStore:
    store = EmbeddedStore()
    for number, several in enumerate(graphs):
        store.load(ox.Quad(it.subject, it.predicate, it.object, graph(str(number))) for it in several)
    return store


def whole(store: EmbeddedStore, shapes: Path) -> tuple[Counter[tuple[str, ...]], Counter[str]]:
    """What one run of pySHACL over everything says."""
    written = ox.serialize({quad.triple for quad in store.quads()}, format=ox.RdfFormat.N_TRIPLES)
    results = Judge(shapes).results(written or b"")
    grave = Counter(_short(told) for told in results if told.severity == "Violation")
    return grave, Counter(told.severity.lower() for told in results if told.severity != "Violation")


def _short(told: Told) -> tuple[str, ...]:
    return (told.path, key_of(told.value if told.value is not None else told.node), told.message)


def parts(store: EmbeddedStore, shapes: Path) -> tuple[Counter[tuple[str, ...]], Counter[str]]:
    faults, others = validate(store, shapes)
    return Counter((it.column, it.value, it.expected) for it in faults), others


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    return tmp_path


def put(place: Path, turtle: str) -> None:
    (place / "shapes.ttl").write_text(PREFIXES + turtle, encoding="utf-8")


def test_all_shapes_look_at_no_more_than_a_thing_and_its_paths() -> None:
    reach = Reach.of(triples_of(Ontology.read(folder("ontology")).shapes))
    assert len(reach.classes) > 50
    assert any(reach.walks.values())


@pytest.mark.long
def test_the_public_data_with_every_planted_fault_gets_the_results_of_one_run(small_home: Path) -> None:
    # Each example that is invalid breaks a constraint, and together they break every one.
    store, without = EmbeddedStore(), (INFERRED_GRAPH, DERIVED_GRAPH)
    store.load(quad for quad in Releases(small_home).current().open().quads() if quad.graph_name not in without)
    for example in Ontology.read(folder("ontology")).examples:
        store.load(ox.Quad(it.subject, it.predicate, it.object, graph("planted")) for it in example.triples)
    grave, others = parts(store, SHAPES)
    assert sum(grave.values()) > 400
    assert (grave, others) == whole(store, SHAPES)


GIVEN = [
    ("sh:property [ sh:path x:n ; sh:maxCount 1 ]", "x:a a x:Thing ; x:n 1 , 01 . x:b a x:Thing ; x:n 1 , 2 ."),
    (
        "sh:property [ sh:path x:n ; sh:minInclusive 5 ]",
        "x:a a x:Thing ; x:n 4 . x:b a x:Thing ; x:n 5 . x:c a x:Thing ; x:n 3 .",
    ),
    (
        "sh:property [ sh:path x:n ; sh:lessThan x:m ]",
        "x:a a x:Thing ; x:n 1 ; x:m 2 . x:b a x:Thing ; x:n 2 ; x:m 1 .",
    ),
    (
        "sh:property [ sh:path x:n ; sh:disjoint x:m ]",
        "x:a a x:Thing ; x:n x:k ; x:m x:k . x:b a x:Thing ; x:n x:k ; x:m x:l .",
    ),
    (
        "sh:property [ sh:path x:n ; sh:in ( x:k ) ]",
        "x:a a x:Thing ; x:n x:k . x:b a x:Thing ; x:n x:l . x:c a x:Thing ; x:n x:m .",
    ),
    ("sh:property [ sh:path x:n ; sh:hasValue x:k ]", "x:a a x:Thing ; x:n x:k . x:b a x:Thing ; x:n x:l ."),
    ("sh:property [ sh:path x:n ; sh:pattern '^k' ]", "x:a a x:Thing ; x:n 'k1' . x:b a x:Thing ; x:n 'l1' , 'k2' ."),
    (
        "sh:property [ sh:path x:n ; sh:uniqueLang true ]",
        "x:a a x:Thing ; x:n 'k'@en , 'l'@fr . x:b a x:Thing ; x:n 'k'@en , 'l'@en .",
    ),
    (
        "sh:property [ sh:path x:n ; sh:or ( [ sh:class x:A ] [ sh:class x:B ] ) ]",
        "x:a a x:Thing ; x:n x:k . x:b a x:Thing ; x:n x:l . x:k a x:A . x:l a x:C . x:A rdfs:subClassOf x:B .",
    ),
    (
        "sh:property [ sh:path ( x:n [ sh:inversePath x:m ] ) ; sh:minCount 1 ]",
        "x:a a x:Thing ; x:n x:k . x:b a x:Thing ; x:n x:l . x:q x:m x:k .",
    ),
    (
        "sh:property [ sh:path [ sh:inversePath x:n ] ; sh:qualifiedMinCount 1 ;"
        " sh:qualifiedValueShape [ sh:property [ sh:path x:m ; sh:hasValue x:k ] ] ]",
        "x:a a x:Thing . x:b a x:Thing . x:p x:n x:a ; x:m x:k . x:q x:n x:b ; x:m x:l .",
    ),
    ("sh:closed true", "x:a a x:Thing ; x:n x:k . x:b a x:Thing ."),
    # Not local: the whole graph is judged.
    (
        "sh:property [ sh:path [ sh:zeroOrMorePath x:n ] ; sh:maxCount 2 ]",
        "x:a a x:Thing ; x:n x:b . x:b x:n x:c . x:d a x:Thing .",
    ),
    (
        "sh:sparql [ sh:select 'SELECT $this WHERE { ?o <https://example.org/n> $this }' ]",
        "x:a a x:Thing . x:b a x:Thing ; x:n x:a .",
    ),
]


@pytest.mark.parametrize(("shape", "given"), GIVEN)
def test_things_that_a_shape_can_tell_apart_are_told_apart(shapes: Path, shape: str, given: str) -> None:
    put(shapes, f"{SHAPE}{shape} .")
    store = store_of(triples(given))
    grave, others = parts(store, shapes)
    assert grave
    assert (grave, others) == whole(store, shapes)


def test_what_two_graphs_say_is_one_value_and_one_thing(shapes: Path) -> None:
    warned = "[ sh:path x:m ; sh:minCount 1 ; sh:severity sh:Warning ]"
    put(shapes, f"{SHAPE}sh:property [ sh:path x:n ; sh:maxCount 1 ] , {warned} .")
    store = store_of(triples("x:a a x:Thing ; x:n 1 . x:b a x:Thing ; x:n 2 , 3 ."), triples("x:a a x:Thing ; x:n 1 ."))
    grave, others = parts(store, shapes)
    assert (sum(grave.values()), others) == (1, {"warning": 2})
    assert (grave, others) == whole(store, shapes)


def test_one_of_each_kind_is_judged(shapes: Path) -> None:
    put(shapes, f"{SHAPE}sh:property [ sh:path x:n ; sh:minLength 1 ] .")
    store = store_of(triples(" ".join(f"x:t{number} a x:Thing ; x:n 'text {number}' ." for number in range(50))))
    reach = Reach.of(triples((shapes / "shapes.ttl").read_text(encoding="utf-8")))
    seen = list(Likeness(store, reach).things())
    assert len(seen) == 50
    assert len({it.key for it in seen}) == 1


def test_a_fault_has_the_place_of_the_row_that_is_about_the_thing_alone(shapes: Path) -> None:
    put(shapes, f"{SHAPE}sh:property [ sh:path x:n ; sh:maxCount 0 ] .")
    store = store_of(
        triples("""
            x:a a x:Thing ; x:n 1 .
            x:s1 :about x:a , x:b ; :statedInTable "first.csv" ; :statedInRow 7 .
            x:s2 :about x:a ; :statedInTable "list.xlsx" ; :statedInSheet "Current" .
        """)
    )
    (fault,), _ = validate(store, shapes)
    assert (fault.file, fault.sheet, fault.line) == ("list.xlsx", "Current", 0)


def test_of_very_many_faulty_things_some_are_told(shapes: Path) -> None:
    put(shapes, f"{SHAPE}sh:property [ sh:path x:n ; sh:maxCount 0 ] .")
    store = store_of(triples(" ".join(f"x:t{number} a x:Thing ; x:n {number} ." for number in range(30))))
    assert len(validate(store, shapes, most=10)[0]) == 10


@pytest.mark.parametrize(
    "shape",
    [
        "sh:property [ sh:path [ sh:alternativePath ( x:n x:m ) ] ]",
        "sh:js [ ]",
        "sh:property [ sh:path x:n ; sh:closed true ]",
    ],
)
def test_what_is_not_known_to_be_local_is_not_taken_for_it(shape: str) -> None:
    with pytest.raises(NotLocal):
        Reach.of(triples(f"{SHAPE}{shape} ."))
