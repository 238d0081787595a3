"""The same facts in each syntax, plain and packed; where they come to stand; and what their names may say."""

from __future__ import annotations

import gzip
import http.server
import json
import threading
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.context import ADDRESS, context
from stanagraph.graph.errors import SourceRefused, TurtleRefused
from stanagraph.ingest.sources import Reader
from stanagraph.ingest.sources.rdf import RdfReader

NS = "https://w3id.org/stanagraph/ns/"
GUN = "https://w3id.org/stanagraph/id/equipment/gun"
FACTS = {
    (GUN, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{NS}EquipmentType"),
    (GUN, f"{NS}designation", "Gün"),
}
TURTLE = f'@prefix : <{NS}> .\n<{GUN}> a :EquipmentType ; :designation "Gün" .\n'
TRIG = f'@prefix : <{NS}> .\n<http://example.org/g> {{ <{GUN}> a :EquipmentType ; :designation "Gün" }}\n'
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
N_TRIPLES = f'<{GUN}> <{TYPE}> <{NS}EquipmentType> .\n<{GUN}> <{NS}designation> "Gün" .\n'
N_QUADS = N_TRIPLES.replace(" .\n", " <http://example.org/g> .\n")
JSON_LD = json.dumps({"@context": ADDRESS, "id": GUN, "type": "EquipmentType", "designation": "Gün"})
RDF_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{NS}">
  <EquipmentType rdf:about="{GUN}"><designation>Gün</designation></EquipmentType>
</rdf:RDF>
"""
WRITTEN = {
    "x.ttl": TURTLE, "x.trig": TRIG, "x.nt": N_TRIPLES, "x.nq": N_QUADS, "x.jsonld": JSON_LD, "x.rdf": RDF_XML,
}  # fmt: skip
GRAPH = "<https://w3id.org/stanagraph/graph/allies>"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", WRITTEN)
def test_each_syntax_gives_the_same_facts_in_the_graph_of_the_source(name: str, packed: bool, reads: Any) -> None:
    content = WRITTEN[name].encode()
    result = reads(f"{name}.gz" if packed else name, gzip.compress(content) if packed else content)
    assert result.facts == FACTS
    assert result.about == {GUN}
    assert result.graphs == {GRAPH}
    assert result.work.account.counts["statements loaded"] == 2


@pytest.mark.parametrize("name", ["x.trig", "x.nq"])
def test_the_graph_of_a_file_is_told(name: str, reads: Any) -> None:
    assert reads(name, WRITTEN[name]).told("graph").startswith("2 statements stood in the graph http://example.org/g")


@pytest.mark.parametrize("step", ["derived", "inferred", "ontology"])
def test_what_another_release_derived_is_not_loaded(step: str, reads: Any) -> None:
    own = N_QUADS.replace("http://example.org/g", f"https://w3id.org/stanagraph/graph/{step}")
    result = reads("x.nq", own + f'<{GUN}> <{NS}manufacturer> "x" <http://example.org/g> .\n')
    assert {said for _, said, _ in result.facts} == {f"{NS}manufacturer"}
    assert "own-step" in result.codes
    assert result.work.account.counts["statements"] == 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "utf-8-sig"])
def test_xml_may_be_in_other_encodings(encoding: str, reads: Any) -> None:
    named = {"utf-16-le": "utf-16", "utf-16-be": "utf-16", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert reads("x.rdf", RDF_XML.replace("UTF-8", named).encode(encoding)).facts == FACTS


def test_a_byte_order_mark_is_no_part_of_the_text(reads: Any) -> None:
    assert reads("x.ttl", TURTLE.encode("utf-8-sig")).facts == FACTS


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.ttl", RDF_XML, "the name says Turtle; the content is RDF/XML"),
        ("x.rdf", JSON_LD.replace(" ", ""), "the name says RDF/XML; the content is JSON-LD"),
        ("x.nt", TURTLE, "the name says N-Triples; the content is Turtle"),
        ("x.jsonld", N_QUADS, "the name says JSON-LD; the content is N-Quads"),
    ],
)
def test_the_content_counts_more_than_the_name(name: str, content: str, told: str, reads: Any) -> None:
    result = reads(name, content)
    assert result.facts == FACTS
    assert result.told("name").startswith(told)


@pytest.mark.parametrize(("name", "written"), [("x.ttl", "x.nt"), ("x.trig", "x.ttl"), ("x.nq", "x.nt")])
def test_a_wider_syntax_is_no_wrong_name(name: str, written: str, reads: Any) -> None:
    assert "name" not in reads(name, WRITTEN[written]).codes


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_a_file_without_an_ending_is_known_by_its_content(content: str) -> None:
    assert RdfReader().recognises(Path("download"), content.replace('": ', '":').encode())


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("nisp.xml", b'<?xml version="1.0"?>\n<standards xmlns="http://example.org/"/>'),
        ("list.json", b'{"items": [1, 2]}'),
        ("list.csv", b"a,b\n1,2\n"),
        ("query.rq", b"PREFIX : <http://example.org/>\nSELECT * { ?s ?p ?o }"),
        ("page.html", b"<!DOCTYPE html><html></html>"),
        ("book.xlsx", b"PK\x03\x04"),
        ("harvest.nt", b"# Stanagraph harvest 1.0 {}\n<http://a/> <http://b/> <http://c/> .\n"),
    ],
)
def test_the_files_of_others_are_left_to_them(name: str, head: bytes) -> None:
    assert not RdfReader().recognises(Path(name), head)


def test_it_is_a_reader() -> None:
    assert isinstance(RdfReader(), Reader)


def test_relative_names_are_below_the_graph_of_the_source_and_never_a_path(reads: Any) -> None:
    result = reads("x.ttl", f"@prefix : <{NS}> . <a> :designation 'x' . <#b> :designation 'y' . <> :designation 'z' .")
    base = "https://w3id.org/stanagraph/graph/allies/"
    assert result.about == {f"{base}a", f"{base}#b", base}


def test_equal_files_in_another_order_give_equal_facts(reads: Any, tmp_path: Path) -> None:
    lines = [f'<http://example.org/{i}> <{NS}designation> "{i}" .\n' for i in range(200)]
    reads("x.nt", "".join(lines))
    first = (tmp_path / "out" / "facts.nq").read_bytes()
    reads("x.nt", "".join(reversed(lines)))
    assert (tmp_path / "out" / "facts.nq").read_bytes() == first


def test_triple_terms_are_counted_and_not_loaded(reads: Any) -> None:
    result = reads(
        "x.ttl", f'{TURTLE}<{GUN}> :designation "M" {{| <http://example.org/by> <http://example.org/me> |}} .'
    )
    assert "triple-term" in result.codes
    assert (GUN, f"{NS}designation", "M") in result.facts
    assert result.work.account.counts["statements about statements"] == 1


def test_a_direction_is_left_off(reads: Any) -> None:
    result = reads("x.ttl", f'@prefix : <{NS}> . <{GUN}> :designation "x"@ar--rtl .')
    assert result.facts == {(GUN, f"{NS}designation", "x")}
    assert "direction" in result.codes


class TestContexts:
    @pytest.fixture
    def asked(self) -> Any:
        """A server on this machine that would serve a context, and what it was asked for."""
        paths: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paths.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "application/ld+json")
                self.end_headers()
                self.wfile.write(b'{"@context": {"@vocab": "http://example.org/"}}')

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()
        server.server_close()

    @pytest.mark.parametrize(
        "document",
        [
            {"@context": "{}/c.jsonld", "name": "x"},
            {"@context": [{"a": "http://a/"}, "{}/c.jsonld"], "name": "x"},
            {"@context": {"@import": "{}/c.jsonld"}, "name": "x"},
            {"@context": {"name": {"@id": "http://a/n", "@context": "{}/c.jsonld"}}, "name": {"b": "x"}},
            {"@graph": [{"@context": "{}/c.jsonld", "name": "x"}]},
            [{"http://a/n": {"@context": ["{}/c.jsonld"], "name": "x"}}],
        ],
    )
    def test_no_context_is_fetched_and_its_address_is_named(self, document: Any, asked: Any, reads: Any) -> None:
        place, paths = asked
        with pytest.raises(SourceRefused, match=f"@context {place}/c.jsonld would have to be fetched"):
            reads("x.jsonld", json.dumps(document).replace("{}", place))
        assert paths == []

    def test_the_parser_itself_never_fetches_one(self, asked: Any) -> None:
        place, paths = asked
        document = json.dumps({"@context": f"{place}/c.jsonld", "@id": "http://a/", "name": "x"})
        with pytest.raises(SyntaxError, match="LoadDocumentCallback"):
            list(ox.parse(document, ox.RdfFormat.JSON_LD))
        assert paths == []

    def test_a_relative_address_is_one_too(self, reads: Any) -> None:
        with pytest.raises(SourceRefused, match=r"@context context\.jsonld would have"):
            reads("x.jsonld", '{"@context": "context.jsonld", "name": "x"}')

    def test_the_built_in_context_has_each_term(self) -> None:
        assert context()["calibre"] == {"@id": "ns:calibre", "@type": "xsd:decimal"}
        assert context()["holdingOf"] == {"@id": "ns:holdingOf", "@type": "@id"}
        assert context()["designation"] == "ns:designation"
        assert context()["EquipmentType"] == "ns:EquipmentType"

    def test_a_key_that_is_no_term_is_told(self, reads: Any) -> None:
        told = {"@context": ADDRESS, "id": GUN, "designation": "x", "desingation": "y"}
        result = reads("x.jsonld", json.dumps(told))
        assert result.facts == {(GUN, f"{NS}designation", "x")}
        assert "desingation" in result.told("unknown-term")

    def test_it_may_stand_beside_others(self, reads: Any) -> None:
        told = {"@context": [ADDRESS, {"nom": "ns:designation"}], "id": GUN, "nom": "x"}
        assert reads("x.jsonld", json.dumps(told)).facts == {(GUN, f"{NS}designation", "x")}


def test_the_place_of_a_mistake_is_told(reads: Any) -> None:
    with pytest.raises(TurtleRefused) as caught:
        reads("x.ttl", f"{TURTLE}<{GUN}> :designation ; .\n")
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("x.ttl", 3)
    assert fault.column > 1
    assert "line" not in fault.expected
