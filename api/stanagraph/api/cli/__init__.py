"""The command line of Stanagraph: one module a group of commands."""

from . import (
    agreements,
    evaluate,
    explain,
    gaps,
    matrix,
    ontology,
    ontology_docs,
    pairs,
    query,
    release,
    release_diff,
    serve,
    upkeep,
)
from .app import app, main

__all__ = [
    "agreements", "app", "evaluate", "explain", "gaps", "main", "matrix", "ontology", "ontology_docs", "pairs",
    "query", "release", "release_diff", "serve", "upkeep",
]  # fmt: skip
