"""Running the command line inside the test process, over one release of the public data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from stanagraph.api.cli import app

Run = Callable[..., Result]


@pytest.fixture
def run(public_home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; any exit code but the expected one fails."""
    monkeypatch.setenv("STANAGRAPH_HOME", str(public_home))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    for name in ("FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)

    def runs(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, list(arguments), prog_name="stanagraph")
        assert result.exit_code == code, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        return result

    return runs


@pytest.fixture
def read(run: Run) -> Callable[..., Any]:
    """Run a command that writes JSON, and read it."""
    return lambda *arguments: json.loads(run(*arguments, "--format", "json").stdout)
