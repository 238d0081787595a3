"""A release in a store on another machine: copied there from this workspace, and asked there.

Such a store holds one release as one audience sees it, with a graph of its own that names it. While a release is copied
that graph is missing: whoever asks then is told so, and gets no answer from half of one release and half of another.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .digest import graph_digest
from .errors import StoreFailed
from .names import GRAPHS, dcterms, graph, thing
from .releases import View
from .remote import RemoteStore, Service
from .store import EmbeddedStore
from .workspace import Settings, without_login

HERE = "here"
PASSWORD = "STANAGRAPH_STORE_PASSWORD"
# The graph of what such a store says of itself, and of nothing else.
HELD_GRAPH = graph("held-release")
_TRIPLES = ox.NamedNode("http://rdfs.org/ns/void#triples")
_ABOUT = f"?release {dcterms('identifier')} ?identifier ; {dcterms('created')} ?built ; {_TRIPLES} ?triples ."
_SELECT = "SELECT DISTINCT ?identifier ?built ?triples"
_HELD = f"{_SELECT} {{{{ GRAPH {HELD_GRAPH} {{{{ {_ABOUT} }}}} {{about}} }}}} ORDER BY ?identifier"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Held:
    """What a store on another machine says of the release that it holds."""

    identifier: str
    built: str
    triples: int


@dataclass(frozen=True)
class Copied:
    """What a copy has come to: the release, and how many of its graphs were written."""

    held: Held
    written: int
    graphs: int


def service_of(settings: Settings, address: str = "") -> Service | None:
    """The store that answers: the one at this address, else the one that the settings name; None for that of `here`.

    A user and a password are told to the store of the settings alone. Raises ValueError where it is no address.
    """
    known = settings.store
    if address == HERE or (not address and known is None):
        return None
    if known is None:
        return Service(without_login(address))
    if address and address != known.query:
        return Service(without_login(address), seconds=known.seconds, bytes=known.bytes)
    password = os.environ.get(PASSWORD)
    return Service(known.query, known.update, known.graph_store, known.user, password, known.seconds, known.bytes)


def held(store: RemoteStore) -> Held:
    """The release that a store holds; raises StoreFailed where it holds none that is whole."""
    if (found := _held(store)) is None:
        raise store.failed("it holds no whole release: none was copied there, or not to its end")
    if not store.select(_HELD.format(about=_ABOUT)).rows:
        raise store.failed("its default graph is not the union of all its graphs; set it up so")
    return found


def copy(view: View, store: RemoteStore, progress: Progress = lambda done, total: None) -> Copied:
    """Make a store hold what an audience gets of a release; only graphs that differ are written.

    Each graph is counted when it is there. What fails on the way is undone: then the store holds what it held before.
    Raises StoreFailed.
    """
    source = view.open()
    names = sorted(source.graphs(), key=str)
    new = Held(view.identifier, str(view.manifest["built"]), sum(source.count(name) for name in names))
    with tempfile.TemporaryDirectory(prefix="stanagraph-") as folder:
        before = EmbeddedStore.create(Path(folder) / "before")
        ours = [name for name in store.graphs() if name.value.startswith(GRAPHS) and name != HELD_GRAPH]
        before.load(quad for name in ours for quad in store.quads(name))
        old = _held(store)
        change = _Change(store, before, source, progress)
        changed = [name for name in {*names, *before.graphs()} if _differs(name, before, source)]
        if changed or old != new:
            change.make(sorted(changed, key=str), old, new)
    return Copied(new, len(changed), len(names))


class _Change:
    """The way from what a store holds to what it shall hold, and back."""

    def __init__(self, store: RemoteStore, before: EmbeddedStore, after: EmbeddedStore, progress: Progress) -> None:
        self._store, self._before, self._after, self._progress = store, before, after, progress
        self._done = 0

    def make(self, names: Iterable[ox.NamedNode], old: Held | None, new: Held) -> None:
        total = sum(self._after.count(name) for name in names)
        touched: list[ox.NamedNode] = []
        try:
            touched.append(HELD_GRAPH)
            self._store.drop(HELD_GRAPH)
            for name in names:
                touched.append(name)
                self._replace(name, self._after, lambda done: self._progress(done, total))
            self._name(new)
        except BaseException as failed:
            self._undo(touched, old, failed)
            raise

    def _undo(self, touched: Iterable[ox.NamedNode], old: Held | None, failed: BaseException) -> None:
        try:
            for name in touched:
                self._store.drop(name) if name == HELD_GRAPH else self._replace(name, self._before)
            if old is not None:
                self._name(old)
        except StoreFailed as again:
            raise self._store.failed(
                "the copy broke off, and what was there could not be put back; copy again ({detail})", detail=failed
            ) from again

    def _replace(
        self, name: ox.NamedNode, source: EmbeddedStore, hear: Callable[[int], None] = lambda done: None
    ) -> None:
        self._store.drop(name)
        self._store.load(self._heard(source.quads(name), hear))
        if (there := self._store.count(name)) != (wanted := source.count(name)):
            raise self._store.failed(
                "of the {wanted} triples of {graph} it holds {there}", wanted=wanted, graph=name.value, there=there
            )

    def _heard(self, quads: Iterator[ox.Quad], hear: Callable[[int], None]) -> Iterator[ox.Quad]:
        for quad in quads:
            yield quad
            self._done += 1
            if self._done % 1_000 == 0:
                hear(self._done)

    def _name(self, it: Held) -> None:
        release = thing("release", it.identifier)
        told = (
            (dcterms("identifier"), ox.Literal(it.identifier)),
            (dcterms("created"), ox.Literal(it.built)),
            (_TRIPLES, ox.Literal(it.triples)),
        )
        self._store.load(ox.Quad(release, name, value, HELD_GRAPH) for name, value in told)


def _differs(name: ox.NamedNode, before: EmbeddedStore, after: EmbeddedStore) -> bool:
    if before.count(name) != after.count(name):
        return True
    return graph_digest(before.quads(name)) != graph_digest(after.quads(name))


def _held(store: RemoteStore) -> Held | None:
    rows = store.select(_HELD.format(about="")).rows
    cells = [[str(getattr(cell, "value", "")) for cell in row] for row in rows]
    return Held(cells[0][0], cells[0][1], int(cells[0][2])) if len(cells) == 1 else None
