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
Said = dict[ox.NamedNode, list[Node]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A thing, and the key of what shapes see of it."""

    node: ox.NamedNode
    key: bytes


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
        self._asked = {*self._lists, *self._patterns}
        self._codes: dict[tuple[object, ...], int] = _Numbers()
        self._thing_code = lru_cache(_CACHED)(self._thing_code_of)
        self._types = lru_cache(_CACHED)(self._types_of)
        self._literal = lru_cache(_CACHED)(self._literal_as_seen)
        self._walks = lru_cache(None)(self._walks_from)

    def things(self) -> Iterator[Seen]:
        """Every thing that a shape has as its target, once."""
        for cls in sorted(self._targets, key=str):
            for quad in self._match(None, RDF_TYPE, cls):
                said = self._said(quad.subject)
                # A thing of several classes comes with the first of them, and one of several graphs once.
                if len(said[RDF_TYPE]) > 1 and cls != min(
                    (it for it in said[RDF_TYPE] if it in self._targets), key=str
                ):
                    continue
                if quad == next(self._match(quad.subject, RDF_TYPE, cls)):
                    yield self._seen(quad.subject, said)
        for name in sorted(self._reach.subjects_of, key=str):
            for quad in self._match(None, name, None):
                if quad != next(self._match(quad.subject, name, None)):
                    continue
                said = self._said(quad.subject)
                first = min((it for it in said if it in self._reach.subjects_of), key=str)
                if first == name and not any(it in self._targets for it in said.get(RDF_TYPE, ())):
                    yield self._seen(quad.subject, said)

    def triples(self, node: ox.NamedNode) -> list[ox.Triple]:
        """All that shapes look at to judge a thing, but for the hierarchy of classes."""
        found: list[ox.Triple] = []
        self._key(node, self._said(node), found)
        return found

    def _match(self, subject: Any, predicate: Any, value: Any) -> Iterator[ox.Quad]:
        without = self._without
        return (it for it in self._store.match(subject, predicate, value) if it.graph_name not in without)

    def _said(self, node: Any) -> Said:
        said: Said = {}
        for quad in self._match(node, None, None):
            said.setdefault(quad.predicate, []).append(quad.object)
        # What two graphs say is one triple.
        return {name: values if len(values) == 1 else list(dict.fromkeys(values)) for name, values in said.items()}

    def _seen(self, node: Node, said: Said) -> Seen:
        if not isinstance(node, ox.NamedNode):
            raise NotLocal(f"{node} has no name")
        return Seen(node, self._key(node, said))

    def _key(self, node: ox.NamedNode, said: Said, triples: list[ox.Triple] | None = None) -> bytes:
        """What shapes see of a thing, as a key; the triples that they look at for it are added."""
        codes: list[int] = []
        told: list[object] = []
        for predicate, values in said.items():
            if predicate == RDF_TYPE or predicate in self._reach.exact or self._may_merge(values):
                told.append((predicate.value, _texts(values)))
            else:
                codes += [self._code(predicate, value) for value in values]
            for other in self._partners.get(predicate, ()):
                told.append((predicate.value, other.value, _relation(values, said.get(other, []))))
            if triples is not None:
                triples += [ox.Triple(node, predicate, value) for value in values]
                triples += [it for value in values for it in self._typing(value)]
        kinds = frozenset(it for it in said.get(RDF_TYPE, ()) if it in self._targets)
        uses = frozenset(it for it in self._reach.subjects_of if it in said)
        walks = [self._walk(node, walk, said, triples) for walk in self._walks(kinds, uses)]
        # In the order of the codes, not in that of the store.
        name = node.value if node in self._reach.singled else ""
        parts = (name, sorted(codes), sorted(told, key=str), walks)
        return blake2b(repr(parts).encode(), digest_size=16).digest()

    def _code(self, predicate: ox.NamedNode, value: Node) -> int:
        """A number for a property with a value as shapes see it; it holds as long as this object."""
        if isinstance(value, ox.Literal):
            if predicate not in self._asked and value not in self._reach.singled:
                datatype = value.datatype.value
                if datatype in _STRINGS:
                    length = min(len(value.value), self._reach.longest)
                    return self._codes[predicate, datatype, value.language, length]
            return self._codes[predicate, repr(self._as_seen(value, predicate))]
        return self._thing_code(predicate, value)

    def _thing_code_of(self, predicate: ox.NamedNode, value: Node) -> int:
        return self._codes[predicate, repr(self._as_seen(value, predicate))]

    def _walks_from(self, kinds: frozenset[Any], uses: frozenset[Any]) -> list[Walk]:
        names = {target for cls in kinds for target in self._targets[cls]} | uses
        return sorted({walk for name in names for walk in self._reach.walks.get(name, ())}, key=repr)

    def _walk(self, node: Any, walk: Walk, said: Said | None, triples: list[ox.Triple] | None) -> object:
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
                    if triples is not None:
                        triples.append(quad.triple)
                    reached[quad.subject if backwards else quad.object] = None
            ends = list(reached)
        told: list[str] = []
        for end in ends:
            if triples is not None:
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


class _Numbers(dict[tuple[object, ...], int]):
    """Gives each key that it has not seen the next number."""

    def __missing__(self, key: tuple[object, ...]) -> int:
        self[key] = number = len(self)
        return number


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
