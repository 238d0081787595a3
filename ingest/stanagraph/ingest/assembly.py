"""Assembling what one audience sees: from the sources that it may see, and nothing else, to a finished store."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox

from stanagraph.graph.catalogue import Query
from stanagraph.graph.delta import SUBJECTS, Subjects
from stanagraph.graph.digest import GraphDigest
from stanagraph.graph.errors import DataRefused, RowFault, SourceRefused
from stanagraph.graph.names import ONTOLOGY_GRAPH, STATEMENTS, THINGS, term
from stanagraph.graph.ontology.check import rules_over
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.ontology.proofs import Proofs
from stanagraph.graph.reasoning import close
from stanagraph.graph.sources import Kept
from stanagraph.graph.store import EmbeddedStore, Row
from stanagraph.graph.wording import Wording

from . import facts
from .derive import RULES_AT_ONCE, derive
from .described import described
from .identity import Precedence, Reconciler, SingleValued, never_one, same_things
from .read import Tables, read
from .sources.admission import admission
from .tables.equipment import ParameterDefinitionRow
from .validate import validate

Observer = Callable[[str, str], None]
# About so many quads come of a triple of a source, and each takes so many bytes in memory (benchmarks/ingest.py).
QUADS_PER_TRIPLE, BYTES_PER_QUAD = 8, 600


@dataclass
class Ground:
    """What the stores of all audiences share: the ontology, the rules, and the tables that come with the software."""

    ontology: Path
    queries: Path
    data: Path | None
    proofs: Proofs
    observe: Observer

    @cached_property
    def whole(self) -> Ontology:
        """The ontology with its shapes."""
        return Ontology.read(self.ontology)

    @cached_property
    def ontology_quads(self) -> list[ox.Quad]:
        """The ontology as one graph with canonical blank nodes: each build gives the same quads."""
        dataset = ox.Dataset()
        for triple in triples_of(self.whole.core):
            dataset.add(ox.Quad(triple.subject, triple.predicate, triple.object, ONTOLOGY_GRAPH))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return list(dataset)

    @cached_property
    def vocabulary(self) -> dict[str, frozenset[str]]:
        """For each SKOS scheme its notations."""
        return facts.vocabulary(iter(self.ontology_quads))

    @cached_property
    def tables(self) -> Tables:
        """The public tables, checked."""
        if self.data is None:
            return Tables()
        return read(self.data, self.vocabulary, lambda table: self.observe("read", f"{table}.csv"))

    @cached_property
    def stated(self) -> list[ox.Quad]:
        """What the public tables state."""
        return list(facts.quads(self.tables))

    @property
    def units(self) -> dict[str, tuple[str, ...]]:
        """The units in which each parameter of the tables may be given."""
        defined = self.tables.rows.get("parameter_definitions", ())
        return {it.row.key(): it.row.units for it in defined if isinstance(it.row, ParameterDefinitionRow)}

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The things that the public tables say something of."""
        return frozenset(
            quad.subject.value
            for quad in self.stated
            if isinstance(quad.subject, ox.NamedNode) and not quad.subject.value.startswith(STATEMENTS)
        )

    @cached_property
    def single(self) -> SingleValued:
        """Which properties have one value only."""
        shapes = (
            quad.triple
            for path in sorted((self.ontology / "shapes").glob("*.ttl"))
            for quad in ox.parse(path=path, rename_blank_nodes=True)
        )
        return SingleValued.read(self.ontology_quads, shapes)

    def prove(self) -> None:
        """See that the ontology is consistent and keeps its own rules, unless that is known; raises what is wrong."""
        self.observe("reason", "HermiT")
        self.proofs.prove(self.whole)
        for broken in self.proofs.broken_rules(self.whole, self.queries, lambda name: self.observe("reason", name)):
            refuse(broken.rule, broken.rows)

    def rules(self, name: str) -> list[Path]:
        """The query files of one folder, in order."""
        return sorted((self.queries / name).glob("*.rq"))


@dataclass
class Assembled:
    """What one store holds, for its manifest."""

    digest: str
    triples: int
    told: dict[str, Any] = field(default_factory=dict)


def assemble(ground: Ground, kept: Sequence[Kept], precedence: Precedence, path: Path, observe: Observer) -> Assembled:
    """Build the finished store of these sources in a new folder; raises DataRefused where a rule is broken."""
    observe("read", "")
    ground.prove()
    # The rules ask for single triples millions of times, which memory answers sooner; a large graph has no place there.
    small = fits_in_memory(kept)
    store = EmbeddedStore() if small else EmbeddedStore.create(path)
    store.load(ground.ontology_quads)
    reconciler = _load(store, ground, kept, precedence, observe)
    observe("validate", "")
    faults, remarks = validate(store, ground.ontology / "shapes")
    if faults:
        raise DataRefused(faults)
    observe("reason", "OWL 2 RL")
    inferred = close(store, [rule.read_text(encoding="utf-8") for rule in ground.rules("closure")])
    derived = derive(store, ground.queries / "derive", observe)
    # Nothing changes the store any more: it is written while it is checked.
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(_write, store, path)
        _check(store, ground, observe)
        observe("store", "")
        digest = written.result()
    total = len(store)
    stated = total - len(ground.ontology_quads) - inferred - derived
    return Assembled(
        digest,
        total,
        {
            "rows": {name: len(rows) for name, rows in ground.tables.rows.items()},
            "triples": {
                "ontology": len(ground.ontology_quads),
                "stated": stated,
                "inferred": inferred,
                "derived": derived,
            },
            "things": _count(store),
            "checks": [rule.stem for rule in ground.rules("checks")],
            "remarks": dict(sorted(remarks.items())),
            "merged": reconciler.merged,
            "disagreements": reconciler.disagreements,
            "notAdmitted": reconciler.not_admitted,
        },
    )


def _check(store: EmbeddedStore, ground: Ground, observe: Observer) -> None:
    """See that no rule finds anything, several rules at once; raises DataRefused for the first that does."""
    with ThreadPoolExecutor(RULES_AT_ONCE) as threads:

        def rows(rule: Query) -> list[Row]:
            observe("check", rule.name)
            return store.select(rule.text).rows

        rules = rules_over("release", ground.queries / "checks")
        for rule, found in zip(rules, threads.map(rows, rules), strict=True):
            if found:
                refuse(rule.name, found)


def _write(store: EmbeddedStore, path: Path) -> str:
    """Finish the store in its folder, with a list of what it says of each subject; returns its digest."""
    listed = path.with_suffix(".subjects")
    with listed.open("wb") as file, ThreadPoolExecutor(1) as beside:
        subjects = Subjects(file)
        digest = GraphDigest(subjects.hear)
        if store.folder:
            finished = beside.submit(store.finish)
            store.dump(digest)
        else:
            store = store.copy_to(path, digest)
            finished = beside.submit(store.finish)
        subjects.finish()
        finished.result()
    listed.rename(path / SUBJECTS)
    return digest.digest()


def fits_in_memory(kept: Sequence[Kept]) -> bool:
    """Whether the store of these sources takes less than half of the memory of this machine."""
    needed = sum(it.state.triples for it in kept) * QUADS_PER_TRIPLE * BYTES_PER_QUAD
    return needed < os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2


def _load(
    store: EmbeddedStore, ground: Ground, kept: Sequence[Kept], precedence: Precedence, observe: Observer
) -> Reconciler:
    """Load the facts of all sources; what several of them describe is reconciled first."""
    subjects = [it.subjects() for it in kept]
    same = _same(ground, kept)
    times = Counter(same.get(name, name) for names in subjects for name in names)
    times.update(ground.subjects)
    shared = frozenset(name for name, number in times.items() if number > 1) | frozenset(same.values())
    reconciler = Reconciler(shared, ground.single, precedence, same, _admitted)
    store.load(reconciler.sift(ground.stated, 0))
    nations = ground.vocabulary.get("nation", frozenset())
    for order, it in enumerate(kept, 1):
        observe("read", it.state.id)
        store.load(described(it.state, nations))
        if same or not subjects[order - 1].isdisjoint(shared):
            store.load(reconciler.sift(_parsed(it), order))
        else:
            store.load_file(it.facts)
    store.load(reconciler.settle())
    return reconciler


def _same(ground: Ground, kept: Sequence[Kept]) -> dict[str, str]:
    """The things that the sources declare to be one; raises SourceRefused where they cannot be."""
    pairs: list[tuple[str, str]] = []
    same: dict[str, str] = {}
    for it in kept:
        if not it.state.same:
            continue
        pairs += it.state.same
        same = same_things(pairs, ground.subjects)
        if clash := never_one(same, admission().described):
            one, other = (iri.removeprefix(THINGS) for iri in clash)
            raise SourceRefused(
                it.state.name, "declares {one} and {other} the same, which cannot be one", one=one, other=other
            )
    return same


def _admitted(quad: ox.Quad) -> bool:
    """Whether a source may state this, now that what it speaks of has another name."""
    if not isinstance(quad.subject, ox.NamedNode) or isinstance(quad.object, ox.Triple):
        return False
    if quad.subject.value.startswith(STATEMENTS):
        return True
    rules = admission()
    return not rules.of_thing(quad.subject.value) and not rules.of_fact(quad.subject.value, quad.predicate, quad.object)


def _parsed(kept: Kept) -> Iterator[ox.Quad]:
    return ox.parse(path=str(kept.facts), format=ox.RdfFormat.N_QUADS)


def refuse(rule: str, rows: Sequence[Row]) -> NoReturn:
    """Refuse a release for the rows that a check found."""
    shown = "; ".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows[:5])
    raise DataRefused(
        [RowFault(f"queries/checks/{rule}.rq", 1, "", shown, Wording("no rows, not {count}", count=len(rows)))]
    )


def _count(store: EmbeddedStore) -> dict[str, int]:
    """How many individuals each class of the ontology has."""
    counts: Counter[str] = Counter()
    prefix = term("").value
    query = "SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) { ?thing a ?class } GROUP BY ?class ORDER BY ?class"
    for name, count in store.select(query).rows:
        if isinstance(name, ox.NamedNode) and name.value.startswith(prefix) and isinstance(count, ox.Literal):
            counts[name.value.removeprefix(prefix)] = int(count.value)
    return dict(sorted(counts.items()))
