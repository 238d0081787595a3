"""The workspace: the folder that holds the settings, the sources and the releases, and what its settings say.

    stanagraph.toml            who may see what, which hosts may be asked, which source prevails
    sources/<id>/<digest>/     one state of one source: the file as it came, its facts, and what is known of it
    releases/<id>/             what was built from them
    current                    the name of the release that answers

The release that is current says which states of which sources it was made from: there is no other register.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from .errors import SettingsRefused
from .labels import EVERYBODY, PUBLIC, Audience, Label, parse_label
from .resources import SETTINGS
from .wording import message

SourceId = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_kebab, populate_by_name=True)


def without_login(address: str) -> str:
    """The same address; raises ValueError where it is none of http or https, or has a name or password in it."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", address):
        raise ValueError(message("expected an address of http or https, without a name or password in it"))
    return address


Address = Annotated[str, AfterValidator(without_login)]


def _labels(texts: Any) -> Any:
    return tuple(parse_label(text) for text in texts) if isinstance(texts, list) else texts


def _no_unmarked(labels: tuple[Label | None, ...]) -> tuple[Label | None, ...]:
    if None in labels:
        raise ValueError("every audience sees what is unmarked")
    return labels


class AudienceSettings(_Section):
    """Which labels an audience may see, and to which nations and bodies all its readers belong."""

    sees: Annotated[tuple[Label, ...], BeforeValidator(_labels), AfterValidator(_no_unmarked)] = ()
    belongs_to: tuple[str, ...] = ()


class PrecedenceSettings(_Section):
    """Which source prevails where several disagree: for all fields, and for single ones by property name."""

    order: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class EndpointSettings(_Section):
    """One SPARQL service that may be harvested under a short name."""

    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    mapping: str | None = None  # a ready mapping, or a file with a CONSTRUCT; None: all it has
    graph: str | None = None  # only this named graph
    page: Annotated[int, Field(ge=1, le=100_000)] = 10_000


class NetworkSettings(_Section):
    """Which hosts may be asked ("query.wikidata.org", "localhost:7878"), and how long and how much."""

    allow: tuple[str, ...] = ()
    request_seconds: Annotated[float, Field(gt=0)] = 60
    total_seconds: Annotated[float, Field(gt=0)] = 900
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    bytes: Annotated[int, Field(ge=1)] = 512 * 1024**2


class StoreSettings(_Section):
    """The store on another machine that answers in place of the releases here; the environment has its password."""

    query: Address
    update: Address | None = None
    graph_store: Address | None = None
    user: str | None = None
    seconds: Annotated[float, Field(gt=0)] = 60
    bytes: Annotated[int, Field(ge=1)] = 1024**3


class LimitSettings(_Section):
    """What a file may cost, in bytes and entries."""

    size: Annotated[int, Field(ge=1)] = 512 * 1024**2
    unpacked: Annotated[int, Field(ge=1)] = 2 * 1024**3
    entries: Annotated[int, Field(ge=1)] = 5_000_000


class Settings(_Section):
    """All that stanagraph.toml may say. Without the file everything has its default."""

    title: str = ""
    # The public data set that comes with the software, or none of it.
    tables: Literal["public", "none"] = "public"
    # The label of a source that comes without one; needed as soon as there are several audiences.
    default_label: str | None = None
    audiences: Mapping[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")], AudienceSettings] = Field(
        default_factory=dict
    )
    precedence: PrecedenceSettings = PrecedenceSettings()
    endpoints: Mapping[str, EndpointSettings] = Field(default_factory=dict)
    network: NetworkSettings = NetworkSettings()
    store: StoreSettings | None = None
    limits: LimitSettings = LimitSettings()
    # How the HTTP service is run: read where that is. No release depends on it.
    service: Mapping[str, Any] = Field(default_factory=dict, exclude=True)

    @classmethod
    def read(cls, home: Path) -> Settings:
        """The settings of a workspace; raises SettingsRefused with the place of each fault."""
        path = home / SETTINGS
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsRefused(path, [str(error)]) from error
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            told = [
                f"{'.'.join(str(part) for part in it['loc'])}: {it['msg']}" for it in error.errors(include_url=False)
            ]
            raise SettingsRefused(path, told) from error

    def readers(self) -> tuple[Audience, ...]:
        """The audiences, that of the public first; there is always one."""
        named = [Audience(name, it.sees, it.belongs_to) for name, it in sorted(self.audiences.items())]
        everybody = [] if PUBLIC in self.audiences else EVERYBODY
        return tuple(sorted([*everybody, *named], key=lambda audience: audience.name != PUBLIC))


class Status(BaseModel):
    """How the last attempt to ask a service ended; `stale_since` is set while an older answer stands in for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    asked: str
    outcome: Literal["answered", "timed-out", "refused", "broken-off", "unreadable"]
    detail: str = ""
    stale_since: str | None = None


class SourceState(BaseModel):
    """What is known of one state of one source; kept beside it as source.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: SourceId
    kind: str
    reader_version: str
    name: str  # the name of the file, or the address
    sha256: str
    size: int
    retrieved: str  # a moment in UTC
    captured: str | None = None
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    licence: str | None = None
    source_kind: str = "not-known"
    confidence: Literal["high", "medium", "low"] = "medium"
    label: Label | None = None
    options: Mapping[str, str] = Field(default_factory=dict)
    facts_sha256: str = ""
    triples: int = 0
    entries: int = 0
    counts: Mapping[str, int] = Field(default_factory=dict)
    outcomes: Mapping[str, int] = Field(default_factory=dict)  # merged, not-loaded, remark
    same: tuple[tuple[str, str], ...] = ()  # things that it declares to be one
    status: Status | None = None
