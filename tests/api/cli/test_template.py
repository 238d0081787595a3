"""`stanagraph template` writes a workbook in the language of the session, and nothing over a file by accident."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import Result

import stanagraph.ingest.sources.workbook
from stanagraph.api.cli.refusals_workbook import WHY

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


def reasons() -> Iterator[str]:
    """The constants that the reader of workbooks refuses a file with."""
    for path in Path(stanagraph.ingest.sources.workbook.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in ("refuse", "SourceRefused"):
                direct = (part for part in call.args if not isinstance(part, ast.Call))
                for argument in (node for part in direct for node in ast.walk(part) if isinstance(node, ast.Name)):
                    if isinstance(text := texts.get(argument.id), str):
                        yield text


def test_every_reason_to_refuse_a_workbook_can_be_told_in_french() -> None:
    assert set(reasons()) <= set(WHY)
    assert len(set(reasons())) > 15
