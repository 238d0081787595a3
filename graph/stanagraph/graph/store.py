"""The store seam: the few things that Stanagraph asks of a quad store."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]
_AT_ONCE = 1 << 20  # bytes


@dataclass(frozen=True)
class Table:
    """The answer to a SELECT: column names without question marks, and rows in the query's order."""

    columns: tuple[str, ...]
    rows: list[Row]


class Store(Protocol):
    """What the rest of the code may ask of a store; the default graph is the union of all graphs."""

    def select(self, query: str) -> Table:
        """Answer a SELECT."""
        ...

    def rows(self, query: str) -> Iterator[Row]:
        """The rows of a SELECT one after the other, for answers that need not be kept whole."""
        ...

    def construct(self, query: str) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT."""
        ...

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads."""
        ...

    def graphs(self) -> Iterator[ox.NamedNode]:
        """The names of all graphs."""
        ...

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """Every quad of one graph, or of all."""
        ...


class Sink(Protocol):
    """What bytes can be written to."""

    def write(self, data: bytes, /) -> int:
        """Take these bytes; returns their number."""
        ...

    def flush(self) -> None:
        """Pass on what was kept back."""
        ...


class _Sieve:
    """A file of lines that keeps back those that may hold a blank node."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._rest = file, b""
        self.anonymous: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        whole, ending, self._rest = (self._rest + data).rpartition(b"\n")
        if b"_:" in whole:
            lines = whole.split(b"\n")
            self.anonymous += [line for line in lines if b"_:" in line]
            whole = b"\n".join(line for line in lines if b"_:" not in line)
            ending = ending if whole else b""
        self._file.write(whole + ending)
        return len(data)

    def flush(self) -> None:
        """The file is flushed when it is closed."""


class EmbeddedStore:
    """A store in this process: in memory, a folder being written, or a folder opened read-only."""

    def __init__(self, store: ox.Store | None = None, folder: Path | None = None) -> None:
        self._store, self.folder = store if store is not None else ox.Store(), folder

    @classmethod
    def create(cls, path: Path) -> EmbeddedStore:
        """A store in a new folder, for the one process that writes it."""
        return cls(ox.Store(path), path)

    @classmethod
    def open(cls, path: Path) -> EmbeddedStore:
        """A finished store, read-only: any number of processes may do so at once."""
        return cls(ox.Store.read_only(str(path)), path)

    def select(self, query: str) -> Table:
        solutions = self._store.query(query, use_default_graph_as_union=True)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("a SELECT was expected")
        columns = tuple(variable.value for variable in solutions.variables)
        try:
            return Table(columns, [tuple(solution) for solution in solutions])
        finally:
            # They may be dropped by their own thread only; an error that is kept would keep them for another one.
            del solutions

    def rows(self, query: str) -> Iterator[Row]:
        solutions = self._store.query(query, use_default_graph_as_union=True)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("a SELECT was expected")
        return (tuple(solution) for solution in solutions)

    def construct(self, query: str, bound: Mapping[str, Term] | None = None) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT, for these values of variables that all its groups project."""
        given = {ox.Variable(name): value for name, value in (bound or {}).items()}
        triples = self._store.query(query, use_default_graph_as_union=True, substitutions=given)
        if not isinstance(triples, ox.QueryTriples):
            raise TypeError("a CONSTRUCT was expected")
        return iter(triples)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        self._store.bulk_extend(quads)

    def graphs(self) -> Iterator[ox.NamedNode]:
        return (name for name in self._store.named_graphs() if isinstance(name, ox.NamedNode))

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(None, None, None, graph)

    def match(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        value: Term | None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads with these parts; None stands for any."""
        return self._store.quads_for_pattern(subject, predicate, value, graph)

    def dump(self, output: Sink) -> None:
        """Write all quads as N-Quads to what can be written to."""
        self._store.dump(cast("IO[bytes]", output), ox.RdfFormat.N_QUADS)

    def copy_to(self, path: Path, beside: Sink | None = None) -> EmbeddedStore:
        """The same quads in a new folder, and as N-Quads in what is beside it; memory does not grow with them.

        What has a blank node is copied quad by quad: from a file it would come back under another name.
        """
        copy = EmbeddedStore.create(path)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch, ThreadPoolExecutor(1) as threads:
            written = Path(scratch) / "all.nq"
            with written.open("wb") as file:
                sieve = _Sieve(file)
                self.dump(sieve)
            loaded = threads.submit(copy.load_file, written)
            if beside:
                with written.open("rb") as file:
                    shutil.copyfileobj(file, beside, _AT_ONCE)
                beside.write(b"".join(line + b"\n" for line in sieve.anonymous))
            loaded.result()
        copy.load(ox.parse(b"\n".join(sieve.anonymous), ox.RdfFormat.N_QUADS))
        return copy

    def load_file(self, path: Path, graph: ox.NamedNode | None = None) -> None:
        """Add the quads of an N-Quads file, or the triples of an N-Triples file to one graph.

        Nothing passes through Python, and the file may be larger than memory.
        """
        file_format = ox.RdfFormat.N_QUADS if graph is None else ox.RdfFormat.N_TRIPLES
        self._store.bulk_load(path=str(path), format=file_format, to_graph=graph)

    def construct_into(self, query: str, path: Path) -> None:
        """Write the triples of a CONSTRUCT to a file, as N-Triples; nothing passes through Python."""
        triples = self._store.query(query, use_default_graph_as_union=True)
        if not isinstance(triples, ox.QueryTriples):
            raise TypeError("a CONSTRUCT was expected")
        triples.serialize(str(path), ox.RdfFormat.N_TRIPLES)

    def has(self, triple: ox.Triple) -> bool:
        """Whether a triple stands in any graph."""
        found = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return next(found, None) is not None

    def holds(self, quad: ox.Quad) -> bool:
        """Whether a quad stands in its graph."""
        return quad in self._store

    def change(self, gone: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Take out quads and add others."""
        for quad in gone:
            self._store.remove(quad)
        self._store.extend(new)

    def drop(self, graph: ox.NamedNode) -> None:
        """Remove a graph; one that is not there is no matter."""
        if self._store.contains_named_graph(graph):
            self._store.remove_graph(graph)

    def finish(self) -> None:
        """Compact and flush, so that the folder can be opened read-only."""
        self._store.optimize()
        self._store.flush()

    def count(self, graph: ox.NamedNode) -> int:
        """How many triples a graph has."""
        rows = self.select(f"SELECT (COUNT(*) AS ?count) {{ GRAPH {graph} {{ ?subject ?predicate ?object }} }}").rows
        return int(getattr(rows[0][0], "value", 0))

    def __len__(self) -> int:
        return len(self._store)
