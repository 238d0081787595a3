"""The gaps as they are drawn: what, where, why, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from stanagraph.graph.catalogue import Answer
from stanagraph.graph.names import key_of

from ...explanations import Labels
from ...formats import value
from ..serving import Serving

NOT_KNOWN = "not-known"


@dataclass(frozen=True)
class Gap:
    """One row of the table of gaps, in words."""

    iri: str
    pairs: int
    cause: str
    cause_name: str
    reason: str | None
    nations: int
    code: str
    nation: str
    subject: str
    governed: bool
    interface: str | None
    munition: str | None
    since: str | None
    action: str
    target: str
    evidence: str | None


@dataclass(frozen=True)
class Cause:
    """How many gaps one cause has, and how much of the longest bar it fills."""

    key: str
    name: str
    gaps: int
    pairs: int
    width: float


def gaps_of(answer: Answer, serving: Serving, labels: Labels) -> list[Gap]:
    """The rows of an answer to `gaps`."""
    actions = {record["action"].value: record for record in serving.ask("actions").records()}
    wanted = {cell.value for row in answer.rows for cell in row if isinstance(cell, ox.NamedNode)}
    for iri in [iri for iri in wanted if iri in actions]:
        wanted |= {cell.value for cell in actions[iri].values() if isinstance(cell, ox.NamedNode)}
    labels.learn(wanted)
    return [_gap(record, actions.get(record["action"].value, {}), labels) for record in answer.records()]


def _gap(record: Mapping[str, Any], action: Mapping[str, Any], labels: Labels) -> Gap:
    def name(column: str, where: Mapping[str, Any] = record) -> str | None:
        cell = where.get(column)
        return labels.of(cell.value) if isinstance(cell, ox.NamedNode) else None

    subject = next(
        (found for column in ("equipment", "edition", "munition", "interface") if (found := name(column))), ""
    )
    interface, munition = name("interface"), name("munition")
    pair = {side: key_of(record[side].value) for side in ("equipment", "munition") if record[side] is not None}
    since = value(record["since"])
    return Gap(
        iri=record["gap"].value,
        pairs=int(str(value(record["pairs"]))),
        cause=key_of(record["cause"].value),
        cause_name=name("cause") or "",
        reason=name("reason"),
        nations=int(str(value(record["nations"]))),
        code=key_of(record["nation"].value),
        nation=name("nation") or "",
        subject=subject,
        governed=record["edition"] is not None,
        interface=interface if interface != subject else None,
        munition=munition if munition != subject else None,
        since=str(since) if since is not None else None,
        action=name("kind", action) or key_of(record["action"].value),
        target=name("target", action) or "",
        evidence=urlencode(pair) if len(pair) == 2 else None,
    )


def causes_of(answer: Answer, labels: Labels) -> list[Cause]:
    """The rows of an answer to `gap-causes` that have gaps; what is not known comes last, apart."""
    labels.learn(answer.labels)
    rows = [
        (key_of(record["cause"].value), int(str(value(record["gaps"]))), int(str(value(record["pairs"]))))
        for record in answer.records()
    ]
    most = max((gaps for _, gaps, _ in rows), default=0) or 1
    drawn = [Cause(key, labels("gap-cause", key), gaps, pairs, gaps / most) for key, gaps, pairs in rows if gaps]
    return sorted(drawn, key=lambda cause: cause.key == NOT_KNOWN)
