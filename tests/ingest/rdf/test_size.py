"""A file of 200 MB is read in less than 1 GiB of memory; measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.ingest.sources.subjects import Subjects

pytestmark = pytest.mark.long

PROGRAM = """
import json, re, sys, time
from pathlib import Path
from stanagraph.ingest.record import record
from stanagraph.ingest.sources import Work
from stanagraph.ingest.sources.rdf import RdfReader

path = Path(sys.argv[1])
began = time.monotonic()
work = Work("big", "low", None, {}, {})
recorded = record(RdfReader(), path, work, path.parent)
# Of this program alone: what getrusage tells counts from the process that started it.
peak = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024
print(json.dumps({"entries": recorded.entries, "seconds": time.monotonic() - began, "peak": peak,
                  "statements": work.account.counts["statements loaded"]}))
"""
SIZE = 200 * 1024**2


def _turtle(path: Path, size: int, blank: bool) -> int:
    """Equipment in the shape of the real data, each with a value that is a thing without a name where asked."""
    things = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("@prefix : <https://w3id.org/stanagraph/ns/> .\n@base <https://w3id.org/stanagraph/id/> .\n")
        while file.tell() < size:
            for _ in range(1000):
                things += 1
                inner = (
                    f'[ :lowNumber {things} ; :valueText "{things} mm" ]' if blank else f"<parameter-value/{things}>"
                )
                file.write(
                    f'<equipment/gun-{things}> a :EquipmentType ; :designation "Gun number {things}" ;\n'
                    f'    :manufacturer "A maker with a name of some length, plant {things % 997}" ;\n'
                    f"    :equipmentRole <equipment-role/towed-howitzer> ; :originNation <nation/FRA> ;\n"
                    f"    :offersInterface <interface/155mm-l{things % 40}> ; <http://example.org/value> {inner} .\n"
                )
    return things


@pytest.mark.parametrize(("size", "blank"), [(SIZE, False), (SIZE // 4, True)], ids=["names", "blank-nodes"])
def test_memory(size: int, blank: bool, tmp_path: Path) -> None:
    things = _turtle(tmp_path / "big.ttl", size, blank)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "big.ttl")], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert told["entries"] == things * (2 if blank else 1)
    assert told["peak"] < 1024**3


def test_statements_of_one_thing_are_not_kept_in_memory(tmp_path: Path) -> None:
    subjects = Subjects(tmp_path, "urn:g:", 2_000_000)
    subject, predicate = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/p")
    for number in range(450_000):
        subjects.add(subject, predicate, ox.Literal(str(number)))
    assert [len(facts) for _, facts in subjects.groups()] == [200_000, 200_000, 50_000]
