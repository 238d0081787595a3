"""Turns: at most so many at once, a few who wait, and not for long. Bound to no event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque

from ..serving import Busy


class Turns:
    """A semaphore with a short line before it; raises Busy where the line is full or does not move."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free, self._waiting = at_once, waiting
        self._line: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._lock = threading.Lock()

    async def take(self, patience: float) -> None:
        """Take a turn, at once or after waiting in line."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            if len(self._line) >= self._waiting:
                raise Busy("too many are waiting already")
            loop = asyncio.get_running_loop()
            place = (loop, loop.create_future())
            self._line.append(place)
        try:
            await asyncio.wait_for(asyncio.shield(place[1]), patience)
        except BaseException as error:
            with self._lock, contextlib.suppress(ValueError):
                self._line.remove(place)
                place[1].cancel()
            if not place[1].cancelled():
                self.give()  # the turn came while the wait ended
            if isinstance(error, TimeoutError):
                raise Busy("no turn has come in time") from None
            raise

    def give(self) -> None:
        """Give the turn back, to who waits longest."""
        with self._lock:
            while self._line:
                loop, future = self._line.popleft()
                if not future.cancelled() and not loop.is_closed():
                    loop.call_soon_threadsafe(_wake, future)
                    return
            self._free += 1


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
