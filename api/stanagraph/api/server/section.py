"""What every table of settings has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table below `[service]`: immutable, and without any name that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
