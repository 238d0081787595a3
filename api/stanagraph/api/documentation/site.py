"""The whole documentation as files: pages in two languages, diagrams, and every document in every syntax."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from stanagraph.graph.ontology.diff import Difference, Version, difference
from stanagraph.graph.ontology.files import labels_in

from ..axioms import Labels
from ..words import LANGUAGES
from .library import WHOLE, Library
from .model import Model
from .pages import Pages
from .syntaxes import SUFFIXES


def generate(target: Path, library: Library | None = None) -> int:
    """Write the documentation into a folder that is empty, missing or written by this; the number of files."""
    found = dict(files(library if library is not None else Library()))
    for folder in sorted({path.split("/")[0] for path in found if "/" in path}):
        shutil.rmtree(target / folder, ignore_errors=True)
    for path, text in found.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8", newline="\n")
    for stale in target.iterdir():
        if stale.is_file() and stale.name not in found:
            stale.unlink()
    return len(found)


def files(library: Library) -> Iterator[tuple[str, str]]:
    """Every file of the documentation: its place and its text."""
    model = Model(library)
    for path in library.paths:
        document = library.document(path)
        for media, suffix in SUFFIXES.items():
            yield f"{path}.{suffix}", document.written(media)
    since, labels = changes_since(library)
    for language in LANGUAGES:
        yield from Pages(model, language, since, labels).all()


def changes_since(library: Library) -> tuple[dict[str, Difference], Labels]:
    """What has changed since each earlier version, newest first, and how all things are or were called."""
    now = Version(library.document(WHOLE).triples)
    numbers = [number for number in library.versions if number != library.version]
    earlier = {number: Version(library.document(f"versions/{number}").triples) for number in numbers}
    labels = labels_in(triple for version in (now, *earlier.values()) for triple in version.triples)
    return {number: difference(old, now) for number, old in earlier.items()}, labels
