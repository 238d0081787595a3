"""What the tests of the ontology share: its files, its triples, and a way to run a rule over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import ONTOLOGY_GRAPH, dcterms
from stanagraph.graph.ontology.check import QUERIES_GRAPH, SHAPES_GRAPH, store_of
from stanagraph.graph.ontology.files import Ontology
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

SH = "http://www.w3.org/ns/shacl#"
REFERENCES = dcterms("references")
PREFIXES = """
@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/stanagraph/id/> .
"""


@pytest.fixture(scope="session")
def modules() -> list[Path]:
    """The modules and vocabularies that are reasoned over."""
    return ontology_files(folder("ontology"))


@pytest.fixture(scope="session")
def terms() -> list[Path]:
    """The modules without the vocabularies: HermiT is done with these in a fifth of the time."""
    return sorted(folder("ontology").glob("*.ttl"))


@pytest.fixture(scope="session")
def triples(modules: list[Path]) -> list[ox.Triple]:
    """All that the modules and vocabularies say."""
    return [quad.triple for path in modules for quad in ox.parse(path=path, rename_blank_nodes=True)]


@pytest.fixture(scope="session")
def turtle() -> Callable[[str], list[ox.Triple]]:
    """Reads a few lines of Turtle, with the usual prefixes; relative addresses are things."""
    return lambda text: [quad.triple for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)]


@pytest.fixture(scope="session")
def checked() -> list[ox.Quad]:
    """What the checks are asked of: the ontology, its shapes, and the terms that each query names."""
    return list(store_of(Ontology.read(folder("ontology")), folder("queries")).quads())


def _home(planted: ox.Triple) -> ox.NamedNode:
    """The graph that a planted triple would stand in."""
    of_shapes = any(getattr(part, "value", "").startswith(SH) for part in (planted.predicate, planted.object))
    return SHAPES_GRAPH if of_shapes else QUERIES_GRAPH if planted.predicate == REFERENCES else ONTOLOGY_GRAPH


@pytest.fixture
def violations(checked: list[ox.Quad]) -> Callable[[str, Iterable[ox.Triple]], list[list[str]]]:
    """Runs one rule over the ontology and some more triples: its rows, as texts."""

    def run(rule: str, planted: Iterable[ox.Triple] = ()) -> list[list[str]]:
        store = EmbeddedStore()
        store.load(checked)
        store.load(ox.Quad(t.subject, t.predicate, t.object, _home(t)) for t in planted)
        found = store.select((folder("queries") / "checks" / f"{rule}-violation.rq").read_text(encoding="utf-8"))
        return [[getattr(cell, "value", "") for cell in row] for row in found.rows]

    return run
