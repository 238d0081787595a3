"""Getting hold of a source: a file as it lies, an address that is fetched, or an endpoint that is harvested.

This happens before anything is locked: a slow network keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.sources import Kept
from stanagraph.graph.workspace import Settings

from .intake import Given, source_id_of
from .sources import Limits
from .sources.endpoint import HarvestReader, harvest
from .sources.network import fetch_file

ENDPOINT = "endpoint:"


def is_remote(source: str) -> bool:
    """Whether a source is an address or an endpoint, and no file of this machine."""
    return source.startswith(ENDPOINT) or urlsplit(source).scheme in ("http", "https")


def gather(
    given: Given,
    settings: Settings,
    present: Mapping[str, Kept],
    into: Path,
    progress: Callable[[int, int | None], None],
) -> Given:
    """The same source with a file at hand; raises SourceRefused.

    An endpoint that does not answer gives back what it gave before, as a state that says since when it is stale.
    """
    if given.source.startswith(ENDPOINT):
        return _harvested(given, settings, present, into, progress)
    if is_remote(given.source):
        fetched = fetch_file(given.source, settings.network, into)
        return replace(given, path=fetched.path, name=fetched.name, url=given.url or fetched.url)
    return given


def _harvested(
    given: Given,
    settings: Settings,
    present: Mapping[str, Kept],
    into: Path,
    progress: Callable[[int, int | None], None],
) -> Given:
    name = given.source.removeprefix(ENDPOINT)
    endpoint = settings.endpoints.get(name)
    if endpoint is None:
        known = ", ".join(sorted(settings.endpoints)) or "–"
        raise SourceRefused(given.source, "stanagraph.toml names no such endpoint; it names {known}", known=known)
    # It names a file before the source is taken in: a path in it would lead out of the folder.
    identifier = source_id_of(replace(given, source_id=given.source_id or name))
    before = present.get(identifier)
    path = into / f"{identifier}.nq"
    limits = Limits.of(settings.limits)
    previous = before.state if before else None
    status = harvest(endpoint, settings.network, path, previous, progress, limits=limits)
    if status.outcome != "answered" and before is None:
        raise SourceRefused(
            endpoint.url,
            "the endpoint gave nothing ({outcome}): {detail}",
            outcome=status.outcome,
            detail=status.detail,
        )
    return replace(
        given,
        path=path,
        name=path.name,
        kind=HarvestReader.kind,
        source_id=identifier,
        url=endpoint.url,
        status=status,
        stands_in=before if status.outcome != "answered" else None,
    )
