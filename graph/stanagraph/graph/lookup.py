"""Finding things by the names that people give them, and the names by which things are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from operator import eq

from pyoxigraph import Literal, NamedNode

from .errors import NameNotKnown
from .names import THINGS, key_of, kind_of, term, thing
from .store import Store

_LABELS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE {{
  VALUES ?thing {{ {things} }}
  ?thing rdfs:label|skos:prefLabel ?label .
}}
ORDER BY ?thing ?label
"""

_NAMED = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE {{
  ?thing rdfs:label|skos:prefLabel ?label .
  FILTER({tests})
}}
ORDER BY ?thing ?label
"""

_PROPERTIES = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?property ?label WHERE {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?property a ?kind ; rdfs:label ?label .
}
ORDER BY ?property ?label
"""


def labels_of(store: Store, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """For each IRI that has labels, its label by language tag (the empty string: no language)."""
    wanted = sorted(set(iris))
    found: dict[str, dict[str, str]] = {}
    if not wanted:
        return found
    for subject, label in store.select(_LABELS.format(things=" ".join(f"<{iri}>" for iri in wanted))).rows:
        if isinstance(subject, NamedNode) and isinstance(label, Literal):
            found.setdefault(subject.value, {}).setdefault(label.language or "", label.value)
    return found


def label(labels: Mapping[str, Mapping[str, str]], iri: str, language: str) -> str:
    """The label in this language, else without a language, else in English, else the key."""
    by_language = labels.get(iri, {})
    for wanted in (language, "", "en"):
        if wanted in by_language:
            return by_language[wanted]
    return next(iter(by_language.values()), key_of(iri))


class Known:
    """The names of the things of some kinds, read from a store once: any number of them is then found or refused."""

    def __init__(self, store: Store, kinds: Sequence[str]) -> None:
        self.kinds = tuple(kinds)
        tests = " || ".join(f'STRSTARTS(STR(?thing), "{THINGS}{kind}/")' for kind in kinds)
        named = [
            (subject, text.value)
            for subject, text in store.select(_NAMED.format(tests=tests)).rows
            if isinstance(subject, NamedNode) and isinstance(text, Literal)
        ]
        # An id means more than a label, and a kind asked for first more than the next.
        named.sort(key=lambda pair: self.kinds.index(kind_of(pair[0].value)))
        self._things = {subject for subject, _ in named}
        self._by_name: dict[str, NamedNode] = {}
        for subject, _ in named:
            self._by_name.setdefault(_plain(key_of(subject.value)), subject)
        for subject, text in named:
            self._by_name.setdefault(_plain(text), subject)
        self._named = named

    def find(self, name: str) -> NamedNode | None:
        """The thing that a person means by this name, as in `resolve`."""
        for kind in self.kinds:
            if (candidate := thing(kind, name)) in self._things:
                return candidate
        return self._by_name.get(_plain(name))

    def near(self, name: str) -> list[str]:
        """The ids of the at most three things that are called most like this, all of the kind of the nearest."""
        return _nearest(_plain(name, "/"), self._written, self.kinds)

    @cached_property
    def _written(self) -> dict[str, NamedNode]:
        """Names with the mark between a document and its edition: 4425/99 is nearer to 4425/2 than to 4259/9."""
        found = {_plain(key_of(subject.value), "/"): subject for subject, _ in reversed(self._named)}
        for subject, text in self._named:
            found.setdefault(_plain(text, "/"), subject)
        return found


def resolve(store: Store, kinds: Sequence[str], name: str) -> NamedNode:
    """The thing of one of these kinds that a person means by this name.

    Its id, its id in another case or with spaces, and its exact label are understood; anything else
    raises NameNotKnown with the nearest names.
    """
    for kind in kinds:
        candidate = thing(kind, name)
        if labels_of(store, [candidate.value]):
            return candidate
    known = Known(store, kinds)
    if found := known.find(name):
        return found
    raise NameNotKnown(name, kinds, known.near(name))


# What `thing` stands for where a name does not say its kind, the likeliest first.
KINDS = (
    "agreement", "publication", "agreement-edition", "publication-edition", "national-document", "profile",
    "profile-specification", "equipment", "munition", "interface", "nation", "body", "framework", "national-response",
    "national-implementation", "reservation", "requirement", "holding", "munition-use", "capability", "parameter-value",
    "acceptance", "production-site", "policy-restriction", "finding", "membership", "parameter", "source",
)  # fmt: skip
# The properties of other vocabularies that facts use, by the names that people give them.
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}


def resolve_thing(store: Store, name: str) -> NamedNode:
    """The thing of any kind that a person means: by address, by kind and id (munition/dm121), or as in `resolve`."""
    address = name if re.match(r"https?://[^\s<>\"{}|\\^`]+$", name) else None
    kind, _, key = name.partition("/")
    candidate = NamedNode(address) if address else thing(kind, key) if kind in KINDS and key else None
    if candidate is not None and store.select(f"SELECT ?p {{ {candidate} ?p ?o }} LIMIT 1").rows:
        return candidate
    try:
        return resolve(store, KINDS, name)
    except NameNotKnown as error:
        raise NameNotKnown(name, ("thing",), error.suggestions) from None


def resolve_property(store: Store, name: str) -> NamedNode:
    """The property that a person means: by its address, its name (calibre, rdfs:label) or its label in any language."""
    prefix, colon, rest = name.partition(":")
    if colon and prefix in PREFIXES and re.fullmatch(r"\w+", rest):
        return NamedNode(PREFIXES[prefix] + rest)
    by_name: dict[str, NamedNode] = {}
    for subject, text in store.select(_PROPERTIES).rows:
        if isinstance(subject, NamedNode) and isinstance(text, Literal):
            for known in (subject.value, _plain(re.split(r"[/#]", subject.value)[-1]), _plain(text.value)):
                by_name.setdefault(known, subject)
    if found := by_name.get(name) or by_name.get(_plain(name)):
        return found
    near = [short(iri) for iri in _nearest(_plain(name), by_name)]
    raise NameNotKnown(name, ("property",), near)


def short(iri: str) -> str:
    """The name by which a property is asked for: that of our own without a prefix, rdfs:label for another's."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(term("").value)


def _nearest(name: str, by_name: Mapping[str, NamedNode], kinds: Sequence[str] = ()) -> list[str]:
    """The keys of what is called most like this; of one kind, where kinds are told."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    like = OSA.normalized_similarity
    near = process.extract(name, list(by_name), scorer=like, score_cutoff=0.5, limit=None)
    slips = {it: round((1 - score) * max(len(name), len(it))) for it, score, _ in near}
    if len(name) > 2:
        # A name typed in part ("leopard") should find the whole one, however long that is.
        slips |= {it: 1 for it in by_name if name in it}
    found = sorted(
        (number, -_shared(name, it), kinds.index(kind_of(iri.value)) if kinds else 0, key_of(iri.value))
        for it, number in slips.items()
        for iri in (by_name[it],)
    )
    return list(dict.fromkeys(key for _, _, kind, key in found if kind == found[0][2]))[:3]


def _shared(one: str, other: str) -> int:
    """How many characters two names begin with alike."""
    return sum(takewhile(bool, map(eq, one, other)))


def _plain(name: str, more: str = "") -> str:
    return "".join(character for character in name.casefold() if character.isalnum() or character in f".{more}")
