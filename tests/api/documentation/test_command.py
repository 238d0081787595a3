"""The command: where it writes, what it refuses, and what it says when its tools are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from stanagraph.api.cli import app, ontology_docs

RUN = CliRunner()


def test_it_writes_the_pages_into_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "made" / "here"
    result = RUN.invoke(app, ["--lang", "en", "ontology", "docs", "--to", str(target)])
    assert result.exit_code == 0
    assert str(target) in result.stdout
    assert (target / "index.fr.html").is_file()
    assert RUN.invoke(app, ["ontology", "docs", "--to", str(target)]).exit_code == 0


def test_it_does_not_write_into_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    result = RUN.invoke(app, ["--lang", "en", "ontology", "docs", "--to", str(tmp_path)])
    assert result.exit_code == 2
    assert "expected an empty folder" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(("language", "word"), [("en", "can be written to"), ("fr", "puisse écrire")])
def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path, language: str, word: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    result = RUN.invoke(app, ["--lang", language, "ontology", "docs", "--to", str(tmp_path / "file" / "below")])
    assert result.exit_code == 2
    assert "--to" in result.stderr
    assert word in result.stderr


def test_installed_it_has_to_be_told_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ontology_docs, "in_checkout", lambda: False)
    result = RUN.invoke(app, ["--lang", "en", "ontology", "docs"])
    assert result.exit_code == 2
    assert "--to" in result.stderr


@pytest.mark.parametrize(("language", "word"), [("en", "not installed"), ("fr", "ne sont pas installés")])
def test_without_its_tools_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, word: str
) -> None:
    monkeypatch.setattr(ontology_docs, "find_spec", lambda name: None)
    result = RUN.invoke(app, ["--lang", language, "ontology", "docs", "--to", str(tmp_path)])
    assert result.exit_code == 1
    assert word in result.stderr
    assert "pip install 'stanagraph[docs]'" in result.stderr
    assert list(tmp_path.iterdir()) == []
