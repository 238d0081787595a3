"""The sentences that belong to a verdict: what a ground means, and what a documented finding says."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from stanagraph.graph.lookup import label, labels_of
from stanagraph.graph.names import key_of, thing
from stanagraph.graph.store import Store
from stanagraph.graph.verdicts import Verdict

_DEFINITIONS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?concept ?text WHERE {{ VALUES ?concept {{ {concepts} }} ?concept skos:definition ?text }}
ORDER BY ?concept ?text
"""

_REASONS = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?statement ?text WHERE {{ VALUES ?statement {{ {statements} }} ?statement :about/:reasonText ?text }}
ORDER BY ?statement
"""


def definitions(store: Store, scheme: str, keys: Iterable[str], language: str) -> dict[str, str]:
    """For each concept of a scheme, by key, its definition in this language, else in English."""
    concepts = " ".join(str(thing(scheme, key)) for key in sorted(set(keys)))
    found: dict[str, dict[str, str]] = {}
    for concept, text in store.select(_DEFINITIONS.format(concepts=concepts)).rows:
        if isinstance(concept, ox.NamedNode) and isinstance(text, ox.Literal):
            found.setdefault(key_of(concept.value), {})[text.language or ""] = text.value
    return {key: texts.get(language) or texts.get("en") or next(iter(texts.values())) for key, texts in found.items()}


def explanations(store: Store, verdict: Verdict, language: str) -> dict[str, str]:
    """For each ground of a verdict the sentence that explains it."""
    return definitions(store, "ground", (criterion.ground for criterion in verdict.criteria), language)


def reasons(store: Store, verdict: Verdict) -> dict[str, str]:
    """For each statement of a documented finding, by IRI, what the finding says."""
    statements = " ".join(f"<{statement.iri}>" for statement in verdict.findings)
    rows = store.select(_REASONS.format(statements=statements)).rows if statements else []
    return {
        statement.value: text.value
        for statement, text in rows
        if isinstance(statement, ox.NamedNode) and isinstance(text, ox.Literal)
    }


class Labels:
    """Labels in one language, looked up once: `labels("criterion", "bore")`."""

    def __init__(self, store: Store, language: str) -> None:
        self._store, self._language = store, language
        self._known: dict[str, dict[str, str]] = {}

    def of(self, iri: str) -> str:
        """The label of the thing with this IRI."""
        if iri not in self._known:
            self._known[iri] = labels_of(self._store, [iri]).get(iri, {})
        return label(self._known, iri, self._language)

    def __call__(self, kind: str, key: str) -> str:
        return self.of(thing(kind, key).value)

    def learn(self, iris: Iterable[str]) -> None:
        """Look up many labels at once."""
        new = {iri for iri in iris if iri not in self._known}
        self._known |= {iri: {} for iri in new} | labels_of(self._store, new)
