"""What has changed between two releases: in words, as JSON, as change sets in Turtle, and as one page of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.changes import KINDS, Cells, Change, Changes, Kind, SectionChanges
from stanagraph.graph.lookup import label, labels_of
from stanagraph.graph.names import BASE, RDF_TYPE, TERMS, kind_of, thing
from stanagraph.graph.store import Store, Term

from .formats import NOTHING, value
from .words import Words, message

SIGNS: Mapping[Kind, str] = {"new": "+", "gone": "−", "changed": "~"}
COUNTS: Mapping[Kind, str] = {
    "new": message("{count} new"),
    "gone": message("{count} gone"),
    "changed": message("{count} changed"),
}
_CS = "http://purl.org/vocab/changeset/schema#"
_PROV = "http://www.w3.org/ns/prov#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# Terms and units are known by their last part.
_PLACE = re.compile(r"^(https://w3id\.org/stanagraph/ns/|http://qudt\.org/vocab/unit/)")
_SHARES = ("lower", "upper")


@dataclass(frozen=True)
class Compared:
    """Two releases as one audience sees them: their names, and what differs."""

    before: str
    after: str
    audience: str
    found: Changes


@dataclass(frozen=True)
class Part:
    """One thing said of a change: a column with its value, or with what it was and is; a detail is a criterion."""

    column: str
    before: str | None
    after: str | None
    moved: bool
    detail: bool = False


@dataclass(frozen=True)
class Entry:
    """One change as people read it; a scenario tells the reasons, too."""

    kind: Kind
    name: str
    parts: tuple[Part, ...]
    reasons: tuple[str, ...] = ()


class Names:
    """The names of things of two stores: as the later one calls them, else as the earlier one did."""

    def __init__(self, stores: Iterable[Store], language: str) -> None:
        self._stores, self._language = tuple(stores), language
        self._known: dict[str, dict[str, str]] = {}

    def learn(self, terms: Iterable[Term]) -> None:
        """Look up many at once."""
        new = {term.value for term in terms if isinstance(term, ox.NamedNode)} - self._known.keys()
        for store in self._stores:
            self._known |= (found := labels_of(store, new))
            new -= found.keys()
        self._known |= {iri: {} for iri in new}

    def __call__(self, term: Term) -> str:
        self.learn([term])
        iri = term.value if isinstance(term, ox.NamedNode) else ""
        # What names a document is its number, not its title.
        if kind_of(iri) in ("agreement", "publication", "national-document") or not self._known.get(iri):
            return _PLACE.sub("", str(value(term)))
        return label(self._known, iri, self._language)


def heading(part: SectionChanges, words: Words) -> str:
    """The title of a section."""
    return part.section.word("title", words.language) or part.section.name


def counts(part: SectionChanges, words: Words) -> str:
    """How much is new, gone and changed, in words; gaps are opened and closed."""
    told = []
    for kind in KINDS:
        if count := part.count(kind):
            own = part.section.word(kind, words.language)
            number = words.number(count)
            told.append(f"{number} {own}" if own else words(COUNTS[kind], count=number))
    return ", ".join(told)


def entry(part: SectionChanges, change: Change, words: Words, names: Names) -> Entry:
    """One change in words: what differs of what has changed, and all that is known of what is new or gone."""
    names.learn(_terms(change))
    naming = part.section.naming
    by_name = dict(zip(part.section.key, change.key, strict=True))
    called = [found[0] for name in naming if (found := _of(name, change, by_name))]
    parts = []
    for column in part.section.columns:
        moved = column in change.moved
        if change.kind == "changed" and not moved:
            continue
        if change.kind != "changed" and (column in naming or not change.cells[column]):
            continue
        parts.append(Part(column, *_sides(change, column, words, names), moved))
    for it in change.details:
        before, after = (_outcome(side, words, names) for side in (it.before, it.after))
        parts.append(Part(names(it.key[-1]), before, after, moved=True, detail=True))
    return Entry(change.kind, " × ".join(names(term) for term in called), tuple(parts))


def _of(name: str, change: Change, key: Mapping[str, Term]) -> tuple[Term, ...]:
    return (key[name],) if name in key else change.cells.get(name, ())


def _terms(change: Change) -> Iterator[Term]:
    yield from change.key
    for cells in (change.before, change.after):
        yield from (term for several in (cells or {}).values() for term in several)
    for detail in change.details:
        yield from _terms(detail)


def _sides(change: Change, column: str, words: Words, names: Names) -> tuple[str | None, str | None]:
    both = change.before, change.after
    # Of texts in several languages only those that differ are told.
    same = {it for it in (change.before or {}).get(column, ()) if it in (change.after or {}).get(column, ())}
    texts = {it for it in same if isinstance(it, ox.Literal) and it.language}
    told = [None if cells is None else tuple(it for it in cells[column] if it not in texts) for cells in both]
    before, after = (None if terms is None else said(column, terms, words, names) for terms in told)
    return before, after


def _outcome(cells: Cells | None, words: Words, names: Names) -> str:
    texts = [said(column, terms, words, names) for column, terms in (cells or {}).items() if terms]
    return ", ".join(texts) or NOTHING


def said(column: str, terms: tuple[Term, ...], words: Words, names: Names) -> str:
    """The values of one column as a reader sees them: texts in their language, shares in per cent."""
    texts = [term for term in terms if isinstance(term, ox.Literal) and term.language]
    mine = [term for term in texts if term.language == words.language] or texts[:1]
    shown = []
    for term in [it for it in terms if it not in texts] + mine:
        plain = value(term)
        if isinstance(term, ox.NamedNode):
            shown.append(names(term))
        elif isinstance(plain, bool):
            shown.append(words("yes") if plain else words("no"))
        elif isinstance(plain, float) and column in _SHARES:
            shown.append(words.percent(plain))
        else:
            shown.append(words.number(plain) if isinstance(plain, int) else str(plain))
    return ", ".join(shown) or NOTHING


def as_json(compared: Compared, names: Names, words: Words) -> dict[str, Any]:
    """All changes as one JSON object; each column is a list of its values, and `moved` names those that differ."""
    for part in compared.found.sections:
        names.learn(term for change in part.changes for term in _terms(change))
    return {
        "from": compared.before,
        "to": compared.after,
        "audience": compared.audience,
        "sections": [
            {
                "section": part.section.name,
                "title": heading(part, words),
                "counts": {kind: part.count(kind) for kind in KINDS},
                "changes": [_change(part, change, names, words) for change in part.changes],
            }
            for part in compared.found.sections
        ],
        "graphs": [{"graph": it.graph, "came": it.came, "went": it.went} for it in compared.found.graphs],
    }


def _change(part: SectionChanges, change: Change, names: Names, words: Words) -> dict[str, Any]:
    told: dict[str, Any] = {
        "change": change.kind,
        **{name: value(term) for name, term in zip(part.section.key, change.key, strict=True)},
        "name": entry(part, change, words, names).name,
        "moved": list(change.moved),
        "before": _plain(change.before),
        "after": _plain(change.after),
    }
    if part.section.details:
        told[part.section.details] = [
            {"criterion": value(it.key[-1]), "before": _plain(it.before), "after": _plain(it.after)}
            for it in change.details
        ]
    return told


def _plain(cells: Cells | None) -> dict[str, Any] | None:
    return None if cells is None else {name: [value(term) for term in terms] for name, terms in cells.items()}


def as_turtle(compared: Compared) -> str:
    """All changes as change sets in the vocabulary of Talis: of each thing, which statements went and which came.

    A column that is no property of the thing itself is named by its query: <…/query/differences/matrix#lower>.
    """
    prefixes = {
        "cs": _CS,
        "prov": _PROV,
        "rdf": _RDF,
        "": TERMS,
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    }
    return (ox.serialize(_triples(compared), format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _triples(compared: Compared) -> Iterator[ox.Triple]:
    about = ox.BlankNode("comparison")
    yield ox.Triple(about, RDF_TYPE, ox.NamedNode(f"{_PROV}Activity"))
    text = f"{compared.before} → {compared.after} ({compared.audience})"
    yield ox.Triple(about, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), ox.Literal(text))
    for name in (compared.before, compared.after):
        yield ox.Triple(about, ox.NamedNode(f"{_PROV}used"), thing("release", name))
    number = 0
    for part in compared.found.sections:
        for change in part.changes:
            number += 1
            yield from _change_set(part, change, ox.BlankNode(f"change{number}"), about)


def _change_set(part: SectionChanges, change: Change, node: ox.BlankNode, about: ox.BlankNode) -> Iterator[ox.Triple]:
    subject = change.key[0]
    yield ox.Triple(node, RDF_TYPE, ox.NamedNode(f"{_CS}ChangeSet"))
    yield ox.Triple(node, ox.NamedNode(f"{_PROV}wasGeneratedBy"), about)
    yield ox.Triple(node, ox.NamedNode(f"{_CS}subjectOfChange"), subject)
    yield ox.Triple(node, ox.NamedNode(f"{_CS}changeReason"), ox.Literal(f"{part.section.name}: {change.kind}"))
    named = [(part.section.name, change), *((part.section.details, it) for it in change.details)]
    at = 0
    for section, it in named:
        own, whom = (part.section.properties, subject) if it is change else ({}, it.key[-1])
        for role, mine, other in (("removal", it.before, it.after), ("addition", it.after, it.before)):
            for column, terms in (mine or {}).items():
                predicate = own.get(column) or ox.NamedNode(f"{BASE}query/differences/{section}#{column}")
                for term in terms:
                    if other is not None and term in other[column]:
                        continue
                    at += 1
                    statement = ox.BlankNode(f"{node.value}statement{at}")
                    yield ox.Triple(node, ox.NamedNode(f"{_CS}{role}"), statement)
                    yield ox.Triple(statement, RDF_TYPE, ox.NamedNode(f"{_RDF}Statement"))
                    yield ox.Triple(statement, ox.NamedNode(f"{_RDF}subject"), whom)
                    yield ox.Triple(statement, ox.NamedNode(f"{_RDF}predicate"), predicate)
                    yield ox.Triple(statement, ox.NamedNode(f"{_RDF}object"), term)


def as_html(compared: Compared, names: Names, words: Words) -> str:
    """All changes as one page that loads nothing and runs nothing."""
    from .columns import header
    from .server.rendering import standalone
    from .server.wording import PageWords

    page = PageWords(words.language)
    for part in compared.found.sections:
        names.learn(term for change in part.changes for term in _terms(change))
    sections = [
        (
            part.section.name,
            heading(part, words),
            counts(part, words),
            [entry(part, it, words, names) for it in part.changes],
        )
        for part in compared.found.sections
    ]
    return standalone(
        "release_changes.html", page, compared=compared, sections=sections, graphs=compared.found.graphs, signs=SIGNS,
        heading=lambda column: header(column, words),
    )  # fmt: skip
