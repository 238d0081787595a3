"""The servers that are set beside each other, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

# Nothing but FastAPI, under the same uvicorn: one address for each file of a folder, whose bytes are the answer.
BARE = """
import sys
from pathlib import Path
from fastapi import FastAPI, Request, Response
from uvicorn import Server
from stanagraph.api.server.operations.connections import GuardedConfig
from stanagraph.api.server.operations.settings import LimitSettings

app = FastAPI()
bodies = {file.name: file.read_bytes() for file in Path(sys.argv[1]).iterdir()}

@app.get("/{name}")
async def answer(name: str, request: Request) -> Response:
    if "if-none-match" in request.headers:
        return Response(status_code=304)
    return Response(bodies[name], media_type="application/json")

limits = LimitSettings(idle_seconds=600)
config = GuardedConfig(app, limits, limits.address_connections, port=int(sys.argv[2]), log_config=None,
                       access_log=False, server_header=False)
Server(config).run()
"""
# What would refuse so many requests of one caller, or end a connection that waits for its turn.
UNHINDERED = {
    "STANAGRAPH_SERVICE__LIMITS__REQUESTS": "1000000000/day",
    "STANAGRAPH_SERVICE__LIMITS__IDLE_SECONDS": "600",
}


def bare(folder: Path, port: int) -> list[str]:
    """The command of a server that answers with the files of a folder and does nothing else."""
    return [sys.executable, "-c", BARE, str(folder), str(port)]


def service(port: int) -> list[str]:
    """The command of the service as it is run for others, with one worker."""
    return [sys.executable, "-c", "from stanagraph.api.cli import main; main()", "serve", "--port", str(port)]


@contextlib.contextmanager
def running(command: Sequence[str], port: int) -> Iterator[None]:
    """A server, from when it listens."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **UNHINDERED}
    )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
