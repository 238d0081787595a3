"""Every message of the reports has its French, and no other is kept."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import stanagraph.api.conformance
from stanagraph.api.conformance.description import Description
from stanagraph.api.conformance.judging import Code, Outcome
from stanagraph.api.conformance.reasons import _SENTENCES, OUTCOMES
from stanagraph.api.conformance.wording import ReportWords, french
from stanagraph.api.words import Words, read_catalogue

HERE = Path(stanagraph.api.conformance.__file__).parent


def used() -> Iterator[str]:
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                first = node.args[0]
                if name in ("words", "message") and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def test_every_message_has_its_french_and_no_other_is_kept() -> None:
    shared = set(read_catalogue(Words.catalogues[0]))
    assert set(used()) - set(french()) - shared == set()
    assert set(french()) - set(used()) == set()


def test_french_keeps_the_values_of_the_message() -> None:
    def fields(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    for english, translated in french().items():
        assert fields(english) == fields(translated), english
        assert "'" not in translated, "the apostrophe of French is ’"


def test_every_outcome_and_every_reason_has_words() -> None:
    assert set(OUTCOMES) == {outcome.value for outcome in Outcome}
    assert set(_SENTENCES) == set(Code)
    assert ReportWords("fr")("passed") == "satisfait"


def test_every_field_of_a_description_is_a_word_of_its_schema() -> None:
    assert set(Description.model_json_schema()["properties"]) == set(Description.model_fields)
