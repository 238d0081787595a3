"""The documentation of the ontology, generated once."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanagraph.api.documentation.library import Library
from stanagraph.api.documentation.site import generate


@pytest.fixture(scope="session")
def library() -> Library:
    """The documents of the ontology."""
    return Library()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Path:
    """The folder with all pages, diagrams and files."""
    target = tmp_path_factory.mktemp("documentation")
    generate(target, library)
    return target
