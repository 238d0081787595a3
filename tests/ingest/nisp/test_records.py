"""What each element of the NISP states, and what is said of each fault: none of them stops the reading."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stanagraph.ingest.record import record
from stanagraph.ingest.sources import Outcome, Work
from stanagraph.ingest.sources.nisp import NispReader
from stanagraph.ingest.sources.nisp.fields import FIELDS
from stanagraph.ingest.sources.nisp.front_matter import Malformed, front_matter

Read = Callable[..., Any]
PAGE = Path(__file__).parents[3] / "docs" / "nisp-mapping.md"


def test_a_standard_states_its_fields(small: SimpleNamespace, read: Read) -> None:
    found = read(small.pages)
    assert found.codes == {}
    said = found.of("publication-edition/FORUM-FS-1/2.0")
    assert said == {
        "type": {"PublicationEdition"},
        "identifier": {"FORUM-FS-1/2.0"},
        "notation": {"forum-one"},
        "cataloguePage": {"/standard/forum-one.html"},
        "universalIdentifier": said["universalIdentifier"],
        "editionOf": {"publication/FORUM-FS-1"},
        "editionNumber": {"2.0"},
        "tag": {"FS 1"},
        "publishedBy": {"body/FORUM"},
        "publicationNumber": {"FS 1"},
        "label": {"FORUM-FS-1 2.0"},
        "title": {"A title"},
        "publishedOn": {"2020-02"},
        "responsibleParty": {"body/PANEL"},
        "landingPage": said["landingPage"],
    }
    assert found.of("publication/FORUM-FS-1") == {
        "type": {"CivilStandard"},
        "identifier": {"FORUM-FS-1"},
        "label": {"FORUM-FS-1"},
    }


def test_a_cover_document_covers_edition_for_edition_and_document_for_document(
    small: SimpleNamespace, read: Read
) -> None:
    found = read(small.pages)
    assert found.of("agreement-edition/STANAG-9999/2")["coversEdition"] == {"publication-edition/AEP-99/A-v1"}
    assert found.of("agreement/STANAG-9999")["covers"] == {"publication/AEP-99"}
    assert found.of("publication-edition/AEP-99/A-v1")["coveredByEdition"] == {"agreement-edition/STANAG-9999/2"}


def test_changes_keep_their_order_and_their_dates(small: SimpleNamespace, read: Read) -> None:
    found = read(small.pages)
    second = found.of("change-event/nisp/forum-one/2")
    assert second["changeOf"] == {"publication-edition/FORUM-FS-1/2.0"}
    assert second["placeInList"] == {"2"}
    assert second["changeKind"] == {"change-kind/changed"}
    assert second["changedOn"] == {"2021"}
    assert "changeProposal" not in second


def test_profiles_hold_profiles_and_groups(small: SimpleNamespace, read: Read) -> None:
    found = read(small.pages)
    assert found.of("profile/whole")["hasSubprofile"] == {"profile/part"}
    assert found.of("profile/part")["subprofileOf"] == {"profile/whole"}
    assert found.of("profile/whole")["profileKind"] == {"profile-kind/capability-profile"}
    leaf = found.of("profile/leaf")
    assert leaf["profileKind"] == {"profile-kind/service-profile-coi"}
    assert leaf["specifiedIn"] == {"profile-specification/spec"}
    assert leaf["inTaxonomy"] == {"nisp-taxonomy/T-2"}
    assert leaf["description"] == {"What it is for --- in a word"}
    group = found.of("standards-group/nisp/leaf/1")
    assert group["referencesDocument"] == {"publication-edition/FORUM-FS-1/2.0", "publication-edition/AEP-99/A-v1"}
    assert group["obligation"] == {"obligation/mandatory"}
    assert group["profileLifeCycle"] == {"profile-life-cycle/current"}
    assert group["guidance"] == {"Use both"}
    assert group["groupOf"] == {"profile/leaf"}


def test_bodies_and_nodes(small: SimpleNamespace, read: Read) -> None:
    found = read(small.pages)
    assert found.of("body/PANEL")["shortName"] == {"Panel"}
    assert found.of("nisp-taxonomy/T-1")["topConceptOf"] == {"scheme/nisp-taxonomy"}
    assert found.of("nisp-taxonomy/T-2")["broader"] == {"nisp-taxonomy/T-1"}
    assert found.of("nisp-taxonomy/T-2")["taxonomyLevel"] == {"1"}


def test_each_entry_is_about_all_that_it_states_and_stands_on_its_page(small: SimpleNamespace, read: Read) -> None:
    found = read(small.pages)
    assert len({entry.key for entry in found.entries}) == len(found.entries) == 12
    for entry in found.entries:
        assert {said.subject for said in entry.facts} <= set(entry.about)
        assert entry.place.file in small.pages
        assert entry.place.sheet == Path(entry.place.file).parent.name
        assert entry.as_of == "2023-01-28"


def test_every_member_is_accounted_for(small: SimpleNamespace, read: Read) -> None:
    found = read({**small.pages, "standard/notes.txt": "x", "standard/bad.md": "no dashes"})
    counts = found.work.account.counts
    parts = ("records", "folders", "pages of the web site", "members not loaded")
    assert counts["members"] == sum(counts[part] for part in parts)
    assert counts["members not loaded"] == 2
    assert counts["standards"] == 2
    assert counts["obligations"] == 2


def test_columns_are_the_field_paths_of_the_mapping(small: SimpleNamespace, read: Read) -> None:
    page = PAGE.read_text(encoding="utf-8").partition("\n## Fields\n")[2].partition("\n## ")[0]
    mapped = {(m[1], m[2]) for m in re.finditer(r"^\| `(\w+)` \| `([^`]+)` \|", page, re.MULTILINE)}
    assert {(element, path) for element, paths in FIELDS.items() for path in paths} == mapped
    stated = {(e.place.sheet, said.column) for e in read(small.pages).entries for said in e.facts if said.column}
    assert stated <= mapped


def test_what_is_written_can_be_read_again(
    small: SimpleNamespace, tmp_path: Path, notations: dict[str, frozenset[str]]
) -> None:
    path = small.pack(tmp_path / "nisp.tar.gz", small.pages)
    into = tmp_path / "state"
    into.mkdir()
    first = record(NispReader(), path, Work("nisp", "high", "2023-01-28", notations, {}), into)
    assert first.entries == 12
    second = record(NispReader(), path, Work("nisp", "high", "2023-01-28", notations, {}), into)
    assert first.sha256 == second.sha256


def test_the_archive_tells_what_it_is(small: SimpleNamespace, tmp_path: Path) -> None:
    said = NispReader().describe(small.pack(tmp_path / "nisp-2024-05-06.tar.gz", small.pages))
    assert (said.captured, said.licence, said.source_kind) == ("2023-01-28", "MIT", "official")
    del small.pages["README.md"]
    said = NispReader().describe(small.pack(tmp_path / "nisp-2024-05-06.tar.gz", small.pages))
    assert said.captured == "2024-05-06"


# What is odd about one page, the code that says so, and words of the remark.
def _change(page: str, old: str, new: str) -> Callable[[SimpleNamespace], dict[str, str]]:
    def changed(small: SimpleNamespace) -> dict[str, str]:
        assert old in small.pages[page]
        return {page: small.pages[page].replace(old, new)}

    return changed


ONE, COVER, LEAF, WHOLE = (
    "standard/forum-one.md",
    "coverdoc/nato-stanag9999.md",
    "serviceprofile/leaf.md",
    "capabilityprofile/whole.md",
)
FIRST = "flag: added\n      date: 2020-01-05\n      rfcp: 12-1\n      version: 13.0\n"
SECOND = "flag: changed\n      date: 2021\n      rfcp:\n      version: 14.0\n"
STANDARDS = "    - refid: forum-one\n    - refid: nato-aep-99-ed.a-v1\n"
FAULTS = {
    "dangling-standard": (_change(LEAF, "refid: forum-one", "refid: forum-gone"), "forum-gone"),
    "dangling-profile": (_change(WHOLE, "refid: part", "refid: gone"), "gone"),
    "dangling-node": (_change(LEAF, "- T-2", "- T-9"), "T-9"),
    "dangling-body": (_change(ONE, "rp: panel", "rp: nobody"), "nobody"),
    "dangling-specification": (_change(LEAF, "title: The specification", "title: Another"), "Another"),
    "dangling-cover": (_change("standard/nato-aep-99-ed.a-v1.md", "- nato-stanag9999", "- nato-gone"), "nato-gone"),
    "standard-without-date": (_change(ONE, 'date: "2020-02"', 'date: ""'), "no date"),
    "cover-without-date": (_change(COVER, 'date: "2020-02"', 'date: ""'), "no date"),
    "change-without-date": (_change(ONE, "date: 2021", "date:"), "change 2"),
    "repeated-change": (_change(ONE, SECOND, FIRST), "change 2"),
    "bad-date": (_change(ONE, 'date: "2020-02"', 'date: "02/2020"'), "02/2020"),
    "bad-address": (_change(ONE, "uri: https://example.org", "uri: www.example.org"), "www.example.org"),
    "bad-identifier": (_change(ONE, "uuid: 0", "uuid: X0"), "X0"),
    "bad-number": (_change("node/T-2.md", "level: 1", "level: one"), "one"),
    "unknown-value": (_change(LEAF, "obligation: mandatory", "obligation: perhaps"), "perhaps"),
    "unknown-field": (_change(ONE, "rp: panel", "rp: panel\ncolour: blue"), "colour"),
    "edition-differs": (_change(COVER, 'version: ""', 'version: "7"'), "7"),
    "placeholder-number": (_change(ONE, 'pubnum: "FS 1"', 'pubnum: "A title"'), "A title"),
    "wiki-residue": (_change("node/T-2.md", "description: Speech", "description: See [[Speech]]"), "description"),
    "repeated-subprofile": (_change(WHOLE, "  - refid: part\n", "  - refid: part\n  - refid: part\n"), "2 times"),
    "repeated-node": (_change(LEAF, "  - T-2\n", "  - T-2\n  - T-2\n"), "2 times"),
    "repeated-field": (_change(ONE, "rp: panel", "rp: panel\nrp: panel"), "rp"),
    "title-differs": (_change(WHOLE, "title: Service of part", "title: Other"), "Other"),
    "two-publishers": (_change(ONE, "  org: forum", "  org: nato"), "nato"),
    "element-differs": (_change(ONE, "element: Standard", "element: Poem"), "Poem"),
    "group-without-standard": (_change(LEAF, STANDARDS, ""), "group 1"),
    "draft": (_change(COVER, "STANAG 9999 Ed 2", "STANAG (RD) 9999 Ed 2"), "RD"),
    "malformed": (_change(ONE, "rp: panel", "rp: [panel"), "did not find"),
    "no-id": (_change("node/T-2.md", "nispid: T-2", "nispid:"), "nispid"),
}  # fmt: skip
# What follows from a fault besides.
ALSO = {
    "malformed": {"dangling-standard": 1},
    "no-id": {"dangling-node": 1},
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_counted_with_its_page_and_stops_nothing(code: str, small: SimpleNamespace, read: Read) -> None:
    change, words = FAULTS[code]
    changed = change(small)
    found = read({**small.pages, **changed})
    assert found.codes == {code: 1} | ALSO.get(code, {})
    remark = next(remark for remark in found.remarks if remark.code == code)
    assert remark.place.file in changed
    assert words in remark.text
    assert len(found.entries) == 12 - (code in ("malformed", "no-id"))
    assert found.work.faults == []


def test_a_malformed_page_names_its_line(small: SimpleNamespace, read: Read) -> None:
    page = small.pages[ONE].replace("rp: panel", "rp: 'panel")
    (remark,) = [it for it in read({**small.pages, ONE: page}).remarks if it.code == "malformed"]
    assert remark.outcome is Outcome.NOT_LOADED
    assert remark.place.row is not None
    assert remark.place.row >= page[: page.index("rp: ")].count("\n") + 1


def test_what_cannot_be_interpreted_is_kept_in_the_note(small: SimpleNamespace, read: Read) -> None:
    page = small.pages[ONE].replace("uri: https://", "uri: www.").replace("rp: panel", "rp: panel\ncolour: blue")
    (entry,) = [it for it in read({**small.pages, ONE: page}).entries if it.place.file == ONE]
    assert entry.note == "status.uri: www.example.org/forum-one; colour: blue"


def test_editions_of_one_document_and_records_of_one_designation(small: SimpleNamespace, read: Read) -> None:
    more = {
        "standard/forum-two.md": small.document("forum-two", "forum", "FS 1", version="3.0"),
        "standard/forum-three.md": small.document("forum-three", "forum", "FS 1", version="3.0"),
    }
    found = read({**small.pages, **more})
    assert found.codes == {"several-editions": 1, "shared-designation": 2}
    editions = {subject for subject, predicate, value in found.facts if predicate == "editionOf" and "FORUM" in value}
    assert editions == {f"publication-edition/FORUM-FS-1/{it}" for it in ("2.0", "3.0~forum-two", "3.0~forum-three")}
    assert "editionNumber" not in found.of("publication-edition/FORUM-FS-1/3.0~forum-two")


def test_ids_of_another_style_and_files_of_another_name(small: SimpleNamespace, read: Read) -> None:
    found = read({**small.pages, "standard/x.md": small.document("Other_Style", "forum", "FS 2")})
    assert found.codes == {"id-style": 1, "name-differs": 1}


def test_of_two_records_of_one_id_the_first_is_loaded(small: SimpleNamespace, read: Read) -> None:
    found = read({**small.pages, "copy/standard/forum-one.md": small.pages[ONE]})
    assert found.codes == {"repeated-record": 1}
    assert found.work.account.counts["standards"] == 2


def test_a_document_that_others_know_as_an_agreement_is_that_agreement(small: SimpleNamespace, read: Read) -> None:
    pages = {**small.pages, "standard/asca-x.md": small.document("asca-x", "nato", "ASCA-012", version="1")}
    pages["standard/asca-x.md"] = (
        pages["standard/asca-x.md"].replace("org: nato", "org: asca").replace("orgid: nato", "orgid: asca")
    )
    pages["organization/asca.md"] = small.body("asca", "Organizations")
    assert read(pages).of("publication-edition/ASCA-012/1")["type"] == {"PublicationEdition"}
    found = read(pages, known={"agreement": {"ASCA-012"}})
    assert found.of("agreement-edition/ASCA-012/1")["editionOf"] == {"agreement/ASCA-012"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("---\na: &x [1]\nb: *x\n---\n", "alias"),
        ("---\n" + "".join("  " * n + "a:\n" for n in range(30)) + "---\n", "nested"),
        ("---\na: 1\n", "no second line"),
        ("a: 1\n", "three dashes"),
        ("---\n- a\n---\n", "no fields"),
        ("---\n---\n", "no fields"),
        ("---\n? [a]\n: b\n---\n", "key"),
        ("---\na: \t- b\n c: [\n---\n", "line 2"),
        (b"---\na: \xff\n---\n", "UTF-8"),
    ],
)
def test_front_matter_that_is_no_record_is_refused_with_its_line(text: str | bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why) as caught:
        front_matter(text.encode() if isinstance(text, str) else text)
    assert caught.value.line >= 1


def test_front_matter_is_texts_and_runs_nothing() -> None:
    found, _ = front_matter(b"---\na: !!python/object/apply:os.system ['x']\nb: 1.0\nc: 2020-01-05\nd: yes\n---\nbody")
    assert found == {"a": ["x"], "b": "1.0", "c": "2020-01-05", "d": "yes"}
