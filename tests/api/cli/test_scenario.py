"""`stanagraph scenario`: the answer names the release, its moves and its reasons; nothing in the release changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from typer.testing import Result

from stanagraph.graph.releases import Releases

Run = Callable[..., Result]
FILE = """
name = "portugal-follows"
description = "Portugal follows"

[[move]]
do = "accept"
nation = "PRT"
agreement = "STANAG-4425"
edition = 2

[[move]]
do = "buy"
nation = "PRT"
thing = "pzh-2000"
"""


def test_an_answer_in_words(run: Run, public_home: Path) -> None:
    release = Releases(public_home).current()
    shown = run("scenario", "try", "--buy", "FRA:pzh-2000", "--change", "pzh-2000:loading_length_max_mm:600").stdout
    assert release.identifier in shown
    for text in ("France buys Panzerhaubitze 2000", "opened", "← move 1", "Verdicts", "loading", "Index by class"):
        assert text in shown
    assert Releases(public_home).verify(release.identifier) == release


def test_an_answer_in_french(run: Run) -> None:
    shown = run("--lang", "fr", "scenario", "try", "--accept", "FRA:STANAG-4425:2").stdout
    for text in ("Et si", "France accepte", "Lacunes", "comblée", "mesure 1", "rien n’y change"):
        assert text in shown


def test_an_answer_as_json(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "what-if.toml").write_text(FILE)
    told = read("scenario", "run", str(tmp_path / "what-if.toml"))
    assert [move["do"] for move in told["scenario"]["moves"]] == ["accept", "buy"]
    assert told["scenario"]["graph"].endswith("/graph/scenario/portugal-follows")
    assert told["gaps"]["counts"]["new"] == sum(change["change"] == "new" for change in told["gaps"]["changes"])
    assert all(change["reasons"] for change in told["gaps"]["changes"])
    assert {"using", "providing", "class", "before", "after"} == set(told["cells"][0])


def test_an_answer_in_the_terms_of_the_ontology(run: Run, tmp_path: Path) -> None:
    (tmp_path / "what-if.toml").write_text(FILE)
    turtle = run("scenario", "run", str(tmp_path / "what-if.toml"), "--format", "turtle").stdout
    store = ox.Store()
    store.bulk_load(turtle.encode(), ox.RdfFormat.TURTLE)
    asked = "PREFIX : <https://w3id.org/stanagraph/ns/> ASK { ?s a :Scenario ; :overRelease ?r ; :supposes/:supposedOf ?o ; :opensGap|:closesGap ?g }"  # noqa: E501
    assert store.query(asked)


def test_scenarios_are_kept_listed_shown_run_and_removed(
    run: Run, public_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "releases").symlink_to(public_home / "releases")
    (home / "current").write_text((public_home / "current").read_text())
    monkeypatch.setenv("STANAGRAPH_HOME", str(home))
    file = tmp_path / "what-if.toml"
    file.write_text(FILE)
    assert "No scenario" in run("scenario", "list").stdout
    assert "Kept: portugal-follows" in run("scenario", "save", str(file)).stdout
    assert "Replaced" in run("scenario", "save", str(file)).stdout
    assert "Portugal follows" in run("scenario", "list").stdout
    assert 'do = "buy"' in run("scenario", "show", "portugal-follows").stdout
    assert "Portugal buys" in run("scenario", "run", "portugal-follows").stdout
    run("scenario", "remove", "portugal-follows")
    assert "portugal" in run("scenario", "show", "portugal-follows", code=2).stderr
    file.write_text(FILE.replace("pzh-2000", "pzh-3000"))
    assert "pzh-2000" in run("scenario", "save", str(file), code=2).stderr
    assert "No scenario" in run("scenario", "list").stdout


def test_what_cannot_be_is_refused_in_both_languages(run: Run) -> None:
    moves = ("--buy", "FRX:pzh-2000", "--change", "pzh-2000:loading_length_max_mm:-6")
    told = run("scenario", "try", *moves, code=2).stderr
    assert "move 1, nation" in told
    assert "FRA" in told
    told = run("--lang", "fr", "scenario", "try", "--change", "pzh-2000:loading_length_max_mm:-6", code=2).stderr
    assert "mesure 1, value" in told
    assert "supérieur à zéro" in told
    run("scenario", "try", code=2)
