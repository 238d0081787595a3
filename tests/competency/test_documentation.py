"""docs/queries.md tells each report as its header does, with an example that the report takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stanagraph.graph.catalogue import Catalogue

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `([\w-]+)`\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
CATALOGUE = Catalogue()
each_report = pytest.mark.parametrize("name", CATALOGUE.names())


def test_one_section_per_report() -> None:
    assert sorted(SECTIONS) == list(CATALOGUE.names())
    assert sorted(re.findall(r"^\| \[([\w-]+)\]\(#\1\) \|", PAGE, re.M)) == sorted(SECTIONS)


@each_report
def test_question_and_columns(name: str) -> None:
    query = CATALOGUE[name]
    told = re.search(r"^Columns: (.*)\.$", SECTIONS[name], re.M)
    assert told
    assert told[1].replace("`", "").split(", ") == list(query.columns)
    assert SECTIONS[name].split("\n")[1] == query.question["en"]


@each_report
def test_parameters(name: str) -> None:
    told = re.findall(r"^\| `(\w+)` \| [^|]+ \| (required|optional) \|$", SECTIONS[name], re.M)
    parameters = CATALOGUE[name].parameters.values()
    assert told == [(p.name, "required" if p.required else "optional") for p in parameters]


@each_report
def test_example(name: str) -> None:
    (example,) = re.findall(r"^    stanagraph query (.+)$", SECTIONS[name], re.M)
    asked, *arguments = example.split()
    given = {argument.partition("=")[0] for argument in arguments}
    parameters = CATALOGUE[name].parameters
    assert asked == name
    assert {p.name for p in parameters.values() if p.required} <= given <= set(parameters)
