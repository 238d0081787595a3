"""Reports on the disk: each audience has its own, under addresses that follow from what was asked.

They lie in `reports/<audience>/<id>.json` in the home, the audience as a digest, and every worker reads and writes
them. An address is no secret and no list of them is given: it can be made only from the description itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import tempfile
from pathlib import Path

from ...conformance.report import Report
from .errors import ReportNotFound

_LOG = logging.getLogger(__name__)
_PART = 32
_ID = re.compile("[0-9a-f]{32}")


class Kept:
    """The reports of a home, at most so many and so large for each audience; the oldest go first."""

    def __init__(self, home: Path, most: int, megabytes: int) -> None:
        self._folder, self._most, self._bytes = home / "reports", most, megabytes << 20
        # For each folder, how many reports and bytes were put there since it was looked through.
        self._since: dict[Path, tuple[int, int]] = {}

    def put(self, audience: str, report: Report) -> bool:
        """Keep a report; returns whether that was possible."""
        folder = self._of(audience)
        target = folder / f"{report.iri.rpartition('/')[2]}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            number, name = tempfile.mkstemp(dir=folder, suffix=".new")
            try:
                text = report.model_dump_json().encode()
                with os.fdopen(number, "wb") as file:
                    file.write(text)
                os.replace(name, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(name)
                raise
            self._bound(folder, len(text))
        except OSError as error:
            _LOG.error("a report cannot be kept: %s", error)
            return False
        return True

    def get(self, audience: str, identifier: str) -> tuple[Report, str]:
        """A report and the digest of what is kept of it; raises ReportNotFound."""
        if not _ID.fullmatch(identifier):
            raise ReportNotFound
        try:
            text = (self._of(audience) / f"{identifier}.json").read_bytes()
            return Report.model_validate_json(text), hashlib.sha256(text).hexdigest()
        except (OSError, ValueError):
            # What another version of the program wrote is made again, too.
            raise ReportNotFound from None

    def _of(self, audience: str) -> Path:
        return self._folder / hashlib.sha256(audience.encode()).hexdigest()[:32]

    def _bound(self, folder: Path, put: int) -> None:
        """Let the oldest go; to look through many takes a while, so once for every thirty-second part of the limits."""
        count, size = self._since.get(folder, (self._most, 0))
        count, size = count + 1, size + put
        if count <= self._most // _PART and size <= self._bytes // _PART:
            self._since[folder] = (count, size)
            return
        self._since[folder] = (0, 0)
        found = []
        for entry in os.scandir(folder):
            with contextlib.suppress(FileNotFoundError):  # another worker was quicker
                told = entry.stat()
                found.append((told.st_mtime_ns, told.st_size, entry.path))
        found.sort()
        size = sum(it[1] for it in found)
        for at, (_, bytes_, path) in enumerate(found[:-1]):
            if len(found) - at <= self._most and size <= self._bytes:
                return
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            size -= bytes_
