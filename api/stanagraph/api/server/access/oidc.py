"""Bearer tokens of an OpenID Connect provider: signature, issuer, audience and time are checked, claims are mapped.

The keys come from where the settings say, never from where a token says. If the provider cannot be reached, keys that
were good an hour ago are good still, for a day at most; a token with a key that is not known is then refused.
"""

from __future__ import annotations

import binascii
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from stanagraph.graph.errors import StanagraphError
from stanagraph.graph.labels import PUBLIC

from .bearer import BadCredential
from .caller import Caller, Scope
from .settings import OidcSettings

_LOG = logging.getLogger(__name__)
Clock = Callable[[], float]
# As long as a subject may be (OpenID Connect Core 1.0, section 2).
_LONGEST_NAME = 255
PublicKey = RSAKey | ECKey | OKPKey
_TYPES = ("jwt", "at+jwt", "application/at+jwt")
_PAUSE = 10.0
_STALE = 86_400.0
_LARGEST = 256 * 1024
_PATIENCE = 5.0


class IssuerUnreachable(StanagraphError):
    """The keys of the issuer have never been had, so nobody can tell whether a token is good."""

    status = 503


class IssuerKeys:
    """The public keys of the issuer by their id, fetched when they are old or when an unknown one is asked for."""

    def __init__(self, settings: OidcSettings, clock: Clock = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._keys: dict[str, PublicKey] = {}
        self._fetched = self._tried = -_STALE * 2

    def of(self, kid: str | None) -> PublicKey:
        """The key of this id; without an id the only one that there is. Raises BadCredential, IssuerUnreachable."""
        keys = self._current(kid)
        if kid is None and len(keys) == 1:
            return next(iter(keys.values()))
        if kid is None or kid not in keys:
            raise BadCredential("signed with a key that the issuer does not have")
        return keys[kid]

    def _current(self, kid: str | None) -> Mapping[str, PublicKey]:
        with self._lock:
            now = self._clock()
            old = now - self._fetched >= self._settings.refresh_seconds
            wanted = kid is not None and kid not in self._keys
            if (old or wanted) and now - self._tried >= min(_PAUSE, self._settings.refresh_seconds):
                self._tried = now
                try:
                    self._keys = dict(_usable(_fetched(self._settings.jwks)))
                    self._fetched = now
                except (OSError, ValueError, JoseError) as error:
                    _LOG.error("the keys of the issuer cannot be had: %s", error)
            if now - self._fetched >= _STALE:
                raise IssuerUnreachable("the keys of the issuer cannot be had")
            return self._keys


class Tokens:
    """Believes the tokens of one issuer that are meant for this service."""

    def __init__(
        self, settings: OidcSettings, keys: IssuerKeys | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._keys = keys if keys is not None else IssuerKeys(settings)
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock()),
            leeway=settings.leeway_seconds,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
        )

    def verify(self, credential: str) -> Caller | None:
        """Who comes with this token; None for what is no token. Raises BadCredential, IssuerUnreachable."""
        if credential.count(".") != 2:
            return None
        try:
            header = jws.extract_compact(credential.encode()).headers()
            if str(header.get("typ", "JWT")).lower() not in _TYPES:
                raise BadCredential("not a token for access")
            kid = header.get("kid")
            key = self._keys.of(str(kid) if kid is not None else None)
            token = jwt.decode(credential, key, algorithms=self._settings.algorithms)
            self._claims.validate(token.claims)
        except (JoseError, ValueError, TypeError, binascii.Error) as error:
            raise BadCredential(f"the token is refused: {type(error).__name__}") from None
        return self._caller(token.claims)

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        asked = self._settings
        name = claims.get(asked.name_claim)
        # Never cut short: two names that begin alike are two callers, each with scenarios and jobs of its own.
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
            raise BadCredential(f"the token has no {asked.name_claim} that can be used")
        groups = set(_values(claims.get(asked.audience_claim)))
        # In the order of the settings: what a token says first does not matter.
        audience = next((it for value, it in asked.audiences.items() if value in groups), PUBLIC)
        scopes: set[Scope] = set()
        for value in _values(claims.get(asked.scope_claim)):
            scopes.update(asked.scopes.get(value, ()))
        return Caller(f"oidc:{name}", audience, frozenset(scopes))


def _values(claim: Any) -> Iterable[str]:
    """A list of strings, or one string whose words count (as OAuth 2.0 writes scopes)."""
    if isinstance(claim, str):
        return claim.split()
    return [value for value in claim if isinstance(value, str)] if isinstance(claim, list) else []


def _usable(document: Any) -> Iterable[tuple[str, PublicKey]]:
    """The public keys for signatures; a shared secret among them is never used."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("no set of keys")
    # A key that is published for another purpose (`use`) is refused by joserfc when a signature is checked with it.
    for number, given in enumerate(it for it in document["keys"] if isinstance(it, dict)):
        try:
            (key,) = KeySet.import_key_set({"keys": [given]}).keys
        except (JoseError, ValueError, TypeError):
            continue  # of a kind that we do not know: others may be good
        if isinstance(key, RSAKey | ECKey | OKPKey):
            yield str(given.get("kid", f"#{number}")), key


def _fetched(place: str) -> Any:
    """The document with the keys, from a file or over the network: not on to where a redirect leads, not for long."""
    if not place.startswith(("https://", "http://")):
        return json.loads(Path(place).read_bytes()[: _LARGEST + 1])
    import httpx2

    ends = time.monotonic() + _PATIENCE * 2
    received = bytearray()
    try:
        with httpx2.stream("GET", place, timeout=_PATIENCE, follow_redirects=False) as answer:
            if answer.status_code != 200:
                raise ValueError(f"the answer has the status {answer.status_code}")
            for part in answer.iter_bytes():
                received += part
                if len(received) > _LARGEST or time.monotonic() > ends:
                    raise ValueError("the answer is too long, or too slow")
    except httpx2.HTTPError as error:
        raise OSError(f"{type(error).__name__}") from None
    return json.loads(received)
