"""What the forms of the pages offer: munition classes, nations and causes, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from stanagraph.graph.names import key_of

from ..explanations import Labels
from .serving import Serving

_CLASSES = """
PREFIX : <https://w3id.org/stanagraph/ns/>
PREFIX scheme: <https://w3id.org/stanagraph/id/scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?class ?broader WHERE {
  ?class skos:inScheme scheme:munition-class .
  OPTIONAL { ?class skos:broader ?broader }
}
ORDER BY ?class
"""
_FILLED = (
    "PREFIX : <https://w3id.org/stanagraph/ns/> SELECT DISTINCT ?class { ?cell :munitionClass ?class } ORDER BY ?class"
)
_NATIONS = "PREFIX : <https://w3id.org/stanagraph/ns/> SELECT ?nation { ?nation a :Nation } ORDER BY ?nation"
_CAUSES = """
PREFIX scheme: <https://w3id.org/stanagraph/id/scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?cause { ?cause skos:inScheme scheme:gap-cause } ORDER BY ?cause
"""


@dataclass(frozen=True)
class Option:
    """One choice: its id, its name, and whether it is a kind of the one above it."""

    key: str
    name: str
    narrower: bool = False


def classes(serving: Serving, labels: Labels, *, filled: bool = False) -> list[Option]:
    """Munition classes, the broad ones each followed by its narrower ones; `filled`: only those with a matrix."""
    wanted = {cell.value for cell in _column(serving, _FILLED)} if filled else None
    broader: dict[str, str | None] = {}
    for thing, above in serving.store.select(_CLASSES).rows:
        if isinstance(thing, ox.NamedNode):
            broader[thing.value] = above.value if isinstance(above, ox.NamedNode) else None
    labels.learn(broader)

    def place(iri: str) -> tuple[object, ...]:
        above = broader[iri]
        return (_natural(labels.of(above or iri)), above is not None, _natural(labels.of(iri)))

    return [
        Option(key_of(iri), labels.of(iri), broader[iri] is not None)
        for iri in sorted(broader, key=place)
        if wanted is None or iri in wanted
    ]


def nations(serving: Serving, labels: Labels) -> list[Option]:
    """All nations by name."""
    return _options(labels, _column(serving, _NATIONS))


def causes(serving: Serving, labels: Labels) -> list[Option]:
    """All causes of gaps by name."""
    return _options(labels, _column(serving, _CAUSES))


def _column(serving: Serving, query: str) -> list[ox.NamedNode]:
    return [row[0] for row in serving.store.select(query).rows if isinstance(row[0], ox.NamedNode)]


def _options(labels: Labels, things: Iterable[ox.NamedNode]) -> list[Option]:
    iris = [thing.value for thing in things]
    labels.learn(iris)
    options = [Option(key_of(iri), labels.of(iri)) for iri in iris]
    return sorted(options, key=lambda option: _natural(option.name))


def _natural(text: str) -> tuple[tuple[int, float, str], ...]:
    """A sorting key in which 9 comes before 12.7 and É beside E."""
    plain = text.casefold().translate(str.maketrans("àâçéèêëîïôöûùü", "aaceeeeiioouuu")).replace(",", ".")
    parts = re.findall(r"\d+(?:\.\d+)?|\D+", plain)
    return tuple((0, float(part), "") if part[0].isdigit() else (1, 0.0, part) for part in parts)
