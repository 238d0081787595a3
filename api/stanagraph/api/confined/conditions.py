"""What a request says of the state of a graph (RFC 9110, section 13), looked at where nothing changes it meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

Graph = ox.NamedNode | ox.DefaultGraph
_ANY = "*"


class NotHeld(Exception):
    """A condition does not hold; `header` is the name of the one that sets it."""

    def __init__(self, header: str) -> None:
        self.header = header
        super().__init__(header)


def digest(triples: Iterable[ox.Triple]) -> str:
    """A digest of a graph, the same in whatever order its triples come."""
    found = sum(int.from_bytes(hashlib.blake2b(str(it).encode(), digest_size=16).digest()) for it in triples)
    return f"{found % (1 << 128):032x}"


def digest_of(store: ox.Store, graph: Graph) -> str:
    """The digest of a graph of a store."""
    return digest(quad.triple for quad in store.quads_for_pattern(None, None, None, graph))


def check(store: ox.Store, graph: Graph, asked: dict[str, Any]) -> None:
    """That the conditions of a request hold for a graph, whether it is there or not; raises NotHeld.

    Each condition is a list of digests or of an asterisk, which stands for any state; None where there is none.
    """
    match, none_match = asked.get("match"), asked.get("none_match")
    if match is None and none_match is None:
        return
    there = isinstance(graph, ox.DefaultGraph) or store.contains_named_graph(graph)
    if match is not None and not (there and _among(store, graph, match)):
        raise NotHeld("If-Match")
    if none_match is not None and there and _among(store, graph, none_match):
        raise NotHeld("If-None-Match")


def _among(store: ox.Store, graph: Graph, states: list[str]) -> bool:
    return _ANY in states or (bool(states) and digest_of(store, graph) in states)
