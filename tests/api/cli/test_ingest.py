"""`init`, `ingest` and `sources`: what they write, in both languages, and that a refusal changes nothing."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from openpyxl import Workbook, load_workbook
from typer.testing import Result

from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import folder
from stanagraph.graph.sources import Sources
from stanagraph.graph.workspace import Settings

pytestmark = pytest.mark.long

Run = Callable[..., Result]
HOLDINGS = ("equipment", "nation", "status", "quantity", "basis")
GUN = ("pzh-2000", "FIN", "in-service", 12, "NationalHolding")
FACTS = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <{BASE}id/> .
<holding/pzh-2000/SWE/in-service> a :NationalHolding ; rdfs:label "PzH 2000 in Sweden" ;
    :holdingOf <equipment/pzh-2000> ; :byNation <nation/SWE> ; :holdingStatus <holding-status/in-service> .
<equipment/pzh-2000> :nonsense "no term" .
"""
FINDING = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <{BASE}id/> .
<finding/m777/m795-he> a :CompatibilityFinding ; rdfs:label "m777 × m795-he" ; :equipment <equipment/m777> ;
    :munition <munition/m795-he> ; :documentedVerdict <verdict-value/restricted> ;
    :reasonCode <reason-code/charge-system> ; :reasonText "A trial"@en .
"""
# How the lines of the settings begin that are shown as comments.
WORDS = (
    "[", "default-label =", "sees", "belongs", "order", "fields", "allow", "url",
    "query", "update", "graph-store", "user",
)  # fmt: skip
RED = "00F4B6B0"


@pytest.fixture
def public_home(small_home: Path, small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of this test alone whose public tables are the small ones, and an empty folder to work in."""

    def tables(name: str) -> Path:
        return small_data if name == "data" else folder(name)

    monkeypatch.setattr("stanagraph.ingest.pipeline.folder", tables)
    monkeypatch.setattr("stanagraph.api.cli.session.folder", tables)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return small_home


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., str]:
    """Writes a workbook of holdings."""

    def writes(*rows: tuple[Any, ...], name: str = "finland.xlsx") -> str:
        made = Workbook()
        sheet: Any = made.active
        sheet.title = "holdings"
        for row in (HOLDINGS, *rows):
            sheet.append(row)
        made.save(tmp_path / name)
        return str(tmp_path / name)

    return writes


@pytest.fixture
def turtle(tmp_path: Path) -> str:
    (tmp_path / "sweden.ttl").write_text(FACTS, encoding="utf-8")
    return str(tmp_path / "sweden.ttl")


@pytest.fixture
def trial(tmp_path: Path) -> str:
    """A file with a finding that changes a verdict."""
    (tmp_path / "trial.ttl").write_text(FINDING, encoding="utf-8")
    return str(tmp_path / "trial.ttl")


def listing(home: Path) -> list[Path]:
    """All files of a workspace; the lock of builds is none of them."""
    return sorted(path for path in home.rglob("*") if path.name not in ("build.lock", "build.holder"))


def current(home: Path) -> tuple[str, list[str]]:
    """The release that answers, and the sources that it was made from."""
    releases = Releases(home)
    return releases.current().identifier, [it.state.id for it in Sources(home).current(releases)]


LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


class TestInit:
    @pytest.mark.parametrize(
        ("language", "made", "comment"),
        [
            ("en", "Made the workspace", "Which source prevails"),
            ("fr", "Espace de travail créé", "Quelle source l’emporte"),
        ],
    )  # fmt: skip
    def test_a_workspace_is_made_with_settings_that_explain_themselves(
        self, run: Run, tmp_path: Path, language: str, made: str, comment: str
    ) -> None:
        target = tmp_path / "deep" / "workspace"
        out = run("init", str(target), "--lang", language).stdout
        assert made in out
        assert f"cd {target} && stanagraph release build" in out
        text = (target / "stanagraph.toml").read_text(encoding="utf-8")
        assert comment in " ".join(text.replace("\n# ", " ").split())
        assert tomllib.loads(text) == {"tables": "public"}
        assert [path.name for path in target.iterdir()] == ["stanagraph.toml"]
        # Each setting that is shown as a comment is one, once the marks are taken away.
        shown = "\n".join(
            line.removeprefix("# ")
            for line in text.splitlines()
            if line.startswith(tuple(f"# {word}" for word in WORDS))
        )  # fmt: skip
        (target / "stanagraph.toml").write_text(shown, encoding="utf-8")
        settings = Settings.read(target)
        assert (set(settings.audiences), set(settings.endpoints)) == ({"allies"}, {"partner"})
        assert settings.store is not None

    def test_settings_that_are_there_are_kept(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "stanagraph.toml").write_text("title = 'mine'\n", encoding="utf-8")
        assert "there is a workspace" in run("init", str(tmp_path), code=2).stderr
        assert "il y a déjà" in run("init", str(tmp_path), "--lang", "fr", code=2).stderr
        assert (tmp_path / "stanagraph.toml").read_text(encoding="utf-8") == "title = 'mine'\n"

    def test_a_place_where_no_folder_can_be_is_refused(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for target in (tmp_path / "file", tmp_path / "file" / "below"):
            assert "error:" in run("init", str(target), code=2).stderr
        assert (tmp_path / "file").read_bytes() == b""


class TestIngest:
    @pytest.mark.parametrize(
        ("language", "facts", "built", "same", "current_one"),
        [
            ("en", "45 facts", "Built release", "the same as before, nothing to do", "is current: nothing has changed"),
            ("fr", "45 faits", "Version", "identique, rien à faire", "est courante : rien n’a changé"),
        ],
    )  # fmt: skip
    def test_a_file_is_taken_in_once(
        self,
        run: Run,
        book: Any,
        public_home: Path,
        language: str,
        facts: str,
        built: str,
        same: str,
        current_one: str,
    ) -> None:
        file = book(GUN)
        before = current(public_home)
        first, second = run("ingest", file, "--lang", language).stdout.splitlines()
        assert first.startswith("finland (workbook 1.0): ")
        assert facts in first
        after = current(public_home)
        assert built in second
        assert after[0] in second
        assert (after[0] != before[0], after[1]) == (True, ["finland"])
        # The same file again is no work and no fault.
        first, second = run("ingest", file, "--lang", language).stdout.replace("\xa0", " ").splitlines()
        assert same in first
        assert current_one in second
        assert current(public_home) == after

    @LANGUAGES
    def test_a_dry_run_tells_facts_verdicts_and_gaps_and_changes_nothing(
        self, run: Run, book: Any, trial: str, public_home: Path, language: str
    ) -> None:
        before, files = current(public_home), listing(public_home)
        out = run("ingest", book(GUN), trial, "--dry-run", "--lang", language).stdout.replace("\xa0", " ")
        for words in (
            {"en": "audience: public", "fr": "public : public"},
            {"en": "Holdings, stocks and deliveries (1 new)", "fr": "Parcs, stocks et livraisons (nouveaux : 1)"},
            {"en": "Verdicts (1 changed)", "fr": "Verdicts (changés : 1)"},
            {"en": "Gaps (3 opened)", "fr": "Lacunes (3 ouvertes)"},
            {"en": "Nothing was changed: this was a dry run", "fr": "Rien n’a été changé : c’était un essai à blanc"},
        ):
            assert words[language] in out
        assert {"en": "nation: Finland", "fr": "Finlande"}[language] in out
        assert "finland     " in out
        assert (current(public_home), listing(public_home)) == (before, files)

    @LANGUAGES
    def test_a_dry_run_tells_the_gaps_that_would_close(
        self, run: Run, book: Any, public_home: Path, language: str
    ) -> None:
        run("ingest", book(GUN))
        before, files = current(public_home), listing(public_home)
        moved = run("ingest", book((*GUN[:1], "SWE", *GUN[2:])), "--dry-run", "--lang", language).stdout
        gaps = next(line for line in moved.splitlines() if line.startswith({"en": "Gaps", "fr": "Lacunes"}[language]))
        assert gaps == {"en": "Gaps (2 opened, 2 closed)", "fr": "Lacunes (2 ouvertes, 2 comblées)"}[language]
        signs = [line[:1] for line in moved.partition(gaps)[2].splitlines() if line[:1] in "+−"]
        assert (signs.count("+"), signs.count("−")) == (2, 2)
        removed = run("sources", "remove", "finland", "--dry-run", "--lang", language).stdout
        assert {"en": "Gaps (2 closed)", "fr": "Lacunes (2 comblées)"}[language] in removed
        assert (current(public_home), listing(public_home)) == (before, files)

    @pytest.mark.parametrize(("language", "refused"), [("en", "2 cells are refused"), ("fr", "2 cases sont refusées")])
    def test_a_bad_workbook_comes_back_with_its_bad_cells_marked(
        self, run: Run, book: Any, public_home: Path, tmp_path: Path, language: str, refused: str
    ) -> None:
        file = book(GUN, ("pzh-2000", "Finnland", "in-service", "many", "NationalHolding"))
        before = current(public_home)
        marked = tmp_path / "marked.xlsx"
        error = run("ingest", file, "--errors", str(marked), "--lang", language, code=2).stderr
        assert refused in error
        assert "finland.xlsx[holdings]:3: nation: 'Finnland'" in error
        assert "finland.xlsx[holdings]:3: quantity: 'many'" in error
        assert str(marked) in error
        assert "Traceback" not in error
        cells = [cell for row in load_workbook(marked)["holdings"].iter_rows() for cell in row]
        assert {it.coordinate for it in cells if it.fill.fgColor.rgb == RED} == {"B3", "D3"}
        assert {it.coordinate for it in cells if it.comment} == {"B3", "D3"}
        assert current(public_home) == before

    def test_a_marked_copy_has_a_name_of_its_own_beside_the_work(self, run: Run, book: Any) -> None:
        run("ingest", book(("pzh-2000", "nobody", *GUN[2:])), code=2)
        assert [path.name for path in Path.cwd().iterdir()] == ["finland-errors.xlsx"]

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (["--source-id", "../up"], "--source-id: expected small letters"),
            (["--source-id", "/etc/up"], "--source-id: expected small letters"),
            (["--source-id", "a/b"], "--source-id: expected small letters"),
            (["--kind", "rfd"], "near: rdf"),
            (["--kind", "nisp"], "nothing was changed"),
            (["--captured", "yesterday"], "--captured: expected a date as 2024"),
            (["--captured", "2024-13"], "--captured: expected a date as 2024"),
            (["--confidence", "total"], "--confidence: expected high, medium or low"),
            (["--label", "secret!"], "--label: expected a label"),
            (["--label", "NATO SECRET"], "--label: no audience"),
        ],
    )  # fmt: skip
    def test_what_is_said_of_a_file_is_checked(
        self, run: Run, book: Any, public_home: Path, options: list[str], told: str
    ) -> None:
        before = current(public_home)
        result = run("ingest", book(GUN), *options, code=2)
        assert told in result.stderr
        assert "Traceback" not in result.stderr
        assert not result.stdout
        assert current(public_home) == before
        assert not (public_home / "sources").exists()

    @pytest.mark.parametrize(
        ("name", "content", "told"),
        [
            ("none.xlsx", None, "there is no such file"),
            ("empty.xlsx", b"", "the file is empty"),
            ("noise.bin", bytes(range(256)), "no reader knows this kind of file"),
            ("broken.ttl", b"<a> <b>", "broken.ttl"),
            ("evil.jsonld", b'{"@context": "https://evil.example/c", "@id": "http://a/"}', "would have to be fetched"),
        ],
    )
    @LANGUAGES
    def test_what_cannot_be_read_is_one_line_and_changes_nothing(
        self, run: Run, public_home: Path, tmp_path: Path, name: str, content: bytes | None, told: str, language: str
    ) -> None:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        before = current(public_home)
        result = run("ingest", str(tmp_path / name), "--lang", language, code=2)
        assert (told in result.stderr) == (language == "en" or name == "broken.ttl")
        assert name in result.stderr
        assert "Traceback" not in result.stderr
        assert not result.stdout
        assert current(public_home) == before

    def test_what_a_person_says_of_a_file_is_kept(self, run: Run, book: Any, read: Any) -> None:
        run(
            "ingest", book(GUN), "--source-id", "finnish-list", "--kind", "workbook", "--label", "unmarked",
            "--captured", "2024-01", "--confidence", "low", "--publisher", "A ministry", "--licence", "CC0-1.0",
        )  # fmt: skip
        found = read("sources", "show", "finnish-list")
        expected = {
            "id": "finnish-list", "kind": "workbook", "label": None, "captured": "2024-01", "confidence": "low",
            "publisher": "A ministry", "licence": "CC0-1.0",
        }  # fmt: skip
        assert {name: found[name] for name in expected} == expected

    def test_a_label_is_shown_and_hides_the_source_from_the_public(
        self, run: Run, read: Any, book: Any, public_home: Path
    ) -> None:
        (public_home / "stanagraph.toml").write_text(
            '[audiences.allies]\nsees = ["NATO RESTRICTED"]\n', encoding="utf-8"
        )
        assert "there are several audiences" in run("ingest", book(GUN), code=2).stderr
        run("ingest", book(GUN), "--label", "NATO RESTRICTED")
        (item,) = read("sources", "list")["items"]
        assert (item["label"]["policy"], item["label"]["classification"]) == ("NATO", "RESTRICTED")
        assert read("gaps", "--nation", "FIN")["items"] == []
        seen = read("--audience", "allies", "gaps", "--nation", "FIN")["items"]
        assert "pzh-2000" in {row["equipment"] for row in seen}

    @LANGUAGES
    def test_while_another_process_builds_it_says_which_and_stops(
        self, run: Run, book: Any, public_home: Path, language: str
    ) -> None:
        file = book(GUN)
        run("ingest", file)
        before = current(public_home)
        changed = book((*GUN[:3], 13, *GUN[4:]))
        with FileLock(public_home / "build.lock"):
            (public_home / "build.holder").write_text("process 42 on there, since 2026-01-01", encoding="utf-8")
            for command in (["ingest", changed], ["sources", "remove", "finland"]):
                result = run(*command, "--no-wait", "--lang", language, code=1)
                assert "process 42 on there" in result.stderr
                assert len(result.stderr.strip().splitlines()) == 1
        assert current(public_home) == before


class TestSources:
    @pytest.mark.parametrize(
        ("language", "none", "facts", "reason", "why"),
        [
            ("en", "public tables alone", "facts", "not loaded", "one statement with terms"),
            ("fr", "seules tables publiques", "faits", "non chargé", "une affirmation avec des termes"),
        ],
    )
    def test_they_are_listed_shown_and_removed(
        self, run: Run, public_home: Path, turtle: str, language: str, none: str, facts: str, reason: str, why: str
    ) -> None:
        before = current(public_home)
        lang = ("--lang", language)
        assert none in run("sources", "list", *lang).stdout
        run("ingest", turtle)
        listed = run("sources", "list", *lang).stdout
        assert facts in listed
        assert "sweden" in listed
        assert [line for line in listed.splitlines() if len(line) > 100] == []
        shown = run("sources", "show", "sweden", *lang).stdout
        assert "sweden.ttl" in shown
        assert reason in shown
        assert "unknown-term" in shown
        assert "unknown-term" in run("sources", "show", "sweden", "--remarks", *lang).stdout
        assert why in run("sources", "show", "sweden", "--format", "csv", *lang).stdout
        run("sources", "remove", "sweden", "--dry-run", *lang)
        assert current(public_home)[1] == ["sweden"]
        assert before[0] in run("sources", "remove", "sweden", *lang).stdout
        assert current(public_home) == before

    def test_they_are_written_for_programs(self, run: Run, read: Any, turtle: str) -> None:
        run("ingest", turtle)
        (item,) = read("sources", "list")["items"]
        assert (item["id"], item["kind"], item["entries"]) == ("sweden", "rdf", 1)
        (row,) = csv.DictReader(io.StringIO(run("sources", "list", "--format", "csv").stdout))
        assert (row["id"], row["not-loaded"]) == ("sweden", "1")
        told = json.loads(run("sources", "show", "sweden", "--format", "json").stdout)
        assert [it["code"] for it in told["remarks"]] == ["unknown-term"]
        (remark,) = csv.DictReader(io.StringIO(run("sources", "show", "sweden", "--format", "csv").stdout))
        assert remark["code"] == "unknown-term"
        assert "unknown-term" in run("sources", "show", "sweden", "--format", "turtle").stdout

    @pytest.mark.parametrize("name", ["nowhere", "../../releases", "/etc"])
    @pytest.mark.parametrize("command", ["show", "remove"])
    def test_an_unknown_one_is_refused(self, run: Run, public_home: Path, turtle: str, command: str, name: str) -> None:
        run("ingest", turtle)
        before = current(public_home)
        assert f"no source is called “{name}”" in run("sources", command, name, code=2).stderr
        assert "aucune source" in run("sources", command, name, "--lang", "fr", code=2).stderr
        assert current(public_home) == before
