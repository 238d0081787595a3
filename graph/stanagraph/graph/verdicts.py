"""Verdicts: what a release says of one pair, with all its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from .bench import Bench
from .catalogue import Catalogue
from .names import PUBLIC_DATA, key_of
from .store import Store

_VERDICT = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?equipment ?munition ?verdict ?fits ?hits ?released ?derived ?documented ?disputed ?reason ?derivedReason ?weak
WHERE {{
  VALUES (?equipment ?munition) {{ ({equipment} {munition}) }}
  ?pair a :Verdict ; :equipment ?equipment ; :munition ?munition ; :combinedVerdict ?verdict ; :fits ?fits ;
    :hits ?hits ; :released ?released ; :derivedVerdict ?derived ; :disputed ?disputed .
  OPTIONAL {{ ?pair :documentedVerdict ?documented }}
  OPTIONAL {{ ?pair :reasonCode ?reason }}
  OPTIONAL {{ ?pair :derivedReasonCode ?derivedReason }}
  OPTIONAL {{ ?pair :onLowConfidence ?weak }}
}}
"""

_STATEMENTS = """
PREFIX : <https://w3id.org/stanagraph/ns/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?statement ?table ?row ?confidence ?source ?url ?publisher ?captured ?asOf ?note ?read ?sheet WHERE {{
  VALUES ?statement {{ {statements} }}
  ?statement :statedInTable ?table ; :confidence ?confidence ; prov:hadPrimarySource ?source .
  OPTIONAL {{ ?statement :statedInRow ?row }}
  OPTIONAL {{ ?statement :statedInSource ?read }}
  OPTIONAL {{ ?statement :statedInSheet ?sheet }}
  OPTIONAL {{ ?source dcat:landingPage ?url }}
  OPTIONAL {{ ?source dcterms:publisher ?publisher }}
  OPTIONAL {{ ?source :capturedOn ?captured }}
  OPTIONAL {{ ?statement :asOf ?asOf }}
  OPTIONAL {{ ?statement skos:note ?note }}
}}
ORDER BY ?statement
"""

_STALE = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?source ?since WHERE {{
  VALUES (?equipment ?munition) {{ ({equipment} {munition}) }}
  ?pair a :Verdict ; :equipment ?equipment ; :munition ?munition ; :restsOnStale ?source .
  ?source :staleSince ?since .
}}
ORDER BY ?source ?since
"""

_DISPUTES = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?statement ?thing ?property ?value ?prevails ?basis WHERE {{
  VALUES ?statement {{ {statements} }}
  ?claim :claimedIn ?statement ; :claimedValue ?value ; :prevails ?prevails .
  ?disagreement :hasClaim ?claim ; :disagreementAbout ?thing ; :disagreementOn ?property ; :decidedBy ?basis .
}}
ORDER BY ?statement ?thing ?property ?value ?prevails ?basis
"""

VERDICTS = ("compatible", "restricted", "incompatible", "unknown")


@dataclass(frozen=True)
class Dispute:
    """A value of a statement that other sources contradict: whether it was kept, and the rule that decided."""

    thing: str
    property: str
    value: str
    prevails: bool
    decided_by: str


@dataclass(frozen=True)
class Stale:
    """A source that no longer answers, and the moment of its last good answer."""

    source: str
    since: str


@dataclass(frozen=True)
class Statement:
    """One record of a source that something rests on, with the page that it cites.

    `read` is the id of the file, archive or service in which it stands; a record without a row is the file as a whole.
    """

    iri: str
    table: str
    row: int | None
    confidence: str
    source: str
    url: str | None
    publisher: str | None
    captured: str | None
    as_of: str | None
    note: str | None
    read: str = PUBLIC_DATA
    sheet: str | None = None
    disputes: tuple[Dispute, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, as a person looks it up: data/equipment.csv:2, or my-list: list.xlsx, guns:3."""
        inside = ", ".join(part for part in (self.table, self.sheet) if part)
        whole = f"data/{inside}" if self.read == PUBLIC_DATA else f"{self.read}: {inside}"
        return f"{whole}:{self.row}" if self.row is not None else whole


@dataclass(frozen=True)
class Criterion:
    """One criterion of a verdict: its outcome, the ground of that outcome, and the statements used."""

    name: str
    outcome: str
    ground: str
    evidence: tuple[Statement, ...]

    @property
    def rests_on_low_confidence_alone(self) -> bool:
        """Whether every statement behind the criterion is of low confidence."""
        return bool(self.evidence) and all(statement.confidence == "low" for statement in self.evidence)


@dataclass(frozen=True)
class Verdict:
    """What a release says of one pair; ids are those of data/, values are notations of the vocabularies."""

    equipment: str
    munition: str
    verdict: str
    fits: str
    hits: str
    released: str
    derived: str
    documented: str | None
    disputed: bool
    low_confidence: bool
    reason_code: str | None
    derived_reason_code: str | None
    criteria: tuple[Criterion, ...]
    findings: tuple[Statement, ...]
    stale: tuple[Stale, ...] = ()


def explain(store: Store, equipment: ox.NamedNode, munition: ox.NamedNode, bench: Bench | None = None) -> Verdict:
    """The verdict on a pair with all its evidence.

    Pairs that no report needs (a howitzer and a rifle cartridge) are not stored in a release: those are judged by the
    rules of the release on a bench, which is laid out for it where none is given.
    """
    found = _explained(store, equipment, munition)
    if found is None:
        with (bench or Bench(store)).of_pairs([(equipment, munition)]) as judged:
            found = _explained(judged, equipment, munition)
    assert found is not None
    return found


def _explained(store: Store, equipment: ox.NamedNode, munition: ox.NamedNode) -> Verdict | None:
    """The verdict on a pair that a store holds; None where it holds none."""
    rows = store.select(_VERDICT.format(equipment=equipment, munition=munition)).rows
    if not rows:
        return None
    cells = [notation(cell) for cell in rows[0]]
    criteria, findings = _evidence(store, equipment, munition)
    return Verdict(
        equipment=str(cells[0]),
        munition=str(cells[1]),
        verdict=str(cells[2]),
        fits=str(cells[3]),
        hits=str(cells[4]),
        released=str(cells[5]),
        derived=str(cells[6]),
        documented=cells[7],
        disputed=cells[8] == "true",
        low_confidence=cells[11] == "true",
        reason_code=cells[9],
        derived_reason_code=cells[10],
        criteria=criteria,
        findings=findings,
        stale=_stale(store, equipment, munition),
    )


def _stale(store: Store, equipment: ox.NamedNode, munition: ox.NamedNode) -> tuple[Stale, ...]:
    rows = store.select(_STALE.format(equipment=equipment, munition=munition)).rows
    return tuple(Stale(str(notation(source)), str(_plain(since))) for source, since in rows)


def _evidence(
    store: Store, equipment: ox.NamedNode, munition: ox.NamedNode
) -> tuple[tuple[Criterion, ...], tuple[Statement, ...]]:
    query = Catalogue()["evidence"].with_terms({"equipment": equipment, "munition": munition})
    table = store.select(query)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    found = statements(store, {cell for row in rows if isinstance(cell := row["statement"], ox.NamedNode)})
    grouped: dict[tuple[str, str, str], list[Statement]] = {}
    findings = []
    for row in rows:
        statement = found.get(row["statement"].value) if isinstance(row["statement"], ox.NamedNode) else None
        if row["criterion"] is None:
            findings += [statement] if statement and statement not in findings else []
            continue
        key = (str(notation(row["criterion"])), str(notation(row["outcome"])), str(notation(row["ground"])))
        # A statement that is disputed on several properties has a row for each.
        held = grouped.setdefault(key, [])
        held += [statement] if statement and statement not in held else []
    criteria = tuple(Criterion(*key, tuple(evidence)) for key, evidence in grouped.items())
    return criteria, tuple(findings)


def statements(store: Store, wanted: set[ox.NamedNode]) -> Mapping[str, Statement]:
    """The statements with these IRIs, by IRI."""
    if not wanted:
        return {}
    listed = " ".join(sorted(str(iri) for iri in wanted))
    found = {}
    disputes: dict[str, list[Dispute]] = {}
    for statement, thing_, property_, value, prevails, basis in store.select(_DISPUTES.format(statements=listed)).rows:
        dispute = Dispute(
            str(_plain(thing_)),
            str(_plain(property_)),
            str(notation(value)),
            _plain(prevails) == "true",
            str(notation(basis)),
        )
        disputes.setdefault(str(_plain(statement)), []).append(dispute)
    for row in store.select(_STATEMENTS.format(statements=listed)).rows:
        iri, *rest = (_plain(cell) for cell in row)
        table, line, confidence, source, url, publisher, captured, as_of, note, read, sheet = rest
        found[str(iri)] = Statement(
            iri=str(iri),
            table=str(table),
            row=int(line) if line is not None else None,
            confidence=key_of(str(confidence)),
            source=key_of(str(source)),
            url=url,
            publisher=publisher,
            captured=captured,
            as_of=as_of,
            note=note,
            read=key_of(read) if read is not None else PUBLIC_DATA,
            sheet=sheet,
            disputes=tuple(disputes.get(str(iri), ())),
        )
    return found


def _plain(cell: object) -> str | None:
    return cell.value if isinstance(cell, ox.NamedNode | ox.Literal) else None


def notation(cell: object) -> str | None:
    """The notation or id that a cell stands for, the text of a literal, or None."""
    plain = _plain(cell)
    return key_of(plain) if plain is not None else None
