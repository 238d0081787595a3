"""Documents: every syntax says the same, nothing has to be fetched, and what is described is described wholly."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.documentation.library import NS, ROOT, WHOLE, Library
from stanagraph.api.documentation.syntaxes import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, WRITERS
from stanagraph.graph.ontology.diff import CURRENT, Version, difference, version_at
from stanagraph.graph.resources import folder

FORMATS = {
    TURTLE: ox.RdfFormat.TURTLE,
    JSON_LD: ox.RdfFormat.JSON_LD,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    RDF_XML: ox.RdfFormat.RDF_XML,
}


def canonical(triples: Iterable[ox.Triple | ox.Quad]) -> set[ox.Quad]:
    found = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(found)


@pytest.mark.parametrize("media", WRITERS)
def test_every_syntax_says_the_same(library: Library, media: str) -> None:
    for path in library.paths:
        document = library.document(path)
        for text in (document.written(media), WRITERS[media](document.triples, document.prefixes)):
            assert canonical(ox.parse(text.encode(), format=FORMATS[media])) == canonical(document.triples), path


def test_the_whole_is_what_is_frozen_as_a_version(library: Library) -> None:
    """The file of the whole and the folder of modules say the same, so a copy of it is the released version."""
    whole = ox.parse(library.document(WHOLE).written(TURTLE).encode(), format=ox.RdfFormat.TURTLE)
    found = difference(Version(quad.triple for quad in whole), version_at(CURRENT, folder("ontology")))
    assert found.changes == ()
    assert found.old == found.new != ""


_NODES = st.sampled_from([ox.NamedNode(f"{NS}{name}") for name in "abc"] + [ox.BlankNode(name) for name in "xyz"])
_LITERALS = st.builds(ox.Literal, st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=8))
_TRIPLES = st.lists(
    st.builds(ox.Triple, _NODES, st.sampled_from([ox.NamedNode(f"{NS}{name}") for name in "pq"]), _NODES | _LITERALS),
    max_size=8,
    unique=True,
)


@given(_TRIPLES)
def test_any_triples_are_written_and_read_back(triples: list[ox.Triple]) -> None:
    for media in (TURTLE, JSON_LD, N_TRIPLES):
        text = WRITERS[media](triples, {"": NS})
        assert canonical(ox.parse(text.encode(), format=FORMATS[media])) == canonical(triples)


def test_json_ld_brings_its_context(library: Library) -> None:
    for path in library.paths:
        context = json.loads(library.document(path).written(JSON_LD))["@context"]
        assert context
        assert isinstance(context, dict)
        assert "@import" not in context


def test_a_prefix_that_ends_within_a_word_is_read_back() -> None:
    triples = [ox.Triple(ox.NamedNode("http://example.org/BFO_1"), ox.NamedNode(f"{NS}p"), ox.Literal("one"))]
    text = WRITERS[JSON_LD](triples, {"bfo": "http://example.org/BFO_"})
    assert '"bfo:1"' in text
    assert canonical(ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD)) == canonical(triples)


def test_turtle_is_the_file_as_it_lies(library: Library) -> None:
    for module in library.modules:
        assert library.document(module).written(TURTLE) == (library.root / f"{module}.ttl").read_text(encoding="utf-8")


def test_a_description_brings_its_blank_nodes(library: Library) -> None:
    found = library.description(f"{NS}editionOf")
    assert found is not None
    text = found.written(TURTLE)
    assert "rdfs:domain [" in text
    assert "owl:unionOf ( :AgreementEdition :PublicationEdition )" in text
    assert library.description(f"{NS}nothing") is None


def test_versions_are_kept_apart(library: Library) -> None:
    assert library.module_version("findings", "0.1.0") is not library.document("findings")
    old = {t.subject for t in library.module_version("findings", "0.1.0").triples}
    assert ox.NamedNode(f"{NS}Gap") in old
    assert ox.NamedNode(f"{NS}Gap") not in {t.subject for t in library.document("findings").triples}
    frozen = library.version in library.versions
    current = library.document(f"versions/{library.version}" if frozen else WHOLE)
    assert library.module_version(ROOT, library.version) is current
    for module, version in (("gaps", "0.1.0"), ("gaps", "9.9.9"), ("nothing", library.version)):
        with pytest.raises(KeyError):
            library.module_version(module, version)


def test_nothing_outside_of_the_documents_is_read(library: Library) -> None:
    for path in ("../pyproject", "examples/world", "versions/../../README", "vocabularies/nothing", "nothing", ""):
        with pytest.raises(KeyError):
            library.document(path)
