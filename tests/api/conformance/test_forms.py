"""The four forms of a description say the same: JSON, JSON-LD, Turtle and a sheet."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from stanagraph.api.conformance import graph_form, sheet
from stanagraph.api.conformance.description import Description, schema
from stanagraph.api.conformance.names import Names, understood
from stanagraph.api.conformance.reading import read
from stanagraph.graph.errors import DataRefused, DescriptionFault, DescriptionRefused, SourceRefused, TurtleRefused
from stanagraph.graph.lookup import Known
from stanagraph.graph.store import EmbeddedStore, Table

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
WORDS = TEXT.map(lambda text: f"a {text} z".strip())
NUMBER = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
URL = st.sampled_from(["https://example.org/a", "http://example.org/b?c=d&e=%20#f"])
EVIDENCE = st.one_of(
    st.fixed_dictionaries({"title": WORDS}),
    st.fixed_dictionaries({"url": URL}),
    st.fixed_dictionaries({"title": WORDS, "url": URL}),
)
BACKED: dict[str, Any] = {
    "confidence": st.sampled_from(["low", "medium", "high"]),
    "evidence": st.lists(EVIDENCE, min_size=1, max_size=2, unique_by=str),
}


def backed(needed: dict[str, Any], more: dict[str, Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=(more or {}) | BACKED)


def _span(ends: tuple[Decimal, Decimal]) -> dict[str, str]:
    low, high = sorted(ends)
    return {"low": str(low), "high": str(high)} if low != high else {"number": str(low)}


MEASURED = st.builds(
    lambda parameter, said, unit, more: {"parameter": parameter} | said | ({"unit": unit} if unit else {}) | more,
    st.just("length"),
    st.one_of(NUMBER.map(lambda number: {"number": str(number)}), st.tuples(NUMBER, NUMBER).map(_span)),
    st.sampled_from(["mm", "m", "[in_i]", None]),
    st.fixed_dictionaries({}, optional=BACKED),
)
DESCRIPTION = st.fixed_dictionaries(
    {
        "id": st.just("mine"),
        "name": WORDS,
        "kind": st.just("munition"),
    },
    optional={
        "munition_kind": st.just("cartridge"),
        "subjects": st.lists(st.sampled_from(["cartridge", "fuze"]), min_size=1, max_size=2),
        "interfaces": st.lists(st.sampled_from(["x", "y"]), min_size=1, max_size=2),
        "values": st.lists(
            st.one_of(MEASURED, backed({"parameter": st.just("primer"), "text": WORDS})), min_size=1, max_size=3
        ),
        "capabilities": st.lists(
            backed({"capability": st.just("fuze-setting"), "value": st.just("inductive")}), min_size=1, max_size=1
        ),
        "standards": st.lists(
            backed({"document": st.sampled_from(["S", "P"])}, {"edition": st.just("2"), "claimed": st.booleans()}),
            min_size=1,
            max_size=2,
        ),
        "tests": st.lists(
            backed(
                {"method": st.sampled_from(["test", "analysis"]), "document": st.just("P"), "clause": st.just("2")},
                {
                    "parameter": st.just("pressure"),
                    "outcome": st.sampled_from(["passed", "failed"]),
                    "date": st.sampled_from(["2024", "2024-05", "2024-05-31"]),
                },
            ),
            min_size=1,
            max_size=2,
        ),
        "not_concerned": st.lists(
            st.one_of(backed({"subject": st.sampled_from(["fuze", "y"])}), backed({"parameter": st.just("primer")})),
            min_size=1,
            max_size=2,
        ),
    }
    | BACKED,
)


def write_all(folder: Path, description: Description, names: Names) -> list[Path]:
    triples = list(graph_form.to_triples(description, names.find))
    texts = {
        "a.json": json.dumps(description.as_json(), ensure_ascii=False),
        "a.ttl": graph_form.as_turtle(triples),
        "a.jsonld": json.dumps(graph_form.as_json_ld(triples), ensure_ascii=False),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    sheet.write(folder / "a.xlsx", description)
    sheet.write(folder / "fr.xlsx", description, "fr")
    return sorted(folder.iterdir())


@settings(max_examples=60)
@given(DESCRIPTION)
def test_all_forms_give_the_same_description(names: Names, told: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "first.json").write_text(json.dumps(told, default=str), encoding="utf-8")
        description = understood(read(folder / "first.json"), names)
        (folder / "first.json").unlink()
        for path in write_all(folder, description, names):
            again = understood(read(path), names)
            assert again == description, path.name
            assert again.digest() == description.digest(), path.name


def test_order_and_noughts_do_not_matter(names: Names, tmp_path: Path) -> None:
    one = {"id": "m", "name": "n", "kind": "munition", "interfaces": ["y", "x", "x"]}
    values = [
        {"parameter": "length", "number": 44.70, "unit": "mm"},
        {"parameter": "Length", "number": 1, "unit": "in"},
    ]
    digests = set()
    for number, order in enumerate((values, values[::-1])):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(one | {"values": order}))
        digests.add(understood(read(path), names).digest())
    (tmp_path / "2.json").write_text(json.dumps(one | {"values": values}).replace("44.7", "44.700e0"))
    digests.add(understood(read(tmp_path / "2.json"), names).digest())
    assert len(digests) == 1


def test_a_plain_graph_is_read(names: Names, tmp_path: Path) -> None:
    path = tmp_path / "plain.ttl"
    path.write_text("""
        @prefix : <https://w3id.org/stanagraph/ns/> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <https://w3id.org/stanagraph/id/munition/mine> a :MunitionType ; rdfs:label "Mine" ;
            :needsInterface <https://w3id.org/stanagraph/id/interface/x> ;
            dcterms:conformsTo <https://w3id.org/stanagraph/id/agreement-edition/S/2> .
    """)
    description = understood(read(path), names)
    assert (description.id, description.interfaces) == ("mine", ("x",))
    assert [(it.document, it.edition, it.claimed) for it in description.standards] == [("S", "2", True)]


def test_the_schema_accepts_what_the_model_accepts(names: Names) -> None:
    jsonschema = pytest.importorskip("jsonschema")

    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid(
        {"id": "a", "name": "b", "kind": "munition", "values": [{"parameter": "p", "number": 4.5}]}
    )
    assert not validator.is_valid({"id": "a", "name": "b", "kind": "gun"})


BAD_JSON = {
    "[]": ("", "an object"),
    "{": ("1:2", "JSON, JSON-LD, Turtle or XLSX"),
    '{"id": 1, "id": 2}': ("", "each key once, and finite numbers"),
    '{"id": NaN}': ("", "each key once, and finite numbers"),
    "\udcff": ("", "a text in UTF-8"),
    "[" * 100_000: ("", "fewer objects inside objects"),
}


@pytest.mark.parametrize(("text", "said"), BAD_JSON.items(), ids=range(len(BAD_JSON)))
def test_what_is_no_description_is_refused(tmp_path: Path, text: str, said: tuple[str, str]) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DescriptionRefused) as refused:
        read(path)
    assert [(fault.place, fault.expected) for fault in refused.value.faults] == [said]


@pytest.mark.parametrize(
    ("change", "place", "near"),
    [
        ({"id": "x y"}, "/id", ()),
        ({"kind": "munitions"}, "/kind", ("munition",)),
        ({"colour": 1}, "/colour", ()),
        ({"intefaces": []}, "/intefaces", ("interfaces",)),
        ({"interfaces": ["5.56 x 54"]}, "/interfaces/0", ("x",)),
        ({"subjects": ["cartrige"]}, "/subjects/0", ("cartridge",)),
        ({"values": [{"parameter": "lenght", "number": 1}]}, "/values/0/parameter", ("length",)),
        ({"values": [{"parameter": "length", "number": 1, "unit": "mmm"}]}, "/values/0/unit", ("mm",)),
        ({"values": [{"parameter": "length", "number": 1, "unit": "kg"}]}, "/values/0/unit", ()),
        ({"values": [{"parameter": "length", "number": -1, "unit": "mm"}]}, "/values/0/number", ()),
        ({"values": [{"parameter": "length", "low": 2, "high": 1}]}, "/values/0", ()),
        ({"values": [{"parameter": "length", "low": 2}]}, "/values/0", ()),
        ({"values": [{"parameter": "length"}]}, "/values/0", ()),
        ({"values": [{"parameter": "length", "number": "1e999999999"}]}, "/values/0/number", ()),
        ({"values": [{"parameter": "length", "number": 1, "evidence": [{}]}]}, "/values/0/evidence/0", ()),
        ({"values": [{"parameter": "length", "number": 1, "confidence": "hi"}]}, "/values/0/confidence", ()),
        (
            {"capabilities": [{"capability": "fuze-setting", "value": "inductiv"}]},
            "/capabilities/0/value",
            ("inductive",),
        ),
        ({"standards": [{"document": "Z"}]}, "/standards/0/document", ()),
        ({"tests": [{"method": "test"}]}, "/tests/0", ()),
        ({"not_concerned": [{}]}, "/not_concerned/0", ()),
        ({"name": "a\nb"}, "/name", ()),
    ],
)
def test_a_fault_names_its_place(
    names: Names, tmp_path: Path, change: dict[str, Any], place: str, near: tuple[str, ...]
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({"id": "m", "name": "n", "kind": "munition"} | change))
    with pytest.raises(DescriptionRefused) as refused:
        understood(read(path), names)
    assert [fault.place for fault in refused.value.faults] == [place]
    assert refused.value.faults[0].suggestions[: len(near)] == near


def test_names_are_read_once_and_near_ones_are_looked_for_a_few_times(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[str] = []
    queries: list[str] = []
    near, select = Known.near, EmbeddedStore.select

    def counted_near(self: Known, name: str) -> list[str]:
        searches.append(name)
        return near(self, name)

    def counted_select(self: EmbeddedStore, query: str) -> Table:
        queries.append(query)
        return select(self, query)

    monkeypatch.setattr(Known, "near", counted_near)
    monkeypatch.setattr(EmbeddedStore, "select", counted_select)
    path = tmp_path / "a.json"
    values = [{"parameter": f"lenght{number}", "number": 1, "unit": "mm"} for number in range(3000)]
    path.write_text(json.dumps({"id": "m", "name": "n", "kind": "munition", "values": values}))
    with pytest.raises(DescriptionRefused) as refused:
        understood(read(path), Names(store))
    assert len(refused.value.faults) == 100
    assert [bool(it.suggestions) for it in sorted(refused.value.faults, key=_number)] == [True] * 20 + [False] * 80
    assert len(searches) == 20
    assert len(queries) == 2, "the names of parameters, and how they are measured"


def _number(fault: DescriptionFault) -> int:
    return int(fault.value.removeprefix("lenght"))


def test_a_negative_tolerance_is_no_fault(names: Names, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    value = {"parameter": "tolerance", "number": -0.1, "unit": "mm"}
    path.write_text(json.dumps({"id": "m", "name": "n", "kind": "munition", "values": [value]}))
    assert understood(read(path), names).values[0].number == Decimal("-0.1")


def test_a_fault_in_a_sheet_names_its_cell(names: Names, tmp_path: Path) -> None:
    def refusal(*rows: tuple[str, ...]) -> list[tuple[str, str]]:
        book = Workbook()
        assert isinstance(book.active, Worksheet)
        book.active.title = "description"
        for row in (
            ("item", "key", "value", "unit"),
            ("id", "", "m"),
            ("name", "", "n"),
            ("kind", "", "munition"),
            *rows,
        ):
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")
        with pytest.raises(DescriptionRefused) as refused:
            understood(read(tmp_path / "a.xlsx"), names)
        return [(fault.place, fault.value) for fault in refused.value.faults]

    assert refusal(("value", "length", "1", "parsec")) == [("description!D5", "parsec")]
    assert refusal(("value", "lenght", "1", "mm")) == [("description!B5", "lenght")]
    assert refusal(("valu", "length", "1", "mm")) == [("description!A5", "valu")]
    assert refusal(("interface", "", "zz")) == [("description!C5", "zz")]
    assert refusal(("id", "", "again")) == [("description!C5", '["m", "again"]')]


def test_hostile_files_are_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    remote = tmp_path / "a.jsonld"
    remote.write_text('{"@context": "http://127.0.0.1:9/context.jsonld", "@type": "MunitionType"}')
    with pytest.raises(SourceRefused, match="would have to be fetched"):
        read(remote)
    bomb = tmp_path / "a.rdf"
    bomb.write_text('<!DOCTYPE r [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>')
    with pytest.raises(SourceRefused, match="document type definition"):
        read(bomb)
    broken = tmp_path / "a.ttl"
    broken.write_text("@prefix : <https://w3id.org/stanagraph/ns/> .\n<a> a :MunitionType ")
    with pytest.raises(TurtleRefused):
        read(broken)
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active.title = "description"
    book.active.append(["item", "value"])
    book.active.append(["name", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataRefused, match="a plain value"):
        read(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "text",
    [
        "<a> :needsInterfaces <b> .",  # a slip in a property
        "<b> a :MunitionType .",  # two things are described
        '<a> rdfs:label "other" .',  # two names
    ],
)
def test_what_would_be_passed_over_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f"""@prefix : <https://w3id.org/stanagraph/ns/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <a> a :MunitionType ; rdfs:label "Mine" . {text}""")
    with pytest.raises(DescriptionRefused):
        read(path)
