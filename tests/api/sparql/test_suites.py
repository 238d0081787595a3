"""The W3C's HTTP suites of SPARQL 1.1, where they are at hand: all current tests, and which of the deprecated ones.

Everything that they want is held by tests of our own, too; these show that we read the specifications as others do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RUNNER = Path(os.environ.get("STANAGRAPH_SUITES", "nowhere")) / "sparql_http.py"
# Deprecated tests that contradict the specification or each other.
CONTRADICTORY = {
    "put__default_graph",  # 201 for a graph that is always there
    "delete__existing_graph",  # deletes what nothing has made
    "post__existing_graph",  # a document that cannot be parsed
    "get_of_post__existing_graph",  # wants what the test before has replaced
    "post__multipart_formdata",  # as post__existing_graph
    "get_of_post__multipart_formdata",  # and what would have come of it
}

pytestmark = pytest.mark.skipif(not RUNNER.is_file(), reason="needs the suites and their runner (STANAGRAPH_SUITES)")


def run(query: str, scenario: str, suite: str, target: Path) -> dict[str, str]:
    """Why each failed test of a suite failed, and nothing for those that passed."""
    urls = ["--query-url", query, "--update-url", f"{scenario}/update", "--graph-store-url", f"{scenario}/graphs"]
    command = [sys.executable, str(RUNNER), *urls, "--suite", suite, "--header", "X-Caller: ann", "--json", str(target)]
    subprocess.run(command, check=False, capture_output=True, timeout=300)
    return {result["test"]: result["reason"] for result in json.loads(target.read_text())}


def test_a_scenario_passes_all(serve: Any, tiny_home: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_home, tmp_path / "home")
    with serve(tmp_path / "home") as server:
        scenario = f"{server.url}/v1/scenarios/mine"
        found = run(f"{scenario}/sparql", scenario, "all", tmp_path / "results.json")
    assert len(found) == 68
    failed = {name for name, reason in found.items() if reason}
    assert failed == {f"http-rdf-update/{name}" for name in CONTRADICTORY}


def test_the_release_passes_what_asks(serve: Any, tmp_path: Path, made: Any) -> None:
    folder, facts = RUNNER.parent / "w3c" / "protocol", ""
    for name in ("data1", "data2", "data3"):
        lines = (folder / f"{name}.nt").read_text().splitlines()
        graph = f"<http://kasei.us/2009/09/sparql/data/{name}.rdf>"
        facts += "".join(f"{line.strip().removesuffix('.')} {graph} .\n" for line in lines if line.strip())
    with serve(made(tmp_path / "home", facts)) as server:
        scenario = f"{server.url}/v1/scenarios/mine"
        protocol = run(f"{server.url}/sparql", scenario, "protocol", tmp_path / "protocol.json")
        description = run(f"{server.url}/sparql", scenario, "service-description", tmp_path / "description.json")
    assert len(protocol) == 34
    assert not any(description.values())
    # Updates go to the scenario, and what they have done is looked for in the release: there it is not.
    failed = {name for name, reason in protocol.items() if reason}
    assert all(name.startswith("protocol/update_") for name in failed)
