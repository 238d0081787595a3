"""Mutable copies of a release: one for each scenario of an owner, made when it is first asked for.

They lie in `copies/<owner>/<scenario>/<audience>/`, all three as digests, in the home: who comes to see what another
audience sees gets another copy. One process at a time has a copy open; it closes it when nothing is asked for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from stanagraph.graph.errors import BadInput, ReleaseError
from stanagraph.graph.releases import View

from ...confined.frames import FAILURE
from ..serving import Busy
from .errors import TooManyCopies
from .settings import SparqlSettings
from .turns import Turns
from .worker import Gone, Worker, environment

_TOLD = "copy.json"


@dataclass(frozen=True)
class Wanted:
    """Which copy is meant: whose it is, of which scenario, and what its owner may see; TOML of what it supposes."""

    owner: str
    scenario: str
    audience: str
    supposed: str | None


@dataclass(frozen=True)
class Copy:
    """What is known of a copy: of which release it was made, from which scenario, and when."""

    release: str
    supposed: str | None
    made: str


@dataclass
class _Open:
    """A copy that is in use here: its requests come one after the other."""

    turns: Turns
    worker: Worker | None = field(default=None)
    # Which folder it has open: a copy that was removed and made anew has another.
    folder: int = 0


class Copies:
    """The mutable copies of a home."""

    def __init__(self, home: Path, settings: SparqlSettings) -> None:
        self._folder = home / "copies"
        self._settings = settings
        self._turns = Turns(settings.copies, settings.waiting)
        self._open: dict[Path, _Open] = {}
        self._lock = threading.Lock()

    def told(self, wanted: Wanted) -> Copy | None:
        """What is known of a copy; None where it has not been made."""
        try:
            return Copy(**json.loads((self._place(wanted) / _TOLD).read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError):
            return None

    async def made(self, wanted: Wanted, view: View) -> Copy:
        """What is known of a copy, which is made of this release where it is not there yet."""
        found = self.told(wanted)
        return found if found is not None else await asyncio.to_thread(self._make, wanted, view)

    @asynccontextmanager
    async def worker(self, wanted: Wanted) -> AsyncIterator[Worker]:
        """The process that has a copy open. Who leaves by an exception leaves it unfinished: then it is killed."""
        place = self._place(wanted)
        with self._lock:
            opened = self._open.setdefault(place, _Open(Turns(1, self._settings.waiting)))
        await opened.turns.take(self._settings.patience)
        try:
            await self._turns.take(self._settings.patience)
            try:
                worker = self._worker(opened, place / "store")
                finished = False
                try:
                    yield worker
                    finished = True
                finally:
                    if not finished:
                        worker.kill()
                        opened.worker = None
            finally:
                self._turns.give()
        finally:
            opened.turns.give()

    async def remove(self, wanted: Wanted) -> bool:
        """Forget a copy; returns whether there was one."""
        place = self._place(wanted)
        if self.told(wanted) is None:
            return False
        with contextlib.suppress(_Removed, Gone):
            async with self.worker(wanted) as worker:
                # Once the process answers it has the copy to itself, and no other process of the service has it open.
                await worker.ask({"action": "graphs", "seconds": self._settings.seconds, "rows": 0, "size": 0})
                kind, payload = await worker.frame()
                if kind == FAILURE and json.loads(payload)["code"] == "busy":
                    raise Busy("another request is at work on this copy")
                await asyncio.to_thread(_take_away, place)
                raise _Removed
        return True

    def forget(self, owner: str, scenario: str) -> None:
        """Forget every copy of a scenario that is no more, whatever its owner saw."""
        _take_away(self._folder / _digest(owner) / _digest(scenario))

    def close(self) -> None:
        """Close all copies that are open here."""
        with self._lock:
            for opened in self._open.values():
                if opened.worker is not None:
                    opened.worker.kill()
            self._open.clear()

    def _worker(self, opened: _Open, store: Path) -> Worker:
        try:
            folder = store.stat().st_ino
        except FileNotFoundError:
            raise Busy("the copy was just removed") from None
        if opened.worker is not None and opened.folder != folder:
            opened.worker.kill()
            opened.worker = None
        if opened.worker is None or not opened.worker.alive:
            if opened.worker is not None:
                opened.worker.close()
            opened.folder = folder
            settings = self._settings
            opened.worker = Worker(
                store, memory=settings.memory, mutable=True, idle=settings.idle, patience=settings.patience
            )
        return opened.worker

    def _make(self, wanted: Wanted, view: View) -> Copy:
        place = self._place(wanted)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(place.parent.parent / "making.lock", timeout=self._settings.copy_seconds):
                if found := self.told(wanted):
                    return found
                there = [path for path in place.parents[1].glob(f"*/*/{_TOLD}") if path.parent != place]
                if len(there) >= self._settings.copies_per_owner:
                    raise TooManyCopies(self._settings.copies_per_owner)
                with tempfile.TemporaryDirectory(dir=place.parent, prefix="making-") as scratch:
                    beside = Path(scratch) / "copy"
                    beside.mkdir()
                    self._run(wanted, view, beside / "store")
                    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
                    made = Copy(view.identifier, wanted.supposed, now)
                    (beside / _TOLD).write_text(json.dumps(asdict(made)), encoding="utf-8")
                    os.replace(beside, place)
                return made
        except Timeout:
            raise Busy("another copy of this owner is being made") from None
        except OSError as error:
            raise ReleaseError(f"a copy cannot be kept: {error}") from error

    def _run(self, wanted: Wanted, view: View, target: Path) -> None:
        told = {
            "view": str(view.path),
            "identifier": view.identifier,
            "target": str(target),
            "scenario": wanted.supposed,
            "memory": max(4096, self._settings.memory) << 20,
        }
        command = [sys.executable, "-P", "-m", "stanagraph.api.confined.making", json.dumps(told)]
        try:
            done = subprocess.run(
                command,
                env=environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._settings.copy_seconds,
                check=True,
            )
        except subprocess.TimeoutExpired:
            raise Busy("the copy could not be made in time") from None
        except subprocess.CalledProcessError as error:
            raise ReleaseError(f"a copy could not be made: {error.stderr.decode(errors='replace')[-500:]}") from None
        if wrong := json.loads(done.stdout).get("wrong"):
            raise BadInput(wrong)

    def _place(self, wanted: Wanted) -> Path:
        return self._folder / _digest(wanted.owner) / _digest(wanted.scenario) / _digest(wanted.audience)


class _Removed(Exception):
    """The copy that a process had open is no more."""


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _take_away(place: Path) -> None:
    """Have a folder gone at once, and its files soon."""
    gone = place.with_name(f"gone-{os.getpid()}-{threading.get_ident()}-{place.name}")
    with contextlib.suppress(FileNotFoundError):
        os.replace(place, gone)
        shutil.rmtree(gone, ignore_errors=True)
