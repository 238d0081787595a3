"""Every message of the documentation has its French, and no other is kept."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import stanagraph.api.documentation
from stanagraph.api.documentation.wording import french

HERE = Path(stanagraph.api.documentation.__file__).parent


def used() -> Iterator[str]:
    for path in HERE.rglob("*.html"):
        for found in re.findall(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", path.read_text(encoding="utf-8")):
            yield found[1:-1]
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                first = node.args[0]
                parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                for part in parts:
                    if name in ("words", "message") and isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def test_every_message_has_its_french_and_no_other_is_kept() -> None:
    messages = set(used())
    assert len(messages) > 100
    assert messages - set(french()) == set()
    assert set(french()) - messages == set()


def test_french_keeps_the_values_of_the_message() -> None:
    def fields(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    for english, translated in french().items():
        assert fields(english) == fields(translated), english
        assert "'" not in translated, "the apostrophe of French is ’"
