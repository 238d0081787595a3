"""The processes in which queries are worked out: how many there are, and who may have one."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .settings import SparqlSettings
from .turns import Turns
from .worker import Worker


class Pool:
    """Processes over stores that are only read. Each sees one store, hence one audience, in all its life."""

    def __init__(self, settings: SparqlSettings) -> None:
        self.settings = settings
        self._turns = Turns(settings.workers, settings.waiting)
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._lock = threading.Lock()

    @asynccontextmanager
    async def worker(self, store: Path) -> AsyncIterator[Worker]:
        """A process over a store. Whoever leaves by an exception leaves it unfinished: then it is killed."""
        await self._turns.take(self.settings.patience)
        try:
            worker = self._take(store)
            finished = False
            try:
                yield worker
                finished = True
            finally:
                self._back(worker, finished)
        finally:
            self._turns.give()

    @property
    def processes(self) -> list[int]:
        """The numbers of all processes, working and idle."""
        with self._lock:
            return sorted(worker.pid for worker in [*self._idle, *self._busy])

    @property
    def busy(self) -> list[int]:
        """The numbers of the processes at work."""
        with self._lock:
            return sorted(worker.pid for worker in self._busy)

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for worker in [*self._idle, *self._busy]:
                worker.kill()
            self._idle.clear()

    def _take(self, store: Path) -> Worker:
        with self._lock:
            for worker in reversed(self._idle):
                if worker.store == store:
                    self._idle.remove(worker)
                    if worker.alive:
                        break
                    worker.kill()
            else:
                # One of another store, as of the release before, makes room.
                while self._idle and len(self._idle) + len(self._busy) >= self.settings.workers:
                    self._idle.pop(0).close()
                worker = self._new(store)
            self._busy.add(worker)
            return worker

    def _back(self, worker: Worker, finished: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            if finished and worker.alive:
                self._idle.append(worker)
            else:
                worker.kill()
                self._idle.append(self._new(worker.store))  # so that the next one need not wait for it to open

    def _new(self, store: Path) -> Worker:
        return Worker(store, memory=self.settings.memory)
