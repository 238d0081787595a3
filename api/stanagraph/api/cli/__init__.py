"""The command line of Stanagraph: one module a group of commands."""

from . import (
    agreements,
    evaluate,
    explain,
    facts,
    gaps,
    matrix,
    ontology,
    ontology_docs,
    pairs,
    query,
    release,
    serve,
    template,
)
from .app import app, main

__all__ = [
    "agreements", "app", "evaluate", "explain", "facts", "gaps", "main", "matrix", "ontology", "ontology_docs", "pairs",
    "query", "release", "serve", "template",
]  # fmt: skip
