"""A report in each of its forms: it holds what was found, and nothing in a description becomes markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rdflib
from junitparser import Failure, JUnitXml, Skipped
from rdflib.namespace import RDF

from stanagraph.api.conformance import graphs, report
from stanagraph.api.conformance.demands import target
from stanagraph.api.conformance.junit import junit
from stanagraph.api.conformance.names import Names, understood
from stanagraph.api.conformance.page import page
from stanagraph.api.conformance.reading import read
from stanagraph.api.conformance.report import Report, check
from stanagraph.api.conformance.terminal import drawn
from stanagraph.api.conformance.wording import ReportWords
from stanagraph.api.documents import html, pdf
from stanagraph.graph.context import context
from stanagraph.graph.store import EmbeddedStore

HOSTILE = "<script>alert(1)</script> & ]]> \" ' \u202e {x} #let"
SAID: dict[str, Any] = {
    "id": "m", "name": HOSTILE, "kind": "munition", "interfaces": ["x"],
    "confidence": "high", "evidence": [{"title": HOSTILE, "url": "https://example.org/?a=1&b=%3Cb%3E"}],
    "values": [
        {"parameter": "length", "number": "45", "unit": "mm"},
        {"parameter": "pressure", "number": "4000", "unit": "bar"},
        {"parameter": "primer", "text": HOSTILE},
    ],
}  # fmt: skip
EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def made(store: EmbeddedStore, names: Names, folder: Path, said: dict[str, Any], **told: Any) -> Report:
    path = folder / "a.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    given = {"release": "r1", "made": "2026-01-02T03:04:05+00:00", "against": "S", "asked": "low"} | told
    against = target(store, given["against"])
    return check(store, given["release"], given["made"], understood(read(path), names), against, given["asked"])


@pytest.fixture(scope="module")
def found(store: EmbeddedStore, names: Names, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return made(store, names, tmp_path_factory.mktemp("report"), SAID)


def test_counts_and_outcomes(found: Report) -> None:
    outcomes = [(it.clause, it.outcome, it.code) for it in found.results]
    assert outcomes == [
        ("1", "failed", "not-met"),
        ("2", "untested", "unverified"),
        ("3", "cantTell", "other-words"),
        ("4", "cantTell", "subject-not-told"),
    ]
    assert found.counts == {"passed": 0, "failed": 1, "cantTell": 2, "untested": 1, "inapplicable": 0}
    first = found.results[0]
    assert (first.document, first.edition, first.parameter) == ("P", None, "length")
    assert first.required == {"en": "at most 44.70 mm", "fr": "au plus 44,70 mm"}
    assert first.reason["fr"] == "énoncé : 45 mm ; cela ne satisfait pas à « au plus 44,70 mm »"
    assert [(it.place, it.confidence) for it in first.sources] == [("data/r.csv", "medium")]
    assert first.stated[0].evidence[0].url == SAID["evidence"][0]["url"]


def test_the_address_is_that_of_what_was_asked(
    store: EmbeddedStore, names: Names, tmp_path: Path, found: Report
) -> None:
    again = made(store, names, tmp_path, SAID | {"values": SAID["values"][::-1]})
    assert again == found
    others = [
        made(store, names, tmp_path, SAID | {"name": "other"}),
        made(store, names, tmp_path, SAID, release="r2"),
        made(store, names, tmp_path, SAID, against="T"),
        made(store, names, tmp_path, SAID, asked="high"),
    ]
    assert len({found.iri, *(it.iri for it in others)}) == 5


def test_a_target_of_which_nothing_is_known_passes_nothing(store: EmbeddedStore, names: Names, tmp_path: Path) -> None:
    found = made(store, names, tmp_path, {"id": "m", "name": "n", "kind": "munition"}, against="y")
    assert [(it.outcome, it.code) for it in found.results] == [("cantTell", "no-clause")]
    assert found.unknown


def test_json_keeps_its_schema_and_comes_back(found: Report) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = report.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    told = json.loads(found.model_dump_json())
    jsonschema.Draft202012Validator(schema).validate(told)
    assert Report.model_validate(told) == found


def test_earl_is_whole(found: Report) -> None:
    graph = rdflib.Graph().parse(data=graphs.turtle(graphs.earl_triples(found)), format="turtle")
    assertions = list(graph.subjects(RDF.type, EARL.Assertion))
    assert len(assertions) == len(found.results)
    for assertion in assertions:
        for name in ("assertedBy", "subject", "test", "result", "mode"):
            assert len(list(graph.objects(assertion, EARL[name]))) == 1
        (result,) = graph.objects(assertion, EARL.result)
        (outcome,) = graph.objects(result, EARL.outcome)
        assert outcome in {EARL[name] for name in found.counts}
        texts = graph.objects(result, rdflib.DCTERMS.description)
        assert {getattr(it, "language", None) for it in texts} == {"en", "fr"}
    document = json.loads(graphs.json_ld(graphs.earl_triples(found)))
    document["@context"] = [context(), *document["@context"][1:]]
    same = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert {*same.subjects(RDF.type, EARL.Assertion)} == {*assertions}


def test_shacl_conforms_only_where_all_is_shown(
    store: EmbeddedStore, names: Names, tmp_path: Path, found: Report
) -> None:
    graph = rdflib.Graph().parse(data=graphs.turtle(graphs.shacl_triples(found)), format="turtle")
    (me,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(me, SH.conforms) == rdflib.Literal(False)
    results = list(graph.objects(me, SH.result))
    severities = sorted(str(graph.value(it, SH.resultSeverity)).rpartition("#")[2] for it in results)
    assert severities == ["Info", "Info", "Info", "Violation"]
    for it in results:
        for name in ("focusNode", "sourceConstraintComponent", "sourceShape", "resultSeverity"):
            assert len(list(graph.objects(it, SH[name]))) == 1
    good = SAID | {
        "values": [
            {"parameter": "primer", "text": "percussion"},
            {"parameter": "tolerance", "number": "-0.1", "unit": "mm"},
        ]
    }
    whole = made(store, names, tmp_path, good, against="T")
    assert whole.counts["passed"] == 2
    graph = rdflib.Graph().parse(data=graphs.turtle(graphs.shacl_triples(whole)), format="turtle")
    assert [*graph.objects(None, SH.conforms)] == [rdflib.Literal(True)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_junit_fails_only_what_failed(found: Report, language: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(junit([found, found], ReportWords(language)), encoding="utf-8")
    read_back = JUnitXml.fromfile(str(path))
    assert (read_back.tests, read_back.failures, read_back.skipped, read_back.errors) == (8, 2, 6, 0)
    kinds = [type(case.result[0]) for suite in read_back for case in suite]
    assert kinds.count(Failure) == 2
    assert kinds.count(Skipped) == 6


@pytest.mark.parametrize("language", ["en", "fr"])
def test_hostile_texts_are_texts(found: Report, language: str) -> None:
    words = ReportWords(language)
    written = html(page(found, words))
    assert "<script" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in written
    assert pdf(page(found, words)).startswith(b"%PDF")
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    Console(file=out, width=100, markup=False).print(drawn(found, words))
    assert "P 1" in out.getvalue()


def test_the_same_report_is_the_same_bytes(found: Report) -> None:
    words = ReportWords("en")
    assert pdf(page(found, words)) == pdf(page(found, words))
    assert graphs.turtle(graphs.earl_triples(found)) == graphs.turtle(graphs.earl_triples(found))
    assert junit([found], words) == junit([found], words)
