"""What runs the service elsewhere names what exists; the audit and the bill of materials work."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from stanagraph.api.cli import app

ROOT = Path(__file__).parents[2]
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "stanagraph.service"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
OPTIONS = {name for it in typer.main.get_command(app).commands["serve"].params for name in it.opts}  # type: ignore[attr-defined]


def unit() -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return dict(parser["Service"])


def test_the_image_starts_a_command_that_exists() -> None:
    (command,) = re.findall(r"^CMD (\[.*\])$", CONTAINER, re.M)
    name, *arguments = json.loads(command)
    assert name == "serve"
    assert {it for it in arguments if it.startswith("--")} <= OPTIONS


def test_the_image_takes_only_what_is_locked_and_runs_as_nobody() -> None:
    installs = re.findall(r"\bpip (?:install|wheel) [^\n&]*", CONTAINER)
    assert installs
    assert all("--require-hashes" in it or "--no-index" in it for it in installs)
    assert re.search(r"^USER 10001$", CONTAINER, re.M)
    assert not re.search(r"\b(?:ADD|curl|wget)\b", CONTAINER)
    for named in re.findall(r"^COPY (?!--from)(\S+)", CONTAINER, re.M):
        assert named.startswith("dist/") or (ROOT / named).exists()


def test_the_unit_starts_a_command_that_exists_and_may_do_little() -> None:
    service = unit()
    assert service["ExecStart"].split()[1:] == ["serve"]
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["User"] != "root"
    assert service["Environment"].removeprefix("STANAGRAPH_HOME=") == f"/var/lib/{service['StateDirectory']}"
    assert int(service["TimeoutStopSec"]) > 30


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    # The paths of the unit are those of the machine that it is for.
    text = UNIT.read_text(encoding="utf-8").replace("/opt/stanagraph/bin/stanagraph", "/bin/true")
    (tmp_path / "stanagraph.service").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "stanagraph.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "stanagraph.service" in line]
    assert told == []


def test_the_audit_does_not_take_what_nobody_looked_up_for_good() -> None:
    (line,) = re.findall(r"pip-audit (--.*)", MAKEFILE)
    assert {"--strict", "--require-hashes"} <= set(line.split())


def test_the_bill_of_materials_has_every_locked_package_with_its_hash(tmp_path: Path) -> None:
    pytest.importorskip("cyclonedx_py")
    target = tmp_path / "sbom.json"
    command = ["requirements", str(ROOT / "requirements.lock"), "--output-reproducible", "--of", "JSON"]
    subprocess.run([sys.executable, "-m", "cyclonedx_py", *command, "--output-file", str(target)], check=True)
    told = {it["name"]: it for it in json.loads(target.read_text(encoding="utf-8"))["components"]}
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M))
    assert {name: it["version"] for name, it in told.items()} == pins
    assert all("hashes" in reference for it in told.values() for reference in it["externalReferences"])
