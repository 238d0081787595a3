"""The report of a check: a frozen model, the same for the same description, release, target and confidence."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox
from pydantic import BaseModel, ConfigDict, Field

from stanagraph.graph.lookup import label
from stanagraph.graph.names import key_of, kind_of, thing
from stanagraph.graph.store import Store
from stanagraph.graph.verdicts import Statement

from ..words import LANGUAGES
from .demands import Demand
from .description import Claim, Description, Evidence, Level, Test, Value
from .graph_form import subject_of
from .judging import Code, Judged, Outcome, confidence_of, evidence_of, judge, lacking
from .partners import Partner
from .prepared import Prepared
from .reasons import figure, reason, required
from .wording import ReportWords

SCHEMA = "https://w3id.org/stanagraph/schemas/conformance-report.json"
Both = dict[str, str]
_WORDS = {language: ReportWords(language) for language in LANGUAGES}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(_Frozen):
    """Where a demand was read: a statement of the release, with the page that it cites."""

    statement: str
    place: str
    source: str
    publisher: str | None
    url: str | None
    confidence: str
    as_of: str | None
    note: str | None


class Stated(_Frozen):
    """What the description says to a demand, with what that rests on."""

    kind: str = Field(description="value, claim, test or exclusion")
    text: str
    confidence: str | None
    evidence: tuple[Evidence, ...]


class Result(_Frozen):
    """The outcome of one demand: clause, figure of an interface, or standard."""

    test: str = Field(description="IRI of what was asked.")
    kind: str
    document: str | None
    edition: str | None = Field(description="None where the source does not tell the edition.")
    clause: str | None
    subject: str | None
    parameter: str | None
    label: Both
    comparator: str
    required: Both
    verification: str | None
    obligation: str | None
    life_cycle: str | None
    part: str | None
    outcome: str
    code: str
    reason: Both
    stated: tuple[Stated, ...]
    sources: tuple[Cited, ...]


class Named(_Frozen):
    """A thing of the release: its id, its kind and its names."""

    id: str
    kind: str
    iri: str
    label: Both


class WorksWith(_Frozen):
    """One equipment type or munition beside the described system, and the nations that have it."""

    thing: Named
    verdict: str
    fits: str
    hits: str
    released: str
    reason_code: str | None
    low_confidence: bool
    nations: tuple[str, ...]


class Nation(_Frozen):
    """What of one nation the described system would work with, by verdict; the ids of types."""

    nation: str
    label: Both
    compatible: tuple[str, ...]
    restricted: tuple[str, ...]
    unknown: tuple[str, ...]
    incompatible: tuple[str, ...]


class Report(_Frozen):
    """All that a check found. Counts are of results by outcome; `lacking` names the standards not shown to be kept."""

    iri: str
    release: str
    made: str = Field(description="When the release was made.")
    against: Named
    confidence: str = Field(description="What was trusted less decided nothing.")
    system: Named
    description: str = Field(description="SHA-256 of the canonical description.")
    interfaces: tuple[str, ...]
    counts: dict[str, int]
    results: tuple[Result, ...]
    lacking: tuple[str, ...] = Field(description="IRIs of results, the binding standards first.")
    works_with: tuple[WorksWith, ...] | None = Field(description="None where it was not asked for: not known.")
    nations: tuple[Nation, ...] | None = Field(description="None where it was not asked for: not known.")

    @property
    def failed(self) -> bool:
        """Whether anything failed."""
        return self.counts[Outcome.FAILED] > 0

    @property
    def unknown(self) -> bool:
        """Whether anything could not be told or was not verified."""
        return self.counts[Outcome.CANT_TELL] + self.counts[Outcome.UNTESTED] > 0


def check(
    store: Store,
    release: str,
    made: str,
    description: Description,
    against: ox.NamedNode,
    asked: Level = "low",
    prepared: Prepared | None = None,
    *,
    works_with: bool = True,
) -> Report:
    """Judge a description, as `understood` gives it, against a standard, a profile or an interface of a release.

    Unless `works_with` is false, the report tells whose equipment or munitions the system would work with, too; that
    takes several times as long as the judgement.
    """
    known = prepared if prepared is not None else Prepared(store)
    judged = judge(known.demands(against), description, asked)
    if not judged:
        judged = (Judged(Demand(against.value, "standard", key_of(against.value)), Code.NO_CLAUSE),)
    beside = known.beside(description, asked) if works_with else None
    texts = known.labels([against.value, *_iris(judged), *_partner_iris(beside or ())])
    counts = Counter(it.outcome for it in judged)
    digest = description.digest()
    identity = "|".join((digest, release, against.value, asked, *(() if works_with else ("judgement",))))
    return Report(
        iri=thing("conformance-report", hashlib.sha256(identity.encode()).hexdigest()[:32]).value,
        release=release,
        made=made,
        against=_named(against.value, texts),
        confidence=asked,
        system=Named(
            id=description.id,
            kind=description.kind,
            iri=subject_of(description).value,
            label={"en": description.name, "fr": description.name},
        ),
        description=digest,
        interfaces=description.interfaces,
        counts={outcome.value: counts[outcome] for outcome in Outcome},
        results=tuple(_result(it, description, texts) for it in judged),
        lacking=tuple(it.demand.iri for it in lacking(judged)),
        works_with=tuple(_beside(it, texts) for it in beside) if beside is not None else None,
        nations=_nations(beside, texts) if beside is not None else None,
    )


def _iris(judged: Iterable[Judged]) -> Iterable[str]:
    for it in judged:
        yield from (thing("parameter", it.demand.parameter).value,) if it.demand.parameter else ()
        for kind in ("agreement", "publication", "national-document"):
            yield from (thing(kind, it.demand.document).value,) if it.demand.document else ()


def _partner_iris(beside: Iterable[Partner]) -> Iterable[str]:
    for it in beside:
        yield thing(it.kind, it.thing).value
        yield from (thing("nation", nation).value for nation in it.nations)


def _both(texts: Mapping[str, Mapping[str, str]], iri: str) -> Both:
    return {language: label(texts, iri, language) for language in ("en", "fr")}


def _named(iri: str, texts: Mapping[str, Mapping[str, str]]) -> Named:
    return Named(id=key_of(iri), kind=kind_of(iri), iri=iri, label=_both(texts, iri))


def _result(judged: Judged, description: Description, texts: Mapping[str, Mapping[str, str]]) -> Result:
    it = judged.demand
    iri = thing("parameter", it.parameter).value if it.parameter else _document(it, texts)
    stated = tuple(_stated(told, description) for told in judged.rests_on)
    said = {language: "; ".join(shown(told, language) for told in judged.rests_on) for language in _WORDS}
    return Result(
        test=it.iri,
        kind=it.kind,
        document=it.document,
        edition=it.edition,
        clause=it.clause,
        subject=it.subject,
        parameter=it.parameter,
        label=_both(texts, iri),
        comparator=it.comparator,
        required={language: required(it, words) for language, words in _WORDS.items()},
        verification=it.method,
        obligation=it.obligation,
        life_cycle=it.life_cycle,
        part=it.part,
        outcome=judged.outcome.value,
        code=judged.code.value,
        reason={language: reason(judged, said[language], words) for language, words in _WORDS.items()},
        stated=stated,
        sources=tuple(_cited(source) for source in it.sources),
    )


def _document(it: Demand, texts: Mapping[str, Mapping[str, str]]) -> str:
    named = (thing(kind, it.document or "").value for kind in ("agreement", "publication", "national-document"))
    return next((iri for iri in named if iri in texts), it.iri)


def _cited(it: Statement) -> Cited:
    return Cited(
        statement=it.iri,
        place=it.place,
        source=it.source,
        publisher=it.publisher,
        url=it.url,
        confidence=it.confidence,
        as_of=it.as_of,
        note=it.note,
    )


def _stated(told: Any, description: Description) -> Stated:
    return Stated(
        kind="value" if isinstance(told, Value) else "test" if isinstance(told, Test) else
        "claim" if isinstance(told, Claim) else "exclusion",
        text=shown(told),
        confidence=confidence_of(description, told) if evidence_of(description, told) else told.confidence,
        evidence=evidence_of(description, told),
    )  # fmt: skip


def shown(told: Any, language: str = "en") -> str:
    """What is stated, as short as can be: 44.7 mm, 9.5–9.6 mm, STANAG-4172 3."""
    if isinstance(told, Value):
        if told.text is not None:
            return told.text
        ends = [figure(f"{end:f}", language) for end in dict.fromkeys(told.span or ())]
        unit = f" {told.unit}" if told.unit and told.unit != "1" else ""
        return "–".join(ends) + unit
    if isinstance(told, Claim):
        return " ".join(part for part in (told.document, told.edition) if part)
    if isinstance(told, Test):
        return " ".join(part for part in (told.method, told.document, told.clause, told.parameter, told.date) if part)
    return str(told.subject or told.parameter)


def _beside(it: Partner, texts: Mapping[str, Mapping[str, str]]) -> WorksWith:
    return WorksWith(
        thing=_named(thing(it.kind, it.thing).value, texts),
        verdict=it.verdict,
        fits=it.fits,
        hits=it.hits,
        released=it.released,
        reason_code=it.reason_code,
        low_confidence=it.low_confidence,
        nations=it.nations,
    )


def _nations(beside: Sequence[Partner], texts: Mapping[str, Mapping[str, str]]) -> tuple[Nation, ...]:
    found: dict[str, dict[str, list[str]]] = {}
    for it in beside:
        for nation in it.nations:
            found.setdefault(nation, {}).setdefault(it.verdict, []).append(it.thing)
    return tuple(
        Nation(
            nation=nation,
            label=_both(texts, thing("nation", nation).value),
            compatible=tuple(types.get("compatible", ())),
            restricted=tuple(types.get("restricted", ())),
            unknown=tuple(types.get("unknown", ())),
            incompatible=tuple(types.get("incompatible", ())),
        )
        for nation, types in sorted(found.items())
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of a report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA} | Report.model_json_schema(
        mode="serialization"
    )
