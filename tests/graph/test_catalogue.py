"""Queries are found by name, described by their header, and bound by terms and never by text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stanagraph.graph.catalogue import Catalogue, Query
from stanagraph.graph.errors import BadArgument, NameNotKnown, QueryNotFound
from stanagraph.graph.names import thing, xsd
from stanagraph.graph.store import EmbeddedStore

HELD = """\
#+ question@en: What does a nation hold?
#+ question@fr: Que détient un pays ?
#+ parameters:
#+   nation: {type: nation, required: true}
#+   what: {type: [equipment, munition]}
#+   asOf: {type: date}
#+ columns: [nation, what, asOf]
SELECT ?nation ?what ?asOf WHERE {
  VALUES (?nation ?what ?asOf) { (UNDEF UNDEF UNDEF) }
  ?nation <https://w3id.org/stanagraph/ns/operates>|<https://w3id.org/stanagraph/ns/stocks> ?what .
}
ORDER BY ?nation ?what
"""
ECHO = Query("echo", "SELECT ?x WHERE {\n  VALUES (?x) { (UNDEF) }\n}\n", {}, {}, ("x",))
GIVEN = """
@base <https://w3id.org/stanagraph/id/> .
@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<nation/POL> rdfs:label "Poland"@en ; :operates <equipment/k9> ; :stocks <munition/dm121> .
<nation/DEU> rdfs:label "Germany"@en ; :stocks <munition/dm121> .
<equipment/k9> rdfs:label "K9" .
<munition/dm121> rdfs:label "DM121" .
"""
STORE = EmbeddedStore()
STORE.load(ox.parse(GIVEN, ox.RdfFormat.TURTLE))


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "held.rq").write_text(HELD, encoding="utf-8")
    (tmp_path / "all.rq").write_text("SELECT ?s WHERE { ?s ?p ?o }\nORDER BY ?s\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no query", encoding="utf-8")
    return Catalogue(tmp_path)


def test_names_are_those_of_the_files(catalogue: Catalogue) -> None:
    assert catalogue.names() == ("all", "held")


def test_a_query_is_what_its_header_says(catalogue: Catalogue) -> None:
    query = catalogue["held"]
    assert query.question == {"en": "What does a nation hold?", "fr": "Que détient un pays ?"}
    assert query.columns == ("nation", "what", "asOf")
    assert [(p.name, p.kinds, p.required) for p in query.parameters.values()] == [
        ("nation", ("nation",), True),
        ("what", ("equipment", "munition"), False),
        ("asOf", ("date",), False),
    ]
    assert (catalogue["all"].question, catalogue["all"].parameters, catalogue["all"].columns) == ({}, {}, ())


def test_a_query_is_asked_of_a_release_or_of_the_ontology_and_of_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "all.rq"
    for header, over in {"": "release", "#+ over: release\n": "release", "#+ over: ontology\n": "ontology"}.items():
        path.write_text(f"{header}SELECT ?s WHERE {{ ?s ?p ?o }}\nORDER BY ?s\n", encoding="utf-8")
        assert Query.read(path).over == over
    path.write_text("#+ over: shapes\nSELECT ?s WHERE { ?s ?p ?o }\nORDER BY ?s\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"all\.rq: over: 'shapes', expected release or ontology"):
        Query.read(path)


@pytest.mark.parametrize(("name", "near"), [("helt", ("held",)), ("qqqq", ()), ("../held", ("held",)), ("", ())])
def test_an_unknown_query_is_refused(catalogue: Catalogue, name: str, near: tuple[str, ...]) -> None:
    with pytest.raises(QueryNotFound) as refused:
        catalogue[name]
    assert refused.value.suggestions == near


def test_an_answer_has_rows_records_and_words(catalogue: Catalogue) -> None:
    answer = catalogue.ask(STORE, "held", {"nation": "poland", "asOf": "2024-01-31"})
    date = ox.Literal("2024-01-31", datatype=xsd("date"))
    assert answer.columns == ("nation", "what", "asOf")
    assert answer.rows == [
        (thing("nation", "POL"), thing("equipment", "k9"), date),
        (thing("nation", "POL"), thing("munition", "dm121"), date),
    ]
    assert list(answer.records())[1]["what"] == thing("munition", "dm121")
    assert answer.labels[thing("equipment", "k9").value] == {"": "K9"}


def test_an_argument_of_either_kind_and_an_empty_one(catalogue: Catalogue) -> None:
    for what, key in {"k9": ("equipment", "k9"), "DM 121": ("munition", "dm121")}.items():
        answer = catalogue.ask(STORE, "held", {"nation": "POL", "what": what, "asOf": ""})
        assert [row[1:] for row in answer.rows] == [(thing(*key), None)]


@pytest.mark.parametrize(
    ("arguments", "argument", "why"),
    [
        ({}, "nation", "is required by held"),
        ({"nation": ""}, "nation", "is required by held"),
        ({"nation": "POL", "day": "x"}, "day", "is no parameter of held; it has nation, what, asOf"),
        (
            {"nation": "POL", "asOf": "31.1.2024"},
            "asOf",
            "'31.1.2024' is not a date; expected year-month-day, as 2024-01-31",
        ),
        (
            {"nation": "POL", "asOf": "2024-02-30"},
            "asOf",
            "'2024-02-30' is not a date; expected year-month-day, as 2024-01-31",
        ),
    ],
)
def test_a_bad_argument_is_refused(catalogue: Catalogue, arguments: dict[str, str], argument: str, why: str) -> None:
    with pytest.raises(BadArgument) as refused:
        catalogue.ask(STORE, "held", arguments)
    assert (refused.value.argument, refused.value.why) == (argument, why)


def test_a_query_without_parameters_takes_none(catalogue: Catalogue) -> None:
    with pytest.raises(BadArgument, match="is no parameter of all; it has none"):
        catalogue.ask(STORE, "all", {"nation": "POL"})
    with pytest.raises(BadArgument, match="has no parameter line"):
        catalogue["all"].with_terms({"nation": thing("nation", "POL")})


def test_without_arguments_only_the_values_line_is_left_out(catalogue: Catalogue) -> None:
    assert catalogue["held"].with_terms({}) == HELD.replace(
        "  VALUES (?nation ?what ?asOf) { (UNDEF UNDEF UNDEF) }", ""
    )
    assert catalogue["all"].with_terms({}) == catalogue["all"].text


def test_each_line_gets_the_parameters_that_it_names() -> None:
    pol, k9 = thing("nation", "POL"), thing("equipment", "k9")
    twice = replace(ECHO, text="{\n  VALUES (?x ?y) { (UNDEF UNDEF) }\n  {\n    VALUES (?y) { (UNDEF) }\n  }\n}\n")
    assert twice.with_terms({"x": pol}) == f"{{\n  VALUES (?x) {{ ({pol}) }}\n  {{\n\n  }}\n}}\n"
    both = f"{{\n  VALUES (?x ?y) {{ ({pol} {k9}) }}\n  {{\n    VALUES (?y) {{ ({k9}) }}\n  }}\n}}\n"
    assert twice.with_terms({"x": pol, "y": k9}) == both


def test_only_the_values_line_changes(catalogue: Catalogue) -> None:
    bound = catalogue["held"].with_terms({"what": thing("equipment", "k9")}).splitlines()
    changed = [(old, new) for old, new in zip(HELD.splitlines(), bound, strict=True) if old != new]
    assert changed == [
        (
            "  VALUES (?nation ?what ?asOf) { (UNDEF UNDEF UNDEF) }",
            "  VALUES (?what) { (<https://w3id.org/stanagraph/id/equipment/k9>) }",
        )
    ]


WEIRD = st.text() | st.text(alphabet="\"'<>{}()\\\n\r\t?#@^UNDEF ")


@given(WEIRD)
@example('") } ?s ?p ?o . #')
@example("\\1 \\g<head> \\u0041")
@example("(UNDEF)")
def test_a_literal_is_bound_as_it_is(text: str) -> None:
    for literal in (ox.Literal(text), ox.Literal(text, language="en"), ox.Literal(text, datatype=xsd("token"))):
        assert STORE.select(ECHO.with_terms({"x": literal})).rows == [(literal,)]


@given(WEIRD)
def test_an_iri_is_bound_as_it_is(text: str) -> None:
    iri = thing("equipment", text)
    assert STORE.select(ECHO.with_terms({"x": iri})).rows == [(iri,)]


@given(WEIRD.filter(lambda text: not any(character.isalnum() for character in text) and bool(text)))
@example('POL") } ?s ?p ?o . #')
@example("POL> UNDEF UNDEF) } ?s ?p ?o . #")
def test_a_name_that_is_no_name_never_reaches_the_query(name: str) -> None:
    query = Catalogue()["matrix"]
    with pytest.raises(NameNotKnown):
        query.bound({"class": name}, STORE)
    with pytest.raises(BadArgument):
        Catalogue()["gaps"].bound({"asOf": name}, STORE)


@pytest.mark.parametrize("name", Catalogue().names())
def test_every_report_takes_every_term(name: str) -> None:
    query = Catalogue()[name]
    for parameter in query.parameters:
        for term in (ox.Literal('") } #\n'), thing("nation", 'P"> } #')):
            assert STORE.select(query.with_terms({parameter: term})).columns == query.columns
