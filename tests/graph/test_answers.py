"""A kept answer is the answer that was evaluated, or it is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.answers import Answers, ReleasedStore
from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import thing, xsd
from stanagraph.graph.releases import Releases
from stanagraph.graph.store import EmbeddedStore, Table

QUERY = "SELECT ?a ?b { ?a ?p ?b }"
TABLE = Table(("a", "b"), [(thing("nation", "POL"), ox.Literal(7)), (thing("nation", "DEU"), None)])

texts = st.text(st.characters(exclude_categories=["Cs"]))
literals = st.one_of(
    texts.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["en", "fr", "cs"])),
    st.builds(lambda text, kind: ox.Literal(text, datatype=xsd(kind)), texts, st.sampled_from(["date", "integer"])),
)
iris = st.text("abc/~.", min_size=1).map(lambda key: thing("equipment", key))
tables = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        lambda rows: Table(tuple(f"c{at}" for at in range(width)), rows),
        st.lists(st.tuples(*[st.one_of(st.none(), iris, literals)] * width)),
    )
)


@given(table=tables)
def test_a_kept_answer_is_the_same(tmp_path_factory: pytest.TempPathFactory, table: Table) -> None:
    answers = Answers(tmp_path_factory.mktemp("answers"), "digest")
    answers.keep(QUERY, table)
    assert answers.get(QUERY) == table


def test_it_is_of_one_question_and_one_graph(tmp_path: Path) -> None:
    answers = Answers(tmp_path, "one")
    answers.keep(QUERY, TABLE)
    assert answers.get(f"{QUERY} LIMIT 1") is None
    assert Answers(tmp_path, "two").get(QUERY) is None
    assert Answers(tmp_path, "one").get(QUERY) == TABLE


def test_a_term_without_a_lasting_name_is_not_kept(tmp_path: Path) -> None:
    answers = Answers(tmp_path, "digest")
    answers.keep(QUERY, Table(("a",), [(ox.BlankNode("x"),)]))
    assert answers.get(QUERY) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_damaged_or_cut_off_is_not_there(tmp_path: Path) -> None:
    answers = Answers(tmp_path, "digest")
    answers.keep(QUERY, TABLE)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at])
        assert answers.get(QUERY) is None
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert answers.get(QUERY) is None
    file.write_bytes(whole)
    assert answers.get(QUERY) == TABLE
    file.unlink()
    assert answers.get(QUERY) is None


def test_it_is_bounded_and_what_was_unused_longest_goes(tmp_path: Path) -> None:
    def room() -> int:
        return sum(path.stat().st_size for path in tmp_path.iterdir())

    Answers(tmp_path, "digest").keep("0", TABLE)
    (file,) = tmp_path.iterdir()
    size = file.stat().st_size
    answers = Answers(tmp_path, "digest", together=3 * size)
    for number in range(1, 3):
        answers.keep(str(number), TABLE)
    for number, path in enumerate(sorted(tmp_path.iterdir(), key=lambda it: it.stat().st_mtime_ns)):
        os.utime(path, (number, number))
    assert answers.get("0") == TABLE
    answers.keep("3", TABLE)
    assert room() <= 3 * size
    assert [number for number in range(4) if answers.get(str(number))] == [0, 2, 3]
    Answers(tmp_path, "digest", each=10).keep("long", TABLE)
    assert answers.get("long") is None


def test_where_nothing_can_be_written_all_is_evaluated(tmp_path: Path) -> None:
    store, blocked = EmbeddedStore(), tmp_path / "a file"
    store.load([ox.Quad(thing("nation", "POL"), xsd("p"), ox.Literal(7))])
    blocked.touch()
    kept = ReleasedStore(store._store, tmp_path, Answers(blocked / "answers", "digest"))
    for _ in range(2):
        assert kept.answer(QUERY).rows == [(thing("nation", "POL"), ox.Literal(7))]
    assert list(tmp_path.iterdir()) == [blocked]


def test_a_report_that_is_asked_again_is_looked_up(
    public_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Releases(public_home).current()
    answers = Answers(tmp_path / "answers", release.view().manifest["digest"])
    store = ReleasedStore(ox.Store.read_only(str(release.view().path)), release.view().path, answers)
    evaluated: list[str] = []
    select = EmbeddedStore.select

    def counted(self: EmbeddedStore, query: str) -> Table:
        evaluated.append(query)
        return select(self, query)

    monkeypatch.setattr(EmbeddedStore, "select", counted)
    first = Catalogue().ask(store, "gap-causes")
    assert len(evaluated) == 1
    assert Catalogue().ask(store, "gap-causes").rows == first.rows
    assert len(evaluated) == 1
    Catalogue().ask(store, "gap-classes")
    assert len(evaluated) == 2


def test_each_audience_has_answers_of_its_own(public_home: Path) -> None:
    release = Releases(public_home).current()
    own = release.view().answers._folder
    assert own == public_home / "answers" / release.identifier / "public"
    assert release.open()._answers._folder == own
