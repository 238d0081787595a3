"""A store on another machine: the same commands, the same answers, and clear words where it cannot answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from stanagraph.api.cli import app
from stanagraph.graph.remote import Service

REPORTS = (
    "gaps --class 155mm", "plan --class 155mm --budget 5", "matrix --class 155mm", "pairs --from DEU --to GBR",
    "recipient UKR", "substitutes m795-he m777", "supply", "interfaces", "editions", "positions STANAG-4425",
    "impact STANAG-4425", "explain m777 m795-he", "trace m777", "disagreements", "candidates",
    "query joint-procurement class=155mm", "query evidence equipment=m777 munition=m795-he", "evaluate",
    "package --interface 155mm-l39 --nation DEU",
)  # fmt: skip


@pytest.fixture
def at_home(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("STANAGRAPH_HOME", str(small_home))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def runs(line: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, line.split(), prog_name="stanagraph")
        assert result.exit_code == code, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        return result

    return runs


def settings(home: Path, service: Service) -> None:
    text = f'[store]\nquery = "{service.query}"\nupdate = "{service.update}"\ngraph-store = "{service.graph_store}"\n'
    (home / "stanagraph.toml").write_text(text, encoding="utf-8")


@pytest.mark.long
def test_the_same_commands_get_the_same_answers(
    at_home: Callable[..., Result], small_home: Path, oxigraph_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {line: at_home(f"{line} --format json").stdout for line in REPORTS}
    assert "of this workspace answers" in at_home("store show").stdout
    settings(small_home, oxigraph_service)
    copied = at_home("store copy").stdout
    assert f"to {oxigraph_service.query}: " in copied
    assert "nothing to do" in at_home("store copy").stdout
    shown = at_home("store show").stdout
    assert oxigraph_service.query in shown
    assert copied.split()[2] in shown
    (small_home / "current").unlink()
    for line, answer in here.items():
        assert at_home(f"{line} --format json").stdout == answer, line
    (small_home / "stanagraph.toml").unlink()
    monkeypatch.setenv("STANAGRAPH_STORE", oxigraph_service.query)
    assert at_home("gaps --class 155mm --format json").stdout == here["gaps --class 155mm"]


REFUSED = [
    ("gaps --release abc", "--release: a store elsewhere holds one release for one audience"),
    ("gaps --audience allies", "--audience: a store elsewhere holds one release for one audience"),
    ("scenario try --retire GBR:m777", "--store: this works on the releases of this workspace"),
    ("serve", "--store: this works on the releases of this workspace"),
]
KEPT = ["release list", "release build", "sources list", "backup x.tar", "restore x.tar", "ingest x.csv"]


@pytest.mark.parametrize(("line", "told"), REFUSED)
def test_what_a_store_elsewhere_cannot_answer(
    line: str, told: str, at_home: Callable[..., Result], small_home: Path
) -> None:
    settings(small_home, Service("http://127.0.0.1:9/query", "http://127.0.0.1:9/u", "http://127.0.0.1:9/s"))
    assert told in at_home(line, code=2).stderr


@pytest.mark.parametrize("line", KEPT)
def test_what_keeps_the_workspace_is_not_sent_elsewhere(line: str, at_home: Callable[..., Result]) -> None:
    told = at_home(f"--store http://127.0.0.1:9/query {line}", code=2).stderr
    assert "--store: this works on the releases of this workspace, not on a store elsewhere" in told


def test_the_settings_do_not_stand_in_the_way_of_the_keeper(at_home: Callable[..., Result], small_home: Path) -> None:
    settings(small_home, Service("http://127.0.0.1:9/query", "http://127.0.0.1:9/u", "http://127.0.0.1:9/s"))
    assert "→" in at_home("release list").stdout
    assert "155 mm" in at_home("--store here interfaces").stdout
    assert "http://127.0.0.1:9/query: no connection" in at_home("interfaces", code=1).stderr
    assert "http://127.0.0.1:9/query: no connection" in at_home("store copy", code=1).stderr


def test_nothing_is_copied_to_nowhere(at_home: Callable[..., Result]) -> None:
    assert "[store]: stanagraph.toml names no store on another machine" in at_home("store copy", code=2).stderr
    refused = at_home("--lang fr store copy", code=2).stderr
    assert "[store]\xa0: stanagraph.toml ne nomme aucune base sur une autre machine" in refused


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_password_in_an_address_is_refused_and_not_repeated(language: str, at_home: Callable[..., Result]) -> None:
    told = at_home(f"--lang {language} --store http://me:sesame@graph.example/query gaps", code=2).stderr
    assert "--store" in told
    assert "sesame" not in told
