"""What a check costs beside bare pySHACL: the same clauses and the same description, as numbers in one unit.

It decides whether a check can answer a request at once. pySHACL gets the figures that a check compares, already
converted and bound to shapes, and says yes or no; the check reads the clauses from the release, converts, weighs
evidence and gives reasons. Run with `python benchmarks/conformance.py [FILE [AGAINST]]`; it uses the current release.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import pyshacl
import rdflib
from rdflib.namespace import RDF, SH, XSD

from stanagraph.api.conformance.demands import Demand, demands, target
from stanagraph.api.conformance.description import Description
from stanagraph.api.conformance.judging import judge
from stanagraph.api.conformance.names import understood
from stanagraph.api.conformance.partners import partners
from stanagraph.api.conformance.prepared import Prepared
from stanagraph.api.conformance.reading import read
from stanagraph.api.conformance.report import check
from stanagraph.api.conformance.units import convert, unit_of
from stanagraph.graph.releases import Releases

ROUNDS = 7
EX = rdflib.Namespace("https://example.org/")


def seconds(work: Callable[[], object]) -> float:
    """The median time of a piece of work over some rounds."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def literal(number: object) -> rdflib.Literal:
    """A number as SHACL compares it."""
    return rdflib.Literal(Decimal(str(float(str(number)))), datatype=XSD.decimal)


def shapes(asked: Iterable[Demand]) -> rdflib.Graph:
    """A shape for each clause with a number."""
    graph = rdflib.Graph()
    for number, it in enumerate(it for it in asked if it.low is not None and it.parameter):
        shape, path = rdflib.BNode(), EX[it.parameter or ""]
        graph += [
            (EX[f"s{number}"], RDF.type, SH.NodeShape), (EX[f"s{number}"], SH.targetNode, EX.system),
            (EX[f"s{number}"], SH.property, shape), (shape, SH.path, path), (shape, SH.minCount, rdflib.Literal(1)),
        ]  # fmt: skip
        if it.comparator in ("ge", "between"):
            graph.add((shape, SH.minInclusive, literal(it.low)))
        if it.comparator == "le":
            graph.add((shape, SH.maxInclusive, literal(it.low)))
        if it.comparator == "between":
            graph.add((shape, SH.maxInclusive, literal(it.high)))
        if it.comparator == "eq":
            graph.add((shape, SH.hasValue, literal(it.low)))
    return graph


def data(description: Description, asked: Iterable[Demand]) -> rdflib.Graph:
    """The stated numbers in the units of the clauses."""
    units = {it.parameter: it.measure for it in asked}
    graph = rdflib.Graph()
    for value in description.values:
        into, of = units.get(value.parameter), unit_of(value.unit or "1")
        if value.span and into and of and into.quantity == of.quantity:
            graph.add((EX.system, EX[value.parameter], literal(float(convert(value.span[0], of, into)))))
    return graph


def bare(path: Path, against: str) -> tuple[rdflib.Graph, rdflib.Graph]:
    """The clauses as shapes and the description as figures, of the current release."""
    store = Releases().current().open()
    description = understood(read(path), Prepared(store).names)
    asked = demands(store, target(store, against))
    return shapes(asked), data(description, asked)


def main() -> None:
    """Print each time and the ratios."""
    path = Path(
        sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "docs" / "examples" / "cartridge.json"
    )
    against = sys.argv[2] if len(sys.argv) > 2 else "STANAG-4172"
    store = Releases().current().open()
    prepared = Prepared(store)
    names = prepared.names
    description = understood(read(path), names)
    wanted = target(store, against)
    asked = demands(store, wanted)
    rules, facts = shapes(asked), data(description, asked)
    bare = seconds(lambda: pyshacl.validate(facts, shacl_graph=rules, inference="none"))
    print(f"{len(asked)} clauses of {against}, {len(description.values)} values; median of {ROUNDS} rounds")
    steps: list[tuple[str, Callable[[], object]]] = [
        ("read and understood", lambda: understood(read(path), names)),
        ("clauses judged", lambda: judge(prepared.demands(wanted), description)),
        ("report", lambda: check(store, "release", "", description, wanted, "low", prepared)),
        ("works with", lambda: partners(prepared, description)),
    ]
    print(f"bare pySHACL: {bare * 1000:.1f} ms")
    for name, work in steps:
        took = seconds(work)
        print(f"{name}: {took * 1000:.1f} ms = {took / bare:.2f} of bare pySHACL")


if __name__ == "__main__":
    main()
