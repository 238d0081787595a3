"""How long a scenario of one fact takes beside the full build of the release that it starts from.

Run with `python benchmarks/scenarios.py --sizes 100000 1000000`. The decision that it is for: whether what a scenario
reaches is derived again, or the release is rebuilt. For each size a release is built of generated facts on top of the
public data, then each scenario is answered several times by a process of its own: reading the store and opening it are
part of its time, starting Python is not. Printed are the medians and the share of the build.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import generate
from ingest import kept

from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.pipeline import Scenario, move_of
from stanagraph.ingest.scenarios.answer import answer
from stanagraph.ingest.scenarios.run import suppose

TARGET = 0.05
MOVES = {
    "accept": "FRA:STANAG-4425:2",
    "implement": "FRA:STANAG-4425:2",
    "lift": "USA:STANAG-4187:unstated",
    "withdraw": "USA:JBMOU-155:unstated",
    "buy": "FRA:pzh-2000",
    "buy ": "FRA:dm121",  # a munition: every nation with equipment of its class is concerned
    "retire": "DEU:pzh-2000",
    "qualify": "DEU:k9-thunder:m982-excalibur",
    "change": "m982-excalibur:munition_length_mm:2000:mm",
    "change ": "pzh-2000:loading_length_max_mm:600:mm",
}


def one(store: Path, do: str, line: str) -> None:
    """Answer one scenario, and print how long it took and what differs."""
    began = time.perf_counter()
    scenario = Scenario(name="measured", move=(move_of(do.strip(), line),))
    found = answer(suppose(EmbeddedStore.open(store), scenario, folder("queries")), "measured", "public")
    took = time.perf_counter() - began
    counts = {"gaps": len(found.gaps.changes), "verdicts": len(found.verdicts.changes), "cells": len(found.cells)}
    print(json.dumps({"took": took, **counts}))


def measure(size: int, scratch: Path, times: int) -> None:
    """The build, and each scenario over it."""
    given = scratch / "facts.nq"
    with given.open("w", encoding="utf-8") as file:
        file.writelines(generate(size))
    kept(given)
    store = scratch / "store"
    built = built_in(given, store, scratch)
    print(f"{size:,} source triples: full build {built:.1f} s", flush=True)
    for do, line in MOVES.items():
        command = [sys.executable, __file__, "--one", str(store), do, line]
        runs = [json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) for _ in range(times)]
        took = statistics.median(it["took"] for it in runs)
        told = ", ".join(f"{runs[0][name]} {name}" for name in ("gaps", "verdicts", "cells"))
        share = took / built
        print(
            f"  {do.strip()} {line}: {took:.2f} s = {share:.1%} of the build (target {TARGET:.0%}); {told}", flush=True
        )


def built_in(given: Path, store: Path, scratch: Path) -> float:
    """How long the full build takes, in a process of its own."""
    import ingest

    command = [sys.executable, ingest.__file__, "--one", "build", str(given), str(store), str(scratch)]
    return float(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["took"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000], metavar="TRIPLES")
    parser.add_argument("--times", type=int, default=5, help="how often each scenario is answered")
    parser.add_argument("--scratch", type=Path, help="a folder with room; the default is that of the system")
    parser.add_argument("--one", nargs=3, metavar=("STORE", "DO", "LINE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(Path(given.one[0]), *given.one[1:])
        return
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
            measure(size, Path(scratch), given.times)


if __name__ == "__main__":
    main()
