"""What checks need of a release, each part read when it is first needed; a release does not change."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from stanagraph.graph.bench import Bench
from stanagraph.graph.lookup import labels_of
from stanagraph.graph.store import Store

from .demands import Demand, demands
from .description import Description, Level
from .names import Names

if TYPE_CHECKING:
    from .partners import Partner

_TARGETS = 64
_DESCRIPTIONS = 64
_NONE: dict[str, str] = {}


class Prepared:
    """The names, demands and facts of one release, as checks read them."""

    def __init__(self, store: Store, bench: Bench | None = None) -> None:
        self.store, self.names = store, Names(store)
        # Where the pairs of described types are judged.
        self.bench = bench if bench is not None else Bench(store)
        self._beside = lru_cache(_DESCRIPTIONS)(self._judged)
        self._labels: dict[str, dict[str, str]] = {}
        self._demands = lru_cache(_TARGETS)(self._read)

    def demands(self, against: ox.NamedNode) -> tuple[Demand, ...]:
        """All that a standard, a profile or an interface asks for; those that were asked for last are kept."""
        return self._demands(against)

    def beside(self, description: Description, asked: Level) -> tuple[Partner, ...]:
        """What stands beside a described type: the same whatever it is judged against, and kept for the next time."""
        return self._beside(description, asked)

    @cached_property
    def held(self) -> dict[str, dict[str, list[str]]]:
        """By property (operates, stocks) and type the nations that have it."""
        from .partners import held

        return {name: held(self.store, name) for name in ("operates", "stocks")}

    def labels(self, iris: Iterable[str]) -> dict[str, dict[str, str]]:
        """For each of these things of the release that has labels, its label by language tag."""
        wanted = dict.fromkeys(iris)
        if missing := [iri for iri in wanted if iri not in self._labels]:
            self._labels |= dict.fromkeys(missing, _NONE) | labels_of(self.store, missing)
        return {iri: found for iri in wanted if (found := self._labels[iri])}

    def _judged(self, description: Description, asked: Level) -> tuple[Partner, ...]:
        from .partners import partners

        return partners(self, description, asked)

    def _read(self, against: ox.NamedNode) -> tuple[Demand, ...]:
        return demands(self.store, against)
