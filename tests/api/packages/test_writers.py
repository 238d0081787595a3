"""Each format holds the whole package, keeps its standard, and is the same for the same package."""

from __future__ import annotations

import csv as reader
import io
import json as plain
import zipfile
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
import reqif as library
import xmlschema
from docx import Document as read_word
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from lxml import html as lxml_html

from stanagraph.api.documents import printable
from stanagraph.api.packages import WRITERS, PackageFile, csv, docx, html, json, reqif, schema, turtle, xlsx
from stanagraph.api.packages import records as flat
from stanagraph.api.packages.model import DocumentTold, Evidence, Named, PositionTold, RequirementTold
from stanagraph.api.packages.reqif import ENUMERATIONS, identifier, read_reqif
from stanagraph.graph.errors import SourceRefused

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "</xhtml:div>&amp;]]>", '"><script>alert(1)</script>')
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))


def named(text: str) -> Named:
    return Named(id=text, label=text)


def made_of(title: str, value: str, note: str, reservation: str) -> PackageFile:
    """A package of one document and one requirement with these texts."""
    return PackageFile(
        language="en",
        release="r1",
        made="2026-01-02T03:04:05+00:00",
        scope=Named(id="interface/x", label=title),
        nation=Named(id="nation/CZE", label=title),
        as_of=None,
        disclaimer="none",
        documents=(
            DocumentTold(
                id="agreement/A", kind="agreement", designation=title, title=title, applies=True, reasons=(),
                editions=(), obligations=(), positions=(
                    PositionTold(edition="agreement-edition/A/1", response=named("accepted"), implementation=named("x"),
                                 reservation=reservation, since=None, statement="s"),
                ),
            ),
        ),
        requirements=(
            RequirementTold(
                id="agreement/A|x", iri="requirement/A/x", document="agreement/A", clause=None,
                subject=named("interface/x"), parameter=named("length"), comparator=named("eq"), value=value,
                number=None, high=None, unit=None, condition=value, verification=None,
                confidence=Named(id="low", label="low"),
                evidence=(Evidence(statement="s", source="src", confidence="low", note=note),),
            ),
        ),
        open_points=(),
        sources=(),
    )  # fmt: skip


packages = st.builds(made_of, texts, texts, texts, texts)


@pytest.fixture(scope="module")
def standard() -> xmlschema.XMLSchema:
    """The schema of ReqIF as the library ships it."""
    return xmlschema.XMLSchema(str(Path(library.__file__).parent / "reqif_schema" / "reqif.xsd"))


def test_reqif_keeps_the_schema_and_comes_back_the_same(english: PackageFile, standard: xmlschema.XMLSchema) -> None:
    written = reqif(english)
    standard.validate(io.BytesIO(written.encode()))
    assert read_reqif(written) == (flat.documents(english), flat.requirements(english))


def test_reqif_holds_documents_above_clauses_and_relations(english: PackageFile) -> None:
    from reqif.parser import ReqIFParser

    content = ReqIFParser.parse_from_string(reqif(english)).core_content.req_if_content
    (specification,) = content.specifications
    assert [it.spec_object for it in specification.children] == [
        identifier("document", it.id) for it in english.documents
    ]
    beneath = {it.spec_object: [below.spec_object for below in it.children or []] for it in specification.children}
    for requirement in english.requirements:
        assert identifier("requirement", requirement.id) in beneath[identifier("document", requirement.document)]
    assert len(content.spec_relations) == len(english.requirements)
    identifiers = [it.identifier for it in (*content.spec_objects, *content.spec_relations, *content.spec_types)]
    assert len(set(identifiers)) == len(identifiers)


def test_identifiers_are_those_of_another_release_with_other_content(english: PackageFile) -> None:
    other = english.model_copy(
        update={
            "release": "r2",
            "made": "2027-01-01T00:00:00+00:00",
            "requirements": tuple(it.model_copy(update={"value": "9"}) for it in english.requirements),
        }
    )  # fmt: skip
    objects = [set(_objects(reqif(it))) for it in (english, other)]
    assert objects[0] == objects[1]
    assert reqif(english) != reqif(other)
    # This one is written out: it must be the same in every version of this program.
    assert identifier("requirement", "agreement/A|x") == "_92cfb143-7fbe-53a7-83b5-641d2eb011af"


def _objects(written: str) -> list[str]:
    from reqif.parser import ReqIFParser

    return [it.identifier for it in ReqIFParser.parse_from_string(written).core_content.req_if_content.spec_objects]


def test_every_value_of_the_vocabularies_can_be_written(public_store: object) -> None:
    query = (
        "SELECT ?c {{ ?c <http://www.w3.org/2004/02/skos/core#inScheme> <https://w3id.org/stanagraph/id/scheme/{}> }}"
    )
    for name, scheme in (
        ("comparator", "comparator"),
        ("verification", "verification-method"),
        ("confidence", "confidence"),
    ):
        rows = public_store.select(query.format(scheme)).rows  # type: ignore[attr-defined]
        assert {row[0].value.rpartition("/")[2] for row in rows} <= set(ENUMERATIONS[name])


@pytest.mark.parametrize("content", ["<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "<x/>", "<x", "no"])
def test_what_is_no_reqif_is_refused(content: str) -> None:
    with pytest.raises(SourceRefused):
        read_reqif(content, "x.reqif")


@given(package=packages)
@settings(max_examples=40, deadline=None)
def test_reqif_brings_any_text_back(package: PackageFile, standard: xmlschema.XMLSchema) -> None:
    written = reqif(package)
    standard.validate(io.BytesIO(written.encode()))
    documents, requirements = read_reqif(written)
    before = (flat.documents(package), flat.requirements(package))
    for kind, after in zip(before, (documents, requirements), strict=True):
        assert {
            name: {field: printable(text) for field, text in record.items()} for name, record in kind.items()
        } == after


@given(package=packages)
@settings(max_examples=15, deadline=None)
def test_no_cell_is_a_formula(package: PackageFile) -> None:
    for line in reader.reader(io.StringIO(csv(package), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)
    book = openpyxl.load_workbook(io.BytesIO(xlsx(package)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert not str(cell.value or "").startswith(("=", "+", "-", "@")) or cell.quotePrefix


@given(package=packages)
@settings(max_examples=8, deadline=None)
def test_documents_take_any_text(package: PackageFile) -> None:
    read_word(io.BytesIO(docx(package)))
    assert "<script" not in html(package)
    list(ox.parse(turtle(package), format=ox.RdfFormat.TURTLE))


def test_json_keeps_its_schema_and_comes_back_the_same(english: PackageFile) -> None:
    described = schema()
    Draft202012Validator.check_schema(described)
    Draft202012Validator(described).validate(plain.loads(json(english)))
    assert PackageFile.model_validate_json(json(english)) == english


def test_turtle_says_what_is_required_in_the_terms_of_the_ontology(english: PackageFile) -> None:
    store = ox.Store()
    store.load(turtle(english).encode(), format=ox.RdfFormat.TURTLE)
    counted = store.query(
        "PREFIX : <https://w3id.org/stanagraph/ns/> PREFIX dcterms: <http://purl.org/dc/terms/>"
        " SELECT (COUNT(DISTINCT ?d) AS ?applies) (COUNT(DISTINCT ?r) AS ?clauses)"
        " { ?p dcterms:requires ?d ; dcterms:hasPart ?r . ?r a :Requirement ; :requirementOf ?any }"
    )
    (row,) = list(counted)  # type: ignore[arg-type]
    assert int(row["applies"].value) == sum(it.applies for it in english.documents)
    assert int(row["clauses"].value) == len(english.requirements)


def test_csv_has_a_line_a_requirement_and_one_for_each_document_without(english: PackageFile) -> None:
    lines = list(reader.DictReader(io.StringIO(csv(english))))
    assert {line["document"] for line in lines} == {it.id for it in english.documents}
    told = sorted(line["requirement"] for line in lines if line["requirement"])
    assert told == sorted(it.id for it in english.requirements)
    assert next(line for line in lines if line["document"] == "agreement/STANAG-4425")["requirement"] == ""


def test_the_workbook_has_its_sheets_in_both_languages(english: PackageFile, french: PackageFile) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(english)))
    assert book.sheetnames == ["About", "Documents", "Requirements", "Positions", "Open points", "Sources"]
    assert book["Requirements"].max_row == len(english.requirements) + 1
    assert book["Documents"].freeze_panes == "A2"
    assert "Exigences" in openpyxl.load_workbook(io.BytesIO(xlsx(french))).sheetnames


def test_people_read_why_each_document_is_in_and_what_is_open(english: PackageFile, french: PackageFile) -> None:
    page = lxml_html.fromstring(html(english))
    heads = [it.text for it in page.findall(".//h2")]
    assert heads == [
        "Documents that apply", "Position of Czechia", "Requirements, clause by clause", "Open points",
        "Documents to be considered", "Sources",
    ]  # fmt: skip
    text = " ".join("".join(str(it) for it in page.itertext()).split())
    assert "governs the interface" in text
    assert "No requirement of a clause is public for: STANAG-4425, AOP-29-PART-1." in text
    assert english.disclaimer in text
    word = read_word(io.BytesIO(docx(french)))
    assert word.paragraphs[0].text.endswith("munitions d’artillerie de 155 mm")
    assert "Documents applicables" in [it.text for it in word.paragraphs]


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_package_gives_the_same_bytes(name: str, english: PackageFile) -> None:
    assert WRITERS[name](english) == WRITERS[name](english)


def test_the_workbook_says_when_the_release_was_made(english: PackageFile) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(english))) as book:
        assert book.read("docProps/core.xml").count(b"2026-01-02T03:04:05Z") == 2
