"""The page on the NISP names terms that exist, and every field and value that the NISP has."""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "nisp-mapping.md"
SOURCES = Path(os.environ.get("STANAGRAPH_SOURCES") or ROOT.parent / "shared" / "sources")
TERMS = "https://w3id.org/stanagraph/ns/"
THINGS = "https://w3id.org/stanagraph/id/"
FOREIGN = {
    "dcat:landingPage",
    "dcterms:description",
    "dcterms:identifier",
    "rdfs:label",
    "dcterms:title",
    "skos:Concept",
    "skos:broader",
    "skos:inScheme",
    "skos:notation",
    "skos:note",
    "skos:prefLabel",
    "skos:topConceptOf",
}


def _table(heading: str) -> list[list[str]]:
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


FIELDS = [(element.strip("`"), path.strip("`"), says) for element, path, says in _table("Fields")]
VALUES = [tuple(cell.strip("`") for cell in row) for row in _table("Values")]
PATHS = [(element, path) for element, path, _ in FIELDS]


def _archive() -> Path | None:
    return max((SOURCES / "nisp").glob("*.tar.gz"), default=None)


needs_the_nisp = pytest.mark.skipif(_archive() is None, reason=f"no NISP in {SOURCES}: set STANAGRAPH_SOURCES")


def _front_matter(text: str) -> dict[str, Any]:
    """What stands between the first line and the next that is `---` alone; a text within may hold dashes too."""
    lines = text.splitlines()
    assert lines[0] == "---"
    record = yaml.safe_load("\n".join(lines[1 : lines.index("---", 1)]))
    assert isinstance(record, dict)
    return record


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for below in value:
            yield from _leaves(below, path + "[]")
    else:
        yield path, value


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], set[str]]:
    """The values at each field path of each element; a list that is empty in some record is none of its own."""
    archive = _archive()
    assert archive is not None
    values: dict[tuple[str, str], set[str]] = {}
    with tarfile.open(archive) as members:
        for member in members:
            name = PurePosixPath(member.name)
            file = members.extractfile(member)
            if file is None or name.suffix != ".md" or name.name in ("README.md", "_index.md"):
                continue
            for path, value in _leaves(_front_matter(file.read().decode("utf-8"))):
                values.setdefault((name.parent.name, path), set()).add(str(value))
    inner = {(element, path[:end]) for element, path in values for end in _ends_of_containers(path)}
    return {place: said for place, said in values.items() if place not in inner}


def _ends_of_containers(path: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(r"\[\]|\.", path))


def test_the_page_has_its_tables() -> None:
    assert len({element for element, _ in PATHS}) == 9
    assert len(set(PATHS)) == len(PATHS)
    assert VALUES


@pytest.mark.parametrize(("element", "path", "says"), FIELDS, ids=[f"{e} {p}" for e, p, _ in FIELDS])
def test_a_field_has_a_term_or_a_reason(element: str, path: str, says: str, triples: list[ox.Triple]) -> None:
    if says.startswith("not kept"):
        assert says.startswith("not kept: ")
    else:
        assert re.match(r"`[a-z]*:\w+`", says)
    declared = {str(t.subject.value) for t in triples if isinstance(t.subject, ox.NamedNode)}
    # A reason may name another field of the same element.
    others = {other for kind, other in PATHS if kind == element}
    for name in re.findall(r"`([^`]+)`", says):
        if name.startswith(":"):
            assert TERMS + name[1:] in declared, name
        else:
            assert name in FOREIGN | others, name


@pytest.mark.parametrize(("path", "value", "concept"), VALUES, ids=[" ".join(row) for row in VALUES])
def test_a_value_has_a_concept(path: str, value: str, concept: str, triples: list[ox.Triple]) -> None:
    assert path in {known for _, known in PATHS}
    assert value
    assert THINGS + concept in {str(t.subject.value) for t in triples if isinstance(t.subject, ox.NamedNode)}


@needs_the_nisp
def test_every_field_of_the_nisp_has_a_row_and_every_row_a_field(found: dict[tuple[str, str], set[str]]) -> None:
    assert sorted(set(found) - set(PATHS)) == []
    assert sorted(set(PATHS) - set(found)) == []


@needs_the_nisp
def test_every_value_of_a_fixed_list_has_a_concept(found: dict[tuple[str, str], set[str]]) -> None:
    for path in {path for path, _, _ in VALUES} - {"element"}:
        occurs = set().union(*(said for (_, known), said in found.items() if known == path))
        assert occurs == {value for known, value, _ in VALUES if known == path}
    kinds = {value for path, value, _ in VALUES if path == "element"}
    assert kinds == found["capabilityprofile", "element"] | found["profile", "element"]


@needs_the_nisp
def test_what_is_said_to_be_always_empty_is(found: dict[tuple[str, str], set[str]]) -> None:
    empty = {(element, path) for element, path, says in FIELDS if "always" in says}
    assert empty
    assert {place: said for place, said in found.items() if place in empty and said - {"None", "0", ""}} == {}
