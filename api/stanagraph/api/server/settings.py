"""The settings of the service: the table `[service]` of stanagraph.toml, and above it the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from stanagraph.graph.errors import SettingsRefused
from stanagraph.graph.resources import SETTINGS
from stanagraph.graph.workspace import Settings

from .access.settings import AccessSettings
from .checks.settings import CheckSettings
from .ingestion.settings import IngestSettings
from .jobs.settings import JobSettings
from .operations.settings import CorsSettings, LimitSettings, LogSettings, MetricsSettings, TraceSettings
from .scenarios.settings import ScenarioSettings
from .sparql.settings import SparqlSettings

PREFIX, NESTED = "STANAGRAPH_SERVICE__", "__"


class ServiceSettings(BaseSettings):
    """All that may be set. `STANAGRAPH_SERVICE__LIMITS__BODY_BYTES` outranks `body-bytes` of `[service.limits]`.

    Each part of the service has its own table, whose model lies beside the code that it is for.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=NESTED, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8000, description="port to listen on; 0: any that is free"
    )
    workers: Annotated[int, Field(ge=1, le=256)] = Field(default=1, description="processes that answer")
    root_path: str = Field(default="", description="path under which a proxy offers the service")
    trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description="addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
    )
    drain_seconds: Annotated[int, Field(ge=0)] = Field(
        default=30, description="for which running requests may go on when the service is stopped"
    )
    store_seconds: Annotated[float, Field(gt=0)] = Field(
        default=5.0, description="for which the store of `[store]` may take before the release here answers"
    )
    runtime: Path | None = Field(
        default=None, description="folder for what the workers share while they run; one of its own if left out"
    )
    access: AccessSettings = AccessSettings()
    limits: LimitSettings = LimitSettings()
    sparql: SparqlSettings = SparqlSettings()
    checks: CheckSettings = CheckSettings()
    jobs: JobSettings = JobSettings()
    ingest: IngestSettings = IngestSettings()
    scenarios: ScenarioSettings = ScenarioSettings()
    cors: CorsSettings = CorsSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    traces: TraceSettings = TraceSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment outranks the file."""
        return env_settings, init_settings

    @classmethod
    def read(cls, home: Path) -> ServiceSettings:
        """The settings of a workspace; raises SettingsRefused with the place of each fault, never with a value."""
        path = home / SETTINGS
        table = _named(Settings.read(home).service, cls)
        unknown = [name for name in os.environ if name.startswith(PREFIX) and _first(name) not in cls.model_fields]
        if unknown:
            raise SettingsRefused(path, [f"{name}: there is no such setting" for name in sorted(unknown)])
        try:
            return cls(**table)
        except ValidationError as error:
            told = [f"{_place(it['loc'])}: {it['msg']}" for it in error.errors(include_url=False, include_input=False)]
            raise SettingsRefused(path, told) from None
        except SettingsError as error:
            raise SettingsRefused(path, [f"the environment: {error}"]) from None


def _first(name: str) -> str:
    return name.removeprefix(PREFIX).split(NESTED)[0].lower()


def _named(table: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """A table with its names as Python has them; names that the owner of the file chose stay as they are."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        below = model.model_fields[name].annotation if name in model.model_fields else None
        known = isinstance(below, type) and issubclass(below, BaseModel) and isinstance(value, Mapping)
        found[name] = _named(value, below) if known else value  # type: ignore[arg-type]
    return found


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(["service", *(str(part).replace("_", "-") for part in location)])


def rows(model: type[BaseModel] = ServiceSettings, above: str = "") -> list[tuple[str, str, str]]:
    """Every setting by the name that it has below `[service]`: what it is for, and its default."""
    found = []
    for name, field in model.model_fields.items():
        below, place = field.annotation, f"{above}{name.replace('_', '-')}"
        if isinstance(below, type) and issubclass(below, BaseModel):
            found += rows(below, f"{place}.")
        else:
            found.append((place, field.description or "", _shown(field.get_default(call_default_factory=True))))
    return found


def _shown(value: object) -> str:
    if value in ("", (), None, {}):
        return "none"
    return f"`{json.dumps(value)}`"
