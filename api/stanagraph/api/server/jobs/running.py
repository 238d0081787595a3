"""The threads that do the work of jobs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from stanagraph.graph.errors import StanagraphError

from .. import problems
from ..access import Caller
from ..operations.places import Places
from ..serving import Busy
from .log import CANCELLED, Job, Jobs, State, Writer

_LOG = logging.getLogger(__name__)
_STEP = 0.2


class Limits(Protocol):
    """How many jobs a runner takes."""

    @property
    def at_once(self) -> int:
        """That run at once."""
        ...

    @property
    def waiting(self) -> int:
        """That may wait for that."""
        ...

    @property
    def per_caller(self) -> int:
        """Of one caller, that wait or run."""
        ...


class TooManyJobs(StanagraphError):
    """The caller has as many jobs waiting or running as one caller may."""

    status = 429
    problem = "too-many-jobs"

    def __init__(self, allowed: int) -> None:
        super().__init__(f"{allowed} jobs of this caller wait or run, and there may be no more: wait for one to end")


class NoJob(StanagraphError):
    """What becomes of work cannot be written down now."""

    status = 503
    problem = "not-kept"

    def __init__(self) -> None:
        super().__init__("no work can go on behind a request now; ask for the answer itself")


class _Stopping(Exception):
    """The service ends."""


class _Cancelled(Exception):
    """The caller wants the job to end."""


class Progress:
    """Hears how far work is, and ends it where it is not wanted any more."""

    def __init__(self, runner: Runner, job: Job, writer: Writer) -> None:
        self._runner, self._job, self._writer = runner, job, writer
        self._last = 0.0

    def __call__(self, done: int, total: int, what: str, *, sure: bool = False) -> None:
        """Hear how much of how much is done, and of what; some of it is passed over unless it is `sure`."""
        self.go_on()
        if sure or done == total or time.monotonic() - self._last >= _STEP:
            self._last = time.monotonic()
            self._writer.add("running", progress={"done": done, "total": total, "what": what[:200]})

    def keep(self, file: Path) -> None:
        """Keep a copy of the workbook that was sent, with what is wrong marked in it, for the caller of the job."""
        self._runner.jobs.keep_marked(self._job, file)

    def go_on(self) -> None:
        """Go on, or leave by an exception that the work lets pass: the job is cancelled, or the service ends."""
        if self._runner.stopping:
            raise _Stopping
        if self._runner.jobs.is_cancelled(self._job):
            raise _Cancelled


Work = Callable[[Progress], dict[str, Any]]


class Runner:
    """Jobs of this process: a few run, a few wait, and every step of each is written down.

    `places` are those that callers have in all processes; `name` tells them from those of other runners.
    """

    def __init__(self, jobs: Jobs, settings: Limits, places: Places, name: str = "jobs") -> None:
        self.jobs, self._settings, self._places, self._name = jobs, settings, places, name
        self._threads = ThreadPoolExecutor(settings.at_once, thread_name_prefix="job")
        self._begun = 0
        self._lock = threading.Lock()
        self.stopping = False

    def start(
        self, kind: str, caller: Caller, work: Work, address: str = "", after: Callable[[], None] = lambda: None
    ) -> Job:
        """Begin with `work`, which tells its progress and gives the result; `after` is called however it ends.

        Callers who are not known are counted by their address. Raises Busy, TooManyJobs and NoJob, with `after` called.
        """
        me = f"{self._name} {caller.name} {caller.audience if caller.known else address}"
        try:
            with self._lock:
                if self.stopping or self._begun >= self._settings.at_once + self._settings.waiting:
                    raise Busy("too many jobs are waiting already")
                place = self._places.take(me, self._settings.per_caller)
                if place is None:
                    raise TooManyJobs(self._settings.per_caller)
                self._begun += 1
            try:
                job, writer = self.jobs.new(kind, caller)
                self._threads.submit(self._run, job, writer, place, work, after)
            except BaseException as error:
                self._ended(place)
                if isinstance(error, OSError):
                    _LOG.error("no job can be written: %s", error)
                    raise NoJob from error
                raise
        except BaseException:
            after()
            raise
        return job

    def close(self) -> None:
        """Begin with nothing more; what runs ends at its next step."""
        self.stopping = True
        # Those that wait are begun all the same, and end at once: nobody may hold their files any longer.
        self._threads.shutdown(wait=False)

    def _run(self, job: Job, writer: Writer, place: int, work: Work, after: Callable[[], None]) -> None:
        told = Progress(self, job, writer)
        try:
            try:
                writer.add("running")
                told.go_on()
                result = work(told)
            finally:
                # Who hears of the end finds nothing of it any more.
                after()
            writer.add("done", result=result)
        except _Stopping:
            pass  # its file says that it was interrupted
        except _Cancelled:
            self._end(writer, "cancelled", CANCELLED)
        except StanagraphError as error:
            problem = problems.of(error, {})
            said = {"code": problem.code, "status": problem.status, "detail": problem.detail}
            more = {"errors": [dict(it) for it in problem.errors], "suggestions": list(problem.suggestions)}
            self._end(writer, "failed", said | more)
        except Exception:
            _LOG.exception("a job failed")
            detail = "an unexpected error; the log of the service says which"
            self._end(writer, "failed", {"code": "error", "status": 500, "detail": detail})
        finally:
            writer.close()
            self.jobs.ended(job)
            self._ended(place)

    @staticmethod
    def _end(writer: Writer, state: State, problem: dict[str, Any]) -> None:
        try:
            writer.add(state, problem=problem)
        except OSError as error:
            _LOG.error("what became of a job cannot be written: %s", error)

    def _ended(self, place: int) -> None:
        with self._lock:
            self._begun -= 1
        self._places.give(place)
