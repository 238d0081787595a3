"""The questions of the catalogue, the rules and the checks, with the terms that each uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stanagraph.graph.catalogue import Query
from stanagraph.graph.ontology.descriptions import questions as asked
from stanagraph.graph.ontology.descriptions import terms_in
from stanagraph.graph.resources import folder

from .model import Model


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
    text = path.read_text(encoding="utf-8")
    # Of the header of a rule or check only the question counts, and not every such header is YAML.
    query = Query.read(path) if path.parent.name == "reports" else Query(path.stem, text, asked(text), {}, ())
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()
    return Question(query, body, tuple(sorted(terms_in(body) & model.terms.keys())))


def asked_by(model: Model) -> Mapping[str, list[str]]:
    """For each term the reports that use it."""
    found: dict[str, list[str]] = {}
    for question in questions(model, "reports"):
        for iri in question.terms:
            found.setdefault(iri, []).append(question.query.name)
    return found
