"""The command line of Stanagraph: one module a group of commands."""

from . import (
    agreements,
    evaluate,
    explain,
    facts,
    gaps,
    impact,
    ingest,
    init,
    matrix,
    ontology,
    ontology_docs,
    pairs,
    query,
    release,
    release_diff,
    serve,
    sources,
    template,
    upkeep,
)
from .app import app, main

__all__ = [
    "agreements", "app", "evaluate", "explain", "facts", "gaps", "impact", "ingest", "init", "main", "matrix",
    "ontology", "ontology_docs", "pairs", "query", "release", "release_diff", "serve", "sources", "template", "upkeep",
]  # fmt: skip
