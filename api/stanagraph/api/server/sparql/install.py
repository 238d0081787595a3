"""What the application must know for SPARQL, put into its state."""

from __future__ import annotations

from fastapi import FastAPI

from ..operations.places import Places
from .copies import Copies
from .endpoint import Sparql
from .settings import SparqlSettings


def install(app: FastAPI, settings: SparqlSettings, places: Places | None = None) -> None:
    """Queries, and mutable copies; `places` are those that callers have in all workers."""
    app.state.sparql = Sparql(settings, places or Places())
    app.state.copies = Copies(app.state.current.releases.home, settings)


def close(app: FastAPI) -> None:
    """End all confined processes of an application."""
    app.state.sparql.close()
    app.state.copies.close()
