"""What taking sources in may cost; the table `[service.ingest]` of the settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..section import Section

Positive = Annotated[int, Field(ge=1)]


class IngestSettings(Section):
    """Limits of one request, and of all at once in each process of the service."""

    files: Positive = Field(default=20, description="files in one request")
    uploads: Positive = Field(default=2, description="requests whose files come in at once, of each worker")
    at_once: Positive = Field(default=1, description="that are worked on at once, of each worker")
    waiting: Annotated[int, Field(ge=0)] = Field(default=8, description="that may wait for that")
    per_caller: Positive = Field(default=4, le=256, description="of one caller that wait or are worked on")
    patience_seconds: Annotated[float, Field(gt=0)] = Field(
        default=20, description="for which a request waits until its files may come in"
    )
    seconds: Positive = Field(default=3600, description="after which the work is ended, waiting included")
