"""Whether the ontology keeps to the profiles of OWL 2: the whole to DL, what a release materialises to RL.

py-horned-owl judges. It does not read lists of things told apart, so these are given to it as pairs, and it passes
over what it does not understand, so the axioms that it read are counted by kind against those that are stated: an
axiom that was lost is reported like a violation. It takes every datatype of XML Schema for one of OWL 2: an axiom
about a datatype that OWL 2 has not, such as xsd:date, is found here.

What is materialised is what the rules in `queries/closure/` act on. Two things are put to RL in another form:

- A domain or range that has no name of its own is left out. The rules act on named classes only.
- A class that is defined as an expression counts as `expression ⊑ class`: what fits the expression becomes a member.
  The other half, that every member fits it, is proved by HermiT and not materialised.

All other axioms are put to RL as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import pyhornedowl
import pyoxigraph as ox
from pyhornedowl import PyIndexedOntology
from pyhornedowl.profile import check_profile

from ..reasoning import is_reasoned_over
from .axioms import OWL, RDFS, Axiom, Expression
from .reader import Reader

Name = Literal["DL", "RL"]

_EQUIVALENT, _SUBCLASS = ox.NamedNode(OWL + "equivalentClass"), ox.NamedNode(RDFS + "subClassOf")
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LISTS = {ox.NamedNode(f"{OWL}All{kind}") for kind in ("DisjointClasses", "DisjointProperties", "Different")}


@dataclass(frozen=True, order=True)
class Violation:
    """One place that leaves a profile: the terms concerned (IRIs) and what the checker says of it."""

    profile: str
    terms: tuple[str, ...]
    message: str
    axiom: str


@dataclass(frozen=True, order=True)
class Lost:
    """Axioms of one kind that were stated and did not reach the checker."""

    profile: str
    kind: str
    stated: int
    read: int


@dataclass(frozen=True)
class ProfileReport:
    """What is wrong with the ontology in one profile, and how many axioms were looked at."""

    profile: Name
    axioms: int
    violations: tuple[Violation, ...]
    lost: tuple[Lost, ...]


def reports(triples: Iterable[ox.Triple]) -> tuple[ProfileReport, ProfileReport]:
    """The whole against OWL 2 DL, and what is materialised against OWL 2 RL."""
    reader = Reader(triples)
    axioms = list(dict.fromkeys(reader.axioms()))
    materialised = [changed for axiom in axioms if (changed := as_materialised(axiom)) is not None]
    return (
        _report("DL", axioms, _whole(reader, axioms)),
        _report("RL", materialised, [triple for axiom in materialised for triple in axiom.triples]),
    )


def as_materialised(axiom: Axiom) -> Axiom | None:
    """The axiom as the closure rules act on it, or None where they do not."""
    if axiom.kind.endswith(("PropertyDomain", "PropertyRange")) and isinstance(axiom.parts[1], Expression):
        return None
    named = [part for part in axiom.parts if isinstance(part, ox.NamedNode)]
    defined = [part for part in axiom.parts if isinstance(part, Expression)]
    if axiom.kind == "EquivalentClasses" and len(named) == 1 and len(defined) == 1:
        told = tuple(_as_inclusion(triple, named[0]) for triple in axiom.triples)
        return Axiom("SubClassOf", (defined[0], named[0]), told)
    return axiom


def _as_inclusion(triple: ox.Triple, named: ox.NamedNode) -> ox.Triple:
    if triple.predicate != _EQUIVALENT:
        return triple
    expression = triple.object if triple.subject == named else triple.subject
    if not isinstance(expression, ox.BlankNode):
        raise TypeError(f"a class without a name is no {expression}")
    return ox.Triple(expression, _SUBCLASS, named)


def axioms_by_kind(triples: Iterable[ox.Triple]) -> Counter[str]:
    """How many axioms of each kind py-horned-owl reads, annotations and the heads of modules left out."""
    reader = Reader(triples)
    found = _read(_whole(reader, list(reader.axioms())))
    counts = Counter(type(it.component).__name__ for it in found.get_components())
    apart = ("AnnotationAssertion", "OntologyAnnotation", "OntologyID", "DocIRI", "Import")
    return Counter({kind: count for kind, count in counts.items() if kind not in apart})


def _whole(reader: Reader, axioms: Iterable[Axiom]) -> Iterator[ox.Triple]:
    """Everything that is stated, with the lists of things told apart as the pairs that stand among the axioms."""
    lists = {triple.subject for triple in reader.triples if triple.predicate == _RDF_TYPE and triple.object in _LISTS}
    yield from (triple for triple in reader.triples if triple.subject not in lists)
    yield from (triple for axiom in axioms for triple in axiom.triples)


def _read(triples: Iterable[ox.Triple]) -> PyIndexedOntology:
    document = (ox.serialize(dict.fromkeys(triples), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    # Its stubs do not know that it reads N-Triples under the name of "nt".
    return pyhornedowl.open_ontology_from_string(document, "nt")  # type: ignore[arg-type]


def _report(profile: Name, axioms: list[Axiom], triples: Iterable[ox.Triple]) -> ProfileReport:
    ontology = _read(triples)
    stated = Counter(axiom.kind for axiom in axioms)
    found = Counter(type(it.component).__name__ for it in ontology.get_components())
    lost = [Lost(profile, kind, count, found[kind]) for kind, count in stated.items() if found[kind] < count]
    violations = {_violation(profile, it) for it in check_profile(ontology, profile).violations}
    violations |= {_foreign(profile, axiom) for axiom in axioms if _has_foreign_datatype(axiom)}
    return ProfileReport(profile, len(axioms), tuple(sorted(violations)), tuple(sorted(lost)))


def _violation(profile: Name, found: object) -> Violation:
    """What py-horned-owl says, with the names that it is about: each kind of violation keeps them elsewhere."""
    component = getattr(getattr(found, "axiom", None), "component", None)
    about = [getattr(found, name) for name in ("iri", "ope") if hasattr(found, name)]
    about += getattr(found, "cycle", [])
    text = component.serialize() if component is not None else ""
    names = [_iri(part) for part in about] or _names(text)
    return Violation(profile, tuple(dict.fromkeys(names)), str(getattr(found, "message", found)), text)


def _has_foreign_datatype(axiom: Axiom) -> bool:
    """A value of an individual may be dated: HermiT is spared it, and no axiom rests on it."""
    values = [triple for triple in axiom.triples if isinstance(triple.object, ox.NamedNode)]
    return not all(is_reasoned_over(triple) for triple in values)


def _foreign(profile: Name, axiom: Axiom) -> Violation:
    terms = tuple(name.value for name in axiom.parts if isinstance(name, ox.NamedNode))
    return Violation(profile, terms, "Use of a datatype that is not in the OWL 2 datatype map", str(axiom))


def _iri(part: object) -> str:
    return str(getattr(part, "first", part)).strip("<>")


def _names(text: str) -> list[str]:
    """The IRIs in functional syntax, the first of which is what the axiom is about."""
    return [part.partition(">")[0] for part in text.split("<")[1:]]
