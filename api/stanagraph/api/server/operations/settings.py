"""How the service is run, as the settings say it."""

from __future__ import annotations

from typing import Annotated, Literal

import limits
from pydantic import AfterValidator, Field

from ..section import Section


def _rate(text: str) -> str:
    try:
        limits.parse(text)
    except ValueError:
        raise ValueError("expected a number and a time, as 600/minute") from None
    return text


Rate = Annotated[str, AfterValidator(_rate)]
Seconds = Annotated[float, Field(gt=0)]
Bytes = Annotated[int, Field(ge=1)]


class LimitSettings(Section):
    """What one caller, one connection and one request may take."""

    requests: Rate = Field(default="600/minute", description="requests of one address whose caller is not known")
    known_requests: Rate = Field(default="6000/minute", description="requests of one known caller")
    failures: Rate = Field(default="20/minute", description="failed logins of one address; more are not looked at")
    body_bytes: Bytes = Field(default=32 * 1024**2, description="the longest body")
    upload_bytes: Bytes = Field(default=512 * 1024**2, description="the longest body of callers who may ingest")
    header_bytes: Bytes = Field(default=16 * 1024, description="the longest request line with all its headers")
    header_seconds: Seconds = Field(default=10, description="within which the headers must have come")
    body_seconds: Seconds = Field(default=60, description="within which the body must have come")
    stall_seconds: Seconds = Field(default=30, description="for which a client may read nothing of its answer")
    idle_seconds: Annotated[int, Field(ge=1)] = Field(default=5, description="for which a connection may be idle")
    connections: Annotated[int, Field(ge=1)] = Field(default=1000, description="open at once, of each worker")
    address_connections: Annotated[int, Field(ge=1)] = Field(
        default=200, description="open at once from one address, of each worker; not counted behind trusted proxies"
    )


class CorsSettings(Section):
    """Which pages of other sites may use the service from a browser."""

    origins: tuple[str, ...] = Field(
        default=(), description='as "https://partner.example"; "*" for all; never with cookies'
    )
    max_age_seconds: Annotated[int, Field(ge=0)] = Field(
        default=600, description="for which a browser remembers the answer"
    )


class LogSettings(Section):
    """What is written to standard error, and how."""

    format: Literal["auto", "json", "text"] = Field(default="auto", description="auto: text on a terminal, else JSON")
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="what is written at least")
    requests: bool = Field(default=True, description="one line for each request")


class MetricsSettings(Section):
    """Who may read `/metrics`."""

    access: Literal["admin", "open", "off"] = Field(
        default="admin", description="admin: callers with that scope; open: everybody; off: nobody"
    )


class TraceSettings(Section):
    """Where traces of OpenTelemetry go; needs the extra `otel`."""

    endpoint: str = Field(
        default="", description="address of a collector, as http://localhost:4318/v1/traces; empty: none"
    )
    share: Annotated[float, Field(ge=0, le=1)] = Field(default=1.0, description="of the requests that are traced")
