"""Who may do what, as the settings say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..section import Section
from .caller import Scope

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


class OidcSettings(Section):
    """Whose bearer tokens are believed, and what their claims mean here. Without an issuer none is."""

    issuer: str = Field(default="", description="the `iss` that a token must have; empty: no token is believed")
    audience: str = Field(default="", description="the `aud` that a token must have: the name of this service there")
    jwks: str = Field(default="", description="where the issuer publishes its keys: an https address, or a file")
    algorithms: tuple[Algorithm, ...] = Field(
        default=("RS256", "ES256"), description="with which a token may be signed"
    )
    leeway_seconds: Annotated[int, Field(ge=0, le=300)] = Field(default=30, description="how far clocks may differ")
    refresh_seconds: Annotated[int, Field(ge=10)] = Field(
        default=300, description="how long keys are kept; an unknown key is looked for sooner, once in ten seconds"
    )
    name_claim: str = Field(default="sub", description="the claim that names the caller in the audit log")
    audience_claim: str = Field(default="groups", description="the claim that decides the audience")
    audiences: Mapping[str, str] = Field(
        default_factory=dict, description="audience by value of that claim; the first that matches, else the public"
    )
    scope_claim: str = Field(default="scope", description="the claim that decides the scopes")
    scopes: Mapping[str, tuple[Scope, ...]] = Field(
        default_factory=lambda: {name: (name,) for name in ("read", "check")},
        description="scopes by value of that claim; values that are not named give none",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.issuer and not (self.audience and self.jwks):
            raise ValueError("an issuer needs an audience and the place of its keys")
        return self

    @field_validator("jwks")
    @classmethod
    def _safe(cls, value: str) -> str:
        host = value.removeprefix("http://").partition("/")[0].partition(":")[0]
        if value.startswith("http://") and host not in ("127.0.0.1", "localhost"):
            raise ValueError("keys come over https")
        return value


class AccessSettings(Section):
    """What anybody may do, and whose word is taken for who they are."""

    anonymous: tuple[Literal["read", "check"], ...] = Field(
        default=("read", "check"), description="what may be done without saying who asks; empty: nothing"
    )
    oidc: OidcSettings = OidcSettings()
