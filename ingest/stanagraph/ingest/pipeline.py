"""The pipeline from tables to a published release. Everything happens beside the live release.

read → reason → validate → derive → check → store → publish: nothing is visible before the last step, and a
process that dies in any of them leaves the release before it answering.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox

from stanagraph.graph import __version__
from stanagraph.graph.errors import DataRefused, ReleaseError, RowFault
from stanagraph.graph.names import DERIVED_GRAPH, ONTOLOGY_GRAPH, term
from stanagraph.graph.ontology.check import broken_rules, rules_over
from stanagraph.graph.ontology.explain import prove
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.reasoning import close, ontology_files
from stanagraph.graph.releases import PUBLIC, Release, Releases, graph_digest
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore, Row

from . import facts
from .read import read
from .validate import validate

STEPS = ("read", "reason", "validate", "derive", "check", "store", "publish")
Observer = Callable[[str, str], None]


@dataclass(frozen=True)
class Inputs:
    """The folders that a release is made from."""

    data: Path = field(default_factory=lambda: folder("data"))
    ontology: Path = field(default_factory=lambda: folder("ontology"))
    queries: Path = field(default_factory=lambda: folder("queries"))

    def files(self) -> dict[str, Path]:
        """Every file that the release depends on, by a name that does not depend on where it lies."""
        rules = [
            *self.queries.glob("closure/*.rq"),
            *self.queries.glob("derive/*.rq"),
            *self.queries.glob("checks/*.rq"),
        ]
        ontology = [*ontology_files(self.ontology), *self.ontology.glob("shapes/*.ttl")]
        named = {f"data/{path.name}": path for path in self.data.glob("*.csv")}
        named |= {f"queries/{path.relative_to(self.queries).as_posix()}": path for path in rules}
        named |= {f"ontology/{path.relative_to(self.ontology).as_posix()}": path for path in ontology}
        return dict(sorted(named.items()))

    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file."""
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in self.files().items()}


def build(
    releases: Releases | None = None,
    inputs: Inputs | None = None,
    observe: Observer = lambda step, detail: None,
    *,
    again: bool = False,
) -> Release:
    """Build a release and make it current; `observe` hears each step and what it works on.

    With unchanged inputs the current release is returned at once, unless `again` is set. Faulty rows raise
    DataRefused with all of them, and nothing is changed.
    """
    releases = releases if releases is not None else Releases()
    inputs = inputs if inputs is not None else Inputs()
    digests = inputs.digests()
    if not again and (present := unchanged(releases, digests)):
        return present
    try:
        with releases.building() as scratch:
            store, manifest = _assemble(inputs, observe)
            observe("store", "")
            quads = list(store.quads())
            digest = graph_digest(quads)
            _write(quads, scratch / PUBLIC)
            manifest |= {
                "built": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "software": __version__,
                "inputs": digests,
                "audiences": {PUBLIC: {"digest": digest, "triples": len(quads)}},
            }
            observe("publish", "")
            return releases.publish(scratch, digest[:12], manifest)
    except OSError as error:
        raise ReleaseError(f"the release cannot be written: {error}") from error


def _write(quads: list[ox.Quad], path: Path) -> None:
    try:
        store = EmbeddedStore.create(path)
        store.load(quads)
        store.finish()
    # pyoxigraph tells of a full disk as either.
    except (OSError, RuntimeError) as error:
        raise ReleaseError(f"the release cannot be written: {error}") from error


def unchanged(releases: Releases, digests: dict[str, str]) -> Release | None:
    """The current release, if it was made from these inputs by this software."""
    try:
        current = releases.current()
    except ReleaseError:
        return None
    same = current.manifest["inputs"] == digests and current.manifest["software"] == __version__
    return current if same else None


def _assemble(inputs: Inputs, observe: Observer) -> tuple[EmbeddedStore, dict[str, Any]]:
    whole = Ontology.read(inputs.ontology)
    ontology = list(_ontology(whole))
    observe("read", "")
    tables = read(inputs.data, facts.vocabulary(iter(ontology)), lambda table: observe("read", f"{table}.csv"))
    stated = list(facts.quads(tables))
    observe("reason", "HermiT")
    prove(whole.core)
    store = EmbeddedStore()
    store.load(ontology)
    store.load(stated)
    observe("reason", "OWL 2 RL")
    inferred = close(store, [path.read_text(encoding="utf-8") for path in sorted(inputs.queries.glob("closure/*.rq"))])
    observe("validate", "")
    faults, remarks = validate([*ontology, *stated], inputs.ontology / "shapes")
    if faults:
        raise DataRefused(faults)
    derived = _derive(store, inputs.queries / "derive", observe)
    checks = _check(store, whole, inputs.queries, observe)
    manifest = {
        "rows": {name: len(rows) for name, rows in tables.rows.items()},
        "triples": {"ontology": len(ontology), "stated": len(stated), "inferred": inferred, "derived": derived},
        "things": _count(store),
        "checks": checks,
        "remarks": dict(sorted(remarks.items())),
    }
    return store, manifest


def _ontology(whole: Ontology) -> Iterator[ox.Quad]:
    """The ontology as one graph with canonical blank nodes: each build gives the same quads."""
    dataset = ox.Dataset()
    for triple in triples_of(whole.core):
        dataset.add(ox.Quad(triple.subject, triple.predicate, triple.object, ONTOLOGY_GRAPH))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    yield from dataset


def _derive(store: EmbeddedStore, rules: Path, observe: Observer) -> int:
    total = 0
    for path in sorted(rules.glob("*.rq")):
        observe("derive", path.stem)
        fresh = {
            ox.Quad(triple.subject, triple.predicate, triple.object, DERIVED_GRAPH)
            for triple in store.construct(path.read_text(encoding="utf-8"))
        }
        store.load(fresh)
        total += len(fresh)
    return total


def _check(store: EmbeddedStore, ontology: Ontology, queries: Path, observe: Observer) -> list[str]:
    """Ask each rule of what it is about: the release, or the ontology with its shapes and queries."""
    for broken in broken_rules(ontology, queries, lambda name: observe("check", name)):
        _refuse(broken.rule, broken.rows)
    for rule in rules_over("release", queries / "checks"):
        observe("check", rule.name)
        if rows := store.select(rule.text).rows:
            _refuse(rule.name, rows)
    return sorted(path.stem for path in (queries / "checks").glob("*.rq"))


def _refuse(rule: str, rows: Sequence[Row]) -> NoReturn:
    shown = "; ".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows[:5])
    raise DataRefused([RowFault(f"queries/checks/{rule}.rq", 1, "", shown, f"no rows, not {len(rows)}")])


def _count(store: EmbeddedStore) -> dict[str, int]:
    """How many individuals each class of the ontology has."""
    counts: Counter[str] = Counter()
    prefix = term("").value
    query = "SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) { ?thing a ?class } GROUP BY ?class ORDER BY ?class"
    for name, count in store.select(query).rows:
        if isinstance(name, ox.NamedNode) and name.value.startswith(prefix) and isinstance(count, ox.Literal):
            counts[name.value.removeprefix(prefix)] = int(count.value)
    return dict(sorted(counts.items()))
