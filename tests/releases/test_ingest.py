"""Taking sources in: all or nothing, the same twice changes nothing, and no fault loses an answer."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stanagraph.graph.errors import BadArgument, BuildRunning, SourceNotFound, SourceRefused
from stanagraph.graph.names import BASE
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import folder
from stanagraph.graph.sources import Sources
from stanagraph.ingest.pipeline import STEPS, Inputs, build, given, ingest, remove
from stanagraph.ingest.record import EVIDENCE

pytestmark = pytest.mark.long

TURTLE = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{BASE}id/holding/m777/FIN/in-service> a :NationalHolding ; rdfs:label "%s" ;
    :holdingOf <{BASE}id/equipment/m777> ; :byNation <{BASE}id/nation/FIN> ;
    :holdingStatus <{BASE}id/holding-status/in-service> .
"""
# Takes a file in, in a process of its own that kills itself at a step, or the n-th time that it renames anything.
KILLED = """
import os, signal, sys
from pathlib import Path
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, given, ingest

home, data, file, step, renames = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])

# A shell that runs tests in the background has its children ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

def die():
    os.kill(os.getpid(), int(sys.argv[6]))

def observe(name, detail):
    if name == step:
        die()

replace, left = os.replace, [renames]
def counted(source, target):
    if left[0] == 0:
        die()
    left[0] -= 1
    replace(source, target)
if renames >= 0:
    os.replace = counted

ingest([given(file)], Releases(home), Inputs(data=data), observe)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "finland.ttl"
    path.write_text(TURTLE % "M777 in Finland", encoding="utf-8")
    return path


def names(home: Path) -> list[str]:
    releases = Releases(home)
    return [it.state.id for it in Sources(home).current(releases)]


def killed(home: Path, data: Path, file: Path, step: str, renames: int, by: int = signal.SIGKILL) -> int:
    arguments = [str(home), str(data), str(file), step, str(renames), str(int(by))]
    return subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True).returncode


def test_a_source_is_taken_in_once_replaced_and_removed(small_home: Path, small_data: Path, file: Path) -> None:
    releases, inputs = Releases(small_home), Inputs(data=small_data)
    before = releases.current()
    first = ingest([given(str(file))], releases, inputs)
    assert [it.state.id for it in first.taken] == ["finland"]
    state = first.taken[0].state
    assert (state.kind, state.name, state.entries, state.size) == ("rdf", "finland.ttl", 1, file.stat().st_size)
    # The same file again is no work and no other release.
    steps: list[str] = []
    again = ingest([given(str(file))], releases, inputs, lambda step, detail: steps.append(step))
    assert first.release is not None
    assert again.release is not None
    assert (again.release.identifier, again.taken, len(again.unchanged)) == (first.release.identifier, (), 1)
    assert set(steps) == {"read"}
    # A build from the tables keeps the source; a changed file replaces it.
    assert build(releases, inputs, again=True).identifier == first.release.identifier
    file.write_text(TURTLE % "M777 of Finland", encoding="utf-8")
    second = ingest([given(str(file))], releases, inputs)
    assert (len(second.taken), names(small_home)) == (1, ["finland"])
    # Going back a release goes back to its sources, and removing the source goes back to the first graph.
    releases.use(first.release.identifier)
    assert Sources(small_home).current(releases)[0].key == first.taken[0].key
    assert remove(["finland"], releases, inputs).release is not None
    assert (releases.current().identifier, names(small_home)) == (before.identifier, [])
    with pytest.raises(SourceNotFound, match="no source is called 'finland'"):
        remove(["finland"], releases, inputs)


def test_a_dry_run_shows_what_would_be_and_changes_nothing(small_home: Path, small_data: Path, file: Path) -> None:
    releases = Releases(small_home)
    before = releases.current()
    seen: list[tuple[str, int, int]] = []

    def preview(audience: str, was: object, would_be: object) -> None:
        seen.append((audience, len(was.open()), len(would_be.open())))  # type: ignore[attr-defined]

    result = ingest([given(str(file))], releases, Inputs(data=small_data), preview=preview)
    assert len(result.taken) == 1
    assert [name for name, _, _ in seen] == ["public"]
    assert seen[0][2] > seen[0][1]
    assert (releases.current().identifier, names(small_home)) == (before.identifier, [])
    assert not (small_home / "sources").exists()
    assert len(list((small_home / "releases").iterdir())) == 1


@pytest.mark.parametrize(("step", "renames"), [*((step, -1) for step in STEPS), ("", 0), ("", 1), ("", 2)])
def test_a_run_that_is_killed_leaves_everything_as_it_was(
    small_home: Path, small_data: Path, file: Path, step: str, renames: int
) -> None:
    before = Releases(small_home).current()
    assert killed(small_home, small_data, file, step, renames) == -signal.SIGKILL
    assert (Releases(small_home).current().identifier, names(small_home)) == (before.identifier, [])
    Releases(small_home).verify(before.identifier)
    if step in ("", "store"):
        result = ingest([given(str(file))], Releases(small_home), Inputs(data=small_data))
        assert result.release is not None
        assert (result.release.identifier != before.identifier, names(small_home)) == (True, ["finland"])
        assert not list((small_home / "releases").glob(".*"))


def test_an_interrupt_leaves_everything_as_it_was(small_home: Path, small_data: Path, file: Path) -> None:
    before = Releases(small_home).current()
    assert killed(small_home, small_data, file, "derive", -1, signal.SIGINT) == -signal.SIGINT
    assert (Releases(small_home).current().identifier, names(small_home)) == (before.identifier, [])
    assert not list((small_home / "releases").glob(".*"))


def test_a_full_disk_is_told_and_loses_nothing(small_home: Path, small_data: Path, file: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    # A disk of its own, hardly larger than what is on it, for a process that may mount one.
    script = f"""
        mount -t tmpfs -o size=$(($(du -sk {small_home} | cut -f1) + 700))k none {disk}
        cp -r {small_home} {disk}/home
        {sys.executable} -c '{KILLED}' {disk}/home {small_data} {file} "" -1 9
        echo "ended with $?"
        cat {disk}/home/current; ls -A {disk}/home/releases; ls -A {disk}/home
    """
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        check=True,
        capture_output=True,
        text=True,
    )
    before = Releases(small_home).current().identifier
    assert "ended with 1" in done.stdout
    assert "ReleaseError: the release cannot be written" in done.stderr
    assert "No space left" in done.stderr
    assert done.stdout.splitlines()[1:3] == [before, before]
    assert "sources" not in done.stdout


def test_a_folder_that_cannot_be_written_is_told(
    small_home: Path, small_data: Path, file: Path, tmp_path: Path
) -> None:
    script = f"""
        mount --bind {small_home} {small_home} && mount -o remount,ro,bind {small_home}
        {sys.executable} -c '{KILLED}' {small_home} {small_data} {file} "" -1 9
        echo "ended with $?"
    """
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "ended with 1" in done.stdout
    assert "ReleaseError: releases cannot be kept in" in done.stderr
    assert "Read-only file system" in done.stderr


def test_of_two_runs_at_once_the_second_waits_or_says_who_builds(
    small_home: Path, small_data: Path, file: Path, tmp_path: Path
) -> None:
    go, started = tmp_path / "go", tmp_path / "started"
    script = KILLED.replace(
        "def observe(name, detail):\n",
        "import time\ndef observe(name, detail):\n"
        f"    if name == 'derive' and not Path({str(started)!r}).exists():\n"
        f"        Path({str(started)!r}).touch()\n"
        f"        while not Path({str(go)!r}).exists(): time.sleep(0.02)\n",
    )
    first = subprocess.Popen(
        [sys.executable, "-c", script, str(small_home), str(small_data), str(file), "", "-1", "9"],
        stderr=subprocess.PIPE,
    )
    try:
        while not started.exists():
            assert first.poll() is None, first.stderr and first.stderr.read().decode()
            time.sleep(0.02)
        other = tmp_path / "sweden.ttl"
        other.write_text((TURTLE % "M777 in Sweden").replace("FIN", "SWE"), encoding="utf-8")
        with pytest.raises(BuildRunning, match=f"process {first.pid} on .*, since 20"):
            ingest([given(str(other))], Releases(small_home), Inputs(data=small_data))
        heard: list[str] = []

        def waiting(holder: str) -> None:
            heard.append(holder)
            go.touch()

        ingest([given(str(other))], Releases(small_home), Inputs(data=small_data), waiting=waiting)
        assert first.wait() == 0
    finally:
        go.touch()
        first.kill()
        first.communicate()
    assert len(heard) == 1
    # The second built upon what the first had published: nothing is lost.
    assert names(small_home) == ["finland", "sweden"]


def test_what_cannot_be_read_at_all_is_refused(small_home: Path, small_data: Path, tmp_path: Path) -> None:
    releases, inputs = Releases(small_home), Inputs(data=small_data)
    empty = tmp_path / "empty.ttl"
    empty.touch()
    with pytest.raises(SourceRefused, match="the file is empty"):
        ingest([given(str(empty))], releases, inputs)
    with pytest.raises(SourceRefused, match="there is no such file"):
        ingest([given(str(tmp_path / "none.ttl"))], releases, inputs)
    with pytest.raises(SourceRefused, match="there is no such file"):
        ingest([given(str(tmp_path))], releases, inputs)
    noise = tmp_path / "noise.bin"
    noise.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(SourceRefused, match="no reader knows this kind of file"):
        ingest([given(str(noise))], releases, inputs)
    with pytest.raises(BadArgument, match=r"--kind: .rfd.: .*near: rdf"):
        ingest([given(str(noise), kind="rfd")], releases, inputs)
    for name in ("../up", "UP", "a/b", "-a", "", "a" * 65):
        with pytest.raises(BadArgument, match="--source-id"):
            ingest([given(str(noise), kind="rdf", source_id=name)], releases, inputs)
    (small_home / "stanagraph.toml").write_text("[limits]\nsize = 100\n", encoding="utf-8")
    with pytest.raises(SourceRefused, match="2560 bytes, and 100 is the limit"):
        ingest([given(str(noise))], Releases(small_home), inputs)
    assert names(small_home) == []


def test_a_source_may_refer_to_what_another_names(
    small_home: Path, small_data: Path, file: Path, tmp_path: Path
) -> None:
    shutil.copy(file, tmp_path / "again.ttl")
    result = ingest(
        [given(str(file)), given(str(tmp_path / "again.ttl"))], Releases(small_home), Inputs(data=small_data)
    )
    assert result.release is not None
    view = result.release.view()
    # What both say stands once, in the graph of the first; both statements say so.
    assert view.manifest["merged"] == 5
    assert view.manifest["disagreements"] == 0


def test_a_verdict_rests_on_what_a_file_of_triples_states(small_home: Path, small_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "maker.ttl"
    path.write_text(
        f"""@prefix : <{BASE}ns/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @base <{BASE}id/> .
        <equipment/new-gun> a :EquipmentType ; rdfs:label "New gun" ; :designation "New gun" ;
            <http://purl.org/dc/terms/identifier> "new-gun" ;
            :equipmentRole <equipment-role/towed-howitzer> ; :offersInterface <interface/155mm-l39> .""",
        encoding="utf-8",
    )
    result = ingest([given(str(path))], Releases(small_home), Inputs(data=small_data))
    assert result.release is not None
    rests = result.release.open().rows(f"""
        PREFIX : <{BASE}ns/>
        SELECT DISTINCT ?criterion {{
          ?verdict :equipment <{BASE}id/equipment/new-gun> ; :hasAssessment ?assessment .
          ?assessment :criterion ?criterion ; :restsOn/:statedInSource <{BASE}id/source/maker> }}""")
    assert f"{BASE}id/criterion/calibre-geometry" in {getattr(it, "value", None) for (it,) in rests}


def test_what_a_triple_is_evidence_for_is_what_a_column_is() -> None:
    rule = (folder("queries") / "derive" / "03-stated-properties.rq").read_text(encoding="utf-8")
    line = next(line for line in rule.splitlines() if "VALUES ?property" in line)
    assert {it.value.removeprefix(f"{BASE}ns/") for it in EVIDENCE} == set(re.findall(r":(\w+)", line))
