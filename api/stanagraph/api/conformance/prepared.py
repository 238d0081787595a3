"""What checks need of a release, each part read when it is first needed; a release does not change."""

from __future__ import annotations

from functools import cached_property, lru_cache

import pyoxigraph as ox

from stanagraph.graph.bench import Bench
from stanagraph.graph.store import Store

from .demands import Demand, demands
from .names import Names

_TARGETS = 64


class Prepared:
    """The names, demands and facts of one release, as checks read them."""

    def __init__(self, store: Store) -> None:
        self.store, self.names = store, Names(store)
        self._demands = lru_cache(_TARGETS)(self._read)

    def demands(self, against: ox.NamedNode) -> tuple[Demand, ...]:
        """All that a standard, a profile or an interface asks for; those that were asked for last are kept."""
        return self._demands(against)

    @cached_property
    def bench(self) -> Bench:
        """Where the pairs of described types are judged."""
        return Bench(self.store)

    @cached_property
    def held(self) -> dict[str, dict[str, list[str]]]:
        """By property (operates, stocks) and type the nations that have it."""
        from .partners import held

        return {name: held(self.store, name) for name in ("operates", "stocks")}

    def _read(self, against: ox.NamedNode) -> tuple[Demand, ...]:
        return demands(self.store, against)
