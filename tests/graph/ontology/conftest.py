"""What the tests of the ontology's tools share: the ontology as it is, and a small copy of it to spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.ontology.files import File, Ontology
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
FEW = ("world.ttl", "nation-valid.ttl", "nation-invalid.ttl")


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The ontology, parsed once."""
    return Ontology.read(folder("ontology"))


@pytest.fixture(scope="session")
def turtle() -> Callable[[str], tuple[ox.Triple, ...]]:
    """Reads a few lines of Turtle with the usual prefixes."""
    return lambda text: tuple(
        quad.triple for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    )


@pytest.fixture(scope="session")
def stranger(turtle: Callable[[str], tuple[ox.Triple, ...]]) -> Callable[[str], File]:
    """A file of somebody else with a few lines of Turtle."""
    return lambda text: File("stranger.ttl", Path("stranger.ttl"), turtle(text))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the ontology with few examples, which a test may spoil."""
    place = Path(shutil.copytree(folder("ontology"), tmp_path / "ontology"))
    for example in (place / "examples").glob("*.ttl"):
        if example.name not in FEW:
            example.unlink()
    return place
