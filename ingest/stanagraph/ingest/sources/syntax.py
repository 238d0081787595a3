"""Which syntax of RDF a file is written in: by its name and by how it begins."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pyoxigraph as ox

TURTLE, TRIG, N_TRIPLES, N_QUADS = (
    ox.RdfFormat.TURTLE,
    ox.RdfFormat.TRIG,
    ox.RdfFormat.N_TRIPLES,
    ox.RdfFormat.N_QUADS,
)
JSON_LD, RDF_XML = ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML
_ENDINGS = {
    ".ttl": TURTLE,
    ".trig": TRIG,
    ".nt": N_TRIPLES,
    ".nq": N_QUADS,
    ".jsonld": JSON_LD,
    ".rdf": RDF_XML,
    ".owl": RDF_XML,
}
# What the parser of the first reads as well.
_INCLUDES = {TURTLE: {N_TRIPLES}, TRIG: {TURTLE, N_TRIPLES}, N_QUADS: {N_TRIPLES}}
_TERM = r"""(?:<[^<>"\s]*>|_:\S+)"""
_LINE = re.compile(
    rf"""\s*{_TERM}\s+<[^<>"\s]*>\s+(?:{_TERM}|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^<>\s]*>)?)\s*({_TERM})?\s*\.\s*(?:\#.*)?"""
)
_DIRECTIVE = re.compile(r"^\s*(?:@prefix|@base|prefix|base)\s", re.IGNORECASE | re.MULTILINE)
_QUERY = re.compile(r"^\s*(?:SELECT|CONSTRUCT|ASK|DESCRIBE|INSERT|DELETE)\b", re.IGNORECASE | re.MULTILINE)
_BLOCK = re.compile(r"^\s*(?:GRAPH\s+)?(?:<[^<>\s]*>|[\w.-]*:[\w.-]*)?\s*\{", re.IGNORECASE | re.MULTILINE)
_RDF_ROOT = re.compile(r"^(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE.*?>|[^<]|<!)*<(?:[\w.-]+:)?RDF[\s>/]", re.DOTALL)

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)


def by_name(path: Path) -> ox.RdfFormat | None:
    """The syntax that the name of a file tells, `.gz` aside."""
    name = path.name.lower().removesuffix(".gz")
    return _ENDINGS.get(Path(name).suffix)


def by_content(head: bytes) -> ox.RdfFormat | None:
    """The syntax that the beginning of a file shows beyond doubt."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<"))
    text = head.decode("utf-16" if wide else "utf-8", errors="ignore").removeprefix("\ufeff").lstrip()
    if text.startswith("<") and "http://www.w3.org/1999/02/22-rdf-syntax-ns#" in text and _RDF_ROOT.match(text):
        return RDF_XML
    if text.startswith(("{", "[")):
        return JSON_LD if re.search(r'"@(?:context|id|graph|type)"\s*:', text) else None
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    whole = lines[:-1] if len(lines) > 1 else lines
    found = [_LINE.fullmatch(line) for line in whole[:20]]
    if found and all(found):
        return N_QUADS if any(match and match[1] for match in found) else N_TRIPLES
    body = "\n".join(lines)
    if _DIRECTIVE.match(body) and not _QUERY.search(body):
        return TRIG if _BLOCK.search(body) else TURTLE
    return None


def is_page(head: bytes) -> bool:
    """Whether a file is a web page, whatever its name says."""
    return _PAGE.match(head) is not None and by_content(head) is None


def decide(path: Path, head: bytes) -> ox.RdfFormat | None:
    """The syntax to read a file in, or None where it is no RDF. What the content shows counts more than the name."""
    named, shown = by_name(path), by_content(head)
    if named is None or shown is None:
        return named or shown
    return named if shown == named or shown in _INCLUDES.get(named, set()) else shown
