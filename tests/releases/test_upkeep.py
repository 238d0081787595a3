"""Cleaning up: what is current, kept or read stays; what no release needs goes; what is damaged is named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from stanagraph.api.cli import app
from stanagraph.graph.errors import ReleaseDamaged
from stanagraph.graph.releases import Release, Releases
from stanagraph.graph.upkeep import clean, verify


def later(home: Path, number: int, **more: object) -> Release:
    """A later release of equal content, as far as the disk goes the same files."""
    releases = Releases(home)
    first = releases.list()[0]
    path = home / "releases" / f"{number:012d}"
    shutil.copytree(first.path, path, copy_function=os.link)
    (path / "manifest.json").unlink()
    manifest = first.manifest | {"built": f"2999-01-{number:02d}T00:00:00+00:00"} | more
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return releases.use(path.name)


def state(home: Path, source: str, name: str, facts: bytes = b"facts") -> Path:
    path = home / "sources" / source / name
    (path / "original").mkdir(parents=True)
    (path / "facts.nq").write_bytes(facts)
    (path / "original" / "list.csv").write_bytes(b"original")
    digests = {"sha256": hashlib.sha256(b"original").hexdigest(), "facts_sha256": hashlib.sha256(facts).hexdigest()}
    (path / "source.json").write_text(json.dumps({"name": "list.csv"} | digests), encoding="utf-8")
    return path


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "releases").iterdir())


def test_old_releases_and_what_only_they_need_go(small_home: Path) -> None:
    first = Releases(small_home).current().identifier
    old, shared, new = (state(small_home, "list", name) for name in ("old", "shared", "new"))
    lone = state(small_home, "lone", "only")
    later(small_home, 1, sources=[{"id": "list", "state": "old"}, {"id": "list", "state": "shared"}])
    later(small_home, 2, sources=[{"id": "list", "state": "shared"}])
    later(small_home, 3, sources=[{"id": "list", "state": "new"}])
    told = clean(Releases(small_home), 2, pretend=True)
    assert len(names(small_home)) == 4
    assert clean(Releases(small_home), 2) == told
    assert set(told.releases) == {f"releases/{first}", "releases/000000000001"}
    assert told.sources == ("sources/list/old", "sources/lone/only")
    assert names(small_home) == ["000000000002", "000000000003"]
    assert (old.exists(), lone.parent.exists(), shared.exists(), new.exists()) == (False, False, True, True)
    assert not clean(Releases(small_home), 2)
    assert verify(Releases(small_home)).identifier == "000000000003"


def test_the_current_release_stays_however_old(small_home: Path) -> None:
    first = Releases(small_home).current().identifier
    for number in (1, 2, 3, 4, 5):
        later(small_home, number)
    Releases(small_home).use(first)
    assert set(clean(Releases(small_home)).releases) == {"releases/000000000001", "releases/000000000002"}
    assert Releases(small_home).current().identifier == first


def test_bytes_that_another_release_shares_are_not_freed(small_home: Path) -> None:
    later(small_home, 1)
    size = sum(path.stat().st_size for path in Releases(small_home).list()[0].path.rglob("*") if path.is_file())
    told = clean(Releases(small_home), 1)
    assert len(told.releases) == 1
    assert told.freed < 100_000 < size


def test_a_reader_of_a_release_that_goes_reads_on(small_home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from stanagraph.graph.releases import Releases;"
        " store = Releases(Path(sys.argv[1])).current().open(); print('open', flush=True); sys.stdin.readline();"
        " print(len(store.select('SELECT ?s { ?s ?p ?o } LIMIT 5000').rows))"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(small_home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    path = Releases(small_home).current().path
    later(small_home, 1)
    clean(Releases(small_home), 1)
    assert not path.exists()
    assert reader.communicate("\n", timeout=60)[0] == "5000\n"


def test_what_was_left_lying_goes_and_what_is_on_its_way_stays(small_home: Path) -> None:
    dead, hidden = small_home / "releases" / ".building-x", small_home / "sources" / ".removed-x"
    abandoned, arriving = small_home / "sources" / ".incoming-a", small_home / "sources" / ".incoming-b"
    for path in (dead, hidden, abandoned, arriving):
        path.mkdir(parents=True)
    os.utime(abandoned, (time.time() - 7200,) * 2)
    assert set(clean(Releases(small_home)).leftovers) == {
        "releases/.building-x",
        "sources/.incoming-a",
        "sources/.removed-x",
    }
    assert arriving.exists()


def test_kept_answers_go_with_their_release(small_home: Path) -> None:
    first = Releases(small_home).current().identifier
    later(small_home, 1)
    old, new = (small_home / "answers" / name / "public" for name in (first, "000000000001"))
    for path in (old, new):
        path.mkdir(parents=True)
        (path / "answer").touch()
    assert not clean(Releases(small_home), 2).leftovers
    assert clean(Releases(small_home), 1).leftovers == (f"answers/{first}",)
    assert (old.exists(), new.exists()) == (False, True)


def test_nothing_goes_while_somebody_builds_or_a_manifest_cannot_be_read(small_home: Path) -> None:
    later(small_home, 1)
    script = (
        "import sys; from pathlib import Path; from stanagraph.graph.releases import Releases;"
        " from stanagraph.graph.upkeep import clean; print('asked', flush=True); clean(Releases(Path(sys.argv[1])), 1)"
    )
    with FileLock(small_home / "build.lock"):
        waiting = subprocess.Popen([sys.executable, "-c", script, str(small_home)], stdout=subprocess.PIPE, text=True)
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "asked\n"
        time.sleep(0.5)
        assert waiting.poll() is None
        assert len(names(small_home)) == 2
    waiting.communicate(timeout=60)
    assert len(names(small_home)) == 1
    later(small_home, 2)
    manifest = small_home / "releases" / "000000000001" / "manifest.json"
    manifest.write_text("{", encoding="utf-8")
    with pytest.raises(ReleaseDamaged, match="manifest cannot be read"):
        clean(Releases(small_home), 1)
    assert len(names(small_home)) == 2


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("facts.nq", "facts.nq is not what was read"),
        ("original/list.csv", "list.csv is not the file"),
        ("source.json", "cannot be read"),
    ],
)
def test_a_damaged_source_is_named(small_home: Path, file: str, said: str) -> None:
    path = state(small_home, "list", "abc")
    later(small_home, 1, sources=[{"id": "list", "state": "abc"}])
    assert verify(Releases(small_home)).identifier == "000000000001"
    (path / file).write_bytes(b"{other")
    with pytest.raises(ReleaseDamaged, match=said):
        verify(Releases(small_home))
    if file == "original/list.csv":
        # A workspace may do without what it has read already.
        return
    (path / file).unlink()
    with pytest.raises(ReleaseDamaged, match=f"sources/list/abc/{file}"):
        verify(Releases(small_home))


def test_all_releases_are_verified_and_each_damaged_one_is_named(
    small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANAGRAPH_HOME", str(small_home))
    first = Releases(small_home).current().identifier
    later(small_home, 1)
    (small_home / "releases" / "000000000001" / "manifest.json").write_text("{", encoding="utf-8")
    Releases(small_home).use(first)
    result = CliRunner().invoke(app, ["release", "verify", "--all", "--lang", "en"])
    assert result.exit_code == 1
    assert f"Release {first} is whole" in result.stdout
    assert "release 000000000001 is damaged" in result.stderr


def test_the_command_says_what_it_removed(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANAGRAPH_HOME", str(small_home))
    first = Releases(small_home).current().identifier
    later(small_home, 1)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["release", "gc", *arguments])
        assert result.exit_code == 0, result.stderr
        return result.stdout

    assert run("--keep", "1", "--dry-run", "--lang", "en").startswith(f"releases/{first}\nThis would free ")
    assert "de nouveau libres" in run("--keep", "1", "--lang", "fr")
    assert run("--lang", "en") == "There is nothing to remove\n"
