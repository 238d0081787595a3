"""How long a release takes to build beside the bare bulk load of the same quads, and how fast each reader reads.

Run with `python benchmarks/ingest.py --sizes 100000 1000000`. For each size a file of generated facts (see
generate.py) is put on top of the public data. Every measurement is a process of its own, so that its peak memory is
its own; the bare load comes right after the build that made its quads. Reader figures are of one file each.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from generate import generate

from stanagraph.graph.digest import graph_digest
from stanagraph.graph.errors import DataRefused
from stanagraph.graph.ontology.check import rules_over
from stanagraph.graph.ontology.files import Ontology
from stanagraph.graph.ontology.proofs import Proofs
from stanagraph.graph.reasoning import close
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest import facts
from stanagraph.ingest.derive import derive
from stanagraph.ingest.pipeline import _ontology
from stanagraph.ingest.read import read
from stanagraph.ingest.sources import GROUP, Reader, Work
from stanagraph.ingest.validate import validate

TARGET = 6.0
# What a quad takes in a store in memory, as measured.
BYTES_PER_QUAD = 600
Seconds = dict[str, float]


@contextmanager
def timed(steps: Seconds, name: str) -> Iterator[None]:
    """Add the time of a block to a step."""
    began = time.perf_counter()
    try:
        yield
    finally:
        steps[name] = steps.get(name, 0.0) + time.perf_counter() - began
        print(f"  {name}: {steps[name]:.1f} s", file=sys.stderr, flush=True)


def build(given: Path, out: Path, proofs: Path, memory: bool) -> dict[str, object]:
    """Build the store of a release from the public data and a file of facts, as the pipeline does, step by step."""
    steps: Seconds = {}
    queries, ontology = folder("queries"), folder("ontology")
    store = EmbeddedStore() if memory else EmbeddedStore.create(out)
    began = time.perf_counter()
    with ThreadPoolExecutor(1) as beside:
        with timed(steps, "read"):
            whole = Ontology.read(ontology)
            # Java works beside the rest, and is waited for before anything is published.
            proof = beside.submit(Proofs(proofs).prove, whole)
            core = list(_ontology(whole))
            tables = read(folder("data"), facts.vocabulary(iter(core)))
            store.load(core)
            store.load(facts.quads(tables))
            store.load_file(given)
        with timed(steps, "validate"):
            faults, _ = validate(store, ontology / "shapes")
            if faults:
                raise DataRefused(faults[:20])
        with timed(steps, "close"):
            rules = sorted((queries / "closure").glob("*.rq"))
            inferred = close(store, [path.read_text(encoding="utf-8") for path in rules])
        with timed(steps, "derive"):
            derived = derive(store, queries / "derive")
        with timed(steps, "prove"):
            proof.result()
        # What is written is what is checked: nothing changes the store any more.
        writing = beside.submit(store.copy_to, out) if memory else None
        with timed(steps, "check"):
            if Proofs(proofs).broken_rules(whole, queries):
                raise SystemExit("the ontology breaks its rules")
            for rule in rules_over("release", queries / "checks"):
                if rows := store.select(rule.text).rows:
                    raise SystemExit(f"{rule.name}: {rows[:3]}")
        with timed(steps, "digest"):
            digest = graph_digest(store)
        with timed(steps, "write"):
            (writing.result() if writing else store).finish()
    took = time.perf_counter() - began
    counts = {"inferred": inferred, "derived": derived, "quads": len(store)}
    return {"steps": steps, "took": took, "digest": digest, **counts}


def load(given: Path, out: Path) -> dict[str, object]:
    """Bare pyoxigraph: one file of N-Quads into a new store."""
    steps: Seconds = {}
    with timed(steps, "load"):
        store = ox.Store(str(out))
        store.bulk_load(path=str(given), format=ox.RdfFormat.N_QUADS)
        store.flush()
    return {"steps": steps}


def reading(kind: str, file: Path) -> dict[str, object]:
    """One reader over one file."""
    steps: Seconds = {}
    (point,) = entry_points(group=GROUP, name=kind)
    reader: Reader = point.load()()
    entries = said = 0
    with timed(steps, "read"):
        for entry in reader.read(file, Work("measured", "high", None, {}, {})):
            entries += 1
            said += len(entry.facts)
    return {"steps": steps, "entries": entries, "facts": said}


def apart(*arguments: str) -> dict[str, Any]:
    """One measurement in a process of its own, with its peak memory in MiB."""
    command = [sys.executable, __file__, "--one", *arguments]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def one(what: str, *arguments: str) -> None:
    """Do one measurement and print it as JSON."""
    works: dict[str, Callable[..., dict[str, object]]] = {
        "build": lambda given, out, proofs, memory: build(Path(given), Path(out), Path(proofs), memory == "memory"),
        "load": lambda given, out: load(Path(given), Path(out)),
        "reading": lambda kind, file: reading(kind, Path(file)),
    }
    found = works[what](*arguments)
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def measure(size: int, scratch: Path, memory: str) -> None:
    """Build and bare load of one size."""
    given = scratch / "facts.nq"
    with given.open("w", encoding="utf-8") as file:
        file.writelines(generate(size))
    where = scratch / "store"
    found = apart("build", str(given), str(where), str(scratch), memory)
    whole = scratch / "whole.nq"
    ox.Store.read_only(str(where)).dump(str(whole), ox.RdfFormat.N_QUADS)
    shutil.rmtree(where)
    bare = apart("load", str(whole), str(scratch / "bare"))
    shutil.rmtree(scratch / "bare")
    whole.unlink()
    steps, least = found["steps"], bare["steps"]["load"]
    took = found["took"]
    told = " | ".join(f"{name} {seconds:.1f}" for name, seconds in steps.items())
    print(f"{size:,} source triples, {found['quads']:,} quads in all, built in {memory}: {told}")
    print(
        f"  build {took:.1f} s / bare bulk load {least:.1f} s = {took / least:.1f} (target {TARGET:.0f});"
        f" peak {found['peak']:.0f} MiB / {bare['peak']:.0f} MiB",
        flush=True,
    )


def lists(scratch: Path, rows: int, named: dict[str, Path]) -> None:
    """Each reader over the file that is named for it, or over one of its kind that can be made here."""
    made = scratch / "facts.nq"
    with made.open("w", encoding="utf-8") as file:
        file.writelines(generate(rows))
    table = scratch / "holdings.csv"
    with (folder("data") / "holdings.csv").open(encoding="utf-8", newline="") as file:
        heading, *known = list(csv.reader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(known[number % len(known)] for number in range(rows))
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            reader: Reader = point.load()()
        except ModuleNotFoundError as error:
            print(f"reader {point.name}: not there ({error})")
            continue
        tried = [named[reader.kind]] if reader.kind in named else [made, table]
        able = [path for path in tried if reader.recognises(path, path.read_bytes()[: 64 * 1024])]
        if not able:
            print(f"reader {reader.kind}: no file of its kind is made here: name one with --file {reader.kind}=PATH")
            continue
        found = apart("reading", point.name, str(able[0]))
        seconds, entries = found["steps"]["read"], found["entries"]
        print(
            f"reader {reader.kind}, {able[0].name}: {entries:,} entries in {seconds:.1f} s ="
            f" {entries / seconds:,.0f} a second, peak {found['peak']:.0f} MiB"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000], metavar="TRIPLES")
    parser.add_argument("--memory", type=int, default=4096, metavar="MIB", help="above this the store is built on disk")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the files that readers get")
    parser.add_argument("--file", nargs="*", default=[], metavar="KIND=PATH", help="a file for a reader")
    parser.add_argument("--scratch", type=Path, help="a folder with room; the default is that of the system")
    parser.add_argument("--one", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(*given.one)
        return
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
            # About seven quads come of each source triple.
            memory = "memory" if size * 8 * BYTES_PER_QUAD < given.memory * 1024**2 else "disk"
            measure(size, Path(scratch), memory)
    if given.rows:
        with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
            named = dict(text.split("=", 1) for text in given.file)
            lists(Path(scratch), given.rows, {kind: Path(path) for kind, path in named.items()})


if __name__ == "__main__":
    main()
