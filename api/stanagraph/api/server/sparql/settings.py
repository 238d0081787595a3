"""What a stranger's query may cost; the table `[service.sparql]` of the settings."""

from __future__ import annotations

import os

from pydantic import BaseModel, ConfigDict, Field


class SparqlSettings(BaseModel):
    """Limits of one query, and of all at once in each process of the service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workers: int = Field(
        default_factory=lambda: max(2, min(8, os.cpu_count() or 2)),
        ge=1,
        le=256,
        description="how many queries each worker of the service works out at once, each in a process of its own",
    )
    per_caller: int = Field(default=2, ge=1, le=256, description="how many queries one caller may have at once")
    waiting: int = Field(default=32, ge=0, le=10_000, description="how many more may wait for a process")
    patience: float = Field(default=5.0, ge=0, le=600, description="for how many seconds they wait")
    seconds: float = Field(default=30.0, gt=0, le=3600, description="how long a query may take, its transfer included")
    memory: int = Field(default=1024, ge=64, le=1 << 20, description="how many megabytes a query may use")
    rows: int = Field(default=1_000_000, ge=1, description="how many rows or triples an answer may have")
    megabytes: int = Field(default=256, ge=1, le=4095, description="how large an answer may be")
    characters: int = Field(
        default=100_000,
        ge=100,
        le=10_000_000,
        description="how long the text of a query or an update may be, with what belongs to it",
    )
    upload: int = Field(default=16, ge=1, le=1024, description="how many megabytes may be put into a graph at once")
    copies: int = Field(default=4, ge=1, le=64, description="how many mutable copies may be in use at once")
    copies_per_owner: int = Field(default=4, ge=1, le=1000, description="how many mutable copies one owner may have")
    copy_megabytes: int = Field(default=1024, ge=1, description="how large a copy may grow on the disk")
    copy_seconds: float = Field(default=120.0, gt=0, le=3600, description="how long it may take to make a copy")
    idle: float = Field(
        default=2.0,
        gt=0,
        le=3600,
        description="after how many idle seconds a copy is closed, and another process may open it",
    )
