"""A SPARQL endpoint as a source: asked page by page, kept as a file, and read like any file of RDF.

Asking and reading are two things: `harvest` writes what the endpoint answers into a file, or nothing where it does not
answer whole, and tells how it ended; `HarvestReader` reads such a file. The same answers give the same file.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from stanagraph.graph.errors import SourceRefused, TurtleRefused
from stanagraph.graph.protocol import query_request
from stanagraph.graph.workspace import EndpointSettings, NetworkSettings, SourceState, Status

from . import Described, Entry, Limits, Work
from .admission import GENID
from .mappings import ON_PAGE, Mapping
from .network import Client, Clock, NetworkFault, Resolve, SystemClock, addresses_of, checked
from .opened import OpenedText
from .rdf import HARVEST, STATEMENTS_PER_ENTRY, RdfReader, refusal
from .subjects import Subjects, TooMany

_SYNTAXES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,  # its name before 2014
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}
_ACCEPT = "application/n-triples, text/turtle;q=0.8"
_TRUST = ("low", "medium", "high")


class HarvestReader(RdfReader):
    """Reads a file that `harvest` wrote. Its first line tells the endpoint, the mapping, and how far to trust it."""

    kind: ClassVar[str] = "sparql"
    version: ClassVar[str] = "1.0"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file begins as a harvest does."""
        return head.startswith(HARVEST)

    def describe(self, path: Path) -> Described:
        """What the mapping says of all that it yields, and the endpoint that gave it."""
        told = _told(path)
        return Described(
            title=told.get("title"),
            publisher=told.get("publisher"),
            licence=told.get("licence"),
            source_kind=told.get("source_kind", "not-known"),
            url=told.get("endpoint"),
        )

    def read(self, path: Path, work: Work) -> Iterator[Entry]:
        """The entries of the harvest; a mapping can lower the confidence of its source, never raise it."""
        told = _told(path).get("confidence", work.confidence)
        lower = told in _TRUST and _TRUST.index(told) < _TRUST.index(work.confidence)
        for entry in super().read(path, work):
            yield _with_confidence(entry, told) if lower else entry


def _with_confidence(entry: Entry, confidence: str) -> Entry:
    return Entry(entry.key, entry.place, entry.about, entry.facts, entry.cites, confidence, entry.as_of, entry.note)


def _told(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        line = file.readline(64 * 1024)
    try:
        told = json.loads(line.removeprefix(HARVEST).partition(b" ")[2])
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}


@dataclass
class _Run:
    client: Client
    endpoint: EndpointSettings
    mapping: Mapping
    scratch: Path
    subjects: Subjects
    progress: Callable[[int, int | None], None]
    seen: set[int] = field(default_factory=set)


def harvest(
    endpoint: EndpointSettings,
    network: NetworkSettings,
    into: Path,
    previous: SourceState | None = None,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
    clock: Clock | None = None,
    *,
    limits: Limits,
    resolve: Resolve = addresses_of,
) -> Status:
    """Ask an endpoint for all that its mapping yields and write it into a file; tells how that ended.

    Only where the outcome is "answered" is there a file, and it is whole. Otherwise `previous` stands in, where there
    is one: the status then says since when (see `kept`). Raises SourceRefused where the settings themselves are wrong.
    """
    clock = clock if clock is not None else SystemClock()
    asked = clock.now().isoformat(timespec="seconds")
    mapping = Mapping.read(endpoint.mapping or "all")
    try:
        host = checked(endpoint.url, network.allow).host
    except NetworkFault as error:
        raise SourceRefused(endpoint.url, "cannot be asked: {detail}", detail=error.detail) from error
    with tempfile.TemporaryDirectory(prefix="stanagraph-", dir=into.parent) as folder:
        scratch = Path(folder)
        subjects = Subjects(scratch, f"{GENID}{quote(host)}/", limits.entries * STATEMENTS_PER_ENTRY)
        run = _Run(Client(network, clock, resolve), endpoint, mapping, scratch, subjects, progress)
        with contextlib.closing(subjects):
            try:
                _ask_all(run)
                if not subjects.statements:
                    raise NetworkFault("unreadable", "it answered, and has nothing that the mapping asks for")
                _write(run, scratch / "harvest")
            except NetworkFault as error:
                since = (previous.status.stale_since if previous.status else None) or asked if previous else None
                return Status(asked=asked, outcome=error.outcome, detail=error.detail, stale_since=since)
            os.replace(scratch / "harvest", into)
    return Status(asked=asked, outcome="answered", detail=f"{len(run.seen)} items")


def kept(previous: SourceState, status: Status) -> SourceState:
    """The state of a source whose endpoint did not answer: all as it was, with how the attempt ended."""
    return previous.model_copy(update={"status": status})


def _ask_all(run: _Run) -> None:
    size = run.endpoint.page
    offset = 0
    while True:
        items = _ask(run, size, offset)
        if len(items) > size:
            raise NetworkFault("unreadable", f"{len(items)} items where {size} were asked for: it ignores LIMIT")
        if again := items & run.seen:
            raise NetworkFault(
                "unreadable", f"{len(again)} items stand on two pages: it ignores OFFSET, or changed meanwhile"
            )
        run.seen |= items
        run.progress(len(run.seen), None)
        if len(items) < size:
            return
        offset += size


def _ask(run: _Run, size: int, offset: int) -> set[int]:
    """One page into the sorted statements; the items on it, as numbers."""
    of = {} if run.endpoint.graph is None else {"default_graph_uri": run.endpoint.graph}
    request = query_request(run.endpoint.url, run.mapping.page(size, offset), _ACCEPT, **of)
    page = run.scratch / "page"
    body = request.data if isinstance(request.data, bytes) else None
    headers = {name: value for name, value in request.header_items() if name in ("Accept", "Content-type")}
    received = run.client.fetch(request.full_url, page, headers, body)
    syntax = _SYNTAXES.get(received.media_type)
    if syntax is None:
        raise NetworkFault("unreadable", f"it answered in {received.media_type}, not in N-Triples or Turtle")
    items: set[int] = set()
    limits = Limits(size=run.client.settings.bytes, unpacked=run.client.settings.bytes)
    try:
        with OpenedText(page, limits, xml=False) as opened:
            source: Any = opened
            for quad in ox.parse(source, syntax):
                if quad.predicate.value == ON_PAGE:
                    items.add(hash(str(quad.subject)))
                elif not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
                    run.subjects.add(quad.subject, quad.predicate, quad.object, str(offset))
    except SyntaxError as error:
        raise NetworkFault("unreadable", str(refusal("the answer", error))) from error
    except (SourceRefused, TurtleRefused, MemoryError) as error:
        raise NetworkFault("unreadable", f"the answer cannot be read: {error}") from error
    except TooMany as error:
        raise NetworkFault("broken-off", str(error)) from error
    return items


def _write(run: _Run, path: Path) -> None:
    told = {"endpoint": run.endpoint.url, "mapping": run.mapping.name, "graph": run.endpoint.graph}
    told |= {key: run.mapping.header.get(key) for key in ("title", "publisher", "licence", "source_kind", "confidence")}
    told["title"] = told["title"] or f"harvest of {urlsplit(run.endpoint.url).hostname}"
    said = json.dumps({key: value for key, value in told.items() if value}, sort_keys=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{HARVEST.decode()}{HarvestReader.version} {said}\n")
        for subject, facts in run.subjects.groups():
            file.writelines(f"{subject} {predicate} {value} .\n" for predicate, value in facts)
