"""Each report answers its question: the cases of `<report>/cases.yaml` over the graph of `<report>/given.ttl`.

A case says why it is there, the arguments, and every row in order. Things stand by their key, literals by their
text; a column that is left out has no value. `given: nothing` asks an empty graph instead.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import graph, key_of, xsd
from stanagraph.graph.store import EmbeddedStore

HERE = Path(__file__).parent
CATALOGUE = Catalogue()
FOLDERS = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")
Case = dict[str, Any]


def cases_of(name: str) -> list[Case]:
    """The cases of one report; every scalar is text."""
    text = (HERE / name / "cases.yaml").read_text(encoding="utf-8")
    cases: list[Case] = yaml.load(text, Loader=yaml.BaseLoader)
    return cases


CASES = [pytest.param(name, case, id=f"{name}: {case['why']}") for name in FOLDERS for case in cases_of(name)]


def given(name: str) -> list[ox.Quad]:
    """The triples of `given.ttl`, in a named graph."""
    parsed = ox.parse(path=HERE / name / "given.ttl")
    return [ox.Quad(quad.subject, quad.predicate, quad.object, graph("given")) for quad in parsed]


def doubled(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Everything once more, in another named graph."""
    return [*quads, *(ox.Quad(quad.subject, quad.predicate, quad.object, graph("again")) for quad in quads)]


def shuffled(quads: list[ox.Quad], seed: int) -> list[ox.Quad]:
    return random.Random(seed).sample(quads, len(quads))


def store_of(quads: list[ox.Quad]) -> EmbeddedStore:
    store = ox.Store()
    for quad in quads:
        store.add(quad)
    return EmbeddedStore(store)


ARRANGED: dict[str, Callable[[list[ox.Quad]], list[ox.Quad]]] = {
    "as it stands": list,
    "in another order": partial(shuffled, seed=1),
    "in a third order": partial(shuffled, seed=2),
    # The default graph is the union of all graphs, and pyoxigraph finds a triple once per graph that holds it.
    "from two sources": doubled,
}


@cache
def store(name: str, arrangement: str = "as it stands") -> EmbeddedStore:
    """A report's graph, loaded once."""
    return store_of(ARRANGED[arrangement](given(name)))


def shown(columns: tuple[str, ...], rows: list[Any]) -> list[dict[str, str]]:
    """Rows as a case writes them."""
    pairs = [zip(columns, row, strict=True) for row in rows]
    return [{column: key_of(cell.value) for column, cell in row if cell is not None} for row in pairs]


def test_every_report_has_cases_and_every_case_a_report() -> None:
    assert tuple(FOLDERS) == CATALOGUE.names()


@pytest.mark.parametrize("name", FOLDERS)
def test_cases_are_described_small_and_spell_their_columns(name: str) -> None:
    cases = cases_of(name)
    assert len(cases) >= 2
    for case in cases:
        assert {"why", "arguments", "rows"} <= set(case) <= {"why", "arguments", "rows", "given"}
        assert case.get("given", "nothing") == "nothing"
        assert all(row and set(row) <= set(CATALOGUE[name].columns) for row in case["rows"])
    assert len({case["why"] for case in cases}) == len(cases)
    assert len(given(name)) <= 65, "a reader has to check this by eye"


@pytest.mark.parametrize("arrangement", ARRANGED)
@pytest.mark.parametrize(("name", "case"), CASES)
def test_answer(name: str, case: Case, arrangement: str) -> None:
    asked = EmbeddedStore() if case.get("given") == "nothing" else store(name, arrangement)
    answer = CATALOGUE.ask(asked, name, case["arguments"])
    assert shown(answer.columns, answer.rows) == case["rows"]


@pytest.mark.parametrize("name", FOLDERS)
def test_the_header_names_the_columns_of_true_and_false(name: str) -> None:
    answers = [CATALOGUE.ask(store(name), name, case["arguments"]) for case in cases_of(name)]
    rows = [zip(answer.columns, row, strict=True) for answer in answers for row in answer.rows]
    literals = [(column, cell) for row in rows for column, cell in row if isinstance(cell, ox.Literal)]
    assert CATALOGUE[name].truths == {column for column, cell in literals if cell.datatype == xsd("boolean")}


@pytest.mark.parametrize(("name", "case"), CASES)
def test_order_is_total(name: str, case: Case) -> None:
    ordered = re.findall(r"\?(\w+)", CATALOGUE[name].text.rpartition("ORDER BY")[2])
    keys = [tuple(row.get(column) for column in ordered) for row in case["rows"]]
    assert len(set(keys)) == len(keys), f"rows that ORDER BY {ordered} cannot tell apart"


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(name, parameter) for name in CATALOGUE.names() for parameter in CATALOGUE[name].parameters],
)
def test_every_parameter_is_bound_in_a_case_where_it_matters(name: str, parameter: str) -> None:
    query, asked = CATALOGUE[name], store(name)
    uses = [case["arguments"] for case in cases_of(name) if parameter in case["arguments"]]
    assert uses
    for arguments in uses:
        terms = {key: query.parameters[key].bind(value, asked) for key, value in arguments.items()}
        without = query.with_terms({key: term for key, term in terms.items() if key != parameter})
        if asked.select(without).rows != asked.select(query.with_terms(terms)).rows:
            return
    pytest.fail(f"binding {parameter} never changes the answer")
