"""SHACL over the facts, its results told by file, sheet and row.

Exactly what one run of pySHACL over the whole graph would tell, in time and memory that a graph of millions of triples
allows: see `shapes`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.errors import RowFault
from stanagraph.graph.names import DERIVED_GRAPH, INFERRED_GRAPH, key_of, term
from stanagraph.graph.store import EmbeddedStore

from .shapes.judge import Judge, Told
from .shapes.likeness import Likeness, Seen
from .shapes.reach import NotLocal, Reach

# How many things pySHACL gets at once: each run reads the shapes again, and each keeps its part in memory.
_AT_ONCE = 500
# Of so many faulty things all faults are told. Nobody reads more, and each takes milliseconds.
MOST = 10_000
_ABOUT, _TABLE, _SHEET, _ROW = term("about"), term("statedInTable"), term("statedInSheet"), term("statedInRow")


def validate(
    facts: EmbeddedStore | Iterable[ox.Quad], shapes: Path, most: int = MOST
) -> tuple[list[RowFault], Counter[str]]:
    """The violations of the shapes, by row, and how many warnings and remarks there were besides.

    What was inferred or derived in the store is left out. With more than `most` faulty things, only so many are told.
    """
    if not isinstance(facts, EmbeddedStore):
        store = EmbeddedStore()
        store.load(facts)
    else:
        store = facts
    faults: list[RowFault] = []
    others: Counter[str] = Counter()
    for told, times in _results(store, shapes, most):
        if told.severity != "Violation":
            others[told.severity.lower()] += times
            continue
        file, sheet, row = _place(store, told.node)
        value = key_of(told.value if told.value is not None else told.node)
        faults.append(RowFault(file, row, told.path, value, told.message, sheet))
    return faults, others


def _results(store: EmbeddedStore, shapes: Path, most: int) -> Iterator[tuple[Told, int]]:
    """The results of the shapes, and of how many things each is one."""
    judge, without = Judge(shapes), (INFERRED_GRAPH, DERIVED_GRAPH)
    try:
        files = (ox.parse(path=path, rename_blank_nodes=True) for path in sorted(shapes.glob("*.ttl")))
        reach = Reach.of(quad.triple for file in files for quad in file)
        likeness = Likeness(store, reach, without)
        kinds: Counter[bytes] = Counter()
        said: dict[bytes, list[Told]] = {}
        for part in _parts(_first_of_each(likeness, kinds)):
            said |= _judged(judge, likeness, part)
    except NotLocal:
        # A shape that looks further than its thing: then only the whole graph will do.
        whole = (quad.triple for quad in store.quads() if quad.graph_name not in without)
        yield from ((told, 1) for told in judge.results(_written(whole)))
        return
    faulty = {key for key, results in said.items() if any(told.severity == "Violation" for told in results)}
    yield from ((told, kinds[key]) for key, results in said.items() if key not in faulty for told in results)
    if faulty:
        # Things of one kind have the same faults with other values in them: each is told of itself.
        affected = islice((seen for seen in likeness.things() if seen.key in faulty), most)
        for part in _parts(affected):
            for results in _judged(judge, likeness, part, by_thing=True).values():
                yield from ((told, 1) for told in results)


def _first_of_each(likeness: Likeness, kinds: Counter[bytes]) -> Iterator[Seen]:
    for seen in likeness.things():
        kinds[seen.key] += 1
        if kinds[seen.key] == 1:
            yield seen


def _parts(things: Iterable[Seen]) -> Iterator[Sequence[Seen]]:
    waiting = iter(things)
    while part := list(islice(waiting, _AT_ONCE)):
        yield part


def _judged(
    judge: Judge, likeness: Likeness, part: Sequence[Seen], *, by_thing: bool = False
) -> dict[bytes, list[Told]]:
    """The results for each of some things, by the key of its kind or by its name."""
    keys = {seen.node.value: seen.node.value.encode() if by_thing else seen.key for seen in part}
    found: dict[bytes, list[Told]] = {}
    triples = {triple for seen in part for triple in likeness.triples(seen.node)}
    for told in judge.results(_written((*triples, *likeness.hierarchy)), keys):
        found.setdefault(keys[told.node], []).append(told)
    return found


def _written(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _place(store: EmbeddedStore, node: str) -> tuple[str, str, int]:
    """File, sheet and row of the statement about a thing that is about the fewest others; 0 is no row."""
    places = []
    thing = ox.NamedNode(node)
    statements = [quad.subject for quad in store.match(None, _ABOUT, thing)]
    for statement in {*statements, thing}:
        said: dict[ox.NamedNode, list[str]] = {}
        for quad in store.match(statement, None, None):
            said.setdefault(quad.predicate, []).append(getattr(quad.object, "value", ""))
        if _TABLE in said:
            row = said.get(_ROW, ["0"])[0]
            place = (said[_TABLE][0], said.get(_SHEET, [""])[0], int(row) if row.isdecimal() else 0)
            # What states the thing itself is about it alone; a statement stands where it says.
            places.append((statement != thing, len(said.get(_ABOUT, ())), *place))
    return min(places)[2:] if places else ("", "", 0)
