"""The whole check of the ontology, part by part: each file is parsed once, each part is timed and names its faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from ..catalogue import Query
from ..errors import ReleaseError
from ..names import BASE, ONTOLOGY_GRAPH, RDF_TYPE, graph, skos
from ..reasoning import Classification, classify_each
from ..resources import folder
from ..store import EmbeddedStore, Row
from .axioms import OWL, RDF, RDFS
from .descriptions import describe
from .diff import CURRENT, Version, difference, newest, version_at
from .examples import WrongExample, wrong_examples
from .explain import Contradiction, contradictions
from .files import File, Ontology, triples_of
from .profiles import Lost, Violation, reports

PARTS = ("parse", "conventions", "examples", "profiles", "reasoning", "version")
SHAPES_GRAPH, QUERIES_GRAPH, ADDED_GRAPH = graph("shapes"), graph("queries"), graph("added")
Observer = Callable[[str, str], None]
_Hear = Callable[[str], None]


@dataclass(frozen=True)
class BrokenRule:
    """A rule of `queries/checks/` that found something: its question by language, its columns and its rows."""

    rule: str
    question: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Unsound:
    """A contradiction, and the alignments that the core was read with when it was found."""

    beside: tuple[str, ...]
    contradiction: Contradiction


@dataclass(frozen=True)
class LowVersion:
    """A version number that does not tell of the changes since the version that was frozen last."""

    frozen: str
    level: str
    due: str
    declared: str


@dataclass(frozen=True)
class NotJudged:
    """What the reasoner could not judge, with its reason: for example an ontology that leaves OWL 2 DL."""

    reason: str


Fault = BrokenRule | NotJudged | WrongExample | Violation | Lost | Unsound | LowVersion
_Found = tuple[dict[str, int], Sequence[Fault], str]


@dataclass(frozen=True)
class Part:
    """One part of the check: how long it took, what was counted, and what is wrong."""

    name: str
    seconds: float
    counts: Mapping[str, int]
    faults: tuple[Fault, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Report:
    """The whole check, and everything that was read for it."""

    ontology: Ontology
    parts: tuple[Part, ...]

    @property
    def passed(self) -> bool:
        """Whether no part found a fault."""
        return not any(part.faults for part in self.parts)


def check(
    place: Path | None = None,
    queries: Path | None = None,
    added: Sequence[Path] = (),
    observe: Observer = lambda part, detail: None,
    finished: Callable[[Part], None] = lambda part: None,
) -> Report:
    """Check the ontology, with files that somebody adds. TurtleRefused if one of them cannot be parsed.

    `observe` hears what is worked on, `finished` each part when it is done.
    """
    place = place if place is not None else folder("ontology")
    queries = queries if queries is not None else folder("queries")
    began = time.perf_counter()
    observe("parse", "")
    ontology = Ontology.read(place, added)
    parts = [Part("parse", time.perf_counter() - began, _counts(ontology))]
    finished(parts[0])
    works: dict[str, Callable[[_Hear], _Found]] = {
        "conventions": lambda hear: _conventions(ontology, queries, hear),
        "examples": lambda hear: _examples(ontology, hear),
        "profiles": lambda hear: _profiles(ontology),
        "reasoning": lambda hear: _reasoning(ontology, hear),
        "version": lambda hear: _version(ontology),
    }
    for name, work in works.items():
        began = time.perf_counter()
        observe(name, "")
        counts, faults, note = work(partial(observe, name))
        parts.append(Part(name, time.perf_counter() - began, counts, tuple(faults), note))
        finished(parts[-1])
    return Report(ontology, tuple(parts))


def _counts(ontology: Ontology) -> dict[str, int]:
    kinds = ("modules", "vocabularies", "shapes", "examples", "alignments", "added")
    return {kind: count for kind in kinds if (count := len(getattr(ontology, kind)))}


def store_of(ontology: Ontology, queries: Path) -> EmbeddedStore:
    """What the rules about the ontology run on: the core, the shapes, what each query names, and what is added."""
    store = EmbeddedStore()
    for name, triples in (
        (ONTOLOGY_GRAPH, triples_of(ontology.core)),
        (SHAPES_GRAPH, triples_of(ontology.shapes)),
        (QUERIES_GRAPH, describe(queries)),
        (ADDED_GRAPH, triples_of(ontology.added)),
    ):
        store.load(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
    return store


def rules_over(what: str, checks: Path) -> list[Query]:
    """The rules that are asked of the ontology, or of a release."""
    rules = (Query.read(path) for path in sorted(checks.glob("*.rq")))
    return [rule for rule in rules if rule.over == what]


def broken_rules(ontology: Ontology, queries: Path, hear: _Hear = lambda rule: None) -> list[BrokenRule]:
    """The rules about the ontology that find something; `hear` is told each rule before it is asked."""
    store, private = store_of(ontology, queries), _private(ontology)
    broken = []
    for rule in rules_over("ontology", queries / "checks"):
        hear(rule.name)
        table = store.select(rule.text)
        if rows := tuple(row for row in table.rows if not _is_about(private, row)):
            broken.append(BrokenRule(rule.name, rule.question, table.columns, rows))
    return broken


def _conventions(ontology: Ontology, queries: Path, hear: _Hear) -> _Found:
    return {"rules": len(rules_over("ontology", queries / "checks"))}, broken_rules(ontology, queries, hear), ""


def _private(ontology: Ontology) -> set[object]:
    """The individuals of added files: whatever these say something of and do not declare as a term or a concept."""
    told: set[object] = {triple.subject for triple in triples_of(ontology.added)}
    declared = {t.subject for t in triples_of(ontology.added) if t.predicate == RDF_TYPE and _declares(t.object)}
    return told - declared - {triple.subject for triple in triples_of((*ontology.core, *ontology.shapes))}


def _declares(kind: object) -> bool:
    return isinstance(kind, ox.NamedNode) and kind.value.startswith((OWL, RDFS, RDF, skos("").value))


def _is_about(private: set[object], row: Row) -> bool:
    """Whether a row names nothing but individuals of somebody else: conventions are for terms, not for facts.

    What names a term besides, such as a value of the wrong kind, is no matter of style and is kept.
    """
    names = [cell for cell in row if isinstance(cell, ox.NamedNode | ox.BlankNode)]
    ours = [name for name in names if isinstance(name, ox.BlankNode) or name.value.startswith(BASE) or name in private]
    return bool(ours) and all(name in private for name in ours)


def _examples(ontology: Ontology, hear: _Hear) -> _Found:
    return {"examples": len(ontology.examples)}, wrong_examples(ontology, hear), ""


def _profiles(ontology: Ontology) -> _Found:
    found = reports(triples_of((*ontology.core, *ontology.added)))
    faults: list[Fault] = []
    for report in found:
        faults += [*report.lost, *report.violations]
    return {f"axioms_{report.profile.lower()}": report.axioms for report in found}, faults, ""


def _reasoning(ontology: Ontology, hear: _Hear) -> _Found:
    """The core with what is added; if that is sound, the same beside all alignments.

    What is sound beside all of them is sound beside each; only where it is not does each have to be tried.
    """
    core: tuple[File, ...] = (*ontology.core, *ontology.added)
    everything = ontology.alignments
    hear("HermiT")
    try:
        tried: list[tuple[tuple[File, ...], Classification]] = [((), classify_each([triples_of(core)])[0])]
        if tried[0][1].sound and everything:
            together = classify_each([triples_of((*core, *everything))])[0]
            if not together.sound:
                apart = classify_each([triples_of((*core, file)) for file in everything])
                tried += [((file,), result) for file, result in zip(everything, apart, strict=True)]
            # What is wrong beside one alignment is wrong beside all of them, and is told once.
            if all(result.sound for _, result in tried):
                tried.append((everything, together))
    except ReleaseError as error:
        return {}, [NotJudged(str(error))], ""
    faults: list[Fault] = []
    for files, result in tried:
        if result.sound:
            continue
        hear(files[0].name if files else "")
        told = contradictions((*core, *files), result, files or ontology.added)
        faults += [Unsound(tuple(file.name for file in files), it) for it in told]
    counts = {"ontologies": len(tried), "left_out": tried[0][1].left_out}
    return {name: count for name, count in counts.items() if count}, faults, ""


def _version(ontology: Ontology) -> _Found:
    frozen = newest(ontology.folder)
    if frozen is None:
        return {}, [], ""
    found = difference(version_at(frozen, ontology.folder), Version(triples_of(ontology.core)))
    faults = [] if found.high_enough else [LowVersion(frozen, found.level or "", found.due, found.new or CURRENT)]
    return {"changes": len(found.changes)}, faults, f"{frozen} → {found.new}"
