"""How long a release takes to build beside the bare bulk load of the same quads, and how fast each reader reads.

Run with `python benchmarks/ingest.py --sizes 100000 1000000`. For each size a file of generated facts (see
generate.py) is put on top of the public data. Every measurement is a process of its own, so that its peak memory is
its own; the bare load comes right after the build that made its quads. Reader figures are of one file each.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from generate import generate

from stanagraph.graph.ontology.proofs import Proofs
from stanagraph.graph.resources import folder
from stanagraph.graph.sources import Kept
from stanagraph.graph.workspace import SourceState
from stanagraph.ingest.assembly import Ground, assemble, fits_in_memory
from stanagraph.ingest.identity import Precedence
from stanagraph.ingest.intake import known_things
from stanagraph.ingest.record import record
from stanagraph.ingest.sources import GROUP, Reader, Work

TARGET = 6.0
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


class Steps:
    """Hears the steps of an assembly, and adds up the time of each."""

    def __init__(self) -> None:
        self.seconds: Seconds = {}
        self._current, self._since = "", time.perf_counter()

    def __call__(self, step: str, detail: str) -> None:
        now = time.perf_counter()
        if self._current:
            self.seconds[self._current] = self.seconds.get(self._current, 0.0) + now - self._since
        if step != self._current:
            print(f"  {step}", file=sys.stderr, flush=True)
        self._current, self._since = step, now


def build(given: Path, out: Path, proofs: Path) -> dict[str, object]:
    """The store of a release from the public data and a source that is this file of facts."""
    observe = Steps()
    ground = Ground(folder("ontology"), folder("queries"), folder("data"), Proofs(proofs), observe)
    began = time.perf_counter()
    made = assemble(ground, [kept(given)], Precedence(), out, observe)
    observe("", "")
    told = {"steps": observe.seconds, "took": time.perf_counter() - began, "digest": made.digest, "quads": made.triples}
    return {**told, "where": "memory" if fits_in_memory([kept(given)]) else "disk"}


def kept(given: Path) -> Kept:
    """A state of a source as it would be after it was taken in."""
    folder = given.parent / "state"
    if not folder.is_dir():
        folder.mkdir()
        os.link(given, folder / "facts.nq")
        subjects, triples = set(), 0
        with given.open(encoding="utf-8") as lines:
            for line in lines:
                subjects.add(line[1 : line.index(">")])
                triples += 1
        (folder / "subjects.txt").write_text("".join(f"{name}\n" for name in subjects if "/id/statement/" not in name))
        (folder / "count").write_text(str(triples))
    state = SourceState(
        id="generated",
        kind="rdf",
        reader_version="1.0",
        name="facts.nq",
        sha256="0" * 64,
        size=given.stat().st_size,
        retrieved="2026-01-01T00:00:00Z",
        triples=int((folder / "count").read_text()),
    )
    return Kept(state, folder)


def load(given: Path, out: Path) -> dict[str, object]:
    """Bare pyoxigraph: one file of N-Quads into a new store."""
    steps: Seconds = {}
    with timed(steps, "load"):
        store = ox.Store(str(out))
        store.bulk_load(path=str(given), format=ox.RdfFormat.N_QUADS)
        store.flush()
    return {"steps": steps}


def reading(kind: str, file: Path) -> dict[str, object]:
    """One reader over one file, until its facts are written; against what the public data know."""
    ground = Ground(
        folder("ontology"), folder("queries"), folder("data"), Proofs(file.parent), lambda step, detail: None
    )
    reader: Reader = next(point for point in entry_points(group=GROUP) if point.name == kind).load()()
    known = known_things(ground.subjects)
    work = Work("measured", "high", None, ground.vocabulary, known, units=ground.units)
    steps: Seconds = {}
    with tempfile.TemporaryDirectory() as into, timed(steps, "read"):
        written = record(reader, file, work, Path(into))
    return {"steps": steps, "entries": written.entries, "facts": written.triples}


def apart(*arguments: str) -> dict[str, Any]:
    """One measurement in a process of its own, with its peak memory in MiB."""
    command = [sys.executable, __file__, "--one", *arguments]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def one(what: str, *arguments: str) -> None:
    """Do one measurement and print it as JSON."""
    works: dict[str, Callable[..., dict[str, object]]] = {
        "build": lambda given, out, proofs: build(Path(given), Path(out), Path(proofs)),
        "load": lambda given, out: load(Path(given), Path(out)),
        "reading": lambda kind, file: reading(kind, Path(file)),
    }
    found = works[what](*arguments)
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def measure(size: int, scratch: Path) -> None:
    """Build and bare load of one size."""
    given = scratch / "facts.nq"
    with given.open("w", encoding="utf-8") as file:
        file.writelines(generate(size))
    kept(given)
    where = scratch / "store"
    found = apart("build", str(given), str(where), str(scratch))
    whole = scratch / "whole.nq"
    ox.Store.read_only(str(where)).dump(str(whole), ox.RdfFormat.N_QUADS)
    shutil.rmtree(where)
    bare = apart("load", str(whole), str(scratch / "bare"))
    shutil.rmtree(scratch / "bare")
    whole.unlink()
    steps, least = found["steps"], bare["steps"]["load"]
    took = found["took"]
    told = " | ".join(f"{name} {seconds:.1f}" for name, seconds in steps.items())
    print(f"{size:,} source triples, {found['quads']:,} quads in all, built in {found['where']}: {told}")
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
        quantity = heading.index("quantity")
        for number in range(rows):  # a row that is given twice is refused
            row = known[number % len(known)]
            writer.writerow([*row[:quantity], number, *row[quantity + 1 :]])
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
        seconds, entries, facts = found["steps"]["read"], found["entries"], found["facts"]
        print(
            f"reader {reader.kind}, {able[0].name}: {entries:,} entries, {facts:,} triples in {seconds:.1f} s ="
            f" {entries / seconds:,.0f} and {facts / seconds:,.0f} a second, peak {found['peak']:.0f} MiB"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000], metavar="TRIPLES")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the files that readers get")
    parser.add_argument("--file", action="extend", nargs="+", default=[], metavar="KIND=PATH", help="of a reader")
    parser.add_argument("--scratch", type=Path, help="a folder with room; the default is that of the system")
    parser.add_argument("--one", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(*given.one)
        return
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
            measure(size, Path(scratch))
    if given.rows:
        with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
            named = dict(text.split("=", 1) for text in given.file)
            lists(Path(scratch), given.rows, {kind: Path(path) for kind, path in named.items()})


if __name__ == "__main__":
    main()
