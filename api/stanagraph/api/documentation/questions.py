"""The questions of the catalogue, the rules and the checks, with the terms that each uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stanagraph.graph.catalogue import Query
from stanagraph.graph.resources import folder

from .library import NS
from .model import Model

FOLDERS = ("reports", "derive", "closure", "checks")
_PREFIX = re.compile(r"^\s*PREFIX\s+([\w-]*):\s*<([^>]+)>", re.M | re.I)

_ASKED = re.compile(r"^#\+ question@(\w+):(.*)$", re.M)


@dataclass(frozen=True)
class Question:
    """One query: what it asks, its text without the header, and the terms of ours that it names."""

    query: Query
    text: str
    terms: tuple[str, ...]


def questions(model: Model, kind: str) -> list[Question]:
    """All queries of one folder of `queries`, by name."""
    return [_question(model, path) for path in sorted((folder("queries") / kind).glob("*.rq"))]


def _question(model: Model, path: Path) -> Question:
    query = Query.read(path) if path.parent.name == "reports" else _rule(path)
    text = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+")).strip()
    prefixes = [prefix for prefix, namespace in _PREFIX.findall(text) if namespace == NS]
    body = re.sub(r"^\s*(#.*|PREFIX.*)$", "", text, flags=re.M)
    named = {name for prefix in prefixes for name in re.findall(rf"(?<![\w:/-]){prefix}:(\w+)", body)}
    named |= set(re.findall(re.escape(NS) + r"(\w+)", body))
    return Question(query, text, tuple(sorted(NS + name for name in named if NS + name in model.terms)))


def _rule(path: Path) -> Query:
    """A rule or check: of its header only the question counts, and that is one line."""
    text = path.read_text(encoding="utf-8")
    question = {language: words.strip().strip('"') for language, words in _ASKED.findall(text)}
    return Query(path.stem, text, question, {}, ())


def asked_by(model: Model) -> Mapping[str, list[str]]:
    """For each term the reports that use it."""
    found: dict[str, list[str]] = {}
    for question in questions(model, "reports"):
        for iri in question.terms:
            found.setdefault(iri, []).append(question.query.name)
    return found
