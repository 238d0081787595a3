"""The examples of the OpenAPI document: a question for each operation, and the beginning of its answer."""

from __future__ import annotations

from typing import Any

QUESTIONS: dict[str, dict[str, str | int]] = {
    "gaps": {"class": "155mm", "nation": "POL", "limit": 1},
    "matrix": {"class": "155mm", "using": "AUS", "providing": "DEU"},
    "verdict": {"equipment": "pzh-2000", "munition": "vulcano-155-glr"},
    "health": {},
}
_THINGS = "https://w3id.org/stanagraph/id/"
_RELEASE = "e976bd57af35"

ANSWERS: dict[str, dict[str, Any]] = {
    "gaps": {
        "items": [
            {
                "iri": f"{_THINGS}gap/not-known/POL/agreement/STANAG-4425/2",
                "gap": "not-known/POL/agreement/STANAG-4425/2",
                "cause": "not-known",
                "nations": 1,
                "nation": "POL",
                "equipment": None,
                "interface": "155mm-l52-jbmou",
                "munition": None,
                "edition": "STANAG-4425/2",
                "reason": None,
                "pairs": 18,
                "since": None,
                "action": "find-out/POL/STANAG-4425/2",
                "stale": False,
            }
        ],
        "next": "ZTk3NmJkNTdhZjM1LjFhMmIzYzRkLjE",
        "total": 2,
        "asOf": "2026-07",
        "query": "gaps",
        "question": (
            "Where are the gaps in interchangeability, and what causes them, ranked by the pairs that they block?"
        ),
        "release": _RELEASE,
    },
    "matrix": {
        "items": [
            {
                "iri": f"{_THINGS}matrix-cell/155mm/AUS/DEU",
                "class": "155mm",
                "using": "AUS",
                "providing": "DEU",
                "compatible": 1,
                "restricted": 1,
                "incompatible": 0,
                "unknown": 1,
                "lower": 0.3333,
                "upper": 0.6667,
            }
        ],
        "next": None,
        "total": 1,
        "asOf": "2026-07",
        "query": "matrix",
        "question": "For a munition class, how much of each nation's munitions can each other nation's equipment use?",
        "release": _RELEASE,
    },
    "verdict": {
        "iri": f"{_THINGS}verdict/pzh-2000/vulcano-155-glr",
        "equipment_iri": f"{_THINGS}equipment/pzh-2000",
        "munition_iri": f"{_THINGS}munition/vulcano-155-glr",
        "release": _RELEASE,
        "asOf": "2026-07",
        "equipment": "pzh-2000",
        "munition": "vulcano-155-glr",
        "verdict": "restricted",
        "fits": "limited",
        "hits": "not-known",
        "released": "not-known",
        "derived": "compatible",
        "documented": "restricted",
        "disputed": False,
        "low_confidence": False,
        "stale": [],
        "reason_code": "software-integration",
        "derived_reason_code": None,
        "criteria": [],
        "findings": [],
    },
    "health": {"status": "ok", "release": _RELEASE},
}
