"""Files that describe one system, read as carefully as sources: the statements of RDF, or the rows of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.errors import DataRefused, RowFault, SourceRefused
from stanagraph.graph.wording import message

from .read import CAPABILITY_VALUES
from .sources import HEAD, Limits, Work
from .sources.opened import unpacked_head
from .sources.rdf import parse
from .sources.syntax import decide
from .sources.workbook import sheets_of
from .sources.workbook.cells import Odd
from .sources.workbook.headings import folded

# One system takes a few hundred lines: a file that is larger describes something else.
LIMITS = Limits(size=16 * 1024**2, unpacked=64 * 1024**2, members=200, entries=10_000, faults=100)
_STATEMENTS = 50_000
BASE = "https://w3id.org/stanagraph/description/"


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its number, and its cells as text by column, from 1."""

    number: int
    cells: Mapping[int, str]


def is_rdf(path: Path) -> bool:
    """Whether a file is in a syntax of RDF, by its name and content."""
    with path.open("rb") as file:
        return decide(path, unpacked_head(file.read(HEAD))) is not None


def triples_of(path: Path) -> list[ox.Triple]:
    """The statements of a file of RDF, whatever graphs they stand in. Nothing is fetched."""
    work = Work("description", "low", None, {}, {}, limits=LIMITS)
    found: list[ox.Triple] = []
    for quad in parse(path, BASE, work):
        if len(found) >= _STATEMENTS:
            raise SourceRefused(path.name, "holds more than {limit} statements", limit=_STATEMENTS)
        found.append(quad.triple)
    if not found:
        raise SourceRefused(path.name, "holds no statement")
    return found


def lines_of(path: Path, titles: tuple[str, ...]) -> tuple[str, list[Line]]:
    """The title and the rows of the sheet that bears one of these titles, the heading among them.

    A formula, an error or a merged cell is refused: what it shows is not what it holds.
    """
    with sheets_of(path, LIMITS) as (sheets, _):
        wanted = {folded(title) for title in titles}
        sheet = next((it for it in sheets if folded(it.title) in wanted), None)
        if sheet is None:
            raise SourceRefused(path.name, "has no sheet called {sheet}", sheet=titles[0])
        lines: list[Line] = []
        faults: list[RowFault] = []
        for number, cells in sheet.rows():
            if len(lines) >= LIMITS.entries:
                raise SourceRefused(path.name, "holds more than {limit} rows", limit=LIMITS.entries)
            plain = {}
            for column, cell in cells.items():
                if isinstance(cell, Odd) and cell.kind != "date":
                    where = sheet.position(column)
                    faults.append(RowFault(path.name, number, where, cell.text, message("a plain value"), sheet.title))
                else:
                    plain[column] = cell.text if isinstance(cell, Odd) else cell
            lines.append(Line(number, plain))
        faults += sheet.faults
        if faults:
            raise DataRefused(faults)
        return sheet.title, lines


def capability_values() -> Mapping[str, str | tuple[str, ...]]:
    """For each capability the scheme of its answers, or the tables of things that answer it."""
    return CAPABILITY_VALUES
