"""Answers as CSV: exact for programs, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from stanagraph.api.formats import csv_of


@pytest.mark.parametrize("text", ["=1+1", "+4,300 t", "-2", "@now", "\t=1", "\r=1"])
def test_no_text_runs_as_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_of(["said"], [[text]]), newline="")))
    assert rows == [["said"], [f"'{text}"]]


def test_numbers_booleans_and_what_is_not_known_stay_what_they_are() -> None:
    assert csv_of(["a", "b", "c", "d"], [[-2, True, None, 'x "y", z']]) == 'a,b,c,d\r\n-2,true,,"x ""y"", z"\r\n'
