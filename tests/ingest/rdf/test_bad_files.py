"""A file that is damaged, hostile or too large is refused with the reason, and quickly."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest

from stanagraph.graph.errors import SourceRefused, TurtleRefused
from stanagraph.ingest.sources import Limits

LINE = '<http://example.org/{}> <http://example.org/p> "text" .\n'
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://example.org/">{}</rdf:RDF>'
BOMB = (
    '<?xml version="1.0" encoding="{}"?>\n<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    + XML.format('<rdf:Description rdf:about="http://example.org/"><x:p>&b;</x:p></rdf:Description>')
)


def refused(reads: Any, name: str, content: str | bytes, limits: Limits | None = None) -> str:
    with pytest.raises((SourceRefused, TurtleRefused)) as caught:
        reads(name, content, limits)
    return str(caught.value)


@pytest.mark.parametrize("name", ["x.ttl", "x.nt", "x.nq", "x.trig", "x.jsonld", "x.rdf"])
def test_an_empty_file(name: str, reads: Any) -> None:
    assert refused(reads, name, "") == f"{name}: is empty"
    assert refused(reads, f"{name}.gz", gzip.compress(b"")) == f"{name}.gz: is empty"


@pytest.mark.parametrize(("name", "content"), [("x.ttl", "# nothing\n"), ("x.jsonld", "{}"), ("x.rdf", XML.format(""))])
def test_a_file_that_says_nothing(name: str, content: str, reads: Any) -> None:
    assert refused(reads, name, content) == f"{name}: holds no statement"


def test_invalid_utf_8(reads: Any) -> None:
    lines = [LINE.format(i).encode() for i in range(2000)]
    lines[1500] = b'<http://example.org/> <http://example.org/p> "caf\xe9" .\n'
    assert refused(reads, "x.nt", b"".join(lines)).startswith("x.nt: line 1501: is not UTF-8")


def test_utf_16_where_only_utf_8_is_allowed(reads: Any) -> None:
    assert "is written in UTF-16; expected UTF-8" in refused(reads, "x.ttl", LINE.format(1).encode("utf-16"))


def test_a_nul_byte(reads: Any) -> None:
    assert refused(reads, "x.nt", LINE.format(1) + LINE.format("\0")).startswith("x.nt: line 2: holds a NUL byte")


def test_a_written_nul_is_not_loaded(reads: Any) -> None:
    result = reads("x.nt", LINE.format(1) + LINE.format(2).replace("text", "te\\u0000xt"))
    assert len(result.facts) == 1
    assert "control-character" in result.codes


@pytest.mark.parametrize("kept", [10, 500, -1])
def test_a_gzip_that_is_cut_short(kept: int, reads: Any) -> None:
    packed = gzip.compress("".join(LINE.format(i) for i in range(20_000)).encode())
    assert refused(reads, "x.nt.gz", packed[:kept]) == "x.nt.gz: is cut short: the end of the gzip is missing"


def test_a_gzip_that_is_damaged(reads: Any) -> None:
    packed = bytearray(gzip.compress("".join(LINE.format(i * 7919) for i in range(20_000)).encode()))
    packed[-6] ^= 0xFF
    assert "cannot be unpacked" in refused(reads, "x.nt.gz", bytes(packed))


def test_a_bomb_of_gzip_is_stopped_at_the_limit(reads: Any) -> None:
    packed = gzip.compress(LINE.format(1).encode() * 2_000_000)
    began = time.monotonic()
    told = refused(reads, "x.nt.gz", packed, Limits(unpacked=10_000_000))
    assert told == "x.nt.gz: unpacks to more than the 10000000 bytes that a source may have"
    assert time.monotonic() - began < 20


def test_a_file_that_is_too_large(reads: Any) -> None:
    assert "is larger than the 50 bytes" in refused(reads, "x.nt", LINE.format(1) * 2, Limits(size=50))


def test_too_many_statements_or_things(reads: Any) -> None:
    content = "".join(LINE.format(i) for i in range(101))
    assert "holds more than 100 statements" in refused(reads, "x.nt", content, Limits(entries=10))
    assert "speaks of more than 100 things" in refused(reads, "x.nt", content, Limits(entries=100))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
def test_a_bomb_of_entities_is_refused_before_it_grows(encoding: str, reads: Any) -> None:
    named = encoding.removesuffix("-le").removesuffix("-be")
    told = refused(reads, "x.rdf", BOMB.format(named).encode(encoding))
    assert told.startswith("x.rdf: line 2: holds a document type definition")


def test_a_definition_that_reads_a_file_is_refused(reads: Any) -> None:
    content = '<!DOCTYPE r SYSTEM "file:///etc/passwd">' + XML.format("")
    assert "document type definition" in refused(reads, "x.rdf", content)


def test_a_definition_after_the_root_is_no_way_in(reads: Any) -> None:
    content = XML.format(
        '<!DOCTYPE a [<!ENTITY x "y">]><rdf:Description rdf:about="http://a/"><x:p>1</x:p></rdf:Description>'
    )
    assert refused(reads, "x.rdf", content).startswith("x.rdf:1:")


def test_an_encoding_that_hides_the_text(reads: Any) -> None:
    content = BOMB.format("utf-7").encode()
    assert refused(reads, "x.rdf", content) == "x.rdf: is written in utf-7; expected UTF-8"


def test_elements_inside_elements(reads: Any) -> None:
    content = XML.format("<x:C><x:p>" * 50_000 + "</x:p></x:C>" * 50_000)
    assert "elements inside elements, more than 100 deep" in refused(reads, "x.rdf", content)


def test_objects_inside_objects(reads: Any) -> None:
    content = '{"@id": "http://a/", "http://a/p":' * 100_000 + "1" + "}" * 100_000
    assert "too deep" in refused(reads, "x.jsonld", content)


@pytest.mark.parametrize("spoilt", ["", "'", '"', "# .\n"])
@pytest.mark.parametrize("name", ["x.ttl", "x.nt", "x.trig", "x.nq"])
def test_terms_inside_terms_do_not_end_this_process(name: str, spoilt: str, reads: Any) -> None:
    # The parser overflows its stack: without the trial in another process this test would not end, but all tests.
    between = spoilt if spoilt != '"' else "<http://a/'> "
    opening = (
        f"<<( <http://a/s{spoilt if spoilt == chr(39) else ''}> <http://a/p> {'' if spoilt == chr(39) else between}"
    )
    content = f"<http://a/> <http://a/p> {opening * 200_000}<http://a/o>{' )>>' * 200_000} .\n"
    with pytest.raises((SourceRefused, TurtleRefused)):
        reads(name, content)


def test_terms_in_few_terms_are_read(reads: Any) -> None:
    content = (
        LINE.format(1)
        + "<http://a/> <http://a/p> <<( <http://a/> <http://a/p> <<( <http://a/> <http://a/p> 1 )>> )>> ."
    )
    assert "triple-term" in reads("x.ttl", content).codes


def test_a_text_with_many_signs_of_less_is_only_a_text(reads: Any) -> None:
    assert len(reads("x.nt", LINE.format(1).replace("text", "cout << a << b; " * 500)).facts) == 1


def test_a_text_without_an_end(reads: Any) -> None:
    assert "more than 16777216 bytes" in refused(reads, "x.ttl", LINE.format(1).replace("text", "x" * 17_000_000))
    content = XML.format(f'<rdf:Description rdf:about="http://a/"><x:p>{"x" * 17_000_000}</x:p></rdf:Description>')
    assert "more than 16777216 bytes" in refused(reads, "x.rdf", content)


def test_xml_that_is_not_well_formed(reads: Any) -> None:
    assert refused(reads, "x.rdf", XML.format("\n<x:a></x:b>")) == "x.rdf:2:8: mismatched tag"


def test_json_that_is_cut_short(reads: Any) -> None:
    content = json.dumps({"@id": "http://a/", "http://a/p": "x"}, indent=1)[:-3]
    assert refused(reads, "x.jsonld", content).startswith("x.jsonld:3:")


def test_json_that_means_nothing(reads: Any) -> None:
    assert "cannot be understood" in refused(reads, "x.jsonld", '{"@id": 3, "@graph": []}')


def test_another_kind_of_file_under_the_name(reads: Any) -> None:
    assert refused(reads, "x.ttl", b"PK\x05\x06 no turtle").startswith("x.ttl:1:1:")


@pytest.mark.parametrize(
    "content", ["<!DOCTYPE html>\n<html></html>", "\ufeff <HTML lang='en'><body>404</body></HTML>"]
)
@pytest.mark.parametrize("name", ["x.ttl", "x.nt", "x.rdf", "x.jsonld"])
def test_a_web_page_is_named(name: str, content: str, reads: Any) -> None:
    assert "is a web page, and no RDF" in refused(reads, name, content)


def test_a_thing_that_is_called_html_is_no_web_page(reads: Any) -> None:
    assert reads("x.ttl", "<html> <http://example.org/p> <http://example.org/o> .").facts


def test_a_name_and_a_content_that_tell_nothing(reads: Any) -> None:
    assert "in no syntax of RDF" in refused(reads, "x.bin", "hello")


def test_after_a_refusal_nothing_is_left_behind(reads: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    refused(reads, "x.nt", LINE.format(1) + "broken")
    reads("x.nt", LINE.format(1))
    assert list(scratch.iterdir()) == []
