"""A client for the HTTP service, which needs nothing of the rest of Stanagraph: see docs/client.md.

from stanagraph.client import Client

with Client("https://stanagraph.example") as client:
    print(client.verdict("pzh-2000", "vulcano-155-glr").verdict)
"""

from __future__ import annotations

from ._async_client import AsyncClient
from ._client import Client
from ._errors import (
    BadRequest,
    Conflict,
    Details,
    Fault,
    Forbidden,
    Gone,
    NotAuthenticated,
    NotFound,
    NotReached,
    NotUnderstood,
    Problem,
    ServiceFailed,
    StanagraphClientError,
    TooManyRequests,
    Unavailable,
)
from ._models import (
    Cell,
    Cited,
    Criterion,
    Evidence,
    Fact,
    Gap,
    Hit,
    Named,
    NationWorksWith,
    Origin,
    Page,
    Parameter,
    Part,
    Question,
    Release,
    Report,
    Result,
    Row,
    Table,
    Term,
    Thing,
    Verdict,
    WorksWith,
)
from ._retries import NEVER, Retries

__all__ = [
    "NEVER",
    "AsyncClient",
    "BadRequest",
    "Cell",
    "Cited",
    "Client",
    "Conflict",
    "Criterion",
    "Details",
    "Evidence",
    "Fact",
    "Fault",
    "Forbidden",
    "Gap",
    "Gone",
    "Hit",
    "Named",
    "NationWorksWith",
    "NotAuthenticated",
    "NotFound",
    "NotReached",
    "NotUnderstood",
    "Origin",
    "Page",
    "Parameter",
    "Part",
    "Problem",
    "Question",
    "Release",
    "Report",
    "Result",
    "Retries",
    "Row",
    "ServiceFailed",
    "StanagraphClientError",
    "Table",
    "Term",
    "Thing",
    "TooManyRequests",
    "Unavailable",
    "Verdict",
    "WorksWith",
]
