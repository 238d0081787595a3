"""`stanagraph plan`: the same plan in all forms and both languages, and errors that say what to change."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from typer.testing import Result

Run = Callable[..., Result]
Read = Callable[..., Any]
SMALL = ("plan", "--class", "155mm", "--budget", "10")


def test_a_budget_is_kept_and_the_best_is_proven(read: Read) -> None:
    plan = read(*SMALL)
    assert plan["optimal"] is True
    assert plan["effort"] <= plan["budget"] == 10
    assert plan["bound"] == plan["achieved"]["gaps"] == plan["steps"][-1]["soFar"]["gaps"]
    assert sum(len(step["closes"]) for step in plan["steps"]) == plan["achieved"]["gaps"]
    assert plan["questionsApart"]["gaps"] > 0
    assert plan["achieved"]["questions"] == 0


def test_without_a_budget_all_gaps_of_a_nation_are_closed(read: Read) -> None:
    plan = read("plan", "--nation", "POL")
    assert plan["optimal"] is True
    assert plan["bound"] == plan["effort"]
    assert plan["achieved"]["gaps"] == plan["whole"]["gaps"] > 0
    assert plan["whole"]["questions"] == 0


def test_questions_are_answered_where_they_are_asked_for(read: Read) -> None:
    plan = read("plan", "--class", "155mm", "--with-unknown")
    assert plan["achieved"]["questions"] == plan["whole"]["questions"] > 0
    assert plan["questionsApart"]["gaps"] == 0
    only = read("plan", "--class", "155mm", "--cause", "not-known")
    assert only["whole"]["gaps"] == 0
    assert only["whole"]["questions"] == plan["whole"]["questions"]
    assert {step["kind"] for step in only["steps"]} == {"find-out"}


def test_pairs_are_an_interval(read: Read) -> None:
    plan = read("plan", "--class", "155mm", "--budget", "60", "--count", "pairs")
    assert plan["achieved"]["pairsSurely"] < plan["achieved"]["pairs"] == plan["bound"]


def test_one_gap_by_its_name(read: Read, run: Run) -> None:
    plan = read("plan", "--gap", "no-standard/interface/spike-canister")
    assert [step["action"] for step in plan["steps"]] == ["agree-standard/spike-canister"]
    assert "no gap is called" in run("plan", "--gap", "no-standard/interface/spike", code=2).stderr


def test_weights_of_a_user_count(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    path.write_text('default = 2\n[nation]\nAUS = 0.5\n[action]\n"integrate-software/pzh-2000/vulcano-155-glr" = 99\n')
    plan = read(*SMALL, "--weights", str(path))
    efforts = {step["action"]: step["effort"] for step in plan["steps"]}
    assert "integrate-software/pzh-2000/vulcano-155-glr" not in efforts
    assert {effort for action, effort in efforts.items() if "/AUS/" in action} <= {1}
    assert {effort for action, effort in efforts.items() if "/AUS/" not in action} == {2}


def test_all_forms_tell_the_same_steps(run: Run, read: Read) -> None:
    steps = [step["action"] for step in read(*SMALL)["steps"]]
    rows = list(csv.DictReader(io.StringIO(run(*SMALL, "--format", "csv").stdout)))
    assert [row["action"] for row in rows] == steps
    triples = list(ox.parse(run(*SMALL, "--format", "turtle").stdout, format=ox.RdfFormat.TURTLE))
    assert {str(it.object.value).rpartition("/action/")[2] for it in triples if "/id/action/" in str(it.object)} == set(
        steps
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["What closes most gaps within the budget", "Proven to be the best.", "--with-unknown"]),
        ("fr", ["Ce qui comble le plus de lacunes", "Il est prouvé que c’est le meilleur plan.", "--with-unknown"]),
    ],
)
def test_the_table_says_what_it_means_and_fits_a_page(run: Run, language: str, told: list[str]) -> None:
    out = run("--lang", language, *SMALL).stdout
    assert [text for text in told if text not in out] == []
    assert [line for line in out.splitlines() if len(line) > 100] == []


def test_a_long_table_is_cut_and_says_so(run: Run) -> None:
    out = run("plan", "--class", "155mm", "--limit", "3").stdout
    assert "shown 3 of" in out
    assert "shown" not in run("plan", "--class", "155mm", "--limit", "0").stdout


@pytest.mark.parametrize(
    ("arguments", "english", "french"),
    [
        (["--budget", "1"], "closes no gap; the least that closes one takes an effort of 3", "ne comble aucune"),
        (["--budget", "1", "--count", "pairs"], "the least that frees one takes an effort of 3", "ne libère"),
        (["--budget", "x"], "--budget: expected a number that is not negative", "nombre non négatif"),
        (["--budget", "-1"], "--budget: expected a number that is not negative", "nombre non négatif"),
        (["--chart", "x.pdf"], "--chart: expected a file that ends in .svg, .png or .html", "--chart"),
        (["--nation", "POLL"], "did you mean POL", "POL"),
        (["--cause", "technic"], "technical", "technical"),
        (["--weights", "none.toml"], "cannot be read", "ne peut être lu"),
    ],
)  # fmt: skip
def test_errors_say_what_to_change(run: Run, arguments: list[str], english: str, french: str) -> None:
    assert english in run("plan", "--class", "155mm", *arguments, code=2).stderr
    assert french in run("--lang", "fr", "plan", "--class", "155mm", *arguments, code=2).stderr


def test_wrong_weights_are_named_all_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    path.write_text("[kind]\nqualfy = 1\n[nation]\nPLO = 2\n[action]\n'agree-standard/spike-canistr' = 3\n")
    told = run("plan", "--weights", str(path), code=2).stderr
    assert "kind.qualfy: there is none of this name; did you mean qualify?" in told
    assert "nation.PLO: there is none of this name; did you mean POL" in told
    assert (
        'action."agree-standard/spike-canistr": there is none of this name; did you mean agree-standard/spike-canister'
        in told
    )
    path.write_text("default = -1\n")
    assert (
        "nombre de 0 à 1000000 à 3 décimales au plus attendu, et non -1"
        in run("--lang", "fr", "plan", "--weights", str(path), code=2).stderr
    )


def test_an_unknown_class_is_refused_with_near_names(run: Run) -> None:
    assert "155mm" in run("plan", "--class", "155 m", code=2).stderr


@pytest.mark.parametrize("count", ["gaps", "pairs"])
@pytest.mark.parametrize("suffix", [".svg", ".png", ".html"])
def test_the_curve_is_drawn(run: Run, tmp_path: Path, suffix: str, count: str) -> None:
    path = tmp_path / f"plan{suffix}"
    assert str(path) in run("--lang", "fr", *SMALL, "--count", count, "--chart", str(path)).stdout
    content = path.read_bytes()
    if suffix == ".svg":
        assert "Ce que l’effort permet" in content.decode()
    assert len(content) > 5000


def test_a_choice_without_gaps_is_told(run: Run, tmp_path: Path) -> None:
    arguments = ("plan", "--class", "155mm", "--cause", "not-accepted")
    assert "No gap is known for this choice." in run(*arguments).stdout
    assert "nothing to draw" in run(*arguments, "--chart", str(tmp_path / "x.svg"), code=2).stderr
