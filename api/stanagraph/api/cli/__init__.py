"""The command line of Stanagraph: one module a group of commands."""

from . import agreements, evaluate, explain, gaps, matrix, ontology, pairs, query, release, serve
from .app import app, main

__all__ = [
    "agreements", "app", "evaluate", "explain", "gaps", "main", "matrix", "ontology", "pairs", "query",
    "release", "serve",
]  # fmt: skip
