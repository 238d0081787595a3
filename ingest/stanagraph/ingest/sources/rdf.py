"""RDF as a source: Turtle, TriG, N-Triples, N-Quads, JSON-LD and RDF/XML, plain or packed with gzip.

What a file says goes into the one graph of its source, an entry for each thing that it speaks of. Nothing is fetched:
neither a context nor a schema, an entity or an import. What a stranger may not say is listed (`admission`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import pyoxigraph as ox

from stanagraph.graph.context import ADDRESS, context
from stanagraph.graph.errors import SourceRefused, TurtleFault, TurtleRefused
from stanagraph.graph.names import DERIVED_GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH, RDF_TYPE, THINGS, graph
from stanagraph.graph.wording import Wording, message

from . import HEAD, Described, Entry, Place, Said, Work
from .admission import GENID, Code, admission
from .opened import TOKEN, OpenedText, unpacked_head
from .subjects import Subjects, TooMany
from .syntax import JSON_LD, RDF_XML, by_name, decide, is_page

HARVEST = b"# Stanagraph harvest "
FACTS_AT_ONCE = 10_000  # of one thing, in one entry
STATEMENTS_PER_ENTRY = 10
_JSON_SIZE = 64 * 1024**2
_GRAPHS_TOLD = 100
_OWN_STEPS = frozenset(it.value for it in (ONTOLOGY_GRAPH, INFERRED_GRAPH, DERIVED_GRAPH))
_NOT_LOADED = {
    Code.TERM: message(
        "{count} about terms and concepts of the ontology: a source states facts and does not change what words "
        "mean; the first: {first}"
    ),
    Code.SCHEMA: message(
        "{count} about classes, properties or shapes: a source states facts and makes no rules; the first: {first}"
    ),
    Code.DERIVED: message(
        "{count} that only rules may derive, such as verdicts and gaps: they are derived here anew; the first: {first}"
    ),
    Code.PROVENANCE: message(
        "{count} about sources and where facts stand: that is recorded when a file is read; the first: {first}"
    ),
    Code.UNKNOWN_TERM: message("{count} with terms that the ontology does not have; the first: {first}"),
    Code.UNKNOWN_CONCEPT: message("{count} with values that are in no vocabulary; the first: {first}"),
    Code.REASONED: message("{count} that put a thing into a class which reasoning fills; the first: {first}"),
    Code.CONTROL: message("{count} with control characters in their text; the first: {first}"),
}


class RdfReader:
    """Reads a file of RDF in any syntax."""

    kind: ClassVar[str] = "rdf"
    version: ClassVar[str] = "1.0"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the name or the content is that of a syntax of RDF; a harvest has a reader of its own."""
        text = unpacked_head(head)
        return not text.startswith(HARVEST) and decide(path, text) is not None

    def describe(self, path: Path) -> Described:
        """Nothing: what a file of RDF says of itself is a statement like any other."""
        return Described()

    def read(self, path: Path, work: Work) -> Iterator[Entry]:
        """An entry for each thing, in an order that does not depend on that of the file.

        Raises TurtleRefused with line and column where the file cannot be parsed, and SourceRefused for all else.
        """
        with tempfile.TemporaryDirectory(prefix="stanagraph-") as scratch:
            subjects = Subjects(Path(scratch), f"{GENID}{work.source}/", work.limits.entries * STATEMENTS_PER_ENTRY)
            with contextlib.closing(subjects):
                self._sort(path, work, subjects)
                yield from entries(subjects, work, path.name)

    def _sort(self, path: Path, work: Work, subjects: Subjects) -> None:
        place = Place(path.name)
        graphs: Counter[str] = Counter()
        try:
            for quad in parse(path, f"{graph(work.source).value}/", work):
                if isinstance(quad.graph_name, ox.NamedNode):
                    graphs[quad.graph_name.value] += 1
                    if quad.graph_name.value in _OWN_STEPS:
                        continue
                elif isinstance(quad.graph_name, ox.BlankNode):
                    graphs["_:"] += 1
                if isinstance(quad.object, ox.Triple) or isinstance(quad.subject, ox.Triple):
                    work.count("statements about statements")
                    continue
                subjects.add(quad.subject, quad.predicate, _plain(quad.object, work))
        except TooMany as error:
            raise SourceRefused(
                path.name, "holds more than {limit} {what}", limit=error.limit, what=error.what
            ) from None
        total = subjects.statements + sum(graphs[name] for name in _OWN_STEPS)
        total += work.account.counts["statements about statements"]
        if not total:
            raise SourceRefused(path.name, "holds no statement")
        work.count("statements", total)
        work.count("blank nodes", subjects.blank_nodes)
        self._tell(graphs, place, work)

    def _tell(self, graphs: Counter[str], place: Place, work: Work) -> None:
        work.count("named graphs", len(graphs))
        for name, count in sorted(graphs.items())[:_GRAPHS_TOLD]:
            if name in _OWN_STEPS:
                work.not_loaded(
                    place,
                    "own-step",
                    "{count} statements of the graph {name}: it is made anew at each release",
                    count=count,
                    name=name,
                )
            else:
                shown = Wording("without a name") if name == "_:" else name
                work.remark(
                    place,
                    "graph",
                    "{count} statements stood in the graph {shown}; here they stand in that of the source",
                    count=count,
                    shown=shown,
                )
        if len(graphs) > _GRAPHS_TOLD:
            work.remark(place, "graph", "and {count} more graphs, in the same way", count=len(graphs) - _GRAPHS_TOLD)
        if number := work.account.counts["statements about statements"]:
            work.not_loaded(
                place,
                "triple-term",
                "{number} statements about statements (triple terms of RDF 1.2), which no query reads",
                number=number,
            )
        if number := work.account.counts["texts with a direction"]:
            work.remark(
                place,
                "direction",
                "{number} texts are loaded without the direction in which they are written",
                number=number,
            )


def parse(path: Path, base: str, work: Work) -> Iterator[ox.Quad]:
    """The statements of a file, parsed as they are asked for, under the limits; addresses are relative to the base."""
    with path.open("rb") as file:
        head = unpacked_head(file.read(HEAD))
    if not head.strip():
        # The head of a damaged gzip shows nothing either: opening it tells which it is.
        with OpenedText(path, work.limits, xml=False) as opened:
            if not opened.read().strip():
                raise SourceRefused(path.name, "is empty")
    syntax = decide(path, head)
    if syntax is None:
        raise SourceRefused(path.name, "is in no syntax of RDF that its name or its content would tell")
    if is_page(head):
        raise SourceRefused(path.name, "is a web page, and no RDF; a server gives one where it has no such file")
    named = by_name(path)
    if named is not None and named != syntax:
        work.remark(
            Place(path.name),
            "name",
            "the name says {named}; the content is {syntax}, and was read as that",
            named=named.name,
            syntax=syntax.name,
        )
    with OpenedText(path, work.limits, xml=syntax == RDF_XML, progress=work.progress) as opened:
        source: Any = _with_contexts(opened) if syntax == JSON_LD else opened
        try:
            yield from ox.parse(source, syntax, base_iri=base)
        except SyntaxError as error:
            raise refusal(path.name, error) from error
        except MemoryError as error:
            raise SourceRefused(path.name, "holds a single text of more than {limit} bytes", limit=TOKEN) from error


def refusal(name: str, error: SyntaxError) -> SourceRefused | TurtleRefused:
    """What to say where a parser stopped: with line and column where it tells them."""
    if error.lineno is None:
        return SourceRefused(name, "cannot be understood: {error}", error=error.msg)
    told = error.msg.partition(": ")[2] if error.msg.startswith("Parser error at line") else error.msg
    told = told.removesuffix(f" (line {error.lineno})")
    return TurtleRefused([TurtleFault(name, error.lineno, error.offset or 1, told)])


def _with_contexts(opened: OpenedText) -> bytes:
    """A document of JSON-LD in which the built-in context stands in full; any other address is refused."""
    limit = min(_JSON_SIZE, opened.limits.unpacked)
    parts, size = [], 0
    while chunk := opened.read(HEAD):
        size += len(chunk)
        if size > limit:
            raise SourceRefused(
                opened.name,
                "is JSON-LD of more than {limit} bytes; write it as N-Quads, which is read piece by piece",
                limit=limit,
            )
        parts.append(chunk)
    text = b"".join(parts)
    del parts
    try:
        document = json.loads(text)
        changed = _resolve(document, opened.name)
    except json.JSONDecodeError as error:
        raise TurtleRefused([TurtleFault(opened.name, error.lineno, error.colno, error.msg)]) from error
    except RecursionError:
        raise SourceRefused(opened.name, "holds objects inside objects, too deep to be read") from None
    except ValueError as error:
        raise SourceRefused(opened.name, "cannot be understood: {error}", error=error) from error
    return json.dumps(document).encode() if changed else text


def _resolve(document: Any, name: str) -> bool:
    """Put the built-in context in place of its address, everywhere; tells whether it did."""
    changed = False
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "@context" in node:
                given = node["@context"]
                several = given if isinstance(given, list) else [given]
                for part in several:
                    address = part if isinstance(part, str) else part.get("@import") if isinstance(part, dict) else None
                    if address is not None and address != ADDRESS:
                        raise SourceRefused(
                            name,
                            "its @context {address} would have to be fetched, which is never done; "
                            "write the context into the file, or use {known}",
                            address=address,
                            known=ADDRESS,
                        )
                    if isinstance(part, dict) and address is not None:
                        raise SourceRefused(name, "its @context imports another; name {known} itself", known=ADDRESS)
                    changed |= address is not None
                node["@context"] = [context() if part == ADDRESS else part for part in several]
            # The context itself may hold others; that of Stanagraph holds none.
            waiting += [value for value in node.values() if value != [context()]]
        elif isinstance(node, list):
            waiting += [value for value in node if isinstance(value, dict | list)]
    return changed


def _plain(value: ox.NamedNode | ox.BlankNode | ox.Literal, work: Work) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(value, ox.Literal) and value.direction is not None:
        work.count("texts with a direction")
        return ox.Literal(value.value, language=value.language)
    return value


def entries(subjects: Subjects, work: Work, file: str, confidence: str = "") -> Iterator[Entry]:
    """The entries of sorted statements: what may be said, by thing; what may not is told in the account."""
    rules, place = admission(), Place(file)
    refused: Counter[Code] = Counter()
    first: dict[Code, str] = {}
    parts: Counter[str] = Counter()
    number = 0
    for subject, facts in subjects.groups():
        types = [value.value for predicate, value in facts if predicate == RDF_TYPE and isinstance(value, ox.NamedNode)]
        whole = rules.of_thing(subject.value, types)
        judged = [(fact, whole or rules.of_fact(subject.value, *fact)) for fact in facts]
        kept = [Said(subject, *fact) for fact, code in judged if code is None]
        there = {said.predicate for said in kept}
        for (predicate, value), code in judged:
            if code is None:
                continue
            refused[code] += 1
            first.setdefault(code, f"{subject} {predicate} {_short(value)}")
            # Half a thing would break a rule of the shapes, and with it the whole release.
            if kept and predicate not in there and rules.must_have(types, predicate):
                refused[code] += len(kept)
                kept = []
        if not kept:
            work.count("things not loaded")
            continue
        rest = iter(kept)
        while some := tuple(islice(rest, FACTS_AT_ONCE)):
            key = _key(subject.value)
            parts[key] += 1
            number += 1
            if number > work.limits.entries:
                raise SourceRefused(file, "speaks of more than {limit} things", limit=work.limits.entries)
            if parts[key] == 1:
                work.count("things")
            work.count("statements loaded", len(some))
            yield Entry(
                key if parts[key] == 1 else f"{key}~{parts[key]}", place, (subject,), some, confidence=confidence
            )
    for code, count in sorted(refused.items()):
        told = Wording("one statement") if count == 1 else Wording("{count} statements", count=count)
        work.not_loaded(place, code, _NOT_LOADED[code], count=told, first=first[code])
        work.count("statements not loaded", count)


def _short(value: ox.NamedNode | ox.Literal) -> str:
    text = str(value)
    return text if len(text) <= 100 else f"{text[:99]}…"


def _key(iri: str) -> str:
    """A key for what is said of one thing: its own where it is ours, else a digest of its address."""
    if iri.startswith(THINGS):
        key = iri.removeprefix(THINGS)
        if len(key) <= 120 and not {"", ".", ".."} & set(key.split("/")) and "~" not in key and "%" not in key:
            return key
    return hashlib.sha256(iri.encode()).hexdigest()[:20]
