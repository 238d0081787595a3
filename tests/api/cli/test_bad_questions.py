"""Whatever is asked wrongly gets one clear error in the language of the asker, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, build

Run = Callable[..., Result]

# What is asked, what English and French have to say, and the near name or the way out that both give.
CASES: dict[str, tuple[list[str], str, str, str]] = {
    "nation": (
        ["pairs", "--from", "DEU", "--to", "Polnad"],
        "no nation is called “Polnad”",
        "« Polnad » (attendu : pays)",
        "POL",
    ),
    "nation of gaps": (["gaps", "--nation", "FRAN"], "no nation is called “FRAN”", "« FRAN » (attendu : pays)", "FRA"),
    "nation of a plan": (["plan", "--nation", "POLL"], "no nation is called", "(attendu : pays)", "POL"),
    "class": (
        ["matrix", "--class", "156mm"],
        "no munition class is called “156mm”",
        "« 156mm » (attendu : classe de munitions)",
        "155mm",
    ),
    "class of supply": (["supply", "--class", "155mn"], "is called “155mn”", "« 155mn »", "155mm"),
    "cause": (["gaps", "--cause", "technic"], "no cause of gaps is called", "(attendu : cause", "technical"),
    "agreement": (["positions", "STANAG-44255"], "no agreement is called", "(attendu : accord)", "STANAG-44"),
    "edition": (
        ["impact", "STANAG-4425", "--edition", "99"],
        "“STANAG-4425/99”",
        "« STANAG-4425/99 »",
        "STANAG-4425/2",
    ),
    "edition of a scenario": (
        ["scenario", "try", "--accept", "FRA:STANAG-4425:99"],
        "edition: STANAG-4425 has no edition “99”",
        "edition : STANAG-4425 n’a pas d’édition « 99 »",
        "2",
    ),
    "nation of a scenario": (
        ["scenario", "try", "--buy", "FRAX:pzh-2000"],
        "move 1, nation: no nation is called “FRAX”",
        "mesure 1, nation :",
        "FRA",
    ),
    "equipment of a scenario": (
        ["scenario", "try", "--buy", "FRA:pzh-2001"],
        "move 1, thing:",
        "mesure 1, thing :",
        "pzh-2000",
    ),
    "month": (
        ["gaps", "--as-of", "2024-13-40"],
        "asOf: '2024-13-40' is not a date",
        "n’est pas une date",
        "2024-01-31",
    ),
    "year": (["matrix", "--as-of", "0000"], "asOf: '0000' is not a date", "n’est pas une date", "2024-01-31"),
    "word": (["positions", "STANAG-4425", "--as-of", "yesterday"], "is not a date", "n’est pas une date", "2024-01-31"),
    "before all facts": (
        ["gaps", "--as-of", "0001-01-01"],
        "asOf: '0001-01-01' is out of range",
        "est hors limites",
        "1900-01-01",
    ),
    "after all plans": (
        ["pairs", "--from", "DEU", "--to", "POL", "--as-of", "9999-12-31"],
        "asOf: '9999-12-31' is out of range",
        "est hors limites",
        "2100-12-31",
    ),
    "date of a package": (
        ["package", "make", "--class", "155mm", "--nation", "USA", "--as-of", "2024-02-30"],
        "asOf: '2024-02-30' is not a date",
        "n’est pas une date",
        "2024-01-31",
    ),
    "date of a plan": (["plan", "--as-of", "2999-01-01"], "is out of range", "est hors limites", "2100-12-31"),
    "buy and retire": (
        ["scenario", "try", "--buy", "FRA:pzh-2000", "--retire", "FRA:pzh-2000"],
        "move 2, retire FRA:pzh-2000: contradicts move 1",
        "mesure 2, retire FRA:pzh-2000 : contredit la mesure 1",
        "buy FRA:pzh-2000",
    ),
    "buy and retire by other names": (
        ["scenario", "try", "--buy", "France:pzh-2000", "--retire", "FRA:Panzerhaubitze 2000"],
        "contradicts move 1",
        "contredit la mesure 1",
        "move|mesure",
    ),
    "accept and withdraw": (
        ["scenario", "try", "--accept", "FRA:STANAG-4425:2", "--withdraw", "FRA:STANAG-4425:2"],
        "contradicts move 1",
        "contredit la mesure 1",
        "accept FRA:STANAG-4425:2",
    ),
    "budget too small": (
        ["plan", "--class", "155mm", "--budget", "0.1"],
        "a budget of 0.1 closes no gap; the least that closes one takes an effort of 3",
        "ne comble aucune lacune",
        "3",
    ),
    "budget that is none": (
        ["plan", "--budget", "nan"],
        "--budget: expected a number that is not negative",
        "--budget : nombre non négatif",
        "2.5",
    ),
    "negative budget": (
        ["plan", "--budget", "-3"],
        "--budget: expected a number that is not negative",
        "--budget : nombre non négatif",
        "2.5",
    ),
    "no such parameter": (
        ["query", "gaps", "colour=red"],
        "colour: is no parameter of gaps; it has class",
        "colour : n’est pas un paramètre de gaps",
        "nation",
    ),
    "parameter left out": (
        ["query", "pairs", "using=POL"],
        "is required by pairs",
        "est requis par pairs",
        "providing",
    ),
    "standard of a check": (
        ["check", "docs/examples/none.json", "--against", "STANAG-4172"],
        "no such file",
        "fichier",
        "none.json",
    ),
}


def plain(text: str) -> str:
    """With ordinary spaces for those that French puts before its marks."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("arguments", "english", "french", "near"), CASES.values(), ids=CASES)
def test_a_bad_question_is_told_clearly(
    run: Run, public_home: Path, arguments: list[str], english: str, french: str, near: str
) -> None:
    before = Releases(public_home).current().identifier
    for language, said in (("en", english), ("fr", french)):
        result = run("--lang", language, *arguments, code=2)
        error = plain(result.stderr)
        assert said in error
        assert any(way in error for way in near.split("|"))
        assert "Traceback" not in error
        assert not result.stdout
    assert "expected" not in error
    assert Releases(public_home).current().identifier == before


WRONG = [
    (
        {"parameter": "case_length_mm", "number": 44.7, "unit": "furlong"},
        "/values/0/unit",
        "a known unit",
        "une unité connue",
        "mm",
    ),
    (
        {"parameter": "case_length_mm", "number": 44.7, "unit": "MPa"},
        "/values/0/unit",
        "of the same quantity as mm",
        "de la même grandeur que mm",
        "mm",
    ),
    (
        {"parameter": "case_length_mm", "number": -5, "unit": "mm"},
        "/values/0/number",
        "not below zero",
        "pas inférieur à zéro",
        "-5",
    ),
    (
        {"parameter": "case_lenght_mm", "number": 5, "unit": "mm"},
        "/values/0/parameter",
        "a known parameter",
        "paramètre",
        "case_length_mm",
    ),
    (
        {"parameter": "case_length_mm", "low": 9.6, "high": 9.5, "unit": "mm"},
        "/values/0",
        "not above the upper end",
        "ne dépasse pas",
        "9.5",
    ),
    ({"parameter": "case_length_mm", "number": "long", "unit": "mm"}, "/values/0/number", "number", "nombre", "long"),
]


@pytest.mark.parametrize(("value", "where", "english", "french", "near"), WRONG)
def test_a_description_that_cannot_be_is_refused_by_its_field(
    run: Run, tmp_path: Path, value: dict[str, object], where: str, english: str, french: str, near: str
) -> None:
    path = tmp_path / "thing.json"
    whole = {
        "id": "thing",
        "name": "Thing",
        "kind": "munition",
        "munition_kind": "cartridge",
        "subjects": ["cartridge"],
        "interfaces": ["5.56x45"],
        "confidence": "high",
        "evidence": [{"title": "Drawing"}],
        "values": [value],
    }
    path.write_text(json.dumps(whole), encoding="utf-8")
    for language, said in (("en", english), ("fr", french)):
        error = plain(run("--lang", language, "check", str(path), "--against", "STANAG-4172", code=2).stderr)
        assert f"thing.json{':' if language == 'en' else ' :'} {where}" in error
        assert said in error
        assert near in error


def accept(data: Path, *rows: tuple[str, str]) -> None:
    """Write more acceptances of an interface by another."""
    with (data / "acceptances.csv").open("a", encoding="utf-8", newline="") as file:
        for accepting, accepted in rows:
            file.write(f"{accepting},{accepted},projectile,,wikipedia-en-m109-howitzer,medium,planted\n")


def test_an_interface_that_accepts_itself_is_refused(run: Run, small_data: Path, public_home: Path) -> None:
    before = Releases(public_home).current().identifier
    accept(small_data, ("155mm-l39", "155mm-l39"))
    for language, said in (("en", "something else than what is taken"), ("fr", "autre chose que ce qui est accepté")):
        error = plain(run("--lang", language, "release", "build", "--data", str(small_data), code=2).stderr)
        assert "acceptances.csv:" in error
        assert "acceptingParty: '155mm-l39'" in error or "acceptingParty : '155mm-l39'" in error
        assert said in error
    assert Releases(public_home).current().identifier == before


@pytest.mark.long
def test_a_cycle_of_acceptances_neither_loops_nor_goes_unsaid(small_data: Path, tmp_path: Path) -> None:
    alone = build(Releases(tmp_path / "alone"), Inputs(data=small_data)).open()
    steps = [
        ("155mm-l39", "105mm-m1-semi-fixed"),
        ("105mm-m1-semi-fixed", "120mm-tank-smoothbore"),
        ("120mm-tank-smoothbore", "155mm-l39"),
    ]
    accept(small_data, *steps)
    store = build(Releases(tmp_path / "cycle"), Inputs(data=small_data)).open()
    told = [
        tuple(record[name].value.rpartition("/")[2] for name in ("accepting", "accepted"))
        for record in Catalogue().ask(store, "acceptance-cycles").records()
    ]
    assert sorted(told) == sorted(steps)
    assert not Catalogue().ask(alone, "acceptance-cycles").rows
    # Nothing is taken at two steps' distance.
    taken = "PREFIX : <https://w3id.org/stanagraph/ns/> SELECT ?a ?b { ?a :acceptsMunitionOf ?b }"
    more = {tuple(map(str, row)) for row in store.select(taken).rows} - {
        tuple(map(str, row)) for row in alone.select(taken).rows
    }
    assert len(more) == len(steps)
