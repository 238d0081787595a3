"""What scenarios may cost; the table `[service.scenarios]` of the settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..section import Section

Positive = Annotated[int, Field(ge=1)]


class ScenarioSettings(Section):
    """Limits of one scenario, of one caller, and of all at once in each process of the service."""

    per_caller: Positive = Field(default=20, description="scenarios that one caller may keep")
    moves: Positive = Field(default=100, description="moves in one scenario")
    at_once: Positive = Field(default=1, description="scenarios that are answered at once, of each worker")
    waiting: Annotated[int, Field(ge=0)] = Field(default=8, description="requests that may wait for that")
    patience_seconds: Annotated[float, Field(gt=0)] = Field(default=20, description="for which they wait")
    seconds: Annotated[float, Field(gt=0)] = Field(default=60, description="how long an answer may take")
    memory: Annotated[int, Field(ge=256)] = Field(default=4096, description="how many megabytes it may use")
    megabytes: Positive = Field(default=32, description="how large it may be")
