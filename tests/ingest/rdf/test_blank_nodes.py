"""Blank nodes get an address that does not change with the order of the file, and none is taken for another."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.ingest.sources.subjects import Subjects, TooMany

P = "http://example.org/p"
TREE = [
    f'<http://example.org/a> <{P}> _:x .', f'_:x <{P}> _:y .', f'_:y <{P}> "1" .',
    f'<http://example.org/a> <{P}> _:z .', f'_:z <{P}> "2" .',
]  # fmt: skip


def named(lines: list[str], folder: Path) -> set[str]:
    """The statements of some lines of N-Triples, with addresses for the blank nodes."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    subjects = Subjects(folder, "urn:g:", 1_000_000)
    for quad in ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES):
        subjects.add(quad.subject, quad.predicate, quad.object)
    return {f"{subject} {p} {o}" for subject, facts in subjects.groups() for p, o in facts}


def test_they_are_named_by_what_is_said_of_them(tmp_path: Path) -> None:
    first = named(TREE, tmp_path / "s")
    other = [line.replace("_:x", "_:q").replace("_:z", "_:x") for line in reversed(TREE)]
    assert named(other, tmp_path / "s") == first
    assert len(first) == 5


def test_what_is_said_elsewhere_changes_no_address(tmp_path: Path) -> None:
    more = [*TREE, f'_:n <{P}> "3" .', f"<http://example.org/b> <{P}> _:n ."]
    assert named(TREE, tmp_path / "s") < named(more, tmp_path / "s")


def test_equals_are_numbered_and_never_merged(tmp_path: Path) -> None:
    lines = [f'_:n{i} <{P}> "same" .' for i in range(50)]
    assert len(named(lines, tmp_path / "s")) == 50


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from("pq"), st.integers(0, 6)), min_size=1, max_size=20, unique=True
    )
)
def test_the_graph_keeps_its_shape(edges: list[tuple[int, str, int]]) -> None:
    lines = [f"_:n{a} <http://example.org/{p}> _:n{b} ." for a, p, b in edges]
    with tempfile.TemporaryDirectory() as folder:
        out = named(lines, Path(folder) / "s")
    assert len(out) == len(edges)
    blank = {
        f"<urn:g:{name}>"
        for line in out
        for name in [part[7:-1] for part in line.split() if part.startswith("<urn:g:")]
    }
    assert len(blank) == len({end for a, _, b in edges for end in (a, b)})
    back = ox.Dataset(quad for line in out for quad in ox.parse(_blank(line), ox.RdfFormat.N_TRIPLES))
    was = ox.Dataset(ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES))
    for dataset in (back, was):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert back == was


def _blank(line: str) -> str:
    return line.replace("<urn:g:", "_:g").replace("> <http", " <http").removesuffix(">") + " ."


def clique(size: int) -> list[str]:
    return [f"_:n{a} <{P}> _:n{b} ." for a in range(size) for b in range(size) if a != b]


def test_a_poisonous_graph_takes_no_longer_than_another(tmp_path: Path) -> None:
    # RDFC-1.0 takes 5 seconds for 8 such nodes, and some ten times longer for each one more.
    began = time.monotonic()
    assert len(named(clique(60), tmp_path / "s")) == 60 * 59
    assert time.monotonic() - began < 10


def test_a_long_list_of_equal_things_is_bounded(tmp_path: Path) -> None:
    first, rest = (f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}" for name in ("first", "rest"))
    lines = [f'_:n{i} <{first}> "1" .\n_:n{i} <{rest}> _:n{i + 1} .' for i in range(5_000)]
    random.Random(1).shuffle(lines)
    began = time.monotonic()
    assert len(named(lines, tmp_path / "s")) == 10_000
    assert time.monotonic() - began < 20


def test_too_many(tmp_path: Path) -> None:
    subjects = Subjects(tmp_path, "urn:g:", 1000, blank_nodes=10)
    for i in range(10):
        subjects.add(ox.BlankNode(f"n{i}"), ox.NamedNode(P), ox.Literal("x"))
    with pytest.raises(TooMany, match="more than 10 blank nodes"):
        subjects.add(ox.BlankNode("n10"), ox.NamedNode(P), ox.Literal("x"))
    subjects.close()


def test_they_stand_under_the_source(reads: Any) -> None:
    result = reads("x.ttl", f'<http://example.org/a> <{P}> [ <{P}> "1" ] .')
    (inner,) = {subject for subject, _, value in result.facts if value == "1"}
    assert inner.startswith("https://w3id.org/stanagraph/.well-known/genid/allies/")
    assert result.about == {"http://example.org/a", inner}


def test_the_same_name_in_two_scopes_is_two(tmp_path: Path) -> None:
    subjects = Subjects(tmp_path, "urn:g:", 1000)
    for scope in ("1", "2"):
        subjects.add(ox.BlankNode("n"), ox.NamedNode(P), ox.Literal(scope), scope)
    assert len({subject for subject, _ in subjects.groups()}) == 2


def test_a_thing_of_which_very_much_is_said_comes_in_parts(reads: Any) -> None:
    lines = [f'<http://example.org/a> <{P}> "{i}" .' for i in range(25_000)]
    result = reads("x.nt", "\n".join(lines))
    assert len(result.facts) == 25_000
    assert result.work.account.counts["things"] == 1
