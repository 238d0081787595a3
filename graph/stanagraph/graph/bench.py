"""Judging what a release does not hold, again and again: its facts are laid out once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from .names import DERIVED_GRAPH, GRAPHS, RDF_TYPE, graph, key_of, term, thing
from .resources import folder
from .store import EmbeddedStore, Store

# An embedded store keeps a trace of what was taken out of it, so that after so many uses it is laid out anew.
_USES = 2000
_ON_BENCH = graph("on-the-bench")
_OF_ONE_MUNITION, _PAIRS = "10-components.rq", "20-pairs.rq"


class Bench:
    """The facts of a release and what its rules derive of them before there are pairs.

    One type is on it at a time, with its own facts and pairs, or some pairs alone; they are taken off again, and
    nothing of them is left.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._laid: EmbeddedStore | None = None
        self._uses = 0
        self._one = threading.Lock()
        self._rules = {
            path.name: path.read_text(encoding="utf-8") for path in sorted((folder("queries") / "derive").glob("*.rq"))
        }

    @contextmanager
    def judged(self, described: ox.NamedNode, facts: Iterable[ox.Triple]) -> Iterator[EmbeddedStore]:
        """A store in which the rules have judged the pairs of one equipment or munition type with these facts, as they
        would at a release, and no others; it is to be read before the next type is judged.
        """
        with self._clear() as bench:
            _put(bench, facts)
            _put(bench, bench.construct(self._rules[_OF_ONE_MUNITION], {"munition": described}))
            for side in ("equipment", "munition"):
                _put(bench, bench.construct(self._rules[_PAIRS], {side: described}))
            self._judge(bench)
            yield bench

    @contextmanager
    def of_pairs(self, pairs: Iterable[tuple[ox.NamedNode, ox.NamedNode]]) -> Iterator[EmbeddedStore]:
        """A store in which the rules have judged these pairs of equipment and munition of the release, and no others;
        it is to be read before anything else is judged.
        """
        with self._clear() as bench:
            _put(bench, (triple for pair in pairs for triple in _pair(bench, *pair)))
            self._judge(bench)
            yield bench

    @contextmanager
    def _clear(self) -> Iterator[EmbeddedStore]:
        with self._one:
            bench = self._ready()
            try:
                yield bench
            finally:
                bench.drop(_ON_BENCH)

    def _judge(self, bench: EmbeddedStore) -> None:
        for name, rule in self._rules.items():
            # Rules up to 49 judge pairs.
            if _PAIRS < name < "50":
                _put(bench, bench.construct(rule))

    def _ready(self) -> EmbeddedStore:
        self._uses += 1
        if self._laid is None or self._uses > _USES:
            bench = facts_of(self._store)
            for name, rule in self._rules.items():
                if name < _PAIRS:
                    found = list(bench.construct(rule))
                    bench.load(ox.Quad(it.subject, it.predicate, it.object, DERIVED_GRAPH) for it in found)
            self._laid, self._uses = bench, 1
        return self._laid


def facts_of(store: Store) -> EmbeddedStore:
    """A copy of the facts of a release, without what was derived of them."""
    scratch = EmbeddedStore()
    scratch.load(quad for name in store.graphs() if _is_fact(name) for quad in store.quads(name))
    return scratch


def _is_fact(name: ox.NamedNode) -> bool:
    """Whether a graph holds facts; a store on another machine may have graphs of its own."""
    return name.value.startswith(GRAPHS) and name != DERIVED_GRAPH


def _pair(bench: EmbeddedStore, equipment: ox.NamedNode, munition: ox.NamedNode) -> Iterator[ox.Triple]:
    """What the rules need to judge a pair."""
    needs = (quad.object for quad in bench.match(munition, term("needsInterface"), None))
    # A family of munitions is its own interface.
    interface = next((it for it in needs if isinstance(it, ox.NamedNode)), munition)
    pair = thing("verdict", f"{key_of(equipment.value)}/{key_of(munition.value)}")
    yield ox.Triple(pair, RDF_TYPE, term("Verdict"))
    yield ox.Triple(pair, term("equipment"), equipment)
    yield ox.Triple(pair, term("munition"), munition)
    yield ox.Triple(pair, term("neededInterface"), interface)


def _put(bench: EmbeddedStore, triples: Iterable[ox.Triple]) -> None:
    """Lay triples on the bench, but for those that lie there: a triple stands in one graph."""
    found = [it for it in triples if next(bench.match(it.subject, it.predicate, it.object), None) is None]
    bench.load(ox.Quad(it.subject, it.predicate, it.object, _ON_BENCH) for it in found)
