"""Answers and verdicts as JSON, CSV and Turtle: pure functions, the same on the command line and over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.names import RDF_TYPE, TERMS, key_of, skos, term, thing, xsd
from stanagraph.graph.verdicts import Criterion, Statement, Verdict

_RESULT_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = "http://purl.org/dc/terms/"
_PROV = "http://www.w3.org/ns/prov#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_INTEGER = {f"{_XSD}{name}" for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")}
_DECIMAL = {f"{_XSD}{name}" for name in ("decimal", "double", "float")}

NOTHING = "–"  # what is shown for a cell that holds nothing

Value = str | int | float | bool | None


def value(cell: object) -> Value:
    """A cell as JSON says it: things by their id, numbers and booleans as such, an unbound cell as None."""
    if isinstance(cell, ox.NamedNode):
        return key_of(cell.value)
    if isinstance(cell, ox.Literal):
        datatype = cell.datatype.value
        if datatype in _INTEGER:
            return int(cell.value)
        if datatype in _DECIMAL:
            return float(cell.value)
        if datatype == f"{_XSD}boolean":
            return cell.value in {"true", "1"}
        return cell.value
    return None if cell is None else str(cell)


def shown_columns(answer: Answer) -> tuple[str, ...]:
    """The columns that the query documents, in its order."""
    return tuple(name for name in answer.query.columns if name in answer.columns) or answer.columns


def as_json(answer: Answer, language: str = "en", release: str | None = None) -> dict[str, Any]:
    """An answer as one JSON object: query, question, release and items, one mapping a row."""
    columns = shown_columns(answer)
    question = answer.query.question.get(language) or answer.query.question.get("en", "")
    items = [{name: value(record[name]) for name in columns} for record in answer.records()]
    return {"query": answer.query.name, "question": question, "release": release, "items": items}


def as_csv(answer: Answer) -> str:
    """An answer as CSV of RFC 4180: a header, then a line a row; an unbound cell is empty."""
    columns = shown_columns(answer)
    return csv_of(columns, ([value(record[name]) for name in columns] for record in answer.records()))


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Rows as CSV of RFC 4180, booleans as in JSON.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, which the spreadsheet hides.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: Value) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{cell}"
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def as_turtle(answer: Answer) -> str:
    """An answer as Turtle in the result-set vocabulary of the W3C, with the IRIs of all things."""
    columns = shown_columns(answer)
    return turtle_of(columns, ([record[name] for name in columns] for record in answer.records()))


def turtle_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows of terms, texts, numbers or nothing, as Turtle in the result-set vocabulary of the W3C."""
    variables = ", ".join(f'"{name}"' for name in columns)
    parts = ["a rs:ResultSet", *([f"rs:resultVariable {variables}"] if columns else [])]
    parts += [_solution(index, columns, row) for index, row in enumerate(rows, 1)]
    return f"@prefix rs: <{_RESULT_SET}> .\n\n[] " + " ;\n   ".join(parts) + " .\n"


def _solution(index: int, columns: Sequence[str], row: Sequence[Any]) -> str:
    terms = [
        (name, ox.Literal(cell) if isinstance(cell, str | int | float) else cell)
        for name, cell in zip(columns, row, strict=True)
    ]
    bindings = [f'rs:binding [ rs:variable "{name}" ; rs:value {term} ]' for name, term in terms if term is not None]
    return "rs:solution [ " + " ;\n       ".join([f"rs:index {index}", *bindings]) + " ]"


def verdict_as_json(
    verdict: Verdict, explanations: Mapping[str, str] | None = None, reasons: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A verdict with all its evidence as one JSON object; ids are those of data/.

    `explanations` gives for each ground its sentence, `reasons` for each IRI of a finding's statement what the
    finding says.
    """
    sentences, texts = explanations or {}, reasons or {}
    return {
        "equipment": verdict.equipment,
        "munition": verdict.munition,
        "verdict": verdict.verdict,
        "fits": verdict.fits,
        "hits": verdict.hits,
        "released": verdict.released,
        "derived": verdict.derived,
        "documented": verdict.documented,
        "disputed": verdict.disputed,
        "low_confidence": verdict.low_confidence,
        "stale": [{"source": it.source, "since": it.since} for it in verdict.stale],
        "reason_code": verdict.reason_code,
        "derived_reason_code": verdict.derived_reason_code,
        "criteria": [_criterion(criterion, sentences) for criterion in verdict.criteria],
        "findings": [
            {"reason": texts.get(statement.iri)} | statement_as_json(statement) for statement in verdict.findings
        ],
    }


def _criterion(criterion: Criterion, sentences: Mapping[str, str]) -> dict[str, Any]:
    return {
        "criterion": criterion.name,
        "outcome": criterion.outcome,
        "ground": criterion.ground,
        "explanation": sentences.get(criterion.ground),
        "low_confidence_alone": criterion.rests_on_low_confidence_alone,
        "evidence": [statement_as_json(statement) for statement in criterion.evidence],
    }


def statement_as_json(statement: Statement) -> dict[str, Any]:
    """One statement as a JSON object: its id, its place and its source, and where other sources contradict it."""
    return {
        "statement": key_of(statement.iri),
        "table": statement.table,
        "sheet": statement.sheet,
        "row": statement.row,
        "read": statement.read,
        "source": statement.source,
        "url": statement.url,
        "publisher": statement.publisher,
        "captured": statement.captured,
        "as_of": statement.as_of,
        "confidence": statement.confidence,
        "note": statement.note,
        "disputes": [
            {
                "thing": key_of(it.thing),
                "property": key_of(it.property),
                "value": it.value,
                "prevails": it.prevails,
                "decided_by": it.decided_by,
            }
            for it in statement.disputes
        ],
    }


VERDICT_COLUMNS = (
    "equipment", "munition", "verdict", "criterion", "outcome", "ground", "statement", "table", "row",
    "source", "url", "confidence", "as_of",
)  # fmt: skip


def verdict_as_csv(verdict: Verdict) -> str:
    """A verdict as CSV: a line a criterion and statement, and a line a finding, without criterion."""
    return csv_of(VERDICT_COLUMNS, _verdict_rows(verdict))


def _verdict_rows(verdict: Verdict) -> Iterator[list[Value]]:
    pair: list[Value] = [verdict.equipment, verdict.munition, verdict.verdict]
    for statement in verdict.findings:
        yield [*pair, None, verdict.documented, None, *_statement_cells(statement)]
    for criterion in verdict.criteria:
        for found in criterion.evidence or (None,):
            yield [*pair, criterion.name, criterion.outcome, criterion.ground, *_statement_cells(found)]


def _statement_cells(statement: Statement | None) -> list[Value]:
    if statement is None:
        return [None] * 7
    place: list[Value] = [key_of(statement.iri), statement.table, statement.row]
    return [*place, statement.source, statement.url, statement.confidence, statement.as_of]


def verdict_as_turtle(verdict: Verdict, munition: ox.NamedNode) -> str:
    """A verdict as Turtle: the verdict, its assessments, and the statements with their sources.

    `munition` is the munition or interface that was asked about: the verdict itself keeps only its id.
    """
    evidence = [statement for criterion in verdict.criteria for statement in criterion.evidence]
    statements = {statement.iri: statement for statement in (*evidence, *verdict.findings)}
    triples = [*_verdict_triples(verdict, munition)]
    for statement in statements.values():
        triples += _statement_triples(statement)
    prefixes = {"": TERMS, "dcat": _DCAT, "dcterms": _DCTERMS, "prov": _PROV, "skos": _SKOS}
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    return written.decode() if written else ""


def _verdict_triples(verdict: Verdict, munition: ox.NamedNode) -> Iterator[ox.Triple]:
    pair = f"{verdict.equipment}/{verdict.munition}"
    me = thing("verdict", pair)
    said = [
        ("equipment", thing("equipment", verdict.equipment)),
        ("munition", munition),
        ("combinedVerdict", thing("verdict-value", verdict.verdict)),
        ("derivedVerdict", thing("verdict-value", verdict.derived)),
        ("documentedVerdict", verdict.documented and thing("verdict-value", verdict.documented)),
        ("fits", thing("answer", verdict.fits)),
        ("hits", thing("answer", verdict.hits)),
        ("released", thing("answer", verdict.released)),
        ("disputed", ox.Literal(verdict.disputed)),
        # A release says so only where it is so.
        ("onLowConfidence", ox.Literal(True) if verdict.low_confidence else None),
        ("reasonCode", verdict.reason_code and thing("reason-code", verdict.reason_code)),
        ("derivedReasonCode", verdict.derived_reason_code and thing("reason-code", verdict.derived_reason_code)),
    ]
    yield ox.Triple(me, RDF_TYPE, term("Verdict"))
    for name, value in said:
        if isinstance(value, ox.NamedNode | ox.Literal):
            yield ox.Triple(me, term(name), value)
    for stale in verdict.stale:
        yield ox.Triple(me, term("restsOnStale"), thing("source", stale.source))
    for statement in verdict.findings:
        finding = thing("finding", key_of(statement.iri).partition("/")[2])
        yield ox.Triple(me, term("hasFinding"), finding)
        yield ox.Triple(ox.NamedNode(statement.iri), term("about"), finding)
    for criterion in verdict.criteria:
        it = thing("assessment", f"{pair}/{criterion.name}")
        yield ox.Triple(me, term("hasAssessment"), it)
        yield ox.Triple(it, RDF_TYPE, term("CriterionAssessment"))
        yield ox.Triple(it, term("criterion"), thing("criterion", criterion.name))
        yield ox.Triple(it, term("outcome"), thing("outcome", criterion.outcome))
        yield ox.Triple(it, term("ground"), thing("ground", criterion.ground))
        for statement in criterion.evidence:
            yield ox.Triple(it, term("restsOn"), ox.NamedNode(statement.iri))


def _statement_triples(statement: Statement) -> list[ox.Triple]:
    me, source = ox.NamedNode(statement.iri), thing("source", statement.source)
    said: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (me, RDF_TYPE, term("Statement")),
        (me, term("statedInTable"), ox.Literal(statement.table)),
        (me, term("statedInSource"), thing("source", statement.read)),
        (me, term("confidence"), thing("confidence", statement.confidence)),
        (me, ox.NamedNode(f"{_PROV}hadPrimarySource"), source),
    ]
    if statement.row is not None:
        said.append((me, term("statedInRow"), ox.Literal(statement.row)))
    if statement.sheet:
        said.append((me, term("statedInSheet"), ox.Literal(statement.sheet)))
    if statement.as_of:
        said.append((me, term("asOf"), ox.Literal(statement.as_of, datatype=_date_type(statement.as_of))))
    if statement.note:
        said.append((me, skos("note"), ox.Literal(statement.note)))
    if statement.url:
        said.append((source, ox.NamedNode(f"{_DCAT}landingPage"), ox.NamedNode(statement.url)))
    if statement.publisher:
        said.append((source, ox.NamedNode(f"{_DCTERMS}publisher"), ox.Literal(statement.publisher)))
    return [ox.Triple(*parts) for parts in said]


def _date_type(text: str) -> ox.NamedNode:
    return xsd({4: "gYear", 7: "gYearMonth"}.get(len(text), "date"))
