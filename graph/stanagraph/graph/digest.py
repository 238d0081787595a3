"""Digests of files, and of graphs: equal graphs give equal digests, in whatever order their quads come.

That of a graph is the sum, modulo 2^256, of the BLAKE2b hash of each canonical N-Quads line, told with their number.
Nothing has to be sorted or kept. A sum of hashes finds any damage: that it stays the same by chance has the odds of 1
to 2^256. It does not stop somebody who looks for another set of quads with the same sum, and need not: whoever can
change the quads of a release can change the digest in its manifest too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b, file_digest, sha256
from pathlib import Path

import pyoxigraph as ox

from .store import EmbeddedStore

_SIZE = 32


def graph_digest(
    quads: EmbeddedStore | Iterable[ox.Quad], hear: Callable[[list[bytes]], None] = lambda lines: None
) -> str:
    """64 hex digits for all quads of a store, or for these quads, each of which has to be given once.

    Blank nodes are named by RDFC-1.0; only quads that hold one need that, which keeps it quick. `hear` hears all lines
    as they pass.
    """
    total = GraphDigest(hear)
    if isinstance(quads, EmbeddedStore):
        quads.dump(total)
    else:
        for quad in quads:
            total.write(f"{quad} .\n".encode())
    return total.digest()


class GraphDigest:
    """A file for the N-Quads of a graph, which adds up the lines written to it; `hear` hears them."""

    def __init__(self, hear: Callable[[list[bytes]], None] = lambda lines: None) -> None:
        self._hear = hear
        self._sum, self._count, self._rest = 0, 0, b""
        self._anonymous = ox.Dataset()

    def write(self, data: bytes, /) -> int:
        """Take in these bytes; returns their number."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._hear(lines)
        if b"_:" in data or b"_:" in self._rest or any(b"_:" in line for line in lines[:1]):
            lines = [line for line in lines if not self._has_blank_node(line)]
        self._add(lines)
        return len(data)

    def flush(self) -> None:
        """There is nothing to flush."""

    def digest(self) -> str:
        """64 hex digits, once all is written."""
        if self._rest:
            raise ValueError("the last line has no end")
        self._anonymous.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        self._add([f"{quad} .".encode() for quad in self._anonymous])
        self._anonymous.clear()
        return sha256(f"{self._count} {self._sum % (1 << 8 * _SIZE):064x}".encode()).hexdigest()

    def _add(self, lines: list[bytes]) -> None:
        number = int.from_bytes
        self._sum += sum(number(blake2b(line, digest_size=_SIZE).digest(), "little") for line in lines)
        self._count += len(lines)

    def _has_blank_node(self, line: bytes) -> bool:
        if b"_:" not in line:
            return False
        # The two characters may also stand inside a text.
        (quad,) = ox.parse(line, ox.RdfFormat.N_QUADS)
        if not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode):
            return False
        self._anonymous.add(quad)
        return True


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def digests_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below a folder by its place there; what a store only notes down is left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in _NOTES)
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in sorted(files)}


_NOTES = ("LOCK", "LOG")
