"""The pipeline from sources to a published release. Everything happens beside the live release.

take in → read → reason → validate → derive → check → store → publish: nothing is visible before the last step, and a
process that dies in any of them leaves the release before it answering.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from stanagraph.graph import __version__
from stanagraph.graph.digest import digest_of, digests_of
from stanagraph.graph.errors import (
    BadArgument,
    BadInput,
    NoRelease,
    ReleaseDamaged,
    ReleaseError,
    SourceNotFound,
)
from stanagraph.graph.labels import Audience
from stanagraph.graph.ontology.proofs import Proofs
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.releases import Release, Releases, View, write_manifest
from stanagraph.graph.resources import folder
from stanagraph.graph.sources import Kept, Sources
from stanagraph.graph.workspace import Settings

from .assembly import Ground, assemble
from .descriptions import capability_values, is_rdf, lines_of, triples_of
from .gather import gather, is_remote
from .identity import Precedence
from .intake import Given, Surroundings, known_things, label_of, now, source_id_of, take_in, visible
from .scenarios import ask as ask_scenario
from .scenarios import suppose_over
from .scenarios.answer import Answer, CellChange, Reason
from .scenarios.keep import Scenarios
from .scenarios.known import Deed
from .scenarios.moves import MOVES, AnyMove, Scenario, move_of, read_scenario, scenario_of

STEPS = ("read", "reason", "validate", "derive", "check", "store", "publish")
Observer = Callable[[str, str], None]
Waiting = Callable[[str], None]
Progress = Callable[[str, int, int | None], None]

__all__ = [
    "MOVES",
    "STEPS",
    "Answer",
    "AnyMove",
    "CellChange",
    "Deed",
    "Given",
    "Inputs",
    "Preview",
    "Reason",
    "Result",
    "Scenario",
    "Scenarios",
    "ask_scenario",
    "build",
    "capability_values",
    "given",
    "ingest",
    "is_rdf",
    "is_remote",
    "lines_of",
    "move_of",
    "read_scenario",
    "remove",
    "scenario_of",
    "suppose_over",
    "triples_of",
]


@dataclass(frozen=True)
class Inputs:
    """The folders that a release is made from, besides the sources of the workspace; without `data` no tables."""

    data: Path | None = field(default_factory=lambda: folder("data"))
    ontology: Path = field(default_factory=lambda: folder("ontology"))
    queries: Path = field(default_factory=lambda: folder("queries"))

    @classmethod
    def of(cls, settings: Settings) -> Inputs:
        """What the settings of a workspace ask for."""
        return cls() if settings.tables == "public" else cls(data=None)

    def files(self) -> dict[str, Path]:
        """Every file that the release depends on, by a name that does not depend on where it lies."""
        rules = [
            *self.queries.glob("closure/*.rq"),
            *self.queries.glob("derive/*.rq"),
            *self.queries.glob("checks/*.rq"),
        ]
        ontology = [*ontology_files(self.ontology), *self.ontology.glob("shapes/*.ttl")]
        named = {f"data/{path.name}": path for path in self.data.glob("*.csv")} if self.data else {}
        named |= {f"queries/{path.relative_to(self.queries).as_posix()}": path for path in rules}
        named |= {f"ontology/{path.relative_to(self.ontology).as_posix()}": path for path in ontology}
        return dict(sorted(named.items()))

    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file."""
        return {name: digest_of(path) for name, path in self.files().items()}


@dataclass(frozen=True)
class Result:
    """What came of a run: the release that is current now, which states are new, and which said nothing new.

    Of a dry run `release` is the one that stays current, and None where there is none.
    """

    release: Release | None
    taken: tuple[Kept, ...] = ()
    unchanged: tuple[Kept, ...] = ()


# Of a dry run: hears the view of each audience before (None: there is none) and after, while both can be opened.
Preview = Callable[[str, View | None, View], None]


def given(source: str, **told: Any) -> Given:
    """A file, an address or `endpoint:NAME`, and what a person says of it: the fields of Given."""
    return Given(source, Path() if is_remote(source) else Path(source), **told)


def build(
    releases: Releases | None = None,
    inputs: Inputs | None = None,
    observe: Observer = lambda step, detail: None,
    *,
    again: bool = False,
    waiting: Waiting | None = None,
) -> Release:
    """Build a release of the tables and the sources of the workspace, and make it current.

    `observe` hears each step and what it works on. With unchanged inputs the current release is returned at once,
    unless `again` is set. Faulty rows raise DataRefused with all of them, and nothing is changed. While another
    process builds, `waiting` hears of it and this one waits; without it BuildRunning is raised.
    """
    releases = releases if releases is not None else Releases()
    run = _Run(releases, inputs, observe)
    if not again and (present := run.unchanged()):
        return present
    with run.held(waiting) as scratch:
        return run.publish(scratch, run.kept())


def ingest(
    sources: Sequence[Given],
    releases: Releases | None = None,
    inputs: Inputs | None = None,
    observe: Observer = lambda step, detail: None,
    *,
    progress: Progress = lambda name, done, total: None,
    waiting: Waiting | None = None,
    preview: Preview | None = None,
    audience: str | None = None,
) -> Result:
    """Take sources in, and build and publish a release with them; a source that came before is replaced.

    With `preview` nothing is published: it hears what each audience would see. Any fault changes nothing. Who gives an
    `audience` does so for one of its readers: nothing that it may not see is read against, replaced or told of.
    """
    releases = releases if releases is not None else Releases()
    run = _Run(releases, inputs, observe, audience)
    with run.gathered(sources, progress) as at_hand, run.held(waiting) as scratch:
        before = run.kept()
        taken, unchanged, after = _take_all(run, at_hand, before, scratch / "sources", progress)
        if not taken and preview is None and (present := run.unchanged()):
            return Result(present, (), tuple(unchanged))
        if preview is not None:
            run.preview(scratch, after, preview)
            return Result(run.current(), tuple(taken), tuple(unchanged))
        return Result(run.publish(scratch, after), tuple(taken), tuple(unchanged))


def remove(
    identifiers: Sequence[str],
    releases: Releases | None = None,
    inputs: Inputs | None = None,
    observe: Observer = lambda step, detail: None,
    *,
    waiting: Waiting | None = None,
    preview: Preview | None = None,
    audience: str | None = None,
) -> Result:
    """Build and publish a release without these sources. Earlier releases keep them. `audience` as in `ingest`."""
    releases = releases if releases is not None else Releases()
    run = _Run(releases, inputs, observe, audience)
    with run.held(waiting) as scratch:
        before = run.kept()
        known = [it.state.id for it in run.seen(before)]
        for identifier in identifiers:
            if identifier not in known:
                raise SourceNotFound(identifier, known)
        after = [it for it in before if it.state.id not in identifiers]
        if preview is not None:
            run.preview(scratch, after, preview)
            return Result(run.current())
        return Result(run.publish(scratch, after))


def _take_all(
    run: _Run, given: Sequence[Given], before: Sequence[Kept], scratch: Path, progress: Progress
) -> tuple[list[Kept], list[Kept], list[Kept]]:
    """Take in each file in turn: each may refer to what those before it name."""
    taken: list[Kept] = []
    unchanged: list[Kept] = []
    after = {it.state.id: it for it in before}
    for number, it in enumerate(given):
        seen = run.seen(after.values())
        run.allow(it, after.keys() - {kept.state.id for kept in seen})
        named = [kept for kept in seen if kept.state.id != it.source_id]
        known = known_things(run.ground.subjects.union(*(kept.subjects() for kept in named)))
        known.setdefault("nation", set()).update(run.ground.vocabulary.get("nation", ()))
        cited = run.ground.tables.ids.get("sources", ())
        around = Surroundings(run.ground.vocabulary, known, run.settings, cited, run.ground.units)

        run.observe("read", it.shown)
        kept = take_in(it, after, around, scratch / str(number), partial(progress, it.shown))
        if kept is after.get(kept.state.id):
            unchanged.append(kept)
            continue
        if kept.state.id in {earlier.state.id for earlier in taken}:
            raise BadArgument("--source-id", "two of the files would be the same source; name each")
        taken.append(kept)
        after[kept.state.id] = kept
    return taken, unchanged, list(after.values())


class _Run:
    """One run of the pipeline over one workspace."""

    def __init__(
        self, releases: Releases, inputs: Inputs | None, observe: Observer, audience: str | None = None
    ) -> None:
        self.releases = releases
        self.settings = Settings.read(releases.home)
        self.inputs = inputs if inputs is not None else Inputs.of(self.settings)
        self.observe = observe
        self.digests = self.inputs.digests()
        self.sources = Sources(releases.home)
        self.audiences = self.settings.readers()
        self.reader = _named(self.audiences, audience)
        proofs = Proofs(releases.home)
        self.ground = Ground(self.inputs.ontology, self.inputs.queries, self.inputs.data, proofs, observe)

    def held(self, waiting: Waiting | None) -> Any:
        """The build lock and a scratch folder."""
        return self.releases.building(waiting)

    @contextmanager
    def gathered(self, sources: Sequence[Given], progress: Progress) -> Iterator[list[Given]]:
        """The sources with a file at hand for each; what had to be fetched is removed at the end."""
        if not any(is_remote(it.source) for it in sources):
            yield list(sources)
            return
        present = {it.state.id: it for it in self.seen(self.kept())}
        try:
            self.releases.home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.releases.home, prefix=".incoming-") as folder:
                at_hand = []
                for number, it in enumerate(sources):
                    self.observe("read", it.source)
                    into = Path(folder) / str(number)
                    into.mkdir()
                    tell = partial(progress, it.source)
                    at_hand.append(gather(it, self.settings, present, into, tell))
                yield at_hand
        except OSError as error:
            raise ReleaseError(f"sources cannot be kept in {self.releases.home}: {error}") from error

    def current(self) -> Release | None:
        """The release that is current now."""
        try:
            return self.releases.current()
        except NoRelease:
            return None

    def kept(self) -> list[Kept]:
        """The states of sources that the current release was made from."""
        current = self.current()
        return self.sources.of(current) if current else []

    def seen(self, kept: Iterable[Kept]) -> list[Kept]:
        """The states that the one may see for whom this is done; all where nobody is named."""
        return visible(list(kept), self.reader) if self.reader is not None else list(kept)

    def allow(self, given: Given, hidden: Collection[str]) -> None:
        """That a source takes the place of none that its sender may not see, and that they may see it themselves."""
        if self.reader is None:
            return
        if source_id_of(given) in hidden:
            raise BadArgument("--source-id", "another source has this id already; choose another")
        if not self.reader.may_see(label_of(given.label, self.settings)):
            raise BadArgument("--label", "who sends this source may not see this label")

    def unchanged(self) -> Release | None:
        """The current release, if it was made from these inputs and settings by this software."""
        try:
            current = self.current()
        except ReleaseError:
            return None
        if current is None:
            return None
        asked = {"inputs": self.digests, "software": __version__, "settings": self._settings_digest()}
        return current if all(current.manifest.get(name) == value for name, value in asked.items()) else None

    def preview(self, scratch: Path, kept: Sequence[Kept], hear: Preview) -> None:
        """Build what a release would hold, and let `hear` compare."""
        built = self._views(scratch, kept)
        current = self.current()
        for audience in built:
            there = current is not None and audience in current.manifest["audiences"]
            before = current.view(audience) if current is not None and there else None
            hear(audience, before, Release("", scratch, {"audiences": built}).view(audience))

    def publish(self, scratch: Path, kept: Sequence[Kept]) -> Release:
        """Build a release of these states and make it current; the switch is the only thing that others see."""
        built = self._views(scratch, kept)
        self.observe("publish", "")
        kept = [self.sources.keep(it) for it in kept]
        shutil.rmtree(scratch / "sources", ignore_errors=True)
        manifest = {
            "built": now(),
            "software": __version__,
            "inputs": self.digests,
            "settings": self._settings_digest(),
            "sources": [{"id": it.state.id, "state": it.key} for it in kept],
            "audiences": built,
        }
        return self.releases.publish(scratch, manifest)

    def _views(self, scratch: Path, kept: Sequence[Kept]) -> dict[str, dict[str, Any]]:
        """The store and the manifest of each audience; audiences that see the same share one."""
        built: dict[str, dict[str, Any]] = {}
        shared: dict[str, str] = {}
        # What is wrong is told of what the sender sees, before anybody else's view is looked at.
        for audience in sorted(self.audiences, key=lambda it: it != self.reader):
            seen = visible(kept, audience)
            made_from = self._made_from(seen)
            fingerprint = json.dumps(made_from, sort_keys=True)
            if fingerprint in shared:
                _link(scratch / shared[fingerprint], scratch / audience.name)
                built[audience.name] = built[shared[fingerprint]]
            else:
                built[audience.name] = self._allowed_view(scratch, audience, seen, made_from)
                shared[fingerprint] = audience.name
        return built

    def _allowed_view(
        self, scratch: Path, audience: Audience, seen: Sequence[Kept], made_from: dict[str, Any]
    ) -> dict[str, Any]:
        """The view of an audience; what is wrong with another than that of the sender is not told."""
        try:
            return self._view(scratch, audience, seen, made_from)
        except BadInput as error:
            if self.reader in (None, audience):
                raise
            raise BadInput("it does not go together with other sources, which the sender may not see") from error

    def _view(
        self, scratch: Path, audience: Audience, seen: Sequence[Kept], made_from: dict[str, Any]
    ) -> dict[str, Any]:
        target = scratch / audience.name
        if view := self._same_before(audience, made_from):
            _link(view.path, target)
            return _told(target, view.manifest["digest"], view.manifest["total"])
        try:
            made = assemble(self.ground, seen, self._precedence(seen), target, self.observe)
        # pyoxigraph tells of a full disk as either.
        except (OSError, RuntimeError) as error:
            raise ReleaseError(f"the release cannot be written: {error}") from error
        manifest = {**made.told, **made_from, "built": now(), "digest": made.digest, "total": made.triples}
        write_manifest(target.with_suffix(".json"), manifest)
        return _told(target, made.digest, made.triples)

    def _same_before(self, audience: Audience, made_from: dict[str, Any]) -> View | None:
        """The view of the current release, if it was made from the same and is whole."""
        try:
            view = self.releases.current().view(audience.name)
            view.open()
        except (ReleaseError, ReleaseDamaged):
            return None
        return view if all(view.manifest.get(name) == value for name, value in made_from.items()) else None

    def _made_from(self, seen: Sequence[Kept]) -> dict[str, Any]:
        """All that decides what an audience sees. What it may not see has no part in it."""
        precedence = self._precedence(seen)
        return {
            "software": __version__,
            "inputs": self.digests,
            "sources": [{"id": it.state.id, "state": it.key} for it in seen],
            "precedence": {
                "order": list(precedence.order),
                "fields": {k: list(v) for k, v in precedence.fields.items()},
            },
        }

    def _precedence(self, seen: Sequence[Kept]) -> Precedence:
        """The configured precedence without the sources that are not seen: their names would tell of them."""
        hidden = {path.parent.name for path in self.sources.all()} - {it.state.id for it in seen}
        asked = self.settings.precedence

        def shown(names: Sequence[str]) -> tuple[str, ...]:
            return tuple(name for name in names if name not in hidden)

        return Precedence(shown(asked.order), {name: shown(names) for name, names in asked.fields.items()})

    def _settings_digest(self) -> str:
        # Who answers has no part in what is built.
        return hashlib.sha256(self.settings.model_dump_json(exclude={"store"}).encode()).hexdigest()


def _named(audiences: Sequence[Audience], name: str | None) -> Audience | None:
    found = next((it for it in audiences if it.name == name), None)
    if name is not None and found is None:
        raise ReleaseError(f"the settings have no audience {name}")
    return found


def _told(store: Path, digest: str, triples: int) -> dict[str, Any]:
    """What the manifest of a release says of one audience: enough to find every damage."""
    return {"digest": digest, "triples": triples, "files": digests_of(store)}


def _link(source: Path, target: Path) -> None:
    """The same store and manifest under another name: its files never change, so they may be shared."""

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copy2(one, other)

    shutil.copytree(source, target, copy_function=link)
    link(str(source.with_suffix(".json")), str(target.with_suffix(".json")))
