"""The answers of the tools: plain objects with their evidence, never longer than a limit."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.errors import BadArgument
from stanagraph.graph.lookup import label, labels_of
from stanagraph.graph.names import key_of, kind_of, thing
from stanagraph.graph.search import Index

from .. import explanations, formats
from ..server.paging import span_of
from ..server.parameters import LONGEST
from ..server.serving import Serving
from . import evidence
from .desk import Desk
from .tools import CHECK, HITS, ROWS, SEARCH, VERDICT

# Characters of JSON: what an assistant can still read.
LARGEST = 60_000
# Values, standards, tests and so on of one description: near names are looked for for each that is not known.
PARTS = 200


def answer(desk: Desk, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a tool answers; raises errors of the tree, BadArgument for an argument that its schema does not allow."""
    special: Mapping[str, Callable[[Desk, Mapping[str, Any]], dict[str, Any]]] = {
        VERDICT: verdict, CHECK: check, SEARCH: search,
    }  # fmt: skip
    return special[name](desk, arguments) if name in special else question(desk, name, arguments)


def question(desk: Desk, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the answer to a question of the catalogue: as many rows as were asked for, and as fit."""
    serving = desk.serving("read")
    query = serving.catalogue[name]
    _only(arguments, {*query.parameters, "limit", "cursor"}, name)
    asked = {it: _text(arguments, it) for it in query.parameters if arguments.get(it) is not None}
    limit, cursor = _number(arguments, "limit", 50, ROWS), _text(arguments, "cursor", 200) or None
    found = serving.ask(name, asked.items())
    while True:
        span = span_of(f"mcp:{name}", serving.identifier, asked, len(found.rows), limit, cursor)
        part = dataclasses.replace(found, rows=found.rows[span.offset : span.end])
        told = _page(serving, part, desk.language) | {"total": span.total, "next": span.next}
        told["evidence"] = {"release": serving.identifier, "asOf": serving.newest} | evidence.of_rows(
            serving.store, part
        )
        if len(part.rows) <= 1 or _length(told) <= LARGEST:
            return told
        limit = len(part.rows) // 2


def verdict(desk: Desk, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict on one pair with all its evidence."""
    serving = desk.serving("read")
    _only(arguments, {"equipment", "munition"}, VERDICT)
    equipment, munition = serving.pair(_needed(arguments, "equipment"), _needed(arguments, "munition"))
    found = serving.explain(equipment, munition)
    sentences = explanations.explanations(serving.store, found, desk.language)
    told = formats.verdict_as_json(found, sentences, explanations.reasons(serving.store, found))
    statements = [it for criterion in found.criteria for it in criterion.evidence] + list(found.findings)
    sources = {thing("source", it.source).value for it in statements}
    head = {"iri": thing("verdict", f"{found.equipment}/{found.munition}").value}
    proof = {"release": serving.identifier, "asOf": serving.newest} | evidence.of(serving.store, sources)
    return _fitted(head | told | {"evidence": proof}, "findings", "criteria")


def check(desk: Desk, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The report of a conformance check."""
    from ..conformance.demands import target
    from ..conformance.names import understood
    from ..conformance.reading import from_json
    from ..conformance.report import check as judged
    from ..server.checks.judged import prepared_of

    serving = desk.serving("check")
    _only(arguments, {"description", "against", "confidence"}, CHECK)
    described = arguments.get("description")
    if not isinstance(described, dict):
        raise BadArgument("description", "is required, as an object")
    if sum(len(it) for it in described.values() if isinstance(it, list)) > PARTS:
        raise BadArgument("description", f"has more than {PARTS} parts: the service or the command line checks it")
    confidence = arguments.get("confidence", "low")
    if confidence not in ("low", "medium", "high"):
        raise BadArgument("confidence", "is none of low, medium, high")
    against = target(serving.store, _needed(arguments, "against"))
    try:
        form = from_json("description", json.dumps(described).encode())
    except (RecursionError, ValueError):
        raise BadArgument("description", "cannot be read") from None
    prepared = prepared_of(serving)
    made = str(serving.view.manifest["built"])
    report = judged(
        serving.store, serving.identifier, made, understood(form, prepared.names), against, confidence, prepared
    )
    told = report.model_dump(mode="json")
    proof = {"release": serving.identifier, "asOf": serving.newest}
    return _fitted(told | {"evidence": proof}, "works_with", "nations", "results")


def search(desk: Desk, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The things that are called something like this."""
    serving = desk.serving("read")
    _only(arguments, {"text", "kind", "limit"}, SEARCH)
    index = serving.kept("search", lambda: Index.of(serving.store))
    kind = _text(arguments, "kind")
    hits = index.find(_needed(arguments, "text"), (kind,) if kind else (), _number(arguments, "limit", 10, HITS))
    labels = labels_of(serving.store, (hit.iri for hit in hits))
    items = [
        {
            "id": key_of(hit.iri), "kind": hit.kind, "iri": hit.iri, "label": label(labels, hit.iri, desk.language),
            "score": hit.score, "matched": hit.matched,
        }
        for hit in hits
    ]  # fmt: skip
    return {"items": items, "evidence": {"release": serving.identifier, "asOf": serving.newest}}


def _page(serving: Serving, part: Answer, language: str) -> dict[str, Any]:
    told = formats.as_json(part, language, serving.identifier)
    iris = {cell.value for row in part.rows for cell in row if isinstance(cell, ox.NamedNode)}
    shown = sorted(iri for iri in iris if kind_of(iri) not in ("statement", "source", ""))
    things = [
        {"id": key_of(iri), "kind": kind_of(iri), "iri": iri, "label": label(part.labels, iri, language)}
        for iri in shown
    ]
    return told | {"things": things}


def _fitted(told: dict[str, Any], *lists: str) -> dict[str, Any]:
    """The answer with its lists cut, one after another, until it fits; `cut` says how long they were."""
    cut: dict[str, int] = {}
    for name in lists:
        while _length(told) > LARGEST and len(told[name]) > 1:
            cut.setdefault(name, len(told[name]))
            told = {**told, name: told[name][: len(told[name]) // 2]}
    return {**told, "cut": cut} if cut else told


def _length(told: Mapping[str, Any]) -> int:
    return len(json.dumps(told, ensure_ascii=False))


def _only(arguments: Mapping[str, Any], known: set[str], tool: str) -> None:
    for name in arguments:
        if name not in known:
            raise BadArgument(str(name)[:LONGEST], f"is no parameter of {tool}; it has {', '.join(sorted(known))}")


def _needed(arguments: Mapping[str, Any], name: str) -> str:
    text = _text(arguments, name)
    if not text:
        raise BadArgument(name, "is required")
    return text


def _text(arguments: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    given = arguments.get(name)
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > longest:
        raise BadArgument(name, f"is no text of at most {longest} characters")
    return given


def _number(arguments: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    given = arguments.get(name, usual)
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= most:
        raise BadArgument(name, f"is no whole number from 1 to {most}")
    return given
