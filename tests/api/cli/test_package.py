"""`stanagraph package` writes what it is asked for, tells what is wrong, and compares."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
ASKED = ("package", "--class", "155mm", "--nation", "CZE")
BEGINS = {
    "pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "reqif": b"<?xml", "html": b"<!doctype", "csv": b"document,",
    "json": b"{", "ttl": b"@prefix",
}  # fmt: skip


@pytest.mark.parametrize("suffix", BEGINS)
def test_the_file_is_of_the_kind_that_its_name_says(run: Run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"package.{suffix}"
    assert "Wrote" in run(*ASKED, "--output", str(path)).stdout
    assert path.read_bytes().startswith(BEGINS[suffix])
    assert [it.name for it in tmp_path.iterdir()] == [path.name]


def test_make_may_be_left_out_or_said(run: Run) -> None:
    assert run(*ASKED).stdout == run("package", "make", *ASKED[1:]).stdout


def test_the_summary_is_told_in_both_languages(run: Run) -> None:
    english, french = run(*ASKED).stdout, run(*ASKED, "--lang", "fr").stdout
    assert "STANAG-4425" in english
    assert "governs the interface" in english
    assert "No profile says how binding the document is." in english
    assert "régit l’interface" in french
    assert "Aucun profil ne dit dans quelle mesure le document oblige." in french


@pytest.mark.parametrize("scope", [("--interface", "5.56x45"), ("--equipment", "pzh-2000"), ("--class", "mortar")])
def test_each_kind_of_scope(run: Run, scope: tuple[str, str]) -> None:
    found = json.loads(run("package", *scope, "--nation", "DEU", "--format", "json").stdout)
    assert found["scope"]["id"].endswith(scope[1])
    assert [it for it in found["documents"] if it["applies"]]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--nation", "POL"], "exactly one of --interface, --class and --equipment"),
        (["--class", "155mm", "--interface", "5.56x45", "--nation", "POL"], "exactly one"),
        (["--class", "155mm"], "--nation"),
        (["--class", "155", "--nation", "POL"], "155mm"),
        (["--class", "155mm", "--nation", "Polnad"], "POL"),
        (["--equipment", "pzh", "--nation", "POL"], "pzh-2000"),
        (["--class", "155mm", "--nation", "POL", "--as-of", "now"], "not a date"),
        (["--class", "155mm", "--nation", "POL", "--output", "package.doc"], ".docx"),
    ],
)
def test_what_cannot_be_made_is_told(run: Run, arguments: list[str], told: str) -> None:
    result = run("package", *arguments, code=2)
    assert told in result.stderr
    assert not result.stdout


def test_errors_are_told_in_french(run: Run) -> None:
    assert "une seule des options" in run("package", "--nation", "POL", "--lang", "fr", code=2).stderr


def test_a_folder_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    assert "cannot be written" in run(*ASKED, "--output", str(tmp_path / "no" / "p.json"), code=1).stderr


def test_nothing_binary_is_written_to_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from stanagraph.api.cli import package

    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    class System:
        stdout = Terminal()

    monkeypatch.setattr(package, "sys", System)
    assert "name a file" in run(*ASKED, "--format", "pdf", code=2).stderr
    monkeypatch.setattr(package, "sys", sys)
    assert run(*ASKED, "--format", "pdf").stdout_bytes.startswith(b"%PDF")


def test_two_packages_are_compared(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.reqif"
    run("package", "--class", "155mm", "--nation", "CZE", "--output", str(old))
    run("package", "--class", "155mm", "--nation", "USA", "--output", str(new))
    table = run("package", "diff", str(old), str(new)).stdout
    assert "national-document/MIL-STD-1316F" in table
    found = json.loads(run("package", "diff", str(old), str(new), "--format", "json").stdout)["items"]
    removed = [it["id"] for it in found if it["change"] == "removed"]
    assert "national-document/COS-131502" in removed
    assert "Nothing has changed." in run("package", "diff", str(old), str(old)).stdout
    assert "Rien n’a changé." in run("package", "diff", str(old), str(old), "--lang", "fr").stdout


def test_what_is_no_package_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert "is no requirements package" in run("package", "diff", str(tmp_path / "x.json"), "y.json", code=2).stderr


def test_the_schema_is_written(run: Run) -> None:
    assert json.loads(run("package", "schema").stdout)["$schema"].endswith("2020-12/schema")
