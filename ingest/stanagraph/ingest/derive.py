"""Deriving: the rules of a folder over a store, each after those that it builds on, several at once.

A rule is a CONSTRUCT, and rules stand in the order of their file names. One that reads a property or class which an
earlier one writes waits for it, and so does one that writes what an earlier one reads; others run beside each other.
What a rule concludes goes through a file into the graph of derived triples and never becomes Python objects, so that
memory does not grow with the graph.

A rule that would keep one core busy while the others wait is asked in parts. A comment says for what, as

    # each ?equipment a :EquipmentType

and stands wherever the values of a part belong: what the rule concludes of all things together has to be what it
concludes of each part. Without parts it is the same rule.
"""

from __future__ import annotations

import os
import re
import shutil
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
_EACH = re.compile(r"^[ \t]*# each (\?\w+) (.+)$", re.MULTILINE)
# More would only wait for each other's memory.
RULES_AT_ONCE = min(4, os.cpu_count() or 1)
# Parts of one rule: some are longer than others. Of so few things one part is soon done; and with more than these the
# store would look through the things of a part for each of its triples.
_PARTS, _FEWEST, _MOST = 8 * RULES_AT_ONCE, 10, 500


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

    def parts(self, store: EmbeddedStore) -> list[str]:
        """The queries that are the rule together: itself, or one for some of the things each that it names."""
        if (each := _EACH.search(self.text)) is None:
            return [self.text]
        variable, pattern = each.groups()
        prefixes = " ".join(it[0] for it in _PREFIX.finditer(self.text))
        found = store.rows(f"{prefixes} SELECT DISTINCT {variable} {{ {variable} {pattern} }}")
        things = sorted(str(thing) for (thing,) in found)
        size = min(max(-(-len(things) // _PARTS), _FEWEST), _MOST)
        if len(things) <= size:
            return [self.text]
        around = _EACH.sub("\0", self.text).split("\0")
        return [
            f"VALUES {variable} {{ {' '.join(things[start : start + size])} }}".join(around)
            for start in range(0, len(things), size)
        ]

    def waits_for(self, earlier: Rule) -> bool:
        """Whether an earlier rule has to be done before this one begins."""
        return bool(earlier.writes & self.reads or earlier.reads & self.writes)


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

    def ask(query: str, concluded: Path, shared: frozenset[bytes]) -> Path:
        store.construct_into(query, concluded)
        if shared:
            _without_known(store, concluded, shared)
        return concluded

    def apply(rule: Rule, after: Sequence[Future[None]]) -> None:
        for earlier in after:
            earlier.result()
        observe("derive", rule.name)
        shared = _shared(store, rule)
        asked = [
            threads.submit(ask, query, Path(scratch) / f"{rule.name}-{number}.nt", shared)
            for number, query in enumerate(rule.parts(store))
        ]
        first, *others = [it.result() for it in asked]
        if others:
            with first.open("ab") as whole:
                for part in others:
                    with part.open("rb") as file:
                        shutil.copyfileobj(file, whole)
                    part.unlink()
        # One at a time: a load of millions keeps all cores busy by itself, and some of them in memory for each.
        with writing:
            store.load_file(first, DERIVED_GRAPH)
        first.unlink()

    # A rule that waits keeps no other from running: each has a thread of its own, and only who asks needs a core.
    with (
        tempfile.TemporaryDirectory() as scratch,
        ThreadPoolExecutor(RULES_AT_ONCE) as threads,
        ThreadPoolExecutor(max(len(ordered), 1)) as waiting,
    ):
        begun: list[tuple[Rule, Future[None]]] = []
        for rule in ordered:
            after = [future for earlier, future in begun if rule.waits_for(earlier)]
            begun.append((rule, waiting.submit(apply, rule, after)))
        for _, future in begun:
            future.result()


def _shared(store: EmbeddedStore, rule: Rule) -> frozenset[bytes]:
    """The properties that a rule writes and another graph has too, as they stand in a line."""
    others = [name for name in store.graphs() if name != DERIVED_GRAPH]

    def elsewhere(predicate: ox.NamedNode, value: ox.NamedNode | None = None) -> bool:
        return any(next(store.match(None, predicate, value, name), None) is not None for name in others)

    written = {ox.NamedNode(name) for name in rule.writes}
    shared = {name for name in written if elsewhere(name)}
    if any(elsewhere(RDF_TYPE, name) for name in written):
        shared.add(RDF_TYPE)
    return frozenset(f"<{name.value}>".encode() for name in shared)


def _without_known(store: EmbeddedStore, concluded: Path, shared: frozenset[bytes]) -> None:
    """Take out of a file of N-Triples what another graph has: a union does not merge equal triples."""
    kept = concluded.with_suffix(".kept")
    with concluded.open("rb") as lines, kept.open("wb") as output:
        output.writelines(line for line in lines if line.split(b" ", 2)[1] not in shared or not _known(store, line))
    kept.replace(concluded)


def _known(store: EmbeddedStore, line: bytes) -> bool:
    (quad,) = ox.parse(line, ox.RdfFormat.N_TRIPLES)
    found = store.match(quad.subject, quad.predicate, quad.object)
    return any(it.graph_name != DERIVED_GRAPH for it in found)
