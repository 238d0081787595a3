"""Finding things by what people type: ids, names and aliases in both languages, with slips of the pen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from .names import dcterms, key_of, kind_of, skos, term
from .store import EmbeddedStore

How = Literal["id", "name", "alias"]
# What is looked for, the likeliest first where two fit alike.
KINDS = (
    "nation", "agreement", "publication", "equipment", "munition", "interface", "profile", "body", "framework",
    "national-document", "agreement-edition", "publication-edition", "munition-class", "parameter", "source",
)  # fmt: skip
_RANK = {kind: at for at, kind in enumerate(KINDS)}
_RANK_OF: Mapping[How, int] = {"id": 0, "name": 1, "alias": 2}
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_TEXTS: Mapping[ox.NamedNode, How] = {
    dcterms("identifier"): "id",
    skos("notation"): "id",
    term("isoCode"): "id",
    _LABEL: "name",
    skos("prefLabel"): "name",
    dcterms("title"): "name",
    skos("altLabel"): "alias",
    term("designation"): "alias",
    term("shortName"): "alias",
}
_LEAST = 72.0  # below this, what is alike is chance
_ROUGHLY = 65.0
_MOST = 400  # texts that are looked at closely
_SURE = 100.0


@dataclass(frozen=True)
class Hit:
    """A thing that was found: how well it fits (0 to 100), by which text, and what that text is to it."""

    iri: str
    score: float
    matched: str
    how: How

    @property
    def kind(self) -> str:
        """Its kind."""
        return kind_of(self.iri)


def plain(text: str) -> str:
    """A text without case, accents and punctuation, words and numbers apart: "Dépôt-M109A6" is "depot m 109 a 6"."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[^\W\d_]+|\d+", "".join(c for c in bare if not unicodedata.combining(c))))


class Index:
    """All texts by which the things of a store are known."""

    def __init__(self, texts: Mapping[tuple[str, str], How]) -> None:
        self._of: dict[str, list[tuple[str, str, How]]] = {}
        for (iri, text), how in texts.items():
            if wanted := plain(text):
                self._of.setdefault(wanted, []).append((iri, text, how))
        self._plain = list(self._of)
        self._whole: dict[str, list[str]] = {}
        for wanted in self._plain:
            self._whole.setdefault(wanted.replace(" ", ""), []).append(wanted)

    @classmethod
    def of(cls, store: EmbeddedStore) -> Index:
        """The index of a store."""
        texts: dict[tuple[str, str], How] = {}
        for property_, how in _TEXTS.items():
            for quad in store.match(None, property_, None):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                    iri = quad.subject.value
                    if kind_of(iri) in _RANK:
                        texts.setdefault((iri, quad.object.value), how)
                        texts.setdefault((iri, key_of(iri)), "id")
        return cls(texts)

    def find(self, text: str, kinds: Collection[str] = (), limit: int = 20) -> list[Hit]:
        """The things that are called something like this, the best first, each once."""
        from rapidfuzz import fuzz, process

        asked = plain(text)
        if not asked:
            return []
        scored = dict.fromkeys(self._whole.get(asked.replace(" ", ""), ()), _SURE)
        # What lies in the text somewhere, roughly; then word by word, so that chance is told from likeness.
        near = process.extract(asked, self._plain, scorer=fuzz.partial_ratio, score_cutoff=_ROUGHLY, limit=_MOST)
        for wanted, _, _ in near:
            if (score := likeness(asked, wanted)) >= _LEAST:
                scored.setdefault(wanted, score)
        best: dict[str, Hit] = {}
        for wanted, score in scored.items():
            for iri, found, how in self._of[wanted]:
                hit = Hit(iri, round(score, 1), found, how)
                if (not kinds or hit.kind in kinds) and (iri not in best or _order(hit) < _order(best[iri])):
                    best[iri] = hit
        return sorted(best.values(), key=_order)[:limit]


def likeness(asked: str, wanted: str) -> float:
    """How far two plain texts are alike, as a whole or each word that is asked in a word of the other; 0 to 98."""
    from rapidfuzz import fuzz

    if f"{wanted} ".startswith(f"{asked} "):
        return 98.0
    if f" {asked} " in f" {wanted} ":
        return 96.0
    words, others = asked.split(), wanted.split()
    best = sum(len(word) * max(fuzz.ratio(word, other) for other in others) for word in words)
    return min(95.0, max(fuzz.ratio(asked, wanted), 0.95 * best / sum(map(len, words))))


def _order(hit: Hit) -> tuple[float, int, int, int, str]:
    return (-hit.score, _RANK[hit.kind], _RANK_OF[hit.how], len(hit.matched), hit.iri)
