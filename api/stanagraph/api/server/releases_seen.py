"""The releases as one audience sees them, and what has changed between two; another audience's are not there at all."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from typing import Any

from stanagraph.graph.changes import Changes, changes
from stanagraph.graph.errors import AudienceNotFound, ReleaseError, ReleaseNotFound
from stanagraph.graph.releases import Release, Releases, View
from stanagraph.graph.store import EmbeddedStore

from .serving import Busy

_REMEMBERED = 4
_PATIENCE = 10.0
_LARGEST = 20_000


def seen(releases: Releases, audience: str) -> list[View]:
    """What an audience sees of each release, oldest first, and once where two are the same for it.

    Damaged releases, and those that have nothing for the audience, are left out.
    """
    found: dict[str, View] = {}
    for release in releases.list():
        try:
            view = release.view(audience)
        except (AudienceNotFound, ReleaseError):
            continue
        found.setdefault(view.identifier, view)
    return list(found.values())


def one(views: list[View], identifier: str, current: str) -> View:
    """The view of this identifier, or of `current`; raises ReleaseNotFound."""
    wanted = current if identifier == "current" else identifier
    for view in views:
        if view.identifier == wanted:
            return view
    raise ReleaseNotFound(identifier, [view.identifier for view in views][-5:])


def used(releases: Releases, audience: str, identifier: str) -> Release:
    """Make current what an audience knows under this identifier; raises ReleaseNotFound, ReleaseDamaged, BuildRunning.

    Where several releases are the same for the audience, that is the one that is current, else the newest.
    """
    # Whoever takes sources in meanwhile would undo it.
    with releases.locked():
        current = releases.current()
        wanted = current.view(audience).identifier if identifier == "current" else identifier
        found = [it for it in (*releases.list(), current) if _is(it, audience, wanted)]
        if not found:
            raise ReleaseNotFound(identifier, [view.identifier for view in seen(releases, audience)][-5:])
        for name in found[-1].manifest["audiences"]:
            found[-1].open(name)
        return releases.use(found[-1].identifier)


def _is(release: Release, audience: str, identifier: str) -> bool:
    try:
        return release.view(audience).identifier == identifier
    except (AudienceNotFound, ReleaseError):
        return False


def before(views: list[View], view: View) -> View | None:
    """The view before this one, or None for the first."""
    at = [it.identifier for it in views].index(view.identifier)
    return views[at - 1] if at else None


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What differs between two views, and their stores."""

    found: Changes
    stores: tuple[EmbeddedStore, EmbeddedStore]


class Comparisons:
    """Comparisons that were made last: one at a time, since each takes time and memory."""

    def __init__(self) -> None:
        self._one = threading.Semaphore(1)
        self._kept: OrderedDict[tuple[Any, ...], Comparison] = OrderedDict()

    def between(self, old: View, new: View, sections: tuple[str, ...]) -> Comparison:
        """What differs between two views; raises Busy while others are compared, NameNotKnown for a section."""
        key = (old.identifier, new.identifier, sections)
        if not self._one.acquire(timeout=_PATIENCE):
            raise Busy("other releases are being compared")
        try:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known
            stores = old.open(), new.open()
            found = Comparison(changes(*stores, sections, graphs=not sections), stores)
            if sum(len(part.changes) for part in found.found.sections) <= _LARGEST:
                self._kept[key] = found
            if len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
            return found
        finally:
            self._one.release()
