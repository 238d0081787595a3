"""A store on another machine: any service that speaks SPARQL 1.1 Query, Update and the Graph Store Protocol.

The service is set up so that its default graph is the union of all graphs: Oxigraph's server with
`--union-default-graph`; Virtuoso does so by itself. One exchange has one deadline, from the first byte sent to the
last received, and a size; a service that breaks off, cuts an answer short or answers something else is told by name.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import IO, Any
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from .deadlines import Deadline, pieces
from .errors import StoreFailed
from .names import xsd
from .protocol import query_request, update_request
from .store import Row, Table, Term

_ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,  # its name before 2014
    "text/turtle": ox.RdfFormat.TURTLE,
}
_BOOLEAN = xsd("boolean")
_ANONYMOUS = b'"type": "bnode", "value": "nodeID://'
_IN_MEMORY = 8 * 1024 * 1024
_AT_ONCE = 20_000
_MESSAGE = 500


@dataclass(frozen=True)
class Service:
    """Where a store answers: its addresses of Query, Update and Graph Store, who asks, and for how long."""

    query: str
    update: str | None = None
    graph_store: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 60.0
    bytes: int = 1024**3


def _readable(file: IO[bytes]) -> IO[bytes]:
    """The answer with blank nodes named as JSON results may name them: Virtuoso writes addresses, one row a line."""
    if not any(_ANONYMOUS in line for line in file):
        file.seek(0)
        return file
    file.seek(0)
    mended: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    mended.writelines(line.replace(_ANONYMOUS, _ANONYMOUS.removesuffix(b"nodeID://")) for line in file)
    mended.seek(0)
    return mended


def _canonical(found: Term | None) -> Term | None:
    """The term in the form that the embedded store has: Virtuoso writes booleans as 1 and 0."""
    if isinstance(found, ox.Literal) and found.datatype == _BOOLEAN and found.value in "10":
        return ox.Literal(found.value == "1")
    return found


class RemoteStore:
    """A store that is asked over the network, with the same queries and the same answers as the embedded one."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def name(self) -> str:
        """Its address, without any name or password."""
        parts = urlsplit(self._service.query)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def select(self, query: str) -> Table:
        """Answer a SELECT. Raises StoreFailed, as all others do here."""
        with self._asked(query, _ROWS) as (file, answer):
            columns, rows = self._solutions(file, answer)
            return Table(columns, list(rows))

    def rows(self, query: str) -> Iterator[Row]:
        """The rows of a SELECT; the whole answer is received before the first one is given."""
        with self._asked(query, _ROWS) as (file, answer):
            yield from self._solutions(file, answer)[1]

    def construct(self, query: str) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT."""
        with self._asked(query, _TRIPLES) as (file, answer):
            try:
                for quad in ox.parse(file, _TRIPLES[answer.headers.get_content_type()]):
                    yield quad.triple
            except SyntaxError as error:
                raise self.failed("the answer cannot be read: {detail}", detail=error) from error

    def update(self, update: str) -> None:
        """Change the graphs by SPARQL Update."""
        if self._service.update is None:
            raise self.failed("it has no address for SPARQL Update")
        self._done(update_request(self._service.update, update))

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads, in pieces; a blank node keeps its identity within its graph, and not beyond it."""
        anonymous: dict[str, list[ox.Quad]] = {}
        by_graph: dict[str, list[ox.Quad]] = {}
        for quad in quads:
            name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                anonymous.setdefault(name, []).append(quad)
                continue
            waiting = by_graph.setdefault(name, [])
            waiting.append(quad)
            if len(waiting) == _AT_ONCE:
                self._post(name, waiting)
                waiting.clear()
        for name, rest in itertools.chain(by_graph.items(), anonymous.items()):
            if rest:
                self._post(name, rest)

    def graphs(self) -> Iterator[ox.NamedNode]:
        """The names of all graphs, those included that a service keeps for itself."""
        # With DISTINCT in place of the group Virtuoso takes minutes.
        for (name,) in self.rows("SELECT ?graph { GRAPH ?graph { ?subject ?predicate ?object } } GROUP BY ?graph"):
            if isinstance(name, ox.NamedNode):
                yield name

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """Every quad of one graph, or of all named ones."""
        for name in self.graphs() if graph is None else (graph,):
            found: Iterator[Any] = self.rows(f"SELECT ?s ?p ?o {{ GRAPH {name} {{ ?s ?p ?o }} }}")
            yield from (ox.Quad(subject, predicate, value, name) for subject, predicate, value in found)

    def count(self, graph: ox.NamedNode) -> int:
        """How many triples a graph has."""
        rows = self.select(f"SELECT (COUNT(*) AS ?count) {{ GRAPH {graph} {{ ?subject ?predicate ?object }} }}").rows
        return int(getattr(rows[0][0], "value", 0))

    def drop(self, graph: ox.NamedNode) -> None:
        """Remove a graph; one that is not there is no matter."""
        self.update(f"DROP SILENT GRAPH {graph}")

    def _post(self, graph: str, quads: list[ox.Quad]) -> None:
        if self._service.graph_store is None:
            raise self.failed("it has no address for the Graph Store Protocol")
        where = f"graph={quote(graph, safe='')}" if graph else "default"
        body = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
        address = f"{self._service.graph_store}?{where}"
        self._done(urllib.request.Request(address, body, {"Content-Type": "application/n-triples"}, method="POST"))

    def _done(self, request: urllib.request.Request) -> None:
        with self._exchanged(request):
            pass

    @contextlib.contextmanager
    def _asked(self, query: str, formats: dict[str, Any]) -> Iterator[tuple[IO[bytes], HTTPResponse]]:
        accept = ", ".join(kind for kind in formats if kind != "text/plain")
        request = query_request(self._service.query, query, accept)
        with self._exchanged(request) as (file, answer):
            if answer.status != 200:
                raise self.failed("it refuses: {detail}", detail=f"HTTP {answer.status} {answer.reason}")
            if (kind := answer.headers.get_content_type()) not in formats:
                raise self.failed("it answered in {kind}, which was not asked for", kind=kind)
            # Virtuoso answers 200 when it gives up half-way, and says so here.
            if state := answer.headers.get("X-SQL-State"):
                raise self.failed("the answer is not whole ({state})", state=state)
            yield file, answer

    def _solutions(self, file: IO[bytes], answer: HTTPResponse) -> tuple[tuple[str, ...], Iterator[Row]]:
        try:
            found = ox.parse_query_results(file, _ROWS[answer.headers.get_content_type()])
        except SyntaxError as error:
            raise self.failed("the answer cannot be read: {detail}", detail=error) from error
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError("a SELECT was expected")
        most = answer.headers.get("X-SPARQL-MaxRows", "")
        return tuple(variable.value for variable in found.variables), self._each(found, most)

    def _each(self, found: ox.QuerySolutions, most: str) -> Iterator[Row]:
        number = 0
        try:
            for solution in found:
                number += 1
                yield tuple(_canonical(term) for term in solution)
        except SyntaxError as error:
            raise self.failed("the answer cannot be read: {detail}", detail=error) from error
        if most.isdigit() and number >= int(most):
            raise self.failed("the answer is not whole ({state})", state=f"X-SPARQL-MaxRows: {most}")

    @contextlib.contextmanager
    def _exchanged(self, request: urllib.request.Request) -> Iterator[tuple[IO[bytes], HTTPResponse]]:
        """Send a request; the whole answer is in a file then, read from its beginning."""
        file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        with file:
            try:
                opener = Deadline.after(self._service.seconds).opener(*self._handlers(request))
                with opener.open(request) as answer:
                    self._received(answer, file)
            except TimeoutError as error:
                raise self._too_late() from error
            except urllib.error.HTTPError as error:
                raise self._refused(error) from error
            except urllib.error.URLError as error:
                if isinstance(error.reason, TimeoutError):
                    raise self._too_late() from error
                raise self.failed("no connection: {detail}", detail=error.reason) from error
            except (HTTPException, OSError) as error:
                raise self.failed("the answer broke off: {detail}", detail=error or type(error).__name__) from error
            file.seek(0)
            with _readable(file) as whole:
                yield whole, answer

    def _received(self, answer: HTTPResponse, file: IO[bytes]) -> None:
        size = 0
        for piece in pieces(answer):
            size += len(piece)
            if size > self._service.bytes:
                raise self.failed("the answer has more than {bytes} bytes", bytes=self._service.bytes)
            file.write(piece)

    def _handlers(self, request: urllib.request.Request) -> list[urllib.request.BaseHandler]:
        if self._service.user is None:
            return []
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, request.full_url, self._service.user, self._service.password or "")
        return [urllib.request.HTTPDigestAuthHandler(known), urllib.request.HTTPBasicAuthHandler(known)]

    def _refused(self, error: urllib.error.HTTPError) -> StoreFailed:
        with error:
            try:
                said = error.read(4 * _MESSAGE).decode("utf-8", "replace").strip()
            except (HTTPException, OSError):
                said = ""
        told = f"HTTP {error.code} {error.reason}: {said[:_MESSAGE]}"
        return self.failed("it refuses: {detail}", detail=told.removesuffix(": "))

    def _too_late(self) -> StoreFailed:
        return self.failed("no whole answer within {seconds} seconds", seconds=f"{self._service.seconds:g}")

    def failed(self, why: str, **values: object) -> StoreFailed:
        """An error of this store, by its address without any name or password."""
        return StoreFailed(self.name, why, **values)
