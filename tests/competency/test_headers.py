"""Each report is described by its header, and is valid SPARQL as it lies on disk."""

from __future__ import annotations

import re

import pytest
from rdflib.plugins.sparql import prepareQuery

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.store import EmbeddedStore

CATALOGUE = Catalogue()
each_report = pytest.mark.parametrize("name", CATALOGUE.names())


@each_report
def test_question_in_both_languages(name: str) -> None:
    question = CATALOGUE[name].question
    assert set(question) == {"en", "fr"}
    assert re.search(r"\w\?$", question["en"])
    assert question["fr"].endswith(" ?")
    assert question["en"] != question["fr"]


@each_report
def test_valid_with_complete_prefixes_for_two_parsers(name: str) -> None:
    # No prefixes are passed in: what is not declared in the file is an error. rdflib declares some of its own,
    # pyoxigraph none.
    text = CATALOGUE[name].text
    EmbeddedStore().select(text)
    prepareQuery(text)


@each_report
def test_no_prefix_is_declared_in_vain(name: str) -> None:
    lines = [line for line in CATALOGUE[name].text.splitlines() if not line.startswith("#")]
    declared = [line.split()[1] for line in lines if line.startswith("PREFIX")]
    body = "\n".join(line for line in lines if not line.startswith("PREFIX"))
    assert [prefix for prefix in declared if not re.search(rf"(?<![\w-]){prefix}\w", body)] == []
    assert declared == sorted(declared)


@each_report
def test_columns_are_what_the_select_projects(name: str) -> None:
    query = CATALOGUE[name]
    assert query.columns == EmbeddedStore().select(query.text).columns


@each_report
def test_parameters_stand_in_values_lines(name: str) -> None:
    query = CATALOGUE[name]
    lines = re.findall(r"^\s*VALUES \(([?\w ]+)\) \{ \(((?:UNDEF ?)+)\) \}$", query.text, re.M)
    groups = [names.replace("?", "").split() for names, _ in lines]
    for (_, values), names in zip(lines, groups, strict=True):
        assert names == [parameter for parameter in query.parameters if parameter in names]
        assert values.split() == ["UNDEF"] * len(names)
    assert {parameter for names in groups for parameter in names} == set(query.parameters)
    assert query.text.count("UNDEF") == sum(map(len, groups))


@each_report
def test_parameters_have_kinds(name: str) -> None:
    assert all(parameter.kinds and all(parameter.kinds) for parameter in CATALOGUE[name].parameters.values())


@each_report
def test_ends_with_an_order(name: str) -> None:
    assert CATALOGUE[name].text.splitlines()[-1].startswith("ORDER BY ")


@each_report
def test_fits_a_screen(name: str) -> None:
    lines = CATALOGUE[name].text.splitlines()
    assert len([line for line in lines if not line.startswith(("#", "PREFIX"))]) <= 65
