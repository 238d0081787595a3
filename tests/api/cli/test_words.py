"""Every message has its French, and French keeps the values of the message."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from babel.messages.pofile import read_po

import stanagraph.api.cli
import stanagraph.api.words
import stanagraph.graph
import stanagraph.ingest
from stanagraph.api.cli import app
from stanagraph.api.cli.sources import describe_state
from stanagraph.api.words import Words
from stanagraph.graph.workspace import SourceState

API = Path(stanagraph.api.words.__file__).parent
BELOW = [Path(package.__file__ or "").parent for package in (stanagraph.graph, stanagraph.ingest)]
CATALOGUE = API / "locale" / "fr" / "LC_MESSAGES" / "stanagraph.po"


# What the core and the readers say of an argument, a source or a backup; it is translated where it is shown.
TOLD = ("BadArgument", "SourceRefused", "BackupRefused", "WeightFault", "Cannot")
# Of the fault of a move the reason stands further back.
AT = {"MoveFault": 2, "_refused": 3}


def in_errors() -> Iterator[str]:
    """Every literal that an error is given as its reason, at once or by a method that raises it."""
    for folder in (stanagraph.graph.__file__, stanagraph.ingest.__file__, stanagraph.api.cli.__file__):
        for path in Path(folder or "").parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                at = 1 if name in TOLD else 0 if name in ("_refuse", "failed") else AT.get(name, len(node.args))
                given = node.args[at : at + 1]
                yield from (it.value for it in given if isinstance(it, ast.Constant) and isinstance(it.value, str))


# What readers note of an entry: a code without a blank, and then the text.
NOTES = ("remark", "merged", "not_loaded", "_not_loaded", "lost", "Malformed")

# Where a fault, or a reader that refuses a file, has the text for people.
PLACES = {"RowFault": 4, "Wrong": 2, "SourceRefused": 1, "refuse": 0}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with an argument, and the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            yield node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""), node


def in_code() -> Iterator[str]:
    """Every literal that is marked as a message, or handed to `words(…)`."""
    beneath = (path for folder in BELOW for path in folder.rglob("*.py"))
    charts = (API / "charts").glob("*.py")
    folders = (path for name in ("cli", "mcp", "packages") for path in (API / name).glob("*.py"))
    for path in [*API.glob("*.py"), *folders, *charts, *beneath]:
        for name, node in calls(ast.parse(path.read_text(encoding="utf-8"))):
            if name in NOTES:
                constants = (it.value for it in node.args if isinstance(it, ast.Constant))
                yield from (it for it in constants if isinstance(it, str) and " " in it)
            if name in ("words", "message", "Wording", "Expected", "plural"):
                given = node.args[1:3] if name == "plural" else node.args[:1]
                literals = (part for arg in given for part in ast.walk(arg) if isinstance(part, ast.Constant))
                yield from (part.value for part in literals if isinstance(part.value, str))


def in_help(command: Any) -> Iterator[str]:
    """Every paragraph of help."""
    if command.help:
        yield from (" ".join(part.split()) for part in command.help.split("\n\n"))
    yield from (parameter.help for parameter in command.params if getattr(parameter, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from in_help(below)


MESSAGES = {
    text for text in {*in_code(), *in_errors(), *in_help(typer.main.get_command(app))} if any(map(str.isalpha, text))
}
# Typer brings this option itself.
MESSAGES -= {"Show this message and exit."}


def french() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_every_message_has_its_french_and_no_other_is_kept() -> None:
    found = {text for text in french() if any(map(str.isalpha, text))}
    assert sorted(MESSAGES - found) == []
    assert sorted(found - MESSAGES) == []


def unmarked() -> Iterator[str]:
    """Where a text for people is put together on the spot, or is a constant that is not marked as a message."""
    for path in (path for folder in BELOW for path in folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for name, node in calls(tree):
            if name in NOTES and any(isinstance(it, ast.JoinedStr) and " " in ast.unparse(it) for it in node.args):
                yield f"{path.name}:{node.lineno}"
            for given in node.args[PLACES[name] :][:1] if name in PLACES else ():
                bare = isinstance(given, ast.Constant) and name in ("RowFault", "Wrong")
                if bare or isinstance(given, ast.JoinedStr) or (isinstance(given, ast.Name) and given.id in constants):
                    yield f"{path.name}:{node.lineno}"


def test_every_fault_can_be_told_in_french() -> None:
    assert list(unmarked()) == []


@pytest.mark.parametrize(("english", "text"), french().items())
def test_french_keeps_the_values_of_the_message(english: str, text: str) -> None:
    def fields(template: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(template) if field}

    assert text
    assert fields(text) == fields(english)
    assert "'" not in text, "the apostrophe of French is ’"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert Words("en").number(12345) == "12,345"
    assert Words("fr").number(12345) == "12\u202f345"
    assert Words("fr").percent(0.925) == "92,5\u202f%"
    assert (Words("en").is_one(0), Words("fr").is_one(0)) == (False, True)


def test_a_language_that_is_not_spoken_is_english() -> None:
    assert Words("de")("not known") == "not known"
    assert Words("fr")("not known") == "non connu"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["0 entries", "1 entry", "2 entries", "12,345 entries"]),
        ("fr", ["0 entrée", "1 entrée", "2 entrées", "12\u202f345 entrées"]),
    ],
)
def test_one_is_told_as_one(language: str, told: list[str]) -> None:
    words = Words(language)
    assert [words.plural(count, "{n} entry", "{n} entries") for count in (0, 1, 2, 12345)] == told


def test_what_was_taken_in_is_counted_in_words() -> None:
    state = SourceState(
        id="mine", kind="workbook", reader_version="1", name="a.csv", sha256="", size=1, retrieved="", entries=1,
        triples=1,
    )  # fmt: skip
    assert describe_state(Words("en"), state) == "mine (workbook 1): 1 entry, 1 fact"
    assert describe_state(Words("fr"), state) == "mine (workbook 1): 1 entrée, 1 fait"
