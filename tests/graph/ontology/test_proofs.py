"""A proof is done once for the same files, and never remembered unless it succeeded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stanagraph.graph.errors import OntologyInconsistent
from stanagraph.graph.ontology import proofs
from stanagraph.graph.ontology.check import BrokenRule
from stanagraph.graph.ontology.files import Ontology
from stanagraph.graph.ontology.proofs import Proofs
from stanagraph.graph.resources import folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder("ontology"), tmp_path / "ontology"))


def count(monkeypatch: pytest.MonkeyPatch, name: str, answer: object = None) -> list[object]:
    calls: list[object] = []

    def called(*given: object) -> object:
        calls.append(given)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(proofs, name, called)
    return calls


def test_the_same_files_are_proved_once_and_others_again(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved, asked = count(monkeypatch, "prove"), count(monkeypatch, "broken_rules", [])
    for _ in range(2):
        Proofs(tmp_path / "home").prove(Ontology.read(place))
        assert Proofs(tmp_path / "home").broken_rules(Ontology.read(place), folder("queries")) == []
    assert (len(proved), len(asked)) == (1, 1)
    # A shape is asked about, and not reasoned over.
    shape = place / "shapes" / "gaps.ttl"
    shape.write_text(shape.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    Proofs(tmp_path / "home").prove(Ontology.read(place))
    Proofs(tmp_path / "home").broken_rules(Ontology.read(place), folder("queries"))
    assert (len(proved), len(asked)) == (1, 2)
    module = place / "gaps.ttl"
    module.write_text(module.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    Proofs(tmp_path / "home").prove(Ontology.read(place))
    assert len(proved) == 2


def test_what_failed_is_not_remembered(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ontology = Ontology.read(place)
    proved = count(monkeypatch, "prove", OntologyInconsistent("no"))
    broken = [BrokenRule("a-rule", {}, (), ())]
    asked = count(monkeypatch, "broken_rules", broken)
    for _ in range(2):
        with pytest.raises(OntologyInconsistent):
            Proofs(tmp_path / "home").prove(ontology)
        assert Proofs(tmp_path / "home").broken_rules(ontology, folder("queries")) == broken
    assert (len(proved), len(asked)) == (2, 2)
