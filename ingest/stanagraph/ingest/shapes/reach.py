"""What the shapes look at: which things, how far from each, and which differences between values they can see."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE

SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST = ox.NamedNode(_RDF + "first"), ox.NamedNode(_RDF + "rest")
# What says nothing of a value.
_SILENT = {"message", "severity", "name", "description", "order", "group", "deactivated", "ignoredProperties"}
_COUNTED = {"minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount", "uniqueLang", "closed"}
_COMPARED = {"equals", "disjoint", "lessThan", "lessThanOrEquals"}
_BOUNDS = {"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"}
_LENGTHS = {"minLength", "maxLength"}
_NAMED = {"in", "hasValue"}
_TOLD = {"class", "datatype", "nodeKind", "languageIn"}
_LISTS, _SHAPES = {"and", "or", "xone"}, {"not", "node", "qualifiedValueShape"}
_KNOWN = _SILENT | _COUNTED | _COMPARED | _BOUNDS | _LENGTHS | _NAMED | _TOLD | _LISTS | _SHAPES
_KNOWN |= {"path", "inversePath", "property", "pattern", "flags", "sparql", "select", "targetClass", "targetSubjectsOf"}

# What is asked of $this, and the filters over it.
_LOCAL_QUERY = re.compile(
    r"\s*SELECT\s+\$this\s+WHERE\s*\{\s*\$this((?:\s*;?\s*<[^>]+>\s+\?\w+)+)\s*\.\s*((?:FILTER\(.*\)\s*)+)\}\s*",
    re.DOTALL,
)

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Step = tuple[ox.NamedNode, bool]  # a property, and whether it is followed backwards


class NotLocal(Exception):
    """A shape looks at more than a thing and what its paths lead to; the text says which part does."""


@dataclass(frozen=True)
class Walk:
    """A path that shapes follow from a thing, and the paths that they follow from its ends."""

    path: tuple[Step, ...]
    then: tuple[Walk, ...] = ()


@dataclass
class Reach:
    """What a set of shapes looks at. Raises NotLocal where that cannot be told.

    The test of a shape on a thing may use the triples of the thing, the types of their values and what `walks` lead
    to, and nothing else. Of any value it sees: language, datatype, kind of node, the length up to `longest`, the side
    of each of `bounds` that a number is on, and which of the terms in `singled` it is. Of a value of a property of the
    thing it sees besides: in which of the `lists` it is, which of the `kinds` it has as a class, and which of the
    `patterns` it matches; at the end of a walk, which of `mentioned` it is, and all its classes. For the properties in
    `compared` it sees how the values relate, and for those in `exact` all of them.
    """

    classes: set[ox.NamedNode] = field(default_factory=set)
    subjects_of: set[ox.NamedNode] = field(default_factory=set)
    walks: dict[ox.NamedNode, set[Walk]] = field(default_factory=lambda: defaultdict(set))  # by class or property
    mentioned: set[Node] = field(default_factory=set)
    singled: set[Node] = field(default_factory=set)
    lists: dict[ox.NamedNode, set[frozenset[Node]]] = field(default_factory=lambda: defaultdict(set))
    kinds: dict[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=lambda: defaultdict(set))
    bounds: set[Decimal] = field(default_factory=set)
    longest: int = 0
    patterns: dict[ox.NamedNode, set[str]] = field(default_factory=lambda: defaultdict(set))
    compared: set[tuple[ox.NamedNode, ox.NamedNode]] = field(default_factory=set)
    exact: set[ox.NamedNode] = field(default_factory=set)

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Reach:
        """The reach of all shapes of a graph."""
        return _Reading(triples).reach()


class _Reading:
    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._said: dict[Node, dict[ox.NamedNode, list[Node]]] = {}
        for triple in triples:
            self._said.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
        self._found = Reach()

    def reach(self) -> Reach:
        for shape, said in self._said.items():
            for predicate in said:
                if predicate.value.startswith(SH) and predicate.value.removeprefix(SH) not in _KNOWN:
                    raise NotLocal(predicate.value)
            targets = [*self._objects(shape, "targetClass"), *self._objects(shape, "targetSubjectsOf")]
            if ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#Class") in said.get(RDF_TYPE, []):
                raise NotLocal(f"{shape} is its own target")
            if not targets:
                continue
            walks = self._walks(shape)
            for target in targets:
                if not isinstance(target, ox.NamedNode):
                    raise NotLocal(f"the target {target}")
                self._found.walks[target] |= walks
            self._found.classes |= {it for it in self._objects(shape, "targetClass") if isinstance(it, ox.NamedNode)}
            self._found.subjects_of |= {
                it for it in self._objects(shape, "targetSubjectsOf") if isinstance(it, ox.NamedNode)
            }
        return self._found

    def _objects(self, node: Node, name: str) -> list[Node]:
        return self._said.get(node, {}).get(ox.NamedNode(SH + name), [])

    def _list(self, node: Node) -> Iterator[Node]:
        while _FIRST in (cell := self._said.get(node, {})):
            yield cell[_FIRST][0]
            node = cell[_REST][0]

    def _walks(self, shape: Node, at: tuple[Step, ...] = ()) -> set[Walk]:
        """The walks that a shape and the shapes inside it take from one thing; `at` is the path to its values."""
        self._values(shape, at)
        walks: set[Walk] = set()
        for name in _SHAPES:
            for inner in self._objects(shape, name):
                walks |= self._walks(inner, at)
        for name in _LISTS:
            for several in self._objects(shape, name):
                for inner in self._list(several):
                    walks |= self._walks(inner, at)
        for inner in self._objects(shape, "property"):
            path = self._path(self._objects(inner, "path")[0])
            then = tuple(sorted(self._walks(inner, path), key=repr))
            # The values of a property of the thing itself are looked at in any case.
            if at or then or len(path) > 1 or path[0][1]:
                walks.add(Walk(path, then))
        if at and self._objects(shape, "closed"):
            raise NotLocal(f"the values of {at} may have certain properties only")
        return walks

    def _path(self, node: Node) -> tuple[Step, ...]:
        if isinstance(node, ox.NamedNode):
            return ((node, False),)
        if inverse := self._objects(node, "inversePath"):
            if not isinstance(inverse[0], ox.NamedNode):
                raise NotLocal("an inverse of a path of several steps")
            return ((inverse[0], True),)
        if steps := list(self._list(node)):
            return tuple(step for part in steps for step in self._path(part))
        raise NotLocal("a path with a choice or a repetition")

    def _values(self, shape: Node, at: tuple[Step, ...]) -> None:
        """Note which differences between values a shape can see; `at` is the path to them, if it is not the thing."""
        found, simple = self._found, at[0][0] if len(at) == 1 and not at[0][1] else None
        found.singled |= set(self._objects(shape, "hasValue"))
        for several in self._objects(shape, "in"):
            found.mentioned |= (listed := frozenset(self._list(several)))
            if simple is not None:
                found.lists[simple].add(listed)
            elif not at:
                found.singled |= listed
        if simple is not None:
            found.kinds[simple] |= {it for it in self._objects(shape, "class") if isinstance(it, ox.NamedNode)}
        for name in _BOUNDS:
            found.bounds |= {_number(value) for value in self._objects(shape, name)}
        lengths = [int(_number(value)) for name in _LENGTHS for value in self._objects(shape, name)]
        found.longest = max([found.longest, *lengths])
        for name in _COMPARED:
            for other in self._objects(shape, name):
                if simple is None or not isinstance(other, ox.NamedNode):
                    raise NotLocal(f"sh:{name} at the end of {at}")
                found.compared.add((simple, other))
        for pattern in self._objects(shape, "pattern"):
            flags = "".join(flag.value for flag in self._objects(shape, "flags") if isinstance(flag, ox.Literal))
            if simple is None or not isinstance(pattern, ox.Literal) or flags.strip("imsx"):
                raise NotLocal(f"sh:pattern at the end of {at}")
            found.patterns[simple].add(f"(?{flags}){pattern.value}" if flags else pattern.value)
        for query in self._objects(shape, "sparql"):
            if at:
                raise NotLocal(f"sh:sparql at the end of {at}")
            self._query(self._objects(query, "select")[0])

    def _query(self, text: Node) -> None:
        """The properties that a query asks of $this. It may ask of nothing else, and of no other node."""
        if not isinstance(text, ox.Literal):
            raise NotLocal("a query that is no text")
        asked = _LOCAL_QUERY.fullmatch(text.value)
        if asked is None or re.search(r"\$this|EXISTS|\{|<http", re.sub(r'"[^"]*"', "", asked[2])):
            raise NotLocal("a query of another form than SELECT $this WHERE { $this … ; … . FILTER … }")
        properties = re.findall(r"<([^>]+)>", asked[1])
        self._found.exact |= {ox.NamedNode(name) for name in properties}


def _number(value: Node) -> Decimal:
    try:
        return Decimal(value.value) if isinstance(value, ox.Literal) else Decimal("NaN")
    except InvalidOperation as error:
        raise NotLocal(f"the bound {value}") from error
