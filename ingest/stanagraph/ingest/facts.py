"""From checked rows to quads: one named graph a source, one statement a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, dcterms, graph, skos, term, thing

from .cells import Concept, Dated, Refers, Says, date_literal, decimal_literal, integer_literal
from .columns import PUBLIC_DATA, public_data
from .read import CAPABILITY_VALUES, Placed, Tables, column_notes
from .tables import TABLES, Record, Row
from .tables.base import Fact
from .tables.documents import RequirementRow
from .tables.equipment import CapabilityRow, ParameterRow

_ABOUT, _TABLE, _LINE, _AS_OF = term("about"), term("statedInTable"), term("statedInRow"), term("asOf")
_SOURCE = term("statedInSource")
_PRIMARY_SOURCE = ox.NamedNode("http://www.w3.org/ns/prov#hadPrimarySource")
_DATA = thing("source", PUBLIC_DATA)
_CATALOGUE = graph("catalogue")
# UCUM as the tables write it, QUDT as the graph says it.
QUDT_UNITS = {
    "1": "UNITLESS",
    "mm": "MilliM",
    "m": "M",
    "km": "KiloM",
    "m3": "M3",
    "L": "L",
    "mL": "MilliL",
    "g": "GM",
    "kg": "KiloGM",
    "MPa": "MegaPA",
    "m/s": "M-PER-SEC",
    "V": "V",
    "kV.A": "KiloV-A",
    "deg": "DEG",
    "h": "HR",
    "a": "YR",
    "/min": "PER-MIN",
    "/h": "PER-HR",
}


def quads(tables: Tables) -> Iterator[ox.Quad]:
    """The quads of all rows, each triple once.

    A row with a source goes to the graph of that source; sources and parameter definitions, which state no fact of
    the world, go to the graph `catalogue`, and with them what the columns of the tables state. What several rows say
    stands in the graph of the first, since not every store merges equal triples of a union; that the others say it
    too, their statements tell.
    """
    said: set[ox.Triple] = set()
    for quad in _repeated(tables):
        if quad.triple not in said:
            said.add(quad.triple)
            yield quad


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
            me = _subject(row, tables, "" if row.unique or not row.types() else number)
            where = graph(row.source) if isinstance(row, Row) else _CATALOGUE
            # In order of first mention: what the row is about, then whatever else it says something of.
            about = dict.fromkeys(row.about(me))
            for subject, predicate, value in _facts(row, me, tables):
                about[subject] = None
                yield ox.Quad(subject, predicate, value, where)
            if isinstance(row, Row):
                statement = thing("statement", f"{name}/{key}{number}")
                for predicate, value in _statement(name, placed, row, about):
                    yield ox.Quad(statement, predicate, value, where)


def _subject(row: Record, tables: Tables, number: str) -> ox.NamedNode:
    if row.kind:
        return thing(row.kind, row.key() + number)
    # The row is about a thing of another table.
    table = tables.table_of(row.key(), ("equipment", "munitions"))
    return thing(TABLES[str(table)].kind, row.key())


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
    yield _PRIMARY_SOURCE, thing("source", row.source)
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


def _facts(row: Record, me: ox.NamedNode, tables: Tables) -> Iterator[Fact]:
    for name in row.types():
        yield me, RDF_TYPE, term(name)
    if row.types() and row.unique:
        yield me, dcterms("identifier"), ox.Literal(row.key())
    model = type(row)
    for column in model.model_fields:
        cell = getattr(row, column)
        if cell is None:
            continue
        notes = column_notes(model, column)
        for says in (note for note in notes if isinstance(note, Says)):
            predicate = ox.NamedNode(says.property) if ":" in says.property else term(says.property)
            for part in cell if isinstance(cell, tuple) else (cell,):
                yield me, predicate, _object(part, notes, says, tables)
    yield from row.more(me)
    yield from _beyond(row, me, tables)


def _object(value: Any, notes: list[Any], says: Says, tables: Tables) -> ox.NamedNode | ox.Literal:
    for note in notes:
        if isinstance(note, Concept):
            return thing(note.scheme, str(value))
        if isinstance(note, Refers):
            return refer(str(value), note.tables, tables)
    if isinstance(value, Decimal):
        return decimal_literal(value)
    if isinstance(value, int):
        return integer_literal(value)
    if any(isinstance(note, Dated) for note in notes):
        return date_literal(str(value))
    if str(value).startswith(("http://", "https://")):
        return ox.NamedNode(str(value))
    return ox.Literal(str(value), language=says.language) if says.language else ox.Literal(str(value))


def refer(identifier: str, names: tuple[str, ...], tables: Tables) -> ox.NamedNode:
    """The thing that an id in a cell stands for."""
    table = tables.table_of(identifier, names)
    if table is None:
        raise LookupError(f"{identifier} was checked to be in one of {names}")
    return thing(TABLES[table].kind, identifier)


def _beyond(row: Record, me: ox.NamedNode, tables: Tables) -> Iterator[Fact]:
    """What needs the other tables to be said."""
    if isinstance(row, CapabilityRow):
        allowed = CAPABILITY_VALUES[row.capability]
        value = refer(row.value, allowed, tables) if isinstance(allowed, tuple) else thing(allowed, row.value)
        yield me, term("capabilityValue"), value
        yield me, term("knowledge"), thing("knowledge", "stated")
    if isinstance(row, ParameterRow | RequirementRow) and row.unit:
        yield me, term("unit"), ox.NamedNode(f"http://qudt.org/vocab/unit/{QUDT_UNITS[row.unit]}")


def vocabulary(triples: Iterator[ox.Quad]) -> dict[str, frozenset[str]]:
    """For each SKOS scheme its notations, read from the ontology."""
    notations: dict[str, set[str]] = {}
    for quad in triples:
        if quad.predicate == skos("notation") and isinstance(quad.object, ox.Literal):
            scheme = re.search(r"/id/([^/]+)/", str(quad.subject))
            if scheme:
                notations.setdefault(scheme[1], set()).add(quad.object.value)
    return {scheme: frozenset(found) for scheme, found in notations.items()}
