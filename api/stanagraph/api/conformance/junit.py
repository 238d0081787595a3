"""A report as JUnit XML: a suite for each document, a failure only for what failed, a skip with its reason for the
rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..words import Words
from .judging import Outcome
from .reasons import OUTCOMES
from .report import Report, Result

# What XML 1.0 cannot hold.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text with a mark for each character that XML cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def junit(reports: Iterable[Report], words: Words) -> str:
    """All reports as one document."""
    from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

    whole = JUnitXml("stanagraph check")
    for report in reports:
        grouped: dict[str, list[Result]] = {}
        for result in report.results:
            grouped.setdefault(result.document or report.against.id, []).append(result)
        for document, results in grouped.items():
            suite = TestSuite(printable(f"{report.system.id}: {document}"))
            told = {"report": report.iri, "release": report.release, "confidence": report.confidence}
            for name, value in told.items():
                suite.add_property(name, value)
            for result in results:
                case = TestCase(printable(_name(result, words)), printable(f"{report.system.id}.{document}"), 0.0)
                text = printable(result.reason[words.language])
                if result.outcome == Outcome.FAILED:
                    case.result = [Failure(text, "failed")]
                elif result.outcome != Outcome.PASSED:
                    case.result = [Skipped(f"{words(OUTCOMES[result.outcome])}: {text}", result.outcome)]
                suite.add_testcase(case)
            whole.add_testsuite(suite)
    whole.update_statistics()  # type: ignore[no-untyped-call]
    written: bytes = whole.tostring()  # type: ignore[no-untyped-call]
    return f"{written.decode('utf-8')}\n"


def _name(result: Result, words: Words) -> str:
    where = " ".join(part for part in (result.edition, result.clause) if part)
    what = result.label[words.language] if result.parameter else result.document or ""
    asked = result.required[words.language]
    return f"{where} {what}: {asked}".strip() if result.parameter else f"{where} {asked}".strip()
