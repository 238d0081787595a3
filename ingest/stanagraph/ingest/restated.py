"""That a source states a fact which is kept in the graph of another one.

A triple stands in one graph only, since not every store merges equal triples of a union. What else states it says so in
its own graph, in the words that RDF has for a triple as a thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, thing

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def restated(fact: ox.Quad, where: Any) -> Iterator[ox.Quad]:
    """The quads that say in the graph `where` that it states this fact too."""
    key = blake2b(f"{where} {fact.triple}".encode(), digest_size=16).hexdigest()
    me = thing("statement", f"restated/{key}")
    yield ox.Quad(me, RDF_TYPE, ox.NamedNode(f"{_RDF}Statement"), where)
    for name, part in (("subject", fact.subject), ("predicate", fact.predicate), ("object", fact.object)):
        yield ox.Quad(me, ox.NamedNode(_RDF + name), part, where)
