"""A report as RDF: assertions of EARL 1.0, or a validation report of SHACL. The same report, the same triples."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyoxigraph as ox

from stanagraph.graph import __version__
from stanagraph.graph.names import BASE, RDF_TYPE, RDFS_LABEL, dcterms, kind_of, thing

from .graph_form import EARL, as_json_ld, earl
from .judging import Outcome
from .report import Report, Result

SH = "http://www.w3.org/ns/shacl#"
_DOAP = "http://usefulinc.com/ns/doap#"
_FOAF = "http://xmlns.com/foaf/0.1/"
_PREFIXES = {
    "": f"{BASE}ns/", "dcterms": dcterms("").value, "doap": _DOAP, "earl": EARL, "sh": SH,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}  # fmt: skip
_MISSING = ("not-stated", "not-claimed", "no-evidence", "subject-not-told", "no-clause")
_COMPONENTS = {
    "ge": "MinInclusiveConstraintComponent",
    "le": "MaxInclusiveConstraintComponent",
    "eq": "HasValueConstraintComponent",
}


def sh(name: str) -> ox.NamedNode:
    """A term of SHACL."""
    return ox.NamedNode(SH + name)


def earl_triples(report: Report) -> Iterator[ox.Triple]:
    """An assertion for each result, with the outcome of EARL and its reason in both languages."""
    me, program = ox.NamedNode(report.iri), ox.NamedNode(f"{BASE}software/{__version__}")
    yield ox.Triple(program, RDF_TYPE, earl("Software"))
    yield ox.Triple(program, ox.NamedNode(f"{_DOAP}name"), ox.Literal("Stanagraph"))
    yield ox.Triple(program, ox.NamedNode(f"{_DOAP}release"), ox.Literal(__version__))
    system = ox.NamedNode(report.system.iri)
    yield ox.Triple(system, RDF_TYPE, earl("TestSubject"))
    yield ox.Triple(system, RDFS_LABEL, ox.Literal(report.system.label["en"]))
    yield ox.Triple(me, dcterms("subject"), ox.NamedNode(report.against.iri))
    yield ox.Triple(me, dcterms("identifier"), ox.Literal(report.iri.rpartition("/")[2]))
    yield ox.Triple(me, dcterms("isVersionOf"), thing("release", report.release))
    for number, result in enumerate(report.results, 1):
        assertion, outcome = ox.NamedNode(f"{report.iri}#a{number}"), ox.NamedNode(f"{report.iri}#r{number}")
        test = ox.NamedNode(result.test)
        said: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
            (me, dcterms("hasPart"), assertion),
            (assertion, RDF_TYPE, earl("Assertion")),
            (assertion, earl("assertedBy"), program),
            (assertion, earl("subject"), system),
            (assertion, earl("test"), test),
            (assertion, earl("mode"), earl("automatic")),
            (assertion, earl("result"), outcome),
            (outcome, RDF_TYPE, earl("TestResult")),
            (outcome, earl("outcome"), earl(result.outcome)),
            (test, RDF_TYPE, earl("TestRequirement")),
            (test, dcterms("title"), ox.Literal(_title(result))),
        ]
        yield from (ox.Triple(*parts) for parts in said)
        for language, text in result.reason.items():
            yield ox.Triple(outcome, dcterms("description"), ox.Literal(text, language=language))
        for stated in result.stated:
            yield ox.Triple(outcome, earl("info"), ox.Literal(stated.text))
            for evidence in stated.evidence:
                if evidence.url:
                    yield ox.Triple(outcome, dcterms("source"), ox.NamedNode(evidence.url))
        for source in result.sources:
            yield ox.Triple(test, dcterms("source"), ox.NamedNode(source.statement))


def shacl_triples(report: Report) -> Iterator[ox.Triple]:
    """A validation report: it conforms where every demand that concerns the system is shown to be kept.

    SHACL knows two answers. What failed is a violation; what cannot be told or was not verified is information, for a
    report that conforms would say more than is known.
    """
    me, system = ox.NamedNode(report.iri), ox.NamedNode(report.system.iri)
    yield ox.Triple(me, RDF_TYPE, sh("ValidationReport"))
    told = [it for it in report.results if it.outcome not in (Outcome.PASSED, Outcome.INAPPLICABLE)]
    yield ox.Triple(me, sh("conforms"), ox.Literal(not told))
    for number, result in enumerate(told, 1):
        it = ox.NamedNode(f"{report.iri}#v{number}")
        # Between asks for both ends at once.
        component = _COMPONENTS.get(result.comparator, "NodeConstraintComponent")
        component = "MinCountConstraintComponent" if result.code in _MISSING else component
        severity = "Violation" if result.outcome == Outcome.FAILED else "Info"
        said = [
            (me, sh("result"), it),
            (it, RDF_TYPE, sh("ValidationResult")),
            (it, sh("focusNode"), system),
            (it, sh("resultSeverity"), sh(severity)),
            (it, sh("sourceConstraintComponent"), sh(component)),
            (it, sh("sourceShape"), ox.NamedNode(result.test)),
        ]
        yield from (ox.Triple(*parts) for parts in said)
        for stated in result.stated:
            yield ox.Triple(it, sh("value"), ox.Literal(stated.text))
        for language, text in result.reason.items():
            shown = f"{_title(result)}: {text}"
            yield ox.Triple(it, sh("resultMessage"), ox.Literal(shown, language=language))


def _title(result: Result) -> str:
    parts = (result.document, result.edition, result.clause, result.parameter or kind_of(result.test))
    return " ".join(part for part in parts if part)


def turtle(triples: Iterator[ox.Triple]) -> str:
    """Triples as Turtle."""
    grouped: dict[object, list[ox.Triple]] = {}
    for triple in dict.fromkeys(triples):
        grouped.setdefault(triple.subject, []).append(triple)
    whole = [triple for about in grouped.values() for triple in about]
    written = ox.serialize(whole, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    return written.decode() if written else ""


def json_ld(triples: Iterator[ox.Triple]) -> str:
    """Triples as JSON-LD with the bundled context."""
    return json.dumps(as_json_ld(triples), ensure_ascii=False, indent=2) + "\n"
