"""Facts with the shape of the public data, as many as wanted: what the build of a release is measured with.

Run with `python benchmarks/generate.py 1000000 facts.nq`; the same number and seed give the same file.

A thing is copied with all that belongs to it: an agreement with its editions, requirements, responses and the rows
that state them. Which thing is copied is drawn from the public data, so that how many editions a document has, how
many rows state a thing and how unevenly nations hold equipment stay as they are, without any figure written down here.

- Documents, requirements, positions, holdings, sources and producers grow with the number of triples.
- Equipment and munitions grow with its square root: every equipment meets every munition of its class, so that pairs,
  and the verdicts and gaps on them, then grow with the number of triples too. Armies do not grow with the paper.
- Nations, bodies, interfaces, parameters and concepts stay as they are: there are as many as the world has.
- Further holdings are further rows about equipment that the nation has already: who has what stays as uneven as it is.

The file holds what comes on top of the public data: together they are as many source triples as were asked for.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.names import graph, kind_of, term
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.resources import folder
from stanagraph.ingest import facts
from stanagraph.ingest.read import read

SEED = 4
GRAPH = graph("generated")
# What a thing of a kind belongs to: the thing that this property names.
OWNERS = {
    "agreement-edition": "editionOf",
    "publication-edition": "editionOf",
    "national-response": "toEdition",
    "national-implementation": "implementsEdition",
    "requirement": "requirementOf",
    "capability": "capabilityOf",
    "parameter-value": "parameterOf",
    "holding": "holdingOf",
    "munition-use": "useOf",
    "finding": "equipment",
    "statement": "about",
}
LINEAR = ("agreement", "publication", "national-document", "framework", "source", "production-site", "holding")
ROOTED = ("equipment", "munition")
# What tells a copy from its original in texts.
NAMING = {
    "<http://www.w3.org/2000/01/rdf-schema#label>",
    "<http://purl.org/dc/terms/identifier>",
    "<http://www.w3.org/2004/02/skos/core#note>",
}
Spoken = tuple[str, str, str]


@dataclass
class Cluster:
    """A thing with all that belongs to it."""

    root: str
    members: set[str] = field(default_factory=set)
    triples: list[Spoken] = field(default_factory=list)

    def copy(self, number: int, row: int, instead: dict[str, str]) -> Iterator[str]:
        """The lines of a copy, its rows numbered from `row`; `instead` names other things in the place of some."""

        def renamed(node: str) -> str:
            return f"{node[:-1]}.{number}>" if node in self.members else instead.get(node, node)

        for place, (subject, predicate, value) in enumerate(self.triples, row):
            said = renamed(value)
            if predicate in NAMING and value.endswith('"'):
                said = f'{value[:-1]} {number}"'
            elif predicate == str(term("statedInRow")):
                said = f'"{place}"^^<http://www.w3.org/2001/XMLSchema#integer>'
            yield f"{renamed(subject)} {predicate} {said} {GRAPH} .\n"


def public() -> list[ox.Quad]:
    """The facts of the public data."""
    core = (ox.Quad(it.subject, it.predicate, it.object) for it in triples_of(Ontology.read(folder("ontology")).core))
    return list(facts.quads(read(folder("data"), facts.vocabulary(core))))


def clusters(quads: Sequence[ox.Quad], alone: frozenset[str] = frozenset()) -> dict[str, list[Cluster]]:
    """The clusters of each kind; things of the kinds `alone` belong to nothing else."""
    said: dict[str, list[Spoken]] = defaultdict(list)
    owner: dict[str, str] = {}
    for quad in quads:
        subject = str(quad.subject)
        said[subject].append((subject, str(quad.predicate), str(quad.object)))
        kind = kind_of(subject.strip("<>"))
        if kind not in alone and kind in OWNERS and quad.predicate == term(OWNERS[kind]):
            owner.setdefault(subject, str(quad.object))
    found: dict[str, Cluster] = {}
    for subject, triples in said.items():
        root = subject
        while root in owner:
            root = owner[root]
        cluster = found.setdefault(root, Cluster(root))
        cluster.members.add(subject)
        cluster.triples += triples
    by_kind: dict[str, list[Cluster]] = defaultdict(list)
    for root in sorted(found):
        by_kind[kind_of(root.strip("<>"))].append(found[root])
    return by_kind


def generate(wanted: int, seed: int = SEED) -> Iterator[str]:
    """Lines of N-Quads: with the public data about this many source triples, never fewer."""
    choice = random.Random(seed)
    quads = public()
    scale = wanted / len(quads)
    whole, alone = clusters(quads), clusters(quads, frozenset({"holding"}))
    copies: dict[str, list[str]] = defaultdict(list)
    number, written = 0, len(quads)
    for kind in ROOTED:
        for _ in range(round(len(whole[kind]) * (max(scale, 1) ** 0.5 - 1))):
            number += 1
            cluster = choice.choice(whole[kind])
            copies[cluster.root].append(f"{cluster.root[:-1]}.{number}>")
            for line in cluster.copy(number, written, {}):
                written += 1
                yield line
    linear = [cluster for kind in LINEAR for cluster in alone[kind]]
    while written < wanted:
        number += 1
        cluster = choice.choice(linear)
        # A further holding may be one of a copy of the equipment.
        owned = next((value for _, name, value in cluster.triples if name == str(term("holdingOf"))), "")
        instead = {owned: choice.choice([owned, *copies[owned]])} if owned else {}
        for line in cluster.copy(number, written, instead):
            written += 1
            yield line


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("triples", type=int, help="source triples, those of the public data among them")
    parser.add_argument("file", type=Path, help="the N-Quads file to write")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    with given.file.open("w", encoding="utf-8") as file:
        file.writelines(generate(given.triples, given.seed))


if __name__ == "__main__":
    main()
