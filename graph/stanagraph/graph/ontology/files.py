"""The files of the ontology, each parsed once; a file that cannot be parsed is named with its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from ..errors import BadArgument, TurtleFault, TurtleRefused
from ..names import RDFS_LABEL, dcterms, skos

LABELS = {RDFS_LABEL, skos("prefLabel"), dcterms("title")}
_PLACE = re.compile(r"^Parser error at line \d+(?: between columns \d+ and \d+| column \d+)?: ")


@dataclass(frozen=True)
class File:
    """One parsed file: its name for people, its place, what it says, and the prefixes that it declares."""

    name: str
    path: Path
    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


def read(path: Path, name: str | None = None) -> File:
    """One Turtle file (or another syntax that its ending names); TurtleRefused if it cannot be parsed.

    Blank nodes are renamed, so that those of two files are never mixed up; a relative address is one beside the file.
    """
    shown = name if name is not None else str(path)
    syntax = ox.RdfFormat.from_extension(path.suffix.removeprefix(".")) or ox.RdfFormat.TURTLE
    try:
        parser = ox.parse(path.read_bytes(), syntax, base_iri=path.absolute().as_uri(), rename_blank_nodes=True)
        return File(shown, path, tuple(quad.triple for quad in parser), parser.prefixes)
    except SyntaxError as error:
        raise TurtleRefused([_fault(shown, error)]) from error
    except OSError as error:
        raise BadArgument(shown, "expected a file that can be read") from error


def _fault(name: str, error: SyntaxError) -> TurtleFault:
    return TurtleFault(name, error.lineno or 1, error.offset or 1, _PLACE.sub("", error.msg))


def read_all(paths: Iterable[tuple[str, Path]]) -> tuple[File, ...]:
    """Several files, by name and place; TurtleRefused with the faults of all that cannot be parsed."""
    files: list[File] = []
    faults: list[TurtleFault] = []
    for name, path in paths:
        try:
            files.append(read(path, name))
        except TurtleRefused as error:
            faults += error.faults
    if faults:
        raise TurtleRefused(faults)
    return tuple(files)


@dataclass(frozen=True)
class Ontology:
    """Everything in the folder of the ontology but its frozen versions, and files that somebody adds to it."""

    folder: Path
    modules: tuple[File, ...]
    vocabularies: tuple[File, ...]
    shapes: tuple[File, ...]
    examples: tuple[File, ...]
    alignments: tuple[File, ...]
    added: tuple[File, ...] = ()

    @classmethod
    def read(cls, folder: Path, added: Sequence[Path] = ()) -> Ontology:
        """Parse the folder and the added files once; TurtleRefused names all that cannot be parsed."""
        parts = {
            "modules": sorted(folder.glob("*.ttl")),
            **{
                name: sorted((folder / name).glob("*.ttl"))
                for name in ("vocabularies", "shapes", "examples", "alignments")
            },
        }
        named = [
            (f"ontology/{path.relative_to(folder).as_posix()}", path) for paths in parts.values() for path in paths
        ]
        files = iter(read_all([*named, *((str(path), path) for path in added)]))
        taken = {name: tuple(next(files) for _ in paths) for name, paths in parts.items()}
        return cls(folder, **taken, added=tuple(files))

    @property
    def core(self) -> tuple[File, ...]:
        """What is reasoned over: modules and vocabularies."""
        return (*self.modules, *self.vocabularies)


def labels_in(triples: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    """The labels of all things in these triples, by language (the empty string: no language)."""
    found: dict[str, dict[str, str]] = {}
    for triple in triples:
        subject, text = triple.subject, triple.object
        if triple.predicate in LABELS and isinstance(subject, ox.NamedNode) and isinstance(text, ox.Literal):
            found.setdefault(subject.value, {}).setdefault(text.language or "", text.value)
    return found


def triples_of(files: Iterable[File]) -> Iterator[ox.Triple]:
    """All that these files say."""
    return (triple for file in files for triple in file.triples)
