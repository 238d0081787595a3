"""Every command answers in both languages, in every form, and fits the page."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from typer.testing import Result

from stanagraph.graph.catalogue import Catalogue

Run = Callable[..., Result]
Read = Callable[..., Any]

REPORTS = {
    "gaps": ["gaps", "--class", "155mm"],
    "gaps of a nation": ["gaps", "--nation", "FRA", "--cause", "technical", "--as-of", "2024-01-01", "--limit", "3"],
    "matrix": ["matrix", "--class", "155mm"],
    "pairs": ["pairs", "--from", "DEU", "--to", "POL"],
    "recipient": ["recipient", "UKR", "--class", "155mm"],
    "substitutes": ["substitutes", "m795-he", "pzh-2000"],
    "supply": ["supply", "--class", "155mm"],
    "interfaces": ["interfaces"],
    "editions": ["editions"],
    "positions": ["positions", "STANAG-4517"],
    "impact": ["impact", "STANAG-4425", "--edition", "2"],
    "impact of a cancellation": ["impact", "STANAG-4172", "--cancel", "--as-of", "2020-01-01", "--limit", "0"],
    "matrix as of a date": ["matrix", "--as-of", "2022-01-01"],
    "recipient as of a date": ["recipient", "UKR", "--as-of", "2023-12-31"],
    "editions as of a date": ["editions", "--as-of", "2024-01-01"],
    "interfaces as of a date": ["interfaces", "--as-of", "2000-01-01"],
    "explain": ["explain", "pzh-2000", "vulcano-155-glr"],
    "explain an interface": ["explain", "m777a2", "155mm-l39"],
    "trace": ["trace", "pzh-2000"],
    "trace of a property": ["trace", "agreement-edition/STANAG-4425/2", "documentStatus"],
    "disagreements": ["disagreements"],
    "candidates": ["candidates"],
    "query": ["query", "origins"],
}
OTHERS = {
    "gaps and summary": ["gaps"],
    "queries": ["query"],
    "evaluate": ["evaluate"],
    "package": ["package", "--class", "155mm", "--nation", "USA"],
    "release list": ["release", "list"],
    "release path": ["release", "path"],
    "release verify": ["release", "verify"],
    "help": ["--help"],
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("arguments", [*REPORTS.values(), *OTHERS.values()], ids=[*REPORTS, *OTHERS])
def test_every_command_answers_on_a_page_without_control_characters(
    run: Run, arguments: list[str], language: str
) -> None:
    out = run("--lang", language, *arguments).stdout
    assert out.strip()
    assert "\x1b" not in out
    assert "\r" not in out
    if arguments[:2] != ["release", "path"]:
        assert [line for line in out.splitlines() if len(line) > 100] == []


@pytest.mark.parametrize("arguments", REPORTS.values(), ids=REPORTS)
def test_every_report_is_written_as_json_csv_and_turtle(run: Run, arguments: list[str]) -> None:
    assert isinstance(json.loads(run(*arguments, "--format", "json").stdout), dict)
    text = run(*arguments, "--format", "csv").stdout_bytes.decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert text.endswith("\r\n")
    assert {len(row) for row in rows} == {len(rows[0])}
    triples = list(ox.parse(run(*arguments, "--format", "turtle").stdout, format=ox.RdfFormat.TURTLE))
    assert triples


@pytest.mark.parametrize("arguments", [["evaluate"], ["query"], ["release", "list"]])
def test_what_is_no_single_report_has_all_forms_too(run: Run, arguments: list[str]) -> None:
    assert json.loads(run(*arguments, "--format", "json").stdout)
    assert run(*arguments, "--format", "csv").stdout_bytes.count(b"\r\n") > 1
    assert list(ox.parse(run(*arguments, "--format", "turtle").stdout, format=ox.RdfFormat.TURTLE))


def test_a_report_in_json_has_ids_numbers_booleans_and_nulls(read: Read) -> None:
    report = read("pairs", "--from", "DEU", "--to", "POL", "--class", "155mm")
    assert report["query"] == "pairs"
    assert report["release"]
    assert report["question"].startswith("What can one nation fire")
    first = report["items"][0]
    assert first["using"] == "POL"
    assert first["equipment"] == "ahs-krab"
    assert first["disputed"] is False
    assert first["reason"] is None
    assert all(isinstance(row["upper"], int | float) for row in read("matrix")["items"])
    assert all(isinstance(row["pairs"], int) for row in read("gaps")["items"])


def test_a_table_shows_twenty_lines_and_json_all_gaps(run: Run, read: Read) -> None:
    everything = read("gaps")["items"]
    known = sum(row["cause"] != "not-known" for row in everything)
    found = re.search(r"shown 20 of (\d+), which stand for (\d+) gaps", run("gaps").stdout)
    assert found
    assert 20 < int(found[1]) < int(found[2]) == known
    assert len(read("gaps", "--limit", "3")["items"]) == 3


def test_gaps_that_nations_share_are_one_line(run: Run, read: Read) -> None:
    items = [row for row in read("gaps", "--cause", "technical")["items"] if row["equipment"] == "patriot-pac2-ls"]
    same = [row for row in items if (row["interface"], row["reason"]) == (items[0]["interface"], items[0]["reason"])]
    out = run("gaps", "--cause", "technical", "--limit", "0").stdout
    assert len(same) > 1
    assert re.search(rf"{len(same)} nations +Patriot PAC-2 launcher × .* {sum(row['pairs'] for row in same)} ", out)


def test_gaps_that_are_not_known_are_counted_apart(run: Run, read: Read) -> None:
    unknown = [row for row in read("gaps", "--class", "155mm")["items"] if row["cause"] == "not-known"]
    assert f"{len(unknown)} more where it is not known" in run("gaps", "--class", "155mm").stdout
    assert "no standard" not in run("gaps", "--cause", "not-known").stdout


def test_the_summary_says_what_there_is_what_is_missing_and_where_it_comes_from(run: Run) -> None:
    out = run("gaps").stdout
    for part in ("45 nations", "155 mm", "Gaps by cause", "Apart from these", "three actions", "known", "SIPRI"):
        assert part in out
    assert "Not affiliated with NATO" in out
    assert "2020-12, 2021-06 and 2021-07" in out
    assert out.rstrip().splitlines()[-4].lstrip().startswith("stanagraph explain")
    assert "find out" not in out.partition("three actions")[2].partition("No signature")[0]


def test_the_matrix_tells_no_stock_from_nothing_and_from_not_known(run: Run) -> None:
    out = run("matrix", "--class", "155mm").stdout
    assert "· no stock known" in out
    assert "▨ not known" in out
    assert "0–100 ▨" in out
    assert "FRA" in run("matrix", "--using", "FRA", "--providing", "DEU").stdout


@pytest.mark.parametrize(
    ("by", "english", "french"),
    [
        ("reason", "launcher interface", "précision"),
        ("criterion", "chamber and pressure", "critère"),
        ("pair", "challenger-3", "challenger-3"),
    ],
)
def test_one_table_of_the_evaluation(run: Run, by: str, english: str, french: str) -> None:
    assert english in run("evaluate", "--by", by).stdout
    assert french in run("--lang", "fr", "evaluate", "--by", by).stdout
    rows = list(csv.DictReader(io.StringIO(run("evaluate", "--by", by, "--format", "csv").stdout)))
    assert len(rows) > 10
    assert list(ox.parse(run("evaluate", "--by", by, "--format", "turtle").stdout, format=ox.RdfFormat.TURTLE))


DRAWN = {
    "gaps": ["gaps", "--nation", "POL"],
    "positions": ["positions", "STANAG-4423"],
    "supply": ["supply", "--class", "155mm"],
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("arguments", DRAWN.values(), ids=DRAWN)
def test_a_chart_stands_where_the_table_is(run: Run, tmp_path: Path, arguments: list[str], language: str) -> None:
    for suffix in (".svg", ".png", ".html"):
        path = tmp_path / f"chart{suffix}"
        assert str(path) in run("--lang", language, *arguments, "--chart", str(path)).stdout
        assert path.stat().st_size > 5000


@pytest.mark.parametrize("arguments", [["gaps"], ["positions", "STANAG-4423"], ["supply"], ["matrix"]])
def test_a_chart_that_cannot_be_written_is_refused_first(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    for name in ("chart.gif", "nowhere/chart.svg"):
        assert "--chart: expected" in run(*arguments, "--chart", str(tmp_path / name), code=2).stderr
    error = run("--lang", "fr", *arguments, "--chart", str(tmp_path / "chart.gif"), code=2).stderr
    assert "attendu" in error


@pytest.mark.parametrize("suffix", [".svg", ".png", ".html"])
def test_the_matrix_is_drawn_into_a_file(run: Run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"matrix{suffix}"
    assert str(path) in run("matrix", "--using", "FRA", "--chart", str(path)).stdout
    content = path.read_bytes()
    if suffix == ".png":
        assert content.startswith(b"\x89PNG")
    else:
        assert b"155 mm" in content
    if suffix == ".html":
        # The page brings its programs along.
        assert b'src="http' not in content


def test_a_chart_of_another_kind_is_refused(run: Run, tmp_path: Path) -> None:
    assert ".svg, .png or .html" in run("matrix", "--chart", str(tmp_path / "matrix.gif"), code=2).stderr


def test_pairs_end_with_the_count_of_each_verdict(run: Run, read: Read) -> None:
    items = read("pairs", "--from", "DEU", "--to", "POL")["items"]
    compatible = sum(row["verdict"] == "compatible" for row in items)
    out = run("pairs", "--from", "DEU", "--to", "POL").stdout
    assert f"{len(items)} in all:" in out
    assert f"■ compatible {compatible}" in out


def test_silence_on_an_agreement_is_shown_as_not_known(run: Run) -> None:
    out = run("positions", "STANAG-4425").stdout
    assert "▨" in out
    assert "Silence is no answer" in out


@pytest.mark.parametrize("name", Catalogue().names())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_all_reports_are_listed_with_their_question(run: Run, name: str, language: str) -> None:
    assert name in run("query", "--list", "--lang", language).stdout


def test_every_report_runs_by_name(run: Run, read: Read) -> None:
    gap = read("gaps", "--limit", "1")["items"][0]["gap"]
    # What two reports call by one name and mean otherwise stands under its kind.
    given: dict[Any, str] = {
        "agreement": "STANAG-4425", "class": "155mm", "document": "STANAG-4425", "equipment": "m777a2", "gap": gap,
        "munition": "m982-excalibur", "providing": "DEU", "recipient": "UKR", "scope": "155mm", "thing": "pzh-2000",
        "type": "pzh-2000", "using": "POL",
        "revised": "STANAG-4425/2", "asOf": "2022-01-01",
        ("date", "earlier"): "2020-01-01", ("date", "later"): "2024-12-31",
        ("source", "earlier"): "stanagraph-public-data", ("source", "later"): "stanagraph-public-data",
        ("agreement-edition", "earlier"): "AOP-4172", ("agreement-edition", "later"): "AOP-2310",
    }  # fmt: skip
    catalogue = Catalogue()
    for name in catalogue.names():
        needed = [it for it in catalogue[name].parameters.values() if it.required]
        arguments = [f"{it.name}={given.get((it.kinds[0], it.name)) or given[it.name]}" for it in needed]
        out = run("query", name, *arguments).stdout
        assert [line for line in out.splitlines() if len(line) > 100] == []


def test_a_substitute_stands_under_what_is_established_and_is_no_more_where_nothing_tells(run: Run, read: Read) -> None:
    rows = read("substitutes", "dm92-mtls", "pzh-2000")["items"]
    levels = {row["substitute"]: (row["level"], row["atMost"], row["ground"]) for row in rows}
    assert levels["dm72-dm92-esp"] == ("common", "common", "same-design")
    assert levels["uniflex-2"] == ("compatible", "common", "data-not-known")
    out = run("substitutes", "dm92-mtls", "pzh-2000", "--lang", "fr").stdout
    assert "même conception" in out
    assert out.index("commune 1") < out.index("compatible 9")


def test_the_supply_of_one_nation_leaves_out_what_is_counted_over_all(run: Run) -> None:
    whole, polish = (
        run("supply", "--class", "155mm").stdout,
        run("supply", "--class", "155mm", "--nation", "POL").stdout,
    )
    assert "Herfindahl" in whole
    assert "Herfindahl" not in polish
    assert "Nitro-Chem" in polish
    assert "Eurenco" not in polish
    assert "No producer" in run("supply", "--class", "9mm").stdout


def test_the_evaluation_holds_its_targets_and_explains_each_difference(run: Run, read: Read) -> None:
    found = read("evaluate")
    assert found["targets"] == {"coverage": True, "agreement": True, "flips": True}
    assert sum(row["pairs"] for row in found["confusion"]) == found["pairs"]
    limits = [row for row in found["disagreements"] if row["documented"] in ("restricted", "incompatible")]
    assert all(row["missing"] and row["text"] for row in limits)
    assert sum(row["documented"] for row in found["reasons"]) == 23
    assert {row["criterion"] for row in found["criteria"]} >= {"bore", "launcher", "policy"}
    assert "missing: no public record of the qualification" in " ".join(run("evaluate").stdout.split())


def test_the_impact_counts_things_and_nations_and_names_what_a_cancellation_leaves_bare(run: Run, read: Read) -> None:
    rows = read("impact", "STANAG-4425")["items"]
    equipment = {row["thing"] for row in rows if row["affected"] == "equipment"}
    holdings = [row for row in rows if row["affected"] == "holding"]
    nations = len({row["nation"] for row in holdings})
    out = run("impact", "STANAG-4425").stdout
    assert re.search(rf"Equipment with these interfaces +{len(equipment)} ", out)
    assert re.search(rf"Holdings of this equipment +{len(holdings)} +{nations} ", out)
    assert "to be checked against the new text" in out
    assert "left without anything" in run("impact", "STANAG-4172", "--cancel").stdout
    assert all(row["statement"] for row in rows if row["affected"] != "gap")


def test_an_edition_that_is_not_known_is_refused_and_so_are_both_changes_at_once(run: Run) -> None:
    assert "STANAG-4425/99" in run("impact", "STANAG-4425", "-e", "99", code=2).stderr
    assert "--supersede" in run("impact", "STANAG-4425", "--cancel", "--supersede", code=2).stderr


def test_what_is_asked_as_of_a_date_says_what_was_left_out(run: Run, read: Read) -> None:
    for asked in (["matrix"], ["recipient", "UKR"], ["editions"], ["interfaces"], ["positions", "STANAG-4423"]):
        assert "Statements dated later" in run(*asked, "--as-of", "2022-01-01").stdout
        assert "Statements dated later" not in run(*asked).stdout
    today = {(row["using"], row["providing"]): row["compatible"] for row in read("matrix")["items"]}
    later = {
        (row["using"], row["providing"]): row["compatible"] for row in read("matrix", "--as-of", "2099-12-31")["items"]
    }
    assert later == today
