"""What a standard, a profile or an interface asks of a system: one demand for each clause, figure or document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.lookup import resolve
from stanagraph.graph.names import key_of, kind_of
from stanagraph.graph.store import Store, Term
from stanagraph.graph.verdicts import Statement, statements

from .units import Unit, unit_of

# How an edition is addressed that a source names without its number.
UNSTATED = "unstated"
AGAINST = (
    "agreement", "publication", "agreement-edition", "publication-edition", "national-document", "profile", "interface",
)  # fmt: skip

_SCOPE = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT DISTINCT ?document WHERE {{
  {{ VALUES ?document {{ {it} }} }}
  UNION {{ {it} :covers ?document }}
  UNION {{ {it} :hasEdition ?document }}
  UNION {{ {it} :covers/:hasEdition ?document }}
  UNION {{ {it} :coversEdition ?document }}
  UNION {{ {it} :editionOf ?document }}
  UNION {{ {it} :editionOf/:covers ?document }}
}}
ORDER BY ?document
"""
_FIGURES = """
PREFIX : <https://w3id.org/stanagraph/ns/>
PREFIX parameter: <https://w3id.org/stanagraph/id/parameter/>
PREFIX comparator: <https://w3id.org/stanagraph/id/comparator/>
PREFIX unit: <http://qudt.org/vocab/unit/>
SELECT DISTINCT ?fact ?parameter ?comparator ?text ?low ?high ?unit ?statement WHERE {{
  {{
    VALUES (?property ?parameter ?comparator ?unit) {{
      (:calibre parameter:calibre_mm comparator:eq unit:MilliM)
      (:caseLength parameter:case_length_mm comparator:eq unit:MilliM)
      (:maximumPressure parameter:max_service_pressure_mpa comparator:le unit:MegaPA)
    }}
    {it} ?property ?low .
    BIND(STR(?low) AS ?text)
    ?statement :states :inMunitionClass ; :about {it} .
    BIND(?property AS ?fact)
  }} UNION {{
    ?fact :parameterOf {it} ; :aboutParameter ?parameter ; :valueText ?text ; ^:about ?statement .
    OPTIONAL {{ ?fact :lowNumber ?low }}
    OPTIONAL {{ ?fact :highNumber ?high }}
    OPTIONAL {{ ?fact :unit ?unit }}
  }}
}}
ORDER BY ?parameter ?fact ?statement
"""
_GOVERNING = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT DISTINCT ?document ?statement WHERE {{
  {it} :governedBy ?document .
  ?statement :states :inMunitionClass ; :about {it} .
}}
ORDER BY ?document ?statement
"""
_WORDS = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT DISTINCT ?parameter ?text WHERE {
  { ?said a :Requirement ; :requiredValue ?text . OPTIONAL { ?said :requiredNumber ?number } }
  UNION { ?said a :ParameterValue ; :valueText ?text . OPTIONAL { ?said :lowNumber ?number } }
  ?said :aboutParameter ?parameter .
  FILTER(!BOUND(?number))
}
ORDER BY ?parameter ?text
"""


@dataclass(frozen=True)
class Demand:
    """One thing that is asked for, with where it stands and what that rests on; ids are those of data/.

    `kind` is clause (of a document), figure (of an interface) or standard (to be kept as a whole). `low` is the number
    asked for, or the lower end; without it `value` is words. `others` are other wordings of the same parameter.
    """

    iri: str
    kind: str
    document: str | None = None
    edition: str | None = None
    clause: str | None = None
    subject: str | None = None
    parameter: str | None = None
    comparator: str = "eq"
    value: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    method: str | None = None
    obligation: str | None = None
    life_cycle: str | None = None
    guidance: str | None = None
    part: str | None = None
    sources: tuple[Statement, ...] = ()
    documents: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @property
    def measure(self) -> Unit | None:
        """The unit of its numbers, where it is known here."""
        return unit_of(self.unit) if self.unit else None


def target(store: Store, name: str) -> ox.NamedNode:
    """The document, edition, profile or interface that a name stands for; NameNotKnown with near names otherwise."""
    return resolve(store, AGAINST, name)


def demands(store: Store, against: ox.NamedNode) -> tuple[Demand, ...]:
    """All that a standard, a profile or an interface asks for, in the order of documents and clauses."""
    kind = kind_of(against.value)
    if kind == "profile":
        found = _of_profile(store, against)
    elif kind == "interface":
        found = _of_interface(store, against)
    else:
        found = _clauses(store, _scope(store, against))
    return _with_others(store, found)


def _scope(store: Store, document: ox.NamedNode) -> list[ox.NamedNode]:
    """A document, what it covers, and the editions of both; of an edition what it covers and is an edition of."""
    return [it for (it,) in store.select(_SCOPE.format(it=document)).rows if isinstance(it, ox.NamedNode)]


def _clauses(store: Store, documents: Iterable[ox.NamedNode], subject: ox.NamedNode | None = None) -> list[Demand]:
    query = Catalogue()["requirements"]
    wanted = list(dict.fromkeys(documents))
    rows: list[dict[str, Term | None]] = []
    for scope in [subject] if subject else wanted:
        table = store.select(query.with_terms({"scope": scope}))
        rows += [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    if subject:
        # Not what is asked of items of the rounds for it.
        rows = [row for row in rows if row["subject"] == subject]
    said = statements(store, {it for row in rows if isinstance(it := row["statement"], ox.NamedNode)})
    found: dict[str, Demand] = {}
    related = frozenset(_document(it)[0] for it in wanted)
    for row in rows:
        iri = _text(row["requirement"]) or ""
        source = said.get(_text(row["statement"]) or "")
        if iri in found:
            before = found[iri]
            more = (source,) if source and source not in before.sources else ()
            found[iri] = replace(before, sources=(*before.sources, *more))
            continue
        document, edition = _document(row["edition"] or row["document"])
        found[iri] = Demand(
            iri=iri,
            kind="clause",
            document=document,
            edition=edition,
            clause=_text(row["clause"]),
            subject=_key(row["subject"]),
            parameter=_key(row["parameter"]),
            comparator=_key(row["comparator"]) or "eq",
            value=_text(row["value"]) or "",
            low=_number(row["number"]),
            high=_number(row["high"]),
            unit=_text(row["unit"]),
            method=_key(row["verification"]),
            sources=(source,) if source else (),
            documents=related | {document},
        )
    return list(found.values())


def _of_interface(store: Store, interface: ox.NamedNode) -> list[Demand]:
    key = key_of(interface.value)
    rows = store.select(_FIGURES.format(it=interface)).rows
    governing = store.select(_GOVERNING.format(it=interface)).rows
    wanted = {cell for row in (*rows, *governing) if isinstance(cell := row[-1], ox.NamedNode)}
    said = statements(store, wanted)
    found: dict[str, Demand] = {}
    for fact, parameter, comparator, text, low, high, unit, statement in rows:
        source = said.get(_text(statement) or "")
        number, end = _number(low), _number(high)
        span = number is not None and end is not None and number != end
        made = Demand(
            iri=f"{interface.value}#{_key(parameter)}" if kind_of(_text(fact) or "") == "" else _text(fact) or "",
            kind="figure",
            subject=key,
            parameter=_key(parameter),
            comparator="between" if span else _key(comparator) or "eq",
            value=_text(text) or "",
            low=number,
            high=end if span else None,
            unit=_text(unit),
            method="inspection",
            sources=(source,) if source else (),
        )
        found.setdefault(made.iri, made)
    documents = [(document, said.get(_text(statement) or "")) for document, statement in governing]
    for document, source in documents:
        name, edition = _document(document)
        iri = f"{interface.value}#{name}"
        told = (source,) if source else ()
        found.setdefault(iri, Demand(iri, "standard", name, edition, obligation="governing", sources=told))
    scope = [
        part for document, _ in documents if isinstance(document, ox.NamedNode) for part in _scope(store, document)
    ]
    for demand in (*_clauses(store, scope), *_clauses(store, scope, interface)):
        found.setdefault(demand.iri, demand)
    return list(found.values())


def _of_profile(store: Store, profile: ox.NamedNode) -> list[Demand]:
    table = store.select(Catalogue()["profile-standards"].with_terms({"profile": profile}))
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    said = statements(store, {it for row in rows if isinstance(it := row["statement"], ox.NamedNode)})
    found: dict[str, Demand] = {}
    documents: list[ox.NamedNode] = []
    for row in rows:
        document, edition = _document(row["document"])
        iri = f"{_text(row['group'])}#{document}{f'/{edition}' if edition else ''}"
        source = said.get(_text(row["statement"]) or "")
        if iri in found:
            continue
        if isinstance(row["document"], ox.NamedNode):
            documents.append(row["document"])
        found[iri] = Demand(
            iri=iri,
            kind="standard",
            document=document,
            edition=edition,
            obligation=_key(row["obligation"]),
            life_cycle=_key(row["lifeCycle"]),
            guidance=_text(row["guidance"]),
            part=_key(row["part"]),
            sources=(source,) if source else (),
        )
    for demand in _clauses(store, dict.fromkeys(part for it in dict.fromkeys(documents) for part in _scope(store, it))):
        found.setdefault(demand.iri, demand)
    return list(found.values())


def _with_others(store: Store, found: Sequence[Demand]) -> tuple[Demand, ...]:
    """Each demand in words with the other wordings of its parameter, where its document asks for one wording only."""
    asked: dict[tuple[str | None, str | None, str | None], set[str]] = {}
    for it in found:
        if it.low is None and it.parameter:
            asked.setdefault((it.document, it.subject, it.parameter), set()).add(folded(it.value))
    if not asked:
        return tuple(found)
    words: dict[str, set[str]] = {}
    for parameter, text in store.select(_WORDS).rows:
        words.setdefault(_key(parameter) or "", set()).add(folded(_text(text) or ""))

    def others(it: Demand) -> frozenset[str]:
        single = it.low is None and it.parameter and len(asked[it.document, it.subject, it.parameter]) == 1
        return frozenset(words.get(it.parameter or "", set()) - {folded(it.value)}) if single else frozenset()

    return tuple(replace(it, others=others(it)) for it in found)


def folded(text: str) -> str:
    """A wording without what does not tell it from another: case and spaces."""
    return " ".join(text.casefold().split())


def _document(cell: object) -> tuple[str, str | None]:
    """Of a document or an edition the id of the document, and the number of the edition."""
    iri = cell.value if isinstance(cell, ox.NamedNode) else str(cell)
    if kind_of(iri).endswith("-edition"):
        name, _, edition = key_of(iri).rpartition("/")
        return name, None if edition == UNSTATED else edition
    return key_of(iri), None


def _text(cell: object) -> str | None:
    return cell.value if isinstance(cell, ox.NamedNode | ox.Literal) else None


def _key(cell: object) -> str | None:
    text = _text(cell)
    return key_of(text) if text is not None else None


def _number(cell: object) -> Decimal | None:
    try:
        return Decimal(cell.value) if isinstance(cell, ox.Literal) else None
    except InvalidOperation:
        return None
