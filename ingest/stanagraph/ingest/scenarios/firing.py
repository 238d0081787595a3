"""What a nation can fire from some equipment of its own, derived again where its equipment or a verdict moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox

from stanagraph.graph.names import DERIVED_GRAPH, RDF_TYPE, term

from .overlay import Node, Overlay, Slice
from .stages import EQUIPMENT, FIRES, MUNITION, OPERATES, Pairs, Rules, applied

_OF_PAIRS = (RDF_TYPE, EQUIPMENT, MUNITION, term("combinedVerdict"))


def fire(overlay: Overlay, rules: Rules, pairs: Pairs, held: Sequence[tuple[Node, Node, Node]]) -> None:
    """Derive again which munitions a nation fires, and with which certainty."""
    wanted: dict[Node, set[Node]] = defaultdict(set)
    for nation, predicate, it in held:
        if predicate == OPERATES:
            for verdict in overlay.subjects(EQUIPMENT, it, DERIVED_GRAPH):
                wanted[nation].update(overlay.values(verdict, MUNITION, DERIVED_GRAPH))
    for equipment, munition in pairs.changed:
        for nation in overlay.subjects(OPERATES, equipment):
            wanted[nation].add(munition)
    munitions = sorted(set().union(*wanted.values()), key=str)
    if not munitions or not rules.fires:
        return
    part = Slice(overlay, ontology=False)
    for nation in wanted:
        part.links(nation, OPERATES, None)
    for munition in munitions:
        part.links(munition, RDF_TYPE, term("MunitionType"))
    part.bulk(f"?s {MUNITION} ?munition .", DERIVED_GRAPH, _OF_PAIRS, munition=munitions)
    store = applied(part, rules.fires)

    def told(match: Callable[..., Iterable[ox.Quad]]) -> set[ox.Quad]:
        return {
            quad
            for nation, some in wanted.items()
            for predicate in FIRES
            for quad in match(nation, predicate, None, DERIVED_GRAPH)
            if quad.object in some
        }

    overlay.replace(told(overlay.match), told(store.match))
