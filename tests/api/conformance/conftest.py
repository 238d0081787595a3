"""A dozen facts that descriptions are judged against, small enough to be checked by eye."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.api.conformance.names import Names
from stanagraph.graph.names import graph
from stanagraph.graph.store import EmbeddedStore

GIVEN = Path(__file__).parent / "given.ttl"


@pytest.fixture(scope="session")
def store() -> EmbeddedStore:
    """The facts, in a named graph."""
    found = EmbeddedStore()
    parsed = ox.parse(path=GIVEN)
    found.load(ox.Quad(quad.subject, quad.predicate, quad.object, graph("given")) for quad in parsed)
    return found


@pytest.fixture(scope="session")
def names(store: EmbeddedStore) -> Names:
    """The names in it."""
    return Names(store)
