"""What has changed from one package to another is told field by field, from JSON and from ReqIF alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stanagraph.api.packages import Change, PackageFile, changes, json, read, reqif
from stanagraph.graph.errors import SourceRefused


def later(package: PackageFile) -> PackageFile:
    """A package in which a document went, a value was corrected, and the nation has told its position."""
    documents = [it for it in package.documents if it.id != "agreement/STANAG-2916"]
    requirements = [it for it in package.requirements if it.document != "agreement/STANAG-2916"]
    first = next(it for it in documents if it.id == "agreement/STANAG-4425")
    other = next(it for it in documents if it.positions)
    told = other.positions[0].model_copy(update={"edition": first.editions[0].id, "reservation": "not by night"})
    documents[documents.index(first)] = first.model_copy(update={"positions": (told,)})
    jbmou = next(it for it in requirements if it.document == "agreement/JBMOU-155")
    requirements[requirements.index(jbmou)] = jbmou.model_copy(update={"value": "950", "number": "950"})
    return package.model_copy(update={"documents": tuple(documents), "requirements": tuple(requirements)})


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("old", [json, reqif])
@pytest.mark.parametrize("new", [json, reqif])
def test_every_change_is_told(english: PackageFile, tmp_path: Path, old: Any, new: Any) -> None:
    before, after = written(tmp_path, "old", old(english)), written(tmp_path, "new", new(later(english)))
    found = changes(read(before), read(after))
    jbmou = "agreement/JBMOU-155|interface/155mm-l52-jbmou|velocity_m_s|"
    fuze = "agreement/STANAG-2916|requirement-subject/fuze|fuze_contour_and_cavity|"
    assert found == [
        Change("document", "agreement/STANAG-2916", "removed"),
        Change("position", "agreement/STANAG-4425", "changed", "implementation", "not-known", "implemented"),
        Change("position", "agreement/STANAG-4425", "changed", "reservation", "", "not by night"),
        Change("position", "agreement/STANAG-4425", "changed", "since", "", "2005-01"),
        Change("requirement", jbmou, "changed", "number", "945", "950"),
        Change("requirement", jbmou, "changed", "value", "945", "950"),
        Change("requirement", fuze, "removed"),
    ]


def test_the_other_way_round_what_went_has_come(english: PackageFile, tmp_path: Path) -> None:
    before, after = written(tmp_path, "old", json(later(english))), written(tmp_path, "new", json(english))
    added = [(it.what, it.id) for it in changes(read(before), read(after)) if it.change == "added"]
    assert ("document", "agreement/STANAG-2916") in added


def test_the_language_of_a_package_is_no_change(english: PackageFile, french: PackageFile, tmp_path: Path) -> None:
    one, other = written(tmp_path, "en", json(english)), written(tmp_path, "fr", reqif(french))
    assert changes(read(one), read(other)) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no requirements package in JSON or ReqIF"),
        ("[]", "no requirements package in JSON or ReqIF"),
        ('{"format": "other"}', "format"),
        ("<REQ-IF/>", "in ReqIF"),
        ("<!DOCTYPE a><REQ-IF/>", "document type declaration"),
    ],
)
def test_what_is_no_package_is_refused(tmp_path: Path, content: str, why: str) -> None:
    with pytest.raises(SourceRefused, match=why):
        read(written(tmp_path, "x.json", content))


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="cannot be read"):
        read(tmp_path / "nowhere.json")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceRefused, match="cannot be read"):
        read(tmp_path / "binary")
