"""Where the time of `stanagraph ontology check` goes: whether a check of everything can stand before each commit.

Run with `python benchmarks/ontology.py`; it checks the ontology of the checkout and prints, for each part, the median
time of several runs and its share of the whole, and last the time that one explanation of a contradiction takes.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.ontology.check import check
from stanagraph.graph.ontology.explain import contradictions
from stanagraph.graph.ontology.files import File, Ontology, triples_of
from stanagraph.graph.reasoning import classify_each
from stanagraph.graph.resources import folder

ROUNDS = 5
LIMIT = 30.0
NS = "https://w3id.org/stanagraph/ns/"
# An interface that offers an interface: the contradiction lies in a domain, a range and a list of kinds.
CLASH = f"<urn:x> <{NS}offersInterface> <urn:y> . <urn:z> <{NS}needsInterface> <urn:x> ."


def main() -> None:
    """Print a line a part."""
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for part in check().parts:
            times[part.name].append(part.seconds)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    whole = sum(medians.values())
    for name, seconds in medians.items():
        print(f"{name}: {seconds:.2f} s of {whole:.2f} s = {seconds / whole:.0%}")
    print(f"all parts: {whole:.2f} s of the {LIMIT:.0f} s that they may take = {whole / LIMIT:.0%}")
    stranger = File("clash", Path("clash"), tuple(quad.triple for quad in ox.parse(CLASH, ox.RdfFormat.TURTLE)))
    files = [*Ontology.read(folder("ontology")).core, stranger]
    (proof,) = classify_each([triples_of(files)])
    (why,) = contradictions(files, proof, [stranger])
    ratio = why.seconds / proof.seconds
    print(f"a contradiction: explained in {why.seconds:.2f} s / found in {proof.seconds:.2f} s = {ratio:.1f}")


if __name__ == "__main__":
    main()
