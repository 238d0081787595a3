"""The real stores that are asked over the network."""

from __future__ import annotations

import pytest

from stanagraph.graph.remote import RemoteStore, Service


@pytest.fixture(params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest) -> RemoteStore:
    """A store on each of the servers; what tests leave there stays."""
    service: Service = request.getfixturevalue(f"{request.param}_service")
    return RemoteStore(service)
