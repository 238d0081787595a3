"""Tokens of a provider: a double that signs with real keys, over real HTTP."""

from __future__ import annotations

import base64
import hmac
import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from stanagraph.api.server import create_app
from stanagraph.api.server.access.bearer import BadCredential
from stanagraph.api.server.access.oidc import IssuerKeys, IssuerUnreachable, Tokens
from stanagraph.api.server.access.settings import AccessSettings, OidcSettings
from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.errors import SettingsRefused
from stanagraph.graph.releases import Releases

NOW = 1_900_000_000


class Provider:
    """What an OpenID Connect provider is to us: keys that it publishes, and tokens that it signs."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys: dict[str, Key] = {"one": RSAKey.generate_key(2048, {"kid": "one"})}
        self.asked = 0
        self.status = 200
        self.extra: list[dict[str, Any]] = []
        self.location = ""

    def document(self) -> bytes:
        published = [{**key.as_dict(private=False), "use": "sig"} for key in self.keys.values()]
        return json.dumps({"keys": [*self.extra, *published]}).encode()

    def token(self, kid: str = "one", header: dict[str, Any] | None = None, **claims: Any) -> str:
        key = self.keys[kid]
        algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
        given = {"iss": self.address, "aud": "stanagraph", "sub": "anna", "exp": NOW + 60, "scope": "read check"}
        said = {name: value for name, value in {**given, **claims}.items() if value is not None}
        return jwt.encode({"alg": algorithm, "kid": kid, **(header or {})}, said, key, algorithms=[algorithm])


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked += 1
            body = made.document()
            moved = bool(made.location) and self.path == "/keys"
            self.send_response(302 if moved else made.status)
            if moved:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def settings_for(provider: Provider, **more: Any) -> OidcSettings:
    given = {"issuer": provider.address, "audience": "stanagraph", "jwks": f"{provider.address}/keys"}
    return OidcSettings(**{**given, **more})


def believer(provider: Provider, clock: Clock | None = None, **more: Any) -> Tokens:
    settings = settings_for(provider, **more)
    return Tokens(settings, IssuerKeys(settings, clock or Clock()), lambda: NOW)


def test_a_good_token_says_who_comes(provider: Provider) -> None:
    caller = believer(provider).verify(provider.token())
    assert caller is not None
    assert (caller.name, caller.audience) == ("oidc:anna", "public")
    assert caller.scopes == {"read", "check"}


def test_names_that_begin_alike_are_two_callers(provider: Provider) -> None:
    one, other = (believer(provider).verify(provider.token(sub="a" * 254 + end)) for end in "bc")
    assert one is not None
    assert other is not None
    assert one.name != other.name


def test_claims_are_mapped_to_audience_and_scopes_as_the_settings_say(provider: Provider) -> None:
    tokens = believer(
        provider,
        audiences={"staff": "allies", "guests": "others"},
        scopes={"sg.read": ("read",), "sg.load": ("ingest", "publish")},
    )
    caller = tokens.verify(provider.token(groups=["guests", "staff"], scope="sg.read sg.load admin"))
    assert caller is not None
    assert caller.audience == "allies"
    assert caller.scopes == {"read", "ingest", "publish"}
    nobody = tokens.verify(provider.token(groups="strangers", scope=["admin", 7]))
    assert nobody is not None
    assert (nobody.audience, nobody.scopes) == ("public", frozenset())


def part(value: object) -> str:
    return encoded(json.dumps(value).encode())


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def claims_of(provider: Provider) -> dict[str, Any]:
    return {"iss": provider.address, "aud": "stanagraph", "sub": "anna", "exp": NOW + 60}


def unsigned(provider: Provider) -> str:
    return f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims_of(provider))}."


def signed_with_the_public_key(provider: Provider) -> str:
    """By hand: libraries refuse to make it."""
    signed = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims_of(provider))}"
    key = provider.keys["one"]
    assert isinstance(key, RSAKey)
    secret = key.as_pem(private=False)
    return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


def of_somebody_else(provider: Provider) -> str:
    other = Provider(provider.address)
    return other.token()


def changed(provider: Provider) -> str:
    head, body, signature = provider.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{head}.{part({**claims, 'sub': 'berta'})}.{signature}"


BAD = {
    "unsigned": unsigned,
    "the public key as a shared secret": signed_with_the_public_key,
    "another key of the same name": of_somebody_else,
    "changed after it was signed": changed,
    "expired": lambda it: it.token(exp=NOW - 31),
    "without an end": lambda it: it.token(exp=None),
    "an end that is no number": lambda it: it.token(exp="later"),
    "not yet good": lambda it: it.token(nbf=NOW + 31),
    "of another issuer": lambda it: it.token(iss="https://elsewhere.example"),
    "without an issuer": lambda it: it.token(iss=None),
    "for another service": lambda it: it.token(aud="mail"),
    "for no service": lambda it: it.token(aud=None),
    "without a name": lambda it: it.token(sub=None),
    "an empty name": lambda it: it.token(sub=" "),
    "a name without end": lambda it: it.token(sub="a" * 256),
    "of another type": lambda it: it.token(header={"typ": "dpop+jwt"}),
    "with a critical extension": lambda it: it.token().replace("eyJ", "eyJjcml0IjpbImEiXSwi", 1),
    "three dots of nothing": lambda _: "a.b.c",
    "not even base64": lambda _: "é.!.?",
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
def test_a_token_that_is_not_good_is_refused(provider: Provider, make: Any) -> None:
    tokens = believer(provider)
    assert tokens.verify(provider.token()) is not None
    with pytest.raises(BadCredential) as refused:
        tokens.verify(make(provider))
    assert str(refused.value) == "the credential is not valid"


def test_clocks_may_differ_by_the_leeway(provider: Provider) -> None:
    assert believer(provider).verify(provider.token(exp=NOW - 29, nbf=NOW + 29)) is not None


def test_a_key_for_another_purpose_or_a_shared_secret_is_never_used(provider: Provider) -> None:
    secret = OctKey.generate_key(256, {"kid": "shared"})
    provider.extra = [secret.as_dict(), {"kty": "unheard-of"}, {**provider.keys["one"].as_dict(), "use": "enc"}]
    provider.extra[2]["kid"] = "enc"
    tokens = believer(provider, algorithms=("RS256",))
    assert tokens.verify(provider.token()) is not None
    with pytest.raises(BadCredential):
        tokens.verify(jwt.encode({"alg": "HS256", "kid": "shared"}, claims_of(provider), secret, algorithms=["HS256"]))
    provider.keys["enc"] = provider.keys["one"]
    forged = provider.token("enc")
    with pytest.raises(BadCredential):
        tokens.verify(forged)


def test_a_new_key_of_the_issuer_is_found_and_unknown_ones_do_not_make_us_ask_again_and_again(
    provider: Provider,
) -> None:
    clock = Clock()
    tokens = believer(provider, clock)
    tokens.verify(provider.token())
    provider.keys["two"] = ECKey.generate_key("P-256", {"kid": "two"})
    clock.now += 11
    assert tokens.verify(provider.token("two")) is not None
    asked = provider.asked
    for number in range(20):
        with pytest.raises(BadCredential):
            tokens.verify(provider.token(header={"kid": f"unknown-{number}"}))
    assert provider.asked <= asked + 1


def test_a_key_that_the_issuer_withdraws_is_no_longer_good(provider: Provider) -> None:
    clock = Clock()
    tokens = believer(provider, clock, refresh_seconds=60)
    token = provider.token()
    assert tokens.verify(token) is not None
    provider.keys = {"two": RSAKey.generate_key(2048, {"kid": "two"})}
    clock.now += 61
    with pytest.raises(BadCredential):
        tokens.verify(token)


def test_while_the_issuer_is_away_its_keys_are_good_for_a_day(provider: Provider) -> None:
    clock = Clock()
    tokens = believer(provider, clock)
    token = provider.token()
    assert tokens.verify(token) is not None
    provider.status = 500
    clock.now += 3600
    assert tokens.verify(token) is not None
    clock.now += 86_400
    with pytest.raises(IssuerUnreachable):
        tokens.verify(token)


def test_a_redirect_is_not_followed(provider: Provider) -> None:
    provider.location = f"{provider.address}/elsewhere"
    with pytest.raises(IssuerUnreachable):
        believer(provider).verify(provider.token())
    assert provider.asked == 1


def test_a_document_without_end_is_not_read_to_its_end(provider: Provider) -> None:
    provider.extra = [{"kty": "RSA", "n": "x" * 300_000}]
    with pytest.raises(IssuerUnreachable):
        believer(provider).verify(provider.token())


def test_keys_may_come_from_a_file(provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(provider.document())
    assert believer(provider, jwks=str(tmp_path / "keys.json")).verify(provider.token()) is not None
    assert provider.asked == 0


def test_the_service_believes_the_issuer_of_its_settings(provider: Provider, public_home: Path) -> None:
    settings = ServiceSettings(access=AccessSettings(oidc=settings_for(provider)))
    client = TestClient(create_app(Releases(public_home), settings=settings))
    ends = int(time.time()) + 60
    for token, status in (
        (provider.token(exp=ends), 200),
        (provider.token(exp=ends, scope="check"), 403),
        (provider.token(exp=ends - 200), 401),
        (provider.token(exp=ends, aud="mail"), 401),
    ):
        assert client.get("/v1/gaps?limit=1", headers={"Authorization": f"Bearer {token}"}).status_code == status


def test_without_an_issuer_no_token_is_believed(provider: Provider, client: TestClient) -> None:
    token = provider.token(exp=int(time.time()) + 60)
    assert client.get("/healthz", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_mapping_to_an_audience_that_there_is_not_stops_the_service(provider: Provider, tmp_path: Path) -> None:
    oidc = settings_for(provider, audiences={"staff": "allies"})
    with pytest.raises(SettingsRefused, match="allies"):
        create_app(Releases(tmp_path), settings=ServiceSettings(access=AccessSettings(oidc=oidc)))
