"""What is to be done, by whom, and how it is told: as one line of JSON from the service to the process that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Order:
    """Sources to be taken in, or to be left out from now on.

    `sources` are the fields of Given for each; `remove` the ids. `home` is the workspace, `by` says for others who
    builds, `audience` is that of the caller: what it may not see has no part in the answer.
    """

    home: str
    by: str
    audience: str
    language: str
    dry_run: bool
    wait: bool
    sources: Sequence[Mapping[str, Any]] = field(default=())
    remove: Sequence[str] = field(default=())
