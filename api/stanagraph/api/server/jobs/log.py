"""Jobs on the disk: one file each, in which lines are only ever added, and which every worker can read.

They lie in `jobs/<id>.jsonl` in the home. Who does the work holds a lock on its file; a job without an end whose file
nobody holds was interrupted, and says so.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from stanagraph.graph.errors import BadInput
from stanagraph.graph.names import thing

from ..access import Caller
from .settings import JobSettings

State = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
_ID = re.compile("[0-9a-f]{32}")
_MARKED = ".marked.xlsx"
_MOST_MARKED, _LONGEST_MARKED = 50, 32 << 20
CANCELLED = {"code": "cancelled", "status": 409, "detail": "the job was cancelled; what it had done is undone"}
_INTERRUPTED = {
    "code": "interrupted", "status": 503, "detail": "the service ended before the work did: ask for it again"
}  # fmt: skip


class JobNotFound(BadInput):
    """The caller has no job of this identifier, or it was too long ago."""

    status = 404
    problem = "job-not-found"

    def __init__(self) -> None:
        super().__init__("the caller has no such job, or it ended too long ago")


@dataclass(frozen=True)
class Job:
    """What has become of a job: `events` are its lines after the first, each with what it says."""

    id: str
    kind: str
    owner: str
    audience: str
    started: str
    events: tuple[dict[str, Any], ...] = ()
    # Whether a marked copy of what was sent is kept.
    marked: bool = False

    @property
    def state(self) -> State:
        """Whether it waits, runs or has ended, and how."""
        return self.events[-1]["state"] if self.events else "waiting"

    def as_json(self, root: str) -> dict[str, Any]:
        """The job as its owner is told of it; `root` is the path under which the service is offered."""
        last = self.events[-1] if self.events else {}
        progress = next((it["progress"] for it in reversed(self.events) if it.get("progress")), None)
        me = f"{root}/v1/jobs/{self.id}"
        marked = {"marked": f"{me}/marked"} if self.marked else {}
        return {
            "iri": thing("job", self.id).value,
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "started": self.started,
            "ended": last.get("at") if self.state in ENDED else None,
            "progress": progress,
            "result": last.get("result"),
            "problem": last.get("problem"),
            "links": {"self": me, "events": f"{me}/events", **marked},
        }


class Writer:
    """The file of one job, held by who does the work."""

    def __init__(self, file: int) -> None:
        self._file = file

    def add(self, state: State, **said: Any) -> None:
        """Add a line."""
        os.write(self._file, _line({"state": state, "at": now(), **said}))

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


class Jobs:
    """The jobs of a home."""

    def __init__(self, home: Path, settings: JobSettings) -> None:
        self._folder, self._settings = home / "jobs", settings

    def new(self, kind: str, caller: Caller) -> tuple[Job, Writer]:
        """A job that waits; the writer holds its file until it is closed."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget()
        job = Job(secrets.token_hex(16), kind, caller.name, caller.audience, now())
        hidden = self._folder / f".{job.id}"
        file = os.open(hidden, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            told = {name: getattr(job, name) for name in ("kind", "owner", "audience", "started")}
            os.write(file, _line(told))
            # Seen only when it is held, so that nobody takes it for interrupted.
            os.rename(hidden, self._path(job.id))
        except BaseException:
            os.close(file)
            with contextlib.suppress(OSError):
                os.unlink(hidden)
            raise
        return job, Writer(file)

    def get(self, identifier: str, caller: Caller) -> Job:
        """A job of the caller; raises JobNotFound, too, where it is another caller's."""
        if not _ID.fullmatch(identifier):
            raise JobNotFound
        # Looked for first: who begins with the job does so before it looks, and so does not pass it over.
        cancelled = self._mark(identifier).exists()
        try:
            file = os.open(self._path(identifier), os.O_RDONLY)
        except OSError:
            raise JobNotFound from None
        try:
            held = _is_held(file)
            with os.fdopen(os.dup(file), "rb") as opened:
                # A line that is being written is not there yet.
                lines = [json.loads(line) for line in opened if line.endswith(b"\n")]
        finally:
            os.close(file)
        job = Job(identifier, **lines[0], events=tuple(lines[1:]), marked=self._marked(identifier).exists())
        if (job.owner, job.audience) != (caller.name, caller.audience):
            raise JobNotFound
        if cancelled and not job.events:
            job = Job(identifier, **lines[0], events=({"state": "cancelled", "at": None, "problem": CANCELLED},))
        if not held and job.state not in ENDED:
            interrupted = {"state": "failed", "at": None, "problem": _INTERRUPTED}
            job = Job(identifier, **lines[0], events=(*lines[1:], interrupted))
        return job

    def cancel(self, identifier: str, caller: Caller) -> Job:
        """Have a job of the caller end, whichever process does it; raises JobNotFound. One that has ended stays so."""
        job = self.get(identifier, caller)
        if job.state not in ENDED:
            self._mark(identifier).touch(mode=0o600)
        return job

    def is_cancelled(self, job: Job) -> bool:
        """Whether a job is to end."""
        return self._mark(job.id).exists()

    def ended(self, job: Job) -> None:
        """Clear away that a job was to end."""
        self._mark(job.id).unlink(missing_ok=True)

    def keep_marked(self, job: Job, file: Path) -> None:
        """Keep a file as the marked copy of what was sent for a job, if it is not long; the oldest of many go."""
        kept = sorted(self._folder.glob(f"*{_MARKED}"), key=_age)
        for old in kept[: max(0, len(kept) - _MOST_MARKED + 1)]:
            old.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            # The job is told without it where it cannot be kept.
            if file.stat().st_size <= _LONGEST_MARKED:
                hidden = self._folder / f".{job.id}{_MARKED}"
                hidden.touch(mode=0o600)
                shutil.copyfile(file, hidden)
                os.replace(hidden, self._marked(job.id))

    def marked(self, job: Job) -> bytes:
        """The marked copy of what was sent for a job that `get` gave; raises JobNotFound where none is kept."""
        try:
            return self._marked(job.id).read_bytes()
        except OSError:
            raise JobNotFound from None

    def _marked(self, identifier: str) -> Path:
        return self._folder / f"{identifier}{_MARKED}"

    def _mark(self, identifier: str) -> Path:
        return self._folder / f"{identifier}.cancel"

    def _path(self, identifier: str) -> Path:
        return self._folder / f"{identifier}.jsonl"

    def _forget(self) -> None:
        found = []
        for entry in os.scandir(self._folder):
            with contextlib.suppress(FileNotFoundError):
                found.append((entry.stat().st_mtime, entry.path))
        found.sort(reverse=True)
        before = time.time() - self._settings.kept_hours * 3600
        for at, (changed, path) in enumerate(found):
            if at >= self._settings.kept or changed < before:
                with contextlib.suppress(OSError):
                    file = os.open(path, os.O_RDONLY)
                    try:
                        if not _is_held(file):
                            os.unlink(path)
                    finally:
                        os.close(file)


def _age(path: Path) -> float:
    """When a file was written; one that is gone was written long ago."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _is_held(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


def now() -> str:
    """The time, as it is told."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def _line(said: dict[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False) + "\n").encode()
