"""The list as JSON lines: what each of the two shapes states, and what is wrong with a line."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stanagraph.graph.errors import SourceRefused
from stanagraph.ingest.sources.nso import NsoListReader
from stanagraph.ingest.sources.nso.lines import LONGEST_LINE

Write = Callable[..., Path]


def test_recognised_by_content_and_described_by_the_first_record(lines: Write, nso: SimpleNamespace) -> None:
    path = lines([b"{broken", *nso.OLD], name="anything.txt")
    assert NsoListReader().recognises(path, path.read_bytes())
    for other in (b'{"a": 1}\n', b'{"version_hash_raw_data": {}, "crawler_used": "another"}\n', b"[1]\n", b"\x00\xff"):
        assert not NsoListReader().recognises(path, other)
    told = NsoListReader().describe(path)
    assert (told.captured, told.url) == ("2021-06-02", "https://nso.example.org/nsdd/list.html")


def test_the_old_shape_names_editions_of_covers_alone_and_no_promulgation(lines: Write, nso: SimpleNamespace) -> None:
    found = nso.read(lines(nso.OLD))
    cover = found.facts("agreement-edition/STANAG-102/3")
    assert (cover["statusAsOf"], cover["title"]) == ({"2021-06-02"}, {"SHELLS - AOP-07 EDITION C@en"})
    assert not any(
        "promulgatedOn" in {said.predicate.value.rpartition("/")[2] for said in e.facts} for e in found.entries
    )
    assert "2001-02-03 (stamp of the file" in found.lines[1].note
    assert found.facts("publication/AOP-7-PART-1") == {
        "type": {"AlliedPublication"},
        "identifier": {"AOP-7-PART-1"},
        "label": {"SHELLS, PART 1@en"},
        "title": {"SHELLS, PART 1@en"},
    }
    assert found.facts("publication/AOP-7-VOL-II")
    assert found.facts("publication/STANAG-102-SRD.1")["type"] == {"Publication"}
    assert found.work.account.counts["documents without an edition"] == 3
    assert found.facts("source/list") == {"listScope": {"all current standards"}}


def test_the_new_shape_names_all_in_doc_name_and_gives_dates_of_promulgation(
    lines: Write, nso: SimpleNamespace
) -> None:
    found = nso.read(lines(nso.NEW))
    cover = found.facts("agreement-edition/STANAG-102/3")
    assert (cover["promulgatedOn"], cover["language"]) == ({"2021-03-04"}, {"en"})
    assert found.facts("agreement-edition/STANAG-101/9")["promulgatedOn"] == {"1999-01-02"}
    part = found.facts("publication-edition/AOP-7-PART-1/C-v1")
    assert part["editionNumber"] == {"C v1"}
    assert "promulgatedOn" not in part
    assert found.facts("publication-edition/SRD-1-TO-AOP-7/A-v1")
    assert found.facts("publication-edition/ALingP-1/unstated")
    assert found.facts("source/list") == {"listScope": {"downloadable documents only"}}
    assert not found.work.account.remarks


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"doc_name": "STANAG 1"', "broken-line"),
        (b"[1, 2]", "broken-line"),
        (b'{"doc_name": "\xff"}', "broken-line"),
        (b'{"doc_name": "\x00"}', "broken-line"),
        (b"[" * 100_000, "broken-line"),
        (b'{"number": ' + b"9" * 10_000 + b"}", "broken-line"),
        (b"", "empty-line"),
        (b'{"x": "' + b"y" * (2 * LONGEST_LINE) + b'"}', "long-line"),
        ({"doc_name": "STANAG 1"}, "shape"),
        ({"version_hash_raw_data": {"other": 1}}, "shape"),
    ],
)
def test_a_broken_line_is_listed_by_its_number(lines: Write, nso: SimpleNamespace, line: Any, code: str) -> None:
    found = nso.read(lines([nso.OLD[0], line, nso.OLD[1]]))
    assert [entry.place.row for entry in found.lines] == [1, 3]
    assert (found.remark(code).outcome, found.remark(code).place.row) == ("not-loaded", 2)
    assert found.work.account.counts["entries"] == 3


def test_records_that_name_no_document_are_listed(lines: Write, nso: SimpleNamespace) -> None:
    records = [
        (nso.old("STANAG 1", "1", "Note"), "type"),
        (nso.old("AOP 1", "1", "Cov"), "designation"),
        (nso.old("", "", "Std"), "designation"),
        (nso.old("AOP 1", "B", "Std"), "edition"),
        (nso.new("Std AOP-07"), "designation"),
        (nso.new("Cov STD AOP-07"), "designation"),
        (nso.new("Std STD " + "A" * 400), "designation"),
        (nso.old(["AOP"], "", "Std"), "designation"),
    ]
    for one, code in records:
        found = nso.read(lines([nso.OLD[0], one]))
        assert found.outcomes == {("not-loaded", code): 1}, one


def test_what_is_odd_is_loaded_with_a_remark(lines: Write, nso: SimpleNamespace) -> None:
    records = [
        (nso.new("Std STD AOP-07 Ed: C Ver. 1", "C", "2"), "other-edition"),
        (nso.new("Cov STANAG 9 Ed: 1", "1", day="4 May"), "date"),
        (nso.new("Std STD AOP-07 Ed: C", "C", doc_title=""), "no-title"),
    ]
    for one, code in records:
        found = nso.read(lines([one]))
        assert found.outcomes == {("remark", code): 1}
        assert len(found.lines) == 1


def test_a_record_twice_is_merged(lines: Write, nso: SimpleNamespace) -> None:
    found = nso.read(lines([nso.OLD[0], nso.OLD[1], nso.OLD[0]]))
    assert len(found.lines) == 2
    assert found.remark("repeated").text == "STANAG-101/9 is listed in row 1 already, with the same facts"


def test_keys_do_not_depend_on_the_order(lines: Write, nso: SimpleNamespace) -> None:
    there = {entry.key: entry.facts for entry in nso.read(lines(nso.NEW)).entries}
    back = {entry.key: entry.facts for entry in nso.read(lines(nso.NEW[::-1])).entries}
    assert there == back


def test_a_file_without_a_record_is_refused(tmp_path: Path, nso: SimpleNamespace) -> None:
    path = tmp_path / "list.jsonl"
    path.write_bytes(json.dumps(nso.old("", "", "Std")).encode())
    with pytest.raises(SourceRefused, match="it lists no standard that can be read"):
        nso.read(path)


def test_half_a_character_of_two_is_left_out(lines: Write, nso: SimpleNamespace) -> None:
    path = lines([json.dumps(nso.old("AOP 1", "", "Std", doc_title="A \ud800\x85B")).encode()])
    assert nso.read(path).facts("publication/AOP-1")["title"] == {"A B@en"}


def test_lines_are_read_one_by_one(tmp_path: Path, nso: SimpleNamespace) -> None:
    path = tmp_path / "long.jsonl"
    line = json.dumps(nso.record(doc_name="x", version_hash_raw_data={}, doc_title="y" * 20_000)).encode() + b"\n"
    path.write_bytes(json.dumps(nso.OLD[0]).encode() + b"\n" + line * 1000)
    tracemalloc.start()
    found = nso.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.outcomes == {("not-loaded", "shape"): 1000}
    assert peak < path.stat().st_size / 4
