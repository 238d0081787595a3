"""Nothing that a reader can use is undocumented, and nothing that the documentation names is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer.main

from stanagraph.api.cli import app
from stanagraph.api.server import create_app
from stanagraph.api.server.resources import RESOURCES, Resource

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "api", "benchmarks", "data", "deploy", "docs", "graph", "ingest", "ontology", "queries", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")])
HEADINGS = ["Context", "Decision", "Consequences", "What holds it"]

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.M))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
CODE = "\n".join(
    path.read_text(encoding="utf-8") for root in ("api", "graph", "ingest") for path in (ROOT / root).rglob("*.py")
)


def page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def fences(text: str) -> list[str]:
    return re.findall(r"^```[^\n]*\n(.*?)^```", text, re.M | re.S)


def spans(text: str) -> list[str]:
    without_fences = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(r"`([^`\n]+)`", without_fences)


def lines_of_code(text: str) -> list[str]:
    return [*spans(text), *(line for block in fences(text) for line in block.splitlines())]


def links(text: str) -> list[str]:
    """Targets of links and images to files; other sites and places on the same page are left out."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    return [unquote(target.partition("#")[0]) for target in targets if not re.match(r"#|[a-z]+:", target)]


def paths(text: str) -> list[str]:
    """Code spans that name a place in this repository; patterns such as `data/<name>.csv` are left out."""
    words = (word.rstrip(".,:;").partition("::")[0] for span in spans(text) for word in span.split())
    return [word for word in words if word.split("/")[0] in FOLDERS and "/" in word and not re.search(r"[<>{}…]", word)]


def commands(command: Any, path: str = "stanagraph") -> Iterator[str]:
    """Full names of all commands and groups below this one."""
    for name, below in getattr(command, "commands", {}).items():
        yield f"{path} {name}"
        yield from commands(below, f"{path} {name}")


COMMANDS = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_link_leads_to_a_file(path: Path) -> None:
    assert [link for link in links(page(path)) if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_path_in_the_text_exists(path: Path) -> None:
    assert [named for named in paths(page(path)) if not any(ROOT.glob(named.rstrip("/")))] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_heading_stands_within_a_sample(path: Path) -> None:
    assert [line for block in fences(page(path)) for line in block.splitlines() if line.startswith("## ")] == []
    assert len(re.findall(r"^```", page(path), re.M)) % 2 == 0


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_make_target_exists(path: Path) -> None:
    used = [re.match(r"\$? *make (?:\w+=\S+ )*([a-z][a-z-]*)", line) for line in lines_of_code(page(path))]
    assert {match[1] for match in used if match} <= TARGETS


def test_the_readme_names_the_two_commands() -> None:
    assert {"make gaps", "make test"} <= {
        line.strip() for block in fences(page(ROOT / "README.md")) for line in block.splitlines()
    }


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_command_in_the_text_exists(path: Path) -> None:
    used = [re.match(r"\$? *(?:\.venv/bin/)?(stanagraph [a-z][a-z-]*)", line) for line in lines_of_code(page(path))]
    assert {match[1] for match in used if match} <= set(COMMANDS)


def test_the_command_line_has_commands() -> None:
    assert {"stanagraph gaps", "stanagraph serve"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"`{command}\b(?!-)", page(ROOT / "docs" / "commands.md"))


@pytest.mark.parametrize("query", sorted(path.stem for path in (ROOT / "queries" / "reports").rglob("*.rq")))
def test_every_report_is_documented(query: str) -> None:
    assert f"`{query}`" in page(ROOT / "docs" / "queries.md")


@pytest.mark.parametrize("address", sorted({"/".join(path.split("/")[:3]) for path in create_app().openapi()["paths"]}))
def test_every_address_is_documented(address: str) -> None:
    assert re.search(rf"`{re.escape(address)}\b", page(ROOT / "docs" / "http.md"))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.plural)
def test_what_is_asked_about_a_thing_is_documented(resource: Resource) -> None:
    (line,) = re.findall(rf"^\| `/v1/{resource.plural}` \|.*$", page(ROOT / "docs" / "http.md"), re.M)
    narrowed = {name for name, column in resource.columns.items() if column.kinds}
    assert {*narrowed, *resource.reports, *resource.lists} <= set(spans(line))


@pytest.mark.parametrize("setting", sorted(set(re.findall(r"\bSTANAGRAPH_[A-Z_]*[A-Z]\b", CODE))))
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{setting}`" in page(ROOT / "docs" / "commands.md")


@pytest.mark.parametrize(
    "folder", sorted(path.name for path in (ROOT / "tests").glob("[a-z]*/") if any(path.rglob("*.py")))
)
def test_every_folder_of_tests_is_in_its_readme(folder: str) -> None:
    assert f"`{folder}/`" in page(ROOT / "tests" / "README.md")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:5] for path in DECISIONS] == [f"{number:04}-" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=name_of)
def test_every_decision_has_the_four_headings(path: Path) -> None:
    assert re.findall(r"^## (.+)$", page(path), re.M) == HEADINGS
