"""The disk of the workspace is full: what is read is answered, what cannot be kept is said, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from stanagraph.api.server.examples.checks import CARTRIDGE

from .conftest import Service, Start

pytestmark = pytest.mark.long
ASK = "/v1/conformance-checks?against=STANAG-4172"


def check(service: Service, **headers: str) -> httpx2.Response:
    return httpx2.post(f"{service.url}{ASK}", json=CARTRIDGE, headers=headers, timeout=60)


def test_a_full_disk_costs_no_answer(public_home: Path, start: Start, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    # A disk of its own, for a process that may mount one, and on it a file that takes all that is left.
    script = f"""
        mount -t tmpfs -o size=$(($(du -sk {public_home} | cut -f1) + 2000))k none {disk} &&
        cp -r {public_home} {disk}/home && {{ cat /dev/zero > {disk}/rest 2>/dev/null || true; }} && exec "$@"
    """
    service = start(disk / "home", within=["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
    seen = Path(f"/proc/{service.process.pid}/root{disk}")
    assert (seen / "rest").stat().st_size > 500_000
    for path in ("/v1/gaps", "/v1/matrix?class=155mm", "/sparql?query=ASK%20%7B%7D", "/healthz"):
        assert service.get(path).status_code == 200, path
    # The report is answered, although it cannot be kept under its address.
    report = check(service)
    assert report.status_code == 200
    assert service.get(f"/v1/conformance-checks/{report.json()['iri'].rpartition('/')[2]}").status_code == 404
    refused = check(service, Prefer="respond-async")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (503, "not-kept")
    (seen / "rest").unlink()
    assert check(service, Prefer="respond-async").status_code == 202
    again = check(service)
    assert service.get(f"/v1/conformance-checks/{again.json()['iri'].rpartition('/')[2]}").status_code == 200
