"""Runs the service: one process or several on one socket, which stop only when what they began is done."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stanagraph.graph.errors import BadArgument

from ..settings import PREFIX, ServiceSettings
from . import logs

if TYPE_CHECKING:
    from fastapi import FastAPI

_SHARED = f"{PREFIX}RUNTIME"
_METRICS = "PROMETHEUS_MULTIPROC_DIR"


def serve(settings: ServiceSettings, listening: Callable[[str], None]) -> None:
    """Run until a signal ends it. `listening` hears the address as soon as connections are taken."""
    from uvicorn.supervisors import Multiprocess, multiprocess

    from .connections import GuardedConfig
    from .draining import DrainingProcess, DrainingServer

    logs.install(settings.log)
    bound = _bound(settings.host, settings.port)
    with _runtime(settings) as folder:
        os.environ[_SHARED] = str(folder)
        if settings.workers > 1:
            # Before the metrics are imported anywhere: that decides where they are kept.
            (folder / "metrics").mkdir(exist_ok=True)
            os.environ[_METRICS] = str(folder / "metrics")
        config = GuardedConfig(
            f"{__name__}:worker",
            settings.limits,
            None if settings.trusted_proxies else settings.limits.address_connections,
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            root_path=settings.root_path,
            timeout_graceful_shutdown=settings.drain_seconds,
        )
        listening(_address(bound, settings.host))
        if settings.workers > 1:
            # The supervisor takes its workers from here, and in no other way.
            multiprocess.Process = DrainingProcess  # type: ignore[misc]
            Multiprocess(config, sockets=[bound]).run()
        else:
            with _ended_by_signals():
                DrainingServer(config).run(sockets=[bound])


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A signal that ends the service ends it as if it had come to its end: what it made is cleared away."""

    def leave(*_: object) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except SystemExit as ended:
        if ended.code:
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def worker() -> FastAPI:
    """The application of one process."""
    from stanagraph.graph.releases import Releases

    from .. import create_app

    releases = Releases()
    settings = ServiceSettings.read(releases.home)
    logs.install(settings.log)
    return create_app(releases, settings=settings)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        bound = socket.create_server((host, port), family=family, backlog=2048)
        # Connections inherit it. asyncio sets it only where a socket names its protocol, and this one does not: each
        # answer on a connection that is kept would wait 40 ms for the client to acknowledge its headers.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound
    except OSError as error:
        raise BadArgument("--host, --port", error.strerror or str(error)) from None


def _address(bound: socket.socket, host: str) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}/"


@contextmanager
def _runtime(settings: ServiceSettings) -> Iterator[Path]:
    """The folder for what the workers share; nothing of an earlier run is in it."""
    if settings.runtime is not None:
        folder = settings.runtime
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(folder / "metrics", ignore_errors=True)
        (folder / "counters").unlink(missing_ok=True)
        yield folder
        return
    folder = Path(tempfile.mkdtemp(prefix="stanagraph-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
