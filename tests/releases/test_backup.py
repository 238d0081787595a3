"""Backups: what is saved comes back equal, and mends what is damaged; a bad archive and a kill change nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stanagraph.api.cli import app
from stanagraph.graph.backup import save
from stanagraph.graph.digest import digests_of
from stanagraph.graph.errors import BackupRefused, ReleaseDamaged, ReleaseError
from stanagraph.graph.releases import Releases
from stanagraph.graph.restore import restore
from stanagraph.graph.unpack import Limits
from stanagraph.graph.upkeep import verify

# A process that kills itself before its n-th rename; a second argument is the largest size of a file.
KILLED = """
import os, resource, signal, sys
from pathlib import Path
from stanagraph.graph.backup import save
from stanagraph.graph.releases import Releases
from stanagraph.graph.restore import restore

archive, home, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
renames, size = int(sys.argv[4]), int(sys.argv[5])
replace, left = os.replace, [renames]
def counted(source, target):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    replace(source, target)
os.replace = counted
def observe(step, done, total):
    if step == what.partition(":")[2]:
        os.kill(os.getpid(), signal.SIGKILL)
if size:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
if what.startswith("save"):
    save(Releases(home), archive, observe)
else:
    restore(archive, Releases(home), observe, force=True)
"""


def process(archive: Path, home: Path, what: str, renames: int = -1, size: int = 0) -> subprocess.CompletedProcess[str]:
    arguments = [str(archive), str(home), what, str(renames), str(size)]
    return subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True, text=True)


def content(home: Path) -> dict[str, bytes]:
    """What a workspace holds, but for the lock, what was proved once, and what killed programs left behind."""
    files = (path.relative_to(home) for path in home.rglob("*") if path.is_file())
    return {
        str(path): (home / path).read_bytes()
        for path in files
        if path.stem != "build" and path.parts[0] != "proofs" and not any(part[0] == "." for part in path.parts)
    }


def flip(home: Path, number: int) -> Path:
    """Turn round the bits of a few bytes in the n-th file of the store: the strings, or any of its indexes."""
    path = sorted((Releases(home).current().path / "public").glob("*.sst"))[number]
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(255 - byte for byte in data[middle : middle + 64])
    path.write_bytes(data)
    return path


@pytest.fixture
def workspace(small_home: Path) -> Path:
    """A home with settings, a source that its release was made from, and a second release that shares its files."""
    (small_home / "stanagraph.toml").write_text("[limits]\nsize = 1000\n", encoding="utf-8")
    path = small_home / "sources" / "list" / "abc"
    (path / "original").mkdir(parents=True)
    (path / "facts.nq").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (path / "source.json").write_text(json.dumps({"facts_sha256": empty, "name": "É & ‘x’.csv", "sha256": empty}))
    (path / "original" / "É & ‘x’.csv").write_bytes(b"")
    first = Releases(small_home).current()
    manifest = json.loads((first.path / "manifest.json").read_text(encoding="utf-8"))
    manifest["audiences"]["public"]["files"] = digests_of(first.path / "public")
    (first.path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    first = Releases(small_home).current()
    second = small_home / "releases" / "111111111111"
    shutil.copytree(first.path, second, copy_function=os.link)
    (second / "manifest.json").unlink()
    manifest = first.manifest | {"sources": [{"id": "list", "state": "abc"}], "built": "2999-01-01T00:00:00+00:00"}
    (second / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return small_home


@pytest.mark.long
@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.xz"])
def test_what_is_saved_comes_back(workspace: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"saved{suffix}"
    saved = save(Releases(workspace), archive)
    assert (len(saved.releases), saved.sources) == (2, 1)
    back = Releases(tmp_path / "back")
    restored = restore(archive, back)
    assert content(back.home) == content(workspace)
    assert (restored.releases, restored.files) == (tuple(sorted(saved.releases)), saved.files)
    assert verify(back, "111111111111").identifier == "111111111111"
    # Names of one file are names of one file again, and it is packed once.
    twice = [path for path in (back.home / "releases").rglob("*.sst") if path.stat().st_nlink == 2]
    assert len(twice) == len(list((back.home / "releases").rglob("*.sst")))
    assert not list(tmp_path.glob(".*"))


@pytest.mark.long
@pytest.mark.parametrize("number", [0, 1, 4, -1])
def test_verify_finds_a_flipped_byte_and_restore_mends_it(workspace: Path, tmp_path: Path, number: int) -> None:
    archive = tmp_path / "saved.tar"
    save(Releases(workspace), archive)
    good = content(workspace)
    releases = Releases(workspace)
    path = flip(workspace, number)
    with pytest.raises(ReleaseDamaged, match=f"public/{path.name} is not the file that was published"):
        verify(releases)
    # What is damaged is not saved over what is whole.
    before = archive.read_bytes()
    with pytest.raises(ReleaseDamaged):
        save(releases, archive)
    assert archive.read_bytes() == before
    with pytest.raises(BackupRefused, match="is in use"):
        restore(archive, releases)
    restore(archive, releases, force=True)
    assert content(workspace) == good
    assert verify(releases).identifier == releases.current().identifier


@pytest.mark.long
@pytest.mark.parametrize("step", ["restore:unpack", "restore:verify", "restore:place", *range(7)])
def test_a_restore_that_is_killed_leaves_the_release_before_it(
    workspace: Path, tmp_path: Path, step: str | int
) -> None:
    archive = tmp_path / "saved.tar"
    save(Releases(workspace), archive)
    # Since then: an own release is current, and those of the backup are gone.
    releases = Releases(workspace)
    own = workspace / "releases" / "222222222222"
    shutil.copytree(releases.current().path, own)
    releases.use(own.name)
    for path in (workspace / "releases").iterdir():
        if path != own:
            shutil.rmtree(path)
    shutil.rmtree(workspace / "sources")
    before = content(workspace)
    renames = step if isinstance(step, int) else -1
    ended = process(archive, workspace, "restore" if isinstance(step, int) else step, renames)
    if ended.returncode == 0:
        # All renames were done: one a source, one a release, the settings, the pointer.
        assert renames >= 5
        assert releases.current().identifier != own.name
    else:
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert releases.current().identifier == own.name
        assert before.items() <= content(workspace).items()
    restore(archive, releases, force=True)
    assert verify(releases).identifier != own.name
    assert not [path for path in workspace.rglob(".*") if path.name != ".lock"]


@pytest.mark.long
@pytest.mark.parametrize("step", ["save:verify", "save:pack", 0])
def test_a_backup_that_is_killed_leaves_the_one_before_it(workspace: Path, tmp_path: Path, step: str | int) -> None:
    archive = tmp_path / "saved.tar"
    archive.write_bytes(b"the one before")
    before = content(workspace)
    renames = step if isinstance(step, int) else -1
    assert process(archive, workspace, str(step) if renames else "save", renames).returncode == -signal.SIGKILL
    assert archive.read_bytes() == b"the one before"
    assert content(workspace) == before


@pytest.mark.long
def test_a_full_disk_is_told_and_loses_nothing(workspace: Path, tmp_path: Path) -> None:
    archive = tmp_path / "saved.tar"
    full = process(archive, workspace, "save", size=20_000)
    assert "ReleaseError: the backup cannot be written" in full.stderr
    assert not list(tmp_path.glob("*saved*"))
    save(Releases(workspace), archive)
    before = content(workspace)
    full = process(archive, workspace, "restore", size=20_000)
    assert "ReleaseError: the backup cannot be restored" in full.stderr
    assert content(workspace) == before
    assert not list(workspace.glob(".restoring-*"))


def test_a_place_that_cannot_be_written_is_told(workspace: Path, tmp_path: Path) -> None:
    archive = tmp_path / "saved.tar"
    with pytest.raises(ReleaseError, match="cannot be written"):
        save(Releases(workspace), tmp_path / "no" / "saved.tar")
    save(Releases(workspace), archive)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(ReleaseError, match="cannot be kept"):
        restore(archive, Releases(tmp_path / "file" / "home"))
    with pytest.raises(BackupRefused, match=r"ends in \.tar"):
        save(Releases(workspace), tmp_path / "saved.zip")


def member(name: str, data: bytes = b"", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


HOSTILE: dict[str, tuple[Callable[[], list[tuple[tarfile.TarInfo, bytes]]], str]] = {
    "upwards": (lambda: [member("releases/../../x", b"x")], "no place"),
    "absolute": (lambda: [member("/tmp/x", b"x")], "no place"),
    "elsewhere": (lambda: [member("releases/a/../../../x", b"x")], "no place"),
    "hidden": (lambda: [member(".bashrc", b"x")], "no place"),
    "backslash": (lambda: [member("releases/a/..\\x", b"x")], "no place"),
    "long": (lambda: [member(f"releases/a/{'x' * 300}", b"x")], "no place"),
    "link": (lambda: [member("releases/a/x", type=tarfile.SYMTYPE, linkname="/etc/passwd")], "no plain file"),
    "hard link": (lambda: [member("releases/a/x", type=tarfile.LNKTYPE, linkname="/etc/passwd")], "no plain file"),
    "device": (lambda: [member("releases/a/x", type=tarfile.CHRTYPE)], "no plain file"),
    "pipe": (lambda: [member("releases/a/x", type=tarfile.FIFOTYPE)], "no plain file"),
    "folder": (lambda: [member("releases/a", type=tarfile.DIRTYPE)], "no plain file"),
    "twice": (lambda: [member("current", b"x"), member("current", b"y")], "twice"),
    "no manifest": (lambda: [member("current", b"x")], "is missing"),
    "manifest that is none": (lambda: [member("manifest.json", b"[]")], "cannot be read"),
    "deep manifest": (lambda: [member("manifest.json", b"[" * 100_000)], "cannot be read"),
    "other format": (lambda: [member("manifest.json", b'{"format": 9, "members": {}}')], "has the format 9"),
    "not in it": (
        lambda: [member("current", b"x"), member("manifest.json", b'{"format": 1, "members": {}}')],
        "damaged",
    ),
    "more": (lambda: [member("manifest.json", b"{}"), member("current", b"x")], "after its manifest"),
    "no release": (lambda: [member("manifest.json", b'{"format": 1, "members": {}}')], "which of its releases"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_strangers_archive_is_refused_and_changes_nothing(tmp_path: Path, name: str) -> None:
    make, said = HOSTILE[name]
    archive, home = tmp_path / "a.tar", tmp_path / "home"
    with tarfile.open(archive, "w") as file:
        for info, data in make():
            file.addfile(info, io.BytesIO(data))
    with pytest.raises(BackupRefused, match=said):
        restore(archive, Releases(home))
    assert content(tmp_path) == {"a.tar": archive.read_bytes()}
    assert [path.name for path in home.iterdir()] == ["build.lock"]


@pytest.mark.long
def test_names_in_a_manifest_lead_nowhere_else(workspace: Path, tmp_path: Path) -> None:
    path = workspace / "releases" / "111111111111" / "manifest.json"
    good = json.loads(path.read_text(encoding="utf-8"))
    source = {"sources": [{"id": "../../elsewhere", "state": "abc"}]}
    audience = {"audiences": {f"../../{name}": told for name, told in good["audiences"].items()}}
    for number, wrong in enumerate((source, audience)):
        archive = tmp_path / f"{number}.tar"
        path.write_text(json.dumps(good), encoding="utf-8")
        save(Releases(workspace), archive)
        rewritten(archive, "releases/111111111111/manifest.json", json.dumps(good | wrong).encode())
        with pytest.raises(BackupRefused, match="has no place"):
            restore(archive, Releases(tmp_path / "other"))


def rewritten(archive: Path, name: str, data: bytes) -> None:
    """Put other content into a member, and its digest into the manifest, as a forger would."""
    import hashlib

    with tarfile.open(archive) as file:
        members = [(it, b"" if it.islnk() else (file.extractfile(it) or io.BytesIO()).read()) for it in file]
    with tarfile.open(archive, "w") as file:
        for info, old in members:
            new = data if info.name == name else old
            if info.name == "manifest.json":
                told = json.loads(old)
                told["members"][name]["sha256"] = hashlib.sha256(data).hexdigest()
                new = json.dumps(told).encode()
            info.size = len(new)
            file.addfile(info, io.BytesIO(new))


@pytest.mark.long
@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.xz"])
def test_an_archive_that_is_cut_or_no_archive_is_refused(workspace: Path, tmp_path: Path, suffix: str) -> None:
    archive, home = tmp_path / f"saved{suffix}", Releases(tmp_path / "other")
    save(Releases(workspace), archive)
    whole = archive.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    for data in (b"", b"no archive at all", whole[: len(whole) // 2], whole[:5000], bytes(flipped)):
        archive.write_bytes(data)
        with pytest.raises(BackupRefused):
            restore(archive, home)
        assert content(home.home) == {}
    with pytest.raises(BackupRefused, match="can be read"):
        restore(tmp_path / "missing.tar", home)


@pytest.mark.long
def test_an_archive_stays_within_its_limits(workspace: Path, tmp_path: Path) -> None:
    archive, home = tmp_path / "saved.tar.gz", Releases(tmp_path / "other")
    save(Releases(workspace), archive)
    for limits in (Limits(members=5), Limits(size=100_000), Limits(small=0, ratio=1)):
        with pytest.raises(BackupRefused, match="holds more than"):
            restore(archive, home, limits=limits)
    # A header that claims to be long would be read into memory at once.
    info, _ = member("x", type=tarfile.XHDTYPE)
    info.size = 1 << 40
    archive.write_bytes(info.tobuf(tarfile.USTAR_FORMAT if info.size < 8 << 30 else tarfile.GNU_FORMAT) + b"\0" * 1024)
    with pytest.raises(BackupRefused, match="header that is too long"):
        restore(archive, home)


def test_the_commands_say_what_they_did(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANAGRAPH_HOME", str(workspace))

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exit_code == code, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        return result.stderr if code else result.stdout

    archive = tmp_path / "saved.tar"
    assert f"Saved 2 releases and 1 state of a source in {archive}" in run("backup", str(archive), "--lang", "en")
    assert "est en usage" in run("restore", str(archive), "--lang", "fr", code=2)
    into = tmp_path / "back"
    told = run("restore", str(archive), "--into", str(into), "--lang", "en")
    assert f"{Releases(workspace).current().identifier} is current" in told
    assert content(into) == content(workspace)
