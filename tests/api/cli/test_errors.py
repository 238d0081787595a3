"""Errors are one clear line with near names, and never change a release."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import Result

from stanagraph.graph.releases import Releases

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("arguments", "head", "near"),
    [
        (["pairs", "--from", "DEU", "--to", "Polnad"], "no nation is called “Polnad”", "POL"),
        (["gaps", "--class", "155"], "no munition class is called “155”", "155mm"),
        (["explain", "leopard", "dm53"], "no equipment is called “leopard”", "leopard-2a4"),
        (["explain", "m777a2", "excalibur"], "no munition or interface is called “excalibur”", "m982-excalibur"),
        (["query", "gapps"], "no query is called “gapps”", "gaps"),
        (["positions", "STANAG-4425X"], "no agreement is called", "STANAG-4425"),
        (["release", "use", "nowhere"], "no release is called “nowhere”", "stanagraph release list"),
    ],
)
def test_an_unknown_name_gets_near_names(run: Run, arguments: list[str], head: str, near: str) -> None:
    error = run(*arguments, code=2).stderr
    first, second = error.strip().splitlines()[-2:]
    assert first.startswith(f"error: {head}")
    assert near in second
    assert "Traceback" not in error


def test_errors_are_told_in_french(run: Run) -> None:
    error = run("pairs", "--from", "DEU", "--to", "Polnad", "--lang", "fr", code=2).stderr
    assert "erreur :".replace(" ", "\u00a0") in error
    assert "vouliez-vous dire" in error


@pytest.mark.parametrize(
    "arguments",
    [
        ["gaps", "--as-of", "yesterday"],
        ["query", "gaps", "nation"],
        ["query", "pairs", "using=POL"],
        ["query", "gaps", "colour=red"],
        ["gaps", "--format", "xml"],
        ["gapps"],
        ["gaps", "--lang", "de"],
        ["release", "build", "--data", "no-such-folder"],
        ["gaps", "--release", "no-such-release"],
    ],
)
def test_a_bad_argument_ends_with_two(run: Run, arguments: list[str]) -> None:
    result = run(*arguments, code=2)
    assert result.stderr.strip()
    assert not result.stdout


@pytest.mark.parametrize("arguments", [["--lang", "fr", "gaps"], ["gaps", "--lang", "fr"], ["gaps", "--lang=fr"]])
def test_global_options_stand_before_or_after_the_command(run: Run, arguments: list[str]) -> None:
    assert "Lacunes" in run(*arguments).stdout


def test_the_language_is_that_of_the_machine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_BE.UTF-8")
    assert "Lacunes" in run("gaps").stdout
    assert "Exemples" in run("gaps", "--help").stdout
    assert "Examples" in run("gaps", "--help", "--lang", "en").stdout


def test_a_bad_row_is_named_and_the_current_release_stays(run: Run, public_data: Path, public_home: Path) -> None:
    before = Releases(public_home).current().identifier
    holdings = public_data / "holdings.csv"
    with holdings.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[-1][rows[0].index("nation")] = "nobody"
    with holdings.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    result = run("release", "build", "--data", str(public_data), code=2)
    assert f"holdings.csv:{len(rows)}: nation: 'nobody', expected" in result.stderr
    assert "nothing was changed" in result.stderr
    assert not result.stdout
    assert Releases(public_home).current().identifier == before


def test_a_build_without_changes_is_one_line(run: Run, public_home: Path) -> None:
    out = run("release", "build").stdout
    assert out.count("\n") == 1
    assert Releases(public_home).current().identifier in out


def test_choosing_a_release_is_told(run: Run, public_home: Path) -> None:
    current = Releases(public_home).current().identifier
    assert current in run("release", "use", current[:6]).stdout
    assert "→" in run("release", "list").stdout


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {"STANAGRAPH_HOME": str(home), "LC_ALL": "C.UTF-8"}


def test_a_reader_that_leaves_early_gets_no_complaint(public_home: Path) -> None:
    command = [sys.executable, "-c", "from stanagraph.api.cli import main; main()", "gaps", "--limit", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(public_home)
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_a_report_imports_nothing_heavy(public_home: Path) -> None:
    # Typer itself imports pydantic.
    heavy = (
        "altair",
        "babel",
        "fastapi",
        "owlready2",
        "pyshacl",
        "rdflib",
        "stanagraph.ingest",
        "uvicorn",
        "vl_convert",
    )
    script = f"""
import sys
from stanagraph.api.cli import app
sys.argv = ["stanagraph", "gaps", "--lang", "en"]
try:
    app()
except SystemExit as end:
    assert not end.code, end
print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=_environment(public_home), check=True
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"


def test_colour_comes_only_with_a_terminal(public_home: Path) -> None:
    command = [sys.executable, "-c", "from stanagraph.api.cli import main; main()", "explain", "m777a2", "155mm-l39"]
    environment = _environment(public_home)
    plain = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    bright = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment | {"FORCE_COLOR": "1", "TERM": "xterm-256color"},
        check=True,
    ).stdout
    assert "\x1b" not in plain
    assert "\x1b[" in bright


HEADINGS = {"fr": "matériel,pays,statut,quantité,base", "en": "equipment,nation,status,quantity,basis"}


def test_a_wrong_cell_is_told_in_french_and_marked_in_the_language_of_its_sheet(
    run: Run, small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANAGRAPH_HOME", str(small_home))
    row = ("pzh-3000", "DEU", "in-service", "-3", "NationalHolding")
    for language, heading in (
        ("fr", "matériel,pays,statut,quantité,base"),
        ("en", "equipment,nation,status,quantity,basis"),
    ):
        path, marked = tmp_path / "holdings.csv", tmp_path / f"{language}.xlsx"
        path.write_text(f"{heading}\n{','.join(row)}\n", encoding="utf-8")
        error = run("ingest", str(path), "--lang", "fr", "--errors", str(marked), code=2).stderr
        assert f"{heading.split(',')[3]}: '-3', attendu\u00a0: un nombre entier" in error
        assert "un identifiant de la table equipment, dans ce classeur ou dans une autre source" in error
        rows = load_workbook(marked)["holdings"].iter_rows()
        comments = [cell.comment.text for cells in rows for cell in cells if cell.comment]
        begins = "attendu\u00a0: " if language == "fr" else "expected "
        assert len(comments) == 2
        assert all(text.startswith(begins) for text in comments)
