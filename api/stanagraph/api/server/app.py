"""The application, put together."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from stanagraph.graph import __version__
from stanagraph.graph.errors import SettingsRefused
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import SETTINGS
from stanagraph.graph.resources import documentation as pages_of_the_ontology
from stanagraph.graph.workspace import Settings

from . import openapi, problems
from .access.audit import AuditLog
from .access.bearer import Verifier
from .access.keys import Keys
from .access.middleware import Access
from .access.oidc import Tokens
from .checks import Checks
from .compression import Compression
from .edge import Edge
from .elsewhere import Elsewhere
from .ingestion import Ingestion
from .jobs import Jobs
from .jobs.running import Runner
from .operations.bodies import Bounded, BoundedHeaders
from .operations.counters import SharedCounters
from .operations.observed import Observed
from .operations.places import Places
from .operations.rates import RateLimited, Rates
from .operations.records import Recorded
from .operations.traces import tracer_of
from .releases_seen import Comparisons
from .remembered import Recalls
from .routes import (
    conformance_checks,
    dataset,
    documentation,
    gaps,
    health,
    jobs,
    matrix,
    ontology,
    overview,
    packages,
    pairs,
    plan,
    queries,
    scenario_store,
    scenarios,
    search,
    sources,
    sparql,
    things,
    verdicts,
)
from .routes import releases as releases_seen
from .scenarios import Answers, KeptScenarios
from .serving import Current
from .settings import ServiceSettings
from .sparql.install import close as close_sparql
from .sparql.install import install as install_sparql

# What pages of other sites may send and read.
_ASKED = [
    "Accept", "Accept-Language", "Authorization", "Content-Type", "If-Match", "If-None-Match", "Last-Event-ID",
    "MCP-Protocol-Version", "Prefer", "X-Request-ID",
]  # fmt: skip
_TOLD = [
    "Content-Disposition", "Content-Language", "ETag", "Link", "Location", "Preference-Applied", "RateLimit",
    "RateLimit-Policy", "Retry-After", "X-Request-ID",
]  # fmt: skip


def create_app(
    releases: Releases | None = None, pages: Path | None = None, settings: ServiceSettings | None = None
) -> FastAPI:
    """The service over these releases, by default those of the home folder, with these pages of the ontology.

    The current release is opened at the first request, and another one as soon as it becomes current; requests
    that already run finish on the store that they began with. Settings are those of the home unless they are given.
    """
    releases = releases if releases is not None else Releases()
    settings = settings if settings is not None else ServiceSettings.read(releases.home)
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
        lifespan=_running,
    )
    app.state.current = Current(releases, Elsewhere.of(Settings.read(releases.home), settings.store_seconds))
    app.state.comparisons = Comparisons()
    app.state.documentation = pages if pages is not None else pages_of_the_ontology()
    app.state.settings = settings
    app.state.audit = AuditLog(releases.home)
    places = Places(settings.runtime / "places" if settings.runtime is not None else None)
    app.state.jobs = Runner(Jobs(releases.home, settings.jobs), settings.jobs, places)
    app.state.ingestion = Ingestion(releases, app.state.jobs.jobs, app.state.audit, settings.ingest, places)
    app.state.checks = Checks(releases.home, settings.checks)
    install_sparql(app, settings.sparql, places)
    app.state.scenarios = KeptScenarios(releases.home, settings.scenarios.per_caller)
    app.state.answers = Answers(settings.scenarios)
    app.state.scenario_of = scenarios.scenario_of
    app.add_middleware(Compression)
    app.add_middleware(Recalls, current=app.state.current)
    _guard(app, settings, releases)
    problems.install(app)
    for module in (
        # Routes are tried in this order: what is asked often comes before the many of things.
        overview, search, queries, gaps, matrix, pairs, verdicts, conformance_checks, sparql, health, things,
        releases_seen, dataset, documentation, ontology, scenario_store,
        jobs, packages, plan, sources, scenarios,
    ):  # fmt: skip
        app.include_router(module.router)
    openapi.install(app)
    # It builds on this package, and takes a while to import.
    from ..mcp import endpoint

    endpoint.install(app)
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """What is loaded by now stays: looking through it again and again would hold up requests. Processes end at last."""
    from ..mcp import endpoint

    gc.collect()
    gc.freeze()
    async with endpoint.running(app):
        yield
    app.state.jobs.close()
    app.state.ingestion.runner.close()
    close_sparql(app)


def _guard(app: FastAPI, settings: ServiceSettings, releases: Releases) -> None:
    """Put before the routes what each request passes; the last one added is the first that sees it."""
    audit: AuditLog = app.state.audit
    shared = settings.runtime / "counters" if settings.runtime is not None else None
    rates = Rates(settings.limits, SharedCounters(shared))
    app.add_middleware(Recorded, audit=audit)
    app.add_middleware(Bounded, settings=settings.limits)
    app.add_middleware(RateLimited, rates=rates)
    app.add_middleware(
        Access, settings=settings.access, verifiers=_verifiers(settings, releases), rates=rates, audit=audit
    )
    app.add_middleware(BoundedHeaders, settings=settings.limits)
    if settings.cors.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors.origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_ASKED,
            expose_headers=_TOLD,
            max_age=settings.cors.max_age_seconds,
        )
    app.add_middleware(Edge)
    app.add_middleware(Observed, settings=settings.log, tracer=tracer_of(settings.traces))


def _verifiers(settings: ServiceSettings, releases: Releases) -> list[Verifier]:
    """Who is believed: the keys of the workspace, and the issuer of the settings where there is one."""
    found: list[Verifier] = [Keys(releases.home).verify]
    oidc = settings.access.oidc
    if oidc.issuer:
        known = {audience.name for audience in Settings.read(releases.home).readers()}
        if unknown := sorted(set(oidc.audiences.values()) - known):
            told = f"service.access.oidc.audiences: there is no audience {', '.join(unknown)}"
            raise SettingsRefused(releases.home / SETTINGS, [told])
        found.append(Tokens(oidc).verify)
    return found
