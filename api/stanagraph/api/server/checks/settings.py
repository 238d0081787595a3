"""What judging a description may cost; the table `[service.checks]` of the settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..section import Section

Positive = Annotated[int, Field(ge=1)]


class CheckSettings(Section):
    """Limits of one request, of all at once in each process, and of what is kept."""

    megabytes: Positive = Field(default=16, description="the longest body with descriptions")
    descriptions: Positive = Field(default=50, description="descriptions in one request")
    statements: Positive = Field(default=1000, description="values, claims, tests and the like in one description")
    at_once: Positive = Field(default=2, description="descriptions that are judged at once, of each worker")
    waiting: Annotated[int, Field(ge=0)] = Field(default=32, description="requests that may wait for that")
    patience_seconds: Annotated[float, Field(gt=0)] = Field(default=20, description="for which they wait")
    kept: Positive = Field(default=1000, description="reports that are kept for each audience; the oldest go first")
    kept_megabytes: Positive = Field(default=256, description="how large they may be together")
