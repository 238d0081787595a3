"""Deriving: the rules of a folder over a store, each after those that it builds on, several at once.

A rule is a CONSTRUCT, and rules stand in the order of their file names. One that reads a property or class which an
earlier one writes waits for it; others run beside each other. What a rule concludes goes through a file into the graph
of derived triples and never becomes Python objects, so that memory does not grow with the graph.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import pyoxigraph as ox

from stanagraph.graph.names import DERIVED_GRAPH, RDF_TYPE
from stanagraph.graph.store import EmbeddedStore

_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_STRING = re.compile(r'"[^"\n]*"')
_PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>")
_IRI = re.compile(r"<([^<>\s]*)>")
_NAME = re.compile(r"(?<![\w?$-])([a-zA-Z][\w-]*)?:([A-Za-z][\w.-]*)")
# More would only wait for each other's memory.
RULES_AT_ONCE = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Rule:
    """A rule, with the properties, classes and concepts that it writes, and those that it reads."""

    name: str
    text: str
    writes: frozenset[str]
    reads: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> Rule:
        """The rule of a file."""
        text = path.read_text(encoding="utf-8")
        bare = _STRING.sub('""', _COMMENT.sub("", text))
        prefixes = dict(_PREFIX.findall(bare))
        head, _, body = _PREFIX.sub("", bare).partition("WHERE")

        def names(part: str) -> frozenset[str]:
            short = _NAME.findall(_IRI.sub(" ", part))
            return frozenset(_IRI.findall(part)) | {prefixes[prefix] + local for prefix, local in short}

        return cls(path.stem, text, names(head), names(body))


def rules_of(folder: Path) -> list[Rule]:
    """The rules of a folder, in order."""
    return [Rule.read(path) for path in sorted(folder.glob("*.rq"))]


def derive(store: EmbeddedStore, rules: Path, observe: Callable[[str, str], None] = lambda step, detail: None) -> int:
    """Apply the rules of a folder to a store; returns how many triples were derived.

    `observe` hears of each rule when it begins. A triple that another graph has already is not derived again. Nothing
    else may write to the store meanwhile.
    """
    apply_rules(store, rules_of(rules), observe)
    return store.count(DERIVED_GRAPH)


def apply_rules(
    store: EmbeddedStore, ordered: Sequence[Rule], observe: Callable[[str, str], None] = lambda step, detail: None
) -> None:
    """Apply these rules, which stand in the order of their names, as `derive` does."""
    writing = Lock()

    def apply(rule: Rule, after: Sequence[Future[None]]) -> None:
        for earlier in after:
            earlier.result()
        observe("derive", rule.name)
        concluded = Path(scratch) / f"{rule.name}.nt"
        store.construct_into(rule.text, concluded)
        with writing:
            _without_known(store, concluded, rule)
            store.load_file(concluded, DERIVED_GRAPH)
        concluded.unlink()

    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(RULES_AT_ONCE) as threads:
        begun: list[tuple[Rule, Future[None]]] = []
        # Each waits only for rules before it, which have been handed to the threads before it: none waits for ever.
        for rule in ordered:
            after = [future for earlier, future in begun if earlier.writes & rule.reads]
            begun.append((rule, threads.submit(apply, rule, after)))
        for _, future in begun:
            future.result()


def _without_known(store: EmbeddedStore, concluded: Path, rule: Rule) -> None:
    """Take out of a file of N-Triples what another graph has: a union does not merge equal triples."""
    others = [name for name in store.graphs() if name != DERIVED_GRAPH]

    def elsewhere(predicate: ox.NamedNode, value: ox.NamedNode | None = None) -> bool:
        return any(next(store.match(None, predicate, value, name), None) is not None for name in others)

    written = {ox.NamedNode(name) for name in rule.writes}
    shared = {f"<{name.value}>".encode() for name in written if elsewhere(name)}
    if any(elsewhere(RDF_TYPE, name) for name in written):
        shared.add(f"<{RDF_TYPE.value}>".encode())
    if not shared:
        return
    kept = concluded.with_suffix(".kept")
    with concluded.open("rb") as lines, kept.open("wb") as output:
        output.writelines(line for line in lines if line.split(b" ", 2)[1] not in shared or not _known(store, line))
    kept.replace(concluded)


def _known(store: EmbeddedStore, line: bytes) -> bool:
    (quad,) = ox.parse(line, ox.RdfFormat.N_TRIPLES)
    found = store.match(quad.subject, quad.predicate, quad.object)
    return any(it.graph_name != DERIVED_GRAPH for it in found)
