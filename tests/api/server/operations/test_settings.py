"""What the service takes from stanagraph.toml and the environment, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanagraph.api.server.settings import ServiceSettings
from stanagraph.graph.errors import SettingsRefused
from stanagraph.graph.workspace import Settings


def write(home: Path, text: str) -> Path:
    (home / "stanagraph.toml").write_text(text, encoding="utf-8")
    return home


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = ServiceSettings.read(tmp_path)
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.access.anonymous == ("read", "check")
    assert settings.access.oidc.issuer == ""
    assert settings.cors.origins == ()


def test_the_file_and_above_it_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        '[service]\nport = 80\ntrusted-proxies = ["10.0.0.1"]\n[service.limits]\nbody-bytes = 10\nidle-seconds = 7\n'
        '[service.access.oidc]\naudiences = { "group-of-allies" = "allies" }\n',
    )
    monkeypatch.setenv("STANAGRAPH_SERVICE__LIMITS__BODY_BYTES", "20")
    monkeypatch.setenv("STANAGRAPH_SERVICE__CORS__ORIGINS", '["https://partner.example"]')
    settings = ServiceSettings.read(tmp_path)
    assert settings.port == 80
    assert settings.trusted_proxies == ("10.0.0.1",)
    assert (settings.limits.body_bytes, settings.limits.idle_seconds) == (20, 7)
    assert settings.cors.origins == ("https://partner.example",)
    assert settings.access.oidc.audiences == {"group-of-allies": "allies"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[service]\nprot = 1", "service.prot"),
        ("[service]\nport = 70000", "service.port"),
        ("[service.limits]\nbody-bytes = 0", "service.limits.body-bytes"),
        ('[service.limits]\nrequests = "many"', "service.limits.requests"),
        ('[service.access]\nanonymous = ["admin"]', "service.access.anonymous"),
        ('[service.access.oidc]\njwks = "http://keys.example/"', "service.access.oidc.jwks"),
        ('[service.access.oidc]\nalgorithms = ["HS256"]', "service.access.oidc.algorithms"),
        ('[service.access.oidc]\nalgorithms = ["none"]', "service.access.oidc.algorithms"),
    ],
)
def test_what_may_not_be_said_is_named_by_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        ServiceSettings.read(write(tmp_path, text))
    assert any(fault.startswith(place) for fault in refused.value.faults)


@pytest.mark.parametrize(("name", "value"), [("PROT", "1"), ("PORT", "s3cret"), ("LIMITS__BODY", "s3cret")])
def test_a_wrong_variable_is_named_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"STANAGRAPH_SERVICE__{name}", value)
    with pytest.raises(SettingsRefused) as refused:
        ServiceSettings.read(tmp_path)
    assert name.rsplit("__", maxsplit=1)[-1].lower() in str(refused.value).lower()
    assert "s3cret" not in str(refused.value)


def test_no_release_depends_on_how_the_service_is_run(tmp_path: Path) -> None:
    before = Settings.read(tmp_path).model_dump_json()
    assert Settings.read(write(tmp_path, "[service]\nport = 80")).model_dump_json() == before
