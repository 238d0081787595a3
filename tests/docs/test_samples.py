"""The samples of docs/commands.md are what the commands print today."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stanagraph.api.cli import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
# What only reads a release of the public data; the samples of other commands have files, times and places of their own.
READING = {
    "gaps", "plan", "matrix", "pairs", "recipient", "substitutes", "supply", "interfaces", "editions", "positions",
    "impact", "explain", "trace", "disagreements", "candidates", "query", "evaluate",
}  # fmt: skip


def samples() -> list[tuple[str, str]]:
    found = []
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", PAGE, re.M | re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            word, name, *rest = shlex.split(command)
            reads = name in READING or (name, *rest[:1]) == ("scenario", "try")
            example = name in ("check", "package") and "--output" not in rest and "diff" not in rest
            if word == "stanagraph" and (reads or (example and "my-" not in command)):
                found.append((command, shown))
    return found


def plain(line: str) -> str:
    """A line without its blanks, and without the names that every release has for itself."""
    return re.sub(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{12}\b", "ID", " ".join(line.split()))


def test_there_are_samples() -> None:
    assert len(samples()) >= 20


@pytest.mark.long
@pytest.mark.parametrize(("command", "shown"), samples(), ids=[command for command, _ in samples()])
def test_a_sample_is_what_is_printed(
    command: str, shown: str, public_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANAGRAPH_HOME", str(public_home))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, shlex.split(command)[1:], prog_name="stanagraph")
    printed = {plain(line) for line in (result.stdout + result.stderr).splitlines()}
    lines = [line for line in map(plain, shown.splitlines()) if "…" not in line]
    assert [line for line in lines if line not in printed] == []
