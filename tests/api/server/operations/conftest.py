"""The service in processes of its own, as `stanagraph serve` starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

_MAIN = "from stanagraph.api.cli import main; main()"


@pytest.fixture(autouse=True)
def as_many_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the limits are those of the settings."""
    for name in ("REQUESTS", "KNOWN_REQUESTS", "FAILURES"):
        monkeypatch.delenv(f"STANAGRAPH_SERVICE__LIMITS__{name}", raising=False)


@dataclass
class Service:
    """A running service."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def place(self) -> tuple[str, int]:
        """Where a socket connects to."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    def get(self, path: str, **more: str) -> httpx2.Response:
        """One request on a connection of its own."""
        return httpx2.get(f"{self.url}{path}", headers=more, timeout=30)

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        answering = [int(it) for it in children if "spawn_main" in Path(f"/proc/{it}/cmdline").read_text()]
        return answering or [self.process.pid]

    def stop(self) -> int:
        """Ask it to end, and wait until it has."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


Start = Callable[..., Service]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the service over a workspace, by another program if it has to run within one; settings as variables."""
    running: list[Service] = []

    def begin(home: Path, *arguments: str, within: Sequence[str] = (), **settings: str) -> Service:
        log = tmp_path / f"service-{len(running)}.log"
        given = {f"STANAGRAPH_SERVICE__{name.upper()}": value for name, value in settings.items()}
        environment = {
            **os.environ,
            "STANAGRAPH_HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TMPDIR": str(tmp_path),
            **given,
        }
        with log.open("w", encoding="utf-8") as errors:
            process = subprocess.Popen(
                [*within, sys.executable, "-c", _MAIN, "serve", "--port", "0", *arguments],
                env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=tmp_path,
            )  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.readline()
        if "http" not in said:
            process.stdout.close()
            process.wait(timeout=60)
            raise AssertionError(log.read_text(encoding="utf-8"))
        made = Service(said.split()[-1].rstrip("/"), process, log)
        running.append(made)
        until = time.monotonic() + 60
        while True:
            try:
                if made.get("/readyz").status_code == 200:
                    return made
            except httpx2.TransportError:
                pass
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)

    yield begin
    for it in running:
        it.stop()
        if it.process.stdout is not None:
            it.process.stdout.close()
