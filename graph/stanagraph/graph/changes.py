"""What has changed between two stores: standards, positions, holdings, verdicts, gaps, and triples by graph.

Each section is one query in queries/differences/. It is asked of both stores, each answer comes in the order of its
key, and the two are walked side by side: what is kept is what differs. Where the triples are compared anyway, a section
is asked only of what these can have changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from .catalogue import Query, header_of
from .delta import Delta, GraphChange
from .errors import NameNotKnown
from .names import RDF_TYPE, TERMS
from .ontology.descriptions import iris_in
from .resources import folder
from .store import Row, Store, Term

Kind = Literal["new", "gone", "changed"]
KINDS: tuple[Kind, ...] = ("new", "gone", "changed")
Observer = Callable[[str], None]
# A thing as one store has it: for each column all its values, in order.
Cells = Mapping[str, tuple[Term, ...]]
# By what two stores are matched: values, in the order in which SPARQL sorts them.
Key = tuple[str, ...]

_ALL = "{ (UNDEF) }"
_PREFIXES = {
    "": TERMS,
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}


@dataclass(frozen=True)
class Section:
    """One kind of thing that is compared, as its query tells it.

    `key` are the columns by which things are matched, `naming` those by which people know them; `words` are the title
    and what new and gone are called, by language; `details` is the section that tells why a thing changed.
    """

    query: Query
    place: int
    key: tuple[str, ...]
    naming: tuple[str, ...]
    details: str | None
    words: Mapping[str, Mapping[str, str]]
    properties: Mapping[str, ox.NamedNode]

    @property
    def name(self) -> str:
        """The name of the section and of its query."""
        return self.query.name

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that are no part of the key: what may change."""
        return tuple(name for name in self.query.columns if name not in self.key)

    @property
    def takes_things(self) -> bool:
        """Whether it can be asked of some things: all that it tells of a thing stands on the thing itself."""
        return _ALL in self.query.text

    @cached_property
    def reads(self) -> frozenset[str]:
        """The properties that it reads, and other names of its query."""
        return frozenset(iris_in(self.query.text)) | (
            {RDF_TYPE.value} if re.search(r"\ba\b", self.query.text) else set()
        )

    def word(self, what: str, language: str) -> str | None:
        """The title, or what `new` or `gone` is called here; None where it has no word of its own."""
        return self.words.get(what, {}).get(language)


@dataclass(frozen=True)
class Change:
    """One thing that only one store has (`before` or `after` is None), or that they tell differently."""

    key: tuple[Term, ...]
    before: Cells | None
    after: Cells | None
    details: tuple[Change, ...] = ()

    @property
    def kind(self) -> Kind:
        """Whether it is new, gone or changed."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"

    @property
    def cells(self) -> Cells:
        """What is known of it now, or was before it went."""
        return self.after if self.after is not None else self.before or {}

    @cached_property
    def moved(self) -> tuple[str, ...]:
        """The columns that differ; none where only one store has it."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in self.after if self.before[name] != self.after[name])


@dataclass(frozen=True)
class SectionChanges:
    """The changes of one section, by key."""

    section: Section
    changes: tuple[Change, ...]

    def count(self, kind: Kind) -> int:
        """How many are of this kind."""
        return sum(change.kind == kind for change in self.changes)


@dataclass(frozen=True)
class Changes:
    """All that differs between two stores."""

    sections: tuple[SectionChanges, ...]
    graphs: tuple[GraphChange, ...]

    def __bool__(self) -> bool:
        return bool(self.graphs) or any(part.changes for part in self.sections)

    def __getitem__(self, name: str) -> SectionChanges:
        return next(part for part in self.sections if part.section.name == name)


def sections(where: Path | None = None) -> tuple[Section, ...]:
    """All sections, those too that are only details of another, in the order in which they are told."""
    place = where if where is not None else folder("queries") / "differences"
    return tuple(sorted(map(_section, place.glob("*.rq")), key=lambda section: (section.place, section.name)))


def _section(path: Path) -> Section:
    query = Query.read(path)
    header = header_of(query.text)
    words: dict[str, dict[str, str]] = {}
    for name, text in header.items():
        what, at, language = name.partition("@")
        if at:
            words.setdefault(what, {})[language] = text
    properties = {name: _expanded(short) for name, short in header.get("properties", {}).items()}
    key, naming = tuple(header["key"]), tuple(header["name"])
    return Section(query, header["place"], key, naming, header.get("details"), words, properties)


def _expanded(short: str) -> ox.NamedNode:
    prefix, _, local = short.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local)


def chosen(names: Iterable[str], known: Sequence[Section]) -> tuple[Section, ...]:
    """The sections of these names, all where none is named; raises NameNotKnown."""
    details = {section.details for section in known}
    told = {section.name: section for section in known if section.name not in details}
    for name in (wanted := tuple(names)):
        if name not in told:
            raise NameNotKnown(name, ("section",), tuple(told))
    return tuple(section for name, section in told.items() if not wanted or name in wanted)


def changes(
    before: Store,
    after: Store,
    names: Iterable[str] = (),
    observe: Observer = lambda section: None,
    *,
    graphs: bool = True,
) -> Changes:
    """What differs between two stores, in these sections or in all; `graphs` also counts triples by graph.

    `observe` hears the name of each section as its comparison begins. What is kept in memory grows with what
    differs, not with the stores. One or two sections are told sooner without `graphs`.
    """
    known = sections()
    by_name = {section.name: section for section in known}
    wanted = chosen(names, known)
    delta = None
    if graphs:
        observe("graphs")
        delta = Delta.between(before, after)
    found = []
    for section in wanted:
        observe(section.name)
        only = _touched(section, delta) if delta is not None else ()
        details = by_name[section.details] if section.details else None
        differing = () if only is None else tuple(_compared(section, details, before, after, only))
        found.append(SectionChanges(section, differing))
    return Changes(tuple(found), delta.graphs() if delta is not None else ())


def _touched(section: Section, delta: Delta) -> Sequence[str] | None:
    """The things that a section has to be asked of: none (None), all (empty), or these."""
    subjects = delta.subjects(section.reads)
    if not subjects:
        return None
    several = len(subjects) > _MOST or any(it.startswith("_:") for it in subjects)
    return () if several or not section.takes_things else sorted(subjects)


@dataclass(frozen=True)
class _Thing:
    key: tuple[Term, ...]
    cells: Cells


def _compared(
    section: Section, details: Section | None, before: Store, after: Store, only: Sequence[str]
) -> Iterator[Change]:
    both = _aligned(_things(section, before, only), _things(section, after, only))
    differing = ((old, new) for old, new in both if old != new)
    while some := tuple(islice(differing, _AT_ONCE)):
        changed = [str(old.key[0]) for old, new in some if old and new]
        beneath = _beneath(details, changed, before, after) if details and changed else {}
        for old, new in some:
            key = (new or old or _NOTHING).key
            cells = old.cells if old else None, new.cells if new else None
            yield Change(key, *cells, beneath.get(_value(key[0]), ()) if old and new else ())


_NOTHING = _Thing((), {})
# For how many things their details are asked for in one query.
_AT_ONCE = 500
# Where more things than these may have changed, asking for all takes no longer.
_MOST = 5_000


def _beneath(details: Section, of: Sequence[str], before: Store, after: Store) -> dict[str, tuple[Change, ...]]:
    """The details that differ, by the first part of their key: that of the thing which they are about."""
    found: dict[str, list[Change]] = {}
    for old, new in _aligned(_things(details, before, of), _things(details, after, of)):
        if old != new:
            key = (new or old or _NOTHING).key
            change = Change(key, old.cells if old else None, new.cells if new else None)
            found.setdefault(_value(key[0]), []).append(change)
    return {key: tuple(several) for key, several in found.items()}


def _things(section: Section, store: Store, only: Sequence[str] = ()) -> Iterator[tuple[Key, _Thing]]:
    """The things of a section in the order of their keys, all or those of which the key begins with one of these."""
    names = section.query.columns
    at = [names.index(name) for name in section.key]
    others = [(name, names.index(name)) for name in section.columns]
    last: Key | None = None

    def key_of(row: Row) -> Key:
        return tuple(_value(row[index]) for index in at)

    for key, rows in groupby(store.rows(_text(section, only)), key_of):
        if last is not None and key <= last:
            raise ValueError(f"queries/differences/{section.name}.rq: {key} comes after {last}")
        last = key
        kept = list(rows)
        cells = {name: _values(row[index] for row in kept) for name, index in others}
        yield key, _Thing(tuple(term for index in at if (term := kept[0][index]) is not None), cells)


def _text(section: Section, only: Sequence[str]) -> str:
    """The query of a section, with the things that it is asked about in its VALUES line; as it is for all."""
    if not only:
        return section.query.text
    return section.query.text.replace(_ALL, f"{{ {' '.join(f'({thing})' for thing in only)} }}", 1)


def _value(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else "" if term is None else str(term)


def _values(terms: Iterable[Term | None]) -> tuple[Term, ...]:
    found = {term for term in terms if term is not None}
    return tuple(found) if len(found) < 2 else tuple(sorted(found, key=str))


def _aligned(
    before: Iterator[tuple[Key, _Thing]], after: Iterator[tuple[Key, _Thing]]
) -> Iterator[tuple[_Thing | None, _Thing | None]]:
    """Both answers side by side: equal keys together, and what only one of them has alone."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old[0] < new[0]):
            yield (old[1] if old else None), None
            old = next(before, None)
        elif old is None or new[0] < old[0]:
            yield None, new[1]
            new = next(after, None)
        else:
            yield old[1], new[1]
            old, new = next(before, None), next(after, None)
