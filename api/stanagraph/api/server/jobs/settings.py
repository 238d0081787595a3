"""How much may go on behind requests; the table `[service.jobs]` of the settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..section import Section

Positive = Annotated[int, Field(ge=1)]


class JobSettings(Section):
    """Limits of jobs, and how long what became of them is kept."""

    at_once: Positive = Field(default=2, description="jobs that run at once, of each worker")
    waiting: Annotated[int, Field(ge=0)] = Field(default=32, description="jobs that may wait for that")
    per_caller: Positive = Field(default=4, le=256, description="jobs of one caller that wait or run")
    kept: Positive = Field(default=1000, description="jobs that have ended of which is known what came of them")
    kept_hours: Positive = Field(default=72, description="for which that is known")
