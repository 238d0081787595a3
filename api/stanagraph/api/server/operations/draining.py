"""The end of a process of the service: it is not ready any more, and goes on until what it began is done."""

from __future__ import annotations

import asyncio
import socket
import threading

from uvicorn import Server
from uvicorn.supervisors.multiprocess import Process

from stanagraph.graph.errors import StanagraphError

# Set once this process has been asked to end.
BEGUN = threading.Event()
_LOOK = 0.1


class Draining(StanagraphError):
    """The process has been asked to end: requests should be sent elsewhere."""

    status = 503
    problem = "draining"

    def __init__(self) -> None:
        super().__init__("this service is about to end; send requests elsewhere")


class DrainingServer(Server):
    """Takes connections until all that was under way when it was asked to end is done, for as long as it may drain.

    So who looks at `/readyz` sees that it ends, and who comes meanwhile is answered.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        BEGUN.set()
        loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        under_way = set(self.server_state.tasks)
        allowed = self.config.timeout_graceful_shutdown or 0
        while under_way and not self.force_exit and loop.time() - began < allowed:
            _, under_way = await asyncio.wait(under_way, timeout=_LOOK)
        self.config.timeout_graceful_shutdown = max(1, int(allowed - (loop.time() - began)))
        await super().shutdown(sockets)


class DrainingProcess(Process):
    """One of several workers, which ends in the same way."""

    @property
    def server(self) -> Server:
        """The server of this process."""
        if self._server is None:
            self._server = DrainingServer(config=self.config)
        return self._server
