"""One namespace package, one lock without addresses, one version, and data that are found."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import stanagraph.graph
from stanagraph.graph.resources import documentation, folder

ROOT = Path(__file__).parents[2]
INSTALLED = os.environ.get("STANAGRAPH_TEST_INSTALLED") == "1"
ROOTS = ("api", "graph", "ingest")
SHIPPED = ("data", "ontology", "queries")
FOLDERS = (*SHIPPED, *ROOTS, "tests", "benchmarks", "deploy", "docs")

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = {canonicalize_name(name): pin for name, pin in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M)}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["dev"],
    *PROJECT["build-system"]["requires"],
]


@pytest.mark.parametrize("root", ROOTS)
def test_no_init_hides_the_other_source_roots(root: str) -> None:
    assert sorted(path.name for path in (ROOT / root / "stanagraph").glob("*.py*")) == []


@pytest.mark.parametrize("package", ROOTS)
def test_the_package_under_test_is_the_one_that_is_meant(package: str) -> None:
    where = Path(importlib.import_module(f"stanagraph.{package}").__file__ or "")
    home = Path(sysconfig.get_path("purelib")) if INSTALLED else ROOT / package
    assert where.is_relative_to(home)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_folders_are_found_and_complete(name: str) -> None:
    def files(top: Path) -> list[Path]:
        return sorted(path.relative_to(top) for path in top.rglob("*") if path.is_file())

    assert files(folder(name)) == files(ROOT / name) != []
    assert folder(name).is_relative_to(ROOT / name) is not INSTALLED


def test_the_documentation_is_there() -> None:
    """In a wheel, and in a checkout after `make docs`, which `make test` calls first."""
    names = {path.name for path in documentation().iterdir()}
    assert {"index.en.html", "index.fr.html", "gaps.fr.html", "gaps.en.svg", "whole.ttl", "vocabularies"} <= names


PROJECT_WITH_PAGES = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "small"
version = "1"
[tool.hatch.build.hooks.custom]
[tool.hatch.build.targets.wheel]
packages = ["small"]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of one module that is built as ours is."""
    (tmp_path / "pyproject.toml").write_text(PROJECT_WITH_PAGES, encoding="utf-8")
    (tmp_path / "hatch_build.py").write_bytes((ROOT / "hatch_build.py").read_bytes())
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "module.py").touch()
    return tmp_path


def built(project: Path, *target: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", *target]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)


def test_a_wheel_ships_the_pages_that_were_made(small: Path) -> None:
    (small / "build" / "documentation" / "vocabularies").mkdir(parents=True)
    for name in ("index.en.html", "vocabularies/nation.fr.html"):
        (small / "build" / "documentation" / name).write_text("a page", encoding="utf-8")
    assert built(small, "wheel").returncode == 0
    (wheel,) = small.glob("dist/*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if "_data" in name}
    assert shipped == {
        "stanagraph/_data/documentation/index.en.html",
        "stanagraph/_data/documentation/vocabularies/nation.fr.html",
    }
    assert built(small, "sdist").returncode == 0


def test_there_is_no_wheel_without_its_pages(small: Path) -> None:
    done = built(small, "wheel")
    assert done.returncode != 0
    assert "make docs" in done.stderr
    assert not list(small.glob("dist/*.whl"))


def test_an_editable_install_needs_no_pages(small: Path) -> None:
    assert built(small, "wheel:editable").returncode == 0
    assert list(small.glob("dist/*.whl"))


def test_every_line_of_the_lock_is_a_pin_a_hash_or_a_reason() -> None:
    allowed = re.compile(r"[\w.-]+==[\w.!+]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?| *#.*|")
    assert [line for line in LOCK.splitlines() if not allowed.fullmatch(line)] == []


def test_the_lock_names_no_address_and_no_path() -> None:
    named = re.compile(r"://|index|find-links|trusted-host|(?<![\w.])[/~]\w|\b[A-Za-z]:\\")
    assert [line for line in LOCK.splitlines() if named.search(line)] == []


def test_every_pin_has_a_hash() -> None:
    entries = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.M)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_the_lock_agrees_with_pyproject(dependency: str) -> None:
    wanted = Requirement(dependency)
    pin = PINS.get(canonicalize_name(wanted.name))
    assert pin is not None, "run make lock"
    assert wanted.specifier.contains(pin), "run make lock"


@pytest.mark.parametrize("name", FOLDERS)
def test_every_top_folder_has_a_short_readme(name: str) -> None:
    readme = ROOT / name / "README.md"
    assert readme.is_file()
    assert 0 < len(readme.read_text(encoding="utf-8").splitlines()) <= 40


def test_the_command_is_installed() -> None:
    (command,) = entry_points(group="console_scripts", name="stanagraph")
    assert command.value == PROJECT["project"]["scripts"]["stanagraph"] == "stanagraph.api.cli:main"
    assert callable(command.load())


def test_one_version_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (newest, *_) = re.findall(r"^## \[(\d[^]]*)\]", changelog, re.M)
    named = {
        "pyproject.toml": PROJECT["project"]["version"],
        "CITATION.cff": citation["version"],
        "CHANGELOG.md": newest,
        "stanagraph.graph": stanagraph.graph.__version__,
    }
    assert named == dict.fromkeys(named, version("stanagraph"))
