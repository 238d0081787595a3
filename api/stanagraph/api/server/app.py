"""The application, put together."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from stanagraph.graph import __version__
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import documentation as pages_of_the_ontology

from . import openapi, problems
from .compression import Compression
from .edge import Edge
from .releases_seen import Comparisons
from .routes import (
    dataset,
    documentation,
    gaps,
    health,
    matrix,
    ontology,
    overview,
    pairs,
    queries,
    search,
    things,
    verdicts,
)
from .routes import releases as releases_seen
from .serving import Current


def create_app(releases: Releases | None = None, pages: Path | None = None) -> FastAPI:
    """The service over these releases, by default those of the home folder, with these pages of the ontology.

    The current release is opened at the first request, and another one as soon as it becomes current; requests
    that already run finish on the store that they began with.
    """
    app = FastAPI(
        title="Stanagraph",
        version=__version__,
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        license_info={"name": "Apache-2.0; data CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        openapi_tags=openapi.TAGS,
        # The pages that FastAPI brings load scripts from the network; ours is in routes/documentation.py.
        docs_url=None,
        redoc_url=None,
    )
    app.state.current = Current(releases if releases is not None else Releases())
    app.state.comparisons = Comparisons()
    app.state.documentation = pages if pages is not None else pages_of_the_ontology()
    app.add_middleware(Compression)
    app.add_middleware(Edge)
    problems.install(app)
    for module in (
        overview, search, queries, gaps, matrix, pairs, verdicts, things, releases_seen, dataset, health, documentation,
        ontology,
    ):  # fmt: skip
        app.include_router(module.router)
    openapi.install(app)
    return app
