"""The threads that do the work of jobs."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stanagraph.graph.errors import StanagraphError

from .. import problems
from ..access import Caller
from ..serving import Busy
from .log import Job, Jobs, Writer
from .settings import JobSettings

_LOG = logging.getLogger(__name__)
_STEP = 0.2
Progress = Callable[[int, int, str], None]
Work = Callable[[Progress], dict[str, Any]]


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


class Runner:
    """Jobs of this process: a few run, a few wait, and every step of each is written down."""

    def __init__(self, jobs: Jobs, settings: JobSettings) -> None:
        self.jobs, self._settings = jobs, settings
        self._threads = ThreadPoolExecutor(settings.at_once, thread_name_prefix="job")
        self._callers: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._stopping = False

    def start(self, kind: str, caller: Caller, work: Work, address: str = "") -> Job:
        """Begin with `work`, which tells its progress (done, of how many, what) and gives the result.

        Callers who are not known are counted by their address. Raises Busy, TooManyJobs and NoJob.
        """
        me = (caller.name, caller.audience if caller.known else address)
        with self._lock:
            if self._stopping or self._callers.total() >= self._settings.at_once + self._settings.waiting:
                raise Busy("too many jobs are waiting already")
            if self._callers[me] >= self._settings.per_caller:
                raise TooManyJobs(self._settings.per_caller)
            self._callers[me] += 1
        try:
            job, writer = self.jobs.new(kind, caller)
            self._threads.submit(self._run, writer, me, work)
        except BaseException as error:
            self._ended(me)
            if isinstance(error, OSError):
                _LOG.error("no job can be written: %s", error)
                raise NoJob from error
            raise
        return job

    def close(self) -> None:
        """Begin with nothing more; what runs ends at its next step."""
        self._stopping = True
        # Those that wait are begun all the same, and end at once: nobody may hold their files any longer.
        self._threads.shutdown(wait=False)

    def _run(self, writer: Writer, me: tuple[str, str], work: Work) -> None:
        last = 0.0

        def told(done: int, total: int, what: str) -> None:
            nonlocal last
            if self._stopping:
                raise _Stopping
            if done == total or time.monotonic() - last >= _STEP:
                last = time.monotonic()
                writer.add("running", progress={"done": done, "total": total, "what": what[:200]})

        try:
            if self._stopping:
                raise _Stopping
            writer.add("running")
            result = work(told)
            writer.add("done", result=result)
        except _Stopping:
            pass  # its file says that it was interrupted
        except StanagraphError as error:
            problem = problems.of(error, {})
            said = {"code": problem.code, "status": problem.status, "detail": problem.detail}
            self._failed(writer, said | {"errors": [dict(it) for it in problem.errors]})
        except Exception:
            _LOG.exception("a job failed")
            detail = "an unexpected error; the log of the service says which"
            self._failed(writer, {"code": "error", "status": 500, "detail": detail})
        finally:
            writer.close()
            self._ended(me)

    @staticmethod
    def _failed(writer: Writer, problem: dict[str, Any]) -> None:
        try:
            writer.add("failed", problem=problem)
        except OSError as error:
            _LOG.error("what became of a job cannot be written: %s", error)

    def _ended(self, me: tuple[str, str]) -> None:
        with self._lock:
            self._callers[me] -= 1
            if not self._callers[me]:
                del self._callers[me]
