"""Which things no shape can tell apart: one key for each kind, and the triples that its shapes look at."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import pyoxigraph as ox
import rdflib

from stanagraph.graph.names import RDF_TYPE
from stanagraph.graph.store import EmbeddedStore

from .reach import Node, NotLocal, Reach, Walk

SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRINGS = {_XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
# Of these shapes see no more than whether they are well written; where two of them are compared, all is kept.
_DATES = {_XSD + "date", _XSD + "gYear", _XSD + "gYearMonth"}
_NUMBERS = {_XSD + "decimal", _XSD + "integer"}
_CACHED = 200_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A thing, the key of what shapes see of it, and the triples that they see."""

    node: ox.NamedNode
    key: bytes
    triples: tuple[ox.Triple, ...]


class Likeness:
    """Looks at the things of a store as a set of shapes does; what stands in the graphs `without` is not there."""

    def __init__(self, store: EmbeddedStore, reach: Reach, without: Iterable[ox.NamedNode] = ()) -> None:
        self._store, self._reach, self._without = store, reach, frozenset(without)
        self.hierarchy = [quad.triple for quad in self._match(None, SUBCLASS, None)]
        self._above = _above(self.hierarchy)
        self._targets = {cls: found for cls, above in self._above.items() if (found := above & reach.classes)}
        self._targets |= {cls: frozenset({cls}) for cls in reach.classes if cls not in self._above}
        self._lists = {name: sorted(found, key=_texts) for name, found in reach.lists.items()}
        self._bounds = sorted(reach.bounds)
        self._patterns = {name: [re.compile(it) for it in sorted(found)] for name, found in reach.patterns.items()}
        self._partners: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
        for one, other in sorted(reach.compared, key=str):
            self._partners[one].append(other)
        self._types = lru_cache(_CACHED)(self._types_of)
        self._literal = lru_cache(_CACHED)(self._literal_as_seen)
        self._walks = lru_cache(None)(self._walks_from)

    def things(self) -> Iterator[Seen]:
        """Every thing that a shape has as its target, once."""
        for cls in sorted(self._targets, key=str):
            for quad in self._match(None, RDF_TYPE, cls):
                said = self._said(quad.subject)
                # A thing of several classes comes with the first of them.
                if cls == min((it for it in said[RDF_TYPE] if it in self._targets), key=str):
                    yield self._seen(quad.subject, said)
        for name in sorted(self._reach.subjects_of, key=str):
            last = None
            for quad in self._match(None, name, None):
                if quad.subject == last:
                    continue
                last = quad.subject
                said = self._said(quad.subject)
                first = min((it for it in said if it in self._reach.subjects_of), key=str)
                if first == name and not any(it in self._targets for it in said.get(RDF_TYPE, ())):
                    yield self._seen(quad.subject, said)

    def _match(self, subject: Any, predicate: Any, value: Any) -> Iterator[ox.Quad]:
        without = self._without
        return (it for it in self._store.match(subject, predicate, value) if it.graph_name not in without)

    def _said(self, node: Any) -> dict[ox.NamedNode, list[Node]]:
        said: dict[ox.NamedNode, list[Node]] = {}
        for quad in self._match(node, None, None):
            said.setdefault(quad.predicate, []).append(quad.object)
        return said

    def _seen(self, node: Node, said: dict[ox.NamedNode, list[Node]]) -> Seen:
        if not isinstance(node, ox.NamedNode):
            raise NotLocal(f"{node} has no name")
        triples: list[ox.Triple] = []
        parts: list[object] = [self._as_seen(node)[:1]]
        for predicate in sorted(said, key=_name):
            values = said[predicate]
            triples += [ox.Triple(node, predicate, value) for value in values]
            if predicate == RDF_TYPE or predicate in self._reach.exact or self._may_merge(values):
                parts.append((predicate.value, _texts(values)))
            else:
                parts.append((predicate.value, sorted(repr(self._as_seen(it, predicate)) for it in values)))
            for other in self._partners.get(predicate, ()):
                parts.append((predicate.value, other.value, _relation(values, said.get(other, []))))
            triples += [it for value in values for it in self._typing(value)]
        kinds = frozenset(it for it in said.get(RDF_TYPE, ()) if it in self._targets)
        uses = frozenset(it for it in self._reach.subjects_of if it in said)
        for walk in self._walks(kinds, uses):
            parts.append(self._walk(node, walk, said, triples))
        return Seen(node, blake2b(repr(parts).encode(), digest_size=16).digest(), tuple(triples))

    def _walks_from(self, kinds: frozenset[Any], uses: frozenset[Any]) -> list[Walk]:
        names = {target for cls in kinds for target in self._targets[cls]} | uses
        return sorted({walk for name in names for walk in self._reach.walks.get(name, ())}, key=repr)

    def _walk(
        self, node: Any, walk: Walk, said: dict[ox.NamedNode, list[Node]] | None, triples: list[ox.Triple]
    ) -> object:
        """What a walk leads to; the triples on the way are added."""
        ends: list[Node] = [node]
        for step, (predicate, backwards) in enumerate(walk.path):
            if step == 0 and said is not None and not backwards and predicate not in said:
                return ()
            reached: dict[Node, None] = {}
            for end in ends:
                if isinstance(end, ox.Literal) and not backwards:
                    continue
                found = self._match(None, predicate, end) if backwards else self._match(end, predicate, None)
                for quad in found:
                    triples.append(quad.triple)
                    reached[quad.subject if backwards else quad.object] = None
            ends = list(reached)
        told: list[str] = []
        for end in ends:
            triples += self._typing(end)
            told.append(repr((self._as_seen(end), [self._walk(end, it, None, triples) for it in walk.then])))
        return (repr(walk.path), sorted(told))

    def _types_of(self, node: Any) -> tuple[ox.Triple, ...]:
        return tuple(quad.triple for quad in self._match(node, RDF_TYPE, None))

    def _typing(self, value: Node) -> tuple[ox.Triple, ...]:
        return () if isinstance(value, ox.Literal) else self._types(value)

    def _as_seen(self, value: Node, predicate: ox.NamedNode | None = None) -> tuple[object, ...]:
        reach = self._reach
        if value in reach.singled or (predicate is None and value in reach.mentioned):
            return (str(value),)
        text: str = getattr(value, "value", "")
        asked: tuple[object, ...] = ()
        if predicate is not None:
            lists, patterns = self._lists.get(predicate, ()), self._patterns.get(predicate, ())
            asked = (*(value in it for it in lists), *(it.search(text) is not None for it in patterns))
        if isinstance(value, ox.Literal):
            return (self._literal(value), asked)
        classes = {it.object for it in self._types(value)}
        if predicate is not None:
            kinds = reach.kinds.get(predicate, set())
            classes = {above for cls in classes for above in self._above.get(cls, (cls,)) if above in kinds}
        return (type(value).__name__, min(len(text), reach.longest), sorted(map(str, classes)), asked)

    def _literal_as_seen(self, value: ox.Literal) -> tuple[object, ...]:
        length, datatype = min(len(value.value), self._reach.longest), value.datatype.value
        if datatype in _STRINGS:
            return (datatype, value.language, length)
        if datatype in _DATES and _is_plain(value):
            return (datatype, length)
        if datatype in _NUMBERS and _is_plain(value):
            number = Decimal(value.value)
            return (datatype, length, bisect_left(self._bounds, number), bisect_right(self._bounds, number))
        return (str(value),)

    def _may_merge(self, values: list[Node]) -> bool:
        """Whether rdflib, which writes numbers in one form, might take several of these values for one."""
        return len(values) > 1 and any(
            isinstance(it, ox.Literal) and it.datatype.value not in _STRINGS and not _is_plain(it) for it in values
        )


def _texts(terms: Iterable[Node]) -> list[str]:
    """The terms as texts, in order."""
    return sorted(map(str, terms))


def _above(hierarchy: Iterable[ox.Triple]) -> dict[Any, frozenset[Any]]:
    """Each class with all classes above it and itself."""
    direct: dict[Any, set[Any]] = defaultdict(set)
    for triple in hierarchy:
        direct[triple.subject].add(triple.object)
    found: dict[Any, frozenset[Any]] = {}
    for cls in direct:
        reached, todo = {cls}, [cls]
        while todo:
            fresh = direct.get(todo.pop(), set()) - reached
            reached |= fresh
            todo += fresh
        found[cls] = frozenset(reached)
    return found


def _name(node: ox.NamedNode) -> str:
    return node.value


@lru_cache(_CACHED)
def _is_plain(value: ox.Literal) -> bool:
    """Whether a literal is written as rdflib would write it and holds what its datatype says."""
    read = rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value))
    return str(read) == value.value and not read.ill_typed


def _relation(one: list[Node], other: list[Node]) -> object:
    """How the values of two properties that are compared relate: enough for any comparison of them."""
    if not one or not other:
        return ()
    if len(one) == 1 and len(other) == 1:
        if not isinstance(one[0], ox.Literal) and not isinstance(other[0], ox.Literal):
            return (one == other,)
        first, second = _plain_number(one[0]), _plain_number(other[0])
        if first is not None and second is not None:
            return (one == other, first < second, first == second)
    return (_texts(one), _texts(other))


def _plain_number(value: Node) -> Decimal | None:
    if not isinstance(value, ox.Literal) or value.datatype.value not in _NUMBERS or not _is_plain(value):
        return None
    try:
        return Decimal(value.value)
    except InvalidOperation:
        return None
