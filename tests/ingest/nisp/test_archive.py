"""An archive is a stranger's file: nothing of it is written, followed or held without limit."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stanagraph.graph.errors import SourceRefused
from stanagraph.ingest.sources import Limits
from stanagraph.ingest.sources.nisp import NispReader
from stanagraph.ingest.sources.nisp.archive import PIECE, members

Read = Callable[..., Any]


def named(name: str, kind: bytes = tarfile.SYMTYPE, target: str = "/etc/passwd") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize("name", ["nisp.tar", "nisp.tar.gz"])
def test_packed_or_not_the_archive_says_the_same(name: str, tmp_path: Path, small: SimpleNamespace, read: Read) -> None:
    path = small.pack(tmp_path / name, small.pages)
    assert NispReader().recognises(path, path.read_bytes()[:65536])
    assert len(read(path).entries) == 12


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_listed_and_not_followed(kind: bytes, small: SimpleNamespace, read: Read) -> None:
    found = read(small.pages, named("standard/forum-link.md", kind))
    assert found.codes == {"no-file": 1}
    assert len(found.entries) == 12


@pytest.mark.parametrize(
    "name",
    ["../standard/x.md", "/standard/x.md", "a/../../standard/x.md", "c:/standard/x.md", "standard\\x.md", "a\x07.md"],
)
def test_names_that_lead_out_are_listed_and_not_read(name: str, small: SimpleNamespace, read: Read) -> None:
    found = read({**small.pages, name: small.pages["standard/forum-one.md"]})
    assert set(found.codes) == {"unsafe-name"}
    assert len(found.entries) == 12
    assert "\x07" not in str(found.remarks)


def test_nothing_is_written_beside_the_archive(tmp_path: Path, small: SimpleNamespace, read: Read) -> None:
    read(small.pages)
    assert [path.name for path in tmp_path.iterdir()] == ["nisp.tar.gz"]


def test_of_two_members_of_one_name_the_first_is_read(small: SimpleNamespace, read: Read) -> None:
    again = tarfile.TarInfo("standard/forum-one.md")
    assert read(small.pages, again).codes == {"repeated-member": 1}


def test_a_page_that_is_too_long_is_listed(small: SimpleNamespace, read: Read) -> None:
    found = read({**small.pages, "standard/forum-long.md": "x" * (PIECE + 1)})
    assert found.codes == {"too-long": 1}
    assert len(found.entries) == 12


def test_the_name_of_a_member_may_be_long(small: SimpleNamespace, read: Read) -> None:
    deep = "a" * 150 + "/" + "b" * 150
    found = read({f"{deep}/{name}": page for name, page in small.pages.items()})
    assert len(found.entries) == 12


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(unpacked=20_000), "more than 20000 bytes when unpacked"),
        (Limits(members=10), "more than 10 members"),
        (Limits(size=100), "more than 100 bytes"),
    ],
)
def test_an_archive_does_not_outgrow_its_limits(limits: Limits, words: str, small: SimpleNamespace, read: Read) -> None:
    with pytest.raises(SourceRefused, match=words):
        read(small.pages, limits=limits)


def test_a_bomb_is_stopped_before_it_unfolds(tmp_path: Path, read: Read) -> None:
    member = tarfile.TarInfo("standard/x.md")
    member.size = 300 * 1024**2
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        out.write(member.tobuf())
        for _ in range(300):
            out.write(bytes(1024**2))
    assert path.stat().st_size < 1024**2
    with pytest.raises(SourceRefused, match="when unpacked"):
        read(path, limits=Limits(unpacked=50 * 1024**2))


def test_a_header_that_fills_the_memory_is_refused(tmp_path: Path, read: Read) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 512 * 1024**2
    path = tmp_path / "header.tar"
    path.write_bytes(header.tobuf() + bytes(4096))
    with pytest.raises(SourceRefused, match="longer than 1048576 bytes"):
        read(path)


def test_what_breaks_off_is_refused(tmp_path: Path, small: SimpleNamespace, read: Read) -> None:
    whole = small.pack(tmp_path / "whole.tar", small.pages).read_bytes()
    for length in (700, 5_000, len(whole) // 2, whole.rstrip(b"\0").__len__() // 512 * 512):
        path = tmp_path / "part.tar"
        path.write_bytes(whole[:length])
        with pytest.raises(SourceRefused):
            read(path)
    packed = gzip.compress(whole)
    for content in (packed[:-20], packed[:-1], gzip.compress(whole + whole)):
        (tmp_path / "part.tar.gz").write_bytes(content)
        with pytest.raises(SourceRefused):
            read(tmp_path / "part.tar.gz")


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path, small: SimpleNamespace, read: Read) -> None:
    path = small.pack(tmp_path / "nisp.tar", small.pages)
    whole = bytearray(path.read_bytes())
    place = whole.index(b"profile/part.md")
    whole[place : place + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(whole)
    with pytest.raises(SourceRefused, match="damaged at byte"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b", b"PK\x03\x04" + bytes(600), bytes(2048)])
def test_what_is_no_archive_is_refused_and_not_recognised(content: bytes, tmp_path: Path, read: Read) -> None:
    path = tmp_path / "nisp.tar.gz"
    path.write_bytes(content)
    assert not NispReader().recognises(path, content)
    with pytest.raises(SourceRefused, match="nisp"):
        read(path)


def test_an_archive_of_other_things_is_refused_and_not_recognised(
    tmp_path: Path, small: SimpleNamespace, read: Read
) -> None:
    path = small.pack(tmp_path / "other.tar.gz", {"src/main.c": "int main;", "standard/README.md": ""})
    assert not NispReader().recognises(path, path.read_bytes())
    with pytest.raises(SourceRefused, match="no page of the NISP"):
        read(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_archive_is_read_or_refused(data: st.DataObject, tmp_path: Path, small: SimpleNamespace) -> None:
    whole = bytearray(small.pack(tmp_path / "whole.tar", small.pages).read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.tar"
    path.write_bytes(whole)
    try:
        assert sum(1 for _ in members(path, Limits(unpacked=10 * 1024**2, members=1000))) < 1000
    except SourceRefused as refused:
        assert refused.name == "damaged.tar"


def test_a_sparse_header_that_breaks_off_does_not_read_for_ever(tmp_path: Path, read: Read) -> None:
    pax = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "standard/x.md",
        "GNU.sparse.realsize": "9",
    }
    member = tarfile.TarInfo("standard/x.md")
    member.pax_headers, member.size = pax, 512
    stream = io.BytesIO(member.tobuf(tarfile.PAX_FORMAT) + b"99999999\n" + bytes(503))
    path = tmp_path / "sparse.tar"
    path.write_bytes(stream.getvalue())
    with pytest.raises(SourceRefused):
        read(path)


@pytest.mark.parametrize("line", ["  - refid: x{}\n    title: t{}\n", "  - refid: x\n    title: t{}\n"])
def test_a_page_of_many_references_is_read_in_time(line: str, small: SimpleNamespace, read: Read) -> None:
    page = small.pages["profile/part.md"].replace(
        "subprofiles:\n", "subprofiles:\n" + "".join(line.format(n, n) for n in range(20_000))
    )
    began = time.process_time()
    found = read({**small.pages, "profile/part.md": page})
    assert time.process_time() - began < 30
    assert len(found.entries) == 12
