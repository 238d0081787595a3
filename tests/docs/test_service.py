"""The pages for who runs the service: every setting is there with its default, every threat has a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stanagraph.api.server.settings import PREFIX, ServiceSettings, rows

ROOT = Path(__file__).parents[2]
ADMINISTRATION = (ROOT / "docs" / "administration.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECURITY.partition("## Threats")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| ") and "---" not in line
][1:]


@pytest.mark.parametrize("row", rows(), ids=[name for name, *_ in rows()])
def test_every_setting_is_documented_as_it_is(row: tuple[str, str, str]) -> None:
    assert all(row), "each setting says what it is for"
    assert "| `{}` | {} | {} |".format(*row) in ADMINISTRATION


def test_no_setting_is_documented_that_there_is_not() -> None:
    table = ADMINISTRATION.partition("| setting | meaning | default |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([^`]+)` ", table, re.M)) == {name for name, *_ in rows()}


def test_the_variables_of_the_page_exist() -> None:
    for name in re.findall(rf"`{PREFIX}([A-Z_]+)`", ADMINISTRATION):
        assert name.lower().replace("__", ".").replace("_", "-") in {row[0] for row in rows()}


def test_the_example_of_the_page_is_taken(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", ADMINISTRATION, re.S)
    (tmp_path / "stanagraph.toml").write_text(example, encoding="utf-8")
    settings = ServiceSettings.read(tmp_path)
    assert settings.workers == 4
    assert settings.access.oidc.audiences == {"cell-interoperability": "allies"}


@pytest.mark.parametrize("threat", THREATS, ids=[threat[0][:50] for threat in THREATS])
def test_every_threat_names_tests_that_exist(threat: list[str]) -> None:
    name, against, tests = threat
    assert name
    assert against
    named = re.findall(r"`(tests/[^`]+)`", tests)
    assert named
    for place in named:
        path, _, function = place.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not function or re.search(rf"^(async )?def {function}\(", text, re.M), place
