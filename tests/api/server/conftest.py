"""One release, built once, and the service over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from stanagraph.api.server import create_app
from stanagraph.api.server.operations.settings import LimitSettings
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.catalogue import Answer, Catalogue
from stanagraph.graph.releases import Releases


@pytest.fixture(scope="session", autouse=True)
def many_may_be_asked() -> Iterator[None]:
    """All tests come from one address; those of the limits themselves take this back."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("REQUESTS", "KNOWN_REQUESTS", "FAILURES"):
            patch.setenv(f"STANAGRAPH_SERVICE__LIMITS__{name}", "1000000/minute")
        yield


@pytest.fixture(scope="session")
def unlimited() -> ServiceSettings:
    """All tests come from one address."""
    return ServiceSettings(limits=LimitSettings(requests="1000000/minute", failures="1000000/minute"))


@pytest.fixture(scope="session")
def app(public_home: Path, unlimited: ServiceSettings) -> FastAPI:
    return create_app(Releases(public_home), settings=unlimited)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


@pytest.fixture(scope="session")
def identifier(public_home: Path) -> str:
    return Releases(public_home).current().identifier


@pytest.fixture(scope="session")
def every_gap(public_home: Path) -> Answer:
    return Catalogue().ask(Releases(public_home).current().open(), "gaps")
