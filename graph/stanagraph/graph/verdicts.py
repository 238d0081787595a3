"""Verdicts: what a release says of one pair, with all its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from .catalogue import Catalogue
from .names import DERIVED_GRAPH, RDF_TYPE, key_of, term, thing
from .resources import folder
from .store import EmbeddedStore, Store

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
SELECT ?statement ?table ?row ?confidence ?source ?url ?publisher ?captured ?asOf ?note WHERE {{
  VALUES ?statement {{ {statements} }}
  ?statement :statedInTable ?table ; :statedInRow ?row ; :confidence ?confidence ; prov:hadPrimarySource ?source .
  OPTIONAL {{ ?source dcat:landingPage ?url }}
  OPTIONAL {{ ?source dcterms:publisher ?publisher }}
  OPTIONAL {{ ?source :capturedOn ?captured }}
  OPTIONAL {{ ?statement :asOf ?asOf }}
  OPTIONAL {{ ?statement skos:note ?note }}
}}
ORDER BY ?statement
"""

VERDICTS = ("compatible", "restricted", "incompatible", "unknown")


@dataclass(frozen=True)
class Statement:
    """One row of data/ that something rests on, with its source."""

    iri: str
    table: str
    row: int
    confidence: str
    source: str
    url: str | None
    publisher: str | None
    captured: str | None
    as_of: str | None
    note: str | None


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


def explain(store: Store, equipment: ox.NamedNode, munition: ox.NamedNode) -> Verdict:
    """The verdict on a pair with all its evidence.

    Pairs that no report needs (a howitzer and a rifle cartridge) are not stored in a release: for those the
    rules of the release run on the spot, over a copy of its facts.
    """
    query = _VERDICT.format(equipment=equipment, munition=munition)
    rows = store.select(query).rows
    if not rows:
        store = assess(store, [(equipment, munition)])
        rows = store.select(query).rows
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
    )


def assess(store: Store, pairs: Iterable[tuple[ox.NamedNode, ox.NamedNode]]) -> EmbeddedStore:
    """A store with the facts of a release in which the rules have judged these pairs, and no others."""
    scratch = EmbeddedStore()
    scratch.load(quad for name in store.graphs() if name != DERIVED_GRAPH for quad in store.quads(name))
    needs = term("needsInterface")
    for equipment, munition in pairs:
        rows = scratch.select(f"SELECT ?interface {{ {munition} {needs} ?interface }}").rows
        # A family of munitions is its own interface.
        interface = next((cell for (cell,) in rows if isinstance(cell, ox.NamedNode)), munition)
        pair = thing("verdict", f"{key_of(equipment.value)}/{key_of(munition.value)}")
        known = [
            (RDF_TYPE, term("Verdict")),
            (term("equipment"), equipment),
            (term("munition"), munition),
            (term("neededInterface"), interface),
        ]
        scratch.load(ox.Quad(pair, predicate, value, DERIVED_GRAPH) for predicate, value in known)
    for path in sorted((folder("queries") / "derive").glob("*.rq")):
        # Rules up to 49 judge pairs; 20 chooses which, and those are given here.
        if not path.name.startswith("20-") and path.name < "50":
            triples = list(scratch.construct(path.read_text(encoding="utf-8")))
            scratch.load(ox.Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in triples)
    return scratch


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
            findings += [statement] if statement else []
            continue
        key = (str(notation(row["criterion"])), str(notation(row["outcome"])), str(notation(row["ground"])))
        grouped.setdefault(key, []).extend([statement] if statement else [])
    criteria = tuple(Criterion(*key, tuple(evidence)) for key, evidence in grouped.items())
    return criteria, tuple(findings)


def statements(store: Store, wanted: set[ox.NamedNode]) -> Mapping[str, Statement]:
    """The statements with these IRIs, by IRI."""
    if not wanted:
        return {}
    listed = " ".join(sorted(str(iri) for iri in wanted))
    found = {}
    for row in store.select(_STATEMENTS.format(statements=listed)).rows:
        iri, *rest = (_plain(cell) for cell in row)
        table, line, confidence, source, url, publisher, captured, as_of, note = rest
        found[str(iri)] = Statement(
            iri=str(iri),
            table=str(table),
            row=int(str(line)),
            confidence=key_of(str(confidence)),
            source=key_of(str(source)),
            url=url,
            publisher=publisher,
            captured=captured,
            as_of=as_of,
            note=note,
        )
    return found


def _plain(cell: object) -> str | None:
    return cell.value if isinstance(cell, ox.NamedNode | ox.Literal) else None


def notation(cell: object) -> str | None:
    """The notation or id that a cell stands for, the text of a literal, or None."""
    plain = _plain(cell)
    return key_of(plain) if plain is not None else None
