"""Files that are broken or made to do harm, through the whole pipeline: each is refused, and nothing is changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from stanagraph.graph.errors import BadInput
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases
from stanagraph.graph.sources import ACCOUNT, Sources
from stanagraph.ingest.pipeline import Inputs, Result, given, ingest

pytestmark = pytest.mark.long

HOLDINGS = ("equipment", "nation", "status", "quantity", "basis")
GUN = ("pzh-2000", "FIN", "in-service", 12, "NationalHolding")
SHEET = "xl/worksheets/sheet1.xml"
LINE = f'<{BASE}id/equipment/m777> <http://www.w3.org/2000/01/rdf-schema#comment> "a gun" .\n'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{}">]>'.format("&a;" * 10)
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{}</rdf:RDF>'
CSV = "equipment,nation,status,quantity,basis\npzh-2000,FIN,in-service,{},NationalHolding\n"


def workbook(*rows: tuple[Any, ...], sheet: str = "holdings", merge: str = "") -> bytes:
    book = Workbook()
    made: Any = book.active
    made.title = sheet
    for row in rows:
        made.append(row)
    if merge:
        made.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A good workbook with some of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


GOOD = workbook(HOLDINGS, GUN)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
EDITIONS = ("agreement", "edition", "status")
SETTINGS = "[limits]\nsize = 2000000\nunpacked = 5000000\nentries = 100\n"

# Name of the file, its content, and what is said of it.
FILES = {
    "a file of no bytes": ("finland.xlsx", b"", "the file is empty"),
    "an empty workbook": ("finland.xlsx", workbook(), "no sheet is named after a table|nothing to load"),
    "a workbook of headings": ("finland.xlsx", workbook(HOLDINGS), "nothing to load"),
    "a workbook that is cut off": ("finland.xlsx", GOOD[: len(GOOD) // 2], "damaged or cut off"),
    "Turtle under the name of a workbook": (
        "finland.xlsx", f"@prefix : <urn:x:> .\n{LINE}".encode(), "several readers|no XLSX",
    ),
    "a workbook under the name of Turtle": ("finland.ttl", GOOD, "several readers|finland.ttl"),
    "a PDF under the name of a workbook": ("finland.xlsx", b"%PDF-1.7\n", "this is a PDF"),
    "a workbook under a password": (
        "finland.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password",
    ),
    "a workbook with macros": (
        "finland.xlsm", repacked(lambda parts: parts.update({"xl/vbaProject.bin": b"x"})), "holds macros",
    ),
    "a formula": ("finland.xlsx", workbook(HOLDINGS, (*GUN[:3], "=6+6", GUN[4])), "a value, not a formula"),
    "merged cells": ("finland.xlsx", workbook(HOLDINGS, GUN, ("m777", "FIN", *GUN[2:]), merge="B2:B3"), "not merged"),
    "a zip bomb": (
        "finland.xlsx", repacked(lambda parts: parts.update({"xl/media/a.bin": bytes(50_000_000)})),
        "decompression bomb",
    ),
    "an entity bomb in a workbook": (
        "finland.xlsx", repacked(lambda parts: parts.update({SHEET: f"{BOMB}<worksheet>&b;</worksheet>".encode()})),
        "declares a document type",
    ),
    "an entity bomb in RDF/XML": ("bomb.rdf", (BOMB + RDF.format("&b;")).encode(), "document type"),
    "too many rows": ("finland.xlsx", workbook(HOLDINGS, *[GUN] * 101), "more than 100 rows"),
    "a file that is too large": ("holdings.csv", CSV.format(12).encode().ljust(2_000_001), "2000001 bytes"),
    "a NUL byte in a CSV": ("holdings.csv", CSV.format("1\x002").encode(), "NUL byte"),
    "a NUL byte in N-Triples": ("guns.nt", (LINE + LINE.replace("gun", "g\x00n")).encode(), "line 2: holds a NUL byte"),
    "invalid UTF-8 in a CSV": ("holdings.csv", CSV.format(12).encode() + b"\xe9\x81,,,,\n", "neither UTF-8 nor"),
    "invalid UTF-8 in N-Triples": ("guns.nt", LINE.encode().replace(b"gun", b"g\xe9n"), "line 1: is not UTF-8"),
    "a context elsewhere": (
        "guns.jsonld", b'{"@context": "https://evil.example/c.jsonld", "@id": "http://a/", "name": "x"}',
        "https://evil.example/c.jsonld would have to be fetched",
    ),
    "a path in the number of an edition": (
        "editions.xlsx", workbook(EDITIONS, ("STANAG-4425", "../../x", "current"), sheet="agreement_editions"),
        "no path",
    ),
    "a path in an id": (
        "munitions.csv", b"id,name,munition_kind,interface\n../../evil,x,projectile-HE,155mm-l39\n",
        "munitions.csv:2: id",
    ),
}  # fmt: skip


@pytest.fixture
def take(small_home: Path, small_data: Path, tmp_path: Path) -> Callable[..., Result]:
    """Takes in a file of this name and content, under narrow limits."""
    (small_home / "stanagraph.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "given").mkdir()

    def takes(name: str, content: bytes, /, **told: Any) -> Result:
        path = tmp_path / "given" / name
        path.write_bytes(content)
        return ingest([given(str(path), **told)], Releases(small_home), Inputs(data=small_data))

    return takes


def everything(home: Path) -> dict[str, bytes | None]:
    """All files around the workspace, but for those of the lock."""
    return {
        str(path.relative_to(home.parent)): path.read_bytes() if path.is_file() else None
        for path in home.parent.rglob("*")
        if not path.name.startswith("build.") and "given" not in path.parts
    }


@pytest.mark.parametrize(("name", "content", "why"), FILES.values(), ids=FILES)
def test_what_is_broken_is_refused_and_changes_nothing(
    name: str, content: bytes, why: str, take: Any, small_home: Path
) -> None:
    before = everything(small_home)
    with pytest.raises(BadInput, match=why):
        take(name, content)
    assert everything(small_home) == before


def test_the_good_file_that_they_are_made_of_is_taken_in(take: Any, small_home: Path) -> None:
    for name, content in (
        ("finland.xlsx", GOOD),
        ("holdings.csv", CSV.format(12).encode()),
        ("guns.nt", LINE.encode()),
    ):
        assert take(name, content).taken, name
    # What a file is its content says, and not its name.
    (kept,) = take("holdings.csv", GOOD, source_id="named-otherwise").taken
    assert kept.state.kind == "workbook"
    assert len(Sources(small_home).current(Releases(small_home))) == 4


def test_a_path_in_the_address_of_a_thing_writes_nothing_elsewhere(take: Any, small_home: Path) -> None:
    lines = "".join(LINE.replace("m777", name) for name in ("../../../evil", "%2e%2e%2fevil", "m777"))
    result = take("guns.nt", lines.encode())
    assert result.release is not None
    Releases(small_home).verify(result.release.identifier)
    (kept,) = Sources(small_home).current(Releases(small_home))
    assert kept.path.parent == small_home / "sources" / "guns"
    assert (kept.state.entries, (kept.path / ACCOUNT).is_file()) == (3, True)
    assert not [path for path in small_home.parent.rglob("*") if "evil" in path.name]


@pytest.mark.parametrize("name", [".hidden.nt", "a b;$(touch evil).nt", "é\u202etn.nt", "x" * 200 + ".nt"])
def test_what_is_kept_of_a_file_has_a_plain_name(name: str, take: Any, small_home: Path) -> None:
    take(name, LINE.encode(), source_id="guns")
    (kept,) = Sources(small_home).current(Releases(small_home))
    (original,) = (kept.path / "original").iterdir()
    assert re.fullmatch(r"\w[\w.-]{0,119}", original.name)
    assert original.suffix == ".nt"
    assert original.read_bytes() == LINE.encode()


@pytest.mark.parametrize("name", ["../../evil.nt", "/evil.nt"])
def test_a_file_that_is_shown_under_a_path_is_refused_and_writes_nothing(
    name: str, take: Any, small_home: Path
) -> None:
    before = everything(small_home)
    with pytest.raises(BadInput, match="without folders"):
        take("plain.nt", LINE.encode(), name=name, source_id="guns")
    assert everything(small_home) == before
