"""A report in the Test Reporting Language of GITB, for an Interoperability Test Bed to show as a step of a test.

What failed is an error. What cannot be told or was not verified is a warning, for a step without any would be taken
for a success; only where all that concerns the system is shown to be kept is the result SUCCESS.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from stanagraph.graph import __version__

from ..words import Words
from .judging import Outcome
from .junit import printable
from .page import FOOTER
from .reasons import OUTCOMES
from .report import Report, Result

TRL, _XSI = "http://www.gitb.com/tr/v1/", "http://www.w3.org/2001/XMLSchema-instance"
_LEVELS = {Outcome.FAILED: "error", Outcome.CANT_TELL: "warning", Outcome.UNTESTED: "warning"}
_RESULTS = ("FAILURE", "WARNING", "SUCCESS")


def trl(reports: Sequence[Report], words: Words) -> str:
    """One report as one step; several as one step that holds a report for each system."""
    register_namespace("", TRL)
    register_namespace("xsi", _XSI)
    root = Element(_name("TestStepReport"))
    if len(reports) == 1:
        _report(root, reports[0], words)
    else:
        _head(root, "", max((it.made for it in reports), default=""), _worst(reports))
        _counters(root, reports)
        inside = SubElement(root, _name("reports"))
        for report in reports:
            _report(SubElement(inside, _name("reports")), report, words)
    written: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _report(element: Element, report: Report, words: Words) -> None:
    _head(element, report.iri, report.made, _worst([report]))
    element.set("name", printable(report.system.id))
    overview = SubElement(element, _name("overview"))
    told = {
        "profileID": report.against.iri,
        "customizationID": report.confidence,
        "transactionID": report.description,
        "validationServiceName": "Stanagraph",
        "validationServiceVersion": __version__,
        "note": words(FOOTER),
    }
    for name, text in told.items():
        _text(overview, name, text)
    _counters(element, [report])
    if report.results:
        inside = SubElement(element, _name("reports"))
        for result in report.results:
            _assertion(inside, result, words)


def _head(element: Element, identifier: str, made: str, result: str) -> None:
    element.set(f"{{{_XSI}}}type", "TAR")
    if identifier:
        element.set("id", identifier)
    _text(element, "date", made)
    _text(element, "result", result)


def _worst(reports: Sequence[Report]) -> str:
    worst = min((0 if it.failed else 1 if it.unknown else 2 for it in reports), default=2)
    return _RESULTS[worst]


def _counters(element: Element, reports: Sequence[Report]) -> None:
    levels = [_LEVELS.get(Outcome(result.outcome)) for report in reports for result in report.results]
    counters = SubElement(element, _name("counters"))
    _text(counters, "nrOfAssertions", str(len(levels)))
    _text(counters, "nrOfErrors", str(levels.count("error")))
    _text(counters, "nrOfWarnings", str(levels.count("warning")))


def _assertion(inside: Element, result: Result, words: Words) -> None:
    assertion = SubElement(inside, _name(_LEVELS.get(Outcome(result.outcome), "info")))
    assertion.set(f"{{{_XSI}}}type", "BAR")
    outcome, asked = words(OUTCOMES[Outcome(result.outcome)]), result.required[words.language]
    where = " ".join(part for part in (result.document, result.edition, result.clause, result.parameter) if part)
    _text(assertion, "assertionID", result.test)
    _text(assertion, "description", f"{outcome}: {result.reason[words.language]}")
    _text(assertion, "location", where or result.test)
    _text(assertion, "test", asked)
    _text(assertion, "type", result.code)
    if result.stated:
        _text(assertion, "value", "; ".join(it.text for it in result.stated))


def _name(name: str) -> str:
    return f"{{{TRL}}}{name}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, _name(name)).text = printable(text)
