"""`stanagraph ontology` in both languages: what is sound, what is not, what has changed, what there is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import Result

from stanagraph.api.cli.errors import report
from stanagraph.api.words import Words
from stanagraph.graph.errors import OntologyInconsistent, TurtleRefused
from stanagraph.graph.ontology.check import PARTS
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import folder
from stanagraph.ingest.pipeline import Inputs, build

Run = Callable[..., Result]
HEAD = """@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/stanagraph/id/> .
"""
CLASH = HEAD + '<holding/x> a :NationalHolding , :Delivery ; rdfs:label "Leopards" ; :statusAsOf "2020"^^xsd:gYear .\n'


@pytest.fixture(scope="session")
def public_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No release: none of these commands needs one."""
    return tmp_path_factory.mktemp("no-release")


@pytest.fixture
def few_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ontology with one pair of examples: what the shapes say is tested elsewhere."""
    place = Path(shutil.copytree(folder("ontology"), tmp_path / "ontology"))
    for example in (place / "examples").glob("*.ttl"):
        if example.name not in ("world.ttl", "nation-valid.ttl", "nation-invalid.ttl"):
            example.unlink()
    chosen = {"ontology": place, "queries": folder("queries")}
    monkeypatch.setattr("stanagraph.graph.ontology.check.folder", chosen.__getitem__)
    return place


def test_a_sound_ontology_gets_a_line_a_part(run: Run, public_home: Path) -> None:
    out = run("ontology", "check").stdout
    assert out.count("✓") == len(PARTS)
    assert "✗" not in out
    assert "The ontology is sound" in out
    assert list(public_home.iterdir()) == []
    assert max(map(len, out.splitlines())) <= 100


def test_what_contradicts_the_ontology_is_explained(run: Run, few_examples: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.ttl"
    stranger.write_text(CLASH, encoding="utf-8")
    out = run("ontology", "check", str(stranger), code=1).stdout
    assert out.count("✗") == 1
    assert "dated values left out, OWL 2 has no dates: 1" in " ".join(out.split())
    assert "Not all of this can be so:" in out
    assert f"  - Leopards is stated to be a national holding  [{stranger}]" in out
    assert f"  - Leopards is stated to be a delivery  [{stranger}]" in out
    assert "  - delivery and national holding share no member  [ontology/holdings.ttl]" in out


def test_it_is_explained_in_french_and_as_json(run: Run, few_examples: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.ttl"
    stranger.write_text(CLASH, encoding="utf-8")
    found = json.loads(run("ontology", "check", str(stranger), "--json", "--lang", "fr", code=1).stdout)
    assert not found["passed"]
    assert [part["part"] for part in found["parts"]] == list(PARTS)
    parts = {part["part"]: part for part in found["parts"]}
    assert parts["reasoning"]["counts"]["left_out"] == 1
    (fault,) = parts["reasoning"]["faults"]
    assert fault["kind"] == "Unsound"
    text = fault["text"].replace("\u00a0", " ")
    assert text.startswith("Tout ceci ne peut pas être vrai à la fois :")
    assert "Leopards est, selon les données, « parc national »" in text
    assert "« livraison » et « parc national » n’ont aucun membre commun  [ontology/holdings.ttl]" in text


@pytest.mark.parametrize(
    ("text", "place", "english", "french"),
    [
        (HEAD + ":a :b :c\n:d :e :f .\n", "line 6, column 1", "expected a dot", "un point était attendu"),
        (HEAD + "foo:a :b :c .\n", "line 5, column 1", "not foo:", "et non foo:"),
        (HEAD + "<http://a b> :b :c .\n", "line 5, column 1", "an address that is valid", "une adresse valable"),
        (HEAD + ':a :b "x .\n:c :d "y" .\n', "line 5, column", "the closing quote", "le guillemet fermant"),
        (HEAD + ':a :b "x"@1 .\n', "line 5, column", "a language tag", "une étiquette de langue"),
    ],
)
def test_broken_turtle_is_named_with_its_place(
    run: Run, tmp_path: Path, text: str, place: str, english: str, french: str
) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text(text, encoding="utf-8")
    result = run("ontology", "check", str(broken), code=2)
    assert not result.stdout
    first, second = result.stderr.strip().splitlines()
    assert first == "error: 1 file cannot be parsed; nothing was changed"
    assert f"{broken}, {place}" in second
    assert english in second
    assert french in run("ontology", "check", str(broken), "--lang", "fr", code=2).stderr


def test_a_file_that_is_not_there_is_a_bad_argument(run: Run) -> None:
    assert "expected a file that can be read" in run("ontology", "check", "nowhere.ttl", code=2).stderr
    assert "un fichier lisible était attendu" in run("ontology", "check", "nowhere.ttl", "--lang", "fr", code=2).stderr


def test_a_difference_is_told_in_every_form(run: Run) -> None:
    table = run("ontology", "diff", "0.1.0", "current").stdout
    assert table.startswith("Ontology 0.1.0 → ")
    assert "is due:" in table
    assert "s’impose" in run("ontology", "diff", "0.1.0", "current", "--lang", "fr").stdout
    markdown = run("ontology", "diff", "0.1.0", "current", "-f", "markdown").stdout
    assert markdown.startswith("## Ontology 0.1.0 → ")
    found = json.loads(run("ontology", "diff", "0.1.0", "current", "-f", "json").stdout)
    assert found["from"] == "0.1.0"
    assert found["high_enough"] is True
    turtle = run("ontology", "diff", "0.1.0", "current", "-f", "turtle").stdout
    assert sum(1 for _ in ox.parse(turtle, ox.RdfFormat.TURTLE)) > len(found["changes"])


def test_a_version_with_itself_has_no_difference(run: Run) -> None:
    assert "Nothing has changed: 0.1.0 stays." in run("ontology", "diff", "0.1.0", "0.1.0").stdout


def test_an_unknown_version_gets_the_known_ones(run: Run) -> None:
    error = run("ontology", "diff", "0.1.0", "9.9", code=2).stderr
    assert "no version, folder or file of the ontology is called “9.9”" in error
    assert "0.1.0 or 0.2.0 or current" in error


def test_the_ontology_is_counted(run: Run) -> None:
    found = json.loads(run("ontology", "stats", "--json").stdout)
    table = run("ontology", "stats").stdout
    assert f"{found['classes']:,}" in table
    assert "Terms by module" in table
    assert "Termes par module" in run("ontology", "stats", "--lang", "fr").stdout
    assert set(found["constraints"]) == {"violation", "warning", "info"}


def test_a_build_over_a_contradiction_is_explained_and_changes_nothing(
    small_home: Path, small_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(shutil.copytree(folder("ontology"), tmp_path / "ontology"))
    holdings = place / "holdings.ttl"
    holdings.write_text(
        holdings.read_text(encoding="utf-8") + "<https://example.org/x> a :NationalHolding , :Delivery .\n"
    )
    before = Releases(small_home).current().identifier
    with pytest.raises(OntologyInconsistent) as caught:
        build(Releases(small_home), Inputs(data=small_data, ontology=place))
    assert Releases(small_home).current().identifier == before
    assert "DisjointClasses(Delivery NationalHolding) [ontology/holdings.ttl]" in str(caught.value)
    report(caught.value, Words("en"))
    told = capsys.readouterr().err
    assert "the ontology contradicts itself; nothing was changed" in told
    assert "delivery and national holding share no member  [ontology/holdings.ttl]" in told
    report(caught.value, Words("fr"))
    assert "n’ont aucun membre commun" in capsys.readouterr().err


def test_a_build_over_broken_turtle_names_the_place(small_home: Path, small_data: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(folder("ontology"), tmp_path / "ontology"))
    (place / "holdings.ttl").write_text("@prefix : <https://example.org/> .\n:a :b\n")
    before = Releases(small_home).current().identifier
    with pytest.raises(TurtleRefused, match=r"ontology/holdings\.ttl:\d+:\d+: "):
        build(Releases(small_home), Inputs(data=small_data, ontology=place))
    assert Releases(small_home).current().identifier == before
