"""A file that cannot be parsed is named with line, column and what was expected; all such files are named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanagraph.graph.errors import BadArgument, TurtleRefused
from stanagraph.graph.ontology.files import Ontology, labels_in, read, read_all

HEAD = "@prefix : <https://example.org/> .\n"
FAULTS = {
    "a missing dot": (HEAD + ":a :b :c\n:d :e :f .\n", 3, 1, "A dot is expected at the end of statements"),
    "a statement that does not end": (HEAD + ":a :b", 2, 6, "Unexpected end"),
    "an unknown prefix": (HEAD + "\n  foo:a :b :c .\n", 3, 3, "The prefix foo: has not been declared"),
    "a bad address": (HEAD + "<http://example.org/a b> :b :c .\n", 2, 1, "Invalid IRI code point ' '"),
    "an unclosed text": (HEAD + ':a :b "unclosed\n; :c "d"@en .\n', 2, 17, "Line jumps are not allowed"),
    "a bad language tag": (HEAD + ':a :b "x"@1en .\n', 2, 11, "A language code should always start with a letter"),
    "an unclosed bracket": (HEAD + ":a :b [ :c :d .\n", 2, 15, "should end with a ']'"),
    "no text at all": (b"\xff\xfe", 1, 1, "Invalid UTF-8"),
}


@pytest.mark.parametrize(("text", "line", "column", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_broken_file_is_named_with_place_and_reason(
    text: str | bytes, line: int, column: int, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.ttl"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TurtleRefused) as caught:
        read(path, "broken.ttl")
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("broken.ttl", line)
    assert abs(fault.column - column) <= 1
    assert expected in fault.expected
    assert str(caught.value) == f"broken.ttl:{fault.line}:{fault.column}: {fault.expected}"


def test_all_broken_files_are_named_at_once(tmp_path: Path) -> None:
    for name in ("b.ttl", "a.ttl"):
        (tmp_path / name).write_text(HEAD + ":a :b")
    (tmp_path / "good.ttl").write_text(HEAD + ":a :b :c .")
    with pytest.raises(TurtleRefused) as caught:
        read_all((path.name, path) for path in sorted(tmp_path.glob("*.ttl")))
    assert [fault.file for fault in caught.value.faults] == ["a.ttl", "b.ttl"]


def test_a_file_that_is_not_there_is_a_bad_argument(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match=r"nowhere\.ttl: expected a file that can be read"):
        read(tmp_path / "nowhere.ttl")


def test_blank_nodes_of_two_files_are_kept_apart(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(HEAD + "_:x :b :c .")
    one, other = (read(tmp_path / name) for name in ("a.ttl", "b.ttl"))
    assert one.triples[0].subject != other.triples[0].subject


def test_other_syntaxes_and_relative_addresses_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n")
    assert len(read(tmp_path / "a.nt").triples) == 1
    (tmp_path / "a.ttl").write_text(HEAD + "<a> :b :c .")
    assert str(read(tmp_path / "a.ttl").triples[0].subject).startswith("<file:///")


def test_the_folder_is_read_whole_and_named_as_it_lies(ontology: Ontology) -> None:
    names = {file.name for file in ontology.core}
    assert {"ontology/holdings.ttl", "ontology/vocabularies/nations.ttl"} <= names
    assert not any("versions" in file.name for file in (*ontology.core, *ontology.shapes, *ontology.examples))


def test_labels_are_found_in_every_language(ontology: Ontology) -> None:
    labels = labels_in(triple for file in ontology.core for triple in file.triples)
    assert labels["https://w3id.org/stanagraph/ns/Gap"] == {"en": "gap", "fr": "lacune"}
