"""The ontology as documents: modules, vocabularies, shapes, alignments and released versions.

What `graph.ontology.files.Ontology` holds is checked, examples and all; here each file keeps its text and prefixes,
and its blank nodes have the same names in every run.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox

from stanagraph.graph.names import BASE, RDF_TYPE, THINGS, skos
from stanagraph.graph.ontology.axioms import OWL, RDF, RDFS, XSD
from stanagraph.graph.ontology.diff import numbers
from stanagraph.graph.ontology.files import read
from stanagraph.graph.resources import folder

from .syntaxes import TURTLE, WRITERS, Node, by_subject, closure, numbered

ONTOLOGY = f"{BASE}ontology"
NS = f"{BASE}ns/"
SHAPES = f"{BASE}shapes/"
SCHEME = f"{THINGS}scheme/"
WHOLE = "whole"
ROOT = "stanagraph"
_DEFINED_BY = ox.NamedNode(f"{RDFS}isDefinedBy")
_IMPORTS = ox.NamedNode(f"{OWL}imports")
_VERSION = ox.NamedNode(f"{OWL}versionInfo")
_PREFIXES = {
    "": NS,
    "dcterms": "http://purl.org/dc/terms/",
    "owl": OWL,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": "http://www.w3.org/ns/shacl#",
    "shape": SHAPES,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": XSD,
}


@dataclass(frozen=True)
class Document:
    """One document: its place below `/ontology/`, without a suffix, and what it says."""

    path: str
    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str] = field(repr=False)
    source: str | None = field(default=None, repr=False)

    def written(self, media: str) -> str:
        """The document in one syntax; as Turtle it is the file as it lies, where there is one."""
        return _written(self, media)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@lru_cache(1024)
def _written(document: Document, media: str) -> str:
    if media == TURTLE and document.source is not None:
        return document.source
    return WRITERS[media](document.triples, document.prefixes)


class Library:
    """All documents of one folder `ontology`, by their place; each is read when it is first asked for."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root if root is not None else folder("ontology")

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """The names of the modules: the whole first, then as it imports them."""
        imported = [
            t.object.value.removeprefix(f"{ONTOLOGY}/")
            for t in self.document(ROOT).triples
            if t.predicate == _IMPORTS and isinstance(t.object, ox.NamedNode)
        ]
        return (ROOT, *imported)

    @cached_property
    def version(self) -> str:
        """The version of the ontology as it lies here."""
        (version,) = self.values(ox.NamedNode(ONTOLOGY), _VERSION)
        return version.value

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The released versions, newest first."""
        found = [path.stem for path in self.root.glob("versions/*.ttl")]
        return tuple(sorted(found, key=numbers, reverse=True))

    @cached_property
    def schemes(self) -> tuple[str, ...]:
        """The names of all vocabularies, in alphabetical order."""
        found = {
            t.subject.value.removeprefix(SCHEME)
            for t in self._vocabularies
            if t.predicate == RDF_TYPE and t.object == skos("ConceptScheme") and isinstance(t.subject, ox.NamedNode)
        }
        return tuple(sorted(found))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The places of all documents."""
        files = [
            path.relative_to(self.root) for kind in ("shapes", "alignments") for path in self.root.glob(f"{kind}/*.ttl")
        ]
        return (
            *self.modules,
            WHOLE,
            *(f"vocabularies/{scheme}" for scheme in self.schemes),
            *sorted(path.with_suffix("").as_posix() for path in files),
            *(f"versions/{version}" for version in self.versions),
        )

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of the documents of one kind (`shapes`, `alignments`)."""
        return tuple(path.partition("/")[2] for path in self.paths if path.startswith(f"{kind}/"))

    def document(self, path: str) -> Document:
        """The document of this place; KeyError when there is none."""
        if path not in self._made:
            self._made[path] = self._make(path)
        return self._made[path]

    @cached_property
    def _made(self) -> dict[str, Document]:
        return {}

    def _make(self, path: str) -> Document:
        if path == WHOLE:
            return Document(path, self._meaning, self.prefixes)
        kind, _, name = path.partition("/")
        if kind == "vocabularies":
            return Document(path, self.scheme(name), self.prefixes)
        return self._parsed(path) if kind == "versions" and name in self.versions else self._files[path]

    def module_version(self, module: str, version: str) -> Document:
        """A module as it was in a version: its header, and the terms that it defined; KeyError without one."""
        iri = ox.NamedNode(ONTOLOGY if module == ROOT else f"{ONTOLOGY}/{module}")
        if version not in self.versions:
            if version != self.version or module not in self.modules:
                raise KeyError(version)
            return self.document(WHOLE if module == ROOT else module)
        frozen = self.document(f"versions/{version}")
        if module == ROOT:
            return frozen
        subjects = by_subject(frozen.triples)
        if iri not in subjects:
            raise KeyError(module)
        terms = [t.subject for t in frozen.triples if t.predicate == _DEFINED_BY and t.object == iri]
        triples = closure(subjects, [iri, *terms])  # type: ignore[list-item]
        return Document(f"{module}/{version}", triples, frozen.prefixes)

    # What stands in the documents.

    @cached_property
    def _files(self) -> dict[str, Document]:
        folders = (self.root / kind for kind in ("", "vocabularies", "shapes", "alignments"))
        paths = [path.relative_to(self.root) for place in folders for path in sorted(place.glob("*.ttl"))]
        return {name: self._parsed(name) for name in (path.with_suffix("").as_posix() for path in paths)}

    def _parsed(self, name: str) -> Document:
        file = read(self.root / f"{name}.ttl", f"ontology/{name}.ttl")
        # Blank nodes of several files stand together in one document.
        triples = numbered(file.triples, "".join(filter(str.isalnum, name)) + "-")
        return Document(name, triples, _PREFIXES | dict(file.prefixes), file.path.read_bytes().decode())

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes of all files; where two differ, the first counts."""
        found: dict[str, str] = dict(_PREFIXES)
        for file in self._files.values():
            for prefix, namespace in file.prefixes.items():
                if namespace not in found.values():
                    found.setdefault(prefix, namespace)
        return found

    def _of(self, kind: str) -> tuple[ox.Triple, ...]:
        return tuple(t for name, file in self._files.items() if name.startswith(f"{kind}/") for t in file.triples)

    @cached_property
    def _vocabularies(self) -> tuple[ox.Triple, ...]:
        return self._of("vocabularies")

    @cached_property
    def _meaning(self) -> tuple[ox.Triple, ...]:
        modules = [t for name in self.modules for t in self._files[name].triples]
        return (*modules, *self._vocabularies)

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """All triples: meaning, vocabularies, shapes and alignments."""
        return (*self._meaning, *self._of("shapes"), *self._of("alignments"))

    @cached_property
    def subjects(self) -> Mapping[Node, Sequence[ox.Triple]]:
        """The triples of each subject."""
        return by_subject(self.triples)

    def values(self, subject: Node, predicate: ox.NamedNode) -> list[ox.Literal]:
        """The literals that one property of a subject has."""
        found = self.subjects.get(subject, ())
        return [t.object for t in found if t.predicate == predicate and isinstance(t.object, ox.Literal)]

    @cached_property
    def terms(self) -> Mapping[str, str]:
        """The module of each term, by the name of the term."""
        return {
            t.subject.value.removeprefix(NS): t.object.value.removeprefix(f"{ONTOLOGY}/")
            for t in self._meaning
            if t.predicate == _DEFINED_BY and isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
        }

    @cached_property
    def shapes(self) -> tuple[str, ...]:
        """The names of all shapes."""
        found = {
            node.value.removeprefix(SHAPES)
            for node in self.subjects
            if isinstance(node, ox.NamedNode) and node.value.startswith(SHAPES)
        }
        return tuple(sorted(found))

    def scheme(self, name: str) -> tuple[ox.Triple, ...]:
        """A vocabulary: the scheme and its concepts; KeyError when there is none."""
        if name not in self.schemes:
            raise KeyError(name)
        iri = ox.NamedNode(SCHEME + name)
        members = [t.subject for t in self._vocabularies if t.predicate == skos("inScheme") and t.object == iri]
        collections = [
            t.subject
            for t in self._vocabularies
            if t.predicate == skos("member") and t.object in set(members) and isinstance(t.subject, ox.NamedNode)
        ]
        return closure(self.subjects, [iri, *members, *dict.fromkeys(collections)])  # type: ignore[list-item]

    def description(self, iri: str) -> Document | None:
        """What is said of one term, concept, vocabulary or shape, with its blank nodes; None if nothing is."""
        found = closure(self.subjects, [ox.NamedNode(iri)])
        return Document(iri, found, self.prefixes) if found else None

    def near(self, name: str, known: Iterable[str]) -> list[str]:
        """Names that are like this one, in whatever case."""
        by_case = {word.casefold(): word for word in known}
        return [by_case[word] for word in difflib.get_close_matches(name.casefold(), list(by_case), 3, 0.5)]
