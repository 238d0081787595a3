"""A package of the public data, and packages of hostile text."""

from __future__ import annotations

import pytest

from stanagraph.api.packages import PackageFile, told
from stanagraph.graph.packages import build
from stanagraph.graph.store import EmbeddedStore

MADE = "2026-01-02T03:04:05+00:00"


@pytest.fixture(scope="session")
def english(public_store: EmbeddedStore) -> PackageFile:
    """For a munition of 155 mm and the Czech Republic, in English."""
    return told(build(public_store, "munition-class", "155mm", "CZE", release="r1"), "en", MADE)


@pytest.fixture(scope="session")
def french(public_store: EmbeddedStore) -> PackageFile:
    """The same in French."""
    return told(build(public_store, "munition-class", "155mm", "CZE", release="r1"), "fr", MADE)
