"""What the application must know for SPARQL, put into its state."""

from __future__ import annotations

from fastapi import FastAPI

from .copies import Copies
from .endpoint import Sparql
from .scenarios import kept_scenario
from .settings import SparqlSettings


def install(app: FastAPI, settings: SparqlSettings) -> None:
    """Queries, mutable copies, and where scenarios are found by their names."""
    app.state.sparql = Sparql(settings)
    app.state.copies = Copies(app.state.current.releases.home, settings)
    app.state.scenario_of = kept_scenario


def close(app: FastAPI) -> None:
    """End all confined processes of an application."""
    app.state.sparql.close()
    app.state.copies.close()
