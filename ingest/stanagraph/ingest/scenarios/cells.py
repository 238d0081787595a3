"""The cells of the matrix that moved facts can reach, counted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from stanagraph.graph.names import DERIVED_GRAPH, RDF_TYPE, term

from .overlay import Node, Overlay, Slice, names_of
from .stages import EQUIPMENT, MUNITION, OPERATES, STOCKS, Pairs, Rules, applied, of_class

_USING, _PROVIDING, _CLASS = term("usingNation"), term("providingNation"), term("munitionClass")
_CONCERNS, _COMBINED = term("concernsClass"), term("combinedVerdict")
Key = tuple[Node, Node, Node]  # using nation, providing nation, class


@dataclass
class Cells:
    """The cells that were counted again, by key, as they were and as they are; a cell may be only in one."""

    before: dict[Key, frozenset[ox.Quad]] = field(default_factory=dict)
    after: dict[Key, frozenset[ox.Quad]] = field(default_factory=dict)

    @property
    def changed(self) -> list[Key]:
        """Those that differ, in the order of class, using and providing nation."""
        keys = (key for key in self.before | self.after if self.before.get(key) != self.after.get(key))
        return sorted(keys, key=lambda key: (key[2].value, key[0].value, key[1].value))


@dataclass
class _Wanted:
    """Rows (a using nation), columns (a providing nation) and single cells, each by class."""

    rows: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))
    columns: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))
    cells: dict[Node, set[tuple[Node, Node]]] = field(default_factory=lambda: defaultdict(set))

    def has(self, key: Key) -> bool:
        using, providing, klass = key
        return (
            klass in self.rows.get(using, ())
            or klass in self.columns.get(providing, ())
            or (providing, klass) in self.cells.get(using, ())
        )


def count(overlay: Overlay, rules: Rules, pairs: Pairs, held: Sequence[tuple[Node, Node, Node]]) -> Cells:
    """Count the cells again that a holding or a verdict moved."""
    wanted = _wanted(overlay, pairs, held)
    found = Cells()
    if not (wanted.rows or wanted.columns or wanted.cells):
        return found
    part = Slice(overlay, ontology=False)
    _around_cells(overlay, part, wanted)
    store = applied(part, rules.matrix)
    for nation in (*wanted.rows, *wanted.cells):
        _keep(found.before, wanted, overlay.match, overlay.subjects(_USING, nation, DERIVED_GRAPH))
    for nation in wanted.columns:
        _keep(found.before, wanted, overlay.match, overlay.subjects(_PROVIDING, nation, DERIVED_GRAPH))
    _keep(found.after, wanted, store.match, of_class(store, "MatrixCell"))
    for key in found.changed:
        overlay.replace(found.before.get(key, ()), found.after.get(key, ()))
    return found


def _wanted(overlay: Overlay, pairs: Pairs, held: Sequence[tuple[Node, Node, Node]]) -> _Wanted:
    wanted = _Wanted()
    for nation, predicate, it in held:
        along, side = (EQUIPMENT, wanted.rows) if predicate == OPERATES else (MUNITION, wanted.columns)
        for verdict in overlay.subjects(along, it, DERIVED_GRAPH):
            side[nation].update(overlay.values(verdict, _CONCERNS))
    for pair in pairs.changed:
        counted = (_COMBINED, _CONCERNS)
        sides = [
            {quad for quad in side.get(pair, ()) if quad.predicate in counted} for side in (pairs.before, pairs.after)
        ]
        if sides[0] == sides[1]:
            continue
        classes = names_of(quad.object for quad in sides[0] | sides[1] if quad.predicate == _CONCERNS)
        providers = overlay.subjects(STOCKS, pair[1])
        for using in overlay.subjects(OPERATES, pair[0]):
            wanted.cells[using].update((providing, klass) for providing in providers for klass in classes)
    return wanted


def _around_cells(overlay: Overlay, part: Slice, wanted: _Wanted) -> None:
    """All verdicts that count in these cells, and who operates and stocks their sides."""
    classes: dict[tuple[Node, Node], set[Node]] = defaultdict(set)  # of a side that a nation operates or stocks
    for nation, some in wanted.rows.items():
        for it in _things(part.links(nation, OPERATES, None)):
            classes[EQUIPMENT, it] |= some
    for nation, single in wanted.cells.items():
        for it in _things(part.links(nation, OPERATES, None)):
            classes[EQUIPMENT, it] |= {klass for _, klass in single}
    for nation, some in wanted.columns.items():
        for it in _things(part.links(nation, STOCKS, None)):
            classes[MUNITION, it] |= some
    seen: set[Node] = set()
    sides: dict[Node, None] = {}
    for (along, it), some in classes.items():
        other, had = (MUNITION, STOCKS) if along == EQUIPMENT else (EQUIPMENT, OPERATES)
        for verdict in overlay.subjects(along, it, DERIVED_GRAPH):
            shared = [quad for quad in overlay.match(verdict, _CONCERNS, None, DERIVED_GRAPH) if quad.object in some]
            if not shared:
                continue
            if verdict not in seen:
                seen.add(verdict)
                part.add(overlay.match(verdict, _COMBINED, None, DERIVED_GRAPH))
                part.add(overlay.match(verdict, RDF_TYPE, term("Verdict"), DERIVED_GRAPH))
                part.add(overlay.match(verdict, EQUIPMENT, None, DERIVED_GRAPH))
                part.add(overlay.match(verdict, MUNITION, None, DERIVED_GRAPH))
            part.add(shared)
            for one in overlay.values(verdict, other, DERIVED_GRAPH):
                if one not in sides:
                    sides[one] = None
                    part.links(None, had, one)


def _things(links: Iterable[ox.Quad]) -> list[Node]:
    return names_of(quad.object for quad in links)


def _keep(
    into: dict[Key, frozenset[ox.Quad]], wanted: _Wanted, match: Callable[..., Iterable[ox.Quad]], cells: Iterable[Node]
) -> None:
    for cell in cells:
        quads = frozenset(match(cell, None, None, DERIVED_GRAPH))
        said = {quad.predicate: quad.object for quad in quads}
        key = (said.get(_USING), said.get(_PROVIDING), said.get(_CLASS))
        if all(isinstance(part, ox.NamedNode) for part in key) and wanted.has(key):  # type: ignore[arg-type]
            into[key] = quads  # type: ignore[index]
