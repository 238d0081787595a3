"""The disk of the workspace is full: what is read is answered, what cannot be kept is said, and nothing is lost."""

from __future__ import annotations

import contextlib
from pathlib import Path

import httpx2
import pytest

from stanagraph.api.server.examples.checks import CARTRIDGE

from .conftest import Service, Start

pytestmark = pytest.mark.long
ASK = "/v1/conformance-checks?against=STANAG-4172"


def fill(file: Path) -> None:
    """Take what is left of a disk, to the last byte."""
    with file.open("ab", buffering=0) as rest, contextlib.suppress(OSError):
        while True:
            rest.write(bytes(4096))


def check(service: Service, name: str = "tried", **headers: str) -> httpx2.Response:
    return httpx2.post(f"{service.url}{ASK}", json=CARTRIDGE | {"id": name}, headers=headers, timeout=60)


def kept(service: Service, report: httpx2.Response) -> bool:
    assert report.status_code == 200
    return service.get(f"/v1/conformance-checks/{report.json()['iri'].rpartition('/')[2]}").status_code == 200


def test_a_full_disk_costs_no_answer(public_home: Path, start: Start, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    # A disk of its own, for a process that may mount one.
    script = f"""
        mount -t tmpfs -o size=$(($(du -sk {public_home} | cut -f1) + 2000))k none {disk} &&
        cp -r {public_home} {disk}/home && exec "$@"
    """
    service = start(disk / "home", within=["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
    rest = Path(f"/proc/{service.process.pid}/root{disk}/rest")
    fill(rest)
    assert rest.stat().st_size > 500_000
    for path in ("/v1/gaps", "/v1/matrix?class=155mm", "/sparql?query=ASK%20%7B%7D", "/healthz"):
        assert service.get(path).status_code == 200, path
    # The report is answered, although it cannot be kept under its address. A process of the service that ends in the
    # meantime may give some room back, which the next turn fills.
    for turn in range(20):
        fill(rest)
        if not kept(service, check(service, f"turn-{turn}")):
            break
    else:
        pytest.fail("all reports were kept on a full disk")
    refused = check(service, Prefer="respond-async")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (503, "not-kept")
    rest.unlink()
    assert check(service, Prefer="respond-async").status_code == 202
    assert kept(service, check(service))
