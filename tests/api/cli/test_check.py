"""`stanagraph check` on the public data, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from typer.testing import Result

Run = Callable[..., Result]
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
EXAMPLE = EXAMPLES / "cartridge.json"


@pytest.fixture
def description(tmp_path: Path) -> Callable[..., str]:
    """Write a description; the address of the file."""

    def write(name: str = "mine", **said: Any) -> str:
        path = tmp_path / f"{name}.json"
        told = {"id": name, "name": name, "kind": "munition", "interfaces": ["5.56x45"]} | said
        path.write_text(json.dumps(told), encoding="utf-8")
        return str(path)

    return write


GOOD = {
    "evidence": [{"title": "Drawing"}],
    "values": [{"parameter": "case_length_mm", "number": 44.7, "unit": "mm"}],
}


def test_the_example_is_told_clause_by_clause(run: Run) -> None:
    shown = run("check", str(EXAMPLE), "--against", "STANAG-4172", code=1).stdout
    for text in ("✕ failed", "■ passed", "▨ cannot tell", "– inapplicable", "Works with", "conformance-report/"):
        assert text in shown
    french = run("check", str(EXAMPLE), "--against", "STANAG-4172", "--lang", "fr", code=1).stdout
    for text in ("✕ non satisfait", "■ satisfait", "▨ indécidable", "– sans objet", "Fonctionne avec"):
        assert text in french


def test_what_it_works_with_can_be_left_out(run: Run) -> None:
    asked = ("check", str(EXAMPLE), "--against", "STANAG-4172", "--no-works-with")
    shown = run(*asked, code=1).stdout
    assert "not known: it was not asked for" in shown
    assert "M249" not in shown
    assert "non connu : ce n’était pas demandé" in run(*asked, "--lang", "fr", code=1).stdout


def test_the_examples_say_the_same_in_all_forms(read: Callable[..., Any]) -> None:
    files = [str(EXAMPLES / f"cartridge.{ending}") for ending in ("json", "ttl", "jsonld")]
    assert len({it["iri"] for it in read("check", *files, "--against", "STANAG-4172", "--fail-on", "never")}) == 1


@pytest.mark.long
def test_what_is_left_out_fails_nothing(run: Run, description: Callable[..., str]) -> None:
    run("check", description(), "--against", "STANAG-4172")
    run("check", description(), "--against", "STANAG-4172", "--fail-on", "cannot-tell", code=1)
    bad = GOOD | {"values": [{"parameter": "case_length_mm", "number": 51, "unit": "mm"}]}
    run("check", description(**bad), "--against", "STANAG-4172", code=1)
    run("check", description(**bad), "--against", "STANAG-4172", "--fail-on", "never")
    run("check", description(**bad), "--against", "STANAG-4172", "--confidence", "high")


def test_json_is_one_report_or_a_list_of_them(read: Callable[..., Any], description: Callable[..., str]) -> None:
    one = read("check", description("a", **GOOD), "--against", "STANAG-4172")
    assert one["counts"]["passed"] == 1
    two = read("check", description("a", **GOOD), description("b"), "--against", "STANAG-4172")
    assert [it["system"]["id"] for it in two] == ["a", "b"]
    assert two[0] == one


@pytest.mark.parametrize("against", ["STANAG-4172", "STANAG-4172/3", "AOP-4172", "5.56x45", "MIL-STD-1316F"])
def test_anything_that_asks_can_be_checked_against(
    read: Callable[..., Any], description: Callable[..., str], against: str
) -> None:
    found = read("check", description(**GOOD), "--against", against)
    assert found["results"]
    assert found["counts"]["failed"] == 0


@pytest.mark.long
def test_every_form_is_written(run: Run, description: Callable[..., str], tmp_path: Path) -> None:
    path = description(**GOOD)
    for form, beginning in {
        "earl": "@prefix",
        "shacl": "@prefix",
        "earl-jsonld": "{",
        "html": "<!doctype",
        "junit": "<",
    }.items():
        shown = run("check", path, "--against", "STANAG-4172", "--format", form).stdout
        assert shown.lower().startswith(beginning), form
    run("check", path, "--against", "STANAG-4172", "--format", "pdf", "--output", str(tmp_path / "a.pdf"))
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    run(
        "check",
        path,
        description("b"),
        "--against",
        "STANAG-4172",
        "--format",
        "html",
        "--output",
        str(tmp_path / "all"),
    )
    assert sorted(it.name for it in (tmp_path / "all").iterdir()) == ["b.html", "mine.html"]
    run("check", path, path, "--against", "STANAG-4172", "--format", "junit", "--output", str(tmp_path / "a.xml"))
    assert JUnitXml.fromfile(str(tmp_path / "a.xml")).failures == 0


@pytest.mark.long
def test_a_sheet_to_fill_in_can_be_checked_as_it_is(run: Run, tmp_path: Path) -> None:
    for language in ("en", "fr"):
        path = str(tmp_path / f"{language}.xlsx")
        run("check", "--template", path, "--lang", language)
        run("check", path, "--against", "5.56x45")
        assert "there already" in run("check", "--template", path, code=2).stderr


@pytest.mark.parametrize("of", ["description", "report"])
def test_schemas_are_published(run: Run, of: str) -> None:
    assert json.loads(run("check", "--schema", of).stdout)["$schema"].startswith("https://json-schema.org/")


def test_faults_of_all_files_are_told_at_once(run: Run, description: Callable[..., str]) -> None:
    bad = description("a", values=[{"parameter": "case_lenght_mm", "number": 1, "unit": "parsec"}])
    worse = description("b", interfaces=["5.56x54"])
    said = run("check", bad, worse, "--against", "STANAG-4172", code=2).stderr
    assert "error: 3 things in the description are refused" in said
    assert (
        "a.json: /values/0/parameter: “case_lenght_mm”, expected a known parameter; did you mean case_length_mm" in said
    )
    assert "a.json: /values/0/unit: “parsec”, expected a known unit" in said
    assert "b.json: /interfaces/0: “5.56x54”, expected a known interface; did you mean 5.56x45" in said
    french = run("check", bad, "--against", "STANAG-4172", "--lang", "fr", code=2).stderr
    assert "/values/0/unit : « parsec », attendu : une unité connue" in french


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--against", "STANAG-4172"], "expected at least one description"),
        (["FILE"], "expected a standard, a profile or an interface"),
        (["nothing.json", "--against", "STANAG-4172"], "no such file"),
        (["FILE", "--against", "STANAG-41720"], "did you mean STANAG-4172 or"),
        (["FILE", "--against", "STANAG-4172", "--format", "pdf"], "PDF is no text"),
        (["FILE", "FILE", "--against", "STANAG-4172", "--format", "html"], "expected a folder"),
        (["--template", "a.csv"], "ends in .xlsx"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    run: Run, description: Callable[..., str], arguments: list[str], said: str
) -> None:
    path = description()
    given = [path if it == "FILE" else it for it in arguments]
    assert said in run("check", *given, code=2).stderr
