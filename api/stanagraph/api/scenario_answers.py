"""The answer to a scenario in words, as JSON, and as Turtle in the terms of the ontology."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from stanagraph.graph.changes import Change, Changes
from stanagraph.graph.names import BASE, RDF_TYPE, RDFS_LABEL, dcterms, key_of, term, thing

from .release_changes import Compared, Names, as_json, counts, entry, heading
from .words import Words, message

if TYPE_CHECKING:
    from stanagraph.ingest.pipeline import Answer, CellChange, Deed, Reason

DEEDS = {
    "accept": message("{nation} accepts {of}"),
    "implement": message("{nation} implements {of}"),
    "lift": message("{nation} lifts its reservation on {of}"),
    "withdraw": message("{nation} withdraws its acceptance of {of}"),
    "buy": message("{nation} buys {of}"),
    "retire": message("{nation} retires {of}"),
    "qualify": message("{nation} qualifies {of}"),
    "change": message("{of} becomes {value}"),
}
THROUGH = {
    "operates": message("what {nation} operates: {thing}"),
    "stocks": message("what {nation} stocks: {thing}"),
    "position": message("where {nation} stands on {thing}"),
    "verdict": message("the verdict on {equipment} × {munition}"),
}
# As many changes of a kind as a page shows.
_SHOWN = 200
_XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def deed(told: Deed, words: Words, names: Names) -> str:
    """A move as a sentence without its full stop."""
    nation = names(told.nation) if told.nation is not None else ""
    text = words(DEEDS[told.move.do], nation=nation, of=" × ".join(names(it) for it in told.of), value=told.value or "")
    if told.value and told.move.do == "accept":
        return words("{deed}, with a reservation: {text}", deed=text, text=told.value)
    return f"{text} ({told.value})" if told.value and told.move.do == "buy" else text


def reason(told: Reason, words: Words, names: Names) -> str:
    """Why a gap differs, in words: the move, and the fact or verdict through which it works."""
    first, second = names(told.things[0]), names(told.things[-1])
    both = {"equipment": first, "munition": second} if told.through == "verdict" else {"nation": first, "thing": second}
    text = words(THROUGH[told.through], **both)
    if told.criteria:
        text += f" ({', '.join(names(it) for it in told.criteria)})"
    return words("move {number}, by {through}", number=told.move, through=text)


def as_document(answer: Answer, names: Names, words: Words) -> dict[str, Any]:
    """The answer as one JSON object; gaps carry their reasons, and the release is named."""
    sections = (answer.gaps, answer.verdicts, answer.classes)
    told = as_json(Compared(answer.release, "", answer.audience, Changes(sections, ())), names, words)
    gaps, verdicts, classes = told["sections"]
    for change, it in zip(gaps["changes"], answer.gaps.changes, strict=True):
        change["reasons"] = [
            {
                "move": why.move,
                "through": why.through,
                "things": [key_of(one.value) for one in why.things],
                "criteria": [key_of(one.value) for one in why.criteria],
            }
            for why in answer.reasons.get(str(getattr(it.key[0], "value", "")), ())
        ]
    return {
        "release": answer.release,
        "audience": answer.audience,
        "scenario": {
            "name": answer.scenario.name,
            "description": answer.scenario.description,
            "graph": answer.graph,
            "moves": [
                {"number": it.number, **it.move.model_dump(exclude_none=True), "told": deed(it, words, names)}
                for it in answer.deeds
            ],
            "withoutEffect": list(answer.idle),
        },
        "gaps": gaps,
        "verdicts": verdicts,
        "classes": classes,
        "cells": [_cell(it) for it in answer.cells],
    }


def as_shown(answer: Answer, names: Names, words: Words) -> dict[str, Any]:
    """The answer in words, for a page: what is supposed, and of each kind of change the first ones with their reasons.

    `left` says of each section how many are not shown.
    """
    sections = []
    for part in (answer.gaps, answer.verdicts, answer.classes):
        # What opens and closes is told before what only changes.
        ranked = sorted(part.changes, key=lambda change: ("new", "gone", "changed").index(change.kind))
        entries = [
            replace(entry(part, it, words, names), reasons=tuple(_reasons(answer, it, words, names)))
            for it in ranked[:_SHOWN]
        ]
        sections.append(
            {
                "name": part.section.name,
                "title": heading(part, words),
                "counts": counts(part, words),
                "entries": [asdict(it) for it in entries],
                "left": max(0, len(ranked) - _SHOWN),
            }
        )
    return {
        "deeds": [{"text": deed(it, words, names), "idle": it.number in answer.idle} for it in answer.deeds],
        "sections": sections,
    }


def _reasons(answer: Answer, change: Change, words: Words, names: Names) -> Iterator[str]:
    for why in answer.reasons.get(str(getattr(change.key[0], "value", "")), ()):
        yield reason(why, words, names)


def _cell(told: CellChange) -> dict[str, Any]:
    return {
        "using": key_of(told.using.value),
        "providing": key_of(told.providing.value),
        "class": key_of(told.munition_class.value),
        "before": dict(told.before) if told.before is not None else None,
        "after": dict(told.after) if told.after is not None else None,
    }


def as_turtle(answer: Answer) -> str:
    """The scenario with its suppositions, and the gaps that it opens and closes."""
    prefixes = {"": f"{BASE}ns/", "dcterms": "http://purl.org/dc/terms/"}
    prefixes["rdfs"] = "http://www.w3.org/2000/01/rdf-schema#"
    return (ox.serialize(triples_of(answer), format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def triples_of(answer: Answer) -> Iterator[ox.Triple]:
    """The same, triple by triple."""
    name = answer.scenario.name
    me, release = thing("scenario", name), thing("release", answer.release)
    yield ox.Triple(me, RDF_TYPE, term("Scenario"))
    yield ox.Triple(me, RDFS_LABEL, ox.Literal(name))
    if answer.scenario.description:
        yield ox.Triple(me, dcterms("description"), ox.Literal(answer.scenario.description))
    yield ox.Triple(me, term("overRelease"), release)
    for told in answer.deeds:
        one = thing("supposition", f"{name}/{told.number}")
        yield ox.Triple(me, term("supposes"), one)
        yield ox.Triple(one, RDF_TYPE, term("Supposition"))
        yield ox.Triple(one, RDFS_LABEL, ox.Literal(f"{told.move.do} {told.move.short()}"))
        yield ox.Triple(one, term("suppositionKind"), thing("supposition-kind", told.move.kind))
        if told.nation is not None:
            yield ox.Triple(one, term("byNation"), told.nation)
        for it in told.of:
            yield ox.Triple(one, term("supposedOf"), it)
        if told.value:
            count = told.value.isdigit() and told.move.do == "buy"
            value = ox.Literal(told.value, datatype=_XSD_INTEGER) if count else ox.Literal(told.value)
            yield ox.Triple(one, term("supposedValue"), value)
    for change in answer.gaps.changes:
        if change.kind != "changed" and isinstance(change.key[0], ox.NamedNode):
            yield ox.Triple(me, term("opensGap" if change.kind == "new" else "closesGap"), change.key[0])
