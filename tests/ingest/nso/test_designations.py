"""One document has one key, however a list writes its designation."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.names import key_of, thing
from stanagraph.graph.resources import folder
from stanagraph.ingest.designations import document_key, edition_key, edition_name


@pytest.mark.parametrize(
    ("key", "designations"),
    [
        ("STANAG-4425", ["STANAG 4425", "STANAG 04425", "stanag-4425", "STANAG\n4425", "STANAG‑4425"]),
        ("STANREC-4655", ["STANREC 4655"]),
        ("AOP-29-PART-1", ["AOP-29 Part 1", "AOP 29_PART1", "AOP-29 PT 1", "AOP-29, Pt. 1", "aop-29 part 01"]),
        ("AOP-6-VOL-I", ["AOP-06 VOL I", "AOP-06 I", "AOP 06_VOLI", "AOP-6 Volume I", "AOP-6 Vol. I"]),
        ("AMETOCP-4-VOL-II", ["AMETOCP-4 VOL II", "AMETOCP-4 II", "AMETOCP 4_VOLII"]),
        ("AEP-62-VOL-I-PART-2", ["AEP-62 I PART 2", "AEP 62_VOLI_PART2"]),
        ("AACP-2-PART-5", ["AACP-02 5", "AACP 02_PART5"]),
        ("AMP-11-VOL-4-LEVEL-1-PART-3", ["AMP-11 VOL 04 LEVEL 1 PT 3", "AMP-11 VOL 04 LEVEL 1  PT 3"]),
        ("AMP-11-VOL-12-PART-A", ["AMP-11 VOL 12 PART A", "AMP 11_VOL12_PARTA"]),
        ("AEP-4-ANNEX-A-VOL-I", ["AEP-04 ANNEX A Vol I"]),
        ("AMP-14.1-AMP-15.1", ["AMP-14.1/AMP-15.1", "AMP 14.1/AMP-15.1"]),
        ("SRD-1-TO-AJMedP-3", ["SRD-1 to AJMedP-3", "SRD 1_to_AJMedP-3"]),
        ("AJMedP-4-1", ["AJMedP-4-1", "AJMEDP 4-1"]),
        ("AUIDP-1-SRD-2", ["AUIDP-1 SRD-2", "AUIDP 1_SRD-2"]),
        ("STANAG-4728-SRD.1", ["STANAG-4728-SRD.1"]),
        ("MPP-2.3.10", ["MPP-02.3.10", "MPP 02.3.10"]),
        ("ATDLP-5.01", ["ATDLP-5.01"]),
        ("ADatP-4774", ["ADatP-4774", "ADATP 4774"]),
        ("AMedP-1.21", ["AMEDP 1.21"]),
        ("AArtyP-1", ["AArtyP-01"]),
        ("AAS3P-22", ["AAS3P-22"]),
        ("AAP-03", ["AAP-03", "AAP-3", "AAP 03"]),
        ("AAP-03.1", ["AAP-03.1", "AAP 3.1"]),
        ("AAP-20", ["AAP-20"]),
        ("ASCA-012", ["ASCA 012"]),
        ("JBMOU-155", ["JBMOU-155"]),
        ("etc-PASSWD", ["../../etc/passwd"]),
    ],
)
def test_one_key_for_all_ways_of_writing(key: str, designations: list[str]) -> None:
    assert {designation: document_key(designation) for designation in designations} == dict.fromkeys(designations, key)


@pytest.mark.parametrize("text", ["", "  ", "...", "-_-", "🙂", "///"])
def test_no_document(text: str) -> None:
    with pytest.raises(ValueError, match="names no document"):
        document_key(text)


@pytest.mark.parametrize("table", ["agreements", "publications"])
def test_the_key_of_an_id_is_that_id(table: str) -> None:
    with (folder("data") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    assert len(ids) > 150
    assert [document_key(it) for it in ids] == ids


@given(st.text())
def test_the_key_of_a_key_is_that_key_and_survives_an_iri(text: str) -> None:
    try:
        key = document_key(text)
    except ValueError:
        return
    assert document_key(key) == key
    assert key_of(thing("publication", key).value) == key
    assert "/" not in key
    assert ".." not in key.split("-")


SERIES = st.sampled_from(["AOP", "AEP", "AMedP", "ADatP", "MPP", "STANREC"])
NUMBERS = st.integers(1, 9999)


@given(SERIES, NUMBERS, st.integers(0, 3), st.sampled_from([" ", "-", "_", " - ", "\n", "\xa0", "–"]))
def test_zeros_case_and_separators_do_not_matter(series: str, number: int, zeros: int, separator: str) -> None:
    expected = f"{series}-{number}"
    assert document_key(f"{series}{separator}{'0' * zeros}{number}") == expected
    assert document_key(f"{series.lower()}{separator}{number}") == expected


@given(NUMBERS, st.sampled_from(["I", "II", "IV", "VII"]), st.integers(1, 12))
def test_volumes_and_parts_in_every_writing(number: int, volume: str, part: int) -> None:
    expected = f"AEP-{number}-VOL-{volume}-PART-{part}"
    for text in (
        f"AEP-{number} {volume} PART {part}",
        f"AEP {number}_VOL{volume}_PART{part}",
        f"AEP-{number} Vol. {volume}, Pt {part}",
    ):
        assert document_key(text) == expected


@pytest.mark.parametrize(
    ("listed", "name"),
    [
        (("A", "1"), "A v1"),
        (("3", "1"), "3 v1"),
        (("(V)", None), "V"),
        (("(E)", "1"), "E v1"),
        (("3 (2005)", "1"), "3 (2005) v1"),
        (("2019", "1"), "2019 v1"),
        ((None, "4"), "v4"),
        (("", ""), None),
        ((None, None), None),
    ],
)
def test_how_an_edition_is_written(listed: tuple[str | None, str | None], name: str | None) -> None:
    assert edition_name(*listed) == name


def test_the_key_of_an_edition() -> None:
    assert edition_key("AOP-29-PART-1", "3 v1") == "AOP-29-PART-1/3-v1"
    assert edition_key("AOP-61", None) == edition_key("AOP-61", "") == "AOP-61/unstated"
