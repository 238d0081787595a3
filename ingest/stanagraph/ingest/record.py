"""Recording a source: its entries become a file of facts, and what became of each entry is written beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.digest import digest_of
from stanagraph.graph.errors import DataRefused
from stanagraph.graph.names import PRIMARY_SOURCE, RDF_TYPE, RDFS_LABEL, SAME_AS, graph, skos, term, thing
from stanagraph.graph.sources import ACCOUNT, FACTS, SUBJECTS

from .cells import date_literal, integer_literal
from .sources import Account, Entry, Reader, Work

OFFERS = term("offersInterface")
# What tells one kind of evidence from another.
EVIDENCE = frozenset({OFFERS, *map(term, ("needsInterface", "inMunitionClass", "citesAgreement", "responseKind"))})


@dataclass
class Recorded:
    """What was written: the file of facts, its SHA-256, how many entries and triples it holds, and what it equates."""

    facts: Path
    sha256: str
    entries: int
    triples: int
    same: tuple[tuple[str, str], ...]
    account: Account


def record(reader: Reader, path: Path, work: Work, into: Path) -> Recorded:
    """Read a file and write its facts and account into a folder.

    Raises DataRefused with all faulty cells, and whatever the reader raises; the folder then holds nothing of use.
    """
    tally = _Tally()
    facts = into / FACTS
    ox.serialize(_quads(reader, path, work, tally), output=str(facts), format=ox.RdfFormat.N_QUADS)
    if work.faults:
        raise DataRefused(work.faults)
    with (into / ACCOUNT).open("w", encoding="utf-8") as out:
        json.dump(_as_json(work.account), out, ensure_ascii=False, indent=1)
    with (into / SUBJECTS).open("w", encoding="utf-8") as out:
        out.writelines(f"{name}\n" for name in sorted(tally.subjects))
    return Recorded(facts, digest_of(facts), tally.entries, tally.triples, tuple(sorted(tally.same)), work.account)


@dataclass
class _Tally:
    entries: int = 0
    triples: int = 0
    subjects: set[str] = field(default_factory=set)
    same: set[tuple[str, str]] = field(default_factory=set)
    # Which property each column of each sheet states.
    columns: set[tuple[str, str, ox.NamedNode]] = field(default_factory=set)


def _quads(reader: Reader, path: Path, work: Work, tally: _Tally) -> Iterator[ox.Quad]:
    where, source = graph(work.source), thing("source", work.source)
    for entry in reader.read(path, work):
        if len(work.faults) >= work.limits.faults:
            return
        # What has a fault is never loaded: from the first one on, the rest is only read for its own faults.
        if work.faults:
            continue
        tally.entries += 1
        for said in entry.facts:
            tally.triples += 1
            tally.subjects.add(said.subject.value)
            if said.predicate == SAME_AS and isinstance(said.value, ox.NamedNode):
                tally.same.add((said.subject.value, said.value.value))
            tally.columns.add((entry.place.sheet, said.column, said.predicate))
            yield ox.Quad(said.subject, said.predicate, said.value, where)
        statement = thing("statement", f"{work.source}/{entry.key}")
        for predicate, value in _statement(entry, source, work.confidence):
            tally.triples += 1
            yield ox.Quad(statement, predicate, value, where)
    if not work.faults:
        yield from _columns(work, tally, source, where)


def _statement(
    entry: Entry, source: ox.NamedNode, confidence: str
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    place = entry.place
    yield RDF_TYPE, term("Statement")
    told = [place.file, place.sheet, str(place.row) if place.row is not None else ""]
    yield RDFS_LABEL, ox.Literal(", ".join(part for part in told if part))
    for subject in entry.about:
        yield term("about"), subject
    for said in entry.facts:
        # Where a file has columns they tell it once for all rows (queries/derive/03-stated-properties.rq).
        if not said.column and said.predicate in EVIDENCE:
            yield term("states"), said.predicate
            if said.predicate == OFFERS and isinstance(said.value, ox.NamedNode):
                yield term("about"), said.value
    yield term("statedInSource"), source
    yield term("statedInTable"), ox.Literal(place.file)
    if place.sheet:
        yield term("statedInSheet"), ox.Literal(place.sheet)
    if place.row is not None:
        yield term("statedInRow"), integer_literal(place.row)
    yield PRIMARY_SOURCE, entry.cites or source
    yield term("confidence"), thing("confidence", entry.confidence or confidence)
    if entry.as_of:
        yield term("asOf"), date_literal(entry.as_of)
    if entry.note:
        yield skos("note"), ox.Literal(entry.note)


def _columns(work: Work, tally: _Tally, source: ox.NamedNode, where: ox.NamedNode) -> Iterator[ox.Quad]:
    """Which column states which property: with the statement of an entry this leads from a fact to its cell."""
    for sheet, name, predicate in sorted(tally.columns, key=lambda it: (it[0], it[1], it[2].value)):
        if not name:
            continue
        column = thing("column", "/".join(part for part in (work.source, sheet, name) if part))
        position = work.account.columns.get(sheet, {}).get(name, name)
        described: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
            (RDF_TYPE, term("Column")),
            (RDFS_LABEL, ox.Literal(name)),
            (term("columnOf"), source),
            (term("columnPosition"), ox.Literal(position)),
            (term("statesProperty"), predicate),
            *([(term("statedInSheet"), ox.Literal(sheet))] if sheet else []),
        ]
        for relation, value in described:
            tally.triples += 1
            yield ox.Quad(column, relation, value, where)


def _as_json(account: Account) -> dict[str, object]:
    return {
        "counts": dict(sorted(account.counts.items())),
        "remarks": [
            {
                "file": it.place.file,
                "sheet": it.place.sheet,
                "row": it.place.row,
                "outcome": it.outcome,
                "code": it.code,
                "text": it.text,
                "wording": it.text.kept(),
            }
            for it in account.remarks
        ],
    }
