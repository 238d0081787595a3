"""Judging a type that is not in a release, again and again: the facts of the release are laid out once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from .names import DERIVED_GRAPH, graph
from .resources import folder
from .store import EmbeddedStore, Store
from .verdicts import facts_of

# An embedded store keeps a trace of what was taken out of it, so that after so many uses it is laid out anew.
_USES = 2000
_ON_BENCH = graph("on-the-bench")
_OF_ONE_MUNITION, _PAIRS = "10-components.rq", "20-pairs.rq"


class Bench:
    """The facts of a release and what its rules derive of them before there are pairs.

    One type is on it at a time, with its own facts and pairs; they are taken off again, and nothing of it is left.
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
        with self._one:
            bench = self._ready()
            try:
                _put(bench, facts)
                _put(bench, bench.construct(self._rules[_OF_ONE_MUNITION], {"munition": described}))
                for side in ("equipment", "munition"):
                    _put(bench, bench.construct(self._rules[_PAIRS], {side: described}))
                for name, rule in self._rules.items():
                    # Rules up to 49 judge pairs.
                    if _PAIRS < name < "50":
                        _put(bench, bench.construct(rule))
                yield bench
            finally:
                bench.drop(_ON_BENCH)

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


def _put(bench: EmbeddedStore, triples: Iterable[ox.Triple]) -> None:
    """Lay triples on the bench, but for those that lie there: a triple stands in one graph."""
    found = [it for it in triples if next(bench.match(it.subject, it.predicate, it.object), None) is None]
    bench.load(ox.Quad(it.subject, it.predicate, it.object, _ON_BENCH) for it in found)
