"""API keys: made by chance, shown once, kept only as a hash, good until a day or until they are revoked.

A key has 256 bits of chance in it, so one SHA-256 is enough: nothing can be guessed, and a stolen file opens nothing.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from stanagraph.graph.errors import NameNotKnown, StanagraphError
from stanagraph.graph.labels import PUBLIC

from .bearer import BadCredential
from .caller import Caller, Scope

PREFIX = "sgk"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_NONE = hashlib.sha256(b"").hexdigest()


class KeysUnreadable(StanagraphError):
    """The file of the keys is there and cannot be read: then no key is believed."""

    status = 503


class Key(BaseModel):
    """What is known of one key; not the key itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    name: str
    sha256: str
    scopes: tuple[Scope, ...]
    audience: str = PUBLIC
    created: datetime.datetime
    expires: datetime.datetime
    revoked: datetime.datetime | None = None

    def state(self, now: datetime.datetime) -> str:
        """`revoked`, `expired` or `valid`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if now >= self.expires else "valid"

    @property
    def caller(self) -> Caller:
        """Who comes with this key."""
        return Caller(f"key:{self.name}:{self.id}", self.audience, frozenset(self.scopes))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    keys: tuple[Key, ...] = ()


class Keys:
    """The keys of a workspace. What another process changes is seen at the next look."""

    def __init__(self, home: Path) -> None:
        self.path = home / "access" / "keys.json"
        self._seen: tuple[int, int, int] | None = None
        self._known: dict[str, Key] = {}

    def list(self) -> list[Key]:
        """All keys, those that are no longer good too, oldest first."""
        return sorted(self._read().values(), key=lambda key: (key.created, key.id))

    def create(self, name: str, scopes: Sequence[Scope], audience: str, lasting: datetime.timedelta) -> tuple[Key, str]:
        """A new key, and the text that its owner shows; this is the only time that anybody sees it."""
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        with self._changing() as known:
            identifier = _chosen(8)
            while identifier in known:
                identifier = _chosen(8)
            text = f"{PREFIX}_{identifier}_{secrets.token_urlsafe(32)}"
            made = Key(
                id=identifier,
                name=name,
                sha256=_digest(text),
                scopes=tuple(sorted(set(scopes))),
                audience=audience,
                created=now,
                expires=now + lasting,
            )
            known[identifier] = made
        return made, text

    def revoke(self, identifier: str) -> Key:
        """End a key now, for all workers. Raises NameNotKnown."""
        with self._changing() as known:
            if identifier not in known:
                raise NameNotKnown(
                    identifier, ("key",), sorted(key.id for key in known.values() if not key.revoked)[:5]
                )
            if known[identifier].revoked is None:
                now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
                known[identifier] = known[identifier].model_copy(update={"revoked": now})
            return known[identifier]

    def verify(self, credential: str) -> Caller | None:
        """Who comes with this key; None for what is no key. Raises BadCredential."""
        if not credential.startswith(f"{PREFIX}_"):
            return None
        identifier = credential.split("_", 2)[1]
        found = self._read().get(identifier)
        # As long as for a key that is known.
        if not hmac.compare_digest(_digest(credential), found.sha256 if found else _NONE) or found is None:
            raise BadCredential("no such key")
        state = found.state(datetime.datetime.now(datetime.UTC))
        if state != "valid":
            raise BadCredential(f"the key {found.id} is {state}")
        return found.caller

    def _changing(self) -> _Change:
        return _Change(self)

    def _read(self) -> dict[str, Key]:
        try:
            stat = self.path.stat()
            seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
            if seen != self._seen:
                found = _File.model_validate_json(self.path.read_bytes())
                self._known = {key.id: key for key in found.keys}
                self._seen = seen
        except FileNotFoundError:
            self._known, self._seen = {}, None
        except (OSError, ValidationError) as error:
            raise KeysUnreadable(f"the keys in {self.path} cannot be read: {type(error).__name__}") from None
        return dict(self._known)

    def _write(self, known: dict[str, Key]) -> None:
        beside = self.path.with_name(f".keys-{os.getpid()}")
        try:
            # Whoever may read the file may read names and scopes; nobody else needs them.
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                kept = [key.model_dump(mode="json") for key in known.values()]
                json.dump({"keys": kept}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self.path)
        finally:
            beside.unlink(missing_ok=True)


class _Change:
    """The keys, to be changed by one process at a time; written if nothing goes wrong meanwhile."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        keys.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = FileLock(keys.path.with_suffix(".lock"))
        self._known: dict[str, Key] = {}

    def __enter__(self) -> dict[str, Key]:
        self._lock.acquire(timeout=10)
        try:
            self._known = self._keys._read()
        except BaseException:
            self._lock.release()
            raise
        return self._known

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._keys._write(self._known)
        finally:
            self._lock.release()


def _chosen(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
