"""The service in a process of its own, for clients that are programs of others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

_MAIN = "from stanagraph.api.cli import main; main()"
_UNLIMITED = ("REQUESTS", "KNOWN_REQUESTS", "FAILURES")


@pytest.fixture(scope="session")
def service(
    public_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    free_port: Callable[[], int],
    running: Callable[[list[str], Path, str], AbstractContextManager[None]],
) -> Iterator[str]:
    """The address of a service over the release of the public data."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", _MAIN, "serve", "--port", str(port)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STANAGRAPH_HOME", str(public_home))
        for name in _UNLIMITED:
            patch.setenv(f"STANAGRAPH_SERVICE__LIMITS__{name}", "1000000/minute")
        with running(command, tmp_path_factory.mktemp("service"), f"{url}/readyz"):
            yield url
