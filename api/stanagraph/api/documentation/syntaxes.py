"""Triples as Turtle, JSON-LD, N-Triples and RDF/XML: the same triples always give the same bytes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, xsd

type_ = RDF_TYPE
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL = (ox.NamedNode(_RDF + name) for name in ("first", "rest", "nil"))
_STRING = xsd("string")
_BARE = {
    xsd("integer"): re.compile(r"[+-]?\d+"),
    xsd("decimal"): re.compile(r"[+-]?\d*\.\d+"),
    xsd("boolean"): re.compile(r"true|false"),
}
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w-]*[\w-])?", re.A)

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal


def numbered(triples: Iterable[ox.Triple], prefix: str) -> tuple[ox.Triple, ...]:
    """These triples, each once, with their blank nodes numbered as they come: the same in every run."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"{prefix}{len(names)}"))
        return term

    return tuple(dict.fromkeys(ox.Triple(named(t.subject), t.predicate, named(t.object)) for t in triples))


def closure(triples: Mapping[Node, Sequence[ox.Triple]], start: Iterable[Node]) -> tuple[ox.Triple, ...]:
    """All triples of these subjects, and those of the blank nodes that they lead to."""
    found: list[ox.Triple] = []
    pending, seen = list(start), set()
    while pending:
        subject = pending.pop(0)
        if subject in seen:
            continue
        seen.add(subject)
        for triple in triples.get(subject, ()):
            found.append(triple)
            if isinstance(triple.object, ox.BlankNode):
                pending.append(triple.object)
    return tuple(found)


def by_subject(triples: Iterable[ox.Triple]) -> dict[Node, list[ox.Triple]]:
    """The triples of each subject, in order."""
    found: dict[Node, list[ox.Triple]] = {}
    for triple in triples:
        found.setdefault(triple.subject, []).append(triple)  # type: ignore[arg-type]
    return found


class _Tree:
    """Triples as a tree: what is written at the top, what inside of it, and what as a list."""

    def __init__(self, triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> None:
        self.subjects = by_subject(triples)
        # The longest namespace that fits names an IRI.
        self.prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self.used: set[str] = set()
        uses = Counter(
            triple.object
            for found in self.subjects.values()
            for triple in found
            if isinstance(triple.object, ox.BlankNode)
        )
        self._referred = set(uses)
        self._inner = {node for node, count in uses.items() if count == 1 and node in self.subjects}
        # A ring of blank nodes has no beginning: one of them is written at the top.
        reached: set[Node] = set()
        for subject in [node for node in self.subjects if node not in self._inner]:
            self._reach(subject, reached)
        for subject in self.subjects:
            if subject not in reached:
                self._inner.discard(subject)
                self._reach(subject, reached)
        self.names = {node: f"b{at}" for at, node in enumerate(self._apart())}

    def _reach(self, subject: Node, reached: set[Node]) -> None:
        pending = [subject]
        while pending:
            node = pending.pop()
            if node in reached:
                continue
            reached.add(node)
            pending += [t.object for t in self.subjects.get(node, ()) if t.object in self._inner]  # type: ignore[misc]

    def _apart(self) -> Iterator[ox.BlankNode]:
        seen: set[Term] = set()
        for found in self.subjects.values():
            for triple in found:
                for node in (triple.subject, triple.object):
                    if isinstance(node, ox.BlankNode) and node not in self._inner and node not in seen:
                        seen.add(node)
                        yield node

    def top(self) -> list[Node]:
        return [node for node in self.subjects if node not in self._inner]

    def is_inner(self, node: Term) -> bool:
        return node in self._inner

    def is_referred(self, node: Term) -> bool:
        return node in self._referred

    def predicates(self, node: Node) -> list[tuple[ox.NamedNode, list[Term]]]:
        found: dict[ox.NamedNode, list[Term]] = {}
        for triple in self.subjects[node]:
            found.setdefault(triple.predicate, []).append(triple.object)  # type: ignore[arg-type]
        return sorted(found.items(), key=lambda item: item[0] != type_)

    def items(self, node: Term) -> list[Term] | None:
        """The members of a list that is written as such, or None."""
        members: list[Term] = []
        while node != _NIL:
            if node not in self._inner:
                return None
            found = {t.predicate: t.object for t in self.subjects[node]}  # type: ignore[index]
            if len(self.subjects[node]) != 2 or set(found) != {_FIRST, _REST}:  # type: ignore[index]
                return None
            members.append(found[_FIRST])  # type: ignore[arg-type]
            node = found[_REST]  # type: ignore[assignment]
        return members

    def short(self, iri: str) -> str | None:
        for prefix, namespace in self.prefixes:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return None


def turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Turtle with blank nodes and lists where they belong, in the order of the triples."""
    tree = _Tree(triples, prefixes)

    def term(node: Term, depth: int) -> str:
        if isinstance(node, ox.NamedNode):
            return tree.short(node.value) or f"<{node.value}>"
        if isinstance(node, ox.Literal):
            return literal(node)
        if (members := tree.items(node)) is not None:
            return f"( {' '.join(term(member, depth + 1) for member in members)} )"
        if tree.is_inner(node):
            return f"[\n{body(node, depth + 1)}\n{'    ' * depth}]"
        return f"_:{tree.names[node]}"

    def literal(node: ox.Literal) -> str:
        if node.datatype in _BARE and _BARE[node.datatype].fullmatch(node.value):
            return node.value
        text = ox.Literal(node.value).__str__()
        if node.language:
            return f"{text}@{node.language}"
        return text if node.datatype == _STRING else f"{text}^^{term(node.datatype, 0)}"

    def body(node: Node, depth: int) -> str:
        lines = []
        for predicate, objects in tree.predicates(node):
            verb = "a" if predicate == type_ else term(predicate, depth)
            lines.append(f"{'    ' * depth}{verb} {' , '.join(term(found, depth) for found in objects)}")
        return " ;\n".join(lines)

    blocks = []
    for node in tree.top():
        if isinstance(node, ox.BlankNode) and not tree.is_referred(node):
            blocks.append(f"[\n{body(node, 1)}\n] .")
        else:
            blocks.append(f"{term(node, 0)} {body(node, 1).lstrip()} .")
    head = [f"@prefix {prefix}: <{prefixes[prefix]}> ." for prefix in sorted(tree.used)]
    return "\n".join(head) + "\n\n" + "\n\n".join(blocks) + "\n"


def json_ld(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """JSON-LD with its context inside: nothing has to be fetched to read it."""
    named = {prefix or "stanagraph": namespace for prefix, namespace in prefixes.items()}
    tree = _Tree(triples, named)

    def identifier(node: Node) -> str:
        if isinstance(node, ox.BlankNode):
            return f"_:{tree.names[node]}"
        return tree.short(node.value) or node.value

    def value(node: Term) -> Any:
        if isinstance(node, ox.Literal):
            if node.language:
                return {"@language": node.language, "@value": node.value}
            if node.datatype == _STRING:
                return node.value
            return {"@type": identifier(node.datatype), "@value": node.value}
        if node == _NIL:
            return {"@list": []}
        if isinstance(node, ox.BlankNode) and tree.is_inner(node):
            members = tree.items(node)
            return {"@list": [value(member) for member in members]} if members is not None else body(node)
        return {"@id": identifier(node)}

    def body(node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for predicate, objects in tree.predicates(node):
            if predicate == type_:
                values: list[Any] = [identifier(found) for found in objects if not isinstance(found, ox.Literal)]
                key = "@type"
            else:
                values, key = [value(found) for found in objects], identifier(predicate)
            found[key] = values[0] if len(values) == 1 else values
        return found

    nodes = [
        ({} if isinstance(node, ox.BlankNode) and not tree.is_referred(node) else {"@id": identifier(node)})
        | body(node)
        for node in tree.top()
    ]
    # A namespace that does not end where a word ends has to be said to be one.
    context = {
        prefix: named[prefix] if named[prefix][-1] in "/#:?[]@" else {"@id": named[prefix], "@prefix": True}
        for prefix in sorted(tree.used)
    }
    return json.dumps({"@context": context, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n"


def n_triples(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """N-Triples in alphabetical order."""
    return "".join(sorted(f"{triple} .\n" for triple in triples))


def rdf_xml(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """RDF/XML."""
    named = {prefix or "stanagraph": namespace for prefix, namespace in sorted(prefixes.items())}
    found = [triple for group in by_subject(triples).values() for triple in group]
    return ox.serialize(found, format=ox.RdfFormat.RDF_XML, prefixes=named).decode()  # type: ignore[union-attr]


TURTLE, JSON_LD, N_TRIPLES, RDF_XML = (
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
)
WRITERS: dict[str, Callable[[Iterable[ox.Triple], Mapping[str, str]], str]] = {
    TURTLE: turtle,
    JSON_LD: json_ld,
    N_TRIPLES: n_triples,
    RDF_XML: rdf_xml,
}
SUFFIXES = {TURTLE: "ttl", JSON_LD: "jsonld", N_TRIPLES: "nt", RDF_XML: "rdf"}
