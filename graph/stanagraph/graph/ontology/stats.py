"""How large the ontology is, counted by what it is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import yaml

from ..names import BASE, RDF_TYPE, TERMS, THINGS, skos
from .axioms import OWL, RDFS
from .files import File, Ontology, triples_of
from .profiles import axioms_by_kind

_SHACL = "http://www.w3.org/ns/shacl#"
_MAPPINGS = {
    *(OWL + name for name in ("equivalentClass", "equivalentProperty", "sameAs", "inverseOf")),
    *(RDFS + name for name in ("subClassOf", "subPropertyOf", "seeAlso")),
    *(skos(f"{how}Match").value for how in ("exact", "close", "broad", "narrow", "related")),
}


@dataclass(frozen=True)
class Statistics:
    """Counts of all that the ontology is made of; `competency_cases` is None where the tests are not at hand."""

    version: str
    modules: dict[str, int]
    classes: int
    object_properties: int
    data_properties: int
    annotation_properties: int
    foreign_terms: int
    individuals: int
    axioms: dict[str, int]
    schemes: int
    concepts: int
    node_shapes: int
    closed_shapes: int
    constraints: dict[str, int]
    examples: int
    checks: int
    closure_rules: int
    reports: int
    competency_cases: int | None
    alignments: dict[str, int]


def statistics(ontology: Ontology, queries: Path, competency: Path | None = None) -> Statistics:
    """Count everything. Terms are those under the address of Stanagraph; axioms are those that py-horned-owl reads."""
    core = list(dict.fromkeys(triples_of(ontology.core)))
    typed = Counter(
        (t.object.value, _is_ours(t.subject))
        for t in core
        if t.predicate == RDF_TYPE and isinstance(t.object, ox.NamedNode)
    )
    kinds = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    ours = {kind: typed[OWL + kind, True] for kind in kinds}
    axioms = axioms_by_kind(core)
    version = ox.NamedNode(f"{BASE}ontology"), ox.NamedNode(OWL + "versionInfo")
    numbers = [t.object for t in core if (t.subject, t.predicate) == version]
    shapes = list(triples_of(ontology.shapes))
    return Statistics(
        version=next((it.value for it in numbers if isinstance(it, ox.Literal)), ""),
        modules={file.path.stem: _terms(file) for file in ontology.modules},
        classes=ours["Class"],
        object_properties=ours["ObjectProperty"],
        data_properties=ours["DatatypeProperty"],
        annotation_properties=ours["AnnotationProperty"],
        foreign_terms=sum(typed[OWL + kind, False] for kind in kinds),
        individuals=len(
            {t.subject for t in core if t.predicate == RDF_TYPE and str(t.subject).startswith(f"<{THINGS}")}
        ),
        axioms=dict(sorted(axioms.items(), key=lambda it: (-it[1], it[0]))),
        schemes=typed[skos("ConceptScheme").value, False],
        concepts=typed[skos("Concept").value, False],
        node_shapes=sum(1 for t in shapes if t.predicate == RDF_TYPE and _is(t.object, "NodeShape")),
        closed_shapes=sum(1 for t in shapes if _is(t.predicate, "closed") and str(t.object).startswith('"true"')),
        constraints=_severities(shapes),
        examples=len(ontology.examples),
        checks=_count(queries / "checks"),
        closure_rules=_count(queries / "closure"),
        reports=_count(queries / "reports"),
        competency_cases=_cases(competency) if competency is not None and competency.is_dir() else None,
        alignments={file.path.stem: _mappings(file) for file in ontology.alignments},
    )


def _is_ours(subject: object) -> bool:
    return isinstance(subject, ox.NamedNode) and subject.value.startswith(TERMS)


def _is(term: object, name: str) -> bool:
    return term == ox.NamedNode(_SHACL + name)


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.rq"))


def _terms(file: File) -> int:
    defined = ox.NamedNode(RDFS + "isDefinedBy")
    return len({triple.subject for triple in file.triples if triple.predicate == defined})


def _severities(shapes: list[ox.Triple]) -> dict[str, int]:
    """Constraints by how grave it is to break them."""
    said = [t.object.value for t in shapes if _is(t.predicate, "severity") and isinstance(t.object, ox.NamedNode)]
    counts = Counter(name.removeprefix(_SHACL).lower() for name in said)
    return {name: counts[name] for name in ("violation", "warning", "info")}


def _mappings(file: File) -> int:
    """Statements that tie a term or concept of Stanagraph to one of another vocabulary."""
    told = (triple for triple in file.triples if triple.predicate.value in _MAPPINGS)
    return sum(1 for triple in told if f"<{BASE}" in f"{triple.subject} {triple.object}" or _has_blank(triple))


def _has_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _cases(folder: Path) -> int:
    """The cases of all competency questions."""
    read = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/cases.yaml")))
    return sum(len(cases) for cases in read)
