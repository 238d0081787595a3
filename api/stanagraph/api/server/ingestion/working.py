"""The process that takes sources in, as the work of a job: it is heard, and killed when nobody wants it any more."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from stanagraph.graph.errors import BuildRunning
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import STEPS

from ..access import Caller
from ..access.audit import AuditLog
from ..jobs import Job, Jobs, Progress, Work
from ..jobs.running import Runner
from ..operations.places import Places
from ..sparql.turns import Turns
from .errors import Interrupted, OutOfTime, Told, holder_told
from .orders import Order
from .settings import IngestSettings

_LOG = logging.getLogger(__name__)
_LOOK = 0.2
_NICE = 10
# The service's own settings and counters are nothing to a process that is no part of it.
_LEFT_OUT = ("STANAGRAPH_SERVICE__", "PROMETHEUS_")


class Ingestion:
    """What the application knows of taking sources in."""

    def __init__(
        self, releases: Releases, jobs: Jobs, audit: AuditLog, settings: IngestSettings, places: Places
    ) -> None:
        self.settings, self.home = settings, releases.home
        self._releases, self._audit = releases, audit
        self.runner = Runner(jobs, settings, places, "ingest")
        self.uploads = Turns(settings.uploads, settings.waiting)

    def order(self, caller: Caller, language: str, *, dry_run: bool, wait: bool, **what: Any) -> Order:
        """What a caller wants done in this workspace."""
        return Order(
            str(self.home.absolute()), _shown(caller), caller.audience, language, dry_run=dry_run, wait=wait, **what
        )

    def start(self, order: Order, caller: Caller, after: Callable[[], None] = lambda: None) -> Job:
        """Begin with an order; raises BuildRunning where it is not to wait and somebody builds. `after` is called."""
        kind = "source-removal" if order.remove else "ingest"
        try:
            if not order.wait:
                self.look()
        except BuildRunning:
            after()
            raise
        return self.runner.start(kind, caller, self._work(order, caller), after=after)

    def look(self) -> None:
        """That nobody builds at this moment; raises BuildRunning."""
        try:
            with self._releases.locked():
                pass
        except BuildRunning as error:
            raise BuildRunning(holder_told(error.holder)) from None

    def _work(self, order: Order, caller: Caller) -> Work:
        def work(told: Progress) -> dict[str, Any]:
            try:
                result = _carried_out(order, told, self.settings.seconds)
            except BaseException as error:
                if isinstance(error, Told) and error.marked is not None:
                    told.keep(error.marked)
                # What a process that was killed has left behind.
                self._releases.clear()
                raise
            whole = result.pop("whole")
            if not order.dry_run and result["release"] != result["previous"]:
                named = ", ".join([*(it["id"] for it in result["taken"]), *result["removed"]])
                self._audit.attempt("published", caller, whole, sources=named)
            return result

        return work


def _carried_out(order: Order, told: Progress, seconds: int) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "stanagraph.api.server.ingestion.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=kept,
        start_new_session=True,
    )
    try:
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        process.stdin.flush()
        for said in _heard(process, told, seconds):
            if "result" in said:
                found: dict[str, Any] = said["result"]
                return found
            if "wrong" in said:
                raise Told(said["wrong"], said["marked"])
        raise Interrupted
    except BrokenPipeError:
        raise Interrupted from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _heard(process: subprocess.Popen[bytes], told: Progress, seconds: int) -> Iterator[dict[str, Any]]:
    """What the process says at last; on the way its progress is told. Once it publishes it is left to its end."""
    assert process.stdout is not None
    file, line, until, publishing, place = process.stdout.fileno(), b"", time.monotonic() + seconds, False, 0
    while True:
        if not publishing:
            told.go_on()
            if time.monotonic() > until:
                raise OutOfTime(seconds)
        if not select.select([file], [], [], _LOOK)[0]:
            continue
        piece = os.read(file, 1 << 16)
        if not piece:
            return
        *lines, line = (line + piece).split(b"\n")
        for text in lines:
            said = json.loads(text)
            if "step" in said:
                publishing = said["step"] == STEPS[-1]
                before, place = place, STEPS.index(said["step"]) if said["step"] in STEPS else place
                if not publishing:
                    told(place, len(STEPS), f"{said['step']} {said['detail']}".strip(), sure=place != before)
            elif "reading" in said:
                name, done, total = said["reading"]
                told(place, len(STEPS), f"read {name} {done}{f' of {total}' if total else ''}")
            elif "waiting" in said:
                told(0, len(STEPS), f"waiting for {holder_told(said['waiting'])}", sure=True)
            else:
                yield said


def _shown(caller: Caller) -> str:
    return "".join(it for it in caller.name if it.isprintable())[:120] + " over HTTP"
