"""`stanagraph template` writes a workbook in the language of the session, and nothing over a file by accident."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(("options", "first"), [((), "Read me"), (("--lang", "fr"), "Lisez-moi")])
def test_a_template_is_written_in_the_language(run: Run, tmp_path: Path, options: tuple[str, ...], first: str) -> None:
    told = run("template", *options, str(tmp_path / "my.xlsx")).stdout
    assert "my.xlsx" in told
    assert load_workbook(tmp_path / "my.xlsx").sheetnames[0] == first


def test_a_file_that_is_there_is_replaced_by_force_only(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "my.xlsx"
    path.write_text("mine")
    assert "--force" in run("template", str(path), code=2).stderr
    assert path.read_text() == "mine"
    run("template", str(path), "--force")
    assert load_workbook(path).sheetnames


@pytest.mark.parametrize("name", ["my.csv", "missing/my.xlsx"])
def test_another_ending_or_a_missing_folder_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    assert "expected" in run("template", str(tmp_path / name), code=2).stderr
    assert list(tmp_path.iterdir()) == []
