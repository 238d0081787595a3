"""Releases: the same graph from the same input, one atomic switch, and no fault that loses an answer."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.errors import DataRefused, NoRelease, ReleaseDamaged, ReleaseError, ReleaseNotFound
from stanagraph.graph.releases import Release, Releases
from stanagraph.ingest.pipeline import STEPS, Inputs, build

pytestmark = pytest.mark.long

Edit = Callable[[Path, int, str, str], None]

# A build in a process of its own that kills itself without warning when it comes to a step, or to the
# n-th time that it gives a file or folder its final name.
KILLED = """
import os, signal, sys
from pathlib import Path
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, build

home, data, step, renames = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])

def die():
    os.kill(os.getpid(), signal.SIGKILL)

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

build(Releases(home), Inputs(data=data), observe, again=True)
"""


def make(home: Path, data: Path, *, again: bool = False) -> Release:
    return build(Releases(home), Inputs(data=data), again=again)


def answers(home: Path) -> list[object]:
    store = Releases(home).current().open()
    return [row for name in ("contents", "gap-causes") for row in Catalogue().ask(store, name).rows]


def test_the_same_input_gives_the_same_graph(tmp_path: Path, small_home: Path, small_data: Path) -> None:
    first = Releases(small_home).current()
    elsewhere = make(tmp_path / "elsewhere", small_data)
    assert (elsewhere.identifier, elsewhere.view().manifest["digest"]) == (
        first.identifier,
        first.view().manifest["digest"],
    )
    assert make(small_home, small_data, again=True).identifier == first.identifier


def test_unchanged_inputs_do_no_work_and_changed_ones_make_another_release(
    small_home: Path, small_data: Path, edit: Edit
) -> None:
    steps: list[str] = []
    releases = Releases(small_home)
    first = releases.current()
    again = build(releases, Inputs(data=small_data), lambda step, detail: steps.append(step))
    assert (again.identifier, steps) == (first.identifier, [])
    edit(small_data / "munitions.csv", 2, "name", "renamed")
    second = build(releases, Inputs(data=small_data), lambda step, detail: steps.append(step))
    assert second.identifier != first.identifier
    assert len(releases.list()) == 2
    # Every step is announced, in order.
    assert tuple(dict.fromkeys(steps)) == STEPS
    # Rolling back is the same switch, and an unknown name switches nothing.
    assert releases.use(first.identifier[:6]).identifier == first.identifier
    with pytest.raises(ReleaseNotFound, match="no release is called 'nope'"):
        releases.use("nope")
    assert releases.current().identifier == first.identifier


@pytest.mark.parametrize(("step", "renames"), [*((step, -1) for step in STEPS), ("", 0), ("", 1)])
def test_a_build_that_is_killed_leaves_the_last_release_answering(
    small_home: Path, small_data: Path, edit: Edit, step: str, renames: int
) -> None:
    before = Releases(small_home).current()
    expected = answers(small_home)
    edit(small_data / "munitions.csv", 2, "name", "renamed")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(small_home), str(small_data), step, str(renames)],
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert Releases(small_home).current().identifier == before.identifier
    assert answers(small_home) == expected
    if step in ("", "store"):
        # The next build finds the lock free, removes what was left lying, and publishes.
        after = make(small_home, small_data)
        assert after.identifier != before.identifier
        kept = sorted(path.name for path in (small_home / "releases").iterdir())
        assert kept == sorted([before.identifier, after.identifier])


def test_refused_data_change_nothing(small_home: Path, small_data: Path, edit: Edit) -> None:
    before = Releases(small_home).current()
    edit(small_data / "munitions.csv", 2, "interface", "nowhere")
    with pytest.raises(DataRefused):
        make(small_home, small_data)
    assert Releases(small_home).current().identifier == before.identifier
    assert [path.name for path in (small_home / "releases").iterdir()] == [before.identifier]


def test_a_full_disk_is_told_and_loses_nothing(small_home: Path, small_data: Path, edit: Edit) -> None:
    before = Releases(small_home).current()
    edit(small_data / "munitions.csv", 2, "name", "renamed")
    # No file may grow beyond 20 kB: the operating system refuses the rest as it does on a full disk.
    script = KILLED.replace(
        "build(Releases", "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); build(Releases"
    )
    full = subprocess.run(
        [sys.executable, "-c", script, str(small_home), str(small_data), "", "-1"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert full.returncode == 1, full.stderr
    assert "ReleaseError: the release cannot be written" in full.stderr
    assert Releases(small_home).current().identifier == before.identifier
    assert [path.name for path in (small_home / "releases").iterdir()] == [before.identifier]


def test_there_is_a_word_for_no_release_and_for_a_home_that_cannot_be_written(tmp_path: Path, small_data: Path) -> None:
    with pytest.raises(NoRelease, match="release build"):
        Releases(tmp_path / "empty").current()
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ReleaseError, match="cannot be kept"):
        make(tmp_path / "file" / "home", small_data)


def test_verify_finds_a_changed_graph_a_damaged_store_and_a_broken_manifest(small_home: Path) -> None:
    releases = Releases(small_home)
    release = releases.current()
    assert releases.verify(release.identifier).identifier == release.identifier
    manifest = release.path / "manifest.json"
    good = manifest.read_text(encoding="utf-8")
    described = json.loads(good)
    described["audiences"]["public"]["digest"] = "0" * 64
    manifest.write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(ReleaseDamaged, match="not the one that was published"):
        releases.verify(release.identifier)
    manifest.write_text(good[:100], encoding="utf-8")
    with pytest.raises(ReleaseDamaged, match="manifest cannot be read"):
        releases.current()
    manifest.write_text(good, encoding="utf-8")
    for path in (release.path / "public").glob("*.sst"):
        path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(ReleaseDamaged):
        releases.verify(release.identifier)


def test_building_again_mends_a_damaged_release(small_home: Path, small_data: Path) -> None:
    releases = Releases(small_home)
    release = releases.current()
    for path in (release.path / "public").glob("*.sst"):
        path.write_bytes(b"\0" * path.stat().st_size)
    assert make(small_home, small_data, again=True).identifier == release.identifier
    assert releases.verify(release.identifier).identifier == release.identifier


def test_a_damaged_release_does_not_stand_in_the_way_of_the_others(small_home: Path) -> None:
    releases = Releases(small_home)
    other = small_home / "releases" / "damaged"
    other.mkdir()
    (other / "manifest.json").write_text("{", encoding="utf-8")
    identifier = releases.current().identifier
    assert releases.use(identifier).identifier == identifier
    with pytest.raises(ReleaseDamaged, match="damaged"):
        releases.list()


def test_readers_of_several_processes_share_a_release(small_home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from stanagraph.graph.releases import Releases;"
        " store = Releases(Path(sys.argv[1])).current().open();"
        " print(len(store.select('SELECT ?s { ?s ?p ?o } LIMIT 5').rows)); sys.stdin.read()"
    )
    readers = [
        subprocess.Popen([sys.executable, "-c", script, str(small_home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == b"5\n"
    finally:
        for reader in readers:
            reader.communicate()
