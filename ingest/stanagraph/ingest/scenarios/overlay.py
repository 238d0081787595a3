"""A release as it would be: its store, which is read-only, without some quads and with others."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.names import DERIVED_GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH, RDF_TYPE, term
from stanagraph.graph.names import graph as graph_of
from stanagraph.graph.store import EmbeddedStore, Term

Node = ox.NamedNode
# What sources say, where it does not matter which.
SAID = graph_of("said")
_STALE = term("staleSince")
_ABOUT = term("about")


class Overlay:
    """What a release would hold after changes; the release itself stays as it is."""

    def __init__(self, base: EmbeddedStore) -> None:
        self.base = base
        self.gone: set[ox.Quad] = set()
        self._new = ox.Store()

    @property
    def new(self) -> Iterator[ox.Quad]:
        """What came on top of the release."""
        return self._new.quads_for_pattern(None, None, None, None)

    def match(
        self, subject: Node | None, predicate: Node | None, value: Term | None, graph: Node | None = None
    ) -> Iterator[ox.Quad]:
        """The quads with these parts as they would be; None stands for any."""
        for quad in self.base.match(subject, predicate, value, graph):
            if quad not in self.gone:
                yield quad
        yield from self._new.quads_for_pattern(subject, predicate, value, graph)

    def stated(self, subject: Node | None, predicate: Node | None, value: Term | None) -> Iterator[ox.Quad]:
        """What sources and the closure say, and no rule derived."""
        return (quad for quad in self.match(subject, predicate, value) if quad.graph_name != DERIVED_GRAPH)

    def subjects(self, predicate: Node, value: Term, graph: Node | None = None) -> list[Node]:
        """The things that have this value."""
        return names_of(quad.subject for quad in self.match(None, predicate, value, graph))

    def values(self, subject: Node, predicate: Node, graph: Node | None = None) -> list[Node]:
        """The things that a thing names by this property."""
        return names_of(quad.object for quad in self.match(subject, predicate, None, graph))

    def has(self, subject: Node, predicate: Node, value: Term) -> bool:
        """Whether a triple stands in any graph."""
        return next(self.match(subject, predicate, value), None) is not None

    def replace(self, old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Put these quads in the place of those; what is in both stays untouched."""
        before, after = set(old), set(new)
        for quad in before - after:
            if quad in self._new:
                self._new.remove(quad)
            else:
                self.gone.add(quad)
        for quad in after - before:
            if quad in self.gone:
                self.gone.discard(quad)
            elif not self.base.holds(quad):
                self._new.add(quad)

    @cached_property
    def stale(self) -> list[ox.Quad]:
        """Which sources are out of date, and since when."""
        return list(self.base.match(None, _STALE, None))


class Slice:
    """A part of an overlay that rules are applied to: the ontology, and whole things with what belongs to them."""

    def __init__(self, overlay: Overlay, *, ontology: bool = True, only: Collection[str] | None = None) -> None:
        """An empty slice, or one with the ontology; of things only what `only` names, if it is given, is kept."""
        self._overlay = overlay
        self._only = only
        self._quads: dict[ox.Quad, None] = {}
        self._whole: set[tuple[str, bool]] = set()
        self._bulk: list[tuple[str, Node]] = []
        if ontology:
            self.add(overlay.base.quads(ONTOLOGY_GRAPH))
        self.add(overlay.stale)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """These quads."""
        for quad in quads:
            self._quads[quad] = None

    def whole(self, *things: Node, derived: bool = False) -> None:
        """All that is said of these things, what was derived of them only if that is wanted."""
        for it in things:
            if (it.value, derived) not in self._whole:
                self._whole.add((it.value, derived))
                found = self._overlay.match(it, None, None) if derived else self._overlay.stated(it, None, None)
                self.add(found if self._only is None else filter(self._read, found))

    def _read(self, quad: ox.Quad) -> bool:
        """Whether a rule asks for the property, or for the class."""
        told = quad.object if quad.predicate == RDF_TYPE else quad.predicate
        return self._only is None or (isinstance(told, ox.NamedNode) and told.value in self._only)

    def links(self, subject: Node | None, predicate: Node, value: Term | None) -> list[ox.Quad]:
        """The quads of this pattern, which are added."""
        found = list(self._overlay.match(subject, predicate, value))
        self.add(found)
        return found

    def statements(self, *things: Node, states: bool = False) -> None:
        """The statements about these things; what their columns state only if that is wanted."""
        for it in things:
            for statement in self._overlay.subjects(_ABOUT, it):
                self.whole(statement, derived=states)

    def bulk(self, where: str, graph: Node, properties: Iterable[Node], **values: Iterable[Node]) -> None:
        """These properties of each `?s` that a pattern finds, for thousands of things: nothing passes through Python.

        The pattern is asked of the release, and the changes of the overlay are made to what it finds. Its triples come
        into one graph: that of derived triples, or one for all that sources say.
        """
        given = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, some))} }}" for name, some in values.items())
        # Property by property: to read all and leave out most takes three times as long.
        each = " UNION ".join(f"{{ ?s {name} ?o . BIND({name} AS ?p) }}" for name in properties)
        body = f"{given} {where} {each}"
        wanted = f"GRAPH {DERIVED_GRAPH} {{ {body} }}" if graph == DERIVED_GRAPH else body
        self._bulk.append((f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {wanted} }}", graph))

    def load(self, without: Collection[ox.Quad] = (), into: EmbeddedStore | None = None) -> EmbeddedStore:
        """The slice as a store in memory, or in a store that is there."""
        store = into if into is not None else EmbeddedStore()
        store.load(quad for quad in self._quads if quad not in without)
        if self._bulk:
            with tempfile.TemporaryDirectory() as scratch:
                for query, graph in self._bulk:
                    path = Path(scratch) / "found.nt"
                    self._overlay.base.construct_into(query, path)
                    store.load_file(path, graph)
            new = [quad for quad in self._overlay.new if not store.has(quad.triple)]
            store.change((at for quad in self._overlay.gone for at in _places(quad)), new)
        return store

    def __iter__(self) -> Iterator[ox.Quad]:
        return iter(self._quads)

    def __len__(self) -> int:
        return len(self._quads)


def _places(quad: ox.Quad) -> Iterator[ox.Quad]:
    """Where a quad may stand in a slice."""
    yield quad
    yield ox.Quad(quad.subject, quad.predicate, quad.object, SAID)


def names_of(found: Iterable[object]) -> list[Node]:
    """The named nodes among these, each once."""
    return list(dict.fromkeys(it for it in found if isinstance(it, ox.NamedNode)))


def is_stated(quad: ox.Quad) -> bool:
    """Whether a source says it, or the ontology."""
    return quad.graph_name not in (INFERRED_GRAPH, DERIVED_GRAPH)
