"""Workbooks made for a test, and what the reader says of them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from openpyxl import Workbook

from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder
from stanagraph.ingest.facts import vocabulary
from stanagraph.ingest.sources import Entry, Limits, Work
from stanagraph.ingest.sources.workbook import WorkbookReader
from stanagraph.ingest.tables import TABLES

Sheets = Mapping[str, Sequence[Sequence[Any]]]
Write = Callable[..., Path]


class Read(NamedTuple):
    entries: list[Entry]
    work: Work

    @property
    def faults(self) -> list[tuple[str, int, str, str]]:
        return [(it.sheet, it.line, it.column, it.value) for it in self.work.faults]

    @property
    def expected(self) -> str:
        return "\n".join(it.expected for it in self.work.faults)

    @property
    def said(self) -> set[tuple[Any, Any, Any]]:
        return {said[:3] for entry in self.entries for said in entry.facts}

    @property
    def remarks(self) -> dict[str, str]:
        return {it.code: it.text for it in self.work.account.remarks}


@pytest.fixture(scope="session")
def words() -> dict[str, frozenset[str]]:
    """The notations of each scheme."""
    return vocabulary(quad for path in ontology_files(folder("ontology")) for quad in ox.parse(path=path))


@pytest.fixture(scope="session")
def known() -> dict[str, set[str]]:
    """The ids of the public data, as other sources have them."""
    found: dict[str, set[str]] = defaultdict(set)
    for table, model in TABLES.items():
        if "id" in model.model_fields:
            with (folder("data") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                found[model.kind] |= {row["id"] for row in csv.DictReader(file)}
    return dict(found)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a workbook with these sheets, each a list of rows."""

    def writes(sheets: Sheets, name: str = "book.xlsx") -> Path:
        book = Workbook()
        del book["Sheet"]
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return writes


@pytest.fixture(scope="session")
def read(words: dict[str, frozenset[str]], known: dict[str, set[str]]) -> Callable[..., Read]:
    """Read a file as a source of its own beside the public data."""

    def reads(path: Path, limits: Limits | None = None, others: Mapping[str, set[str]] | None = None) -> Read:
        work = Work("mine", "low", None, words, known if others is None else others, limits=limits or Limits())
        return Read(list(WorkbookReader().read(path, work)), work)

    return reads
