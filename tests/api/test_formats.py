"""Answers as CSV: exact for programs, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from stanagraph.api.formats import csv_of, statement_as_json
from stanagraph.graph.verdicts import Dispute, Statement


@pytest.mark.parametrize("text", ["=1+1", "+4,300 t", "-2", "@now", "\t=1", "\r=1"])
def test_no_text_runs_as_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_of(["said"], [[text]]), newline="")))
    assert rows == [["said"], [f"'{text}"]]


def test_numbers_booleans_and_what_is_not_known_stay_what_they_are() -> None:
    assert csv_of(["a", "b", "c", "d"], [[-2, True, None, 'x "y", z']]) == 'a,b,c,d\r\n-2,true,,"x ""y"", z"\r\n'


def test_a_disputed_statement_names_the_thing_the_property_and_the_rule() -> None:
    gun, calibre = "https://w3id.org/stanagraph/id/equipment/gun", "https://w3id.org/stanagraph/ns/calibre"
    statement = Statement(
        iri="https://w3id.org/stanagraph/id/statement/book/1", table="book.xlsx", row=None, confidence="low",
        source="book", url=None, publisher=None, captured=None, as_of=None, note=None, read="book", sheet="guns",
        disputes=(Dispute(gun, calibre, "152.4", False, "confidence"),),
    )  # fmt: skip
    told = statement_as_json(statement)
    assert (told["read"], told["sheet"], told["row"]) == ("book", "guns", None)
    assert told["disputes"] == [
        {"thing": "gun", "property": calibre, "value": "152.4", "prevails": False, "decided_by": "confidence"}
    ]
