"""A file from the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.workspace import NetworkSettings

from .client import Client
from .clock import Clock
from .faults import NetworkFault
from .resolving import Resolve, addresses_of


@dataclass(frozen=True)
class Fetched:
    """A file from the network: where it lies, its name, the address that gave it in the end, and its media type."""

    path: Path
    name: str
    url: str
    media_type: str
    size: int


def fetch_file(
    url: str, settings: NetworkSettings, into: Path, clock: Clock | None = None, resolve: Resolve = addresses_of
) -> Fetched:
    """Fetch a file into a folder, under its own name without any path; raises SourceRefused with the reason."""
    name = re.sub(r"[^\w.+-]", "_", unquote(urlsplit(url).path.rpartition("/")[2])).lstrip(".")[:120] or "download"
    path = into / name
    try:
        received = Client(settings, clock, resolve).fetch(url, path, {"Accept": "*/*"})
    except NetworkFault as error:
        path.unlink(missing_ok=True)
        raise SourceRefused(
            url, "cannot be fetched ({outcome}): {detail}", outcome=error.outcome, detail=error.detail
        ) from error
    return Fetched(path, name, received.url, received.media_type, received.size)
