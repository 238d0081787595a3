"""What the rows of an answer rest on: the records, the pages that these cite, and which tool tells more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.names import PRIMARY_SOURCE, key_of, kind_of, term, thing
from stanagraph.graph.store import Store

from ..formats import value

SOURCES = 40
_CITED = f"""
SELECT DISTINCT ?source {{{{ VALUES ?statement {{{{ {{statements}} }}}} ?statement {PRIMARY_SOURCE} ?source }}}}
ORDER BY ?source
"""
_RESTS = f"""
SELECT DISTINCT ?source {{{{
  {{{{ VALUES ?gap {{{{ {{gaps}} }}}} ?gap {term("restsOn")} ?statement }}}} UNION {{{{
    VALUES ?verdict {{{{ {{verdicts}} }}}} ?verdict {term("hasAssessment")} ?assessment .
    ?assessment {term("restsOn")} ?statement
  }}}}
  ?statement {PRIMARY_SOURCE} ?source
}}}}
ORDER BY ?source
"""
_TOLD = {
    "url": "http://www.w3.org/ns/dcat#landingPage",
    "publisher": "http://purl.org/dc/terms/publisher",
    "confidence": term("confidence").value,
    "captured": term("capturedOn").value,
    "retrieved": term("retrievedOn").value,
}
_DETAILS = """
SELECT ?source ?property ?value {{
  VALUES ?source {{ {sources} }} VALUES ?property {{ {properties} }} ?source ?property ?value
}} ORDER BY ?source ?property ?value
"""


def of_rows(store: Store, answer: Answer) -> dict[str, Any]:
    """The sources that these rows name or rest on, and by which tools the evidence of each row can be read."""
    cells = {cell.value for row in answer.rows for cell in row if isinstance(cell, ox.NamedNode)}
    found = {iri for iri in cells if kind_of(iri) == "source"}
    statements = [iri for iri in cells if kind_of(iri) == "statement"]
    if statements:
        found |= _iris(store, _CITED.format(statements=_listed(statements)))
    gaps = [iri for iri in cells if kind_of(iri) == "gap"]
    verdicts = _verdicts(answer)
    if not found and (gaps or verdicts):
        found |= _iris(store, _RESTS.format(gaps=_listed(gaps), verdicts=_listed(verdicts)))
    further = [
        *(["gap-evidence"] if gaps and answer.query.name != "gap-evidence" else []),
        *(["verdict"] if verdicts and answer.query.name != "evidence" else []),
        *(["pairs"] if {"using", "providing"} <= set(answer.columns) and answer.query.name != "pairs" else []),
        *(["trace"] if cells and answer.query.name != "trace" else []),
    ]
    return {**of(store, found), "tools": further}


def of(store: Store, sources: Iterable[str]) -> dict[str, Any]:
    """What is known of these sources, the first SOURCES of them, and how many there are."""
    every = sorted(set(sources))
    return {"sources": _details(store, every[:SOURCES]), "sources_in_all": len(every)}


def _verdicts(answer: Answer) -> list[str]:
    """The IRIs of the verdicts on the pairs of the rows."""
    if not {"equipment", "munition"} <= set(answer.columns):
        return []
    pairs = [(record["equipment"], record["munition"]) for record in answer.records()]
    return sorted(
        {
            thing("verdict", f"{key_of(one.value)}/{key_of(other.value)}").value
            for one, other in pairs
            if isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode)
        }
    )


def _details(store: Store, sources: Sequence[str]) -> list[dict[str, Any]]:
    if not sources:
        return []
    properties = {iri: name for name, iri in _TOLD.items()}
    told: dict[str, dict[str, Any]] = {iri: {} for iri in sources}
    query = _DETAILS.format(sources=_listed(sources), properties=_listed(properties))
    for source, which, cell in store.select(query).rows:
        if isinstance(source, ox.NamedNode) and isinstance(which, ox.NamedNode):
            shown = cell.value if isinstance(cell, ox.NamedNode) and "confidence" not in which.value else value(cell)
            told[source.value].setdefault(properties[which.value], shown)
    return [{"source": key_of(iri), "iri": iri, **_in_order(told[iri])} for iri in sources]


def _in_order(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in _TOLD if name in told}


def _iris(store: Store, query: str) -> set[str]:
    return {cell.value for row in store.select(query).rows for cell in row if isinstance(cell, ox.NamedNode)}


def _listed(iris: Iterable[str]) -> str:
    """IRIs as the values of a query: each is written by its own serialiser."""
    return " ".join(str(ox.NamedNode(iri)) for iri in sorted(iris))
