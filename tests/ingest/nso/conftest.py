"""A small list in each of its three shapes, written anew, and what reads it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import key_of
from stanagraph.ingest.sources import Entry, Limits, Remark, Work
from stanagraph.ingest.sources.nso import NsoListReader

SOURCES = Path(os.environ.get("STANAGRAPH_SOURCES") or Path(__file__).parents[4] / "shared" / "sources") / "nso"
SITE = "https://nso.example.org/nsdd/"


@dataclass
class Result:
    """What a reader told of one file."""

    entries: list[Entry]
    work: Work

    @property
    def lines(self) -> list[Entry]:
        """The entries, without the one about the list as a whole."""
        return self.entries[:-1]

    @property
    def outcomes(self) -> Counter[tuple[str, str]]:
        return Counter((remark.outcome.value, remark.code) for remark in self.work.account.remarks)

    def remark(self, code: str) -> Remark:
        (one,) = [remark for remark in self.work.account.remarks if remark.code == code]
        return one

    def facts(self, thing: str) -> dict[str, set[str]]:
        """All that is said of a thing: for each property, by its local name, the values by their key or text."""
        found: dict[str, set[str]] = {}
        for said in (said for entry in self.entries for said in entry.facts):
            if said.subject.value.endswith(f"/id/{thing}"):
                name = said.predicate.value.replace("#", "/").rpartition("/")[2]
                found.setdefault(name, set()).add(_shown(said.value))
        return found


def _shown(value: ox.NamedNode | ox.Literal) -> str:
    if isinstance(value, ox.Literal):
        return f"{value.value}@{value.language}" if value.language else value.value
    return key_of(value.value).rpartition("/ns/")[2]


def read(path: Path, limits: Limits | None = None, **options: Any) -> Result:
    work = Work("list", "high", options.pop("captured", None), {}, {}, limits=limits or Limits(), **options)
    return Result(list(NsoListReader().read(path, work)), work)


def row(item: str, kind: str, name: str, link: str, languages: str, titles: str, stamps: str = "2001-02-03") -> str:
    """One row of the page; an item begins with its number."""
    level = "newItemRow" if item else ("nextItemRow srdLevel" if kind == "Srd" else "nextItemRow standardLevel")
    short = f'<a href="{SITE}{link}">{name}</a>' if link else "&nbsp;"
    cells = (item or "&nbsp;", kind, short, languages, titles, stamps)
    return f'<tr class="{level} listw">' + "".join(f"<td>\n{cell}\n</td>" for cell in cells) + "</tr>\n"


ROWS = (
    row(
        "1",
        "Cov + Std",
        "STANAG<br>\n0101<br> Ed: 9",
        "cover?idCover=11&amp;LA=EN",
        "EN&nbsp;<br>FR&nbsp;",
        "PLUGS<br>\n<a href='x'>PRISES \xc9LECTRIQUES</a>",
    ),
    row("2", "Cov", "STANAG<br>\n102<br> Ed: 2", "cover?idCover=12&amp;LA=EN", "EN&nbsp;", "SHELLS - AOP-07 EDITION B"),
    row(
        "",
        "Std",
        "AOP-07 Part 1\n<br>Ed. B\n<br>Ver. 3\n",
        "standard?APNo=21&amp;LA=EN",
        "EN&nbsp;<br>FR&nbsp;",
        "<a href='y'>SHELLS, PART 1</a><br>\nOBUS, PARTIE 1",
    ),
    row("", "Std", "AOP-07 II\n<br>Ed. (V)\n", "standard?APNo=22&amp;LA=EN", "EN&nbsp;", "SHELLS, VOLUME 2"),
    row("", "Srd", "AOP-07.1\n<br>Ed. A\n<br>Ver. 1\n", "related?SRDNo=31&amp;LA=EN", "EN&nbsp;", "GUIDE TO SHELLS"),
    row("3", "No Cov", "", "", "&nbsp;", "&nbsp;", "&nbsp;"),
    row("", "Std", "AArtyP-03\n", "standard?APNo=23&amp;LA=EN", "EN&nbsp;", "GUNNERY", "&nbsp;"),
    row("4", "Cov", "STANAG<br>\n102<br> Ed: 2", "cover?idCover=12&amp;LA=EN", "EN&nbsp;", "SHELLS - AOP-07 EDITION B"),
    row("", "Srd", "AOP-07.1\n<br>Ed. A\n<br>Ver. 1\n", "related?SRDNo=31&amp;LA=EN", "EN&nbsp;", "GUIDE TO SHELLS"),
    row("5", "Cov", "STANREC<br>\n103<br> Ed: 1", "cover?idCover=13&amp;LA=EN", "EN&nbsp;", "FUZES"),
)


def page_of(rows: tuple[str, ...] = ROWS, counts: str = "5 4 3 2", foot: str = "Created on: 8  Dec  2020") -> str:
    items, covers, standards, related = counts.split()
    return (
        "<!DOCTYPE html>\n<!-- saved from url=(0031)https://nso.example.org/list.html -->\n<html><head>"
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
        "<title>List of Current NATO Standards</title></head><body>\n"
        f'<div id="searchResult">Number of items found:<b>{items}</b> and include <b>{covers}</b> Cover(s), '
        f"<b>{standards}</b> Standard(s) and <b>{related}</b> SRD(s)</div>\n"
        '<table id="dataSearchResult"><tbody><tr><td><b>Item No</b></td></tr>\n'
        f"{''.join(rows)}</tbody></table><br>{foot}</body></html>"
    )


def record(**values: Any) -> dict[str, Any]:
    """A record of the list, whichever its shape."""
    return {
        "doc_title": "A TITLE",
        "cac_login_required": False,
        "crawler_used": "nato_stanag",
        "source_fqdn": "nso.nato.int",
        "source_page_url": f"{SITE}list.html",
        "downloadable_items": [],
        "access_timestamp": "2021-06-02 22:23:56.114079",
    } | values


def old(name: str, edition: str, kind: str, **values: Any) -> dict[str, Any]:
    raw = {"editions_and_volume": edition, "type": f"\n{kind}\n"}
    return record(doc_name=name, publication_date="2001-02-03", version_hash_raw_data=raw, **values)


def new(
    name: str, edition: str = "", version: str = "", volume: str = "", day: str = "N/A", **values: Any
) -> dict[str, Any]:
    raw = {"edition": edition, "volume": volume, "version": version, "doc_name": name}
    link = {"web_url": f"{SITE}download?id=7&type=STD&language=EN&subType=None"}
    shape = {"version_hash_raw_data": raw, "downloadable_items": [link], "publication_date": day}
    return record(doc_name=name, **shape, **values)


OLD = (
    old("STANAG 0101", "9", "Cov + Std", doc_title="PLUGS", cac_login_required=True),
    old("STANAG 102", "3", "Cov", doc_title="SHELLS - AOP-07 EDITION C"),
    old("AOP 07_PART1", "", "Std", doc_title="SHELLS, PART 1"),
    old("AOP 07_VOLII", "", "Std", doc_title="SHELLS, VOLUME 2"),
    old("STANAG-102-SRD.1 Ed._A", "", "Srd", doc_title="MORE ON SHELLS"),
)
NEW = (
    new("Cov STANAG 102 Ed: 3", "3", day="2021-03-04", doc_title="SHELLS - AOP-07 EDITION C"),
    new("Cov + Std STANAG 101 Ed: 9", "9", day="1999-01-02"),
    new("Std STD AOP-07 Ed: C Ver. 1 Vol. PART1", "C", "1", "PART1"),
    new("Srd SRD SRD-1 to AOP-07 Ed: A Ver. 1", "A", "1"),
    new("Std STD ALingP-1"),
)


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: tuple[str, ...] = ROWS, name: str = "list.html", encoding: str = "cp1252", **told: str) -> Path:
        path = tmp_path / name
        path.write_bytes(page_of(rows, **told).encode(encoding))
        return path

    return write


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    def write(records: Any, name: str = "list.jsonl") -> Path:
        path = tmp_path / name
        parts = [it if isinstance(it, bytes) else json.dumps(it, ensure_ascii=False).encode() for it in records]
        path.write_bytes(b"".join(part + b"\n" for part in parts))
        return path

    return write


@pytest.fixture
def nso() -> SimpleNamespace:
    """What the tests share: they do not import each other."""
    return SimpleNamespace(
        read=read, row=row, old=old, new=new, record=record, rows=ROWS, OLD=OLD, NEW=NEW, page_of=page_of
    )


@pytest.fixture(scope="session")
def captures() -> dict[str, Path]:
    """The captured lists, which are not shipped."""
    if not SOURCES.is_dir():
        pytest.skip("needs the captured lists (STANAGRAPH_SOURCES)")
    names = ("2020-12.html", "2021-06.jsonl", "2021-07.jsonl")
    return {name[:7]: SOURCES / f"current-standards-{name}" for name in names}


@pytest.fixture(scope="session")
def listed(captures: dict[str, Path]) -> dict[str, Result]:
    """What each captured list holds."""
    return {name: read(path) for name, path in captures.items()}
