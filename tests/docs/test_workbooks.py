"""The page on workbooks names every sheet in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanagraph.ingest.sources.workbook.headings import SHEETS_FR

PAGE = (Path(__file__).parents[2] / "docs" / "workbooks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("table", "french"), SHEETS_FR.items())
def test_every_sheet_is_documented(table: str, french: str) -> None:
    assert f"| `{table}` | `{french}` |" in PAGE
