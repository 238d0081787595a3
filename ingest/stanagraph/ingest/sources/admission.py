"""What a stranger may say: facts about the world, and nothing about meaning, provenance or verdicts.

A verdict is derived, provenance is written by the driver that reads a file, and a term means what the ontology says.
A source that could state any of these could forge them. What is refused is listed, and the rest of the file is loaded.
What counts is what a statement leads to: a property whose domain is a verdict makes a verdict of anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.names import BASE, GRAPHS, RDF_TYPE, RDFS_LABEL, TERMS, THINGS, kind_of, skos
from stanagraph.graph.ontology.axioms import OWL, RDF, RDFS
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

GENID = f"{BASE}.well-known/genid/"
_PROV, _SH, _SKOS = "http://www.w3.org/ns/prov#", "http://www.w3.org/ns/shacl#", skos("").value
_SAME = frozenset((f"{OWL}sameAs", f"{_SKOS}exactMatch"))
# That two things differ, whatever they look like: they are no candidates for merging then.
_APART = f"{OWL}differentFrom"
# Classes whose members are derived, or written by the driver.
DERIVED_CLASSES = (
    "Verdict",
    "Gap",
    "Action",
    "CriterionAssessment",
    "MatrixCell",
    "Disagreement",
    "Claim",
    "MergeCandidate",
)
PROVENANCE_CLASSES = ("Statement", "Source", "Column", "Release", "ConfidentialityLabel", "LabelCategory")
DERIVED_KINDS = frozenset(
    ("verdict", "gap", "action", "assessment", "matrix-cell", "disagreement", "claim", "merge-candidate")
)
PROVENANCE_KINDS = frozenset(("statement", "source", "column", "release", "label", "label-category"))
# Properties of things that people state, and that only rules may say of them.
DERIVED_PROPERTIES = (
    "acceptsMunitionOf",
    "asksFor",
    "asksOfRoundsFor",
    "bearsOnInterface",
    "citesEnded",
    "component",
    "countedCapacity",
    "coversMunitionsOf",
    "fires",
    "firesRestricted",
    "firstDayCounted",
    "governedAsWholeBy",
    "inForceInstead",
    "lastDayCounted",
    "leavesInForce",
    "mayFire",
    "memberOf",
    "notOnList",
    "operates",
    "restsOnEdition",
    "restsSince",
    "setBy",
    "statedSince",
    "stocks",
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_RDF_FREE = frozenset(("type", "first", "rest", "value"))
_RDFS_FREE = frozenset(("label", "comment", "seeAlso", "member"))


class Code(StrEnum):
    """Why a statement is not loaded."""

    TERM = "ontology-term"
    SCHEMA = "schema"
    DERIVED = "derived"
    PROVENANCE = "provenance"
    UNKNOWN_TERM = "unknown-term"
    UNKNOWN_CONCEPT = "unknown-concept"
    REASONED = "reasoned-class"
    CONTROL = "control-character"


@dataclass(frozen=True)
class Admission:
    """The rules, as the ontology has them now."""

    declared: frozenset[str]  # classes and properties of the ontology
    described: frozenset[str]  # all that the ontology says something of: terms, schemes, concepts
    vocabularies: frozenset[str]  # kinds of things that are concepts: document-status, nation
    reasoned: frozenset[str]  # classes that reasoning fills
    derived: frozenset[str]  # classes and properties
    provenance: frozenset[str]
    required: Mapping[str, frozenset[str]]  # for each class the properties that the shapes ask of each member
    # What has been found out of each property: a file has few, and says each very often.
    properties: dict[str, Code | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, ontology: Path) -> Admission:
        """The rules of an ontology in a folder."""
        triples = [
            quad.triple for path in ontology_files(ontology) for quad in ox.parse(path=path, rename_blank_nodes=True)
        ]
        named = {subject.value for subject, _, _ in triples if isinstance(subject, ox.NamedNode)}
        declared = {s.value for s, p, _ in triples if p.value == f"{RDFS}isDefinedBy" and isinstance(s, ox.NamedNode)}
        reasoned = {
            subject.value
            for subject, predicate, value in triples
            if predicate.value == f"{OWL}equivalentClass"
            and isinstance(value, ox.BlankNode)
            and isinstance(subject, ox.NamedNode)
        }
        ends = _ends(triples)
        groups = {
            name: classes | {found for found, reached in ends.items() if any(end <= classes for end in reached)}
            for name, classes in (("derived", _iris(DERIVED_CLASSES)), ("provenance", _iris(PROVENANCE_CLASSES)))
        }
        groups["derived"] |= _iris(DERIVED_PROPERTIES)
        kinds = frozenset(kind for iri in named if (kind := kind_of(iri)))
        return cls(
            frozenset(declared),
            frozenset(named),
            kinds,
            frozenset(reasoned),
            frozenset(groups["derived"]),
            frozenset(groups["provenance"]),
            _required(ontology / "shapes"),
        )

    def of_thing(self, iri: str, types: Iterable[str] = ()) -> Code | None:
        """Why nothing that is said of this thing is loaded, or None."""
        kind = kind_of(iri)
        if kind == "nation" and iri in self.described:
            return None
        if kind in DERIVED_KINDS or any(name in self.derived for name in types):
            return Code.DERIVED
        if kind in PROVENANCE_KINDS or any(name in self.provenance for name in types):
            return Code.PROVENANCE
        # What a file names relative to itself lies below the graph of its source.
        below = iri.startswith(GRAPHS) and "/" in iri.removeprefix(GRAPHS)
        ours = iri.startswith(BASE) and not iri.startswith((THINGS, GENID)) and not below
        return Code.TERM if ours or kind in self.vocabularies or iri in self.described else None

    def must_have(self, types: Iterable[str], predicate: ox.NamedNode) -> bool:
        """Whether a thing of these classes is nothing without this property: a holding without its nation."""
        return any(predicate.value in self.required.get(name, ()) for name in types)

    def of_fact(
        self, subject: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.BlankNode | ox.Literal
    ) -> Code | None:
        """Why this fact of a thing that may be spoken of is not loaded, or None."""
        said = predicate.value
        if said not in self.properties:
            self.properties[said] = self._of_property(said)
        if refused := self.properties[said]:
            return refused
        if isinstance(value, ox.Literal):
            if _CONTROL.search(value.value):
                return Code.CONTROL
            return self._of_nation(subject, said, "")
        target = value.value if isinstance(value, ox.NamedNode) else ""
        if predicate == RDF_TYPE and (refused := self._of_type(target)):
            return refused
        if said in _SAME:
            # What is declared the same is merged: that way a thing could become a verdict or a concept.
            return self.of_thing(target)
        if kind_of(target) in self.vocabularies:
            if target not in self.described:
                return Code.UNKNOWN_CONCEPT
            if said.startswith(_SKOS) and not said.endswith(("Match", "subject")):
                return Code.TERM
        return self._of_nation(subject, said, target)

    def _of_property(self, said: str) -> Code | None:
        if said in self.derived:
            return Code.DERIVED
        if said in self.provenance or said.startswith(_PROV):
            return Code.PROVENANCE
        if said.startswith(TERMS) and said not in self.declared:
            return Code.UNKNOWN_TERM
        return Code.SCHEMA if _is_schema(said) else None

    def _of_type(self, target: str) -> Code | None:
        if target in self.derived:
            return Code.DERIVED
        if target in self.provenance:
            return Code.PROVENANCE
        if target in self.reasoned:
            return Code.REASONED
        if target.startswith(TERMS) and target not in self.declared:
            return Code.UNKNOWN_TERM
        return Code.SCHEMA if target.startswith((OWL, RDFS, _SH)) or target == f"{RDF}Property" else None

    def _of_nation(self, subject: str, said: str, target: str) -> Code | None:
        """A nation is a concept too: what names or defines it stands in the vocabulary, and only there."""
        if kind_of(subject) != "nation":
            return None
        names = said in (RDFS_LABEL.value, f"{TERMS}isoCode") or (said.startswith(_SKOS) and not said.endswith("Match"))
        concept = said == RDF_TYPE.value and target != f"{TERMS}Nation"
        return Code.TERM if names or concept else None


def _iris(names: Iterable[str]) -> set[str]:
    return {TERMS + name for name in names}


def _ends(triples: Iterable[ox.Triple]) -> dict[str, list[set[str]]]:
    """For each property the classes that its subject, and those that its value, is taken to be one of."""
    said: dict[tuple[object, str], list[object]] = {}
    for subject, predicate, value in triples:
        said.setdefault((subject, predicate.value), []).append(value)
    properties = {
        s for (s, p) in said if p in (f"{RDFS}domain", f"{RDFS}range", f"{RDFS}subPropertyOf", f"{OWL}inverseOf")
    }

    def members(end: object) -> set[str]:
        if isinstance(end, ox.NamedNode):
            return {end.value}
        found: set[str] = set()
        for union in said.get((end, f"{OWL}unionOf"), ()):
            rest: object = union
            while first := said.get((rest, f"{RDF}first")):
                found |= members(first[0])
                rest = said[rest, f"{RDF}rest"][0]
        return found

    def reached(start: object, seen: set[object]) -> list[set[str]]:
        if start in seen:
            return []
        seen.add(start)
        own = [m for name in ("domain", "range") for end in said.get((start, RDFS + name), ()) if (m := members(end))]
        # An inverse swaps the two ends, and either will do.
        further = [*said.get((start, f"{RDFS}subPropertyOf"), ()), *said.get((start, f"{OWL}inverseOf"), ())]
        further += [other for other in properties if start in said.get((other, f"{OWL}inverseOf"), ())]
        return [*own, *(found for other in further for found in reached(other, seen))]

    return {found.value: reached(found, set()) for found in properties if isinstance(found, ox.NamedNode)}


def _required(shapes: Path) -> dict[str, frozenset[str]]:
    store = EmbeddedStore()
    for path in sorted(shapes.glob("*.ttl")):
        store.load(ox.parse(path=path, rename_blank_nodes=True))
    rows = store.select(
        f"""PREFIX sh: <{_SH}> SELECT DISTINCT ?class ?path {{
        ?shape sh:targetClass ?class ; sh:property ?property .
        ?property sh:path ?path ; sh:minCount ?least ; sh:severity sh:Violation .
        FILTER(?least > 0 && isIRI(?path)) }} ORDER BY ?class ?path"""
    ).rows
    found: dict[str, set[str]] = {}
    for name, asked in rows:
        if isinstance(name, ox.NamedNode) and isinstance(asked, ox.NamedNode):
            found.setdefault(name.value, set()).add(asked.value)
    return {name: frozenset(paths) for name, paths in found.items()}


def _is_schema(said: str) -> bool:
    if said.startswith(OWL):
        return said not in _SAME and said != _APART
    if said.startswith(RDFS):
        return said.removeprefix(RDFS) not in _RDFS_FREE
    if said.startswith(RDF):
        name = said.removeprefix(RDF)
        return name not in _RDF_FREE and not (name.startswith("_") and name[1:].isdigit())
    return said.startswith(_SH)


@cache
def admission() -> Admission:
    """The rules of the ontology that belongs to this code."""
    return Admission.read(folder("ontology"))
