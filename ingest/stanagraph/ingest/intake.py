"""Taking a source in: a file is copied, recognised, read, and becomes a state of a source in a scratch folder."""

from __future__ import annotations

import contextlib
import datetime
import re
import shutil
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from stanagraph.graph.digest import digest_of
from stanagraph.graph.errors import BadArgument, DataRefused, RowFault, SourceRefused
from stanagraph.graph.labels import Audience, Label, parse_label
from stanagraph.graph.names import THINGS
from stanagraph.graph.sources import ORIGINAL, STATE, Kept
from stanagraph.graph.wording import Tell, in_english
from stanagraph.graph.workspace import Settings, SourceState, Status

from .cells import partial_date
from .read import near
from .record import record
from .sources import HEAD, Limits, Reader, Work, readers

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Given:
    """What a person hands in: a file, an address or an endpoint, and what they say of it.

    What is None the file itself may tell.
    """

    source: str
    path: Path = Path()  # where the file lies
    name: str = ""  # the name under which it is shown; that of the file if empty
    kind: str | None = None
    source_id: str | None = None
    label: str | None = None
    confidence: str | None = None
    captured: str | None = None
    publisher: str | None = None
    licence: str | None = None
    title: str | None = None
    url: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    tell: Tell = in_english  # says a text of this program in another language
    marked: Path | None = None  # where a copy with the bad cells marked goes, if the reader can make one
    status: Status | None = None  # how the attempt to ask an endpoint ended
    stands_in: Kept | None = None  # what an endpoint gave before, where it does not answer now

    @property
    def shown(self) -> str:
        """The name under which it is shown."""
        return self.name or self.path.name


@runtime_checkable
class Marker(Protocol):
    """A reader that can write a copy of a file with its bad cells marked."""

    def mark_errors(self, path: Path, faults: Sequence[RowFault], out: Path, limits: Limits, tell: Tell) -> None:
        """Write the copy, in the language in which the file is filled in."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """What a source is read against: vocabularies, the keys that other sources have, settings, who may see what."""

    vocabulary: Mapping[str, frozenset[str]]
    known: Mapping[str, Collection[str]]
    settings: Settings
    taken: Collection[str]  # ids that cited pages have
    units: Mapping[str, tuple[str, ...]]  # those of each parameter of the tables


def take_in(given: Given, present: Mapping[str, Kept], around: Surroundings, into: Path, progress: Progress) -> Kept:
    """Read a file into a folder and return its state, or the one that is `present` where that says the same already.

    Raises SourceRefused, DataRefused or BadArgument; the folder is of no use then.
    """
    if given.stands_in is not None:
        last = present.get(given.stands_in.state.id, given.stands_in)
        # Whoever has asked in the meantime knows better.
        return _stale(last, given.status, into) if last.key == given.stands_in.key else last
    shown = given.shown
    label = label_of(given.label, around.settings)
    limits = Limits.of(around.settings.limits)
    size = _checked_size(given.path, shown, limits)
    into.mkdir(parents=True)
    original = into / ORIGINAL
    original.mkdir()
    copy = original / _safe_name(given.path.name)
    digest = _copy(given.path, copy, shown, limits)
    reader = reader_for(copy, shown, given.kind)
    described = reader.describe(copy)
    identifier = source_id_of(given)
    if identifier in around.taken:
        raise BadArgument("--source-id", "a page that the tables cite has this id already; choose another")
    told = {
        "id": identifier,
        "kind": reader.kind,
        "reader_version": reader.version,
        "name": shown,
        "sha256": digest,
        "size": size,
        "captured": _date_or_none(given.captured) or described.captured,
        "title": given.title or described.title,
        "url": given.url or described.url,
        "publisher": given.publisher or described.publisher,
        "licence": given.licence or described.licence,
        "source_kind": described.source_kind,
        "confidence": _confidence(given.confidence),
        "label": label,
        "options": dict(given.options),
    }
    before = present.get(identifier)
    # An endpoint that answers again is stale no longer, though it says the same.
    if before is not None and not _is_stale(before.state) and _says(before.state, told):
        return before
    state = SourceState.model_validate({**told, "retrieved": now(), "status": given.status})
    work = Work(
        source=identifier,
        confidence=state.confidence,
        captured=state.captured,
        vocabulary=around.vocabulary,
        known=around.known,
        units=around.units,
        options=state.options,
        limits=limits,
        progress=progress,
    )
    try:
        written = record(reader, copy, work, into)
    except DataRefused as refused:
        if given.marked is not None and isinstance(reader, Marker):
            # The faults are what matters: they are told, though no copy can be written.
            with contextlib.suppress(OSError):
                reader.mark_errors(copy, refused.faults, given.marked, limits, given.tell)
                refused.marked = given.marked
        raise
    outcomes: dict[str, int] = {}
    for remark in written.account.remarks:
        outcomes[remark.outcome] = outcomes.get(remark.outcome, 0) + 1
    state = state.model_copy(
        update={
            "facts_sha256": written.sha256,
            "triples": written.triples,
            "entries": written.entries,
            "counts": dict(sorted(written.account.counts.items())),
            "outcomes": dict(sorted(outcomes.items())),
            "same": written.same,
        }
    )
    return write_state(state, into)


def _says(state: SourceState, told: Mapping[str, object]) -> bool:
    return all(getattr(state, name) == value for name, value in told.items())


def _is_stale(state: SourceState) -> bool:
    return state.status is not None and state.status.stale_since is not None


def _stale(before: Kept, status: Status | None, into: Path) -> Kept:
    """What an endpoint gave before, as a state that says how the last attempt ended, unless the last one did so too."""
    was = before.state.status
    if was and status and (was.outcome, was.stale_since) == (status.outcome, status.stale_since):
        return before
    shutil.copytree(before.path, into)
    return write_state(before.state.model_copy(update={"status": status}), into)


def write_state(state: SourceState, into: Path) -> Kept:
    """Write what is known of a state beside its facts."""
    (into / STATE).write_text(state.model_dump_json(indent=1), encoding="utf-8")
    return Kept(state, into)


def reader_for(path: Path, shown: str, kind: str | None) -> Reader:
    """The reader of a file: of the kind that was asked for, else the one that recognises it."""
    known = readers()
    if kind is not None:
        if kind not in known:
            raise BadArgument("--kind", f"{kind!r}: {' | '.join(known)}{near(kind, known, 1)}")
        return known[kind]
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise SourceRefused(shown, "the file is empty")
    found = [reader for reader in known.values() if reader.recognises(path, head)]
    if not found:
        raise SourceRefused(
            shown, "no reader knows this kind of file; say which it is: {kinds}", kinds=" | ".join(known)
        )
    if len(found) > 1:
        kinds = " | ".join(reader.kind for reader in found)
        raise SourceRefused(shown, "several readers know this kind of file; say which it is: {kinds}", kinds=kinds)
    return found[0]


def label_of(text: str | None, settings: Settings) -> Label | None:
    """The label that was given, or that of the settings; with several audiences there must be one.

    A label that no audience may see is refused: what nobody can read is no part of a release.
    """
    audiences = settings.readers()
    chosen = text if text is not None else settings.default_label
    if chosen is None:
        if len(audiences) > 1:
            raise BadArgument("--label", "there are several audiences: say how the source is marked, or “unmarked”")
        return None
    try:
        label = parse_label(chosen)
    except ValueError:
        raise BadArgument("--label", "expected a label such as “NATO RESTRICTED REL UKR, SWE”, or “unmarked”") from None
    if not any(audience.may_see(label) for audience in audiences):
        raise BadArgument("--label", "no audience of stanagraph.toml may see this label")
    return label


def visible(kept: Sequence[Kept], audience: Audience) -> list[Kept]:
    """The states that an audience may see, in the order in which they came."""
    return [it for it in kept if audience.may_see(it.state.label)]


def known_things(subjects: Collection[str]) -> dict[str, set[str]]:
    """For each kind of thing the keys among these IRIs."""
    from stanagraph.graph.names import key_of, kind_of

    found: dict[str, set[str]] = {}
    for iri in subjects:
        if iri.startswith(THINGS):
            found.setdefault(kind_of(iri), set()).add(key_of(iri))
    return found


def source_id_of(given: Given) -> str:
    """The id that was chosen, or one drawn from the name of the file; raises BadArgument."""
    if given.source_id is not None:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", given.source_id):
            raise BadArgument("--source-id", "expected small letters, digits and hyphens, 64 at most")
        return given.source_id
    plain = unicodedata.normalize("NFKD", Path(given.shown).name.split(".")[0]).encode("ascii", "ignore")
    found = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")[:64].strip("-")
    if not found:
        raise BadArgument("--source-id", "the name of the file makes no id: choose one")
    return found


def _checked_size(path: Path, shown: str, limits: Limits) -> int:
    try:
        if not path.is_file():
            raise SourceRefused(shown, "there is no such file")
        size = path.stat().st_size
    except OSError as error:
        raise SourceRefused(shown, "the file cannot be read: {reason}", reason=error.strerror) from error
    if size == 0:
        raise SourceRefused(shown, "the file is empty")
    if size > limits.size:
        raise SourceRefused(
            shown, "the file has {size} bytes, and {limit} is the limit (limits.size)", size=size, limit=limits.size
        )
    return size


def _copy(path: Path, target: Path, shown: str, limits: Limits) -> str:
    """Copy a file, so that what is read cannot change meanwhile; its SHA-256."""
    try:
        with path.open("rb") as source, target.open("xb") as out:
            shutil.copyfileobj(source, out, 1024 * 1024)
            if out.tell() > limits.size:
                raise SourceRefused(shown, "the file grows while it is read")
    except PermissionError as error:
        raise SourceRefused(shown, "the file cannot be read: {reason}", reason=error.strerror) from error
    return digest_of(target)


def _safe_name(name: str) -> str:
    """A name that a file can have anywhere, and that keeps its ending."""
    return re.sub(r"[^\w.-]", "_", name)[-120:].lstrip(".") or "file"


def _date_or_none(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return partial_date(text)
    except ValueError:
        raise BadArgument("--captured", "expected a date as 2024, 2024-01 or 2024-01-31") from None


def _confidence(text: str | None) -> str:
    if text not in (None, "high", "medium", "low"):
        raise BadArgument("--confidence", "expected high, medium or low")
    return text or "medium"


def now() -> str:
    """This moment, in UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
