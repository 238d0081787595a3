"""Answers that were given, kept in files: what is asked of an immutable store again is looked up.

A file holds one answer: a line with the digest of the rest, then JSON. Each term stands in it once, by its kind, and
a column is a list of places among the terms, so that reading it takes a fraction of the time of evaluation. Whatever
is missing, cut off or damaged is not there: the question is evaluated again. Terms without a name that lasts (blank
nodes) are not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .names import xsd
from .store import EmbeddedStore, Store, Table, Term

ANSWERS = "answers"
_EACH, _ALL = 8 << 20, 128 << 20  # bytes
# Another form of the files, or another evaluator, gives no answer from before.
_FORM = f"1 {ox.__version__}"


class Answers:
    """The kept answers of one store, in a folder of their own: those that were unused longest go first.

    `digest` is that of the graph; no more than `each` bytes are kept of one answer, and `together` of all.
    """

    def __init__(self, folder: Path, digest: str, each: int = _EACH, together: int = _ALL) -> None:
        self._folder, self._digest, self._each, self._together = folder, digest, each, together

    def get(self, query: str) -> Table | None:
        """The answer that was kept of this question, if it is whole."""
        path = self._path(query)
        try:
            digest, _, body = path.read_bytes().partition(b"\n")
            if digest != _digest(body):
                return None
            found = _read(json.loads(body))
        except (OSError, ValueError, LookupError, TypeError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def keep(self, query: str, table: Table) -> None:
        """Keep an answer, unless it is too long. One that cannot be kept is no failure: it is evaluated again."""
        told = _told(table)
        if told is None:
            return
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        if len(body) > self._each:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(len(body))
            number, beside = tempfile.mkstemp(dir=self._folder, prefix=".")
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(_digest(body) + b"\n" + body)
                os.replace(beside, self._path(query))
            except OSError:
                Path(beside).unlink(missing_ok=True)
                raise

    def _path(self, query: str) -> Path:
        key = "\n".join((_FORM, self._digest, query))
        return self._folder / hashlib.sha256(key.encode()).hexdigest()

    def _make_room(self, size: int) -> None:
        """Remove what was unused longest until there is room for this many bytes more; also what was never finished."""
        kept = []
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                kept.append((status.st_mtime, status.st_size, path))
        room = self._together - size - sum(size for _, size, _ in kept)
        for _, freed, path in sorted(kept):
            if room >= 0:
                break
            path.unlink(missing_ok=True)
            room += freed


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()


def _told(table: Table) -> dict[str, Any] | None:
    """A table as JSON; None if a term in it has no name that lasts."""
    kinds: dict[str | None, list[Term]] = {}
    for term in dict.fromkeys(cell for row in table.rows for cell in row):
        if term is not None:
            kinds.setdefault(_kind(term), []).append(term)
    if None in kinds:
        return None
    places: dict[Term | None, int] = {None: 0}
    for terms in kinds.values():
        places.update((term, place) for place, term in enumerate(terms, len(places)))
    columns = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)
    return {
        "columns": table.columns,
        "terms": {kind: [getattr(term, "value", "") for term in terms] for kind, terms in kinds.items()},
        "cells": [[places[cell] for cell in column] for column in columns],
    }


def _kind(term: Term | None) -> str | None:
    """How a term is made of its text: an IRI, text in a language, or a literal of a datatype."""
    if isinstance(term, ox.NamedNode):
        return ""
    if not isinstance(term, ox.Literal) or term.direction:
        return None
    return f"@{term.language}" if term.language else term.datatype.value


def _read(told: dict[str, Any]) -> Table:
    terms: list[Term | None] = [None]
    for kind, values in told["terms"].items():
        terms += map(_maker(kind), values)
    columns = [[terms[place] for place in places] for places in told["cells"]]
    return Table(tuple(told["columns"]), list(zip(*columns, strict=True)))


def _maker(kind: str) -> Callable[[str], Term]:
    if not kind:
        return ox.NamedNode
    if kind == xsd("string").value:
        return ox.Literal
    if kind.startswith("@"):
        return lambda value: ox.Literal(value, language=kind[1:])
    datatype = ox.NamedNode(kind)
    return lambda value: ox.Literal(value, datatype=datatype)


class ReleasedStore(EmbeddedStore):
    """The finished store of one audience of a release, with the answers that were kept of it."""

    def __init__(self, store: ox.Store, folder: Path, answers: Answers) -> None:
        super().__init__(store, folder)
        self._answers = answers

    def answer(self, query: str) -> Table:
        """The answer to a SELECT that may well be asked again: looked up, or evaluated and kept."""
        found = self._answers.get(query)
        if found is None:
            found = self.select(query)
            self._answers.keep(query, found)
        return found


def answer(store: Store, query: str) -> Table:
    """The answer of any store: one that keeps answers may look it up."""
    return store.answer(query) if isinstance(store, ReleasedStore) else store.select(query)
