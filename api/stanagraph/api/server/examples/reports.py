"""The lists and verdicts that have addresses of their own."""

from __future__ import annotations

from .operation import COMMON, OF_A_LIST, Operation

OPERATIONS = {
    "gaps": Operation(
        query={"class": "155mm", "nation": "POL", "limit": 1}, schema="List", problems={**COMMON, **OF_A_LIST}
    ),
    "matrix": Operation(
        query={"class": "155mm", "using": "AUS", "providing": "DEU"}, schema="List", problems={**COMMON, **OF_A_LIST}
    ),
    "pairs": Operation(
        query={"using": "POL", "providing": "DEU", "class": "155mm", "limit": 1},
        schema="List",
        problems={**COMMON, **OF_A_LIST},
    ),
    "verdict": Operation(query={"equipment": "pzh-2000", "munition": "vulcano-155-glr"}),
}
