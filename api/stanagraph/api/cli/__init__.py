"""The command line of Stanagraph: one module a group of commands."""

from . import (
    agreements,
    audit,
    check,
    evaluate,
    explain,
    facts,
    gaps,
    impact,
    ingest,
    init,
    keys,
    matrix,
    mcp,
    ontology,
    ontology_docs,
    package,
    pairs,
    plan,
    query,
    release,
    release_diff,
    scenario,
    serve,
    sources,
    store,
    substitutes,
    supply,
    template,
    upkeep,
)
from .app import app, main

__all__ = [
    "agreements", "app", "audit", "check", "evaluate", "explain", "facts", "gaps", "impact", "ingest", "init", "keys",
    "main", "matrix", "mcp", "ontology", "ontology_docs", "package", "pairs", "plan", "query", "release",
    "release_diff", "scenario", "serve", "sources", "store", "substitutes", "supply", "template", "upkeep",
]  # fmt: skip
