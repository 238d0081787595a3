"""The audit log: one JSON line for each write, each failed login and each export. Lines are only ever added.

Every line has the SHA-256 of the one before it, so that a line that was changed or taken out shows (`check`). Several
processes write to one log. A full log is put aside under the time at which it was full; the next one goes on from it.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from stanagraph.graph.errors import StanagraphError

from ..operations.redaction import redacted
from .caller import Caller

_LOG = logging.getLogger(__name__)
_START = "0" * 64
_LONGEST = 500
_NAME = "audit.jsonl"


class NotRecorded(StanagraphError):
    """What is asked for must be recorded, and cannot be: so it is not done."""

    status = 503
    problem = "not-recorded"


class AuditLog:
    """The log of a workspace."""

    def __init__(self, home: Path, largest: int = 64 * 1024**2) -> None:
        self.folder = home / "audit"
        self.path = self.folder / _NAME
        self._largest = largest

    def write(
        self, event: str, caller: Caller, release: str | None = None, *, sure: bool = True, **details: Any
    ) -> None:
        """Add a line, `sure` only when it has reached the disk. Raises NotRecorded. Details never hold a secret."""
        record = {
            "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            "event": event,
            "caller": _short(caller.name),
            "audience": _short(caller.audience),
            "release": release,
            **{name: _short(value) for name, value in details.items()},
        }
        _LOG.info("audit: %s", event, extra={"audit": record})
        try:
            with self._held() as file:
                line = json.dumps({**record, "before": self._last(file)}, ensure_ascii=False) + "\n"
                os.lseek(file, 0, os.SEEK_END)
                size = os.fstat(file).st_size
                if os.write(file, line.encode()) != len(line.encode()):
                    # Half a line is no line.
                    os.ftruncate(file, size)
                    raise OSError("the line could not be written whole")
                if sure:
                    os.fsync(file)
        except OSError as error:
            _LOG.error("the audit log cannot be written: %s", error)
            raise NotRecorded("this cannot be recorded now, so it is not done") from None

    def attempt(self, event: str, caller: Caller, release: str | None = None, **details: Any) -> None:
        """Add a line about what has happened already; if that cannot be, the ordinary log says so."""
        with suppress(NotRecorded):
            self.write(event, caller, release, sure=False, **details)

    def files(self) -> list[Path]:
        """All files of the log, the oldest first."""
        return sorted(self.folder.glob("audit-*.jsonl")) + ([self.path] if self.path.exists() else [])

    def check(self) -> Iterator[str]:
        """What is wrong with the log: each line that does not follow on the one before it, by file and number."""
        before: str | None = None
        for path in self.files():
            for number, line in enumerate(path.read_bytes().splitlines(), 1):
                try:
                    said = json.loads(line)["before"]
                except (ValueError, KeyError, TypeError):
                    said = None
                # The oldest file may have been taken away; from then on all must follow.
                if said is None or (before is not None and said != before):
                    yield f"{path.name}:{number}"
                before = hashlib.sha256(line).hexdigest()

    @contextmanager
    def _held(self) -> Iterator[int]:
        """The file of the log, which nobody else writes to meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                # Somebody may have put it aside before we held it.
                try:
                    same = os.stat(self.path).st_ino == os.fstat(file).st_ino
                except FileNotFoundError:
                    same = False
                if not same:
                    continue
                if os.fstat(file).st_size >= self._largest:
                    self._put_aside(self._last(file))
                    continue
                yield file
                return
            finally:
                os.close(file)

    def _last(self, file: int) -> str:
        """The digest of the last line; where there is none, of that of the file that was put aside last."""
        if os.fstat(file).st_size:
            return _digest_of_last_line(file)
        aside = sorted(self.folder.glob("audit-*.jsonl"))
        if not aside:
            return _START
        other = os.open(aside[-1], os.O_RDONLY)
        try:
            return _digest_of_last_line(other)
        finally:
            os.close(other)

    def _put_aside(self, last: str) -> None:
        moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        os.replace(self.path, self.folder / f"audit-{moment}-{last[:12]}.jsonl")


def _digest_of_last_line(file: int) -> str:
    at, tail = os.fstat(file).st_size, b""
    while at > 0 and b"\n" not in tail.rstrip(b"\n"):
        step = min(4096, at)
        at -= step
        tail = os.pread(file, step, at) + tail
    return hashlib.sha256(tail.rstrip(b"\n").rsplit(b"\n", 1)[-1]).hexdigest()


def _short(value: Any) -> Any:
    """At most some hundred characters of a text, and nothing of it that lets somebody in."""
    return redacted(value[:_LONGEST]) if isinstance(value, str) else value
