"""What has changed between two versions of the ontology, by meaning: order, line breaks and blank nodes never count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ..errors import NameNotKnown
from ..names import BASE, RDF_TYPE, dcterms, skos
from .axioms import OWL, RDFS, Axiom, Expression, Part
from .files import LABELS, read, read_all
from .reader import Reader

WHOLE = ox.NamedNode(f"{BASE}ontology")
LEVELS = ("patch", "minor", "major")
CURRENT = "current"
_DEFINED_BY = ox.NamedNode(RDFS + "isDefinedBy")
_DEPRECATED = ox.NamedNode(OWL + "deprecated")
_REPLACED = dcterms("isReplacedBy")
_VERSION = ox.NamedNode(OWL + "versionInfo")
_DEFINITIONS = {skos("definition")}
_APART = {_DEFINED_BY, _DEPRECATED, _REPLACED, *LABELS, *_DEFINITIONS}
_KINDS = {skos("Concept"): "concept", skos("Collection"): "concept", skos("ConceptScheme"): "scheme"}


@dataclass(frozen=True)
class Change:
    """One change to one thing, with the version step that it asks for.

    `kind` is added, removed, deprecated, moved, relabelled, redefined, reworded or axioms; `of` is term, concept,
    scheme or ontology. `before` and `after` are what was and what is said: axioms, texts, or the names of modules or
    successors.
    """

    kind: str
    of: str
    subject: str
    level: str
    before: tuple[Axiom | Part, ...] = ()
    after: tuple[Axiom | Part, ...] = ()
    removed: tuple[ox.Triple, ...] = ()
    added: tuple[ox.Triple, ...] = ()


@dataclass(frozen=True)
class Difference:
    """All changes from one version to another, the step that is due, and the versions that both say that they are."""

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def level(self) -> str | None:
        """The highest step that a change asks for; None where nothing has changed."""
        return max((change.level for change in self.changes), key=LEVELS.index, default=None)

    @property
    def due(self) -> str:
        """The lowest version that the new one may have."""
        return raised(self.old, self.level)

    @property
    def high_enough(self) -> bool:
        """Whether the new version is at least the one that is due."""
        return numbers(self.new) >= numbers(self.due)


def numbers(version: str) -> tuple[int, int, int]:
    """A semantic version as three numbers; what is missing is 0."""
    parts = [int(part) if part.isdigit() else 0 for part in version.partition("-")[0].split(".")]
    major, minor, patch = [*parts, 0, 0, 0][:3]
    return major, minor, patch


def raised(version: str, level: str | None) -> str:
    """The version after a step. While the first number is 0, what breaks raises the second."""
    major, minor, patch = numbers(version)
    if level == "major" and major:
        return f"{major + 1}.0.0"
    if level in ("major", "minor"):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if level == "patch" else f"{major}.{minor}.{patch}"


class Version:
    """One version of the ontology: its terms with their modules, its concepts and schemes, and all axioms."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        self.triples = sorted((quad.triple for quad in dataset), key=str)
        self._said: dict[object, list[ox.Triple]] = defaultdict(list)
        for triple in self.triples:
            self._said[triple.subject].append(triple)
        reader = Reader(self.triples)
        self.axioms = dict.fromkeys(reader.axioms())
        # Whatever is written as an axiom is compared as one.
        self._axiomatic = {triple for axiom in self.axioms for triple in axiom.triples}
        self.number = next((it.value for it in self.values(WHOLE, _VERSION)), "")
        self.things: dict[ox.NamedNode, str] = {}
        for triple in self.triples:
            if isinstance(triple.subject, ox.NamedNode):
                if triple.predicate == _DEFINED_BY:
                    self.things[triple.subject] = "term"
                elif triple.predicate == RDF_TYPE and triple.object in _KINDS:
                    self.things.setdefault(triple.subject, _KINDS[triple.object])

    def values(self, subject: ox.NamedNode, *predicates: ox.NamedNode) -> list[ox.NamedNode | ox.Literal]:
        """The names and texts that stand with these predicates, in order."""
        said = (t.object for t in self._said[subject] if t.predicate in predicates)
        return [value for value in said if isinstance(value, ox.NamedNode | ox.Literal)]

    def said(self, subject: ox.NamedNode, predicates: set[ox.NamedNode]) -> set[ox.Triple]:
        """What is said of a thing with these predicates."""
        return {triple for triple in self._said[subject] if triple.predicate in predicates}

    def other_texts(self, subject: ox.NamedNode) -> set[ox.Triple]:
        """What is said of a thing besides its axioms, label, definition and place."""
        return {t for t in self._said[subject] if t.predicate not in _APART and t not in self._axiomatic}


def version_at(where: str, ontology: Path) -> Version:
    """The version that somebody means: a folder, a file, a number under `versions/`, or `current`."""
    frozen = {path.stem: path for path in sorted((ontology / "versions").glob("*.ttl"))}
    if where == CURRENT or where in frozen:
        return Version(_triples(ontology if where == CURRENT else frozen[where]))
    if not Path(where).exists():
        raise NameNotKnown(where, ("ontology-version",), [*frozen, CURRENT])
    return Version(_triples(Path(where)))


def newest(ontology: Path) -> str | None:
    """The number of the newest version that was frozen."""
    frozen = [path.stem for path in (ontology / "versions").glob("*.ttl")]
    return max(frozen, key=numbers, default=None)


def _triples(place: Path) -> Iterator[ox.Triple]:
    if place.is_dir():
        paths = [*sorted(place.glob("*.ttl")), *sorted((place / "vocabularies").glob("*.ttl"))]
        for file in read_all((str(path), path) for path in paths):
            yield from file.triples
    else:
        yield from read(place).triples


def difference(old: Version, new: Version) -> Difference:
    """All changes from one version to another, by subject."""
    changes = [
        *_comings(old, new),
        *(
            change
            for thing in sorted(old.things.keys() & new.things.keys(), key=str)
            for change in _told(thing, old, new)
        ),
        *_axioms(old, new),
    ]
    order = {"term": 0, "scheme": 1, "concept": 2, "ontology": 3}
    changes.sort(key=lambda change: (order[change.of], change.subject, change.kind))
    return Difference(old.number, new.number, tuple(changes))


def _comings(old: Version, new: Version) -> Iterator[Change]:
    for thing in new.things.keys() - old.things.keys():
        added = tuple(sorted(new.said(thing, {RDF_TYPE, *_APART}), key=str))
        yield Change("added", new.things[thing], thing.value, "minor", (), tuple(new.values(thing, *LABELS)), (), added)
    for thing in old.things.keys() - new.things.keys():
        removed = tuple(sorted(old.said(thing, {RDF_TYPE, *_APART}), key=str))
        texts = tuple(old.values(thing, *LABELS))
        yield Change("removed", old.things[thing], thing.value, "major", texts, (), removed)


def _told(thing: ox.NamedNode, old: Version, new: Version) -> Iterator[Change]:
    """What is said of a thing that both versions have, its axioms apart."""
    of = new.things[thing]
    if new.values(thing, _DEPRECATED) and not old.values(thing, _DEPRECATED):
        added = tuple(new.said(thing, {_DEPRECATED, _REPLACED}))
        yield Change("deprecated", of, thing.value, "minor", (), tuple(new.values(thing, _REPLACED)), (), added)
    for kind, predicates, level in (
        ("moved", {_DEFINED_BY}, "minor"),
        ("relabelled", LABELS, "patch"),
        ("redefined", _DEFINITIONS, "patch"),
    ):
        yield from _replaced(kind, of, thing, level, old.said(thing, predicates), new.said(thing, predicates))
    yield from _replaced("reworded", of, thing, "patch", old.other_texts(thing), new.other_texts(thing))


def _replaced(
    kind: str, of: str, thing: ox.NamedNode, level: str, old: set[ox.Triple], new: set[ox.Triple]
) -> Iterator[Change]:
    removed, added = (tuple(sorted(it, key=str)) for it in (old - new, new - old))
    if removed or added:
        before, after = (tuple(_value(triple) for triple in side) for side in (removed, added))
        yield Change(kind, of, thing.value, level, before, after, removed, added)


def _value(triple: ox.Triple) -> Part:
    if isinstance(triple.object, ox.Triple):
        raise TypeError(f"no term of RDF 1.1: {triple.object}")
    return triple.object


def _axioms(old: Version, new: Version) -> Iterator[Change]:
    """Axioms of things that both versions have: one that is lost or changed breaks, one that is new adds.

    What speaks of a thing that only one version has comes and goes with it.
    """
    both = old.things.keys() & new.things.keys()
    sides: dict[ox.NamedNode, tuple[list[Axiom], list[Axiom]]] = defaultdict(lambda: ([], []))
    for side, (mine, other) in enumerate(((old, new), (new, old))):
        for axiom in mine.axioms:
            if axiom not in other.axioms and not any(name in mine.things and name not in both for name in axiom.names):
                sides[_about(axiom, both)][side].append(axiom)
    for thing, (gone, come) in sides.items():
        before, after = (tuple(sorted(side, key=str)) for side in (gone, come))
        level = "major" if before else "minor"
        removed, added = (tuple(t for axiom in side for t in axiom.triples) for side in (before, after))
        yield Change("axioms", new.things.get(thing, "ontology"), thing.value, level, before, after, removed, added)


def _about(axiom: Axiom, things: Iterable[ox.NamedNode]) -> ox.NamedNode:
    """The thing that an axiom is said of; the ontology where it is said of none."""
    chained = axiom.parts and isinstance(axiom.parts[0], Expression)
    facts = axiom.is_fact and axiom.kind not in ("SameIndividual", "DifferentIndividuals")
    parts = axiom.parts[1:] if chained or facts else axiom.parts
    return next((part for part in parts if isinstance(part, ox.NamedNode) and part in set(things)), WHOLE)
