"""The page of the list: covers with what stands under them, and what is wrong with a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from stanagraph.graph.errors import SourceRefused
from stanagraph.ingest.sources import Limits
from stanagraph.ingest.sources.nso import NsoListReader

Write = Callable[..., Path]


def test_recognised_by_content_and_described_by_itself(page: Write, tmp_path: Path) -> None:
    path = page(name="anything.txt")
    assert NsoListReader().recognises(path, path.read_bytes())
    assert not NsoListReader().recognises(path, b"<html><title>List of something</title>")
    told = NsoListReader().describe(path)
    assert (told.captured, told.source_kind, told.url) == (
        "2020-12-08",
        "official",
        "https://nso.example.org/list.html",
    )


def test_the_day_is_that_of_the_foot_else_of_the_caller_else_of_the_name(page: Write, nso: SimpleNamespace) -> None:
    undated = page(name="list-2020-12.html", foot="")
    assert NsoListReader().describe(undated).captured == "2020-12"
    assert nso.read(page(), captured="2019").lines[0].as_of == "2020-12-08"
    assert nso.read(undated, captured="2019").lines[0].as_of == "2019"
    assert nso.read(undated).lines[0].as_of == "2020-12"
    never = nso.read(page(name="list.html", foot="Created on: 31 Feb 2020"))
    assert never.lines[0].as_of is None
    assert "statusAsOf" not in never.facts("agreement-edition/STANAG-101/9")
    assert never.outcomes["remark", "no-day"] == 1


def test_a_cover_that_holds_its_standard(page: Write, nso: SimpleNamespace) -> None:
    found = nso.read(page())
    assert found.facts("agreement/STANAG-101") == {
        "type": {"Stanag"},
        "identifier": {"STANAG-101"},
        "label": {"PLUGS@en", "PRISES ÉLECTRIQUES@fr"},
    }
    assert found.facts("agreement-edition/STANAG-101/9") == {
        "type": {"AgreementEdition"},
        "identifier": {"STANAG-101/9"},
        "label": {"STANAG-101 9"},
        "editionOf": {"STANAG-101"},
        "editionNumber": {"9"},
        "documentStatus": {"current"},
        "statusAsOf": {"2020-12-08"},
        "title": {"PLUGS@en", "PRISES ÉLECTRIQUES@fr"},
        "language": {"en", "fr"},
        "landingPage": {"https://nso.example.org/nsdd/cover?idCover=11&LA=EN"},
    }
    assert "the standard is included in the cover document" in found.lines[0].note
    assert "2001-02-03 (stamp of the file, no date of promulgation)" in found.lines[0].note


def test_standards_and_related_documents_stand_under_their_cover(page: Write, nso: SimpleNamespace) -> None:
    found = nso.read(page())
    assert found.facts("agreement/STANAG-102")["label"] == {"SHELLS@en"}
    assert found.facts("agreement-edition/STANAG-102/2")["title"] == {"SHELLS - AOP-07 EDITION B@en"}
    part = found.facts("publication-edition/AOP-7-PART-1/B-v3")
    assert (part["coveredByEdition"], part["editionNumber"]) == ({"STANAG-102/2"}, {"B v3"})
    assert found.facts("publication/AOP-7-PART-1")["coveredBy"] == {"STANAG-102"}
    assert found.facts("publication-edition/AOP-7-VOL-II/V")["editionNumber"] == {"V"}
    guide = found.facts("publication-edition/AOP-7.1/A-v1")
    assert guide["relation"] == {"STANAG-102/2"}
    assert "coveredByEdition" not in guide
    assert found.facts("publication/AOP-7.1")["type"] == {"Publication"}
    lone = found.facts("publication-edition/AArtyP-3/unstated")
    assert not {"coveredByEdition", "relation", "editionNumber"} & set(lone)
    assert "coveredBy" not in found.facts("publication/AArtyP-3")


def test_every_row_is_loaded_or_merged_with_one_that_is_named(page: Write, nso: SimpleNamespace) -> None:
    found = nso.read(page())
    counts = found.work.account.counts
    assert counts["rows"] == len(nso.rows) == len(found.lines) + len(found.work.account.remarks)
    assert found.outcomes == {("merged", "no-cover"): 1, ("merged", "repeated"): 2}
    assert counts["entries"] == 5
    assert "AArtyP-3/unstated, which row 7" in found.remark("no-cover").text
    repeated = [remark for remark in found.work.account.remarks if remark.code == "repeated"]
    assert [(remark.place.row, "row 2" in remark.text or "row 5" in remark.text) for remark in repeated] == [
        (8, True),
        (9, True),
    ]
    assert all(set(entry.about) == {said.subject for said in entry.facts} for entry in found.entries)
    assert len({entry.key for entry in found.entries}) == len(found.entries)


def test_the_list_says_what_it_holds(page: Write, nso: SimpleNamespace) -> None:
    assert nso.read(page()).facts("source/list") == {"listScope": {"all current standards"}}


def test_several_documents_of_one_edition_and_two_editions_of_one_document(page: Write, nso: SimpleNamespace) -> None:
    rows = (
        nso.row("1", "Cov", "STANAG<br>5<br> Ed: 3", "d?idCover=1", "EN", "RADIO, PART I"),
        nso.row("2", "Cov", "STANAG<br>5<br> Ed: 3", "d?idCover=2", "EN", "RADIO, PART II"),
        nso.row("3", "Cov", "STANAG<br>5<br> Ed: 4", "d?idCover=3", "EN", "RADIO"),
    )
    found = nso.read(page(rows, counts="3 3 0 0"))
    assert found.outcomes == {("remark", "several-documents"): 1, ("remark", "two-editions"): 1}
    assert found.facts("agreement-edition/STANAG-5/3")["title"] == {"RADIO, PART I@en", "RADIO, PART II@en"}
    assert found.facts("agreement/STANAG-5")["label"] == {"RADIO, PART I@en"}


def test_the_same_document_with_other_facts_is_loaded_too(page: Write, nso: SimpleNamespace) -> None:
    cover = nso.row("1", "Cov", "STANAG<br>5<br> Ed: 3", "d?idCover=1", "EN", "RADIO")
    found = nso.read(page((cover, cover.replace("EN\n", "EN FR\n")), counts="2 2 0 0"))
    assert len(found.lines) == 2
    assert found.remark("listed-twice").place.row == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('<tr class="newItemRow"><td>1</td></tr>', "shape"),
        (("1", "Note", "STANAG<br>6<br> Ed: 1", "d?idCover=1", "EN", "X"), "type"),
        (("1", "Cov", "STANAG<br> Ed: 1", "d?idCover=1", "EN", "X"), "cover"),
        (("1", "Cov", "AOP-7", "d?idCover=1", "EN", "X"), "cover"),
        (("", "Std", "???", "d?APNo=1", "EN", "X"), "designation"),
        (("", "Std", "A" * 301, "d?APNo=1", "EN", "X"), "designation"),
        (("1", "No Cov", "", "", "", ""), "nothing-below"),
    ],
)
def test_what_cannot_be_interpreted_is_listed_and_the_rest_loaded(
    page: Write, nso: SimpleNamespace, row: str | tuple[str, ...], code: str
) -> None:
    broken = row if isinstance(row, str) else nso.row(*row)
    found = nso.read(page((nso.rows[0], broken, nso.rows[9]), counts="9 9 9 9"))
    assert [entry.place.row for entry in found.lines] == [1, 3]
    assert (found.remark(code).outcome, found.remark(code).place.row) == ("not-loaded", 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"languages": "EN DE"}, "language"),
        ({"titles": "ONE<br>TWO<br>THREE"}, "titles"),
        ({"titles": ""}, "no-title"),
        ({"titles": "BAD \x81 BYTE"}, "character"),
        ({"titles": "X" * 2001}, "long-title"),
    ],
)
def test_what_is_odd_is_loaded_with_a_remark(
    page: Write, nso: SimpleNamespace, change: dict[str, str], code: str
) -> None:
    given = {
        "item": "1",
        "kind": "Cov",
        "name": "STANAG<br>6<br> Ed: 1",
        "link": "d?idCover=1",
        "languages": "EN",
        "titles": "X",
    }
    path = page((nso.row(**given | change),), counts="1 1 0 0", encoding="latin-1")
    found = nso.read(path)
    assert found.outcomes == {("remark", code): 1}
    assert len(found.lines) == 1


def test_a_bad_address_is_not_stated(page: Write, nso: SimpleNamespace) -> None:
    bad = nso.rows[9].replace("https://nso.example.org/nsdd/", "javascript:")
    found = nso.read(page((bad,), counts="1 1 0 0"))
    assert found.remark("address").place.row == 1
    assert "landingPage" not in found.facts("agreement-edition/STANREC-103/1")


def test_what_stands_under_a_cover_that_cannot_be_read_has_no_cover(page: Write, nso: SimpleNamespace) -> None:
    rows = (nso.rows[1], nso.row("2", "Cov", "AOP-9", "d?idCover=9", "EN", "X"), nso.rows[4])
    found = nso.read(page(rows, counts="2 2 0 1"))
    assert found.outcomes["remark", "cover-not-read"] == 1
    assert "relation" not in found.facts("publication-edition/AOP-7.1/A-v1")


def test_the_page_counts_itself(page: Write, nso: SimpleNamespace) -> None:
    found = nso.read(page(counts="7 4 3 2"))
    assert found.remark("count").text == "the page says that it lists 7 items, 5 were read"


def test_a_page_that_is_cut_off_is_refused(page: Write, nso: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "cut.html"
    path.write_bytes(page().read_bytes()[:-2000])
    with pytest.raises(SourceRefused, match=r"^cut.html: it is cut off: the end of the page is missing after row \d$"):
        nso.read(path)


def test_a_page_in_utf_8(tmp_path: Path, nso: SimpleNamespace) -> None:
    path = tmp_path / "utf8.html"
    text = nso.page_of().replace("windows-1252", "utf-8")
    path.write_bytes(text.encode("utf-8"))
    assert "PRISES ÉLECTRIQUES@fr" in nso.read(path).facts("agreement/STANAG-101")["label"]
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(SourceRefused, match="not written in UTF-8, as it says"):
        nso.read(path)
    path.write_bytes(text.replace("utf-8", "koi8-r").encode())
    with pytest.raises(SourceRefused, match="it is written in koi8-r, expected windows-1252 or UTF-8"):
        nso.read(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no list of current NATO standards"),
        ("<html>another page</html>", "it is no list of current NATO standards"),
        ("PAGE\0", "it holds NUL bytes: it is no text"),
        ("EMPTY", "it lists no standard that can be read"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, nso: SimpleNamespace, text: str, why: str) -> None:
    path = tmp_path / "page.html"
    empty = nso.page_of((), counts="0 0 0 0")
    path.write_bytes(text.replace("PAGE", nso.page_of()).replace("EMPTY", empty).encode("cp1252"))
    with pytest.raises(SourceRefused) as refused:
        nso.read(path)
    assert str(refused.value) == f"page.html: {why}"


def test_limits(page: Write, nso: SimpleNamespace) -> None:
    with pytest.raises(SourceRefused, match="bytes, expected 1000 at most"):
        nso.read(page(), Limits(size=1000))
    with pytest.raises(SourceRefused, match="more than 3 entries"):
        nso.read(page(), Limits(entries=3))


def test_hostile_markup_is_text_and_reaches_nothing(tmp_path: Path, nso: SimpleNamespace) -> None:
    bombs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE html [<!ENTITY e0 "boom"><!ENTITY f SYSTEM "file:///etc/passwd">{bombs}]>'
    deep = "<div>" * 20_000
    path = tmp_path / "hostile.html"
    hostile = nso.row("1", "Cov", "STANAG<br>6<br> Ed: 1", "d?idCover=1", "EN", "&e8; &f; RADIO")
    nested = '<tr class="newItemRow"><td><table>' + "<tr>" * 500 + "</table></td></tr>"
    text = nso.page_of((hostile, nested, nso.rows[9]), counts="2 2 0 0").replace("<!DOCTYPE html>", head)
    path.write_bytes(text.replace("<br>Created", f"{deep}<br>Created").encode("cp1252"))
    found = nso.read(path)
    titles = found.facts("agreement-edition/STANAG-6/1")["title"]
    assert len("".join(titles)) < 100
    assert "root:" not in "".join(titles)
    assert "boom" not in "".join(titles)
    assert found.facts("agreement-edition/STANREC-103/1")
