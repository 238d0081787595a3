"""What the tests of the ontology share: its files, its triples, and a way to run a rule over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder

PREFIXES = """
@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/stanagraph/id/> .
"""


@pytest.fixture(scope="session")
def modules() -> list[Path]:
    """The modules and vocabularies that are reasoned over."""
    return ontology_files(folder("ontology"))


@pytest.fixture(scope="session")
def triples(modules: list[Path]) -> list[ox.Triple]:
    """All that the modules and vocabularies say."""
    return [quad.triple for path in modules for quad in ox.parse(path=path)]


@pytest.fixture(scope="session")
def turtle() -> Callable[[str], list[ox.Triple]]:
    """Reads a few lines of Turtle, with the usual prefixes; relative addresses are things."""
    return lambda text: [quad.triple for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)]


@pytest.fixture
def violations(triples: list[ox.Triple]) -> Callable[[str, Iterable[ox.Triple]], list[list[str]]]:
    """Runs one rule over the ontology and some more triples: its rows, as texts."""

    def run(rule: str, planted: Iterable[ox.Triple] = ()) -> list[list[str]]:
        store = ox.Store()
        for triple in (*triples, *planted):
            store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
        found = store.query((folder("queries") / "checks" / f"{rule}-violation.rq").read_text(encoding="utf-8"))
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [[getattr(row[name], "value", "") for name in names] for row in found]

    return run
