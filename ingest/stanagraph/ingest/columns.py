"""Which column of which table states which property: with the statement of a row it leads from a fact to its cell.

What a row model says of its columns one by one, it says by annotations. What it works out of several cells, in
`more` or in another table, is listed here, and a test over all of data/ tells when something is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from stanagraph.graph.names import PRIMARY_SOURCE, PUBLIC_DATA, RDF_TYPE, RDFS_LABEL, dcterms, skos, term, thing

from .cells import Says
from .read import column_notes
from .tables import TABLES, Record, Row
from .tables.base import Fact, Identified

_EVERYWHERE = {"source": PRIMARY_SOURCE, "confidence": term("confidence"), "note": skos("note")}
_WORKED_OUT: dict[tuple[str, str], tuple[ox.NamedNode, ...]] = {
    ("agreements", "document_kind"): (RDF_TYPE,),
    ("publications", "document_kind"): (RDF_TYPE,),
    ("holdings", "basis"): (RDF_TYPE,),
    ("holdings", "as_of"): (term("asOf"),),
    ("nations", "alliance_group"): (term("inBody"), term("membershipKind")),
    ("nations", "alliance_since"): (term("validFrom"),),
    ("nations", "id"): (term("member"),),
    ("national_positions", "agreement"): (term("editionOf"),),
    ("national_positions", "editions"): (term("editionNumber"), term("toEdition"), term("implementsEdition")),
    ("national_positions", "nation"): (term("byNation"),),
    ("national_positions", "services"): (term("forService"),),
    ("national_positions", "response"): (term("responseKind"),),
    ("national_positions", "responded"): (term("respondedOn"), term("asOf")),
    ("national_positions", "implementation"): (term("implementationState"),),
    ("national_positions", "implemented"): (term("implementedFrom"), term("asOf")),
    ("national_positions", "document"): (term("documentCitation"),),
    ("national_positions", "reservation"): (term("reservationText"), term("hasReservation")),
    ("requirements", "value"): (term("requiredNumber"),),
    ("requirements", "value_high"): (term("requiredHighNumber"),),
    ("requirements", "unit"): (term("unit"),),
    ("capabilities", "value"): (term("capabilityValue"), term("knowledge")),
    ("parameters", "value"): (term("lowNumber"), term("highNumber")),
    ("parameters", "unit"): (term("unit"),),
    ("parameters", "as_of"): (term("asOf"),),
    ("policy_restrictions", "since"): (term("asOf"),),
}


def letters(position: int) -> str:
    """The name that spreadsheets give to a column, counted from 1: A, Z, AA."""
    name = ""
    while position > 0:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def stated_by(table: str, model: type[Record], column: str) -> tuple[ox.NamedNode, ...]:
    """The properties whose values stand in this column, in order of their names."""
    notes = column_notes(model, column)
    found = {_property(note.property) for note in notes if isinstance(note, Says)}
    found |= set(_WORKED_OUT.get((table, column), ()))
    if issubclass(model, Row) and column in _EVERYWHERE:
        found.add(_EVERYWHERE[column])
    if issubclass(model, Identified) and column == "id":
        found.add(dcterms("identifier"))
    return tuple(sorted(found, key=lambda it: it.value))


def _property(name: str) -> ox.NamedNode:
    return ox.NamedNode(name) if ":" in name else term(name)


def public_data(headings: Mapping[str, Sequence[str]]) -> Iterator[Fact]:
    """What is said of the tables as a source, and of each of their columns in the order of their files."""
    source = thing("source", PUBLIC_DATA)
    yield source, RDF_TYPE, term("Source")
    yield source, RDFS_LABEL, ox.Literal(PUBLIC_DATA)
    yield source, dcterms("identifier"), ox.Literal(PUBLIC_DATA)
    yield source, dcterms("title"), ox.Literal("Stanagraph public data", language="en")
    yield source, dcterms("title"), ox.Literal("Données publiques de Stanagraph", language="fr")
    yield source, dcterms("publisher"), ox.Literal("The Stanagraph contributors")
    yield source, dcterms("license"), ox.Literal("CC BY 4.0")
    yield source, term("fileName"), ox.Literal("data")
    # Each row cites the page that it was read from, and has a confidence of its own: this is at second hand.
    yield source, term("sourceKind"), thing("source-kind", "community")
    yield source, term("confidence"), thing("confidence", "medium")
    for table, names in headings.items():
        for position, name in enumerate(names, 1):
            properties = stated_by(table, TABLES[table], name)
            if not properties:
                continue
            column = thing("column", f"{PUBLIC_DATA}/{table}/{name}")
            yield column, RDF_TYPE, term("Column")
            yield column, RDFS_LABEL, ox.Literal(name)
            yield column, term("columnOf"), source
            yield column, term("statedInTable"), ox.Literal(f"{table}.csv")
            yield column, term("columnPosition"), ox.Literal(letters(position))
            for stated in properties:
                yield column, term("statesProperty"), stated
