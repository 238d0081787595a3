"""Whose equipment or munitions a described system would work with, by the rules that judge the pairs of a release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, kind_of, term, thing
from stanagraph.graph.store import Store
from stanagraph.graph.verdicts import notation

from .description import LEVELS, Capability, Description, Level, Value
from .graph_form import subject_of, to_triples
from .judging import confidence_of, evidence_of
from .names import Names
from .prepared import Prepared

_VERDICTS = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT DISTINCT ?thing ?verdict ?fits ?hits ?released ?reason ?weak WHERE {{
  ?pair a :Verdict ; {mine} {me} ; {theirs} ?thing ; :combinedVerdict ?verdict ; :fits ?fits ; :hits ?hits ;
    :released ?released .
  OPTIONAL {{ ?pair :reasonCode ?reason }}
  OPTIONAL {{ ?pair :onLowConfidence ?weak }}
}}
ORDER BY ?thing
"""
_HELD = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT DISTINCT ?thing ?nation WHERE {{
  ?nation :{held} ?thing .
}}
ORDER BY ?thing ?nation
"""


@dataclass(frozen=True)
class Partner:
    """One equipment type or munition, what is derived of it and the described system, and the nations that have it."""

    thing: str
    kind: str
    verdict: str
    fits: str
    hits: str
    released: str
    reason_code: str | None
    low_confidence: bool
    nations: tuple[str, ...]


def partners(release: Prepared, description: Description, asked: Level = "low") -> tuple[Partner, ...]:
    """Every type that a release would set beside the described one, in the order of their ids.

    Facts of the description that are trusted less than asked for are left out: the rules take them for not known.
    """
    if not description.interfaces:
        return ()
    me = subject_of(description)
    munition = description.kind == "munition"
    mine, theirs = (":munition", ":equipment") if munition else (":equipment", ":munition")
    with release.bench.judged(me, facts(description, release.names, asked)) as judged:
        rows = judged.select(_VERDICTS.format(me=me, mine=mine, theirs=theirs)).rows
    nations = release.held["operates" if munition else "stocks"]
    return tuple(
        Partner(
            thing=str(notation(row[0])),
            kind=kind_of(getattr(row[0], "value", "")),
            verdict=str(notation(row[1])),
            fits=str(notation(row[2])),
            hits=str(notation(row[3])),
            released=str(notation(row[4])),
            reason_code=notation(row[5]),
            low_confidence=notation(row[6]) == "true",
            nations=tuple(nations.get(getattr(row[0], "value", ""), ())),
        )
        for row in rows
    )


def held(store: Store, name: str) -> dict[str, list[str]]:
    """By type the nations that have it; `name` is that of the property."""
    found: dict[str, list[str]] = {}
    for it, nation in store.select(_HELD.format(held=name)).rows:
        found.setdefault(getattr(it, "value", ""), []).append(notation(nation) or "")
    return found


def facts(description: Description, names: Names, asked: Level = "low") -> Iterator[ox.Triple]:
    """The triples that say in the graph what the description says, as a source would: each fact with its statement."""
    least = LEVELS.index(asked)

    def trusted(it: Value | Capability) -> bool:
        return bool(evidence_of(description, it)) and LEVELS.index(confidence_of(description, it)) >= least

    kept = description.model_copy(
        update={
            "values": tuple(it for it in description.values if trusted(it)),
            "capabilities": tuple(it for it in description.capabilities if trusted(it)),
            "standards": (), "tests": (), "not_concerned": (),
        }
    )  # fmt: skip
    yield from to_triples(kept, names.find)
    # That it offers or needs an interface is what makes it the thing that is described.
    me = subject_of(description)
    statement, source = thing("statement", f"description/{description.id}"), thing("source", "description")
    joined = term("needsInterface" if description.kind == "munition" else "offersInterface")
    said: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (statement, RDF_TYPE, term("Statement")),
        (statement, term("about"), me),
        (statement, term("confidence"), thing("confidence", description.confidence or "low")),
        (statement, ox.NamedNode("http://www.w3.org/ns/prov#hadPrimarySource"), source),
        (statement, term("statedInTable"), ox.Literal("description")),
    ]
    said += [(statement, term("about"), names.find(("interface",), it)) for it in description.interfaces]
    said.append((statement, term("states"), joined))
    yield from (ox.Triple(*parts) for parts in said)
