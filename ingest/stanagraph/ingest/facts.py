"""From checked rows to quads: one named graph a source, one statement a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import PRIMARY_SOURCE, PUBLIC_DATA, RDF_TYPE, RDFS_LABEL, dcterms, graph, skos, term, thing

from .cells import QUDT_UNITS, Concept, Dated, Refers, Says, Web, date_literal, decimal_literal, integer_literal
from .columns import public_data, stated_by
from .read import CAPABILITY_VALUES, Ids, Placed, Tables, column_notes
from .restated import restated
from .sources import Said
from .tables import TABLES, Record, Row
from .tables.documents import RequirementRow
from .tables.equipment import CapabilityRow, ParameterRow

_ABOUT, _TABLE, _LINE, _AS_OF = term("about"), term("statedInTable"), term("statedInRow"), term("asOf")
_SOURCE = term("statedInSource")
_DATA = thing("source", PUBLIC_DATA)
_CATALOGUE = graph("catalogue")


def quads(tables: Tables) -> Iterator[ox.Quad]:
    """The quads of all rows, each triple once.

    A row with a source goes to the graph of that source; sources and parameter definitions, which state no fact of
    the world, go to the graph `catalogue`, and with them what the columns of the tables state. What several rows say
    stands in the graph of the first; the graphs of the others say that they state it too.
    """
    first: dict[ox.Triple, Any] = {}
    told: set[ox.Quad] = set()
    for quad in _repeated(tables):
        where = first.setdefault(quad.triple, quad.graph_name)
        if quad in told:
            continue
        told.add(quad)
        yield from [quad] if where == quad.graph_name else restated(quad, quad.graph_name)


def _repeated(tables: Tables) -> Iterator[ox.Quad]:
    for subject, predicate, value in public_data(tables.headings):
        yield ox.Quad(subject, predicate, value, _CATALOGUE)
    for name, rows in tables.rows.items():
        seen: Counter[str] = Counter()
        for placed in rows:
            row = placed.row
            key = row.statement_key()
            seen[key] += 1
            number = f"~{seen[key]}" if seen[key] > 1 else ""
            me = subject_of(row, tables, number)
            where = graph(row.source) if isinstance(row, Row) else _CATALOGUE
            # In order of first mention: what the row is about, then whatever else it says something of.
            about = dict.fromkeys(row.about(me))
            for said in facts_of(row, me, tables):
                about[said.subject] = None
                yield ox.Quad(said.subject, said.predicate, said.value, where)
            if isinstance(row, Row):
                statement = thing("statement", f"{name}/{key}{number}")
                for predicate, value in _statement(name, placed, row, about):
                    yield ox.Quad(statement, predicate, value, where)


def subject_of(row: Record, ids: Ids, number: str = "") -> ox.NamedNode:
    """The thing that a row is about; `number` tells reports with one key apart ("~2")."""
    if row.kind:
        return thing(row.kind, row.key() + ("" if row.unique or not row.types() else number))
    # The row is about a thing of another table.
    return refer(row.key(), ("equipment", "munitions"), ids)


def _statement(
    table: str, placed: Placed, row: Row, about: Iterable[ox.NamedNode]
) -> Iterator[tuple[ox.NamedNode, Any]]:
    yield RDF_TYPE, term("Statement")
    yield RDFS_LABEL, ox.Literal(f"{table}.csv, {row.statement_key()}")
    for subject in about:
        yield _ABOUT, subject
    yield _SOURCE, _DATA
    yield _TABLE, ox.Literal(f"{table}.csv")
    yield _LINE, integer_literal(placed.line)
    yield PRIMARY_SOURCE, thing("source", row.source)
    yield term("confidence"), thing("confidence", row.confidence)
    if as_of := statement_date(row):
        yield _AS_OF, date_literal(as_of)
    if row.note:
        yield skos("note"), ox.Literal(row.note)


def statement_date(row: Row) -> str | None:
    """The date for which a row speaks, where it has one."""
    for column in ("as_of", "status_as_of", "responded", "implemented", "since"):
        if found := getattr(row, column, None):
            return str(found)
    return None


def facts_of(row: Record, me: ox.NamedNode, ids: Ids) -> Iterator[Said]:
    """What a checked row says, each fact with the column that states it."""
    model = type(row)
    worked_out = _worked_out(model)
    for name in row.types():
        yield Said(me, RDF_TYPE, term(name), worked_out.get(RDF_TYPE, ""))
    if row.types() and row.unique:
        yield Said(me, dcterms("identifier"), ox.Literal(row.key()), worked_out.get(dcterms("identifier"), ""))
    for column, notes, says, predicate in _stating(model):
        cell = getattr(row, column)
        for part in () if cell is None else cell if isinstance(cell, tuple) else (cell,):
            yield Said(me, predicate, _object(part, notes, says, ids), column)
    for subject, predicate, value in row.more(me):
        yield Said(subject, predicate, value, worked_out.get(predicate, ""))
    yield from _beyond(row, me, ids)


@cache
def _worked_out(model: type[Record]) -> dict[ox.NamedNode, str]:
    """The column that a property comes from where a row works it out. A label of that kind comes from several."""
    table = next(name for name, it in TABLES.items() if it is model)
    found = {said: column for column in model.model_fields for said in stated_by(table, model, column)}
    return {said: column for said, column in found.items() if said != RDFS_LABEL}


@cache
def _stating(model: type[Record]) -> tuple[tuple[str, tuple[Any, ...], Says, ox.NamedNode], ...]:
    """The columns of a table that state a property, each with its annotations."""
    return tuple(
        (column, notes, says, ox.NamedNode(says.property) if ":" in says.property else term(says.property))
        for column in model.model_fields
        for notes in [column_notes(model, column)]
        for says in notes
        if isinstance(says, Says)
    )


def _object(value: Any, notes: tuple[Any, ...], says: Says, ids: Ids) -> ox.NamedNode | ox.Literal:
    for note in notes:
        if isinstance(note, Concept):
            return thing(note.scheme, str(value))
        if isinstance(note, Refers):
            return refer(str(value), note.tables, ids)
    if isinstance(value, Decimal):
        return decimal_literal(value)
    if isinstance(value, int):
        return integer_literal(value)
    if any(isinstance(note, Dated) for note in notes):
        return date_literal(str(value))
    if any(isinstance(note, Web) for note in notes):
        return ox.NamedNode(str(value))
    return ox.Literal(str(value), language=says.language) if says.language else ox.Literal(str(value))


def refer(identifier: str, names: tuple[str, ...], ids: Ids) -> ox.NamedNode:
    """The thing that an id in a cell stands for."""
    table = ids.table_of(identifier, names)
    if table is None:
        raise LookupError(f"{identifier} was checked to be in one of {names}")
    return thing(TABLES[table].kind, identifier)


def _beyond(row: Record, me: ox.NamedNode, ids: Ids) -> Iterator[Said]:
    """What needs the other tables to be said."""
    if isinstance(row, CapabilityRow):
        allowed = CAPABILITY_VALUES[row.capability]
        value = refer(row.value, allowed, ids) if isinstance(allowed, tuple) else thing(allowed, row.value)
        yield Said(me, term("capabilityValue"), value, "value")
        yield Said(me, term("knowledge"), thing("knowledge", "stated"), "value")
    if isinstance(row, ParameterRow | RequirementRow) and row.unit:
        yield Said(me, term("unit"), ox.NamedNode(f"http://qudt.org/vocab/unit/{QUDT_UNITS[row.unit]}"), "unit")


def vocabulary(triples: Iterator[ox.Quad]) -> dict[str, frozenset[str]]:
    """For each SKOS scheme its notations, read from the ontology."""
    notations: dict[str, set[str]] = {}
    for quad in triples:
        if quad.predicate == skos("notation") and isinstance(quad.object, ox.Literal):
            scheme = re.search(r"/id/([^/]+)/", str(quad.subject))
            if scheme:
                notations.setdefault(scheme[1], set()).add(quad.object.value)
    return {scheme: frozenset(found) for scheme, found in notations.items()}
