"""Whether a parser lives through a file with terms inside terms, tried in a process that may die of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# A small stack of its own: what this survives, the process that asks survives as well. TriG takes all four syntaxes
# that have such terms but N-Quads; a fault of syntax ends the trial like the end of the file.
_TRIAL = """
import gzip, sys, threading
import pyoxigraph as ox

path, limit = sys.argv[1], int(sys.argv[2])

class Limited:
    def __init__(self, file):
        self.file, self.left = file, limit

    def read(self, size=-1):
        data = self.file.read(min(size if size > 0 else 65536, 65536, self.left))
        self.left -= len(data)
        return data

def trial():
    for syntax in (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS):
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\\x1f\\x8b"
            raw.seek(0)
            try:
                for quad in ox.parse(Limited(gzip.GzipFile(fileobj=raw) if packed else raw), syntax, base_iri="urn:x:"):
                    repr(quad)
            except Exception:
                pass

threading.stack_size(1 << 20)
thread = threading.Thread(target=trial)
thread.start()
thread.join()
"""


def survives(path: Path, limit: int) -> bool:
    """Whether the terms of this file can be read without an overflow of the stack."""
    tried = subprocess.run(
        [sys.executable, "-I", "-c", _TRIAL, str(path), str(limit)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return tried.returncode == 0
