"""The examples against the shapes: each passes, or fails exactly where its first line says.

An example stands alone beside the modules and the small world that all examples share; no other example is in sight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import DCTERMS, RDF, RDFS, SH

from ..names import BASE, TERMS
from .files import File, Ontology, triples_of

SHAPES = f"{BASE}shapes/"
WORLD = "world.ttl"
# The prefixes that the first line of an example may use.
PREFIXES = {
    "": TERMS,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": str(DCTERMS),
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": str(RDFS),
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
_FAILS = "# fails: "
Triples = Sequence[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


@dataclass(frozen=True, order=True)
class Result:
    """One result of a shape: how grave, on which path (or of which shape, if on the whole thing), of which thing."""

    severity: str
    where: str
    thing: str
    messages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class WrongExample:
    """An example that does not do what it says: what should have failed and did not, and what failed besides."""

    file: str
    missing: tuple[str, ...]
    unexpected: tuple[Result, ...]


def expected(example: Path) -> frozenset[str]:
    """What the first line of an example says that fails, in full; nothing for one that is valid."""
    first = example.read_text(encoding="utf-8").partition("\n")[0]
    names = first.removeprefix(_FAILS).split() if first.startswith(_FAILS) else []
    return frozenset(PREFIXES[n.partition(":")[0]] + n.partition(":")[2] if ":" in n else n for n in names)


class Validator:
    """Validates things beside the modules. The graphs are made once: to copy them takes as long as to validate."""

    def __init__(self, background: Iterable[File], shapes: Iterable[File]) -> None:
        self._data = _Kept(as_rdflib(triples_of(background)))
        self._shapes = _Kept(as_rdflib(triples_of(shapes)))

    def results(self, triples: Iterable[ox.Triple] = ()) -> list[Result]:
        """What the shapes say of these triples, beside what is always there."""
        data = self._data.beside(as_rdflib(triples))
        # pySHACL changes the shapes that it is given.
        shapes = self._shapes.beside(())
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
        if not isinstance(report, rdflib.Graph):
            raise TypeError(f"pySHACL failed: {report}")
        return sorted(_result(report, node) for node in report.subjects(RDF.type, SH.ValidationResult))


class _Kept:
    """A graph that takes guests and is itself again before the next ones."""

    def __init__(self, triples: Triples) -> None:
        self._graph, self._own = rdflib.Graph(), frozenset(triples)
        for triple in self._own:
            self._graph.add(triple)

    def beside(self, guests: Triples) -> rdflib.Graph:
        now = frozenset(self._graph)
        for triple in now - self._own:
            self._graph.remove(triple)
        for triple in (*(self._own - now), *guests):
            self._graph.add(triple)
        return self._graph


def _result(report: rdflib.Graph, node: rdflib.term.Node) -> Result:
    path = report.value(node, SH.resultPath)
    shape = str(report.value(node, SH.sourceShape)).removeprefix(SHAPES)
    messages = {(getattr(text, "language", "") or "", str(text)) for text in report.objects(node, SH.resultMessage)}
    return Result(
        str(report.value(node, SH.resultSeverity)).removeprefix(str(SH)),
        str(path) if path is not None else shape,
        str(report.value(node, SH.focusNode)),
        tuple(sorted(messages)),
    )


def as_rdflib(triples: Iterable[ox.Triple]) -> Triples:
    """The same triples as rdflib has them."""
    return [(_node(triple.subject), _node(triple.predicate), _node(triple.object)) for triple in triples]


def _node(term: object) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        # A literal has a language or a datatype, never both.
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
        return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value))
    raise TypeError(f"no term of RDF 1.1: {term}")


def judge(example: File, validator: Validator) -> WrongExample | None:
    """What is wrong with one example: a valid one gets no result, an invalid one the violations that it names."""
    found, said = validator.results(example.triples), expected(example.path)
    if said:
        found = [result for result in found if result.severity == "Violation"]
    missing = said - {result.where for result in found}
    unexpected = tuple(result for result in found if result.where not in said)
    return WrongExample(example.name, tuple(sorted(missing)), unexpected) if missing or unexpected else None


def validator_for(ontology: Ontology) -> Validator:
    """A validator with the modules and the world of the examples."""
    world = [file for file in ontology.examples if file.path.name == WORLD]
    return Validator([*ontology.modules, *world], ontology.shapes)


def wrong_examples(ontology: Ontology, observe: Callable[[str], None] = lambda name: None) -> list[WrongExample]:
    """All examples that do not do what they say, the world itself included; `observe` hears the name of each."""
    validator = validator_for(ontology)
    wrong: list[WrongExample] = []
    for example in ontology.examples:
        observe(example.path.stem)
        case = example if example.path.name != WORLD else File(example.name, example.path, ())
        if (found := judge(case, validator)) is not None:
            wrong.append(found)
    return wrong
